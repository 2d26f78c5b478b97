//! Promise: an error says precisely what failed, once, under a stable code and a reference; never more than a hundred, never the
//! schema to those who guess, and never late.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{Answer, get, post, query};
use crate::world::World;

fn errors(answer: &Answer) -> Vec<Value> {
    answer.json()["errors"].as_array().expect("errors").clone()
}

#[tokio::test]
async fn every_error_carries_the_reference_of_its_answer() {
    let world = World::new().await;
    let requests = || {
        [
            query(&world, "{"),
            query(&world, "{ nothing nothing2 }"),
            query(
                &world,
                "{ a: municipality(number: \"9\") { name } b: municipality(number: \"8\") { name } }",
            ),
            query(&world, "subscription { potChanged { year } }"),
            post(&world, "["),
            query(&world, "{ __typename }").header("content-type", "text/plain"),
            get(&world, &[("query", "mutation { __typename }")]),
        ]
    };
    let mut seen = HashSet::new();
    for request in requests() {
        let answer = Answer::to(request).await;
        assert!(
            errors(&answer)
                .iter()
                .all(|error| error["extensions"]["reference"] == answer.header("x-request-id")),
            "{}",
            answer.json()
        );
        assert!(seen.insert(answer.header("x-request-id").to_owned()), "each is another");
    }
    for request in requests() {
        let answer = Answer::to(request.header("x-request-id", "case-7.of_udir")).await;
        assert_eq!(errors(&answer)[0]["extensions"]["reference"], "case-7.of_udir");
    }
    for harmful in [
        "short",
        "a b c d e f g h",
        "<script>alert(1)</script>",
        &"x".repeat(65),
        "æøåæøåæøå",
    ] {
        let value = reqwest::header::HeaderValue::from_bytes(harmful.as_bytes()).expect("a header");
        let answer = Answer::to(query(&world, "{").header("x-request-id", value)).await;
        assert_eq!(answer.header("x-request-id").len(), 17, "{harmful}");
    }
}

#[tokio::test]
async fn a_field_fails_once_and_names_itself() {
    let world = World::new().await;
    let answer = Answer::to(query(
        &world,
        "{ a: municipality(number: \"9\") { name } b: municipality(number: \"9\") { name } }",
    ))
    .await;
    let paths: Vec<Value> = errors(&answer).iter().map(|error| error["path"].clone()).collect();
    assert_eq!(paths, [json!(["a"]), json!(["b"])]);
    let answer = Answer::to(query(
        &world,
        "query ($input: Nothing!) { municipality(number: \"3813\") { name } }",
    ))
    .await;
    let told: Vec<(Value, Value)> = errors(&answer)
        .iter()
        .map(|error| (error["message"].clone(), error["locations"].clone()))
        .collect();
    assert_eq!(told.iter().collect::<HashSet<_>>().len(), told.len(), "{told:?}");
}

#[tokio::test]
async fn more_than_a_hundred_errors_are_counted() {
    let world = World::new().await;
    let answer = Answer::to(query(
        &world,
        "{ municipalities(limit: 150) { items { awards(scheme: \"none\") { id } } } }",
    ))
    .await;
    let errors = errors(&answer);
    assert_eq!(errors.len(), 101);
    assert_eq!(
        (&errors[99]["extensions"]["code"], &errors[100]["extensions"]["code"]),
        (&json!("UNKNOWN_SCHEME"), &json!("TOO_MANY_ERRORS"))
    );
    assert_eq!(errors[100]["message"], "50 more errors are left out.");
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn an_error_of_the_language_neither_draws_nor_suggests() {
    let world = World::new().await;
    for (document, right) in [
        ("{ viewr { role } }", "viewer"),
        ("{ viewer { rol } }", "role"),
        ("{ municipality(numbr: \"3813\") { name } }", "number"),
        ("query ($a: Strin) { viewer { role } }", "String"),
        ("{ ... on Quer { viewer { role } } }", "Query"),
        ("{ viewer @skp(if: true) { role } }", "skip"),
    ] {
        let errors = errors(&Answer::to(query(&world, document)).await);
        assert!(
            errors
                .iter()
                .all(|error| !error["message"].as_str().expect("text").contains(right)),
            "{document}: {errors:?}"
        );
    }
    let answer = Answer::to(query(&world, "{ viewer { role }")).await;
    assert_eq!(errors(&answer)[0]["locations"], json!([{ "line": 1, "column": 18 }]));
    assert!(
        !answer.message().contains('\n') && !answer.message().contains("-->"),
        "{}",
        answer.message()
    );
}

#[tokio::test]
async fn what_takes_too_long_is_given_up_in_the_same_form() {
    let world = World::with_settings("[http]\ndeadline = \"200ms\"").await;
    // A command waits for whoever is writing.
    let writing = world.gateway().database.write().await.expect("begins");
    let command = "mutation { requestFunding(idempotencyKey: \"a\", input: { scheme: \"231.63\", recipient: { municipalityNumber: \"0301\" }, \
        year: 2021, amount: 100, caseReference: \"1\" }) { errors { code } } }";
    let answer = Answer::to(query(&world, command).header("accept", "application/graphql-response+json")).await;
    drop(writing);
    assert_eq!(answer.refusal(), (503, "DEADLINE_EXCEEDED".to_owned()));
    assert!(
        answer
            .header("content-type")
            .starts_with("application/graphql-response+json")
    );
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(
        errors(&answer)[0]["extensions"]["reference"],
        answer.header("x-request-id")
    );
}
