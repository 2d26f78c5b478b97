//! Promise: an answer has the form that was asked for, says how long it may be kept, and tells a browser what not to do with it.

use serde_json::json;

use super::{Answer, client, get, post, query};
use crate::world::World;

const NEWER: &str = "application/graphql-response+json; charset=utf-8";
const OLDER: &str = "application/json; charset=utf-8";

#[tokio::test]
async fn a_document_that_is_none_has_a_status_of_its_own_in_the_newer_form_alone() {
    let world = World::new().await;
    let variables = json!({ "query": "query ($on: Date) { municipality(number: \"3813\", on: $on) { name } }", "variables": { "on": "soon" } });
    for body in [
        json!({ "query": "{" }),
        json!({ "query": "{ nothing }" }),
        json!({ "query": "query A { __typename }", "operationName": "B" }),
        variables,
    ] {
        for (accept, form, status) in [
            ("application/graphql-response+json", NEWER, 400),
            ("application/json", OLDER, 200),
        ] {
            let answer = Answer::to(post(&world, body.to_string()).header("accept", accept)).await;
            assert_eq!((answer.status, answer.header("content-type")), (status, form), "{body}");
            assert!(
                answer.json().get("data").is_none(),
                "what was not executed has no data: {body}"
            );
        }
    }
    let partly = query(&world, "{ municipality(number: \"9\") { name } viewer { role } }")
        .header("accept", "application/graphql-response+json");
    let answer = Answer::to(partly).await;
    assert_eq!(
        (answer.status, &answer.json()["data"]["viewer"]["role"]),
        (200, &json!("PROGRAMME_OFFICE"))
    );
    let nothing = query(&world, "{ municipalities(limit: 0) { items { id } } }")
        .header("accept", "application/graphql-response+json");
    let answer = Answer::to(nothing).await;
    assert_eq!(
        (answer.status, answer.json().get("data")),
        (200, Some(&json!(null))),
        "executed, and nothing is left"
    );
}

#[tokio::test]
async fn what_cannot_be_given_is_not_acceptable() {
    let world = World::new().await;
    for accept in ["text/html", "application/xml, image/*", "application/json;q=0"] {
        let answer = Answer::to(query(&world, "{ __typename }").header("accept", accept)).await;
        assert_eq!(answer.refusal(), (406, "NOT_ACCEPTABLE".to_owned()), "{accept}");
    }
    let refused = Answer::to(post(&world, "[]").header("accept", "application/graphql-response+json")).await;
    assert_eq!(
        (refused.status, refused.header("content-type")),
        (400, NEWER),
        "a refusal has the form that was asked for"
    );
}

#[tokio::test]
async fn every_answer_keeps_browsers_from_using_it_otherwise() {
    let world = World::new().await;
    let http = client();
    for request in [
        query(&world, "{ __typename }"),
        query(&world, "{"),
        post(&world, "["),
        get(&world, &[("query", "{ __typename }")]),
        query(&world, "{ __typename }").header("accept", "text/event-stream"),
        http.get(world.url("/health/live")),
        http.get(world.url("/nothing")),
        http.put(world.url("/graphql")),
        http.request(reqwest::Method::OPTIONS, world.url("/graphql")),
    ] {
        let answer = Answer::to(request).await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
            ("referrer-policy", "no-referrer"),
            ("x-frame-options", "DENY"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), value, "{}", answer.status);
        }
        assert!(!answer.header("x-request-id").is_empty());
        assert!(!answer.headers.contains_key("access-control-allow-origin"));
    }
}

#[tokio::test]
async fn other_methods_are_told_which_there_are() {
    let world = World::new().await;
    let http = client();
    for method in ["PUT", "DELETE", "PATCH", "TRACE", "BREW"] {
        let request = http.request(method.parse().expect("a method"), world.url("/graphql"));
        let answer = Answer::to(request).await;
        assert_eq!(answer.refusal(), (405, "METHOD_NOT_ALLOWED".to_owned()), "{method}");
        assert_eq!(answer.header("allow"), "GET, HEAD, POST, OPTIONS");
    }
    let options = Answer::to(http.request(reqwest::Method::OPTIONS, world.url("/graphql"))).await;
    assert_eq!(
        (options.status, options.header("allow")),
        (204, "GET, HEAD, POST, OPTIONS")
    );
    let health = Answer::to(http.post(world.url("/health/live"))).await;
    assert_eq!(
        (health.refusal(), health.header("allow")),
        ((405, "METHOD_NOT_ALLOWED".to_owned()), "GET, HEAD")
    );
    assert_eq!(
        Answer::to(http.get(world.url("/nothing"))).await.refusal(),
        (404, "NOT_FOUND".to_owned())
    );
    let head = Answer::to(http.head(world.url("/graphql")).query(&[("query", "{ __typename }")])).await;
    assert_eq!(
        (head.status, head.body.len(), head.header("content-type")),
        (200, 0, OLDER)
    );
    // A refusal's text takes the place of the router's answer, which had another length.
    let head = Answer::to(http.head(world.url("/nothing"))).await;
    let length = Answer::to(http.get(world.url("/nothing"))).await.body.len();
    assert_eq!((head.status, head.body.len()), (404, 0));
    assert!(length > 0 && head.header("content-length") == length.to_string());
}

#[tokio::test]
async fn only_the_caller_itself_keeps_an_answer_and_asks_anew_each_time() {
    let world = World::new().await;
    let ask = |more: &[(&'static str, &str)]| {
        let request = get(
            &world,
            &[("query", "{ viewer { organisation { organisationNumber } } }")],
        );
        Answer::to(
            more.iter()
                .fold(request, |request, (name, value)| request.header(*name, *value)),
        )
    };
    let first = ask(&[]).await;
    assert_eq!(first.header("cache-control"), "private, no-cache");
    for name in ["accept", "accept-encoding", "authorization", "programgrant-caller"] {
        assert!(first.header("vary").split(", ").any(|varies| varies == name), "{name}");
    }
    let tag = first.header("etag").to_owned();
    for known in [
        tag.clone(),
        format!("\"other\", {tag}"),
        tag.trim_start_matches("W/").to_owned(),
    ] {
        let again = ask(&[("if-none-match", &known)]).await;
        assert_eq!(
            (
                again.status,
                again.body.len(),
                again.header("etag"),
                again.header("vary")
            ),
            (304, 0, tag.as_str(), first.header("vary"))
        );
    }
    let other = ask(&[("if-none-match", &tag), ("programgrant-caller", "889640782")]).await;
    assert_eq!(
        (
            other.status,
            other.json()["data"]["viewer"]["organisation"]["organisationNumber"].as_str()
        ),
        (200, Some("889640782"))
    );
    assert_ne!(other.header("etag"), tag);
    let newer = ask(&[("if-none-match", &tag), ("accept", "application/graphql-response+json")]).await;
    assert_eq!(newer.status, 200, "the other form is another answer");
    assert_eq!(
        Answer::to(query(&world, "{ __typename }"))
            .await
            .header("cache-control"),
        "no-store"
    );
    let failed = Answer::to(get(&world, &[("query", "{ municipality(number: \"9\") { name } }")])).await;
    assert_eq!(
        (failed.header("cache-control"), failed.header("etag")),
        ("no-store", "")
    );
    let with_token = ask(&[("authorization", "Bearer x")]).await;
    assert_eq!(with_token.header("cache-control"), "no-store");
}

#[tokio::test]
async fn a_long_answer_is_compressed_for_who_wants_it() {
    let world = World::new().await;
    let long = "{ municipalities(limit: 500) { items { id name } } }";
    for (wanted, given) in [("br", "br"), ("gzip", "gzip"), ("zstd", ""), ("identity", "")] {
        let answer = Answer::to(query(&world, long).header("accept-encoding", wanted)).await;
        assert_eq!(
            (answer.status, answer.header("content-encoding")),
            (200, given),
            "{wanted}"
        );
        assert_eq!(answer.body.starts_with(b"{"), given.is_empty());
    }
    let short = Answer::to(query(&world, "{ __typename }").header("accept-encoding", "br")).await;
    assert_eq!(short.header("content-encoding"), "");
    let stream = Answer::to(
        query(&world, long)
            .header("accept-encoding", "br")
            .header("accept", "text/event-stream"),
    )
    .await;
    assert_eq!(
        (stream.header("content-encoding"), stream.header("content-type")),
        ("", "text/event-stream")
    );
}

#[tokio::test]
async fn pages_of_a_configured_origin_may_ask_and_no_others() {
    let world = World::with_settings("[http]\norigins = [\"https://tilskudd.example\"]").await;
    let preflight = |origin: &str| {
        let request = client()
            .request(reqwest::Method::OPTIONS, world.url("/graphql"))
            .header("origin", origin);
        Answer::to(
            request
                .header("access-control-request-method", "POST")
                .header("access-control-request-headers", "content-type"),
        )
    };
    let allowed = preflight("https://tilskudd.example").await;
    assert_eq!(
        (allowed.status, allowed.header("access-control-allow-origin")),
        (204, "https://tilskudd.example")
    );
    assert!(allowed.header("access-control-allow-headers").contains("content-type"));
    assert_eq!(
        preflight("https://evil.example")
            .await
            .header("access-control-allow-origin"),
        ""
    );
    for (origin, given) in [
        ("https://tilskudd.example", "https://tilskudd.example"),
        ("https://evil.example", ""),
    ] {
        let answer = Answer::to(query(&world, "{ __typename }").header("origin", origin)).await;
        assert_eq!(answer.header("access-control-allow-origin"), given);
        assert!(answer.headers.get_all("vary").iter().any(|vary| vary == "origin"));
        assert!(!answer.headers.contains_key("access-control-allow-credentials"));
    }
}
