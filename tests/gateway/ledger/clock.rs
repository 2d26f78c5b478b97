//! A ledger's clock that was once ahead stands still until the clock gets there. That is said, and there is a way back by which no
//! slot is free too early.

use std::time::Duration;

use programgrant::clock::Clock;
use programgrant::store::backup;
use programgrant::store::database::Database;
use programgrant::store::ledger::{LedgerClock, LedgerStore, SqlStore};
use programgrant_core::ledger::{ClaimState, Command, Refusal, Terms};

use super::books::{Books, CLEARANCE, Kind, NAV, application, clear, confirm, promises, request};
use crate::world::NOON;

const DAY: Duration = Duration::from_hours(24);

promises! {
    what_ran_out_while_a_ledger_was_suspended_is_not_confirmed_beside_its_resumption
    a_clock_that_was_ahead_stands_still_and_says_so
    a_ledger_that_was_reconciled_goes_by_the_clock_again_and_frees_nothing_early
    the_databases_own_clock_is_watched_alike
    a_backup_that_is_restored_and_reconciled_goes_by_the_clock_again
}

/// The same ledger where the clock is ahead.
async fn ahead(books: &Books, by: Duration) -> SqlStore {
    let (clock, hand) = Clock::manual(NOON.parse().expect("an instant"));
    hand.advance(by);
    open(&books.database, LedgerClock::Process(clock)).await
}

async fn open(database: &Database, clock: LedgerClock) -> SqlStore {
    let terms = Terms {
        clearance: CLEARANCE.try_into().expect("short"),
    };
    SqlStore::open(database.clone(), clock, terms).await.expect("opens")
}

/// An entry is written while the clock is a day ahead.
async fn jump(books: &Books) {
    let suspend = Command::Suspend {
        by: None,
        reason: "Et sprang.".to_owned(),
    };
    let resume = Command::Resume {
        by: None,
        reason: "Tilbake.".to_owned(),
        forgot: false,
    };
    let outcomes = ahead(books, DAY).await.apply(&[suspend, resume]).await.expect("works");
    assert!(outcomes.iter().all(Result::is_ok));
}

async fn a_clock_that_was_ahead_stands_still_and_says_so(books: Books) {
    books.cleared("a").await;
    assert_eq!(books.store.watch().warnings(), Vec::<&str>::new());
    jump(&books).await;
    let now = books.store.now().await.expect("reads");
    assert_eq!(now.to_string(), "2026-11-23T12:00:00Z");
    assert_eq!(
        (books.store.watch().warnings(), books.store.watch().ahead().as_secs()),
        (vec!["ledger_clock"], 86_400)
    );
    books.hand.advance(DAY.saturating_sub(Duration::from_secs(3)));
    assert_eq!(books.store.now().await.expect("reads"), now);
    assert_eq!(books.store.watch().warnings().len(), 1);
    books.hand.advance(Duration::from_secs(4));
    assert_eq!(
        books.store.now().await.expect("reads").duration_since(now).as_secs(),
        1,
        "it goes on"
    );
    assert_eq!(books.store.watch().warnings(), Vec::<&str>::new());
}

async fn what_ran_out_while_a_ledger_was_suspended_is_not_confirmed_beside_its_resumption(books: Books) {
    let cleared = books.cleared("a").await;
    let suspend = Command::Suspend {
        by: None,
        reason: "Uklart.".to_owned(),
    };
    books.carry_out(suspend).await.expect("suspends");
    books.hand.advance(CLEARANCE);
    let resume = Command::Resume {
        by: None,
        reason: "Avstemt.".to_owned(),
        forgot: false,
    };
    let batch = [resume, confirm(&cleared)];
    let outcomes = books.store.apply(&batch).await.expect("works");
    assert!(
        matches!(outcomes[..], [Ok(_), Err(Refusal::ClearanceExpired { .. })]),
        "{outcomes:?}"
    );
    books.assert_sound().await;
}

#[expect(clippy::too_many_lines, reason = "a table of cases reads best in one piece")]
async fn a_ledger_that_was_reconciled_goes_by_the_clock_again_and_frees_nothing_early(books: Books) {
    jump(&books).await;
    let cleared = books.cleared("a").await;
    let proposed = books
        .ask(
            request(
                NAV,
                "denied",
                programgrant_core::ledger::rules::Application {
                    year: 2019,
                    ..application()
                },
            ),
            super::books::blocked(),
        )
        .await;
    let (claim, fence) = (proposed.claim.id.clone(), proposed.claim.fence);
    let propose = Command::Propose {
        claim: claim.clone(),
        fence,
        by: super::books::principal(super::books::UDIR),
        reason: "x".to_owned(),
        legal_basis: "y".to_owned(),
    };
    let proposed = books.settled(propose).await;
    books
        .carry_out(Command::Suspend {
            by: None,
            reason: "Gjenopprettet.".to_owned(),
        })
        .await
        .expect("suspends");
    books
        .carry_out(Command::Resume {
            by: None,
            reason: "Avstemt.".to_owned(),
            forgot: true,
        })
        .await
        .expect("resumes");
    assert_eq!(books.store.now().await.expect("reads").to_string(), NOON);
    assert_eq!(books.store.watch().warnings(), Vec::<&str>::new());
    let approve = Command::Approve {
        claim,
        fence: proposed.claim.fence,
        by: super::books::principal(super::books::BUFDIR),
        reason: "x".to_owned(),
        verdict: clear(),
    };
    assert_eq!(
        books.settled(approve).await.claim.state,
        ClaimState::Cleared,
        "what was proposed ahead of the clock can be approved"
    );
    // A clearance that was given while the clock stood lasts a day longer than its time, and then frees nothing.
    let state = async || {
        books.carry_out(Command::Sweep).await.expect("sweeps");
        books
            .store
            .claim(&cleared.claim.id)
            .await
            .expect("reads")
            .expect("there")
            .claim
            .state
    };
    books.hand.advance(CLEARANCE);
    assert_eq!(state().await, ClaimState::Cleared);
    books.hand.advance(DAY);
    assert_eq!(state().await, ClaimState::Quarantined);
    books.assert_sound().await;
}

async fn the_databases_own_clock_is_watched_alike(books: Books) {
    let clock = if books.kind == Kind::Postgres {
        LedgerClock::Database
    } else {
        LedgerClock::Process(Clock::system())
    };
    let store = open(&books.database, clock).await;
    let before = store.now().await.expect("reads");
    assert_eq!(store.watch().warnings(), Vec::<&str>::new());
    let ahead = before.as_microsecond() + 86_400_000_000;
    books
        .behind(&format!("UPDATE ledger SET last_at = {ahead}"))
        .await
        .expect("set");
    assert_eq!(store.now().await.expect("reads").as_microsecond(), ahead);
    assert_eq!(store.watch().warnings().len(), 1);
}

async fn a_backup_that_is_restored_and_reconciled_goes_by_the_clock_again(books: Books) {
    jump(&books).await;
    books.cleared("a").await;
    let folder = tempfile::tempdir().expect("a folder");
    let (clock, _) = Clock::manual(NOON.parse().expect("an instant"));
    let file = folder.path().join("backup.db");
    backup::backup(&books.database, &file, &clock).await.expect("a backup");
    let target = Books::open(books.kind).await;
    backup::restore(&file, &target.database, &clock)
        .await
        .expect("restored");
    assert_ne!(
        target.store.now().await.expect("reads").to_string(),
        NOON,
        "restoring alone leaves the clock where it stood"
    );
    target
        .carry_out(Command::Resume {
            by: None,
            reason: "Avstemt.".to_owned(),
            forgot: true,
        })
        .await
        .expect("resumes");
    assert_eq!(target.store.now().await.expect("reads").to_string(), NOON);
    target.assert_sound().await;
}
