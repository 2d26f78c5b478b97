//! Promise: a key is one question. It replays with the same content and for the same principal, conflicts with any other
//! content, is never frozen while the answer is not known, and replays no clearance that has ended.

use std::collections::BTreeSet;
use std::time::Duration;

use programgrant::demo::systems;
use serde_json::{Value, json};

use super::clients::{Caller, NAV, OSLO, UDIR, but, hear, heard, input, later, refused, text, told};
use crate::records::programme_2021;
use crate::world::World;

const MONTH: Duration = Duration::from_hours(30 * 24);

fn asked() -> Value {
    input("231.63", OSLO, 2021)
}

#[tokio::test]
async fn the_same_key_and_content_replays_claim_fence_and_receipt() {
    let world = heard().await;
    let caller = Caller::new(&world, UDIR);
    let first = caller.cleared(&asked(), "a").await;
    assert_eq!(caller.claim(&asked(), "a").await, first);
    // The order of the fields is no content.
    let turned: Value = serde_json::from_str(
        r#"{"year":2021,"recipient":{"organisationNumber":"958935420"},"amount":10000000,"caseReference":"26/4711","scheme":"231.63"}"#,
    )
    .expect("JSON");
    assert_eq!(caller.claim(&turned, "a").await, first);
    let blocked = caller.claim(&input("231.63", "3813", 2021), "b").await;
    assert_eq!(told(&blocked["verdict"]), "BLOCKED IN_PROGRAMME");
    assert_eq!(caller.claim(&input("231.63", "3813", 2021), "b").await, blocked);
}

#[tokio::test]
async fn the_same_key_with_other_content_is_a_conflict() {
    let world = heard().await;
    let caller = Caller::new(&world, UDIR);
    let first = caller.cleared(&asked(), "a").await;
    for change in [
        json!({ "amount": 10_000_001 }),
        json!({ "year": 2022 }),
        json!({ "scheme": "231.66" }),
        json!({ "recipient": { "municipalityNumber": "1108" } }),
        json!({ "caseReference": "26/4712" }),
        json!({ "targetGroup": "ALL" }),
        json!({ "useUntil": "2021-12-31" }),
        json!({ "activity": "x" }),
    ] {
        let payload = caller.request(&but(&asked(), change), "a").await;
        assert_eq!(refused(&payload), "IDEMPOTENCY_CONFLICT");
        assert_eq!(payload["errors"][0]["path"], json!(["idempotencyKey"]));
    }
    assert_eq!(caller.read(&first).await, first);
}

#[tokio::test]
async fn another_principal_with_the_same_key_has_a_claim_of_its_own() {
    let world = heard().await;
    let caller = Caller::new(&world, UDIR);
    let first = caller.cleared(&asked(), "a").await;
    for who in [NAV, "970018131/another-robot"] {
        let theirs = caller.other(who).claim(&asked(), "a").await;
        assert_eq!(told(&theirs["verdict"]), "BLOCKED ALREADY_FUNDED", "{who}");
        assert_ne!(theirs["id"], first["id"]);
        assert_ne!(theirs["receipt"], first["receipt"]);
        assert_eq!(text(&theirs["requestedBy"]["organisationNumber"]), &who[..9]);
    }
    // Nor does other content under that key tell that somebody has used it.
    let other = caller.other(NAV).claim(&input("231.66", OSLO, 2021), "b").await;
    assert_eq!(
        caller.claim(&input("231.63", "1108", 2021), "b").await["state"],
        "CLEARED"
    );
    assert_eq!(other["state"], "CLEARED");
}

#[tokio::test]
async fn thirty_two_repeats_at_once_are_one_claim() {
    let world = heard().await;
    let caller = Caller::new(&world, UDIR);
    let asked = asked();
    let claims = futures::future::join_all((0..32).map(|_| caller.decided(&asked, "a"))).await;
    let answers: BTreeSet<String> = claims.iter().map(Value::to_string).collect();
    assert_eq!(answers.len(), 1, "{answers:#?}");
    assert_eq!(claims[0]["state"], "CLEARED");
    let listed = caller.data("{ fundingClaims { items { id } } }", json!({})).await;
    assert_eq!(listed["fundingClaims"]["items"], json!([{ "id": claims[0]["id"] }]));
    let states: Vec<Value> = caller
        .history(&claims[0])
        .await
        .iter()
        .map(|event| event["state"].clone())
        .collect();
    assert_eq!(
        states.iter().filter(|state| *state == "CLEARED").count(),
        1,
        "{states:?}"
    );
}

#[tokio::test]
async fn what_is_not_known_is_not_frozen() {
    let world = World::new().await;
    let caller = Caller::new(&world, UDIR);
    let silent = caller.claim(&asked(), "a").await;
    assert_eq!(
        (text(&silent["state"]), told(&silent["verdict"]).as_str()),
        ("REQUESTED", "UNDETERMINED SOURCE_NOT_FRESH")
    );
    // The slot is kept for it meanwhile; nobody else is told that it is given.
    let other = caller.other(NAV).claim(&asked(), "a").await;
    assert_eq!(other["verdict"]["outcome"], "UNDETERMINED");
    assert_eq!(caller.claim(&asked(), "a").await["verdict"]["outcome"], "UNDETERMINED");
    world.publish(&programme_2021());
    world.poll_all().await;
    let clear = caller.cleared(&asked(), "a").await;
    assert_eq!(clear["id"], silent["id"]);
    assert!(clear["fence"].as_i64() > silent["fence"].as_i64());
    assert_eq!(
        told(&caller.other(NAV).claim(&asked(), "a").await["verdict"]),
        "BLOCKED ALREADY_FUNDED"
    );
    assert_eq!(caller.claim(&asked(), "a").await, clear);
}

#[tokio::test]
async fn a_question_that_nobody_repeats_lets_go_after_two_minutes() {
    let world = World::new().await;
    let caller = Caller::new(&world, UDIR);
    let silent = caller.claim(&asked(), "a").await;
    world.publish(&programme_2021());
    later(&world, Duration::from_micros(119_999_999)).await;
    assert_eq!(
        told(&caller.other(NAV).check(&asked()).await),
        "UNDETERMINED SLOT_CONTENDED"
    );
    world.hand.advance(Duration::from_micros(1));
    assert_eq!(
        told(&caller.other(NAV).check(&asked()).await),
        "CLEAR NOT_A_PARTICIPANT"
    );
    caller.other(NAV).cleared(&asked(), "b").await;
    assert_eq!(caller.read(&silent).await["state"], "RELEASED");
    assert_eq!(
        told(&caller.claim(&asked(), "a").await["verdict"]),
        "BLOCKED ALREADY_FUNDED"
    );
}

#[tokio::test]
async fn a_replay_of_what_has_ended_is_never_clear() {
    let world = heard().await;
    let caller = Caller::new(&world, UDIR);
    let (expires, released) = (input("231.63", "1108", 2021), input("231.66", OSLO, 2021));
    let given_back = caller.cleared(&released, "released").await;
    assert_eq!(caller.release(&given_back).await["claim"]["state"], "RELEASED");
    let reversed = caller.cleared(&asked(), "reversed").await;
    let confirmed = caller.confirm(&reversed).await["claim"].clone();
    assert_eq!(caller.release(&confirmed).await["claim"]["state"], "REVERSED");
    caller.cleared(&expires, "expired").await;
    later(&world, MONTH).await;
    assert_eq!(told(&caller.check(&expires).await), "CLEAR NOT_A_PARTICIPANT");
    for (key, input, state) in [
        ("released", &released, "RELEASED"),
        ("reversed", &asked(), "REVERSED"),
        ("expired", &expires, "EXPIRED"),
    ] {
        let replayed = caller.claim(input, key).await;
        assert_eq!(
            (text(&replayed["state"]), &replayed["verdict"]["reasons"][0]["code"]),
            (state, &json!("CLEARANCE_ENDED"))
        );
        assert_ne!(replayed["verdict"]["outcome"], "CLEAR", "{key}");
        // A new key is a new question.
        caller.cleared(input, &format!("{key} again")).await;
    }
}

#[tokio::test]
async fn a_clearance_that_may_have_been_used_is_replayed_as_not_known() {
    let world = hear(World::with_source_settings(systems::UDIR, "protocol = \"award_on_clear\"").await).await;
    let caller = Caller::new(&world, UDIR);
    caller.cleared(&asked(), "a").await;
    later(&world, MONTH).await;
    assert_eq!(told(&caller.check(&asked()).await), "BLOCKED ALREADY_FUNDED");
    let replayed = caller.claim(&asked(), "a").await;
    assert_eq!(
        (text(&replayed["state"]), told(&replayed["verdict"]).as_str()),
        ("QUARANTINED", "UNDETERMINED CLEARANCE_ENDED")
    );
}
