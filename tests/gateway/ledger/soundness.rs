//! A gateway opens no ledger that `verify` refuses: the end is looked at before anybody is answered, the whole chain afterwards, and
//! what does not hold together is suspended.

use programgrant::clock::Clock;
use programgrant::store::database::Database;
use programgrant::store::ledger::{LedgerClock, LedgerStore, SqlStore};
use programgrant_core::ledger::rules::Outcome;
use programgrant_core::ledger::{Command, Refusal, Terms};

use super::books::{Books, Kind, NAV, UDIR, application, clear, confirm, promises, request};
use crate::guard::clients::{Caller, OSLO, heard_over, input, refused, told};
use crate::world::{NOON, until};

promises! {
    what_is_wrong_at_the_end_is_found_before_anybody_is_answered
    a_suspension_for_a_flaw_is_written_once_and_none_takes_its_place
    what_is_wrong_in_the_middle_is_found_afterwards
    a_sound_ledger_stays_open
}

/// What may be wrong at the end, and what is said of it.
const AT_THE_END: [(&str, &str); 12] = [
    (
        "UPDATE ledger SET sequence = sequence - 1",
        "the ledger's head is entry",
    ),
    (
        "UPDATE ledger SET hash = replace(hash, '1', '2')",
        "the ledger's head is entry",
    ),
    (
        "DELETE FROM audit WHERE sequence = (SELECT max(sequence) FROM audit)",
        "the ledger's head is entry",
    ),
    (
        "UPDATE audit SET content = replace(content, '21/4711', '21/4712') WHERE sequence = (SELECT max(sequence) FROM audit)",
        "not what was hashed",
    ),
    ("DELETE FROM slot", "are not those that its state holds"),
    (
        "UPDATE slot SET month_from = month_from + 1",
        "are not those that its state holds",
    ),
    (
        "UPDATE slot SET target_until = target_from",
        "are not those that its state holds",
    ),
    ("UPDATE slot SET party = 'krav-x'", "are not those that its state holds"),
    (
        "INSERT INTO slot (claim, recipient, subject, month_from, month_until, target_from, target_until, activity, lane, party) \
         SELECT claim, recipient, 'another', month_from, month_until, target_from, target_until, activity, lane, party FROM slot",
        "are not those that its state holds",
    ),
    (
        "UPDATE claim SET state = 'RELEASED' WHERE state = 'CONFIRMED'",
        "are not those that its state holds",
    ),
    (
        "UPDATE claim SET body = replace(body, '41200000', '41200001') WHERE state = 'CONFIRMED'",
        "was changed after its last entry",
    ),
    (
        "UPDATE claim SET sequence = 1 WHERE state = 'CONFIRMED'",
        "does not stand as its last entry left it",
    ),
];

async fn reopened(books: &Books) -> SqlStore {
    let (clock, _) = Clock::manual(NOON.parse().expect("an instant"));
    let terms = Terms {
        clearance: jiff::SignedDuration::from_hours(1),
    };
    SqlStore::open(
        Database::open(books.database.url()).await.expect("opens"),
        LedgerClock::Process(clock),
        terms,
    )
    .await
    .expect("opens")
}

async fn written(books: &Books) {
    let cleared = books.cleared("a").await;
    books.settled(confirm(&cleared)).await;
    books
        .ask(request(NAV, "b", application()), super::books::blocked())
        .await;
}

async fn what_is_wrong_at_the_end_is_found_before_anybody_is_answered(first: Books) {
    let kind = first.kind;
    for (statement, said) in AT_THE_END {
        let books = Books::open(kind).await;
        written(&books).await;
        books.without_triggers().await;
        books
            .behind(statement)
            .await
            .unwrap_or_else(|error| panic!("{statement}: {error}"));
        let store = reopened(&books).await;
        let flaw = store.verify_end().await.expect("readable").expect_err(statement);
        assert!(flaw.to_string().contains(said), "{statement}: {flaw}");
        store
            .verify(None)
            .await
            .expect("readable")
            .expect_err("as the command says");
        store.suspend_flawed(&flaw).await.expect(statement);
        for gateway in [&store, &reopened(&books).await] {
            let (_, suspended) = gateway.standing().await.expect("reads");
            assert_eq!(
                suspended,
                Some(format!("the ledger does not hold together: {flaw}")),
                "{statement}"
            );
            let (_, is_suspended) = gateway
                .occupants(&application(), &request(NAV, "x", application()).reach)
                .await
                .expect("reads");
            assert!(is_suspended, "{statement}");
        }
        assert!(
            store.watch().is_flawed() && store.watch().is_suspended() && store.watch().warnings().len() == 1,
            "{statement}"
        );
    }
    // A suspension that was lifted behind the chain's back.
    let books = Books::open(kind).await;
    books
        .carry_out(Command::Suspend {
            by: None,
            reason: "x".to_owned(),
        })
        .await
        .expect("suspends");
    books
        .behind("UPDATE ledger SET suspended = NULL")
        .await
        .expect("behind its back");
    let flaw = reopened(&books)
        .await
        .verify_end()
        .await
        .expect("readable")
        .expect_err("a flaw");
    assert!(flaw.to_string().contains("behind the chain's back"), "{flaw}");
}

async fn a_suspension_for_a_flaw_is_written_once_and_none_takes_its_place(books: Books) {
    written(&books).await;
    let (one, other) = (reopened(&books).await, reopened(&books).await);
    let before = books.store.standing().await.expect("reads").0.sequence;
    for store in [&one, &other, &one] {
        store.suspend_flawed(&"entry 3: it is missing").await.expect("suspends");
    }
    let (head, suspended) = books.store.standing().await.expect("reads");
    assert_eq!(
        (head.sequence, suspended.as_deref()),
        (
            before + 1,
            Some("the ledger does not hold together: entry 3: it is missing")
        )
    );
    let moved = Books::open(books.kind).await;
    moved
        .carry_out(Command::Suspend {
            by: None,
            reason: programgrant::store::backup::MOVED.to_owned(),
        })
        .await
        .expect("suspends");
    moved.store.suspend_flawed(&"a flaw").await.expect("suspended already");
    assert_eq!(
        moved.store.standing().await.expect("reads").1.as_deref(),
        Some(programgrant::store::backup::MOVED)
    );
    books.assert_sound().await;
}

async fn a_sound_ledger_stays_open(books: Books) {
    reopened(&books)
        .await
        .verify_end()
        .await
        .expect("readable")
        .expect("sound");
    written(&books).await;
    many_entries(&books).await;
    let store = reopened(&books).await;
    store.verify_end().await.expect("readable").expect("sound");
    assert!(!store.watch().is_suspended());
}

/// More than are looked at before anybody is answered.
async fn many_entries(books: &Books) {
    let suspend = |number: i32| Command::Suspend {
        by: None,
        reason: number.to_string(),
    };
    let resume = Command::Resume {
        by: None,
        reason: "x".to_owned(),
        forgot: false,
    };
    let commands: Vec<Command> = (0..1100).map(suspend).chain([resume]).collect();
    assert!(
        books
            .store
            .apply(&commands)
            .await
            .expect("works")
            .iter()
            .all(Result::is_ok)
    );
}

async fn what_is_wrong_in_the_middle_is_found_afterwards(books: Books) {
    written(&books).await;
    many_entries(&books).await;
    books.without_triggers().await;
    books
        .behind("UPDATE audit SET content = replace(content, '21/4711', '21/4712') WHERE sequence = 1")
        .await
        .expect("behind its back");
    let mut world = heard_over(books.database.url()).await;
    let caller = Caller::new(&world, UDIR);
    assert_eq!(world.gateway().guard.warnings(), Vec::<&str>::new(), "the end is sound");
    let cleared = caller.cleared(&input("231.66", OSLO, 2021), "before").await;
    let running = world.gateway().run();
    let written = async || {
        let select = sqlx::query_scalar::<_, Option<String>>("SELECT suspended FROM ledger");
        select.fetch_one(books.database.readers()).await.expect("reads")
    };
    until("suspended", async || written().await.is_some()).await;
    assert_eq!(
        written().await.as_deref(),
        Some("the ledger does not hold together: entry 1: its content is not what was hashed")
    );
    assert_eq!(world.gateway().guard.warnings(), ["ledger_suspended"]);
    assert_eq!(
        told(&caller.check(&input("231.63", OSLO, 2021)).await),
        "UNDETERMINED LEDGER_BEHIND"
    );
    assert_eq!(refused(&caller.confirm(&cleared).await), "LEDGER_BEHIND");
    let metrics = reqwest::get(world.url("/metrics"))
        .await
        .expect("an answer")
        .text()
        .await
        .expect("text");
    assert!(
        metrics.contains("programgrant_ledger_suspended 1") && metrics.contains("programgrant_ledger_flawed 1"),
        "{metrics}"
    );
    drop(running);
    // Whoever starts next finds it suspended.
    world.restart().await;
    assert_eq!(world.gateway().guard.warnings().len(), 1);
}

/// An older copy moved over the file: what was written since lies in the log beside it, and the two are not of one ledger.
#[tokio::test]
async fn an_older_copy_moved_over_the_file_is_not_answered_from() {
    let books = Books::open(Kind::Sqlite).await;
    let file = std::path::PathBuf::from(books.database.url().strip_prefix("sqlite:").expect("a file"));
    let checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)";
    sqlx::query(checkpoint)
        .fetch_all(books.database.writer())
        .await
        .expect("written back");
    let older = std::fs::read(&file).expect("readable");
    let ask = async |year: i16, key: &str| {
        let application = programgrant_core::ledger::rules::Application { year, ..application() };
        books.ask(request(UDIR, key, application), clear()).await
    };
    for year in 1990..2020 {
        ask(year, &year.to_string()).await;
    }
    sqlx::query(checkpoint)
        .fetch_all(books.database.writer())
        .await
        .expect("written back");
    let cleared = ask(2021, "the last").await;
    let folder = tempfile::tempdir().expect("a folder");
    let moved = folder.path().join("ledger.db");
    std::fs::write(&moved, older).expect("written");
    std::fs::copy(file.with_extension("db-wal"), moved.with_extension("db-wal")).expect("copied");
    // Either it cannot be opened at all, or nothing is cleared from it.
    let Ok(database) = Database::open(&format!("sqlite:{}", moved.display())).await else {
        return;
    };
    let (clock, _) = Clock::manual(NOON.parse().expect("an instant"));
    let terms = Terms {
        clearance: jiff::SignedDuration::from_hours(1),
    };
    let Ok(store) = SqlStore::open(database, LedgerClock::Process(clock), terms).await else {
        return;
    };
    let flaw = store
        .verify_end()
        .await
        .expect("a flaw, and nothing that passes")
        .expect_err("two ledgers in one");
    // Whether it can be written down or not.
    let _ = store.suspend_flawed(&flaw).await;
    assert!(store.watch().is_suspended(), "{flaw}");
    if let Ok(outcomes) = store.apply(&[confirm(&cleared)]).await {
        assert_eq!(outcomes, [Err(Refusal::Suspended)]);
    }
    let asked = Command::Request(Box::new(request(NAV, "again", application())));
    if let Ok(mut outcomes) = store.apply(&[asked]).await
        && let Ok(programgrant_core::ledger::CommandOutcome::Claim(asked)) = outcomes.remove(0)
    {
        let decide = Command::Decide {
            claim: asked.claim.id,
            reservation: asked.claim.reservation,
            verdict: clear(),
        };
        let answered = store.apply(&[decide]).await;
        let is_clear = matches!(&answered.as_deref(), Ok([Ok(programgrant_core::ledger::CommandOutcome::Claim(claim))]) if claim.claim.verdict.outcome == Outcome::Clear);
        assert!(!is_clear, "{answered:?}");
    }
}
