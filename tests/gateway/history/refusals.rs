//! Promise: whatever cannot be answered as of an instant is refused before anything is executed, with a code and without a figure.

use std::time::Duration;

use serde_json::{Value, json};

use crate::tokens::issuer::{Issuer, Signer};
use crate::tokens::{ask_with, believing};
use crate::world::{NOON, World};

/// The one code, of an answer that holds nothing else.
async fn code(world: &World, query: &str) -> Value {
    let answer = world.ask_raw(query).await;
    assert!(answer.get("data").is_none(), "{query}: {answer:#}");
    let errors = answer["errors"].as_array().expect("errors");
    assert_eq!(errors.len(), 1, "{query}: {answer:#}");
    errors[0]["extensions"]["code"].clone()
}

#[tokio::test]
async fn an_instant_ahead_of_now_or_before_the_history_is_none() {
    let world = World::new().await;
    for instant in [
        "2026-11-22T11:59:59.999999Z",
        "1990-01-01T00:00:00Z",
        "2026-11-22T12:00:00.000001Z",
        "9999-01-01T00:00:00Z",
    ] {
        for field in ["programme", "municipality", "award"] {
            let arguments = match field {
                "programme" => "",
                "municipality" => "number: \"3813\", ",
                _ => "id: \"x\", ",
            };
            let query = format!("{{ {field}({arguments}asOf: {instant:?}) {{ id }} }}");
            assert_eq!(code(&world, &query).await, "INVALID_AS_OF", "{query}");
        }
    }
    let told = world
        .ask(&format!(
            "{{ programme(asOf: {NOON:?}) {{ id }} award(id: \"x\", asOf: {NOON:?}) {{ id }} }}"
        ))
        .await;
    assert_eq!(told, json!({ "programme": { "id": "0-24-pilot" }, "award": null }));
    let malformed = world.ask_raw("{ programme(asOf: \"noon\") { id } }").await;
    assert_eq!(malformed["errors"][0]["extensions"]["code"], "INVALID_DOCUMENT");
}

#[tokio::test]
async fn an_operation_has_one_instant_and_claims_and_cases_have_none() {
    let world = World::new().await;
    world.hand.advance(Duration::from_mins(1));
    let at = format!("asOf: {NOON:?}");
    let now = "2026-11-22T12:01:00Z";
    for (query, expected) in [
        (
            format!("{{ a: programme({at}) {{ id }} b: programme(asOf: {now:?}) {{ id }} }}"),
            "CONFLICTING_ARGUMENTS",
        ),
        (
            format!("{{ a: programme({at}) {{ id }} b: programme {{ id }} }}"),
            "CONFLICTING_ARGUMENTS",
        ),
        (
            format!("{{ programme({at}) {{ id }} doubleFundingCases {{ continuationToken }} }}"),
            "NOT_IN_HISTORY",
        ),
        (
            format!("{{ programme({at}) {{ municipalities {{ doubleFundingCases {{ id }} }} }} }}"),
            "NOT_IN_HISTORY",
        ),
        (
            format!("{{ programme({at}) {{ id }} fundingClaim(id: \"x\") {{ id }} }}"),
            "NOT_IN_HISTORY",
        ),
        (
            format!("{{ programme({at}) {{ id }} fundingClaims {{ continuationToken }} }}"),
            "NOT_IN_HISTORY",
        ),
        (
            format!("{{ programme({at}) {{ id }} sources {{ exclusions {{ lastError }} }} }}"),
            "NOT_IN_HISTORY",
        ),
    ] {
        assert_eq!(code(&world, &query).await, expected, "{query}");
    }
    // Null is now, and so is nothing.
    world
        .ask("{ a: programme(asOf: null) { id } b: programme { id } doubleFundingCases { continuationToken } }")
        .await;
}

#[tokio::test]
async fn the_past_needs_a_token_where_tokens_prove_who_asks() {
    let signer = Signer::p256("h");
    let issuer = Issuer::with(&[&signer]).await;
    let world = believing(&issuer, "scope_prefix = \"udir\"").await;
    let query = format!("{{ programme(asOf: {NOON:?}) {{ id }} }}");
    let refused = ask_with(&world, &[], &query).await;
    assert_eq!(
        (refused.status, &refused.body["errors"][0]["extensions"]["code"]),
        (401, &json!("UNAUTHENTICATED"))
    );
    let open = ask_with(&world, &[], "{ programme { id } }").await;
    assert_eq!(open.body["data"]["programme"]["id"], "0-24-pilot");
    let claims = issuer.claims(&json!({}));
    let token = format!("Bearer {}", signer.token(&claims));
    let told = ask_with(&world, &[("authorization", &token)], &query).await;
    assert_eq!(told.body["data"]["programme"]["id"], "0-24-pilot", "{}", told.body);
}
