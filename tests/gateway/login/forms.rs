//! Promise: nothing that a page elsewhere can make a browser send is done in its person's name: no form, no image, no fetch, and no old tab
//! of another session. What our own pages send is, with the token that they were given.

use programgrant::demo::tokens::Shape;
use programgrant_core::access::Role;
use serde_json::{Value, json};

use super::browser::{Browser, Came, client};
use super::{Place, VIEWER, who};
use crate::tokens::BAMBLE;

const FORGED: &str = "403 FORM_REFUSED";
const EVIL: &str = "https://evil.example";

async fn stands(place: &Place, browser: &Browser) {
    assert_eq!(who(&place.gate, browser).await, format!("MUNICIPALITY {BAMBLE}"));
}

#[tokio::test]
async fn a_form_from_elsewhere_is_not_taken() {
    let place = Place::new().await;
    let browser = place.logged_in("municipality").await;
    let token = place.gate.form_token(&browser).await.expect("logged in");
    let leave = place.url("/logout");
    let form = |headers: &[(&str, &str)], token: &str| {
        let request = browser
            .post(&leave)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(format!("form_token={token}"));
        headers
            .iter()
            .fold(request, |request, (name, value)| request.header(*name, *value))
    };
    let ours = ("origin", place.origin.as_str());
    for headers in [
        &[("origin", EVIL)][..],
        &[("origin", "null")],
        &[("origin", EVIL), ("sec-fetch-site", "same-origin")],
        &[("sec-fetch-site", "cross-site"), ("origin", EVIL)],
        &[("sec-fetch-site", "cross-site")],
        // A port of this machine is another's page, too.
        &[("sec-fetch-site", "same-site"), ("origin", "http://127.0.0.1:1")],
        &[("sec-fetch-site", "none")],
        &[ours, ("origin", EVIL)],
        &[],
    ] {
        assert_eq!(Came::to(form(headers, &token)).await.refusal(), FORGED, "{headers:?}");
    }
    for token in ["", "x", &token[..20], &token.chars().rev().collect::<String>()] {
        assert_eq!(Came::to(form(&[ours], token)).await.refusal(), FORGED, "{token}");
    }
    stands(&place, &browser).await;
    assert_eq!(Came::to(form(&[ours], &token)).await.status, 303);
}

#[tokio::test]
async fn an_image_changes_nothing() {
    let place = Place::new().await;
    let browser = place.logged_in("municipality").await;
    for (path, expected) in [
        ("/logout", "405 METHOD_NOT_ALLOWED"),
        ("/login/backchannel", "405 METHOD_NOT_ALLOWED"),
        ("/graphiql/query?query=%7B__typename%7D", "405 METHOD_NOT_ALLOWED"),
        ("/login/callback", "400 LOGIN_REFUSED"),
        ("/login/callback?code=x&state=y", "400 LOGIN_REFUSED"),
        ("/login/callback?code=x&code=y", "400 BAD_REQUEST"),
        ("/login?to=/a&to=/b", "400 BAD_REQUEST"),
    ] {
        let came = Came::to(browser.get(&place.url(path)).header("sec-fetch-dest", "image")).await;
        assert_eq!(came.refusal(), expected, "{path}");
        assert!(
            came.cookies().iter().all(|cookie| !cookie.starts_with("programgrant=")),
            "{path}"
        );
    }
    stands(&place, &browser).await;
    for path in ["/login", "/login/callback"] {
        assert_eq!(
            Came::to(browser.post(&place.url(path))).await.refusal(),
            "405 METHOD_NOT_ALLOWED"
        );
    }
}

#[tokio::test]
async fn a_script_asks_as_json_from_our_own_page_with_its_token_or_not_at_all() {
    let place = Place::new().await;
    let browser = place.logged_in("municipality").await;
    let token = place.gate.form_token(&browser).await.expect("logged in");
    let body = json!({ "query": VIEWER }).to_string();
    let sound = [
        ("sec-fetch-site", "same-origin"),
        ("x-csrf-token", token.as_str()),
        ("content-type", "application/json"),
    ];
    let asked = async |changed: &[(&str, Option<&str>)]| {
        let mut headers = sound.to_vec();
        for (name, value) in changed {
            headers.retain(|(kept, _)| kept != name);
            headers.extend(value.map(|value| (*name, value)));
        }
        let request = browser.post(&place.url("/graphiql/query")).body(body.clone());
        Came::to(
            headers
                .iter()
                .fold(request, |request, (name, value)| request.header(*name, *value)),
        )
        .await
    };
    assert_eq!(super::said(&asked(&[]).await), format!("MUNICIPALITY {BAMBLE}"));
    assert_eq!(asked(&[("origin", Some(&place.origin))]).await.status, 200);
    for changed in [
        ("sec-fetch-site", None),
        ("sec-fetch-site", Some("cross-site")),
        ("sec-fetch-site", Some("same-site")),
        ("sec-fetch-site", Some("none")),
        ("origin", Some(EVIL)),
        ("x-csrf-token", None),
        ("x-csrf-token", Some("x")),
    ] {
        assert_eq!(asked(&[changed]).await.refusal(), FORGED, "{changed:?}");
    }
    // An older browser says only the origin: enough for a form, not here.
    let older = [("sec-fetch-site", None), ("origin", Some(place.origin.as_str()))];
    assert_eq!(asked(&older).await.refusal(), FORGED);
    for kind in [
        None,
        Some("text/plain"),
        Some("application/x-www-form-urlencoded"),
        Some("multipart/form-data"),
    ] {
        assert_eq!(
            asked(&[("content-type", kind)]).await.refusal(),
            "415 UNSUPPORTED_MEDIA_TYPE",
            "{kind:?}"
        );
    }
    for header in ["authorization", "programgrant-caller"] {
        assert_eq!(
            asked(&[(header, Some("Bearer x"))]).await.refusal(),
            "400 BAD_REQUEST",
            "two say who asks"
        );
    }
    // No other site is ever told that it may ask.
    let before = client()
        .request(reqwest::Method::OPTIONS, place.url("/graphiql/query"))
        .header("origin", EVIL);
    let before = Came::to(before.header("access-control-request-method", "POST")).await;
    assert!(
        before.headers.get("access-control-allow-origin").is_none(),
        "{before:?}"
    );
}

#[tokio::test]
async fn nothing_is_followed_there() {
    let place = Place::new().await;
    let browser = place.logged_in("municipality").await;
    let token = place.gate.form_token(&browser).await.expect("logged in");
    let subscription = "subscription { potChanged { year } }";
    let asked = browser.question(&place.url(""), &token, subscription);
    assert_eq!(Came::to(asked).await.refusal(), "400 SUBSCRIPTION_NEEDS_STREAM");
    let both = browser
        .question(&place.url(""), &token, subscription)
        .header("accept", "application/json, text/event-stream");
    assert_eq!(Came::to(both).await.refusal(), "400 SUBSCRIPTION_NEEDS_STREAM");
    let stream = browser
        .question(&place.url(""), &token, VIEWER)
        .header("accept", "text/event-stream");
    assert_eq!(Came::to(stream).await.refusal(), "406 NOT_ACCEPTABLE");
}

/// An answer without what names the request.
fn without_reference(came: &Came) -> Value {
    let mut body: Value = serde_json::from_str(&came.text).expect("JSON");
    for error in body["errors"].as_array_mut().into_iter().flatten() {
        error["extensions"]["reference"].take();
    }
    body
}

#[tokio::test]
async fn it_answers_as_the_graphql_endpoint_does_to_the_same_body() {
    let place = Place::new().await;
    let browser = place.logged_in("municipality").await;
    let token = place.gate.form_token(&browser).await.expect("logged in");
    let bearer = place
        .issuers
        .token(Role::Municipality, Shape::Ansattporten)
        .expect("signed");
    for query in [
        VIEWER,
        "{ nothing }",
        "{",
        "{ municipality(number: \"9999\") { id } }",
        "{ municipality(number: \"3813\") { name awards { items { id } } } }",
        "{ doubleFundingCases { items { id } } }",
        "mutation { __typename }",
    ] {
        let by_page = browser.ask(&place.url(""), &token, query).await;
        let by_token = client()
            .post(place.url("/graphql"))
            .bearer_auth(&bearer)
            .json(&json!({ "query": query }));
        let by_token = Came::to(by_token).await;
        assert_eq!(by_page.status, by_token.status, "{query}");
        assert_eq!(without_reference(&by_page), without_reference(&by_token), "{query}");
    }
    let list = browser.question(&place.url(""), &token, VIEWER).body("[]");
    assert_eq!(Came::to(list).await.refusal(), "400 BATCHES_REFUSED");
}

#[tokio::test]
async fn an_old_tab_of_another_session_does_nothing() {
    let place = Place::new().await;
    let mut browser = place.logged_in("municipality").await;
    let old = place.gate.form_token(&browser).await.expect("logged in");
    place.come_back(&mut browser, "directorate").await;
    let refused = browser.send(&place.url("/logout"), &[("form_token", &old)]).await;
    assert_eq!(refused.refusal(), FORGED);
    assert_eq!(browser.ask(&place.url(""), &old, VIEWER).await.refusal(), FORGED);
    assert_eq!(who(&place.gate, &browser).await, "DIRECTORATE 889640782");
    // But every page of one session has a token that is good, however many were given out since.
    let (one, two) = (
        place.gate.form_token(&browser).await,
        place.gate.form_token(&browser).await,
    );
    assert_ne!(one, two);
    for token in [one, two].into_iter().flatten() {
        assert_eq!(browser.ask(&place.url(""), &token, VIEWER).await.status, 200);
    }
}
