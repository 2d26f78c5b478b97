//! Promise: a configuration that no longer asks the issuer ends its sessions, for good; one that asks it for something else ends them while
//! it holds; another gives a body the role that it has now. In open mode nobody logs in.

use super::browser::{Came, client, encoded};
use super::{Place, who};
use crate::tokens::BAMBLE;
use crate::world::World;

const NOBODY: &str = "401 SESSION_REQUIRED";
const OFF: &str = "404 NOT_FOUND";

/// The settings without `[login]`.
fn without_login(settings: &str) -> String {
    settings.split("[login]").next().expect("a part").to_owned()
}

#[tokio::test]
async fn whoever_logged_in_at_an_issuer_that_is_asked_no_longer_is_out_for_good() {
    let place = Place::new().await;
    let other = place.beside().await;
    let browser = place.logged_in("municipality").await;
    let cookie = browser.cookie(&place.url(""));
    place.reload(&place.settings).await;
    assert_eq!(
        who(&place.gate, &browser).await,
        format!("MUNICIPALITY {BAMBLE}"),
        "nothing has changed"
    );
    place.reload(&without_login(&place.settings)).await;
    assert_eq!(browser.ask(&place.url(""), "x", super::VIEWER).await.refusal(), OFF);
    assert_eq!(other.form_token_with(&cookie).await, None, "for all gateways");
    place.reload(&place.settings).await;
    assert_eq!(who(&place.gate, &browser).await, NOBODY);
    place.hand.advance(std::time::Duration::from_secs(1));
    let again = place.logged_in("municipality").await;
    assert_eq!(who(&place.gate, &again).await, format!("MUNICIPALITY {BAMBLE}"));
}

#[tokio::test]
async fn another_issuer_another_client_and_another_entitlement_take_no_session_of_before() {
    let place = Place::new().await;
    let (start, rest) = place.settings.split_once("[login]").expect("there");
    let elsewhere = format!("{start}[login]{}", rest.replacen("ansattporten", "idporten", 1));
    for settings in [
        place
            .settings
            .replace("client_id = \"programgrant-demo\"", "client_id = \"another\""),
        format!(
            "{start}[login]{}",
            rest.replace("resource = \"urn:altinn:resource:programgrant-demo\"\n", "")
        ),
        elsewhere,
    ] {
        assert_ne!(settings, place.settings);
        place.hand.advance(std::time::Duration::from_secs(1));
        let browser = place.logged_in("municipality").await;
        place.reload(&settings).await;
        assert_eq!(place.gate.form_token(&browser).await, None, "{settings}");
        place.reload(&place.settings).await;
    }
}

#[tokio::test]
async fn the_role_is_the_one_that_the_body_has_now() {
    let place = Place::new().await;
    let browser = place.logged_in("evaluator").await;
    assert!(who(&place.gate, &browser).await.starts_with("EVALUATOR "));
    place
        .reload(&place.settings.replace("\"EVALUATOR\"", "\"OPERATOR\""))
        .await;
    assert!(who(&place.gate, &browser).await.starts_with("OPERATOR "));
}

#[tokio::test]
async fn in_open_mode_nobody_logs_in() {
    let world = World::new().await;
    for path in ["/login", "/login/callback?code=x&state=y&iss=z"] {
        assert_eq!(Came::to(client().get(world.url(path))).await.refusal(), OFF, "{path}");
    }
    for path in ["/logout", "/login/backchannel"] {
        let form = client()
            .post(world.url(path))
            .header("content-type", "application/x-www-form-urlencoded");
        let form = form
            .header("sec-fetch-site", "same-origin")
            .body(encoded(&[("form_token", "x"), ("logout_token", "x")]));
        assert_eq!(Came::to(form).await.refusal(), OFF, "{path}");
    }
    let asked = client()
        .post(world.url("/graphiql/query"))
        .header("sec-fetch-site", "same-origin");
    let asked = asked.json(&serde_json::json!({ "query": "{ __typename }" }));
    assert_eq!(Came::to(asked).await.refusal(), OFF);
}
