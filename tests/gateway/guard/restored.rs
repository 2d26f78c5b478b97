//! Promise: after a restored ledger was reconciled, a system that comes with an old fence is told why it is refused; and where it
//! confirms under another reference than the award that was made in between, the second award opens a case.

use programgrant::demo::systems;
use programgrant::store::ledger::LedgerStore;
use programgrant_core::ledger::Command;
use programgrant_schema::{BudgetPost, Figure};
use serde_json::json;

use super::clients::{Caller, OSLO, UDIR, hear, input, refused, text};
use crate::records::{kroner, record, statement};
use crate::world::World;

#[tokio::test]
async fn a_raised_fence_is_told_and_a_second_reference_opens_a_case() {
    let world = hear(World::with_source_settings(systems::UDIR, "claims_required_from = \"2021-01-01\"").await).await;
    let caller = Caller::new(&world, UDIR);
    let cleared = caller.cleared(&input("231.63", OSLO, 2021), "a").await;
    // The backup is from before the confirmation: the ledger has forgotten it.
    let ledger = world.gateway().guard.store();
    let suspend = Command::Suspend {
        by: None,
        reason: "restored".to_owned(),
    };
    let resume = Command::Resume {
        by: None,
        reason: "reconciled".to_owned(),
        forgot: true,
    };
    assert!(
        ledger
            .apply(&[suspend, resume])
            .await
            .expect("works")
            .iter()
            .all(Result::is_ok)
    );
    let again = caller
        .command(
            "confirmFunding",
            &cleared,
            "awardReference: \"2021-4711\", awarded: 10000000",
        )
        .await;
    assert_eq!(refused(&again), "FENCE_MISMATCH");
    let message = text(&again["errors"][0]["message"]);
    assert!(
        message.contains("restored") && message.contains("your own books"),
        "{message}"
    );
    let raised = caller.read(&cleared).await;
    let other = caller
        .command(
            "confirmFunding",
            &raised,
            "awardReference: \"2021-4712\", awarded: 10000000",
        )
        .await;
    assert_eq!(other["claim"]["state"], "CONFIRMED");
    let award = |key: &str| {
        let mut award = statement(systems::UDIR, key, "0301", OSLO, BudgetPost::new(231, 63), 2021);
        award.granted = Figure::Stated(kroner(100_000));
        record(award)
    };
    world.publish(&[(systems::UDIR, vec![award("4711"), award("4712")])]);
    world.poll_all().await;
    world
        .gateway()
        .reconciler
        .round(world.gateway().dependencies.clock.now())
        .await
        .expect("reconciles");
    let cases = world
        .ask("{ doubleFundingCases { items { kind toHoldBack awards { id } reasons { code } } } }")
        .await["doubleFundingCases"]["items"]
        .clone();
    assert_eq!(cases.as_array().map(Vec::len), Some(1), "{cases:#}");
    assert_eq!(
        (&cases[0]["kind"], &cases[0]["reasons"][0]["code"]),
        (&json!("AWARD_WITHOUT_CLAIM"), &json!("CLAIM_MISSING"))
    );
    assert!(text(&cases[0]["awards"][0]["id"]).contains("4711"), "{cases:#}");
}
