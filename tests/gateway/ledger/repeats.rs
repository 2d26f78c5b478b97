//! A command whose answer was lost is sent again: it is answered as the first time while the claim or case stands as it left it,
//! and is another command in every other case. A repeat writes nothing.

use programgrant::clock::Clock;
use programgrant::store::database::Database;
use programgrant::store::ledger::{LedgerClock, LedgerStore, SqlStore};
use programgrant_core::ledger::rules::{Outcome, ReasonCode, Verdict};
use programgrant_core::ledger::{
    Binding, CaseDecision, CaseKind, ClaimResult, ClaimState, Command, CommandOutcome, Finding, Principal, Refusal,
    Request, StatedAward, Terms,
};
use programgrant_schema::Ore;

use super::books::{
    BUFDIR, Books, CLEARANCE, HELSEDIR, NAV, UDIR, application, blocked, case_officer, clear, confirm, confirmation,
    principal, promises, release, request,
};
use crate::world::NOON;

promises! {
    every_command_is_answered_again_as_it_was
    other_content_another_principal_and_another_fence_are_other_commands
    a_later_transition_ends_the_repeats
    what_time_has_done_ends_the_repeats
    two_that_come_at_once_are_one
    another_gateway_and_a_later_one_answer_alike
    a_suspended_ledger_repeats_nothing
    a_fence_that_a_restore_has_raised_says_so
    a_decision_on_a_case_is_answered_again
    what_was_written_before_statements_were_kept_is_sound
}

fn colleague(organisation: &str) -> Principal {
    Principal {
        subject: "another".to_owned(),
        ..principal(organisation)
    }
}

fn rule(settled: &ClaimResult, allow: Option<Verdict>) -> Command {
    let (claim, fence) = (settled.claim.id.clone(), settled.claim.fence);
    Command::Rule {
        claim,
        fence,
        by: principal(NAV),
        allow,
        reason: "Vurdert.".to_owned(),
    }
}

fn propose(settled: &ClaimResult) -> Command {
    let (claim, fence) = (settled.claim.id.clone(), settled.claim.fence);
    Command::Propose {
        claim,
        fence,
        by: principal(HELSEDIR),
        reason: "Flom.".to_owned(),
        legal_basis: "§ 11".to_owned(),
    }
}

fn approve(settled: &ClaimResult, verdict: Verdict) -> Command {
    let (claim, fence) = (settled.claim.id.clone(), settled.claim.fence);
    Command::Approve {
        claim,
        fence,
        by: principal(BUFDIR),
        reason: "Enig.".to_owned(),
        verdict,
    }
}

async fn entries(books: &Books) -> i64 {
    books.store.standing().await.expect("reads").0.sequence
}

/// Carried out, and carried out again with the same answer and no entry.
async fn twice(books: &Books, command: Command) -> ClaimResult {
    let first = books.settled(command.clone()).await;
    let written = entries(books).await;
    assert_eq!(books.settled(command.clone()).await, first, "{command:?}");
    assert_eq!(entries(books).await, written, "{command:?}");
    first
}

async fn every_command_is_answered_again_as_it_was(books: Books) {
    let cleared = books.cleared("a").await;
    let confirmed = twice(&books, confirm(&cleared)).await;
    assert_eq!(confirmed.claim.state, ClaimState::Confirmed);
    let reversed = twice(&books, release(&confirmed.claim.id, confirmed.claim.fence, UDIR)).await;
    assert_eq!(reversed.claim.state, ClaimState::Reversed);
    let held = books.ask(request(UDIR, "held", application()), case_officer()).await;
    let allowed = twice(&books, rule(&held, Some(clear()))).await;
    // What the rules would say by now is not the case officer's to repeat.
    assert_eq!(books.settled(rule(&held, Some(blocked()))).await, allowed);
    twice(&books, release(&allowed.claim.id, allowed.claim.fence, UDIR)).await;
    let held = books.ask(request(UDIR, "refused", application()), case_officer()).await;
    assert_eq!(twice(&books, rule(&held, None)).await.claim.state, ClaimState::Denied);
    let denied = books.ask(request(UDIR, "denied", application()), blocked()).await;
    let proposed = twice(&books, propose(&denied)).await;
    let excepted = Verdict::of(Outcome::Clear, ReasonCode::ExceptionApproved, "Unntak.");
    let approved = twice(&books, approve(&proposed, excepted)).await;
    assert_eq!(books.settled(approve(&proposed, blocked())).await, approved);
    assert_eq!(
        twice(&books, confirm(&approved)).await.claim.state,
        ClaimState::Confirmed
    );
    let other = application();
    let other = programgrant_core::ledger::rules::Application { year: 2020, ..other };
    let asked = Request {
        binding: Binding::AwardOnClear,
        ..request(UDIR, "q", other)
    };
    let cleared = books.ask(asked, clear()).await;
    books.hand.advance(CLEARANCE);
    books.carry_out(Command::Sweep).await.expect("sweeps");
    let quarantined = ClaimResult {
        claim: books
            .store
            .claim(&cleared.claim.id)
            .await
            .expect("reads")
            .expect("there")
            .claim,
        ..cleared
    };
    let proposed = twice(&books, propose(&quarantined)).await;
    assert_eq!(
        twice(&books, approve(&proposed, clear())).await.claim.state,
        ClaimState::Released
    );
    books.assert_sound().await;
}

#[expect(clippy::too_many_lines, reason = "a table of cases reads best in one piece")]
async fn other_content_another_principal_and_another_fence_are_other_commands(books: Books) {
    let cleared = books.cleared("a").await;
    let said = |change: &dyn Fn(&mut programgrant_core::ledger::Confirmation)| {
        let mut confirmation = confirmation(&cleared);
        confirmation.stated = vec![StatedAward {
            year: Some(2021),
            ..StatedAward::default()
        }];
        change(&mut confirmation);
        Command::Confirm(Box::new(confirmation))
    };
    let confirmed = books.settled(said(&|_| {})).await;
    let written = entries(&books).await;
    let current = confirmed.claim.fence;
    let mismatch = Err(Refusal::FenceMismatch { current });
    let period = StatedAward {
        use_from: "2021-01-01".parse().ok(),
        use_until: "2021-12-31".parse().ok(),
        year: Some(2021),
    };
    assert_eq!(
        books.carry_out(said(&|it| it.award_reference.push('x'))).await,
        mismatch
    );
    assert_eq!(
        books
            .carry_out(said(&|it| it.awarded = Ore::from_kroner(1).expect("in range")))
            .await,
        mismatch
    );
    assert_eq!(books.carry_out(said(&|it| it.by = colleague(UDIR))).await, mismatch);
    assert_eq!(books.carry_out(said(&|it| it.fence -= 1)).await, mismatch);
    assert_eq!(
        books.carry_out(said(&|it| it.stated.clear())).await,
        mismatch,
        "no year is not the same as a year"
    );
    assert_eq!(
        books.carry_out(said(&|it| it.stated = vec![period.clone()])).await,
        mismatch
    );
    assert_eq!(
        books
            .carry_out(release(&cleared.claim.id, cleared.claim.fence, UDIR))
            .await,
        mismatch,
        "another command at the same fence"
    );
    assert_eq!(
        books.carry_out(said(&|it| it.fence += 1)).await,
        Err(Refusal::WrongState {
            state: ClaimState::Confirmed
        })
    );
    // What a source reports by now is nothing that the caller has said otherwise.
    let reported = said(&|it| {
        it.reported = Some(StatedAward {
            year: Some(2022),
            ..StatedAward::default()
        });
    });
    assert_eq!(books.settled(reported).await, confirmed);
    assert_eq!(entries(&books).await, written);
    let reversed = books.settled(release(&confirmed.claim.id, current, UDIR)).await;
    let Command::Release { claim, fence, by, .. } = release(&confirmed.claim.id, current, UDIR) else {
        unreachable!()
    };
    let other = Command::Release {
        claim,
        fence,
        by,
        reason: "En annen grunn.".to_owned(),
    };
    assert_eq!(
        books.carry_out(other).await,
        Err(Refusal::FenceMismatch {
            current: reversed.claim.fence
        })
    );
    books.assert_sound().await;
}

async fn a_later_transition_ends_the_repeats(books: Books) {
    let cleared = books.cleared("a").await;
    let confirmed = books.settled(confirm(&cleared)).await;
    books
        .carry_out(Command::NotePaid {
            claim: confirmed.claim.id.clone(),
        })
        .await
        .expect("paid");
    let current = confirmed.claim.fence + 1;
    assert_eq!(
        books.carry_out(confirm(&cleared)).await,
        Err(Refusal::FenceMismatch { current })
    );
    books.settled(release(&confirmed.claim.id, current, UDIR)).await;
    assert_eq!(
        books.carry_out(confirm(&cleared)).await,
        Err(Refusal::FenceMismatch { current: current + 1 })
    );
    books.assert_sound().await;
}

async fn what_time_has_done_ends_the_repeats(books: Books) {
    let held = books.ask(request(UDIR, "a", application()), case_officer()).await;
    books.settled(rule(&held, Some(clear()))).await;
    books.hand.advance(CLEARANCE);
    assert!(matches!(
        books.carry_out(rule(&held, Some(clear()))).await,
        Err(Refusal::ClearanceExpired { .. })
    ));
    books.assert_sound().await;
}

async fn two_that_come_at_once_are_one(books: Books) {
    let cleared = books.cleared("a").await;
    let mut answers = books
        .store
        .apply(&[confirm(&cleared), confirm(&cleared)])
        .await
        .expect("works");
    let (second, first) = (answers.pop().expect("two"), answers.pop().expect("two"));
    assert!(first.is_ok());
    assert_eq!(first, second);
    let same = confirm(&cleared);
    let both = futures::future::join_all([
        books.store.apply(std::slice::from_ref(&same)),
        books.store.apply(std::slice::from_ref(&same)),
    ])
    .await;
    for answer in both {
        assert_eq!(answer.expect("works").pop().expect("one"), first);
    }
    assert_eq!(
        books
            .store
            .history(cleared.claim.id.as_str())
            .await
            .expect("reads")
            .len(),
        3
    );
    books.assert_sound().await;
}

async fn another_gateway_and_a_later_one_answer_alike(books: Books) {
    let cleared = books.cleared("a").await;
    let confirmed = books.carry_out(confirm(&cleared)).await;
    let database = Database::open(books.database.url()).await.expect("opens");
    let (clock, _) = Clock::manual(NOON.parse().expect("an instant"));
    // How long clearances last there is of no account.
    let terms = Terms {
        clearance: jiff::SignedDuration::from_secs(1),
    };
    let other = SqlStore::open(database, LedgerClock::Process(clock), terms)
        .await
        .expect("opens");
    let again = other
        .apply(&[confirm(&cleared)])
        .await
        .expect("works")
        .pop()
        .expect("one");
    assert_eq!(again, confirmed);
}

async fn a_suspended_ledger_repeats_nothing(books: Books) {
    let cleared = books.cleared("a").await;
    let confirmed = books.carry_out(confirm(&cleared)).await;
    books
        .carry_out(Command::Suspend {
            by: None,
            reason: "Gjenopprettet.".to_owned(),
        })
        .await
        .expect("suspends");
    assert_eq!(books.carry_out(confirm(&cleared)).await, Err(Refusal::Suspended));
    books
        .carry_out(Command::Resume {
            by: None,
            reason: "Avstemt.".to_owned(),
            forgot: true,
        })
        .await
        .expect("resumes");
    assert_eq!(books.carry_out(confirm(&cleared)).await, confirmed);
}

async fn a_fence_that_a_restore_has_raised_says_so(books: Books) {
    let cleared = books.cleared("a").await;
    books
        .carry_out(Command::Suspend {
            by: None,
            reason: "Gjenopprettet.".to_owned(),
        })
        .await
        .expect("suspends");
    let resume = Command::Resume {
        by: Some(principal(UDIR)),
        reason: "Avstemt.".to_owned(),
        forgot: true,
    };
    books.carry_out(resume).await.expect("resumes");
    let current = cleared.claim.fence + 1;
    assert_eq!(
        books.carry_out(confirm(&cleared)).await,
        Err(Refusal::FenceRaised { current })
    );
    let raised = ClaimResult {
        claim: books
            .store
            .claim(&cleared.claim.id)
            .await
            .expect("reads")
            .expect("there")
            .claim,
        ..cleared.clone()
    };
    let confirmed = books.settled(confirm(&raised)).await;
    // Also after the claim went on, but no longer for a fence that was read after the restore.
    assert_eq!(
        books.carry_out(confirm(&cleared)).await,
        Err(Refusal::FenceRaised { current: current + 1 })
    );
    let other = Command::Release {
        claim: raised.claim.id.clone(),
        fence: current,
        by: principal(UDIR),
        reason: "Trukket.".to_owned(),
    };
    assert_eq!(
        books.carry_out(other).await,
        Err(Refusal::FenceMismatch {
            current: confirmed.claim.fence
        })
    );
    books.assert_sound().await;
}

async fn a_decision_on_a_case_is_answered_again(books: Books) {
    let finding = |kroner: i64| Finding {
        kind: CaseKind::AwardWithoutClaim,
        subject: "udir:1".to_owned(),
        programme: None,
        municipality: None,
        scheme: None,
        year: 2021,
        to_hold_back: Ore::from_kroner(kroner).expect("in range"),
        to_pay_back: Ore::ZERO,
        awards: Vec::new(),
        claim: None,
        reasons: Vec::new(),
    };
    books
        .carry_out(Command::Report(Box::new(finding(1))))
        .await
        .expect("opened");
    let decide = |decision, by: Principal, reason: &str| Command::DecideCase {
        case: finding(1).case(),
        by,
        decision,
        reason: reason.to_owned(),
    };
    let confirm = || decide(CaseDecision::Confirm, principal(UDIR), "Dobbelt.");
    let first = books.carry_out(confirm()).await;
    assert!(matches!(first, Ok(CommandOutcome::Case(_))));
    let written = entries(&books).await;
    assert_eq!(books.carry_out(confirm()).await, first);
    assert_eq!(
        books
            .carry_out(decide(CaseDecision::Confirm, principal(UDIR), "Annet."))
            .await,
        Err(Refusal::CaseClosed)
    );
    assert_eq!(
        books
            .carry_out(decide(CaseDecision::Confirm, colleague(UDIR), "Dobbelt."))
            .await,
        Err(Refusal::CaseClosed)
    );
    assert_eq!(entries(&books).await, written);
    let settle = || decide(CaseDecision::Settle, principal(UDIR), "Betalt tilbake.");
    let settled = books.carry_out(settle()).await;
    assert_eq!(books.carry_out(settle()).await, settled);
    assert_eq!(
        books.carry_out(confirm()).await,
        Err(Refusal::CaseClosed),
        "what was decided since stands"
    );
    books
        .carry_out(Command::Report(Box::new(finding(2))))
        .await
        .expect("opened again");
    let again = books.carry_out(settle()).await;
    assert_ne!(again, settled, "over new facts it is a new decision");
    books.assert_sound().await;
}

/// An entry of a confirmation that stated nothing has the bytes that it always had.
async fn what_was_written_before_statements_were_kept_is_sound(books: Books) {
    let cleared = books.cleared("a").await;
    books.settled(confirm(&cleared)).await;
    let history = books.store.history(cleared.claim.id.as_str()).await.expect("reads");
    let last = history.last().expect("there");
    assert!(
        last.content.contains(",\"reason\":null,\"what\":{\"claim\":"),
        "{}",
        last.content
    );
    assert!(history.iter().all(|link| !link.content.contains("\"stated\"")));
    books.assert_sound().await;
}
