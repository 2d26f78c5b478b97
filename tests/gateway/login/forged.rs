//! Promise: what an issuer says of a login is believed only where it is signed by its key, about this login, for this client and for now;
//! who then acts is the one body that the entitlement names, and never the body whose service this is.

use serde_json::{Value, json};

use super::browser::Browser;
use super::provider::{CLIENT, Provider, RESOURCE};
use super::who;
use crate::tokens::issuer::{Signer, encode, party};
use crate::tokens::{BAMBLE, BUFDIR, NAV, VENDOR};

const REFUSED: &str = "400 LOGIN_REFUSED";
/// Made up: the twelfth of the 89th month.
const PID: &str = "12899912345";

/// Makes a token of claims.
type Forge<'a> = &'a dyn Fn(&Value) -> String;

fn details(more: &Value) -> Value {
    let mut detail = json!({ "type": "ansattporten:altinn:resource", "resource": RESOURCE });
    crate::tokens::issuer::replace(&mut detail, more);
    json!({ "authorization_details": [detail] })
}

#[tokio::test]
async fn a_sound_one_lets_the_body_in_that_it_names() {
    let provider = Provider::new().await;
    for more in [
        json!({}),
        json!({ "acr": null }),
        json!({ "azp": CLIENT }),
        json!({ "sid": null }),
        json!({ "aud": [CLIENT] }),
    ] {
        let (came, browser) = provider.log_in(&more).await;
        assert_eq!(came.status, 303, "{more} {}", came.text);
        assert_eq!(
            who(&provider.gate, &browser).await,
            format!("MUNICIPALITY {BAMBLE}"),
            "{more}"
        );
    }
}

#[tokio::test]
async fn a_word_about_another_login_client_time_or_issuer_is_refused() {
    let provider = Provider::new().await;
    let sound = provider.id_token("http://x/?nonce=n", &json!({}));
    let now = sound["iat"].as_i64().expect("a number");
    for more in [
        json!({ "nonce": "another" }),
        json!({ "nonce": null }),
        json!({ "nonce": "" }),
        json!({ "aud": "another" }),
        json!({ "aud": null }),
        json!({ "aud": [CLIENT, "another"] }),
        json!({ "aud": [] }),
        json!({ "azp": "another" }),
        json!({ "iss": "https://evil.example/" }),
        json!({ "exp": now }),
        json!({ "exp": null }),
        json!({ "iat": now + 60 }),
        json!({ "iat": null }),
        json!({ "nbf": now + 60 }),
        json!({ "sub": null }),
        json!({ "sub": "" }),
        json!({ "sub": PID }),
        json!({ "sid": PID }),
        json!({ "sid": "a b" }),
        json!({ "acr": "idporten-loa-low" }),
        details(
            &json!({ "resource": "urn:altinn:resource:another", "authorized_parties": [{ "orgno": party(BAMBLE) }] }),
        ),
        details(&json!({ "authorized_parties": [{ "orgno": party(BAMBLE) }, { "orgno": party(NAV) }] })),
        details(&json!({ "authorized_parties": [{ "orgno": party("940244146") }] })),
        details(&json!({ "type": "urn:altinn:systemuser", "systemuser_org": party(BAMBLE) })),
        details(&json!({ "type": "another", "authorized_parties": [{ "orgno": party(BAMBLE) }] })),
    ] {
        let (came, browser) = provider.log_in(&more).await;
        assert_eq!(came.refusal(), REFUSED, "{more}");
        assert!(!came.text.contains(PID), "{}", came.text);
        assert!(browser.jar.is_empty(), "{more}: {browser:?}");
    }
}

#[tokio::test]
async fn a_word_that_is_not_signed_by_the_issuers_key_is_refused() {
    let provider = Provider::new().await;
    let other = Signer::p256("k");
    let none = |claims: &Value| {
        let header = json!({ "alg": "none", "kid": "k" }).to_string();
        format!(
            "{}.{}.",
            encode(header.as_bytes()),
            encode(claims.to_string().as_bytes())
        )
    };
    let forgers: [(&str, Forge<'_>); 5] = [
        ("another key", &|claims| other.token(claims)),
        ("no signature", &none),
        ("no such key", &|claims| {
            provider.signer.token_with(&json!({ "kid": "l" }), claims)
        }),
        ("an access token", &|claims| {
            provider.signer.token_with(&json!({ "typ": "at+jwt" }), claims)
        }),
        ("a word about an end", &|claims| {
            provider.signer.token_with(&json!({ "typ": "logout+jwt" }), claims)
        }),
    ];
    for (why, forge) in forgers {
        let (mut browser, sent) = provider.begin().await;
        provider
            .gives_token(&forge(&provider.id_token(&sent, &json!({}))))
            .await;
        assert_eq!(browser.open(&provider.back(&sent)).await.refusal(), REFUSED, "{why}");
        assert!(browser.jar.is_empty(), "{why}");
    }
    for answer in [
        json!({ "access_token": "a", "token_type": "Bearer" }),
        json!({ "access_token": "a", "token_type": "Bearer", "id_token": "x" }),
    ] {
        let (mut browser, sent) = provider.begin().await;
        provider.gives(&answer).await;
        assert_eq!(browser.open(&provider.back(&sent)).await.refusal(), REFUSED, "{answer}");
    }
}

#[tokio::test]
async fn who_names_no_body_is_the_public_whosever_service_it_is() {
    let provider = Provider::new().await;
    for more in [
        json!({ "authorization_details": null, "client_orgno": BUFDIR, "consumer": party(BUFDIR) }),
        json!({ "authorization_details": [], "client_orgno": NAV, "consumer": party(NAV) }),
        details(&json!({ "authorized_parties": [], "reportees": null })),
        json!({ "authorization_details": null, "pid": PID, "acr": "idporten-loa-high", "client_orgno": BAMBLE }),
    ] {
        let (came, browser) = provider.log_in(&more).await;
        assert_eq!(came.status, 303, "{more} {}", came.text);
        assert_eq!(who(&provider.gate, &browser).await, "PUBLIC -", "{more}");
    }
    // And whoever is not asked for a body acts for none, whatever the issuer adds.
    let unasked = Provider::with(&json!({}), "").await;
    let (_, sent) = unasked.begin().await;
    assert_eq!(super::browser::parameter(&sent, "authorization_details"), "");
    let (_, browser) = unasked.log_in(&json!({})).await;
    assert_eq!(who(&unasked.gate, &browser).await, "PUBLIC -");
}

#[tokio::test]
async fn a_body_that_no_register_knows_has_no_role() {
    let provider = Provider::new().await;
    let (_, browser) = provider
        .log_in(&details(&json!({ "authorized_parties": [{ "orgno": party(VENDOR) }] })))
        .await;
    assert_eq!(who(&provider.gate, &browser).await, format!("PUBLIC {VENDOR}"));
}

#[tokio::test]
async fn a_person_is_the_same_to_a_session_and_to_a_token() {
    let provider = Provider::new().await;
    let subject = async |browser: &Browser| {
        let cookie = browser.cookie(&provider.gate.url("")).parse().expect("a header");
        let headers = [(axum::http::header::COOKIE, cookie)].into_iter().collect();
        let signed_in = provider.gate.front.service().signed_in(&headers).await.expect("known");
        signed_in.map(|signed_in| signed_in.caller.subject)
    };
    let (_, one) = provider.log_in(&json!({})).await;
    let (_, again) = provider.log_in(&json!({ "sid": "session-2" })).await;
    let (_, other) = provider.log_in(&json!({ "sub": "person-2" })).await;
    let token = provider.id_token("http://x/", &json!({ "aud": null, "nonce": null, "scope": "udir:x" }));
    let by_token = provider.gate.front.service();
    let by_token = by_token
        .bearer(&format!("Bearer {}", provider.signer.token(&token)))
        .await;
    let by_token = by_token.expect("believed").subject;
    assert_eq!(subject(&one).await.as_deref(), Some(by_token.as_str()));
    assert_eq!(subject(&again).await, subject(&one).await);
    assert_ne!(subject(&other).await, subject(&one).await);
}
