//! Promise: an award becomes binding only as it was cleared and while it is: a confirmation that is late, old, or for another
//! amount, year or period is refused with a code, and so is whatever a claim's state does not allow.

use std::time::Duration;

use programgrant::demo::systems;
use programgrant_schema::{BudgetPost, Payer};
use serde_json::{Value, json};

use super::clients::{BUFDIR, Caller, HELSEDIR, NAV, OSLO, UDIR, hear, heard, input, later, refused, say, text, told};
use crate::records::{record, statement};
use crate::world::World;

const MONTH: Duration = Duration::from_hours(30 * 24);
const MICROSECOND: Duration = Duration::from_micros(1);
const AS_CLEARED: &str = "awardReference: \"26/4711-2\", awarded: 10000000";

fn asked() -> Value {
    input("231.63", OSLO, 2021)
}

#[tokio::test]
async fn a_clearance_is_confirmed_once_and_never_expires_then() {
    let world = heard().await;
    let caller = Caller::new(&world, UDIR);
    let cleared = caller.cleared(&asked(), "a").await;
    assert_eq!(cleared["expiresAt"], "2026-12-22T12:00:00Z");
    let confirmed = caller.confirm(&cleared).await["claim"].clone();
    assert_eq!(
        (
            text(&confirmed["state"]),
            &confirmed["expiresAt"],
            text(&confirmed["awardReference"])
        ),
        ("CONFIRMED", &Value::Null, "26/4711-2")
    );
    assert!(confirmed["fence"].as_i64() > cleared["fence"].as_i64());
    assert_eq!(
        caller.confirm(&cleared).await["claim"],
        confirmed,
        "the same once more is answered as the first time"
    );
    assert_eq!(refused(&caller.confirm(&confirmed).await), "WRONG_STATE");
    later(&world, 12 * MONTH).await;
    assert_eq!(caller.read(&confirmed).await["state"], "CONFIRMED");
    assert_eq!(
        told(&caller.other(NAV).claim(&asked(), "b").await["verdict"]),
        "BLOCKED ALREADY_FUNDED"
    );
}

#[tokio::test]
async fn a_confirmation_is_in_time_or_refused() {
    let world = heard().await;
    let caller = Caller::new(&world, UDIR);
    let (in_time, late) = (
        caller.cleared(&asked(), "a").await,
        caller.cleared(&input("231.66", OSLO, 2021), "b").await,
    );
    world.hand.advance(MONTH.checked_sub(MICROSECOND).expect("longer"));
    assert_eq!(caller.confirm(&in_time).await["claim"]["state"], "CONFIRMED");
    world.hand.advance(MICROSECOND);
    assert_eq!(refused(&caller.confirm(&late).await), "CLEARANCE_EXPIRED");
    let expired = caller.read(&late).await;
    assert_eq!(
        (text(&expired["state"]), told(&expired["verdict"]).as_str()),
        ("EXPIRED", "UNDETERMINED CLEARANCE_ENDED")
    );
    assert_eq!(refused(&caller.confirm(&expired).await), "CLEARANCE_EXPIRED");
}

#[tokio::test]
async fn how_long_a_clearance_is_good_for_can_be_set() {
    let world = hear(World::with_settings("[guard]\nclearance = \"90m\"").await).await;
    let caller = Caller::new(&world, UDIR);
    let cleared = caller.cleared(&asked(), "a").await;
    assert_eq!(cleared["expiresAt"], "2026-11-22T13:30:00Z");
    world.hand.advance(Duration::from_mins(90));
    assert_eq!(refused(&caller.confirm(&cleared).await), "CLEARANCE_EXPIRED");
}

#[tokio::test]
async fn another_fence_amount_year_or_period_is_refused() {
    let world = heard().await;
    let caller = Caller::new(&world, UDIR);
    let cleared = caller.cleared(&asked(), "a").await;
    let fence = cleared["fence"].as_i64().expect("a fence");
    for other in [fence - 1, fence + 1, 0, -1] {
        assert_eq!(
            refused(&caller.command_at("confirmFunding", &cleared, other, AS_CLEARED).await),
            "FENCE_MISMATCH"
        );
    }
    let award = "awardReference: \"26/4711-2\"";
    for (arguments, code) in [
        (format!("{award}, awarded: 9999999"), "AMOUNT_DIFFERS"),
        (format!("{award}, awarded: 10000001"), "AMOUNT_DIFFERS"),
        (format!("{award}, awarded: 0"), "AMOUNT_DIFFERS"),
        (format!("{award}, awarded: -10000000"), "AMOUNT_DIFFERS"),
        (format!("{AS_CLEARED}, year: 2022"), "YEAR_DIFFERS"),
        (format!("{AS_CLEARED}, year: 67557"), "YEAR_DIFFERS"),
        (format!("{AS_CLEARED}, useFrom: \"2021-02-01\""), "PERIOD_DIFFERS"),
        (format!("{AS_CLEARED}, useUntil: \"2022-01-31\""), "PERIOD_DIFFERS"),
        (
            format!("{AS_CLEARED}, year: 2021, useFrom: \"2021-01-01\", useUntil: \"2021-11-30\""),
            "PERIOD_DIFFERS",
        ),
        (
            "awardReference: \" \", awarded: 10000000".to_owned(),
            "INVALID_ARGUMENT",
        ),
    ] {
        assert_eq!(
            refused(&caller.command("confirmFunding", &cleared, &arguments).await),
            code,
            "{arguments}"
        );
    }
    assert_eq!(caller.read(&cleared).await, cleared, "a refusal changes nothing");
    let whole = format!("{AS_CLEARED}, year: 2021, useFrom: \"2021-01-01\", useUntil: \"2021-12-31\"");
    assert_eq!(
        caller.command("confirmFunding", &cleared, &whole).await["claim"]["state"],
        "CONFIRMED"
    );
}

#[tokio::test]
async fn what_the_source_says_of_the_award_counts_whatever_the_caller_says() {
    let world = heard().await;
    let caller = Caller::new(&world, BUFDIR);
    let cleared = caller.cleared(&input("846-ferie", OSLO, 2022), "a").await;
    let mut reported = statement(systems::BUFDIR, "77", "0301", OSLO, BudgetPost::new(846, 61), 2022);
    let bufdir = || {
        Some(Payer {
            organisation_number: BUFDIR[..9].to_owned(),
        })
    };
    (reported.activity, reported.payer) = (Some("FERIE".to_owned()), bufdir());
    (reported.use_from, reported.use_until) = ("2022-03-01".parse().ok(), "2022-06-30".parse().ok());
    let mut other_year = statement(systems::BUFDIR, "78", "0301", OSLO, BudgetPost::new(846, 62), 2021);
    (other_year.activity, other_year.payer) = (Some("FERIE".to_owned()), bufdir());
    say(&world, systems::BUFDIR, record(reported)).await;
    say(&world, systems::BUFDIR, record(other_year)).await;
    for (reference, code) in [
        ("2022-77", "PERIOD_DIFFERS"),
        ("bufdir:2022-77", "PERIOD_DIFFERS"),
        ("2021-78", "YEAR_DIFFERS"),
    ] {
        let arguments = format!("awardReference: \" {reference} \", awarded: 10000000");
        assert_eq!(
            refused(&caller.command("confirmFunding", &cleared, &arguments).await),
            code,
            "{reference}"
        );
    }
    assert_eq!(caller.confirm(&cleared).await["claim"]["state"], "CONFIRMED");
}

#[tokio::test]
async fn a_released_slot_is_free_and_a_reversed_award_frees_it_too() {
    let world = heard().await;
    let caller = Caller::new(&world, UDIR);
    let cleared = caller.cleared(&asked(), "a").await;
    assert_eq!(
        refused(&caller.command("releaseFunding", &cleared, "reason: \" \\t\"").await),
        "INVALID_ARGUMENT"
    );
    assert_eq!(
        refused(&caller.command_at("releaseFunding", &cleared, 1, "reason: \"x\"").await),
        "FENCE_MISMATCH"
    );
    let released = caller.release(&cleared).await["claim"].clone();
    assert_eq!(
        (text(&released["state"]), text(&released["verdict"]["outcome"])),
        ("RELEASED", "BLOCKED")
    );
    for command in ["releaseFunding", "decideFunding", "confirmFunding"] {
        let arguments = match command {
            "confirmFunding" => AS_CLEARED,
            "decideFunding" => "decision: ALLOW, reason: \"x\"",
            _ => "reason: \"x\"",
        };
        assert_eq!(
            refused(&caller.command(command, &released, arguments).await),
            "WRONG_STATE",
            "{command}"
        );
    }
    let second = caller.other(NAV).cleared(&asked(), "b").await;
    let confirmed = caller.other(NAV).confirm(&second).await["claim"].clone();
    assert_eq!(
        caller.other(NAV).release(&confirmed).await["claim"]["state"],
        "REVERSED"
    );
    caller.cleared(&asked(), "c").await;
}

#[tokio::test]
async fn a_claim_is_its_own_bodys_and_others_do_not_find_it() {
    let world = heard().await;
    let asker = Caller::new(&world, BUFDIR);
    let cleared = asker.cleared(&input("846-ferie", OSLO, 2022), "a").await;
    for command in [
        asker.other(NAV).confirm(&cleared).await,
        asker.other(HELSEDIR).release(&cleared).await,
    ] {
        assert_eq!(refused(&command), "UNKNOWN_CLAIM");
    }
    // A colleague's robot may.
    assert_eq!(
        asker.other("986128433/another").confirm(&cleared).await["claim"]["state"],
        "CONFIRMED"
    );
}

#[tokio::test]
async fn a_claim_that_nobody_knows_is_told_so() {
    let world = heard().await;
    let caller = Caller::new(&world, UDIR);
    for id in [
        "krav-0",
        "",
        "krav-00000000000000000000000000000000",
        "'; DROP TABLE claim; --",
    ] {
        let nobody = json!({ "id": id, "fence": 1, "amount": 1 });
        let decide = "decision: REFUSE, reason: \"x\"";
        for (name, payload) in [
            ("confirm", caller.confirm(&nobody).await),
            ("release", caller.release(&nobody).await),
            ("decide", caller.command("decideFunding", &nobody, decide).await),
            ("propose", caller.propose(&nobody).await),
            ("approve", caller.approve(&nobody).await),
        ] {
            assert_eq!(refused(&payload), "UNKNOWN_CLAIM", "{name} {id}");
        }
        assert_eq!(caller.read(&nobody).await, Value::Null);
    }
}

#[tokio::test]
async fn what_cannot_be_confirmed_first_is_quarantined_until_it_is_acknowledged() {
    let world = hear(World::with_source_settings(systems::UDIR, "protocol = \"award_on_clear\"").await).await;
    let caller = Caller::new(&world, UDIR);
    let cleared = caller.cleared(&asked(), "a").await;
    later(&world, MONTH).await;
    let quarantined = caller.read(&cleared).await;
    assert_eq!(
        (text(&quarantined["state"]), &quarantined["expiresAt"]),
        ("QUARANTINED", &Value::Null)
    );
    later(&world, 12 * MONTH).await;
    assert_eq!(
        told(&caller.other(NAV).claim(&asked(), "b").await["verdict"]),
        "BLOCKED ALREADY_FUNDED"
    );
    assert_eq!(refused(&caller.confirm(&cleared).await), "FENCE_MISMATCH");
    assert_eq!(
        refused(
            &caller
                .command("confirmFunding", &quarantined, "awardReference: \"x\", awarded: 1")
                .await
        ),
        "AMOUNT_DIFFERS"
    );
    assert_eq!(caller.confirm(&quarantined).await["claim"]["state"], "CONFIRMED");
    assert_eq!(told(&caller.other(NAV).check(&asked()).await), "BLOCKED ALREADY_FUNDED");
}

#[tokio::test]
async fn a_quarantine_is_ended_by_two_people_of_two_bodies() {
    let world = hear(World::with_source_settings(systems::UDIR, "protocol = \"award_on_clear\"").await).await;
    let caller = Caller::new(&world, UDIR);
    let cleared = caller.cleared(&asked(), "a").await;
    later(&world, MONTH).await;
    let quarantined = caller.read(&cleared).await;
    assert_eq!(
        refused(&caller.release(&quarantined).await),
        "WRONG_STATE",
        "not by the asker alone"
    );
    assert_eq!(refused(&caller.propose(&quarantined).await), "TWO_BODIES_REQUIRED");
    let proposed = caller.other(NAV).propose(&quarantined).await["claim"].clone();
    assert_eq!(proposed["state"], "QUARANTINED");
    assert_eq!(
        refused(&caller.other(NAV).approve(&proposed).await),
        "TWO_BODIES_REQUIRED"
    );
    let released = caller.other(HELSEDIR).approve(&proposed).await["claim"].clone();
    assert_eq!(
        (text(&released["state"]), text(&released["verdict"]["outcome"])),
        ("RELEASED", "BLOCKED")
    );
    caller.other(NAV).cleared(&asked(), "b").await;
}
