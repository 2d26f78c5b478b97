//! Promise: lists are whole and in order: claims by what they are about and in pieces, checks in the order asked, a claim's
//! history as the chain has it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::clients::{BAMBLE, Caller, NAV, OSLO, UDIR, heard, input, text, told};

async fn ids(caller: &Caller, arguments: &str) -> Vec<String> {
    let answer = caller
        .data(
            &format!("{{ fundingClaims({arguments}) {{ items {{ id }} continuationToken }} }}"),
            json!({}),
        )
        .await;
    answer["fundingClaims"]["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|item| text(&item["id"]).to_owned())
        .collect()
}

async fn code(caller: &Caller, query: &str) -> String {
    text(&caller.send(query, json!({})).await["errors"][0]["extensions"]["code"]).to_owned()
}

#[tokio::test]
async fn claims_are_found_by_scheme_municipality_year_and_state() {
    let world = heard().await;
    let caller = Caller::new(&world, UDIR);
    let mut made = Vec::new();
    for (index, (scheme, recipient, year)) in [
        ("231.63", OSLO, 2021),
        ("231.63", OSLO, 2022),
        ("231.66", OSLO, 2021),
        ("231.63", "1108", 2021),
        ("231.63", BAMBLE, 2021),
    ]
    .into_iter()
    .enumerate()
    {
        made.push(text(&caller.claim(&input(scheme, recipient, year), &index.to_string()).await["id"]).to_owned());
    }
    let of = |wanted: &[usize]| {
        wanted
            .iter()
            .map(|index| made[*index].clone())
            .collect::<BTreeSet<String>>()
    };
    for (arguments, wanted) in [
        ("limit: 100", &[0, 1, 2, 3, 4][..]),
        ("scheme: \"231.63\"", &[0, 1, 3, 4]),
        ("municipality: \"0301\"", &[0, 1, 2]),
        ("municipality: \"0301\", year: 2021, scheme: \"231.63\"", &[0]),
        ("municipality: \"0814\"", &[4]),
        ("year: 2022", &[1]),
        ("year: 2019", &[]),
        ("state: [DENIED]", &[4]),
        ("state: [DENIED, CLEARED], year: 2021", &[0, 2, 3, 4]),
        ("state: []", &[0, 1, 2, 3, 4]),
        ("state: [PAID]", &[]),
    ] {
        assert_eq!(
            ids(&caller, arguments).await.into_iter().collect::<BTreeSet<_>>(),
            of(wanted),
            "{arguments}"
        );
    }
    for (arguments, expected) in [
        ("scheme: \"x\"", "UNKNOWN_SCHEME"),
        ("municipality: \"03x1\"", "INVALID_MUNICIPALITY_NUMBER"),
        ("year: 99999", "INVALID_YEAR"),
        ("limit: 0", "INVALID_LIMIT"),
        ("limit: 1001", "INVALID_LIMIT"),
        ("continuationToken: \"x\"", "INVALID_CONTINUATION_TOKEN"),
    ] {
        assert_eq!(
            code(
                &caller,
                &format!("{{ fundingClaims({arguments}) {{ items {{ id }} }} }}")
            )
            .await,
            expected,
            "{arguments}"
        );
    }
}

#[tokio::test]
async fn pieces_put_together_are_the_whole_each_claim_once() {
    let world = heard().await;
    let caller = Caller::new(&world, UDIR);
    for year in 2017..=2023 {
        caller.claim(&input("231.63", "1108", year), &year.to_string()).await;
    }
    let whole = ids(&caller, "limit: 7").await;
    assert_eq!(whole.len(), 7);
    let (mut pieces, mut token) = (Vec::new(), Value::Null);
    for size in [3, 3, 1] {
        let query = "query ($after: String) { fundingClaims(limit: 3, continuationToken: $after) { items { id } continuationToken } }";
        let page = caller.data(query, json!({ "after": token })).await["fundingClaims"].clone();
        let items = page["items"].as_array().expect("a list");
        assert_eq!(items.len(), size);
        pieces.extend(items.iter().map(|item| text(&item["id"]).to_owned()));
        token = page["continuationToken"].clone();
    }
    assert_eq!((pieces, token), (whole, Value::Null));
}

#[tokio::test]
async fn checks_come_in_the_order_asked_and_write_nothing() {
    let world = heard().await;
    let caller = Caller::new(&world, UDIR);
    let rows = [
        (BAMBLE, "BLOCKED IN_PROGRAMME"),
        (OSLO, "CLEAR NOT_A_PARTICIPANT"),
        ("9999", "NEEDS_CASE_OFFICER UNRESOLVED_RECIPIENT"),
    ];
    let inputs: Vec<Value> = (0..500).map(|index| input("231.63", rows[index % 3].0, 2021)).collect();
    let verdicts = caller.checks(&inputs).await;
    assert_eq!(verdicts.len(), 500);
    for (index, verdict) in verdicts.iter().enumerate() {
        assert_eq!(told(verdict), rows[index % 3].1, "{index}");
    }
    assert_eq!(ids(&caller, "limit: 1").await, Vec::<String>::new());
    assert_eq!(caller.checks(&[]).await, Vec::<Value>::new());
    let many: Vec<Value> = (0..501).map(|_| input("231.63", OSLO, 2021)).collect();
    let query = "query ($inputs: [FundingInput!]!) { fundingChecks(inputs: $inputs) { outcome } }";
    let answer = caller.send(query, json!({ "inputs": many })).await;
    assert_eq!(
        (&answer["data"], &answer["errors"][0]["extensions"]["code"]),
        (&Value::Null, &json!("TOO_MANY")),
        "{answer:#}"
    );
    let with_a_bad_one = [input("231.63", OSLO, 2021), input("231.63", "03", 2021)];
    let answer = caller.send(query, json!({ "inputs": with_a_bad_one })).await;
    let error = &answer["errors"][0]["extensions"];
    let argument = json!(["inputs", "1", "recipient", "municipalityNumber"]);
    assert_eq!(
        (&error["code"], &error["argument"]),
        (&json!("INVALID_MUNICIPALITY_NUMBER"), &argument),
        "{answer:#}"
    );
}

#[tokio::test]
async fn the_history_is_the_chain() {
    let world = heard().await;
    let caller = Caller::new(&world, UDIR);
    let mut claims = vec![caller.cleared(&input("231.63", OSLO, 2021), "a").await];
    claims.push(caller.claim(&input("231.63", BAMBLE, 2021), "b").await);
    claims.push(caller.confirm(&claims[0]).await["claim"].clone());
    claims.push(caller.other(NAV).claim(&input("231.63", OSLO, 2021), "c").await);
    claims.push(caller.release(&claims[2]).await["claim"].clone());
    let mut events = Vec::new();
    for claim in [&claims[0], &claims[1], &claims[3]] {
        let history = caller.history(claim).await;
        assert!(history.is_sorted_by_key(|event| event["sequence"].as_i64()));
        events.extend(history);
    }
    events.sort_by_key(|event| event["sequence"].as_i64());
    assert_eq!(events[0]["previousHash"], "0".repeat(64));
    for (index, pair) in events.windows(2).enumerate() {
        assert_eq!(pair[1]["sequence"], json!(index + 2), "one chain for all, without gaps");
        assert_eq!(pair[1]["previousHash"], pair[0]["hash"]);
    }
    let receipt = text(&claims[4]["receipt"]);
    let last = events.last().expect("some");
    assert!(
        receipt.contains(text(&last["hash"])) && receipt.contains(&format!(".{}.", last["sequence"])),
        "{receipt}"
    );
    // Every receipt that was handed out is taken back.
    for (index, claim) in claims.iter().enumerate() {
        let input = input("231.66", "1108", 2017 + i32::try_from(index).expect("few"));
        let payload = caller
            .request_after(&input, &format!("with {index}"), Some(text(&claim["receipt"])))
            .await;
        assert_ne!(payload["claim"]["verdict"]["reasons"][0]["code"], "LEDGER_BEHIND");
        assert_eq!(payload["errors"], json!([]));
    }
}

#[tokio::test]
async fn a_field_that_fails_under_a_command_takes_the_nearest_nullable_place_along() {
    let world = heard().await;
    let caller = Caller::new(&world, UDIR);
    let query = "mutation ($input: FundingInput!) { requestFunding(input: $input, idempotencyKey: \"a\") { \
        claim { state recipient { name awards(scheme: \"x\") { id } } } errors { code } } }";
    let answer = caller
        .send(query, json!({ "input": input("231.63", OSLO, 2021) }))
        .await;
    assert_eq!(
        answer["data"]["requestFunding"],
        json!({ "claim": { "state": "CLEARED", "recipient": null }, "errors": [] }),
        "{answer:#}"
    );
    assert_eq!(answer["errors"][0]["extensions"]["code"], "UNKNOWN_SCHEME");
    // What is no input runs nothing.
    let answer = caller.send(query, json!({ "input": { "scheme": "231.63" } })).await;
    assert_eq!(
        (&answer["data"], &answer["errors"][0]["extensions"]["code"]),
        (&Value::Null, &json!("INVALID_DOCUMENT")),
        "{answer:#}"
    );
    assert_eq!(ids(&caller, "limit: 10").await.len(), 1);
}
