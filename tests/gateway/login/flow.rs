//! Promise: a login goes by the code flow with state, nonce and PKCE, and proves by a signed assertion whose login it is; it ends where it
//! was begun, once, and nowhere else; each role is had by the body that has it, and by nobody who logs in for themselves.

use std::collections::HashSet;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use programgrant::demo::tokens::body;
use programgrant_core::access::Role;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::browser::{Browser, Came, client, encoded, parameter, with_parameter};
use super::provider::{CLIENT, ORIGIN, Provider, RESOURCE};
use super::{Place, said, who, who_by_graphql};
use crate::tokens::BAMBLE;

const REFUSED: &str = "400 LOGIN_REFUSED";
const NOBODY: &str = "401 SESSION_REQUIRED";

#[tokio::test]
async fn each_body_is_had_in_its_role_and_nobody_has_any_by_themselves() {
    let place = Place::new().await;
    for role in Role::ALL {
        let name = programgrant::demo::tokens::role_name(role);
        let browser = place.logged_in(&name).await;
        let expected = format!("{} {}", role.as_str(), body(role).0);
        assert_eq!(who(&place.gate, &browser).await, expected);
    }
    let oneself = place.logged_in("oneself").await;
    assert_eq!(who(&place.gate, &oneself).await, "PUBLIC -");
    let command =
        "mutation { decideCase(input: { caseId: \"x\", decision: DISMISSED, reason: \"x\" }) { errors { code } } }";
    let token = place.gate.form_token(&oneself).await.expect("logged in");
    let refused = oneself.ask(&place.url(""), &token, command).await;
    assert!(!refused.text.contains("\"data\":{\"decideCase\":{"), "{}", refused.text);
}

#[tokio::test]
async fn the_graphql_endpoint_never_reads_the_cookie() {
    let place = Place::new().await;
    let browser = place.logged_in("programme-office").await;
    assert_eq!(who(&place.gate, &browser).await, "PROGRAMME_OFFICE 970018131");
    assert_eq!(who_by_graphql(&place.gate, &browser).await, "PUBLIC -");
    let by_get = browser.get(&with_parameter(&place.url("/graphql"), "query", Some(super::VIEWER)));
    assert_eq!(said(&Came::to(by_get).await), "PUBLIC -");
}

#[tokio::test]
async fn the_browser_is_sent_with_what_the_flow_asks_for() {
    let provider = Provider::new().await;
    let (_, sent) = provider.begin().await;
    let of = |name: &str| parameter(&sent, name);
    assert!(
        sent.starts_with(&format!("{}authorize?given=1&", provider.name())),
        "{sent}"
    );
    for (name, value) in [
        ("response_type", "code"),
        ("client_id", CLIENT),
        ("scope", "openid"),
        ("code_challenge_method", "S256"),
        ("redirect_uri", &format!("{ORIGIN}/login/callback")),
    ] {
        assert_eq!(of(name), value, "{name}");
    }
    let details: Value = serde_json::from_str(&of("authorization_details")).expect("JSON");
    assert_eq!(
        details,
        json!([{ "type": "ansattporten:altinn:resource", "resource": RESOURCE }])
    );
    let (_, again) = provider.begin().await;
    for name in ["state", "nonce", "code_challenge"] {
        assert_eq!(of(name).len(), 43, "{name}: 256 bits");
        assert_ne!(of(name), parameter(&again, name), "{name}: each time another");
    }
}

#[tokio::test]
async fn the_code_is_brought_with_its_verifier_and_a_signed_word_who_brings_it() {
    let provider = Provider::new().await;
    let (mut browser, sent) = provider.begin().await;
    provider
        .gives_token(&provider.signer.token(&provider.id_token(&sent, &json!({}))))
        .await;
    let came = browser.open(&provider.back(&sent)).await;
    assert_eq!(
        (came.status.as_u16(), came.location().as_str()),
        (303, "/"),
        "{}",
        came.text
    );
    let asked = provider.redeemed().await.remove(0);
    let form = format!("http://x/?{}", String::from_utf8(asked.body).expect("text"));
    let of = |name: &str| parameter(&form, name);
    assert_eq!(
        (of("grant_type"), of("code")),
        ("authorization_code".to_owned(), "c-1".to_owned())
    );
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(of("code_verifier")));
    assert_eq!(challenge, parameter(&sent, "code_challenge"));
    assert_eq!(
        of("client_assertion_type"),
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    );
    let assertion = of("client_assertion");
    let part = |nth: usize| -> Value {
        let part = URL_SAFE_NO_PAD
            .decode(assertion.split('.').nth(nth).expect("three parts"))
            .expect("base64");
        serde_json::from_slice(&part).expect("JSON")
    };
    assert_eq!((&part(0)["alg"], &part(0)["kid"]), (&json!("RS256"), &json!("ours")));
    let claims = part(1);
    assert_eq!(
        (&claims["iss"], &claims["sub"], &claims["aud"]),
        (&json!(CLIENT), &json!(CLIENT), &json!(provider.name()))
    );
    let lasts = claims["exp"]
        .as_i64()
        .zip(claims["iat"].as_i64())
        .map(|(exp, iat)| exp - iat);
    assert!(lasts.is_some_and(|seconds| (1..=120).contains(&seconds)), "{claims}");
    assert!(claims["jti"].as_str().is_some_and(|id| id.len() >= 16), "{claims}");
}

#[tokio::test]
async fn only_the_state_that_this_browser_was_sent_with_brings_it_in() {
    let provider = Provider::new().await;
    let (mut browser, sent) = provider.begin().await;
    provider
        .gives_token(&provider.signer.token(&provider.id_token(&sent, &json!({}))))
        .await;
    let (others, _) = provider.begin().await;
    let back = provider.back(&sent);
    for (state, browser) in [
        (Some("another"), browser.clone()),
        (Some(""), browser.clone()),
        (None, browser.clone()),
        // The victim of a login that somebody else began: no cookie of its own, or one of its own login.
        (Some(parameter(&sent, "state").as_str()), Browser::default()),
        (Some(parameter(&sent, "state").as_str()), others),
    ] {
        let mut browser = browser;
        let came = browser.open(&with_parameter(&back, "state", state)).await;
        assert_eq!(came.refusal(), REFUSED, "{state:?}");
        assert_eq!(provider.gate.form_token(&browser).await, None);
    }
    assert!(provider.redeemed().await.is_empty(), "no code was brought on");
    assert_eq!(browser.open(&back).await.status, 303);
}

#[tokio::test]
async fn an_answer_of_another_issuer_is_not_taken() {
    let provider = Provider::new().await;
    for iss in [Some("https://evil.example/"), Some(""), None] {
        let (mut browser, sent) = provider.begin().await;
        let came = browser.open(&with_parameter(&provider.back(&sent), "iss", iss)).await;
        assert_eq!(came.refusal(), REFUSED, "{iss:?}");
    }
    assert!(provider.redeemed().await.is_empty(), "no code was brought on");
    // One that has never said that it names itself need not.
    let silent = Provider::with(&json!({ "authorization_response_iss_parameter_supported": null }), "").await;
    let (mut browser, sent) = silent.begin().await;
    silent
        .gives_token(&silent.signer.token(&silent.id_token(&sent, &json!({}))))
        .await;
    let came = browser.open(&with_parameter(&silent.back(&sent), "iss", None)).await;
    assert_eq!(came.status, 303, "{}", came.text);
}

#[tokio::test]
async fn an_issuer_that_is_not_what_it_should_be_is_not_asked() {
    for (said, why) in [
        (json!({ "issuer": "https://evil.example/" }), "calls itself otherwise"),
        (json!({ "token_endpoint": "http://evil.example/token" }), "in the clear"),
        (json!({ "authorization_endpoint": "ftp://x/" }), "no address"),
        (json!({ "code_challenge_methods_supported": ["plain"] }), "no S256"),
        (json!({ "token_endpoint": null }), "half"),
        (json!({ "padding": "x".repeat(300 << 10) }), "too large"),
    ] {
        let provider = Provider::with(&said, "").await;
        let refused = Came::to(client().get(provider.gate.url("/login"))).await;
        assert_eq!(refused.refusal(), "503 LOGIN_UNAVAILABLE", "{why}");
        assert_eq!(refused.headers["retry-after"], "10");
        assert!(!refused.text.contains("evil"), "{}", refused.text);
    }
}

#[tokio::test]
async fn a_code_is_good_once_and_for_a_minute_and_with_its_own_verifier() {
    let place = Place::new().await;
    let (browser, back) = place.sent("", "municipality").await;
    let (mut first, mut second) = (browser.clone(), browser);
    assert_eq!(first.open(&back).await.status, 303);
    assert_eq!(
        second.open(&back).await.refusal(),
        REFUSED,
        "by whoever kept the cookie"
    );
    assert_eq!(first.open(&back).await.refusal(), REFUSED, "by reloading the page");
    assert_eq!(
        who(&place.gate, &first).await,
        format!("MUNICIPALITY {BAMBLE}"),
        "that changes nothing"
    );
    assert_eq!(who(&place.gate, &second).await, NOBODY);

    let (mut late, back) = place.sent("", "municipality").await;
    place.hand.advance(std::time::Duration::from_mins(1));
    assert_eq!(late.open(&back).await.refusal(), REFUSED);

    // A stolen code in another browser's own login: verifier and nonce are that browser's.
    let (_, stolen) = place.sent("", "programme-office").await;
    let (mut thief, own) = place.sent("", "oneself").await;
    let injected = with_parameter(&own, "code", Some(&parameter(&stolen, "code")));
    assert_eq!(thief.open(&injected).await.refusal(), REFUSED);
    assert_eq!(who(&place.gate, &thief).await, NOBODY);
}

#[tokio::test]
async fn a_login_takes_ten_minutes_at_most_and_may_be_denied() {
    let place = Place::new().await;
    let (mut browser, back) = place.sent("", "cancel").await;
    assert_eq!(parameter(&back, "error"), "access_denied");
    assert_eq!(browser.open(&back).await.refusal(), REFUSED);
    let mut slow = Browser::default();
    let begun = slow.open(&place.url("/login")).await;
    place.hand.advance(std::time::Duration::from_mins(10));
    let back = place.choose(&mut slow, &begun.location(), "municipality").await;
    assert_eq!(slow.open(&back).await.refusal(), REFUSED);
}

#[tokio::test]
async fn the_browser_goes_on_where_it_wanted_to_and_never_elsewhere() {
    let place = Place::new().await;
    let mut ends = HashSet::new();
    for (to, end) in [
        ("/tilskudd/2021?status=PAID", "/tilskudd/2021?status=PAID"),
        ("//evil.example", "/"),
        ("https://evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("/%2f/evil.example\r\nset-cookie: a=b", "/"),
        ("javascript:alert(1)", "/"),
        ("/logout", "/"),
    ] {
        let (mut browser, back) = place.sent(&format!("?{}", encoded(&[("to", to)])), "oneself").await;
        let came = browser.open(&back).await;
        assert_eq!(came.location(), end, "{to:?}");
        ends.insert(came.location());
    }
    assert_eq!(ends.len(), 2);
    // What the way back itself asks for is not listened to.
    let (mut browser, back) = place.sent("", "oneself").await;
    assert_eq!(
        browser
            .open(&with_parameter(&back, "to", Some("//evil.example")))
            .await
            .location(),
        "/"
    );
}

#[tokio::test]
async fn no_answer_can_be_framed_kept_or_named_to_others() {
    let place = Place::new().await;
    let mut browser = Browser::default();
    let begun = browser.open(&place.url("/login")).await;
    let back = place.choose(&mut browser, &begun.location(), "oneself").await;
    let done = browser.open(&back).await;
    let refused = browser.open(&back).await;
    let token = place.gate.form_token(&browser).await.expect("logged in");
    let asked = browser.ask(&place.url(""), &token, super::VIEWER).await;
    let left = browser.send(&place.url("/logout"), &[("form_token", &token)]).await;
    for came in [begun, done, refused, asked, left] {
        let header = |name: &str| {
            came.headers
                .get(name)
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default()
        };
        assert!(
            header("content-security-policy").contains("frame-ancestors 'none'"),
            "{came:?}"
        );
        assert_eq!(header("x-frame-options"), "DENY");
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert!(came.headers.get("access-control-allow-origin").is_none());
    }
    // Nor can the page of the demonstration's issuer.
    let mut other = Browser::default();
    let begun = other.open(&place.url("/login")).await;
    let page = other.open(&begun.location()).await;
    let policy = page.headers["content-security-policy"].to_str().expect("text");
    assert!(
        policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"),
        "{policy}"
    );
}
