//! Exceptions: two people from two bodies, neither the asker; void after seven days; a lane of their own. The database refuses
//! what the code would, were it asked directly.

use std::time::Duration;

use programgrant::store::ledger::LedgerStore;
use programgrant_core::ledger::rules::{Outcome, ReasonCode, SlotScope, Verdict};
use programgrant_core::ledger::{ClaimResult, ClaimState, Command, Lane, Refusal};

use super::books::{
    BUFDIR, Books, HELSEDIR, NAV, UDIR, application, blocked, clear, confirm, principal, promises, release, request,
    undetermined,
};

promises! {
    two_people_from_two_bodies_clear_a_blocked_claim_in_a_lane_of_its_own
    the_asker_and_one_body_alone_are_refused
    a_proposal_is_void_after_seven_days_and_after_any_other_transition
    an_exception_rests_on_what_is_known
    an_exception_takes_its_lane_alone
    an_exception_keeps_others_out_when_the_first_holder_has_let_go
    the_database_refuses_an_exception_of_one_body
    a_quarantine_is_released_by_two
}

const WEEK: Duration = Duration::from_hours(7 * 24);

fn propose(settled: &ClaimResult, by: &str) -> Command {
    let (claim, fence) = (settled.claim.id.clone(), settled.claim.fence);
    Command::Propose {
        claim,
        fence,
        by: principal(by),
        reason: "Flom.".to_owned(),
        legal_basis: "bevilgningsreglementet § 11".to_owned(),
    }
}

fn approve(settled: &ClaimResult, by: &str, verdict: Verdict) -> Command {
    Command::Approve {
        claim: settled.claim.id.clone(),
        fence: settled.claim.fence,
        by: principal(by),
        reason: "Enig.".to_owned(),
        verdict,
    }
}

fn excepted() -> Verdict {
    Verdict::of(Outcome::Clear, ReasonCode::ExceptionApproved, "Unntak.")
}

/// A claim of NAV's that is blocked by a clearance of Udir's.
async fn blocked_claim(books: &Books) -> (ClaimResult, ClaimResult) {
    let holder = books.cleared("a").await;
    let denied = books.ask(request(NAV, "b", application()), blocked()).await;
    assert_eq!(denied.claim.state, ClaimState::Denied);
    (holder, denied)
}

async fn two_people_from_two_bodies_clear_a_blocked_claim_in_a_lane_of_its_own(books: Books) {
    let (holder, denied) = blocked_claim(&books).await;
    let proposed = books.settled(propose(&denied, HELSEDIR)).await;
    assert_eq!(
        (proposed.claim.state, proposed.claim.verdict.outcome),
        (ClaimState::Denied, Outcome::Blocked)
    );
    let approved = books.settled(approve(&proposed, BUFDIR, excepted())).await;
    assert_eq!(
        (approved.claim.state, approved.claim.lane),
        (ClaimState::Cleared, Lane::Exception)
    );
    assert_eq!(
        books
            .store
            .claim(&holder.claim.id)
            .await
            .expect("reads")
            .expect("there")
            .claim
            .state,
        ClaimState::Cleared
    );
    assert_eq!(
        books.settled(confirm(&approved)).await.claim.state,
        ClaimState::Confirmed
    );
    assert_eq!(books.settled(confirm(&holder)).await.claim.state, ClaimState::Confirmed);
    books.assert_sound().await;
}

async fn the_asker_and_one_body_alone_are_refused(books: Books) {
    let (holder, denied) = blocked_claim(&books).await;
    assert_eq!(
        books.carry_out(propose(&denied, NAV)).await,
        Err(Refusal::TwoBodiesRequired)
    );
    assert_eq!(
        books.carry_out(propose(&holder, BUFDIR)).await,
        Err(Refusal::WrongState {
            state: ClaimState::Cleared
        })
    );
    assert_eq!(
        books.carry_out(approve(&denied, BUFDIR, excepted())).await,
        Err(Refusal::NoProposal)
    );
    let proposed = books.settled(propose(&denied, HELSEDIR)).await;
    for body in [HELSEDIR, NAV] {
        assert_eq!(
            books.carry_out(approve(&proposed, body, excepted())).await,
            Err(Refusal::TwoBodiesRequired),
            "{body}"
        );
    }
    // Another person of the proposer's body is still the same body.
    let Command::Approve {
        claim,
        fence,
        reason,
        verdict,
        ..
    } = approve(&proposed, HELSEDIR, excepted())
    else {
        unreachable!()
    };
    let colleague = programgrant_core::ledger::Principal {
        subject: "another".to_owned(),
        ..principal(HELSEDIR)
    };
    assert_eq!(
        books
            .carry_out(Command::Approve {
                claim,
                fence,
                by: colleague,
                reason,
                verdict
            })
            .await,
        Err(Refusal::TwoBodiesRequired)
    );
    books.assert_sound().await;
}

async fn a_proposal_is_void_after_seven_days_and_after_any_other_transition(books: Books) {
    let (_, denied) = blocked_claim(&books).await;
    let proposed = books.settled(propose(&denied, HELSEDIR)).await;
    assert_eq!(
        books.carry_out(approve(&denied, BUFDIR, excepted())).await,
        Err(Refusal::FenceMismatch {
            current: proposed.claim.fence
        })
    );
    books.hand.advance(WEEK);
    assert!(matches!(
        books.carry_out(approve(&proposed, BUFDIR, excepted())).await,
        Err(Refusal::ProposalVoid { .. })
    ));
    let anew = books.settled(propose(&proposed, BUFDIR)).await;
    books.hand.advance(WEEK.saturating_sub(Duration::from_micros(1)));
    let approved = books.settled(approve(&anew, HELSEDIR, excepted())).await;
    books.hand.advance(Duration::from_micros(1));
    assert!(matches!(
        books.carry_out(confirm(&approved)).await,
        Err(Refusal::ClearanceExpired { .. })
    ));
    books.assert_sound().await;
}

async fn an_exception_rests_on_what_is_known(books: Books) {
    let (_, denied) = blocked_claim(&books).await;
    let proposed = books.settled(propose(&denied, HELSEDIR)).await;
    let refused = books.carry_out(approve(&proposed, BUFDIR, undetermined())).await;
    assert_eq!(refused, Err(Refusal::NotPermitted(Box::new(undetermined()))));
    books.assert_sound().await;
}

async fn an_exception_takes_its_lane_alone(books: Books) {
    let (_, first) = blocked_claim(&books).await;
    let second = books.ask(request(HELSEDIR, "c", application()), blocked()).await;
    let first = books.settled(propose(&first, HELSEDIR)).await;
    let second = books.settled(propose(&second, NAV)).await;
    let first = books.settled(approve(&first, BUFDIR, excepted())).await;
    let refused = books.carry_out(approve(&second, BUFDIR, excepted())).await;
    assert_eq!(
        refused,
        Err(Refusal::SlotTaken {
            by: vec![first.claim.id]
        })
    );
    books.assert_sound().await;
}

async fn an_exception_keeps_others_out_when_the_first_holder_has_let_go(books: Books) {
    let (holder, denied) = blocked_claim(&books).await;
    let proposed = books.settled(propose(&denied, HELSEDIR)).await;
    let approved = books.settled(approve(&proposed, BUFDIR, excepted())).await;
    let confirmed = books.settled(confirm(&approved)).await;
    books.settled(release(&holder.claim.id, holder.claim.fence, UDIR)).await;
    let (occupants, _) = books
        .store
        .occupants(&application(), &SlotScope::exactly(&application()))
        .await
        .expect("reads");
    assert_eq!(
        occupants.iter().map(|claim| &claim.id).collect::<Vec<_>>(),
        [&denied.claim.id]
    );
    let third = books
        .settled(Command::Request(Box::new(request(UDIR, "c", application()))))
        .await;
    assert_eq!((third.claim.state, third.taken.len()), (ClaimState::Released, 1));
    books
        .settled(release(&denied.claim.id, confirmed.claim.fence, NAV))
        .await;
    assert_eq!(books.cleared("d").await.claim.state, ClaimState::Cleared);
    books.assert_sound().await;
}

async fn the_database_refuses_an_exception_of_one_body(books: Books) {
    let (holder, denied) = blocked_claim(&books).await;
    let insert = async |claim: &str, asked: &str, proposed: &str, approved: &str, at: i64| {
        let statement = "INSERT INTO exception (claim, asked_by, proposed_by, approved_by, reason, legal_basis, proposed_at, approved_at) \
                         VALUES ($1, $2, $3, $4, 'r', 'l', 0, $5)";
        sqlx::query(statement)
            .bind(claim)
            .bind(asked)
            .bind(proposed)
            .bind(approved)
            .bind(at)
            .execute(books.database.writer())
            .await
    };
    let slot = async |claim: &str, lane: i64, exception: Option<&str>| {
        let statement = "INSERT INTO slot (recipient, subject, month_from, month_until, target_from, target_until, activity, party, lane, claim, exception) \
                         VALUES ('kommune-0814', '231.63', 24252, 24252, 1, 1, '', $2, $1, $2, $3)";
        sqlx::query(statement)
            .bind(lane)
            .bind(claim)
            .bind(exception)
            .execute(books.database.writer())
            .await
    };
    let id = denied.claim.id.as_str();
    let week = i64::try_from(WEEK.as_micros()).expect("short");
    for (asked, proposed, approved, at) in [
        (NAV, NAV, BUFDIR, 1),
        (NAV, BUFDIR, NAV, 1),
        (NAV, BUFDIR, BUFDIR, 1),
        (UDIR, BUFDIR, HELSEDIR, 1),
        (NAV, BUFDIR, HELSEDIR, week),
    ] {
        insert(id, asked, proposed, approved, at).await.expect_err("refused");
    }
    slot(id, 1, None)
        .await
        .expect_err("an exception's slot without an exception");
    slot(id, 1, Some(id))
        .await
        .expect_err("an exception that nobody approved");
    slot(id, 0, None).await.expect_err("a slot that is held");
    insert(id, NAV, BUFDIR, HELSEDIR, 1).await.expect("two bodies");
    slot(holder.claim.id.as_str(), 1, Some(id))
        .await
        .expect_err("another claim's exception");
    slot(id, 1, Some(id)).await.expect("its own lane");
}

async fn a_quarantine_is_released_by_two(books: Books) {
    let mut asked = request(UDIR, "a", application());
    asked.binding = programgrant_core::ledger::Binding::AwardOnClear;
    let cleared = books.ask(asked, clear()).await;
    books.hand.advance(super::books::CLEARANCE);
    books.carry_out(Command::Sweep).await.expect("sweeps");
    let kept = books
        .store
        .claim(&cleared.claim.id)
        .await
        .expect("reads")
        .expect("there");
    let quarantined = ClaimResult {
        claim: kept.claim,
        ..cleared
    };
    assert_eq!(
        books.carry_out(propose(&quarantined, UDIR)).await,
        Err(Refusal::TwoBodiesRequired)
    );
    let proposed = books.settled(propose(&quarantined, NAV)).await;
    assert_eq!(proposed.claim.state, ClaimState::Quarantined);
    let released = books.settled(approve(&proposed, BUFDIR, excepted())).await;
    assert_eq!(
        (released.claim.state, released.claim.verdict.outcome),
        (ClaimState::Released, Outcome::Blocked)
    );
    assert_eq!(
        books.ask(request(NAV, "b", application()), clear()).await.claim.state,
        ClaimState::Cleared
    );
    books.assert_sound().await;
}
