//! Promise: whatever is refused, by whichever way it was asked, says its code, whose turn it is, and the reference under which the
//! log has it; a media type or coding that is not taken says which would be.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{Answer, client, get, post, query};
use crate::hostile::{self, Hostile};
use crate::tokens;
use crate::tokens::issuer::{Issuer, Signer};
use crate::websocket::{admitted, hear, say};
use crate::world::World;

/// Codes that say that the same request may be answered later.
const LATER: [&str; 3] = ["TOO_MANY_OPERATIONS", "RATE_LIMITED", "DEADLINE_EXCEEDED"];

/// The code of errors that are told as they should be.
fn told(errors: &Value) -> String {
    let errors = errors
        .as_array()
        .filter(|errors| !errors.is_empty())
        .unwrap_or_else(|| panic!("no errors: {errors}"));
    for error in errors {
        let extension = |name: &str| {
            error["extensions"][name]
                .as_str()
                .unwrap_or_else(|| panic!("no {name}: {error}"))
        };
        let classification = if LATER.contains(&extension("code")) {
            "UNAVAILABLE"
        } else {
            "BAD_REQUEST"
        };
        assert_eq!(extension("classification"), classification, "{error}");
        assert!(extension("reference").len() >= 8, "{error}");
    }
    errors[0]["extensions"]["code"]
        .as_str()
        .expect("looked at above")
        .to_owned()
}

/// Told of a request's bytes, before it is known what they ask: a WebSocket's message is none then.
const OF_BYTES: [&str; 2] = ["VARIABLES_TOO_DEEP", "VARIABLES_TOO_LARGE"];

/// One hostile document for each set of codes.
fn documents() -> Vec<Hostile> {
    let mut seen = HashSet::new();
    let is_document = |case: &Hostile| {
        !case.codes.is_empty() && serde_json::from_str::<Value>(&case.body).is_ok_and(|body| body["query"].is_string())
    };
    hostile::all()
        .into_iter()
        .filter(|case| is_document(case) && case.body.len() < 200_000 && seen.insert(case.codes))
        .collect()
}

fn stream_error(text: &str) -> Value {
    let data = text.lines().find_map(|line| line.strip_prefix("data:")).unwrap_or(text);
    serde_json::from_str(data).unwrap_or_else(|_| panic!("neither an event nor JSON: {text}"))
}

#[tokio::test]
async fn a_refused_document_says_so_alike_by_every_way() {
    let world = World::new().await;
    let mut socket = admitted(&world, json!({})).await;
    let documents = documents();
    assert!(documents.len() > 8, "{}", documents.len());
    for Hostile { class, body, codes } in documents {
        let is_right = |code: String, way: &str| assert!(codes.contains(&code.as_str()), "{class} by {way}: {code}");
        is_right(
            told(&Answer::to(post(&world, body.clone())).await.json()["errors"]),
            "POST",
        );
        let stream = Answer::to(post(&world, body.clone()).header("accept", "text/event-stream")).await;
        is_right(
            told(&stream_error(&String::from_utf8_lossy(&stream.body))["errors"]),
            "event stream",
        );
        let payload: Value = serde_json::from_str(&body).expect("JSON");
        if body.len() < 4_000 {
            let parameters = [
                ("query", &payload["query"]),
                ("operationName", &payload["operationName"]),
                ("variables", &payload["variables"]),
            ];
            let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let parameters: Vec<(&str, String)> = parameters
                .iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(name, value)| (*name, text(value)))
                .collect();
            let parameters: Vec<(&str, &str)> =
                parameters.iter().map(|(name, value)| (*name, value.as_str())).collect();
            is_right(
                told(&Answer::to(get(&world, &parameters)).await.json()["errors"]),
                "GET",
            );
        }
        if codes.iter().any(|code| OF_BYTES.contains(code)) {
            continue;
        }
        say(
            &mut socket,
            json!({ "id": class, "type": "subscribe", "payload": payload }),
        )
        .await;
        let error = hear(&mut socket).await.expect("an answer");
        assert_eq!((&error["id"], &error["type"]), (&json!(class), &json!("error")));
        is_right(told(&error["payload"]), "WebSocket");
    }
}

#[tokio::test]
async fn whatever_the_door_refuses_is_told_whole() {
    let world = World::new().await;
    let unknown =
        json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": "0".repeat(64) } } }).to_string();
    for (request, code) in [
        (post(&world, "x"), "BAD_REQUEST"),
        (post(&world, r#"{"query":"{ a }","query":"{ b }"}"#), "BAD_REQUEST"),
        (post(&world, "[]"), "BATCHES_REFUSED"),
        (post(&world, unknown), "PERSISTED_QUERY_NOT_FOUND"),
        (post(&world, "x".repeat(2 << 20)), "REQUEST_TOO_LARGE"),
        (
            query(&world, "subscription { potChanged { year } }"),
            "SUBSCRIPTION_NEEDS_STREAM",
        ),
        (
            query(&world, "{ __typename }").header("x-graphql-event-stream-token", "t"),
            "SINGLE_CONNECTION_REFUSED",
        ),
        (
            query(&world, "{ __typename }").header("host", "evil.example"),
            "ORIGIN_REFUSED",
        ),
        (
            query(&world, "{ __typename }").header("accept", "text/html"),
            "NOT_ACCEPTABLE",
        ),
        (
            query(&world, "{ __typename }").header("programgrant-caller", "nobody"),
            "BAD_REQUEST",
        ),
        (
            get(&world, &[("query", "mutation { __typename }")]),
            "METHOD_NOT_ALLOWED",
        ),
        (client().put(world.url("/graphql")), "METHOD_NOT_ALLOWED"),
        (client().post(world.url("/health/live")), "METHOD_NOT_ALLOWED"),
        (client().get(world.url("/nowhere")), "NOT_FOUND"),
        (
            client().get(world.url("/graphql")).header("upgrade", "websocket"),
            "BAD_REQUEST",
        ),
    ] {
        assert_eq!(told(&Answer::to(request).await.json()["errors"]), code);
    }
}

#[tokio::test]
async fn what_is_not_taken_says_what_would_be() {
    let world = World::new().await;
    for (request, name, taken) in [
        (
            query(&world, "{ __typename }").header("content-encoding", "gzip"),
            "accept-encoding",
            "identity",
        ),
        (
            query(&world, "{ __typename }").header("content-encoding", "identity, br"),
            "accept-encoding",
            "identity",
        ),
        (
            client()
                .post(world.url("/graphql"))
                .header("content-type", "text/plain")
                .body("{}"),
            "accept",
            "application/json",
        ),
    ] {
        let answer = Answer::to(request).await;
        assert_eq!(
            (answer.status, told(&answer.json()["errors"]).as_str()),
            (415, "UNSUPPORTED_MEDIA_TYPE")
        );
        assert_eq!(answer.header(name), taken);
    }
}

#[tokio::test]
async fn who_may_not_come_in_is_told_whole() {
    let signer = Signer::p256("e");
    let issuer = Issuer::with(&[&signer]).await;
    let world = tokens::believing(&issuer, "scope_prefix = \"udir\"\n[limits.budget]\npublic = 130").await;
    let foreign = query(&world, "{ __typename }").header("authorization", "Bearer nonsense");
    assert_eq!(told(&Answer::to(foreign).await.json()["errors"]), "INVALID_TOKEN");
    assert_eq!(
        told(
            &Answer::to(query(&world, "{ fundingClaim(id: \"x\") { id } }"))
                .await
                .json()["errors"]
        ),
        "UNAUTHENTICATED"
    );
    // A document that is none costs more than comes back while the test runs.
    Answer::to(query(&world, "{")).await;
    assert_eq!(
        told(&Answer::to(query(&world, "{")).await.json()["errors"]),
        "RATE_LIMITED"
    );
    assert_eq!(
        told(
            &Answer::to(query(&world, "{").header("accept", "text/event-stream"))
                .await
                .json()["errors"]
        ),
        "RATE_LIMITED"
    );
    let mut socket = admitted(&world, json!({})).await;
    say(
        &mut socket,
        json!({ "id": "1", "type": "subscribe", "payload": { "query": "{" } }),
    )
    .await;
    assert_eq!(
        told(&hear(&mut socket).await.expect("an answer")["payload"]),
        "RATE_LIMITED"
    );
}

#[tokio::test]
async fn what_never_begins_over_a_websocket_is_told_whole() {
    let world = World::with_settings("[http]\ndeadline = \"200ms\"\n[websocket]\noperations = 1").await;
    let mut socket = admitted(&world, json!({})).await;
    let writing = world.gateway().database.write().await.expect("begins");
    let command = "mutation { requestFunding(idempotencyKey: \"a\", input: { scheme: \"231.63\", recipient: { municipalityNumber: \"0301\" }, \
        year: 2021, amount: 100, caseReference: \"1\" }) { errors { code } } }";
    for (id, payload, code) in [
        ("1", json!({ "query": "{ a }" }), "INVALID_DOCUMENT"),
        ("2", json!({ "query": command }), "DEADLINE_EXCEEDED"),
    ] {
        say(
            &mut socket,
            json!({ "id": id, "type": "subscribe", "payload": payload }),
        )
        .await;
        assert_eq!(told(&hear(&mut socket).await.expect("an answer")["payload"]), code);
    }
    drop(writing);
    for id in ["3", "4"] {
        say(
            &mut socket,
            json!({ "id": id, "type": "subscribe", "payload": { "query": "subscription { potChanged { year } }" } }),
        )
        .await;
    }
    let error = hear(&mut socket).await.expect("an answer");
    assert_eq!(
        (&error["id"], told(&error["payload"]).as_str()),
        (&json!("4"), "TOO_MANY_OPERATIONS")
    );
}
