//! Promise: what changes in the registers is known without a restart, on its day and not before, in every gateway; what cannot be right
//! is refused and said, and what was known at any instant can be told again.

use std::time::Duration;

use programgrant_core::reference::KLASS;
use programgrant_registers::simulator::RegisterFault;
use programgrant_schema::MunicipalityNumber;
use serde_json::json;

use super::{days_later, heard_registers};

fn number(text: &str) -> MunicipalityNumber {
    text.parse().expect("a number")
}

#[tokio::test]
async fn a_municipality_that_is_renumbered_tomorrow_is_known_tomorrow() {
    let (simulator, world) = heard_registers().await;
    let (generation, asked) = (
        world.gateway().dependencies.views.current().generation,
        "number(on: \"2026-11-23\")",
    );
    simulator.change(|world| world.renumber("2026-11-23", "4012", "4098"));
    world.poll(KLASS).await.expect("heard");
    let bamble = world
        .ask(&format!(
            "{{ municipality(number: \"4012\") {{ id name number then: {asked} }} }}"
        ))
        .await;
    let today = json!({ "id": "kommune-0814", "name": "Bamble", "number": "4012", "then": "4098" });
    assert_eq!(bamble["municipality"], today);
    assert_eq!(
        world.ask("{ municipality(number: \"4098\") { id } }").await["municipality"],
        json!(null)
    );
    world.hand.advance(Duration::from_hours(11));
    world.poll_all().await;
    let tomorrow = world
        .ask("{ municipality(number: \"4098\") { id number organisationNumber } }")
        .await;
    let expected = json!({ "id": "kommune-0814", "number": "4098", "organisationNumber": "940244145" });
    assert_eq!(tomorrow["municipality"], expected);
    assert!(
        world.gateway().dependencies.views.current().generation > generation + 1,
        "the turn of the day is news"
    );
    assert_eq!(world.pot("4098", 2021).await["completeness"], "COMPLETE");
}

#[tokio::test]
async fn a_picture_that_loses_somebody_without_a_word_is_refused() {
    let (simulator, world) = heard_registers().await;
    simulator.change(|world| world.lose("0301"));
    let error = world.poll(KLASS).await.expect_err("refused");
    assert_eq!(error, "the new picture is not taken: 0301 Oslo is missing");
    let klass = world.source(KLASS).await;
    assert_eq!(klass["lastError"], json!(error));
    assert_eq!(
        world.ask("{ municipality(number: \"0301\") { name } }").await["municipality"]["name"],
        "Oslo"
    );
    let (simulator, world) = heard_registers().await;
    simulator.change(|world| world.end("2027-01-01", "0301", None));
    let error = world.poll(KLASS).await.expect_err("refused");
    assert!(
        error.ends_with("0301 Oslo ends on 2027-01-01, and no change says what becomes of it"),
        "{error}"
    );
}

#[tokio::test]
async fn half_an_answer_changes_nothing() {
    let (simulator, world) = heard_registers().await;
    simulator.change(|world| world.renumber("2026-11-22", "4012", "4098"));
    for fault in [RegisterFault::Cut, RegisterFault::BadRecord, RegisterFault::Throttled] {
        simulator.set_klass_fault(Some(fault));
        world.poll(KLASS).await.expect_err("no picture");
        let bamble = world.ask("{ municipality(number: \"4012\") { number } }").await;
        assert_eq!(bamble["municipality"]["number"], "4012", "{fault:?}");
    }
    simulator.set_klass_fault(None);
    world.poll(KLASS).await.expect("heard");
    assert_eq!(
        world.ask("{ municipality(number: \"4012\") { number } }").await["municipality"]["number"],
        "4098"
    );
}

#[tokio::test]
async fn what_was_in_force_at_an_instant_can_be_told_again_and_survives_a_restart() {
    let (simulator, mut world) = heard_registers().await;
    let before = world.gateway().dependencies.clock.now();
    days_later(&world, 1).await;
    simulator.change(|world| world.renumber("2026-11-24", "4012", "4098"));
    days_later(&world, 1).await;
    world.restart().await;
    let (dependencies, now) = (&world.gateway().dependencies, world.gateway().dependencies.clock.now());
    let then = dependencies.views.reference_at(before).await.expect("told");
    let now = dependencies.views.reference_at(now).await.expect("told");
    let day = jiff::civil::date(2026, 11, 25);
    let number_on = |reference: &programgrant_core::reference::Reference| {
        let id = "kommune-0814".parse().expect("an id");
        reference.register.get(id).and_then(|bamble| bamble.number_on(day))
    };
    assert_eq!(
        (number_on(&then), number_on(&now)),
        (Some(number("4012")), Some(number("4098")))
    );
    assert_eq!(number_on(&dependencies.reference()), Some(number("4098")));
}
