//! Promise: the simulator answers as the documented interface does, exclusions and limits included.

mod helpers;

use std::time::Duration;

use helpers::{client, los, record, simulator};
use jiff::civil::date;
use programgrant_bufdir::simulator::BufdirSimulator;
use programgrant_contract::HeldExclusion;
use programgrant_contract::simulation::Simulator;
use programgrant_schema::AwardStatement;
use serde_json::{Value, json};

const SEARCH: &str = "query($input: SoekTilsagnInput!) { soekTilsagn(input: $input) {
    items { saksnummer endret } hasNextPage continuationToken errors { __typename message ... on UgyldigToken { message } } } }";
const SET: &str = "mutation($input: SperreInput!) { settSperre(input: $input) { sperre { id organisasjonsnummer aktivitetstype fra til } errors { message } } }";
const LIFT: &str = "mutation($id: ID!) { opphevSperre(id: $id) { sperre { id } errors { message } } }";

async fn ask(simulator: &BufdirSimulator, query: &str, variables: Value) -> Value {
    let request = client(Duration::from_secs(10))
        .post(simulator.url())
        .json(&json!({ "query": query, "variables": variables }));
    request.send().await.expect("an answer").json().await.expect("JSON")
}

async fn search(simulator: &BufdirSimulator, input: Value) -> Value {
    ask(simulator, SEARCH, json!({ "input": input })).await["data"]["soekTilsagn"].take()
}

fn cases(payload: &Value) -> Vec<&str> {
    payload["items"]
        .as_array()
        .expect("items")
        .iter()
        .filter_map(|item| item["saksnummer"].as_str())
        .collect()
}

/// Three cases of 2021, one of them FERIE, and one of 2022.
async fn office() -> BufdirSimulator {
    let simulator = simulator().await;
    let ferie = AwardStatement {
        activity: Some("FERIE".to_owned()),
        ..los("21/2", 2021)
    };
    simulator.publish(&[
        record(los("21/1", 2021)),
        record(ferie),
        record(los("21/3", 2021)),
        record(los("22/1", 2022)),
    ]);
    simulator
}

#[tokio::test]
async fn a_search_is_by_year_and_by_activity_where_one_is_named() {
    let simulator = office().await;
    assert_eq!(
        cases(&search(&simulator, json!({ "aar": 2021 })).await),
        ["21/1", "21/2", "21/3"]
    );
    assert_eq!(
        cases(
            &search(
                &simulator,
                json!({ "aar": 2021, "aktivitetstype": ["FERIE", "FRITID"] })
            )
            .await
        ),
        ["21/2"]
    );
    assert_eq!(
        cases(
            &search(
                &simulator,
                json!({ "aar": 2021, "aktivitetstype": null, "limit": null })
            )
            .await
        ),
        ["21/1", "21/2", "21/3"]
    );
    let empty = search(&simulator, json!({ "aar": 2020 })).await;
    assert_eq!(
        empty,
        json!({ "items": [], "hasNextPage": false, "continuationToken": null, "errors": [] })
    );
}

#[tokio::test]
async fn the_limit_is_a_hundred_unless_stated_and_a_thousand_at_most() {
    let simulator = simulator().await;
    let many: Vec<_> = (0..101)
        .map(|number| record(los(&format!("21/{number:03}"), 2021)))
        .collect();
    simulator.publish(&many);
    let first = search(&simulator, json!({ "aar": 2021 })).await;
    assert_eq!((cases(&first).len(), &first["hasNextPage"]), (100, &json!(true)));
    let second = search(
        &simulator,
        json!({ "aar": 2021, "continuationToken": first["continuationToken"] }),
    )
    .await;
    assert_eq!(
        (cases(&second), &second["hasNextPage"], &second["continuationToken"]),
        (vec!["21/100"], &json!(false), &Value::Null)
    );
    assert_eq!(
        cases(&search(&simulator, json!({ "aar": 2021, "limit": 1000 })).await).len(),
        101
    );
    for limit in [1001, 0, -1] {
        let answer = ask(&simulator, SEARCH, json!({ "input": { "aar": 2021, "limit": limit } })).await;
        assert_eq!(
            (&answer["data"], &answer["errors"][0]["message"]),
            (&Value::Null, &json!("limit must lie between 1 and 1000")),
            "{limit}"
        );
    }
}

#[tokio::test]
async fn a_token_is_good_for_its_own_search_until_it_expires() {
    let simulator = office().await;
    let first = search(&simulator, json!({ "aar": 2021, "limit": 2 })).await;
    let token = &first["continuationToken"];
    let next = |aar, activities: Value| json!({ "aar": aar, "aktivitetstype": activities, "continuationToken": token });
    assert_eq!(cases(&search(&simulator, next(2021, Value::Null)).await), ["21/3"]);
    let is_invalid = |payload: &Value| {
        payload["items"].is_null()
            && payload["hasNextPage"] == false
            && payload["errors"][0]["__typename"] == "UgyldigToken"
    };
    assert!(
        is_invalid(&search(&simulator, next(2022, Value::Null)).await),
        "another year's token"
    );
    assert!(
        is_invalid(&search(&simulator, next(2021, json!(["LOS"]))).await),
        "another search's token"
    );
    assert!(
        is_invalid(&search(&simulator, json!({ "aar": 2021, "continuationToken": "" })).await),
        "no token at all"
    );
    simulator.expire_tokens();
    assert!(
        is_invalid(&search(&simulator, next(2021, Value::Null)).await),
        "expired"
    );
}

#[tokio::test]
async fn a_case_that_is_published_again_has_changed_since() {
    let simulator = office().await;
    let endret = |payload: &Value| payload["items"][0]["endret"].as_str().expect("an instant").to_owned();
    let before = endret(&search(&simulator, json!({ "aar": 2022 })).await);
    simulator.publish(&[record(los("22/1", 2022))]);
    let after = endret(&search(&simulator, json!({ "aar": 2022 })).await);
    assert_eq!(
        (before.as_str(), after.as_str()),
        ("2022-01-01T01:00:00+01:00", "2022-01-01T01:00:01+01:00")
    );
}

#[tokio::test]
async fn an_exclusion_is_set_once_listed_and_lifted() {
    let simulator = simulator().await;
    let input = |activity: &str| {
        json!({ "input": { "organisasjonsnummer": "940244145", "aktivitetstype": activity, "fra": "2020-01-01", "til": "2023-06-30",
            "program": "0-24-pilot", "hjemmel": "prosjektplan, pkt. 3.3" } })
    };
    let set = ask(&simulator, SET, input("LOS")).await["data"]["settSperre"].take();
    let sperre = json!({ "id": "sperre-1", "organisasjonsnummer": "940244145", "aktivitetstype": "LOS", "fra": "2020-01-01", "til": "2023-06-30" });
    assert_eq!(set, json!({ "sperre": sperre, "errors": [] }));
    assert_eq!(
        ask(&simulator, SET, input("LOS")).await["data"]["settSperre"],
        set,
        "the same content is the same exclusion"
    );
    let other = ask(&simulator, SET, input("FERIE")).await;
    assert_eq!(other["data"]["settSperre"]["sperre"]["id"], "sperre-2");
    let standing = ask(&simulator, "{ sperrer { id } }", json!({})).await;
    assert_eq!(
        standing["data"]["sperrer"],
        json!([{ "id": "sperre-1" }, { "id": "sperre-2" }])
    );
    let exclusion = |subject: &str| HeldExclusion {
        organisation_number: "940244145".to_owned(),
        subject: subject.to_owned(),
        from: date(2020, 1, 1),
        until: date(2023, 6, 30),
    };
    assert_eq!(simulator.exclusions(), [exclusion("LOS"), exclusion("FERIE")]);

    let lifted = ask(&simulator, LIFT, json!({ "id": "sperre-1" })).await;
    assert_eq!(
        lifted["data"]["opphevSperre"],
        json!({ "sperre": { "id": "sperre-1" }, "errors": [] })
    );
    let again = ask(&simulator, LIFT, json!({ "id": "sperre-1" })).await;
    assert_eq!(again["data"]["opphevSperre"], json!({ "sperre": null, "errors": [] }));
    assert_eq!(simulator.exclusions(), [exclusion("FERIE")]);
}

#[tokio::test]
async fn an_exclusion_that_makes_no_sense_is_a_top_level_error() {
    let simulator = simulator().await;
    let input = |number: &str, from: &str| json!({ "input": { "organisasjonsnummer": number, "aktivitetstype": "LOS", "fra": from, "til": "2023-06-30", "program": "p", "hjemmel": "h" } });
    for (number, from) in [
        ("940244146", "2020-01-01"),
        ("940244145", "2023-07-01"),
        ("940244145", "2020-13-01"),
        ("940244145", "20200101"),
    ] {
        let answer = ask(&simulator, SET, input(number, from)).await;
        assert!(
            answer["errors"].is_array() && answer["data"].is_null(),
            "{number} {from}: {answer}"
        );
    }
    assert_eq!(simulator.exclusions(), []);
}

#[tokio::test]
async fn only_json_is_answered_and_only_with_a_token_where_one_is_asked_for() {
    let simulator = simulator().await;
    let post = || client(Duration::from_secs(10)).post(simulator.url());
    let status =
        |request: reqwest::RequestBuilder| async { request.send().await.expect("an answer").status().as_u16() };
    assert_eq!(status(post().body("{}")).await, 415);
    assert_eq!(
        status(post().header("content-type", "application/json").body("{")).await,
        400
    );
    simulator.require_tokens(&["a", "b"]);
    let query = || post().json(&json!({ "query": "{ sperrer { id } }" }));
    assert_eq!(status(query()).await, 401);
    assert_eq!(status(query().bearer_auth("c")).await, 401);
    assert_eq!(status(query().bearer_auth("b")).await, 200);
}

#[tokio::test]
async fn every_fault_is_known_by_its_name_and_heals() {
    let simulator = simulator().await;
    for fault in simulator.faults() {
        assert_eq!(simulator.set_fault(Some(fault.name)), Ok(()), "{}", fault.name);
    }
    assert_eq!(
        simulator.set_fault(Some("no-such")).expect_err("unknown").name,
        "no-such"
    );
    simulator.set_fault(None).expect("heals");
    assert_eq!(search(&simulator, json!({ "aar": 2021 })).await["items"], json!([]));
}
