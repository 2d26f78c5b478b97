//! Promise: when two municipalities become one, pots, claims, exclusions and eligibility follow, on that day and without a restart; no
//! slot is freed, and where two claims then overlap, newcomers are kept out by both and a person is told.

use std::time::Duration;

use programgrant::demo::systems;
use programgrant_core::reference::{BRREG, KLASS};
use programgrant_registers::simulator::RegisterSimulator;
use serde_json::json;

use super::heard_registers;
use crate::guard::clients::{Caller, UDIR, input, text, told};
use crate::world::{World, on_postgres};

const NEW: &str = "4099";
/// Kragerø and Drangedal, neither of them a participant, and Bamble, which is one.
const KRAGERO: &str = "4014";
const DRANGEDAL: &str = "4016";
const NEW_YEAR: &str = "2027-01-01";

/// New year's day has begun, and is shown.
async fn new_year(world: &World) {
    world.hand.advance(Duration::from_hours(24 * 40));
    world.poll_all().await;
    world.gateway().dependencies.views.refresh().await.expect("shown");
}

async fn announced(merged: &[&str]) -> (RegisterSimulator, World) {
    let (simulator, world) = heard_registers().await;
    simulator.change(|world| world.merge(NEW_YEAR, merged, NEW, "Grenland"));
    world.poll(KLASS).await.expect("heard");
    (simulator, world)
}

async fn claims_follow() {
    let (simulator, world) = announced(&[KRAGERO, DRANGEDAL]).await;
    simulator.change(|world| world.add_municipality("310000019", "GRENLAND KOMMUNE", NEW));
    let caller = Caller::new(&world, UDIR);
    let older = caller.cleared(&input("231.63", KRAGERO, 2026), "older").await;
    world.hand.advance(Duration::from_secs(1));
    let younger = caller.cleared(&input("231.63", DRANGEDAL, 2026), "younger").await;
    let other = caller.cleared(&input("765.60-adults", DRANGEDAL, 2026), "other").await;
    let (older, younger) = (caller.confirm(&older).await, caller.confirm(&younger).await);
    assert_eq!(caller.confirm(&other).await["errors"], json!([]));
    assert_eq!(
        (older["errors"].clone(), younger["errors"].clone()),
        (json!([]), json!([])),
        "nobody knew of a merger"
    );
    let cases = "{ doubleFundingCases(kind: [OVERLAPPING_PERIOD]) { items { state year reasons { message } municipality { id } } } }";
    assert_eq!(
        caller.data(cases, json!({})).await["doubleFundingCases"]["items"],
        json!([])
    );
    new_year(&world).await;

    let found = caller.data(cases, json!({})).await["doubleFundingCases"]["items"].clone();
    let case = &found[0];
    assert_eq!((&case["state"], &case["year"]), (&json!("OPEN"), &json!(2026)));
    assert_eq!(case["municipality"]["id"], "kommune-4099");
    let message = text(&case["reasons"][0]["message"]);
    for claim in [&older, &younger] {
        assert!(message.contains(text(&claim["claim"]["id"])), "{message}");
    }
    // Both keep newcomers out, under whichever number, and what was not overlapping does too.
    for recipient in [NEW, KRAGERO, DRANGEDAL] {
        assert_eq!(
            told(&caller.check(&input("231.63", recipient, 2026)).await),
            "BLOCKED ALREADY_FUNDED",
            "{recipient}"
        );
        assert_eq!(
            told(&caller.check(&input("765.60-adults", recipient, 2026)).await),
            "BLOCKED ALREADY_FUNDED",
            "{recipient}"
        );
    }
    let recipient = caller.read(&other).await["recipient"]["name"].clone();
    assert_eq!(recipient, "Grenland");
    // One after the other lets go; only then is there room.
    caller.release(&caller.read(&older["claim"]).await).await;
    assert_eq!(
        told(&caller.check(&input("231.63", NEW, 2026)).await),
        "BLOCKED ALREADY_FUNDED"
    );
    let blocked = caller.claim(&input("231.63", NEW, 2026), "newcomer").await;
    assert_eq!(told(&blocked["verdict"]), "BLOCKED ALREADY_FUNDED");
    caller.release(&caller.read(&younger["claim"]).await).await;
    let verdict = caller.check(&input("231.63", NEW, 2026)).await;
    assert_ne!(told(&verdict), "BLOCKED ALREADY_FUNDED");
    let sound = world.gateway().guard.store().verify(None).await.expect("read");
    assert!(sound.is_ok(), "{sound:?}");
    world
        .gateway()
        .dependencies
        .views
        .refresh()
        .await
        .expect("again, and nothing happens");
    assert_eq!(
        caller.data(cases, json!({})).await["doubleFundingCases"]["items"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
}

#[tokio::test]
async fn two_claims_that_overlap_by_a_merger_keep_newcomers_out() {
    claims_follow().await;
}

#[test]
fn the_same_over_postgres() {
    on_postgres(|| {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(claims_follow());
    });
}

#[tokio::test]
async fn pots_eligibility_and_exclusions_follow_a_participant() {
    let (simulator, world) = announced(&["4012", KRAGERO]).await;
    simulator.change(|world| world.add_municipality("310000019", "GRENLAND KOMMUNE", NEW));
    let before = world.pot("4012", 2021).await;
    let eligible = "eligibility(year: 2021) { scheme { id } answer }";
    let asked_before = world
        .ask(&format!("{{ municipality(number: \"4012\") {{ {eligible} }} }}"))
        .await;
    assert_eq!(
        world.ask("{ municipality(number: \"4099\") { id } }").await["municipality"],
        json!(null)
    );
    new_year(&world).await;
    assert_eq!(world.pot(NEW, 2021).await["total"], before["total"]);
    for number in ["4012", "0814", NEW] {
        let heir = world
            .ask(&format!(
                "{{ municipality(number: \"{number}\") {{ id name organisationNumber }} }}"
            ))
            .await;
        let expected = json!({ "id": "kommune-4099", "name": "Grenland", "organisationNumber": "310000019" });
        assert_eq!(heir["municipality"], expected, "{number}");
    }
    let asked = world
        .ask(&format!("{{ municipality(number: \"{NEW}\") {{ {eligible} }} }}"))
        .await;
    assert_eq!(asked["municipality"], asked_before["municipality"]);
    world.gateway().sync_exclusions().await;
    let held = world.simulator(systems::UDIR).exclusions();
    assert!(
        held.iter().any(|held| held.organisation_number == "310000019"),
        "{held:?}"
    );
    assert!(
        held.iter().all(|held| held.organisation_number != "940244145"),
        "{held:?}"
    );
}

#[tokio::test]
async fn a_new_municipality_without_an_organisation_number_waits_for_it() {
    let (simulator, world) = announced(&[KRAGERO, DRANGEDAL]).await;
    new_year(&world).await;
    let asked = "{ municipality(number: \"4099\") { organisationNumber } }";
    assert_eq!(
        world.ask(asked).await["municipality"]["organisationNumber"],
        json!(null)
    );
    let caller = Caller::new(&world, UDIR);
    assert_eq!(
        told(&caller.check(&input("231.63", NEW, 2027)).await),
        "NEEDS_CASE_OFFICER UNRESOLVED_RECIPIENT"
    );
    simulator.change(|world| world.add_municipality("310000019", "GRENLAND KOMMUNE", NEW));
    world.poll(BRREG).await.expect("heard");
    assert_eq!(
        world.ask(asked).await["municipality"]["organisationNumber"],
        "310000019"
    );
    assert_ne!(
        told(&caller.check(&input("231.63", NEW, 2027)).await),
        "NEEDS_CASE_OFFICER UNRESOLVED_RECIPIENT"
    );
}
