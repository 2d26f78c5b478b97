//! Promise: a session ends when it is not used for half an hour, after eight hours, and when it is ended; then at both ends and for all
//! gateways over the store.

use std::time::Duration;

use jiff::SignedDuration;
use programgrant::store::backup;
use programgrant::store::database::Database;

use super::browser::{Browser, Came, encoded, parameter};
use super::place::{Gate, config};
use super::{Place, who};
use crate::tokens::BAMBLE;
use crate::world;

const NOBODY: &str = "401 SESSION_REQUIRED";
const MINUTE: Duration = Duration::from_mins(1);

/// Asks as a page does, and keeps what comes back.
async fn used(place: &Place, browser: &mut Browser) -> Came {
    let token = place.gate.form_token(browser).await.unwrap_or_default();
    let came = browser.ask(&place.url(""), &token, super::VIEWER).await;
    browser.keep(&place.url(""), &came);
    came
}

#[tokio::test]
async fn a_session_that_is_not_used_ends_after_half_an_hour() {
    let place = Place::new().await;
    let mut browser = place.logged_in("municipality").await;
    place.hand.advance(MINUTE * 29);
    let kept = browser.clone();
    assert_eq!(
        super::said(&used(&place, &mut browser).await),
        format!("MUNICIPALITY {BAMBLE}")
    );
    place.hand.advance(MINUTE);
    assert_eq!(who(&place.gate, &kept).await, NOBODY, "the old cookie");
    assert_eq!(
        who(&place.gate, &browser).await,
        format!("MUNICIPALITY {BAMBLE}"),
        "the one that was written anew"
    );
    place.hand.advance(MINUTE * 29);
    assert_eq!(who(&place.gate, &browser).await, NOBODY);
}

#[tokio::test]
async fn a_session_ends_after_eight_hours_however_it_is_used() {
    let place = Place::new().await;
    let mut browser = place.logged_in("municipality").await;
    for _ in 0..23 {
        place.hand.advance(MINUTE * 20);
        assert_eq!(used(&place, &mut browser).await.status, 200);
    }
    place.hand.advance(MINUTE * 19);
    assert_eq!(used(&place, &mut browser).await.status, 200);
    place.hand.advance(MINUTE);
    assert_eq!(who(&place.gate, &browser).await, NOBODY);
}

#[tokio::test]
async fn the_cookie_is_written_anew_once_a_minute_and_limits_can_be_set() {
    let place = Place::with("idle = \"5m\"\nabsolute = \"10m\"\n").await;
    let mut browser = place.logged_in("municipality").await;
    place.hand.advance(Duration::from_secs(59));
    assert!(used(&place, &mut browser).await.cookies().is_empty());
    place.hand.advance(Duration::from_secs(1));
    assert_eq!(used(&place, &mut browser).await.cookies().len(), 1);
    place.hand.advance(MINUTE * 5);
    assert_eq!(who(&place.gate, &browser).await, NOBODY);
    // Another configuration holds for sessions that stand.
    let browser = place.logged_in("municipality").await;
    place
        .reload(&place.settings.replace("idle = \"5m\"", "idle = \"1m\""))
        .await;
    place.hand.advance(MINUTE);
    assert_eq!(who(&place.gate, &browser).await, NOBODY);
}

#[tokio::test]
async fn the_end_of_a_session_is_told_to_the_page() {
    let place = Place::new().await;
    let browser = place.logged_in("municipality").await;
    let began: jiff::Timestamp = world::NOON.parse().expect("an instant");
    let headers = [(
        axum::http::header::COOKIE,
        browser.cookie(&place.url("")).parse().expect("a header"),
    )]
    .into_iter()
    .collect();
    let signed_in = place
        .gate
        .front
        .service()
        .signed_in(&headers)
        .await
        .expect("known")
        .expect("logged in");
    let lasts = |until: jiff::Timestamp| until.duration_since(began);
    assert_eq!(lasts(signed_in.idle_until), SignedDuration::from_mins(30));
    assert_eq!(lasts(signed_in.until), SignedDuration::from_hours(8));
    assert_eq!(signed_in.caller.until, Some(signed_in.idle_until));
}

async fn ends_for_all_at_both_ends() {
    let place = Place::new().await;
    let other = place.beside().await;
    let mut browser = place.logged_in("municipality").await;
    let stolen = browser.clone();
    let mut at_other = Browser::default();
    let cookie = browser.cookie(&place.url(""));
    at_other.jar.insert(
        (other.address.to_string(), "programgrant".to_owned()),
        cookie.replace("programgrant=", ""),
    );
    assert_eq!(
        who(&other, &at_other).await,
        format!("MUNICIPALITY {BAMBLE}"),
        "one key for all"
    );

    let token = place.gate.form_token(&browser).await.expect("logged in");
    let left = browser.send(&place.url("/logout"), &[("form_token", &token)]).await;
    assert_eq!(left.status, 303, "{}", left.text);
    let there = left.location();
    assert!(
        there.starts_with(&format!("{}ansattporten/endsession?", place.issuers.url())),
        "{there}"
    );
    assert_eq!(
        parameter(&there, "post_logout_redirect_uri"),
        format!("{}/", place.origin)
    );
    assert_eq!(
        parameter(&there, "id_token_hint"),
        "",
        "it would hold a national identity number"
    );
    assert_eq!(browser.cookie(&place.url("")), "");
    for (gate, browser) in [(&place.gate, &stolen), (&other, &at_other)] {
        assert_eq!(who(gate, browser).await, NOBODY, "ended for whoever kept the cookie");
    }
    // There, too; and home.
    assert_eq!(browser.open(&there).await.location(), format!("{}/", place.origin));
    assert!(browser.jar.is_empty(), "{browser:?}");
    // Whoever logs in again is in.
    place.hand.advance(MINUTE);
    let again = place.logged_in("municipality").await;
    assert_eq!(who(&place.gate, &again).await, format!("MUNICIPALITY {BAMBLE}"));
    assert_eq!(who(&place.gate, &stolen).await, NOBODY);
}

#[tokio::test]
async fn who_logs_out_is_out_at_both_ends_and_for_all_gateways() {
    ends_for_all_at_both_ends().await;
}

#[test]
fn who_logs_out_is_out_at_both_ends_and_for_all_gateways_over_postgres() {
    world::on_postgres(who_logs_out_is_out_at_both_ends_and_for_all_gateways);
}

#[tokio::test]
async fn who_ends_the_session_at_the_issuer_is_out_here() {
    let place = Place::new().await;
    let other = place.beside().await;
    let mut browser = place.logged_in("municipality").await;
    let bystander = place.logged_in("directorate").await;
    // From another service of theirs: this gateway hears of it by the back channel alone.
    let came = browser
        .open(&format!("{}ansattporten/endsession", place.issuers.url()))
        .await;
    assert_eq!(came.status, 200, "{}", came.text);
    assert_eq!(who(&place.gate, &browser).await, NOBODY);
    let cookie = browser.cookie(&place.url(""));
    assert_eq!(other.form_token_with(&cookie).await, None);
    assert_eq!(who(&place.gate, &bystander).await, "DIRECTORATE 889640782");
}

#[tokio::test]
async fn who_is_out_already_is_sent_home() {
    let place = Place::new().await;
    let mut nobody = Browser::default();
    let came = nobody.send(&place.url("/logout"), &[("form_token", "x")]).await;
    assert_eq!((came.status.as_u16(), came.location().as_str()), (303, "/"));
    // But a form that cannot be read is none.
    for body in ["", "form_token=a&form_token=b", "%ff"] {
        let request = nobody.form(&place.url("/logout"), &[]).body(body);
        assert_eq!(Came::to(request).await.refusal(), "400 BAD_REQUEST", "{body}");
    }
    assert_eq!(encoded(&[("a", "b c")]), "a=b+c");
}

#[tokio::test]
async fn while_the_store_cannot_be_asked_nobody_is_let_in() {
    let place = Place::new().await;
    let browser = place.logged_in("municipality").await;
    let token = place.gate.form_token(&browser).await.expect("logged in");
    place.gate.front.service().gateway.database.close().await;
    let asked = browser.ask(&place.url(""), &token, super::VIEWER).await;
    assert_eq!(asked.refusal(), "503 LOGIN_UNAVAILABLE");
    assert!(
        !asked.text.contains("sqlite") && !asked.text.contains("pool"),
        "{}",
        asked.text
    );
}

#[tokio::test]
async fn a_restored_store_lets_nobody_in_who_was_in_before() {
    let place = Place::new().await;
    let browser = place.logged_in("municipality").await;
    let file = place.folder.path().join("backup.db");
    let target = format!("sqlite:{}", place.folder.path().join("restored.db").display());
    let restored = Database::open(&target).await.expect("opens");
    let database = &place.gate.front.service().gateway.database;
    backup::backup(database, &file, &place.clock).await.expect("a backup");
    backup::restore(&file, &restored, &place.clock).await.expect("restored");
    restored.close().await;
    let gate = Gate::at_a_free_port(&config(&place.settings, &target), &place.clock).await;
    assert_eq!(gate.form_token_with(&browser.cookie(&place.url(""))).await, None);
    assert!(place.gate.form_token(&browser).await.is_some());
}
