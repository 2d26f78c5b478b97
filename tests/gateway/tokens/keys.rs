//! Promise: an issuer's keys are fetched once for all who wait, used while it is down, renewed when it changes them, and no flood
//! of unknown keys makes anybody ask it more than once at first, and then once a minute.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, StatusCode};
use futures::future::join_all;
use programgrant::app::Gateway;
use programgrant::clock::Clock;
use programgrant::config::Config;
use programgrant::http::Service;
use serde_json::{Value, json};

use super::issuer::{Issuer, Signer, encode};
use super::{BAMBLE, VIEWER, ask, who, world};

const REFUSED: &str = "401 INVALID_TOKEN";
const UNKNOWN: &str = "503 IDENTITY_UNAVAILABLE";
const MINUTE: Duration = Duration::from_mins(1);

fn bamble() -> String {
    format!("MUNICIPALITY {BAMBLE} -")
}

#[tokio::test]
async fn a_hundred_callers_at_once_are_one_fetch() {
    let signer = Signer::p256("e");
    let issuer = Issuer::with(&[&signer]).await;
    let world = world(&issuer).await;
    let token = signer.token(&issuer.claims(&json!({})));
    let answers = join_all((0..100).map(|_| who(&world, &token))).await;
    assert!(answers.iter().all(|answer| *answer == bamble()), "{answers:?}");
    assert_eq!(issuer.fetches(), 1);
}

#[tokio::test]
async fn a_flood_of_unknown_keys_is_one_fetch_a_minute_and_stops_nobody() {
    let (signer, stranger) = (Signer::p256("e"), Signer::p256("x"));
    let issuer = Issuer::with(&[&signer]).await;
    let world = world(&issuer).await;
    let token = signer.token(&issuer.claims(&json!({ "exp": 2_000_000_000 })));
    let claims = issuer.claims(&json!({ "exp": 2_000_000_000 }));
    assert_eq!(who(&world, &token).await, bamble());
    for minute in 1..=3 {
        let unknown = |number: usize| stranger.token_with(&json!({ "kid": format!("{minute}-{number}") }), &claims);
        let tokens: Vec<String> = (0..200).map(unknown).collect();
        let answers = join_all(tokens.iter().map(|token| who(&world, token))).await;
        assert!(answers.iter().all(|answer| answer == REFUSED), "{answers:?}");
        // One for the keys at first, and one for each minute's flood.
        assert_eq!(issuer.fetches(), minute + 1);
        assert_eq!(who(&world, &token).await, bamble());
        world.hand.advance(MINUTE);
    }
}

#[tokio::test]
async fn new_keys_are_taken_up_and_old_ones_dropped() {
    let (old, new) = (Signer::p256("old"), Signer::rsa("new"));
    let issuer = Issuer::with(&[&old]).await;
    let world = world(&issuer).await;
    let claims = issuer.claims(&json!({ "exp": 2_000_000_000 }));
    let (before, after) = (old.token(&claims), new.token(&claims));
    assert_eq!(who(&world, &before).await, bamble());
    issuer.publish(&[old.jwk(), new.jwk()]);
    assert_eq!(
        (who(&world, &after).await, who(&world, &before).await),
        (bamble(), bamble()),
        "a new key is taken up at once"
    );
    issuer.publish(&[new.jwk()]);
    world.hand.advance(Duration::from_mins(59));
    assert_eq!(
        (who(&world, &before).await, issuer.fetches()),
        (bamble(), 2),
        "known for less than an hour"
    );
    world.hand.advance(MINUTE);
    assert_eq!(
        (who(&world, &before).await, who(&world, &after).await),
        (REFUSED.to_owned(), bamble())
    );
    assert_eq!(issuer.fetches(), 3);
}

#[tokio::test]
async fn a_new_key_under_an_old_id_is_the_new_one() {
    let (old, new) = (Signer::p256("e"), Signer::p256("e"));
    let issuer = Issuer::with(&[&old]).await;
    let world = world(&issuer).await;
    let claims = issuer.claims(&json!({ "exp": 2_000_000_000 }));
    assert_eq!(who(&world, &old.token(&claims)).await, bamble());
    issuer.publish(&[new.jwk()]);
    world.hand.advance(Duration::from_hours(1));
    assert_eq!(
        (
            who(&world, &old.token(&claims)).await,
            who(&world, &new.token(&claims)).await
        ),
        (REFUSED.to_owned(), bamble())
    );
}

#[tokio::test]
async fn known_keys_serve_for_a_day_while_the_issuer_is_down_and_nobody_is_let_in_by_others() {
    let (signer, stranger) = (Signer::p256("e"), Signer::p256("x"));
    let issuer = Issuer::with(&[&signer]).await;
    let world = world(&issuer).await;
    let claims = issuer.claims(&json!({ "exp": 2_000_000_000 }));
    let (known, unknown) = (signer.token(&claims), stranger.token(&claims));
    assert_eq!(who(&world, &known).await, bamble());
    issuer.answer(StatusCode::INTERNAL_SERVER_ERROR, "down", None);
    world.hand.advance(Duration::from_hours(1));
    assert_eq!(who(&world, &known).await, bamble());
    let answer = ask(&world, &unknown, VIEWER).await;
    assert_eq!(
        (
            answer.who().as_str(),
            answer.header("retry-after"),
            answer.header("www-authenticate")
        ),
        (UNKNOWN, "60", "-")
    );
    let told = answer.body["errors"][0]["message"].as_str().expect("a message");
    assert!(!told.contains("500"), "{answer:?}");
    for _ in 0..20 {
        assert_eq!(who(&world, &known).await, bamble());
    }
    assert_eq!(issuer.fetches(), 2, "asked again once a minute");
    world.hand.advance(Duration::from_mins(23 * 60 - 1));
    assert_eq!(who(&world, &known).await, bamble());
    world.hand.advance(MINUTE);
    assert_eq!(
        (who(&world, &known).await, who(&world, &unknown).await),
        (UNKNOWN.to_owned(), UNKNOWN.to_owned())
    );
    issuer.publish(&[signer.jwk()]);
    world.hand.advance(MINUTE);
    assert_eq!(
        (who(&world, &known).await, who(&world, &unknown).await),
        (bamble(), REFUSED.to_owned())
    );
}

#[tokio::test]
async fn an_issuer_that_never_answered_well_lets_nobody_in_and_is_asked_every_ten_seconds() {
    let signer = Signer::p256("e");
    let issuer = Issuer::with(&[&signer]).await;
    let world = world(&issuer).await;
    let token = signer.token(&issuer.claims(&json!({ "exp": 2_000_000_000 })));
    let keys = json!({ "keys": [signer.jwk()] }).to_string();
    let elsewhere = format!("{}jwks", issuer.name());
    let broken = [
        (StatusCode::NOT_FOUND, keys.clone(), None),
        (StatusCode::FOUND, keys.clone(), Some(elsewhere.as_str())),
        (StatusCode::OK, "<html>".to_owned(), None),
        (StatusCode::OK, json!({ "keys": [] }).to_string(), None),
        (
            StatusCode::OK,
            json!({ "keys": [signer.jwk()], "padding": " ".repeat(256 << 10) }).to_string(),
            None,
        ),
    ];
    for (number, (status, body, location)) in broken.into_iter().enumerate() {
        issuer.answer(status, &body, location);
        let answers = join_all((0..20).map(|_| who(&world, &token))).await;
        assert!(answers.iter().all(|answer| answer == UNKNOWN), "{answers:?}");
        assert_eq!(ask(&world, &token, VIEWER).await.header("retry-after"), "10");
        assert_eq!(issuer.fetches(), number + 1);
        world.hand.advance(Duration::from_secs(10));
    }
    issuer.publish(&[signer.jwk()]);
    assert_eq!(who(&world, &token).await, bamble());
    // Whoever brings no token needs no issuer.
    assert_eq!(super::ask_with(&world, &[], VIEWER).await.who(), "PUBLIC - -");
}

#[tokio::test]
async fn keys_that_are_for_something_else_too_weak_or_not_clearly_one_are_none() {
    let (signer, rsa, p384, one, other) = (
        Signer::p256("e"),
        Signer::rsa("r"),
        Signer::p384("f"),
        Signer::p256("twice"),
        Signer::p256("twice"),
    );
    let issuer = Issuer::with(&[]).await;
    let with = |signer: &Signer, more: Value| {
        let mut jwk = signer.jwk();
        super::issuer::replace(&mut jwk, &more);
        jwk
    };
    issuer.publish(&[
        signer.jwk(),
        with(&rsa, json!({ "kid": "encrypts", "use": "enc" })),
        with(&rsa, json!({ "kid": "signs", "key_ops": ["sign"] })),
        with(&rsa, json!({ "kid": "pss", "alg": "PS256" })),
        with(&rsa, json!({ "kid": "mixed", "alg": "ES256" })),
        with(&rsa, json!({ "kid": "short", "n": encode(&[0xd1; 128]) })),
        with(
            &rsa,
            json!({ "kid": "padded", "n": encode(&[vec![0; 129], vec![0xd1; 128]].concat()) }),
        ),
        with(&rsa, json!({ "kid": null })),
        json!({ "kty": "oct", "kid": "secret", "k": encode(b"secret") }),
        json!("no key"),
        p384.jwk(),
        one.jwk(),
        other.jwk(),
    ]);
    let world = world(&issuer).await;
    let claims = issuer.claims(&json!({}));
    assert_eq!(
        who(&world, &signer.token(&claims)).await,
        bamble(),
        "the others do not spoil it"
    );
    for id in ["encrypts", "signs", "pss", "mixed", "short", "padded", "secret"] {
        assert_eq!(
            who(&world, &rsa.token_with(&json!({ "kid": id }), &claims)).await,
            REFUSED,
            "{id}"
        );
    }
    for token in [
        one.token(&claims),
        other.token(&claims),
        p384.token_with(&json!({ "alg": "ES256" }), &claims),
    ] {
        assert_eq!(who(&world, &token).await, REFUSED);
    }
    issuer.publish(&[with(
        &rsa,
        json!({ "kid": "r", "alg": "RS256", "use": "sig", "key_ops": ["verify"] }),
    )]);
    world.hand.advance(MINUTE);
    assert_eq!(who(&world, &rsa.token(&claims)).await, bamble());
    assert_eq!(
        who(&world, &rsa.token_with(&json!({ "alg": "RS512" }), &claims)).await,
        REFUSED,
        "a key that says what it is for is for nothing else"
    );
}

#[tokio::test]
async fn a_configuration_read_anew_keeps_the_keys_unless_it_believes_others() {
    let signer = Signer::p256("e");
    let issuer = Issuer::with(&[&signer]).await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let config = |prefix: &str| {
        let store = folder.path().join("register.db");
        let text = format!(
            "[auth]\nmode = \"jwt\"\n{}\nscope_prefix = {prefix:?}\n[store]\nurl = \"sqlite:{}\"",
            issuer.settings(),
            store.display()
        );
        Config::parse(&text).expect("sound")
    };
    let clock = Clock::manual(crate::world::NOON.parse().expect("an instant")).0;
    let gateway = Arc::new(Gateway::open(&config("udir"), clock).await.expect("opens"));
    let token = format!("Bearer {}", signer.token(&issuer.claims(&json!({}))));
    let headers = HeaderMap::from_iter([(
        axum::http::header::AUTHORIZATION,
        HeaderValue::from_str(&token).expect("a header"),
    )]);
    let first = Service::new(&config("udir"), Arc::clone(&gateway)).expect("a service");
    first.caller(&headers).await.expect("believed");
    let second = first.renewed(&config("udir"), Arc::clone(&gateway)).expect("a service");
    second.caller(&headers).await.expect("believed");
    assert_eq!(issuer.fetches(), 1);
    let third = second.renewed(&config("nav"), gateway).expect("a service");
    assert_eq!(
        third.caller(&headers).await.expect_err("refused").code,
        "INSUFFICIENT_SCOPE"
    );
    assert_eq!(issuer.fetches(), 2);
}
