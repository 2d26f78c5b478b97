//! What a claim may become, and what is refused.

use std::time::Duration;

use programgrant_core::ledger::rules::{Outcome, ReasonCode};
use programgrant_core::ledger::{Binding, ClaimState, Command, Refusal, Request};
use programgrant_schema::{Ore, TargetGroup};

use super::books::{
    Books, CLEARANCE, NAV, UDIR, application, blocked, case_officer, clear, confirm, confirmation, principal, promises,
    release, request, undetermined,
};

promises! {
    a_clearance_is_confirmed_under_its_fence
    an_old_fence_another_amount_and_another_year_are_refused
    a_clearance_runs_out_to_the_microsecond
    an_award_on_clear_runs_out_into_quarantine
    a_taken_slot_is_told_and_not_given
    an_open_question_is_asked_again_and_a_decided_one_replays
    an_open_question_frees_its_slot_after_two_minutes
    parts_and_wholes_collide
    a_late_decision_changes_nothing
}

async fn a_clearance_is_confirmed_under_its_fence(books: Books) {
    let cleared = books.cleared("a").await;
    assert_eq!(
        (cleared.claim.state, cleared.claim.verdict.outcome),
        (ClaimState::Cleared, Outcome::Clear)
    );
    let confirmed = books.settled(confirm(&cleared)).await;
    assert_eq!(confirmed.claim.state, ClaimState::Confirmed);
    assert_eq!(confirmed.claim.expires_at, None);
    assert!(confirmed.claim.fence > cleared.claim.fence);
    books.hand.advance(CLEARANCE * 12);
    books.carry_out(Command::Sweep).await.expect("sweeps");
    assert_eq!(
        books
            .store
            .claim(&confirmed.claim.id)
            .await
            .expect("reads")
            .expect("there")
            .claim
            .state,
        ClaimState::Confirmed
    );
    let reversed = books
        .settled(release(&confirmed.claim.id, confirmed.claim.fence, UDIR))
        .await;
    assert_eq!(
        (reversed.claim.state, reversed.claim.verdict.outcome),
        (ClaimState::Reversed, Outcome::Blocked)
    );
    assert_eq!(books.cleared("b").await.claim.state, ClaimState::Cleared);
    books.assert_sound().await;
}

async fn an_old_fence_another_amount_and_another_year_are_refused(books: Books) {
    let cleared = books.cleared("a").await;
    let refused = async |change: &dyn Fn(&mut programgrant_core::ledger::Confirmation)| {
        let mut changed = confirmation(&cleared);
        change(&mut changed);
        books
            .carry_out(Command::Confirm(Box::new(changed)))
            .await
            .expect_err("refused")
    };
    let stated = |year, from: Option<&str>, until: Option<&str>| programgrant_core::ledger::StatedAward {
        year,
        use_from: from.map(|day| day.parse().expect("a day")),
        use_until: until.map(|day| day.parse().expect("a day")),
    };
    let current = cleared.claim.fence;
    assert_eq!(refused(&|it| it.fence -= 1).await, Refusal::FenceMismatch { current });
    assert_eq!(refused(&|it| it.fence += 1).await, Refusal::FenceMismatch { current });
    let one_more = cleared
        .claim
        .amount()
        .checked_add(Ore::new(1).expect("in range"))
        .expect("in range");
    assert_eq!(
        refused(&|it| it.awarded = one_more).await,
        Refusal::AmountDiffers {
            cleared: cleared.claim.amount()
        }
    );
    assert_eq!(
        refused(&|it| it.stated = vec![stated(Some(2022), None, None)]).await,
        Refusal::YearDiffers { cleared: 2021 }
    );
    assert_eq!(
        refused(&|it| it.stated = vec![stated(None, Some("2021-02-01"), None)]).await,
        Refusal::PeriodDiffers
    );
    assert_eq!(
        refused(&|it| it.stated = vec![stated(None, None, Some("2022-01-31"))]).await,
        Refusal::PeriodDiffers
    );
    assert_eq!(
        refused(&|it| it.claim = programgrant_core::ledger::ClaimId::new("krav-0")).await,
        Refusal::UnknownClaim
    );
    let mut whole = confirmation(&cleared);
    whole.stated = vec![stated(Some(2021), Some("2021-01-01"), Some("2021-12-31"))];
    assert_eq!(
        books.settled(Command::Confirm(Box::new(whole))).await.claim.state,
        ClaimState::Confirmed
    );
    assert_eq!(
        books.carry_out(confirm(&cleared)).await,
        Err(Refusal::FenceMismatch { current: current + 1 })
    );
    books.assert_sound().await;
}

async fn a_clearance_runs_out_to_the_microsecond(books: Books) {
    let cleared = books.cleared("a").await;
    books.hand.advance(CLEARANCE.saturating_sub(Duration::from_micros(1)));
    let other = books
        .settled(Command::Request(Box::new(request(NAV, "b", application()))))
        .await;
    assert_eq!(other.taken.len(), 1);
    books.hand.advance(Duration::from_micros(1));
    let refused = books.carry_out(confirm(&cleared)).await;
    assert!(matches!(refused, Err(Refusal::ClearanceExpired { .. })), "{refused:?}");
    let expired = books
        .store
        .claim(&cleared.claim.id)
        .await
        .expect("reads")
        .expect("there")
        .claim;
    assert_eq!(
        (expired.state, expired.verdict.outcome),
        (ClaimState::Expired, Outcome::Undetermined)
    );
    assert_eq!(
        books.ask(request(NAV, "c", application()), clear()).await.claim.state,
        ClaimState::Cleared
    );
    books.assert_sound().await;
}

async fn an_award_on_clear_runs_out_into_quarantine(books: Books) {
    let binding = |request: Request| Request {
        binding: Binding::AwardOnClear,
        ..request
    };
    let cleared = books.ask(binding(request(UDIR, "a", application())), clear()).await;
    books.hand.advance(CLEARANCE * 24);
    let other = books.ask(request(NAV, "b", application()), blocked()).await;
    assert_eq!(other.claim.state, ClaimState::Denied);
    let quarantined = books
        .store
        .claim(&cleared.claim.id)
        .await
        .expect("reads")
        .expect("there")
        .claim;
    assert_eq!(
        (quarantined.state, quarantined.expires_at),
        (ClaimState::Quarantined, None)
    );
    assert_eq!(
        books.carry_out(confirm(&cleared)).await,
        Err(Refusal::FenceMismatch {
            current: quarantined.fence
        })
    );
    let mut acknowledged = confirmation(&cleared);
    acknowledged.fence = quarantined.fence;
    assert_eq!(
        books
            .settled(Command::Confirm(Box::new(acknowledged)))
            .await
            .claim
            .state,
        ClaimState::Confirmed
    );
    books.assert_sound().await;
}

async fn a_taken_slot_is_told_and_not_given(books: Books) {
    let first = books.cleared("a").await;
    let second = books
        .settled(Command::Request(Box::new(request(NAV, "a", application()))))
        .await;
    assert_eq!(
        second.taken.iter().map(|claim| &claim.id).collect::<Vec<_>>(),
        [&first.claim.id]
    );
    assert_eq!(second.claim.state, ClaimState::Released);
    assert!(second.is_open);
    // Whoever holds no slot is given none by an answer.
    let claim = second.claim.id.clone();
    let answered = books
        .settled(Command::Decide {
            claim,
            reservation: second.claim.reservation,
            verdict: clear(),
        })
        .await;
    assert_eq!(
        (answered.claim.state, answered.claim.verdict.outcome),
        (ClaimState::Released, Outcome::Undetermined)
    );
    books.assert_sound().await;
}

async fn an_open_question_is_asked_again_and_a_decided_one_replays(books: Books) {
    let open = books.ask(request(UDIR, "a", application()), undetermined()).await;
    assert_eq!((open.claim.state, open.is_open), (ClaimState::Requested, true));
    let again = books
        .settled(Command::Request(Box::new(request(UDIR, "a", application()))))
        .await;
    assert!(again.is_open && again.taken.is_empty());
    let claim = again.claim.id.clone();
    let decided = books
        .settled(Command::Decide {
            claim,
            reservation: again.claim.reservation,
            verdict: clear(),
        })
        .await;
    assert_eq!(decided.claim.state, ClaimState::Cleared);
    let replayed = books
        .settled(Command::Request(Box::new(request(UDIR, "a", application()))))
        .await;
    assert_eq!(
        (&replayed.claim, &replayed.receipt, replayed.is_open),
        (&decided.claim, &decided.receipt, false)
    );
    let other_amount = programgrant_core::ledger::rules::Application {
        amount: Ore::new(1).expect("in range"),
        ..application()
    };
    let conflict = books
        .carry_out(Command::Request(Box::new(request(UDIR, "a", other_amount))))
        .await;
    assert_eq!(conflict, Err(Refusal::IdempotencyConflict));
    let stranger = books
        .settled(Command::Request(Box::new(request(NAV, "a", application()))))
        .await;
    assert_ne!(stranger.claim.id, decided.claim.id);
    assert_eq!(stranger.taken.len(), 1);
    books.assert_sound().await;
}

async fn an_open_question_frees_its_slot_after_two_minutes(books: Books) {
    let open = books.ask(request(UDIR, "a", application()), undetermined()).await;
    books.hand.advance(Duration::from_secs(119));
    let asked_again = books
        .settled(Command::Request(Box::new(request(UDIR, "a", application()))))
        .await;
    assert_eq!(asked_again.claim.reservation, open.claim.reservation);
    books.hand.advance(Duration::from_secs(119));
    assert_eq!(
        books
            .settled(Command::Request(Box::new(request(NAV, "b", application()))))
            .await
            .taken
            .len(),
        1
    );
    books.hand.advance(Duration::from_secs(1));
    assert_eq!(
        books.ask(request(NAV, "c", application()), clear()).await.claim.state,
        ClaimState::Cleared
    );
    // The same key may still ask, and finds the slot taken.
    let late = books
        .settled(Command::Request(Box::new(request(UDIR, "a", application()))))
        .await;
    assert_eq!(
        (late.claim.state, late.is_open, late.taken.len()),
        (ClaimState::Released, true, 1)
    );
    books.assert_sound().await;
}

async fn parts_and_wholes_collide(books: Books) {
    let part = |key: &str, activity: Option<&str>, target_group, months: Option<(&str, &str)>| {
        let mut wanted = application();
        wanted.activity = activity.map(str::to_owned);
        wanted.target_group = target_group;
        wanted.use_from = months.map(|months| months.0.parse().expect("a day"));
        wanted.use_until = months.map(|months| months.1.parse().expect("a day"));
        request(NAV, key, wanted)
    };
    let spring = Some(("2021-01-15", "2021-06-30"));
    let autumn = Some(("2021-07-01", "2021-12-31"));
    assert_eq!(
        books
            .ask(
                part("a", Some("LEIR"), Some(TargetGroup::ChildrenAndYoung), spring),
                clear()
            )
            .await
            .claim
            .state,
        ClaimState::Cleared
    );
    for (key, free) in [
        (
            "another activity",
            part("b", Some("KOR"), Some(TargetGroup::ChildrenAndYoung), spring),
        ),
        (
            "another target group",
            part("c", Some("LEIR"), Some(TargetGroup::Adults), spring),
        ),
        (
            "other months",
            part("d", Some("LEIR"), Some(TargetGroup::ChildrenAndYoung), autumn),
        ),
    ] {
        assert_eq!(books.ask(free, clear()).await.claim.state, ClaimState::Cleared, "{key}");
    }
    for (key, taken) in [
        (
            "every activity",
            part("e", None, Some(TargetGroup::ChildrenAndYoung), spring),
        ),
        ("every target group", part("f", Some("LEIR"), None, spring)),
        ("all", part("g", Some("LEIR"), Some(TargetGroup::All), spring)),
        (
            "the whole year",
            part("h", Some("LEIR"), Some(TargetGroup::ChildrenAndYoung), None),
        ),
        (
            "one month of it",
            part(
                "i",
                Some("LEIR"),
                Some(TargetGroup::ChildrenAndYoung),
                Some(("2021-06-01", "2021-06-30")),
            ),
        ),
    ] {
        let told = books.settled(Command::Request(Box::new(taken))).await;
        assert!(!told.taken.is_empty(), "{key}");
        assert!(!told.claim.state.occupies(), "{key}");
    }
    books.assert_sound().await;
}

async fn a_late_decision_changes_nothing(books: Books) {
    let first = books
        .settled(Command::Request(Box::new(request(UDIR, "a", application()))))
        .await;
    books.hand.advance(Duration::from_mins(2));
    books.carry_out(Command::Sweep).await.expect("sweeps");
    let second = books.ask(request(NAV, "b", application()), case_officer()).await;
    assert_eq!(second.claim.state, ClaimState::Held);
    let claim = first.claim.id.clone();
    let late = books
        .settled(Command::Decide {
            claim,
            reservation: first.claim.reservation,
            verdict: clear(),
        })
        .await;
    assert_eq!(
        (late.claim.state, late.claim.verdict.outcome),
        (ClaimState::Released, Outcome::Undetermined)
    );
    assert_eq!(late.claim.verdict.reasons[0].code, ReasonCode::Undecided);
    assert_eq!(second.claim.requested_by, principal(NAV));
    books.assert_sound().await;
}
