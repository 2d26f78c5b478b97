//! Promise: rows of others are as if they were not there, by id and in lists, in text and in tokens; and within one's reach
//! nothing is missing.

use programgrant_core::access::Role;
use serde_json::{Value, json};

use super::asking::{BAMBLE, BUFDIR, HELSEDIR, NAV, Place, TRONDELAG, TRONDHEIM, UDIR, caller, claim, codes, of_role};

#[tokio::test]
async fn what_is_hidden_by_id_is_answered_like_what_is_not_there() {
    let place = Place::new().await;
    let hidden = [
        (Role::Municipality, BAMBLE.1),
        (Role::CountyGovernor, "974762501"),
        (Role::Directorate, NAV),
        (Role::Evaluator, "987654325"),
    ];
    for (role, body) in hidden {
        let caller = caller(role, body);
        for (field, id, none) in [
            ("award", &place.far.award, "helsedir:nothing"),
            ("fundingClaim", &place.far.claim, "krav-nothing"),
        ] {
            let ask = async |id: &str| {
                place
                    .ask(&caller, &format!("{{ {field}(id: \"{id}\") {{ id }} }}"))
                    .await
                    .to_string()
            };
            assert_eq!(ask(id).await, ask(none).await, "{role:?} {field}");
        }
    }
    let owner = caller(Role::Directorate, HELSEDIR);
    assert_eq!(
        place
            .data(&owner, &format!("{{ award(id: {:?}) {{ status }} }}", place.far.award))
            .await["award"]["status"],
        "APPLIED"
    );
    assert_eq!(
        place
            .data(
                &owner,
                &format!("{{ fundingClaim(id: {:?}) {{ state }} }}", place.far.claim)
            )
            .await["fundingClaim"]["state"],
        "CLEARED"
    );
}

#[tokio::test]
async fn lists_leave_out_what_is_anothers_and_pages_and_tokens_do_not_tell() {
    let place = Place::new().await;
    let mut own = vec![place.near.claim.clone()];
    for year in 2019..=2026 {
        own.push(
            claim(&place.world, NAV, "621.63", "958935420", year)
                .await
                .id
                .to_string(),
        );
        claim(&place.world, BUFDIR, "846-los", "958935420", year).await;
    }
    own.sort_unstable();
    for limit in [1, 2, 5, 9, 100] {
        let (mut seen, mut token) = (Vec::new(), Value::Null);
        for _ in 0..=own.len() {
            let query = "query ($limit: Int!, $token: String) { fundingClaims(limit: $limit, continuationToken: $token) { items { id } continuationToken } }";
            let answer = place
                .ask_with(
                    &caller(Role::Directorate, NAV),
                    query,
                    json!({ "limit": limit, "token": token }),
                )
                .await;
            let page = &answer["data"]["fundingClaims"];
            let items = page["items"].as_array().expect("a list");
            seen.extend(items.iter().map(|item| item["id"].as_str().expect("an id").to_owned()));
            token = page["continuationToken"].clone();
            if token.is_null() {
                break;
            }
            assert_eq!(items.len(), limit, "a piece before the last is full");
        }
        assert_eq!((seen, token), (own.clone(), Value::Null), "by {limit}");
    }
    let all = "{ fundingClaims(limit: 1000) { items { id } } }";
    assert_eq!(
        place.data(&caller(Role::ProgrammeOffice, UDIR), all).await["fundingClaims"]["items"]
            .as_array()
            .map(Vec::len),
        Some(own.len() + 9)
    );
    let of_recipient = place.data(&of_role(Role::Municipality), all).await;
    assert_eq!(
        of_recipient["fundingClaims"]["items"],
        json!([{ "id": place.near.claim }])
    );
    let undecided = place
        .data(
            &of_role(Role::Municipality),
            "{ fundingClaims(state: [CLEARED, HELD]) { items { id } continuationToken } }",
        )
        .await;
    assert_eq!(
        undecided["fundingClaims"],
        json!({ "items": [], "continuationToken": null })
    );
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table of cases reads best in one piece")]
async fn awards_cases_and_shares_are_those_of_ones_reach() {
    let place = Place::new().await;
    let awards = async |role, body: &str, number: &str| {
        let answer = place
            .ask(
                &caller(role, body),
                &format!("{{ municipality(number: \"{number}\") {{ awards {{ status scheme {{ id }} }} }} }}"),
            )
            .await;
        let list = answer["data"]["municipality"]["awards"].clone();
        (
            list.as_array().map(Vec::len),
            codes(&answer).first().map(|code| (*code).to_owned()),
        )
    };
    // Five shares, the pot, and what else was reported.
    let (near, far) = (BAMBLE.0, TRONDHEIM.0);
    assert_eq!(awards(Role::ProgrammeOffice, UDIR, near).await, (Some(7), None));
    assert_eq!(awards(Role::Municipality, BAMBLE.1, near).await, (Some(7), None));
    assert_eq!(
        awards(Role::Directorate, NAV, near).await,
        (Some(3), None),
        "its share, its award, and the pot that was paid"
    );
    assert_eq!(
        awards(Role::Directorate, HELSEDIR, far).await,
        (Some(3), None),
        "its share, the application to it, and the pot"
    );
    assert_eq!(
        awards(Role::Directorate, NAV, far).await,
        (Some(2), None),
        "its share and the pot, not the application to another"
    );
    assert_eq!(
        awards(Role::Evaluator, "987654325", far).await,
        (Some(6), None),
        "what is decided"
    );
    assert_eq!(awards(Role::CountyGovernor, TRONDELAG, far).await, (Some(7), None));
    for (role, body) in [
        (Role::Municipality, BAMBLE.1),
        (Role::CountyGovernor, "974762501"),
        (Role::Operator, "987654325"),
    ] {
        assert_eq!(
            awards(role, body, far).await,
            (None, Some("FORBIDDEN".to_owned())),
            "{role:?}: no empty list"
        );
    }
    let shares = "{ programme { year(year: 2021) { pot { known } grants { municipality { name } shares { scheme { id } } pot { total } } } } }";
    let of_nav = place.data(&caller(Role::Directorate, NAV), shares).await["programme"]["year"]["grants"].clone();
    assert_eq!(of_nav.as_array().map(Vec::len), Some(12));
    assert!(
        of_nav
            .as_array()
            .expect("a list")
            .iter()
            .all(|grant| grant["shares"] == json!([{ "scheme": { "id": "621.63" } }]) && grant["pot"]["total"].is_i64())
    );
    let of_bamble = place.data(&of_role(Role::Municipality), shares).await["programme"]["year"]["grants"].clone();
    assert_eq!(
        (
            of_bamble.as_array().map(Vec::len),
            &of_bamble[0]["municipality"]["name"]
        ),
        (Some(1), &json!("Bamble"))
    );
    assert_eq!(of_bamble[0]["shares"].as_array().map(Vec::len), Some(5));
    let cases = async |role, body: &str| {
        let cases = place
            .data(
                &caller(role, body),
                "{ doubleFundingCases(limit: 100) { items { id awards { id } } } }",
            )
            .await;
        cases["doubleFundingCases"]["items"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|case| case["id"].as_str().expect("an id").to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(cases(Role::Directorate, NAV).await, [place.near.case.as_str()]);
    assert_eq!(cases(Role::Directorate, HELSEDIR).await, [place.far.case.as_str()]);
    assert_eq!(cases(Role::Municipality, BAMBLE.1).await, [place.near.case.as_str()]);
    assert_eq!(cases(Role::CountyGovernor, TRONDELAG).await, [place.far.case.as_str()]);
    assert_eq!(cases(Role::ProgrammeOffice, UDIR).await.len(), 2);
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table of cases reads best in one piece")]
async fn a_directorate_asks_under_its_own_schemes_and_two_bodies_may_except() {
    let place = Place::new().await;
    let fields = "claim { id state fence verdict { outcome } } errors { code }";
    let command = async |role, body: &str, text: String| {
        let answer = place
            .ask(&caller(role, body), &format!("mutation {{ {text} {{ {fields} }} }}"))
            .await;
        assert!(answer.get("errors").is_none(), "{text}: {answer:#}");
        answer["data"]
            .as_object()
            .expect("data")
            .values()
            .next()
            .expect("a payload")
            .clone()
    };
    let input = "scheme: \"765.60-children\", recipient: { organisationNumber: \"942110464\" }, year: 2021, amount: 100, caseReference: \"x\"";
    let asked = command(
        Role::Directorate,
        HELSEDIR,
        format!("requestFunding(input: {{ {input} }}, idempotencyKey: \"k\")"),
    )
    .await["claim"]
        .clone();
    assert_eq!(
        (&asked["state"], &asked["verdict"]["outcome"]),
        (&json!("DENIED"), &json!("BLOCKED"))
    );
    let at = |claim: &Value| format!("claim: {}, fence: {}", claim["id"], claim["fence"]);
    let read = async |role, body: &str| {
        place
            .data(
                &caller(role, body),
                &format!("{{ fundingClaim(id: {}) {{ fence }} }}", asked["id"]),
            )
            .await["fundingClaim"]
            .clone()
    };
    assert_eq!(read(Role::Directorate, NAV).await, Value::Null);
    let far = place
        .ask(
            &caller(Role::CountyGovernor, "974762501"),
            &format!(
                "mutation {{ proposeOverride({}, reason: \"r\", legalBasis: \"l\") {{ {fields} }} }}",
                at(&asked)
            ),
        )
        .await;
    assert_eq!(
        far["data"]["proposeOverride"]["errors"][0]["code"], "UNKNOWN_CLAIM",
        "of another county"
    );
    let proposed = command(
        Role::CountyGovernor,
        TRONDELAG,
        format!(
            "proposeOverride({}, reason: \"Flom.\", legalBasis: \"§ 11\")",
            at(&asked)
        ),
    )
    .await["claim"]
        .clone();
    assert!(
        read(Role::Directorate, NAV).await["fence"].is_i64(),
        "whoever is to approve reads what"
    );
    let approved = command(
        Role::Directorate,
        NAV,
        format!("approveOverride({}, reason: \"Enig.\")", at(&proposed)),
    )
    .await;
    assert_eq!(
        (&approved["errors"], &approved["claim"]["state"]),
        (&json!([]), &json!("CLEARED"))
    );
}

#[tokio::test]
async fn what_can_only_be_anothers_is_refused_and_holds_nothing() {
    let place = Place::new().await;
    let request = |what: &str, key: &str| {
        let rest = "recipient: { organisationNumber: \"964965226\" }, year: 2022, amount: 100, caseReference: \"x\"";
        format!(
            "mutation {{ requestFunding(input: {{ {what}, {rest} }}, idempotencyKey: \"{key}\") {{ claim {{ verdict {{ outcome }} }} errors {{ code }} }} }}"
        )
    };
    let before = place.entries().await;
    for (key, what) in [
        "chapter: 765, post: 60",
        "scheme: \"765.60\"",
        "chapter: 765, post: 60, activity: \"XYZ\"",
        "chapter: 846, post: 61",
        "scheme: \"846-ferie\", activity: \"LOS\"",
        "scheme: \"765.60-adults\"",
    ]
    .into_iter()
    .enumerate()
    {
        let answer = place
            .ask(&caller(Role::Directorate, NAV), &request(what, &format!("key-{key}")))
            .await;
        assert_eq!(
            (codes(&answer), &answer["data"]),
            (vec!["FORBIDDEN"], &Value::Null),
            "{what}: {answer:#}"
        );
    }
    assert_eq!(place.entries().await, before, "nothing is reserved");
    for (body, what) in [
        (HELSEDIR, "scheme: \"765.60-adults\""),
        (BUFDIR, "scheme: \"846-ferie\""),
    ] {
        let answer = place
            .data(&caller(Role::Directorate, body), &request(what, "own"))
            .await;
        assert_eq!(
            answer["requestFunding"]["claim"]["verdict"]["outcome"], "CLEAR",
            "{answer:#}"
        );
    }
}

#[tokio::test]
async fn whose_claim_stands_in_the_way_is_told_and_which_only_once_it_is_decided() {
    let place = Place::new().await;
    let check = async |body: &str, scheme: &str, recipient: &str, year: i32| {
        let input = format!(
            "{{ scheme: {scheme:?}, recipient: {{ organisationNumber: {recipient:?} }}, year: {year}, amount: 100, caseReference: \"x\" }}"
        );
        let query = format!(
            "{{ fundingCheck(input: {input}) {{ outcome reasons {{ code message }} evidence {{ recordId }} }} }}"
        );
        let verdict = place.data(&caller(Role::Directorate, body), &query).await["fundingCheck"].clone();
        assert_eq!(
            (&verdict["outcome"], &verdict["reasons"][0]["code"]),
            (&json!("BLOCKED"), &json!("ALREADY_FUNDED")),
            "{verdict:#}"
        );
        verdict.to_string()
    };
    let undecided = check(NAV, "765.60-children", "958935420", 2021).await;
    assert!(
        undecided.contains("Helsedirektoratet har allerede et krav"),
        "{undecided}"
    );
    assert!(
        !undecided.contains(&place.far.claim) && !undecided.contains("26/4711"),
        "{undecided}"
    );
    let decided = check(HELSEDIR, "621.63", BAMBLE.1, 2018).await;
    assert!(
        decided.contains(&place.near.claim) && decided.contains("26/4711"),
        "{decided}"
    );
}
