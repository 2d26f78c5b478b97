//! Promise: the cookies are bound to this host, hidden from scripts and from sites elsewhere, and sealed: nobody reads, changes or makes one,
//! and one that somebody else's gateway has sealed is none.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use super::browser::{Browser, Came, client};
use super::place::{Gate, config};
use super::provider::Provider;
use super::{Place, VIEWER, who};
use crate::tokens::BAMBLE;

const NOBODY: &str = "401 SESSION_REQUIRED";

/// The attributes of a cookie, sorted.
fn attributes(cookie: &str) -> Vec<&str> {
    let mut attributes: Vec<&str> = cookie.split("; ").skip(1).collect();
    attributes.sort_unstable();
    attributes
}

#[tokio::test]
async fn behind_tls_they_are_of_this_host_alone() {
    let provider = Provider::new().await;
    let begun = Came::to(client().get(provider.gate.url("/login"))).await;
    let [attempt] = <[String; 1]>::try_from(begun.cookies()).expect("one");
    assert!(attempt.starts_with("__Host-programgrant-login="), "{attempt}");
    assert_eq!(
        attributes(&attempt),
        ["HttpOnly", "Max-Age=600", "Path=/", "SameSite=Lax", "Secure"]
    );
    let (came, _) = provider.log_in(&json!({})).await;
    let [session, gone] = <[String; 2]>::try_from(came.cookies()).expect("two");
    assert!(session.starts_with("__Host-programgrant="), "{session}");
    assert_eq!(attributes(&session), ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"]);
    assert!(
        gone.starts_with("__Host-programgrant-login=;") && gone.contains("Max-Age=0"),
        "{gone}"
    );
}

#[tokio::test]
async fn on_this_machine_they_have_neither_prefix_nor_secure() {
    let place = Place::new().await;
    let mut browser = Browser::default();
    let came = place.come_back(&mut browser, "municipality").await;
    let session = came.cookies().remove(0);
    assert!(session.starts_with("programgrant="), "{session}");
    assert_eq!(attributes(&session), ["HttpOnly", "Path=/", "SameSite=Lax"]);
}

#[tokio::test]
async fn what_they_hold_is_not_to_be_read_from_them() {
    let place = Place::new().await;
    let (one, other) = (
        place.logged_in("municipality").await,
        place.logged_in("municipality").await,
    );
    let value = |browser: &Browser| {
        browser
            .jar
            .iter()
            .find(|((_, name), _)| name == "programgrant")
            .expect("there")
            .1
            .clone()
    };
    assert_ne!(value(&one), value(&other));
    let bytes = URL_SAFE_NO_PAD.decode(value(&one)).expect("base64");
    let text = String::from_utf8_lossy(&bytes).into_owned();
    for told in [BAMBLE, "caseworker", "issuer", "http", "demo"] {
        assert!(!text.contains(told), "{told}");
    }
}

#[tokio::test]
async fn a_cookie_of_another_key_a_changed_one_and_one_of_another_kind_let_nobody_in() {
    let (place, elsewhere) = (Place::new().await, Place::new().await);
    let (ours, theirs) = (
        place.logged_in("municipality").await,
        elsewhere.logged_in("programme-office").await,
    );
    let session = |browser: &Browser| {
        browser
            .jar
            .iter()
            .find(|((_, name), _)| name == "programgrant")
            .expect("there")
            .1
            .clone()
    };
    let mut begun = Browser::default();
    begun.open(&place.url("/login")).await;
    let attempt = begun.jar.values().next().expect("one").clone();
    let own = session(&ours);
    let changed = format!(
        "{}{}",
        &own[..own.len() - 2],
        if own.ends_with("AA") { "BB" } else { "AA" }
    );
    for cookie in [
        format!("programgrant={}", session(&theirs)),
        format!("programgrant={changed}"),
        format!("programgrant={attempt}"),
        format!("programgrant={}", &own[1..]),
        format!("__Host-programgrant={own}"),
        "programgrant=".to_owned(),
        "programgrant".to_owned(),
        // Of two nobody knows which is ours.
        format!("programgrant={own}; programgrant={}", session(&theirs)),
        format!("programgrant={}; programgrant={own}", session(&theirs)),
    ] {
        assert_eq!(place.gate.form_token_with(&cookie).await, None, "{cookie}");
        let token = place.gate.form_token(&ours).await.expect("logged in");
        let asked = Browser::default()
            .question(&place.url(""), &token, VIEWER)
            .header("cookie", &cookie);
        assert_eq!(Came::to(asked).await.refusal(), NOBODY, "{cookie}");
    }
    // All is as here but the store, and so the key.
    let store = format!("sqlite:{}", place.folder.path().join("another.db").display());
    let same = Gate::at_a_free_port(&config(&place.settings, &store), &place.clock).await;
    assert_eq!(same.form_token_with(&format!("programgrant={own}")).await, None);
    assert_eq!(who(&place.gate, &ours).await, format!("MUNICIPALITY {BAMBLE}"));
    assert!(
        place
            .gate
            .form_token_with(&format!("a=b; programgrant={own}; c"))
            .await
            .is_some()
    );
}

#[tokio::test]
async fn a_session_that_was_there_before_a_login_is_over_after_it() {
    let place = Place::new().await;
    // Somebody has planted a session of theirs in this browser, and keeps a copy.
    let planted = place.logged_in("oneself").await;
    let mut victim = planted.clone();
    place.come_back(&mut victim, "programme-office").await;
    assert_eq!(who(&place.gate, &victim).await, "PROGRAMME_OFFICE 970018131");
    assert_ne!(victim.cookie(&place.url("")), planted.cookie(&place.url("")));
    assert_eq!(who(&place.gate, &planted).await, NOBODY);
    // A session that somebody began elsewhere stays: only what this browser had is over.
    let other = place.logged_in("oneself").await;
    assert_eq!(who(&place.gate, &other).await, "PUBLIC -");
}
