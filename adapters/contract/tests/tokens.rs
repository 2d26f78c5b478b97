//! Promise: a source goes out with a token that its token service gave for a sound assertion; one fetch serves all who wait, a token is
//! renewed before it ends and once when it is refused, and a token service that gives none is named as the one at fault.

mod common;

use common::door::Door;
use common::token_service::{self, AUDIENCE, CLIENT, SCOPE, TokenFault};
use common::{KEY, Office, ask, with_tokens};
use futures::future::join_all;
use programgrant_contract::{Http, RetryAfter, SourceError};
use serde_json::{Value, json};
use std::time::Duration;
use token_service::TokenService;

/// A system behind a door that takes the service's tokens alone.
struct World {
    office: Office,
    service: TokenService,
    door: Door,
    http: Http,
}

impl World {
    async fn new() -> Self {
        Self::with(|settings| settings).await
    }

    async fn with(settings: impl FnOnce(String) -> String) -> Self {
        let (office, service) = Office::with_key().await;
        let door = Door::open(None, service.judge()).await;
        let http = office
            .open(&settings(with_tokens(&door.url("/"), &service)))
            .expect("sound");
        Self {
            office,
            service,
            door,
            http,
        }
    }

    async fn ask(&self) -> Result<u16, SourceError> {
        ask(&self.http, &self.door.url("/")).await
    }
}

#[tokio::test]
async fn an_assertion_says_what_the_service_must_know_and_is_used_once() {
    let world =
        World::with(|text| format!("{text}resource = \"https://grants.example/\"\nconsumer_org = \"974760673\"\n"))
            .await;
    assert_eq!(world.ask().await, Ok(200));
    world.service.revoke_all();
    assert_eq!(world.ask().await, Ok(200));
    let heard = world.service.heard();
    let [(header, first), (_, second)] = heard.as_slice() else {
        panic!("two assertions: {heard:?}")
    };
    assert_eq!((&header["alg"], &header["kid"]), (&json!("RS256"), &json!("key-2026")));
    assert_eq!(header.get("x5c").unwrap_or(&Value::Null), &Value::Null);
    let noon = 1_795_348_800;
    assert_eq!(
        (&first["iat"], &first["exp"]),
        (&json!(noon), &json!(noon + 100)),
        "120 at most, by a clock ten behind"
    );
    for (name, value) in [
        ("aud", AUDIENCE),
        ("iss", CLIENT),
        ("scope", SCOPE),
        ("resource", "https://grants.example/"),
        ("consumer_org", "974760673"),
    ] {
        assert_eq!(first[name], value, "{name}");
    }
    assert_ne!(first["jti"], second["jti"]);
}

#[tokio::test]
async fn what_is_not_configured_is_not_claimed() {
    let world = World::new().await;
    assert_eq!(world.ask().await, Ok(200));
    let claims = &world.service.heard()[0].1;
    assert_eq!(
        (claims.get("resource"), claims.get("consumer_org")),
        (None, None),
        "{claims}"
    );
}

#[tokio::test]
async fn one_fetch_serves_all_who_wait() {
    let world = World::new().await;
    let answers = join_all((0..20).map(|_| world.ask())).await;
    assert!(answers.iter().all(|answer| *answer == Ok(200)), "{answers:?}");
    assert_eq!((world.service.asked(), world.door.visits()), (1, (20, 0)));
}

#[tokio::test]
async fn a_refusal_of_all_who_wait_is_one_fetch_too() {
    let world = World::new().await;
    assert_eq!(world.ask().await, Ok(200));
    world.service.revoke_all();
    let answers = join_all((0..20).map(|_| world.ask())).await;
    assert!(answers.iter().all(|answer| *answer == Ok(200)), "{answers:?}");
    assert_eq!(world.service.asked(), 2);
}

#[tokio::test]
async fn a_token_is_renewed_before_it_ends() {
    let world = World::new().await;
    world.service.lasts(Some(120));
    for (seconds, asked) in [(0, 1), (99, 1), (1, 2), (99, 2), (1_000, 3)] {
        world.office.advance(seconds);
        assert_eq!(world.ask().await, Ok(200));
        assert_eq!(world.service.asked(), asked, "after {seconds} more seconds");
    }
    assert_eq!(
        world.door.visits().1,
        0,
        "nothing was asked with a token that had ended"
    );
    // Half of a short life; nothing of none; where nobody says, a minute.
    for (lasts, seconds, more) in [
        (Some(10), 4, 0),
        (Some(10), 5, 1),
        (Some(0), 0, 1),
        (None, 39, 0),
        (None, 40, 1),
    ] {
        let world = World::new().await;
        world.service.lasts(lasts);
        let answers = [world.ask().await, {
            world.office.advance(seconds);
            world.ask().await
        }];
        let is_good = |answer: &Result<u16, _>| *answer == Ok(200) || lasts == Some(0);
        assert!(answers.iter().all(is_good), "{answers:?}");
        let asked = if lasts == Some(0) { 4 } else { 1 + more };
        assert_eq!(world.service.asked(), asked, "{lasts:?} after {seconds} seconds");
    }
}

#[tokio::test]
async fn a_refused_token_is_fetched_anew_once_and_the_request_repeated_once() {
    let world = World::new().await;
    assert_eq!(world.ask().await, Ok(200));
    world.service.revoke_all();
    assert_eq!(world.ask().await, Ok(200));
    assert_eq!((world.service.asked(), world.door.visits()), (2, (2, 1)));
    // A system that takes no token at all is asked twice, and then believed.
    let closed = Door::open(None, |_| false).await;
    let http = world
        .office
        .open(&with_tokens(&closed.url("/"), &world.service))
        .expect("sound");
    assert_eq!(ask(&http, &closed.url("/")).await, Ok(401));
    assert_eq!((world.service.asked(), closed.visits()), (4, (0, 2)));
}

#[tokio::test]
async fn a_token_service_that_gives_none_is_the_one_at_fault() {
    let whose = "the token service is at fault, not the system: ";
    for (fault, is_retryable, text) in [
        (TokenFault::Down, true, "it is out of reach: status 503"),
        (
            TokenFault::NoJson,
            true,
            "its answer cannot be read: body: no answer with a token",
        ),
        (
            TokenFault::TornToken,
            true,
            "its answer cannot be read: access_token: no token",
        ),
        (TokenFault::Redirect, false, "it refuses: status 307"),
    ] {
        let world = World::new().await;
        world.service.set_fault(Some(fault));
        let error = world.ask().await.expect_err("no token");
        assert_eq!(
            (error.to_string(), error.is_retryable()),
            (format!("{whose}{text}"), is_retryable)
        );
        let wait = (fault == TokenFault::Down).then_some(RetryAfter::In(Duration::from_secs(3)));
        assert_eq!(error.retry_after(), wait);
        assert_eq!(world.door.visits(), (0, 0), "nobody is asked without a token");
        world.service.set_fault(None);
        assert_eq!(world.ask().await, Ok(200), "a failure is not remembered");
    }
    let world = World::new().await;
    let nobody = world.office.open(
        &with_tokens(&world.door.url("/"), &world.service).replace(&world.service.url(), "http://127.0.0.1:1/token"),
    );
    let error = ask(&nobody.expect("sound"), &world.door.url("/"))
        .await
        .expect_err("no token");
    assert_eq!(error.to_string(), format!("{whose}it is out of reach: no connection"));
}

#[tokio::test]
async fn what_the_service_does_not_take_is_said_by_its_code_alone() {
    for (of, instead, code) in [
        (AUDIENCE, "https://others.example/", "invalid_grant"),
        (CLIENT, "somebody", "invalid_client"),
        (SCOPE, "everything:write", "invalid_scope"),
        ("key-2026", "key-2025", "invalid_client"),
    ] {
        let world = World::with(|text| text.replace(of, instead)).await;
        let error = world.ask().await.expect_err(instead);
        let text = format!("the token service is at fault, not the system: it refuses: status 400, {code}");
        assert_eq!((error.to_string(), error.is_retryable()), (text, false), "{instead}");
    }
    // A key that nobody let in, and a clock that is eleven seconds behind.
    let world = World::new().await;
    world
        .office
        .write("key.pem", &token_service::pem(&token_service::rsa()));
    let http = world
        .office
        .open(&with_tokens(&world.door.url("/"), &world.service))
        .expect("sound");
    let error = ask(&http, &world.door.url("/")).await.expect_err("another key");
    assert!(error.to_string().ends_with("invalid_client"), "{error}");
    let slow = Office::new();
    slow.write("key.pem", &token_service::pem(&KEY));
    for (seconds, sound) in [(-10, true), (-1, false), (21, true), (1, false)] {
        slow.advance(seconds);
        let http = slow
            .open(&with_tokens(&world.door.url("/"), &world.service))
            .expect("sound");
        let answer = ask(&http, &world.door.url("/")).await;
        assert_eq!(answer.is_ok(), sound, "{seconds} seconds more: {answer:?}");
    }
}

#[tokio::test]
async fn no_token_is_shown() {
    let world = World::new().await;
    assert_eq!(world.ask().await, Ok(200));
    let shown = format!("{:?}", world.http);
    assert!(shown.contains("***") && !shown.contains("token-"), "{shown}");
}
