//! Promise: from the question to the confirmed claim by the forms alone, each saying what it will do before and what happens next after, and
//! the interface then says the same; a form that is sent twice has been carried out once.

use serde_json::json;

use super::browser::{Office, Page};
use super::{BUFDIR, NAV, OFFICE, OSLO, address, asked, claims, entries, office, question, requested};
use crate::guard::clients::later;
use std::time::Duration;

/// What every form says before it is sent.
fn says_what_it_does(page: &Page, id: &str) {
    let section = page.section(id).unwrap_or_else(|| panic!("no {id}: {}", page.text));
    for step in ["Hva dette gjør", "Hva skjer så", "Hva du gjør imens"] {
        assert!(section.contains(step), "{id}: {step}");
    }
    assert!(
        section.contains("name=\"lest\"") && section.contains("method=\"post\""),
        "{id}"
    );
}

/// What every page says after one was carried out.
fn says_what_is_next(page: &Page) {
    for step in ["Hva skjer så", "Hvem avgjør", "Innen når", "Hva du gjør imens"] {
        assert!(page.holds(step), "{step}");
    }
}

#[tokio::test]
async fn ask_request_and_confirm_by_forms_is_what_the_interface_says() {
    let (world, nav) = office(NAV).await;
    let page = nav.page(&address(&asked("21/1"))).await;
    assert!(page.holds("Klart"), "{}", page.text);
    assert_eq!(claims(&world).await.len(), 0, "to ask writes nothing");
    says_what_it_does(&page, "krav");
    assert!(page.section("krav").expect("there").contains("100\u{a0}000\u{a0}kr"));
    let form = page.form("krav").and("lest", "ja");
    let to = nav.send("/for-vedtak", &form).await;
    let place = to.location();
    let made = claims(&world).await;
    assert_eq!(made.len(), 1);
    let claim = &made[0];
    assert_eq!(
        (&claim["state"], &claim["caseReference"], &claim["amount"]),
        (&json!("CLEARED"), &json!("21/1"), &json!(10_000_000))
    );
    assert_eq!(place, format!("/krav/{}", claim["id"].as_str().expect("an id")));

    let page = nav.page(&place).await;
    says_what_is_next(&page);
    assert!(
        page.holds(claim["receipt"].as_str().expect("a receipt")),
        "the receipt is shown"
    );
    says_what_it_does(&page, "bekreft");
    says_what_it_does(&page, "gi-tilbake");
    assert!(page.section("foresla-unntak").is_none() && page.section("avgjor").is_none());
    let confirm = page.form("bekreft").and("referanse", "T-21/1").and("lest", "ja");
    assert_eq!(nav.send(&place, &confirm).await.location(), place);
    let claim = claims(&world).await[0].clone();
    assert_eq!(
        (&claim["state"], &claim["awardReference"]),
        (&json!("CONFIRMED"), &json!("T-21/1"))
    );
    // The same form again is answered as the first time.
    let written = entries(&world).await;
    assert_eq!(nav.send(&place, &confirm).await.location(), place);
    assert_eq!(entries(&world).await, written);

    let page = nav.page(&place).await;
    assert!(page.holds("Bekreftet") && page.holds("T-21/1") && page.section("bekreft").is_none());
    let back = page.form("gi-tilbake").and("begrunnelse", "Trukket.").and("lest", "ja");
    assert!(
        page.section("gi-tilbake").expect("there").contains("omgjort"),
        "it says that an award is reversed"
    );
    nav.send(&place, &back).await.location();
    assert_eq!(claims(&world).await[0]["state"], "REVERSED");
    let page = nav.page(&place).await;
    assert!(page.holds("Trukket.") && page.section("gi-tilbake").is_none());
}

#[tokio::test]
async fn a_form_that_is_sent_twice_has_asked_once_and_one_made_anew_asks_anew() {
    let (world, nav) = office(NAV).await;
    let page = nav.page(&address(&asked("21/1"))).await;
    let form = page.form("krav").and("lest", "ja");
    assert!(form.value("nokkel").len() > 30, "{form:?}");
    let (first, second) = tokio::join!(nav.send("/for-vedtak", &form), nav.send("/for-vedtak", &form));
    assert_eq!(first.location(), second.location());
    assert_eq!(claims(&world).await.len(), 1);
    let again = nav.page(&address(&asked("21/1"))).await.form("krav");
    assert_ne!(again.value("nokkel"), form.value("nokkel"));
    // With the key of the first and other content: refused, and the form has another key.
    let other = form.and("belop", "200 000");
    let page = nav.send("/for-vedtak", &other).await;
    assert_eq!(page.status, 200);
    assert!(page.holds("IDEMPOTENCY_CONFLICT"), "{}", page.text);
    let anew = page.form("krav");
    assert!(anew.value("nokkel") != form.value("nokkel") && anew.value("belop") == "200 000");
    assert_eq!(claims(&world).await.len(), 1);
}

#[tokio::test]
async fn what_was_not_ticked_or_cannot_be_read_is_said_at_the_form_and_what_was_typed_stays() {
    let (world, nav) = office(NAV).await;
    let form = nav.page(&address(&asked("21/1"))).await.form("krav");
    let page = nav.send("/for-vedtak", &form).await;
    assert!(page.status == 200 && page.section("krav").expect("there").contains("role=\"alert\""));
    assert_eq!(claims(&world).await.len(), 0);
    let place = requested(&nav, &asked("21/1")).await;
    let confirm = nav
        .page(&place)
        .await
        .form("bekreft")
        .and("referanse", "min-referanse")
        .and("lest", "ja");
    let written = entries(&world).await;
    for (form, said) in [
        (confirm.without("lest"), "Kryss av"),
        (confirm.and("belop", "mye"), "Beløpet er ikke kroner"),
        (confirm.and("belop", "99 000"), "AMOUNT_DIFFERS"),
        (
            confirm.and("fra", "2019-01-01").and("til", "2019-06-30"),
            "PERIOD_DIFFERS",
        ),
        (confirm.and("gjerde", "1"), "FENCE_MISMATCH"),
    ] {
        let page = nav.send(&place, &form).await;
        let section = page.section("bekreft").expect("still possible");
        assert!(
            page.status == 200 && section.contains("role=\"alert\"") && section.contains(said),
            "{said}: {section}"
        );
        assert!(section.contains("value=\"min-referanse\""), "what was typed stays");
    }
    assert_eq!(entries(&world).await, written);
}

#[tokio::test]
async fn what_cannot_be_decided_now_is_asked_again_with_the_same_form() {
    let (world, nav) = office(NAV).await;
    world.hand.advance(Duration::from_hours(1));
    let page = nav.page(&address(&asked("21/1"))).await;
    assert!(page.holds("Kan ikke avgjøres nå"));
    let form = page.form("krav").and("lest", "ja");
    let page = nav.send("/for-vedtak", &form).await;
    assert!(
        page.status == 200 && page.holds("Spør igjen med samme krav"),
        "{}",
        page.text
    );
    let again = page.form("krav").and("lest", "ja");
    assert_eq!(again.value("nokkel"), form.value("nokkel"));
    let waiting = claims(&world).await;
    assert_eq!((waiting.len(), &waiting[0]["state"]), (1, &json!("REQUESTED")));
    later(&world, Duration::from_secs(1)).await;
    let place = nav.send("/for-vedtak", &again).await.location();
    let decided = claims(&world).await;
    assert_eq!(
        (decided.len(), &decided[0]["state"], &decided[0]["id"]),
        (1, &json!("CLEARED"), &waiting[0]["id"])
    );
    assert_eq!(place, format!("/krav/{}", decided[0]["id"].as_str().expect("an id")));
}

#[tokio::test]
async fn what_is_held_is_decided_by_another_body_than_the_askers() {
    let (world, nav) = office(NAV).await;
    // Bamble takes part, and the target group decides.
    let place = requested(&nav, &question("621.63", super::BAMBLE, "21/2")).await;
    assert_eq!(claims(&world).await[0]["state"], "HELD");
    assert!(
        nav.page(&place).await.section("avgjor").is_none(),
        "who asked does not decide"
    );
    let programme = Office::at(&world, OFFICE);
    let page = programme.page(&place).await;
    says_what_it_does(&page, "avgjor");
    let form = page.form("avgjor").and("begrunnelse", "Bare voksne.").and("lest", "ja");
    assert!(programme.send(&place, &form).await.holds("Velg en avgjørelse"));
    programme
        .send(&place, &form.and("avgjorelse", "ALLOW"))
        .await
        .location();
    let claim = claims(&world).await[0].clone();
    assert_eq!(
        (&claim["state"], &claim["verdict"]["reasons"][0]["code"]),
        (&json!("CLEARED"), &json!("DECIDED_BY_CASE_OFFICER"))
    );
    assert!(nav.page(&place).await.holds("Bare voksne."));
}

#[tokio::test]
async fn a_receipt_is_kept_and_brought_along_and_one_of_another_ledger_is_told() {
    let (world, nav) = office(NAV).await;
    let page = nav.page(&address(&asked("21/1"))).await;
    let sent = nav.send("/for-vedtak", &page.form("krav").and("lest", "ja")).await;
    let kept = sent.headers["set-cookie"].to_str().expect("text").to_owned();
    assert!(
        kept.starts_with("kvittering=kvittering.1.") && kept.contains("HttpOnly"),
        "{kept}"
    );
    let receipt = claims(&world).await[0]["receipt"]
        .as_str()
        .expect("a receipt")
        .to_owned();
    let keeping = nav.keeping(&format!("kvittering={receipt}"));
    let next = keeping
        .page(&address(&question("621.63", "964338531", "21/2")))
        .await
        .form("krav");
    assert_eq!(next.value("kvittering"), receipt);
    let forged = next.and("kvittering", "kvittering.1.9.ab.cd").and("lest", "ja");
    let page = keeping.send("/for-vedtak", &forged).await;
    assert!(page.holds("INVALID_RECEIPT") && page.holds("value=\"kvittering.1.9.ab.cd\""));
    keeping.send("/for-vedtak", &next.and("lest", "ja")).await.location();
    assert_eq!(claims(&world).await.len(), 2);
}

#[tokio::test]
async fn whom_the_interface_refuses_the_page_refuses_and_nothing_is_written() {
    let (world, nav) = office(NAV).await;
    let place = requested(&nav, &asked("21/1")).await;
    let form = nav
        .page(&place)
        .await
        .form("gi-tilbake")
        .and("begrunnelse", "x")
        .and("lest", "ja");
    let ask = nav.page(&address(&asked("21/2"))).await.form("krav").and("lest", "ja");
    let written = entries(&world).await;
    for (body, of_claim, of_request) in [(OSLO, 403, 403), ("310240052", 403, 403), (BUFDIR, 404, 403)] {
        let other = Office::at(&world, body);
        assert_eq!(other.send(&place, &form).await.status, of_claim, "{body}");
        assert_eq!(other.send("/for-vedtak", &ask).await.status, of_request, "{body}");
        assert_eq!(
            other.open(&place).await.status,
            if body == "310240052" { 403 } else { 404 },
            "{body}"
        );
    }
    assert_eq!(nav.open("/krav/krav-0").await.status, 404);
    assert_eq!(entries(&world).await, written);
    // A directorate is not offered what is another's.
    let bufdir = Office::at(&world, BUFDIR).page(&address(&asked("21/3"))).await;
    assert!(bufdir.holds("kan bare") && bufdir.section("krav").is_none());
}

#[tokio::test]
async fn a_recipient_sees_the_decided_claim_without_what_is_inside() {
    let (world, nav) = office(NAV).await;
    let place = requested(&nav, &asked("21/1")).await;
    let oslo = Office::at(&world, OSLO);
    assert_eq!(oslo.open(&place).await.status, 404, "not decided");
    let confirm = nav
        .page(&place)
        .await
        .form("bekreft")
        .and("referanse", "T-1")
        .and("lest", "ja");
    nav.send(&place, &confirm).await.location();
    let page = oslo.page(&place).await;
    assert!(page.holds("Bekreftet") && !page.holds("class=\"command\"") && !page.holds("kvittering.1."));
    let list = oslo.page("/krav?status=CONFIRMED").await;
    assert!(list.holds("21/1") && list.holds(&place));
    assert!(!nav.page("/krav?status=HELD").await.holds("21/1"));
}
