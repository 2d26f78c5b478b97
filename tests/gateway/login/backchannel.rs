//! Promise: a session ends at its issuer's word, signed, for this client and for now, once; at nobody else's.

use serde_json::{Value, json};

use super::browser::{Browser, Came, client, encoded};
use super::provider::{CLIENT, Provider};
use super::who;
use crate::tokens::BAMBLE;
use crate::tokens::issuer::{Signer, replace};
use crate::world::NOON;

const REFUSED: &str = "400 LOGOUT_REFUSED";
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

fn claims(provider: &Provider, more: &Value) -> Value {
    let now: jiff::Timestamp = NOON.parse().expect("an instant");
    let mut claims = json!({
        "iss": provider.name(), "aud": CLIENT, "iat": now.as_second(), "exp": now.as_second() + 120, "jti": "j-1", "sid": "session-1",
        "events": { EVENT: {} },
    });
    replace(&mut claims, more);
    claims
}

async fn told(provider: &Provider, token: &str) -> Came {
    let request = client()
        .post(provider.gate.url("/login/backchannel"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(encoded(&[("logout_token", token)]));
    Came::to(request).await
}

async fn logged_in(provider: &Provider) -> Browser {
    let (came, browser) = provider.log_in(&json!({})).await;
    assert_eq!(came.status, 303, "{}", came.text);
    browser
}

#[tokio::test]
async fn the_issuers_word_ends_the_session_that_it_names() {
    let provider = Provider::new().await;
    let browser = logged_in(&provider).await;
    let (_, other) = provider.log_in(&json!({ "sid": "session-2", "sub": "person-2" })).await;
    let came = told(
        &provider,
        &provider
            .signer
            .token_with(&json!({ "typ": "logout+jwt" }), &claims(&provider, &json!({}))),
    )
    .await;
    assert_eq!((came.status.as_u16(), came.text.as_str()), (200, ""));
    assert_eq!(came.headers["cache-control"], "no-store");
    assert_eq!(who(&provider.gate, &browser).await, "401 SESSION_REQUIRED");
    assert_eq!(who(&provider.gate, &other).await, format!("MUNICIPALITY {BAMBLE}"));
}

#[tokio::test]
async fn whatever_is_not_such_a_word_ends_nothing() {
    let provider = Provider::new().await;
    let browser = logged_in(&provider).await;
    let now = claims(&provider, &json!({}))["iat"].as_i64().expect("a number");
    for more in [
        json!({ "iss": "https://evil.example/" }),
        json!({ "aud": "another" }),
        json!({ "aud": [CLIENT, "another"] }),
        json!({ "events": null }),
        json!({ "events": {} }),
        json!({ "events": { "http://schemas.openid.net/event/another": {} } }),
        json!({ "events": { EVENT: "yes" } }),
        json!({ "nonce": "n" }),
        json!({ "exp": now }),
        json!({ "exp": null }),
        json!({ "iat": null }),
        json!({ "iat": now + 60 }),
        json!({ "iat": now - 301 }),
        json!({ "jti": null }),
        json!({ "sid": null }),
        json!({ "sid": null, "sub": "person-1" }),
    ] {
        let came = told(&provider, &provider.signer.token(&claims(&provider, &more))).await;
        assert_eq!(came.refusal(), REFUSED, "{more}");
    }
    let sound = claims(&provider, &json!({}));
    for token in [
        Signer::p256("k").token(&sound),
        provider.signer.token_with(&json!({ "kid": "l" }), &sound),
        provider.signer.token_with(&json!({ "typ": "at+jwt" }), &sound),
        String::new(),
        "a.b.c".to_owned(),
    ] {
        assert_eq!(told(&provider, &token).await.refusal(), REFUSED, "{token}");
    }
    // Nor does the word that it is told by a login.
    let id_token = provider
        .signer
        .token(&provider.id_token("http://x/?nonce=n", &json!({})));
    assert_eq!(told(&provider, &id_token).await.refusal(), REFUSED);
    let unread = client()
        .post(provider.gate.url("/login/backchannel"))
        .body("logout_token=x");
    assert_eq!(Came::to(unread).await.refusal(), "400 BAD_REQUEST");
    assert_eq!(who(&provider.gate, &browser).await, format!("MUNICIPALITY {BAMBLE}"));
}

#[tokio::test]
async fn a_word_counts_once() {
    let provider = Provider::new().await;
    let browser = logged_in(&provider).await;
    let word = provider.signer.token(&claims(&provider, &json!({})));
    assert_eq!(told(&provider, &word).await.status, 200);
    assert_eq!(who(&provider.gate, &browser).await, "401 SESSION_REQUIRED");
    // At the issuer the same session goes on to log the person in again, and somebody brings the word of before.
    provider.hand.advance(std::time::Duration::from_secs(1));
    let again = logged_in(&provider).await;
    provider.hand.advance(std::time::Duration::from_secs(1));
    assert_eq!(told(&provider, &word).await.status, 200);
    assert_eq!(who(&provider.gate, &again).await, format!("MUNICIPALITY {BAMBLE}"));
}
