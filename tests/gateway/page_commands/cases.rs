//! Promise: a case is decided by its form, with a reason that stands in its history, by those alone who may; once however often it is sent.

use programgrant::demo::systems;
use programgrant_schema::{BudgetPost, Figure};
use serde_json::{Value, json};

use super::browser::Office;
use super::{BAMBLE, NAV, OFFICE};
use crate::guard::clients::{heard, say};
use crate::records::{kroner, record, statement};
use crate::world::World;

/// A world with one open case, and its id.
async fn found() -> (World, String) {
    let world = heard().await;
    let mut awarded = statement(systems::UDIR, "900", "3813", BAMBLE, BudgetPost::new(231, 63), 2021);
    awarded.granted = Figure::Stated(kroner(250_000));
    say(&world, systems::UDIR, record(awarded)).await;
    let now = world.gateway().dependencies.clock.now();
    world.gateway().reconciler.round(now).await.expect("reconciles");
    let id = case(&world).await["id"].as_str().expect("an id").to_owned();
    (world, id)
}

async fn case(world: &World) -> Value {
    let fields = "id state decision history { state reason by { organisationNumber } }";
    let query = format!("{{ doubleFundingCases(kind: [AWARD_TO_PARTICIPANT]) {{ items {{ {fields} }} }} }}");
    world.ask(&query).await["doubleFundingCases"]["items"][0].clone()
}

#[tokio::test]
async fn a_case_is_decided_and_then_settled_with_a_reason_each_time() {
    let (world, id) = found().await;
    let office = Office::at(&world, OFFICE);
    let place = format!("/dobbeltfinansiering/{id}");
    let page = office.page(&place).await;
    let section = page.section("avgjor").expect("open").to_owned();
    assert!(section.contains("Den flytter ingen penger") && section.contains("valg-CONFIRM"));
    let form = page
        .form("avgjor")
        .and("begrunnelse", "Begge er gitt.")
        .and("lest", "ja");
    for (bad, said) in [
        (form.clone(), "Velg en avgjørelse"),
        (form.and("avgjorelse", "CONFIRM").without("lest"), "Kryss av"),
        (
            form.and("avgjorelse", "CONFIRM").and("begrunnelse", " "),
            "INVALID_ARGUMENT",
        ),
    ] {
        let page = office.send(&place, &bad).await;
        assert!(
            page.status == 200 && page.section("avgjor").expect("there").contains(said),
            "{said}"
        );
    }
    assert_eq!(case(&world).await["state"], "OPEN");
    let confirm = form.and("avgjorelse", "CONFIRM");
    office.send(&place, &confirm).await.location();
    office.send(&place, &confirm).await.location();
    let decided = case(&world).await;
    let last = decided["history"]
        .as_array()
        .expect("a list")
        .last()
        .expect("there")
        .clone();
    assert_eq!(
        (
            &decided["state"],
            decided["history"].as_array().map(Vec::len),
            &last["reason"],
            &last["by"]["organisationNumber"]
        ),
        (&json!("CONFIRMED"), Some(2), &json!("Begge er gitt."), &json!(OFFICE))
    );
    let page = office.page(&place).await;
    assert!(
        page.holds("Begge er gitt.") && page.holds("avstemmingen"),
        "the history is shown"
    );
    assert!(
        !page.holds("valg-CONFIRM") && page.holds("valg-SETTLE"),
        "what is still possible"
    );
    let settle = page
        .form("avgjor")
        .and("avgjorelse", "SETTLE")
        .and("begrunnelse", "Betalt.")
        .and("lest", "ja");
    office.send(&place, &settle).await.location();
    assert_eq!(case(&world).await["state"], "SETTLED");
    // Two had it open: the second is told that it is decided.
    let late = office.send(&place, &form.and("avgjorelse", "DISMISS")).await;
    assert!(late.status == 200 && late.holds("CASE_CLOSED") && late.section("avgjor").is_none());
}

#[tokio::test]
async fn who_may_not_decide_has_no_form_and_is_refused() {
    let (world, id) = found().await;
    let place = format!("/dobbeltfinansiering/{id}");
    let form = Office::at(&world, OFFICE).page(&place).await.form("avgjor");
    let form = form
        .and("avgjorelse", "DISMISS")
        .and("begrunnelse", "x")
        .and("lest", "ja");
    let bamble = Office::at(&world, BAMBLE);
    let page = bamble.page(&place).await;
    assert!(page.section("avgjor").is_none() && !page.holds("avstemmingen"));
    for (body, status) in [(BAMBLE, 403), (NAV, 404), ("310240052", 403)] {
        assert_eq!(
            Office::at(&world, body).send(&place, &form).await.status,
            status,
            "{body}"
        );
    }
    assert_eq!(case(&world).await["state"], "OPEN");
    assert_eq!(
        Office::at(&world, OFFICE)
            .open("/dobbeltfinansiering/sak-0")
            .await
            .status,
        404
    );
}
