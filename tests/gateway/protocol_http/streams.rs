//! Promise: an operation can be followed as an event stream of its own, and the stream says when it has ended and why.

use std::time::Duration;

use programgrant::demo::systems;
use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{Answer, get, post, query};
use crate::records::{TWELVE, kroner, programme_2021, share};
use crate::world::World;

/// The bound only ends a test that has failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// A stream under way.
struct Stream {
    response: Response,
    text: String,
}

impl Stream {
    async fn open(request: RequestBuilder) -> Self {
        let response = request
            .header("accept", "text/event-stream")
            .send()
            .await
            .expect("an answer");
        assert_eq!(
            (response.status().as_u16(), &response.headers()["content-type"]),
            (200, &"text/event-stream".parse().expect("a header"))
        );
        Self {
            response,
            text: String::new(),
        }
    }

    /// The next event and its data; `None` where the stream has ended.
    async fn next(&mut self) -> Option<(String, Value)> {
        loop {
            if let Some((event, rest)) = self
                .text
                .split_once("\n\n")
                .map(|(event, rest)| (event.to_owned(), rest.to_owned()))
            {
                self.text = rest;
                let field = |name: &str| {
                    event
                        .lines()
                        .find_map(|line| line.strip_prefix(name))
                        .map(|value| value.trim().to_owned())
                };
                match (field("event:"), field("data:")) {
                    (Some(name), Some(data)) => {
                        return Some((name, serde_json::from_str(&data).unwrap_or(Value::Null)));
                    }
                    (None, None) => continue,
                    incomplete => panic!("{incomplete:?}"),
                }
            }
            let chunk = tokio::time::timeout(PATIENCE, self.response.chunk())
                .await
                .expect("in time")
                .expect("whole")?;
            self.text.push_str(std::str::from_utf8(&chunk).expect("UTF-8"));
        }
    }

    async fn rest(mut self) -> Vec<(String, Value)> {
        let mut events = Vec::new();
        while let Some(event) = self.next().await {
            events.push(event);
        }
        events
    }
}

fn complete() -> (String, Value) {
    ("complete".to_owned(), Value::Null)
}

#[tokio::test]
async fn a_query_and_a_mutation_are_answered_in_a_stream_that_ends() {
    let world = World::new().await;
    for (request, name) in [
        (query(&world, "{ __typename }"), "Query"),
        (query(&world, "mutation { __typename }"), "Mutation"),
        (get(&world, &[("query", "{ __typename }")]), "Query"),
    ] {
        let events = Stream::open(request).await.rest().await;
        assert_eq!(
            events,
            [
                ("next".to_owned(), json!({ "data": { "__typename": name } })),
                complete()
            ]
        );
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_document_is_told_in_the_stream() {
    let world = World::new().await;
    for (document, code) in [
        ("subscription { nothing }", "INVALID_DOCUMENT"),
        ("subscription {", "INVALID_DOCUMENT"),
        (
            "subscription { potChanged(programme: \"none\") { year } }",
            "UNKNOWN_PROGRAMME",
        ),
        ("subscription { potChanged { nothing } }", "INVALID_DOCUMENT"),
        (
            "subscription { potChanged @skip(if: true) { year } }",
            "INVALID_DOCUMENT",
        ),
        ("", "BAD_REQUEST"),
    ] {
        let events = Stream::open(query(&world, document)).await.rest().await;
        assert_eq!((events.len(), &events[1]), (2, &complete()), "{document}");
        let extensions = &events[0].1["errors"][0]["extensions"];
        assert_eq!(
            (&extensions["code"], extensions["reference"].is_string()),
            (&json!(code), true),
            "{document}"
        );
    }
}

#[tokio::test]
async fn what_is_no_request_is_refused_before_a_stream_begins() {
    let world = World::new().await;
    let stream = |request: RequestBuilder| Answer::to(request.header("accept", "text/event-stream"));
    assert_eq!(
        stream(post(&world, "[]")).await.refusal(),
        (400, "BATCHES_REFUSED".to_owned())
    );
    assert_eq!(
        stream(post(&world, "{")).await.refusal(),
        (400, "BAD_REQUEST".to_owned())
    );
    assert_eq!(
        stream(get(&world, &[("query", "mutation { __typename }")]))
            .await
            .refusal(),
        (405, "METHOD_NOT_ALLOWED".to_owned())
    );
    let elsewhere = query(&world, "subscription { potChanged { year } }").header("origin", "https://evil.example");
    assert_eq!(stream(elsewhere).await.refusal(), (403, "ORIGIN_REFUSED".to_owned()));
    for shared in [
        query(&world, "{ __typename }").header("x-graphql-event-stream-token", "x"),
        get(&world, &[("token", "x")]),
    ] {
        assert_eq!(
            stream(shared).await.refusal(),
            (400, "SINGLE_CONNECTION_REFUSED".to_owned())
        );
    }
}

#[tokio::test]
async fn a_subscription_needs_a_stream() {
    let world = World::new().await;
    let document = "subscription { potChanged { year } }";
    for request in [query(&world, document), query(&world, document).header("accept", "*/*")] {
        assert_eq!(
            Answer::to(request).await.refusal(),
            (400, "SUBSCRIPTION_NEEDS_STREAM".to_owned())
        );
    }
    assert!(Answer::to(get(&world, &[("query", document)])).await.status >= 400);
    let both = query(&world, document).header(
        "accept",
        "application/graphql-response+json, application/json, text/event-stream, multipart/mixed",
    );
    let response = both.send().await.expect("an answer");
    assert_eq!(response.headers()["content-type"], "text/event-stream");
}

#[tokio::test]
async fn a_change_is_heard_and_a_server_that_drains_ends_the_stream_without_completing_it() {
    let world = World::with_settings("[http]\ndeadline = \"1s\"").await;
    world.publish(&programme_2021());
    world.poll_all().await;
    let mut telling = JoinSet::new();
    world.gateway().tell_of_changes(&mut telling);
    let mut stream = Stream::open(query(
        &world,
        "subscription { potChanged(municipality: \"3812\") { year municipality { name } } }",
    ))
    .await;
    // Longer than a request may take: a stream has no deadline.
    let mut patience = tokio::time::interval(Duration::from_millis(1200));
    patience.tick().await;
    patience.tick().await;
    let siljan = TWELVE
        .into_iter()
        .find(|(number, _)| *number == "3812")
        .expect("a participant");
    world.publish(&[(systems::BUFDIR, vec![share(4, siljan, 2021, kroner(1))])]);
    world.poll_all().await;
    let heard = stream.next().await.expect("an event");
    assert_eq!(
        heard,
        (
            "next".to_owned(),
            json!({ "data": { "potChanged": { "year": 2021, "municipality": { "name": "Siljan" } } } })
        )
    );
    world.front().closing.cancel();
    assert_eq!(stream.rest().await, [], "its client comes again");
}
