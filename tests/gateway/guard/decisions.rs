//! Promise: a case officer decides what the rules cannot, and nothing else; an exception takes two people from two bodies, neither
//! the asker, lasts seven days and keeps others out like any claim.

use std::time::Duration;

use programgrant::demo::systems;
use programgrant_schema::BudgetPost;
use serde_json::{Value, json};

use super::clients::{
    BAMBLE, BUFDIR, Caller, HELSEDIR, NAV, OSLO, UDIR, heard, input, later, refused, say, text, told,
};
use crate::records::{record, statement};
use crate::world::{FRESH_WITHIN, World};

const OFFICER: &str = "970018131/saksbehandler";
const WEEK: Duration = Duration::from_hours(7 * 24);
const ALLOW: &str = "decision: ALLOW, reason: \"Brukes etter programmet.\"";
const REFUSE: &str = "decision: REFUSE, reason: \"Dobbelt.\"";

/// Spring 2023, which the rules cannot decide.
fn spring() -> Value {
    input("231.63", BAMBLE, 2023)
}

async fn held(world: &World) -> (Caller, Value) {
    let caller = Caller::new(world, UDIR);
    let held = caller.claim(&spring(), "a").await;
    assert_eq!(
        (text(&held["state"]), told(&held["verdict"]).as_str()),
        ("HELD", "NEEDS_CASE_OFFICER PERIOD_OVERLAPS")
    );
    (caller, held)
}

#[tokio::test]
async fn who_asked_does_not_decide() {
    let world = heard().await;
    let (caller, held) = held(&world).await;
    for decision in [ALLOW, REFUSE] {
        assert_eq!(
            refused(&caller.command("decideFunding", &held, decision).await),
            "ASKER_MAY_NOT_DECIDE"
        );
    }
    for blank in ["decision: ALLOW, reason: \"\"", "decision: REFUSE, reason: \" \\n \""] {
        assert_eq!(
            refused(&caller.other(OFFICER).command("decideFunding", &held, blank).await),
            "INVALID_ARGUMENT"
        );
    }
    assert_eq!(refused(&caller.confirm(&held).await), "WRONG_STATE");
    assert_eq!(caller.read(&held).await, held);
    // What waits for a case officer does not run out.
    later(&world, 52 * WEEK).await;
    assert_eq!(caller.read(&held).await["state"], "HELD");
    assert_eq!(
        told(&caller.other(NAV).claim(&spring(), "b").await["verdict"]),
        "BLOCKED ALREADY_FUNDED"
    );
}

#[tokio::test]
async fn allowed_is_clear_and_the_earlier_verdict_stays_in_the_history() {
    let world = heard().await;
    let (caller, held) = held(&world).await;
    let allowed = caller.other(OFFICER).command("decideFunding", &held, ALLOW).await["claim"].clone();
    assert_eq!(
        (text(&allowed["state"]), told(&allowed["verdict"]).as_str()),
        ("CLEARED", "CLEAR DECIDED_BY_CASE_OFFICER")
    );
    assert_eq!(allowed["expiresAt"], "2026-12-22T12:00:00Z");
    let history = caller.history(&held).await;
    let told: Vec<(&str, String)> = history
        .iter()
        .map(|event| (text(&event["state"]), told(&event["verdict"])))
        .collect();
    assert_eq!(
        told,
        [
            ("REQUESTED", "UNDETERMINED UNDECIDED".to_owned()),
            ("HELD", "NEEDS_CASE_OFFICER PERIOD_OVERLAPS".to_owned()),
            ("CLEARED", "CLEAR DECIDED_BY_CASE_OFFICER".to_owned()),
        ]
    );
    assert_eq!(history[2]["reason"], "Brukes etter programmet.");
    assert_eq!(
        caller.claim(&spring(), "a").await,
        allowed,
        "a replay gives the decision"
    );
    assert_eq!(
        refused(&caller.other(OFFICER).command("decideFunding", &allowed, REFUSE).await),
        "WRONG_STATE"
    );
    assert_eq!(caller.confirm(&allowed).await["claim"]["state"], "CONFIRMED");
}

#[tokio::test]
async fn refused_is_blocked_and_frees_the_slot() {
    let world = heard().await;
    let (caller, held) = held(&world).await;
    let denied = caller.other(OFFICER).command("decideFunding", &held, REFUSE).await["claim"].clone();
    assert_eq!(
        (text(&denied["state"]), told(&denied["verdict"]).as_str()),
        ("DENIED", "BLOCKED DECIDED_BY_CASE_OFFICER")
    );
    assert_eq!(caller.claim(&spring(), "a").await, denied);
    assert_eq!(caller.other(NAV).claim(&spring(), "b").await["state"], "HELD");
}

#[tokio::test]
async fn an_award_that_was_reported_meanwhile_is_not_decided_away() {
    let world = heard().await;
    let (caller, held) = held(&world).await;
    say(
        &world,
        systems::UDIR,
        record(statement(
            systems::UDIR,
            "7",
            "3813",
            BAMBLE,
            BudgetPost::new(231, 63),
            2023,
        )),
    )
    .await;
    let payload = caller.other(OFFICER).command("decideFunding", &held, ALLOW).await;
    assert_eq!(refused(&payload), "NOT_PERMITTED");
    assert!(
        text(&payload["errors"][0]["message"]).contains("ALREADY_FUNDED"),
        "{payload}"
    );
    assert_eq!(caller.read(&held).await, held);
    assert_eq!(
        caller.other(OFFICER).command("decideFunding", &held, REFUSE).await["claim"]["state"],
        "DENIED"
    );
}

#[tokio::test]
async fn a_source_that_went_stale_meanwhile_is_not_decided_away() {
    let world = heard().await;
    let (caller, held) = held(&world).await;
    world.hand.advance(FRESH_WITHIN + Duration::from_micros(1));
    let payload = caller.other(OFFICER).command("decideFunding", &held, ALLOW).await;
    assert_eq!(refused(&payload), "NOT_PERMITTED");
    assert!(
        text(&payload["errors"][0]["message"]).contains("SOURCE_NOT_FRESH"),
        "{payload}"
    );
    world.poll_all().await;
    assert_eq!(
        caller.other(OFFICER).command("decideFunding", &held, ALLOW).await["claim"]["state"],
        "CLEARED"
    );
}

/// NAV asks for what the programme pays for.
async fn blocked(world: &World) -> (Caller, Value) {
    let caller = Caller::new(world, NAV);
    let denied = caller.claim(&input("231.63", BAMBLE, 2021), "a").await;
    assert_eq!(
        (text(&denied["state"]), told(&denied["verdict"]).as_str()),
        ("DENIED", "BLOCKED IN_PROGRAMME")
    );
    (caller, denied)
}

#[tokio::test]
async fn an_exception_takes_two_bodies_and_neither_is_the_askers() {
    let world = heard().await;
    let (asker, denied) = blocked(&world).await;
    assert_eq!(
        refused(&asker.command("decideFunding", &denied, ALLOW).await),
        "WRONG_STATE"
    );
    assert_eq!(refused(&asker.propose(&denied).await), "TWO_BODIES_REQUIRED");
    assert_eq!(
        refused(&asker.other("889640782/leder").propose(&denied).await),
        "TWO_BODIES_REQUIRED"
    );
    assert_eq!(refused(&asker.other(BUFDIR).approve(&denied).await), "NO_PROPOSAL");
    for blank in ["reason: \" \", legalBasis: \"x\"", "reason: \"x\", legalBasis: \"\""] {
        assert_eq!(
            refused(&asker.other(HELSEDIR).command("proposeOverride", &denied, blank).await),
            "INVALID_ARGUMENT"
        );
    }
    let proposed = asker.other(HELSEDIR).propose(&denied).await["claim"].clone();
    assert_eq!(
        (text(&proposed["state"]), text(&proposed["verdict"]["outcome"])),
        ("DENIED", "BLOCKED")
    );
    for who in [NAV, HELSEDIR, "983544622/en-annen"] {
        assert_eq!(
            refused(&asker.other(who).approve(&proposed).await),
            "TWO_BODIES_REQUIRED",
            "{who}"
        );
    }
    assert_eq!(refused(&asker.other(BUFDIR).approve(&denied).await), "FENCE_MISMATCH");
    assert_eq!(
        refused(
            &asker
                .other(BUFDIR)
                .command("approveOverride", &proposed, "reason: \"\"")
                .await
        ),
        "INVALID_ARGUMENT"
    );
    let approved = asker.other(BUFDIR).approve(&proposed).await["claim"].clone();
    assert_eq!(
        (text(&approved["state"]), told(&approved["verdict"]).as_str()),
        ("CLEARED", "CLEAR EXCEPTION_APPROVED")
    );
    let history = asker.history(&denied).await;
    let last: Vec<&str> = history[history.len() - 2..]
        .iter()
        .map(|event| text(&event["by"]["organisationNumber"]))
        .collect();
    assert_eq!(last, [&HELSEDIR[..9], &BUFDIR[..9]]);
    assert_eq!(asker.confirm(&approved).await["claim"]["state"], "CONFIRMED");
}

#[tokio::test]
async fn a_proposal_is_void_after_seven_days_and_an_exception_that_is_not_confirmed_too() {
    let world = heard().await;
    let (asker, denied) = blocked(&world).await;
    let proposed = asker.other(HELSEDIR).propose(&denied).await["claim"].clone();
    later(&world, WEEK).await;
    assert_eq!(refused(&asker.other(BUFDIR).approve(&proposed).await), "PROPOSAL_VOID");
    let anew = asker.other(BUFDIR).propose(&proposed).await["claim"].clone();
    later(&world, WEEK.checked_sub(Duration::from_micros(1)).expect("longer")).await;
    let approved = asker.other(HELSEDIR).approve(&anew).await["claim"].clone();
    assert_eq!(approved["state"], "CLEARED");
    world.hand.advance(Duration::from_micros(1));
    assert_eq!(refused(&asker.confirm(&approved).await), "CLEARANCE_EXPIRED");
}

#[tokio::test]
async fn an_exception_rests_on_fresh_sources() {
    let world = heard().await;
    let (asker, denied) = blocked(&world).await;
    let proposed = asker.other(HELSEDIR).propose(&denied).await["claim"].clone();
    world.hand.advance(FRESH_WITHIN + Duration::from_micros(1));
    assert_eq!(refused(&asker.other(BUFDIR).approve(&proposed).await), "NOT_PERMITTED");
}

#[tokio::test]
async fn an_exception_leaves_the_claim_that_blocks_in_sight_and_keeps_others_out() {
    let world = heard().await;
    let asked = input("231.63", OSLO, 2021);
    let first = Caller::new(&world, UDIR);
    let held = first.cleared(&asked, "a").await;
    let second = first.other(NAV);
    let denied = second.claim(&asked, "b").await;
    assert_eq!(refused(&second.other(BUFDIR).propose(&held).await), "WRONG_STATE");
    let proposed = second.other(HELSEDIR).propose(&denied).await["claim"].clone();
    let approved = second.other(BUFDIR).approve(&proposed).await["claim"].clone();
    assert_eq!(told(&approved["verdict"]), "CLEAR EXCEPTION_APPROVED");
    let codes: Vec<&str> = approved["verdict"]["reasons"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|reason| text(&reason["code"]))
        .collect();
    assert_eq!(
        codes,
        ["EXCEPTION_APPROVED", "ALREADY_FUNDED"],
        "what was overruled is said"
    );
    assert_eq!(second.confirm(&approved).await["claim"]["state"], "CONFIRMED");
    assert_eq!(first.read(&held).await, held);
    // The first lets go: the award that was made by exception is still there.
    first.release(&held).await;
    assert_eq!(told(&first.check(&asked).await), "BLOCKED ALREADY_FUNDED");
    assert_eq!(
        told(&first.claim(&asked, "c").await["verdict"]),
        "BLOCKED ALREADY_FUNDED"
    );
    // And a second exception finds the lane taken.
    let third = first.claim(&asked, "c").await;
    let proposed = first.other(HELSEDIR).propose(&third).await["claim"].clone();
    assert_eq!(refused(&first.other(BUFDIR).approve(&proposed).await), "SLOT_TAKEN");
    assert_eq!(json!("CONFIRMED"), second.read(&denied).await["state"]);
}
