//! Promise: a command whose answer was lost is sent again unchanged and answered as the first time, whoever was restarted in
//! between; anything else is another command, and a repeat leaves no trace.

use programgrant::demo::systems;
use programgrant_schema::{BudgetPost, Figure, Payer};
use serde_json::{Value, json};

use super::clients::{BUFDIR, Caller, HELSEDIR, NAV, OSLO, UDIR, heard, input, refused, say};
use crate::records::{kroner, record, statement};
use crate::world::World;

fn asked() -> Value {
    input("231.63", OSLO, 2021)
}

/// Entries of the audit chain.
async fn entries(world: &World) -> i64 {
    world
        .gateway()
        .guard
        .store()
        .standing()
        .await
        .expect("reads")
        .0
        .sequence
}

#[tokio::test]
async fn every_command_is_answered_again_after_a_restart_too() {
    let mut world = heard().await;
    let caller = Caller::new(&world, UDIR);
    let cleared = caller.cleared(&asked(), "a").await;
    let confirmed = caller.confirm(&cleared).await;
    let denied = caller.other(NAV).claim(&asked(), "b").await;
    let proposed = caller.other(HELSEDIR).propose(&denied).await;
    let approved = caller.other(BUFDIR).approve(&proposed["claim"]).await;
    assert_eq!(approved["claim"]["state"], "CLEARED");
    let written = entries(&world).await;
    world.restart().await;
    world.poll_all().await;
    let caller = Caller::new(&world, UDIR);
    assert_eq!(caller.confirm(&cleared).await, confirmed);
    assert_eq!(caller.other(BUFDIR).approve(&proposed["claim"]).await, approved);
    assert_eq!(
        refused(&caller.other(HELSEDIR).propose(&denied).await),
        "FENCE_MISMATCH",
        "it was approved since"
    );
    assert_eq!(
        refused(&caller.other("970018131/another").confirm(&cleared).await),
        "FENCE_MISMATCH"
    );
    assert_eq!(
        refused(
            &caller
                .command(
                    "confirmFunding",
                    &cleared,
                    "awardReference: \"26/4711-3\", awarded: 10000000"
                )
                .await
        ),
        "FENCE_MISMATCH"
    );
    let released = caller.release(&confirmed["claim"]).await;
    assert_eq!(caller.release(&confirmed["claim"]).await, released);
    assert_eq!(
        refused(&caller.confirm(&cleared).await),
        "FENCE_MISMATCH",
        "what was reversed is confirmed to nobody"
    );
    assert_eq!(entries(&world).await, written + 1);
}

#[tokio::test]
async fn sixteen_that_come_at_once_are_one() {
    let world = heard().await;
    let caller = Caller::new(&world, UDIR);
    let cleared = caller.cleared(&asked(), "a").await;
    let answers = futures::future::join_all((0..16).map(|_| caller.confirm(&cleared))).await;
    assert!(
        answers
            .iter()
            .all(|answer| *answer == answers[0] && answer["claim"]["state"] == "CONFIRMED"),
        "{answers:#?}"
    );
    assert_eq!(
        caller
            .history(&cleared)
            .await
            .iter()
            .filter(|event| event["state"] == "CONFIRMED")
            .count(),
        1
    );
}

#[tokio::test]
async fn what_a_source_reports_meanwhile_does_not_change_the_answer() {
    let world = heard().await;
    let caller = Caller::new(&world, BUFDIR);
    let cleared = caller.cleared(&input("846-ferie", OSLO, 2022), "a").await;
    let confirm = "awardReference: \"2022-77\", awarded: 10000000";
    let confirmed = caller.command("confirmFunding", &cleared, confirm).await;
    let mut reported = statement(systems::BUFDIR, "77", "0301", OSLO, BudgetPost::new(846, 61), 2022);
    (reported.activity, reported.payer) = (
        Some("FERIE".to_owned()),
        Some(Payer {
            organisation_number: BUFDIR[..9].to_owned(),
        }),
    );
    (reported.use_from, reported.use_until) = ("2022-03-01".parse().ok(), "2022-06-30".parse().ok());
    say(&world, systems::BUFDIR, record(reported)).await;
    assert_eq!(caller.command("confirmFunding", &cleared, confirm).await, confirmed);
}

#[tokio::test]
async fn a_decision_on_a_case_is_answered_again() {
    let world = heard().await;
    let mut awarded = statement(
        systems::UDIR,
        "900",
        "3813",
        "940244145",
        BudgetPost::new(231, 63),
        2021,
    );
    awarded.granted = Figure::Stated(kroner(250_000));
    say(&world, systems::UDIR, record(awarded)).await;
    world
        .gateway()
        .reconciler
        .round(world.gateway().dependencies.clock.now())
        .await
        .expect("reconciles");
    let case = world
        .ask("{ doubleFundingCases(kind: [AWARD_TO_PARTICIPANT]) { items { id } } }")
        .await["doubleFundingCases"]["items"][0]["id"]
        .clone();
    let decide = |decision: &str, reason: &str| {
        format!(
            "mutation {{ decideCase(case: {case}, decision: {decision}, reason: \"{reason}\") {{ case {{ state changedAt }} errors {{ code }} }} }}"
        )
    };
    let first = world.ask(&decide("DISMISS", "Feil.")).await;
    assert_eq!(first["decideCase"]["errors"], json!([]));
    let written = entries(&world).await;
    assert_eq!(world.ask(&decide("DISMISS", "Feil.")).await, first);
    for (decision, reason) in [("DISMISS", "Noe annet."), ("SETTLE", "Feil.")] {
        assert_eq!(
            world.ask(&decide(decision, reason)).await["decideCase"]["errors"],
            json!([{ "code": "CASE_CLOSED" }])
        );
    }
    assert_eq!(entries(&world).await, written);
}
