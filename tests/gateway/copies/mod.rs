//! Promise: a copy is exact to the byte, whichever stores it leads from and to; a damaged one, a full target and a copy that was
//! broken off change nothing; and of a ledger that was copied one at most is in business.

mod commands;
mod full;

use std::path::{Path, PathBuf};
use std::time::Duration;

use full::{apart_from_the_chain, chain, contents, full};
use programgrant::clock::Clock;
use programgrant::store::backup::{self, MOVED, RESTORED};
use programgrant::store::database::{Database, Dialect};
use programgrant::store::ledger::{LedgerStore, SqlStore};
use programgrant_core::ledger::rules::{Outcome, Subject};
use programgrant_core::ledger::{Command, Request};
use programgrant_schema::{SchemeId, TargetGroup};
use sqlx::{Connection, Executor};

use crate::ledger::books::{Books, CLEARANCE, Kind, NAV, application, clear, request};
use crate::postgres;
use crate::world::NOON;

/// A folder for files and stores, and a clock that stands where the full ledger's does.
struct Place {
    folder: tempfile::TempDir,
    clock: Clock,
}

impl Place {
    fn new() -> Self {
        Self::at(CLEARANCE)
    }

    fn at(after_noon: Duration) -> Self {
        let (clock, hand) = Clock::manual(NOON.parse().expect("an instant"));
        hand.advance(after_noon);
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            clock,
        }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    async fn empty(&self, dialect: Dialect, name: &str) -> Database {
        let url = match dialect {
            Dialect::Sqlite => format!("sqlite:{}", self.file(name).display()),
            Dialect::Postgres => postgres::database().await,
        };
        Database::open(&url).await.expect("opens")
    }

    async fn ledger(&self, database: &Database) -> SqlStore {
        backup::ledger(database.clone(), &self.clock).await.expect("opens")
    }

    async fn suspended(&self, database: &Database) -> Option<String> {
        self.ledger(database).await.standing().await.expect("reads").1
    }

    async fn assert_sound(&self, database: &Database) {
        self.ledger(database)
            .await
            .verify(None)
            .await
            .expect("readable")
            .expect("sound");
    }

    async fn restore_error(&self, file: &Path, target: &Database) -> String {
        backup::restore(file, target, &self.clock)
            .await
            .expect_err("refused")
            .to_string()
    }
}

#[tokio::test]
async fn the_comparison_knows_every_table() {
    let place = Place::new();
    let database = place.empty(Dialect::Sqlite, "a.db").await;
    // No copy takes along what the migrations note, what is only tried, who is logged in, and calendar
    // addresses.
    let left = "'_sqlx_migrations', '_probe', '_login_key', '_ended_session', '_calendar'";
    let tables = format!("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN ({left}) ORDER BY name");
    let there: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(tables))
        .fetch_all(database.readers())
        .await
        .expect("reads");
    assert_eq!(there, full::TABLES);
}

/// Backup, restore elsewhere: everything is there, and nothing is cleared until the ledger is reconciled.
async fn is_backed_up_and_restored(source: &Database, target: &Database, place: &Place) {
    let file = place.file("backup.db");
    let before = contents(source).await;
    let soundness = backup::backup(source, &file, &place.clock).await.expect("a backup");
    assert_eq!(
        soundness.head,
        place.ledger(source).await.standing().await.expect("reads").0
    );
    let copy = opened(&file, &place.file("opened.db")).await;
    assert_eq!(contents(&copy).await, before);
    copy.close().await;
    backup::restore(&file, target, &place.clock).await.expect("restored");
    assert_eq!(contents(source).await, before, "the source is as it was");
    assert_eq!(apart_from_the_chain(target).await, apart_from_the_chain(source).await);
    let (old, new) = (chain(source).await, chain(target).await);
    assert_eq!((&new[..old.len()], new.len()), (&old[..], old.len() + 1));
    assert_eq!(place.suspended(target).await.as_deref(), Some(RESTORED));
    place.assert_sound(target).await;
}

/// A backup made a store by hand, to look into.
async fn opened(backup: &Path, at: &Path) -> Database {
    std::fs::copy(backup, at).expect("copied");
    let url = format!("sqlite:{}", at.display());
    let refused = Database::open(&url).await.expect_err("a backup is no store");
    assert!(refused.to_string().contains("programgrant restore"), "{refused}");
    let mut connection = sqlx::SqliteConnection::connect(&url).await.expect("opens");
    sqlx::query("DROP TABLE _backup")
        .execute(&mut connection)
        .await
        .expect("dropped");
    connection.close().await.expect("closes");
    Database::open(&url).await.expect("opens")
}

#[tokio::test]
async fn a_backup_of_sqlite_is_restored_to_the_byte() {
    let (books, place) = (full().await, Place::new());
    let target = place.empty(Dialect::Sqlite, "restored.db").await;
    is_backed_up_and_restored(&books.database, &target, &place).await;
    let ledger = place.ledger(&target).await;
    // A receipt of before is known, and what is asked now is not cleared.
    let (receipt, _) = books.store.standing().await.expect("reads");
    assert_eq!(
        ledger.signer().verify(&books.store.signer().sign(&receipt)),
        Ok(receipt.clone())
    );
    ledger.verify(Some(&receipt)).await.expect("readable").expect("sound");
    let asked = Command::Request(Box::new(request(NAV, "after", application())));
    let Ok(programgrant_core::ledger::CommandOutcome::Claim(asked)) =
        ledger.apply(&[asked]).await.expect("works").remove(0)
    else {
        panic!("a claim")
    };
    let decide = Command::Decide {
        claim: asked.claim.id,
        reservation: asked.claim.reservation,
        verdict: clear(),
    };
    let Ok(programgrant_core::ledger::CommandOutcome::Claim(answered)) =
        ledger.apply(&[decide]).await.expect("works").remove(0)
    else {
        panic!("a claim")
    };
    assert_eq!(answered.claim.verdict.outcome, Outcome::Undetermined);
}

#[tokio::test]
async fn a_store_moves_to_postgres_and_back_to_the_byte() {
    let (books, place) = (full().await, Place::new());
    let server = place.empty(Dialect::Postgres, "").await;
    let moved = backup::migrate(&books.database, &server, &place.clock)
        .await
        .expect("moved");
    assert_eq!(moved.suspended, None);
    assert_eq!(
        apart_from_the_chain(&server).await,
        apart_from_the_chain(&books.database).await
    );
    assert!(chain(&server).await.starts_with(&chain(&books.database).await));
    assert_eq!(
        (
            place.suspended(&books.database).await.as_deref(),
            place.suspended(&server).await
        ),
        (Some(MOVED), None)
    );
    let other = place.empty(Dialect::Postgres, "").await;
    is_backed_up_and_restored(&server, &other, &place).await;
    let back = place.empty(Dialect::Sqlite, "back.db").await;
    backup::migrate(&server, &back, &place.clock).await.expect("moved back");
    assert_eq!(
        apart_from_the_chain(&back).await,
        apart_from_the_chain(&books.database).await
    );
    assert_eq!(
        (place.suspended(&server).await.as_deref(), place.suspended(&back).await),
        (Some(MOVED), None)
    );
    for database in [&books.database, &server, &back] {
        place.assert_sound(database).await;
    }
    assert_eq!(
        place.ledger(&back).await.history("ledger").await.expect("reads").len(),
        6,
        "closed, arrived, opened, twice"
    );
}

#[tokio::test]
async fn a_flipped_byte_in_a_backup_is_refused_and_its_entry_is_named() {
    let (books, place) = (full().await, Place::new());
    let (file, damaged) = (place.file("backup.db"), place.file("damaged.db"));
    backup::backup(&books.database, &file, &place.clock)
        .await
        .expect("a backup");
    let bytes = std::fs::read(&file).expect("readable");
    let amounts: Vec<usize> = (0..bytes.len())
        .filter(|at| bytes[*at..].starts_with(b"41200000"))
        .collect();
    let mut named = 0;
    for at in amounts.into_iter().step_by(17) {
        let mut bytes = bytes.clone();
        bytes[at + 7] = b'1';
        std::fs::write(&damaged, bytes).expect("written");
        let target = place.empty(Dialect::Sqlite, &format!("target {at}.db")).await;
        let before = contents(&target).await;
        match backup::restore(&damaged, &target, &place.clock).await {
            Err(error) => {
                assert!(
                    error
                        .to_string()
                        .starts_with("the backup: the chain is not sound: entry "),
                    "byte {at}: {error}"
                );
                assert_eq!(contents(&target).await, before, "nothing of it is there");
                named += 1;
            }
            // A part of a page that nothing uses.
            Ok(_) => assert_eq!(
                apart_from_the_chain(&target).await,
                apart_from_the_chain(&books.database).await
            ),
        }
    }
    assert!(named > 2, "{named}");
}

/// The chain covers the ledger; the sums noted in a backup cover the rest.
#[tokio::test]
async fn a_flipped_byte_in_what_a_source_said_is_refused() {
    let (books, place) = (full().await, Place::new());
    let (file, target) = (place.file("backup.db"), place.empty(Dialect::Sqlite, "target.db").await);
    backup::backup(&books.database, &file, &place.clock)
        .await
        .expect("a backup");
    let mut bytes = std::fs::read(&file).expect("readable");
    let at = bytes
        .windows(12)
        .position(|window| window == b"side 3, linj")
        .expect("set aside");
    bytes[at + 5] = b'4';
    std::fs::write(&file, bytes).expect("written");
    assert!(place.restore_error(&file, &target).await.contains("damaged"));
}

#[tokio::test]
async fn what_is_no_backup_is_refused() {
    let place = Place::new();
    let target = place.empty(Dialect::Sqlite, "target.db").await;
    let file = place.file("x.db");
    assert!(place.restore_error(&file, &target).await.contains("x.db"));
    for content in [
        b"".as_slice(),
        b"not a database at all, but long enough to be taken for one",
    ] {
        std::fs::write(&file, content).expect("written");
        assert!(
            place.restore_error(&file, &target).await.contains("no backup"),
            "{content:?}"
        );
        assert_eq!(
            std::fs::read(&file).expect("readable"),
            content,
            "and it is left as it was"
        );
    }
}

#[tokio::test]
async fn a_file_or_a_store_that_is_there_already_is_refused() {
    let (books, place) = (full().await, Place::new());
    let file = place.file("backup.db");
    backup::backup(&books.database, &file, &place.clock)
        .await
        .expect("a backup");
    let bytes = std::fs::read(&file).expect("readable");
    let again = backup::backup(&books.database, &file, &place.clock)
        .await
        .expect_err("refused");
    assert!(matches!(again, backup::Error::Exists(_)), "{again}");
    assert_eq!(std::fs::read(&file).expect("readable"), bytes);
    let left: Vec<_> = std::fs::read_dir(place.folder.path())
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    assert_eq!(left, ["backup.db"], "one file, and nothing unfinished beside it");
    let other = Books::open(Kind::Sqlite).await;
    other.cleared("here").await;
    let error = place.restore_error(&file, &other.database).await;
    assert!(
        error.contains("not empty") && error.contains("1 in claim") && error.contains("2 in audit"),
        "{error}"
    );
    let error = backup::migrate(&books.database, &other.database, &place.clock)
        .await
        .expect_err("refused")
        .to_string();
    assert!(error.contains("1 in claim"), "{error}");
    assert_eq!(place.suspended(&books.database).await, None, "the source goes on");
    other.assert_sound().await;
}

/// With the rights of whoever made the tables, not those under which the gateway works.
async fn as_owner(database: &Database, statement: &str) -> Result<(), sqlx::Error> {
    let statements = match database.dialect {
        Dialect::Sqlite => statement.to_owned(),
        Dialect::Postgres => format!("SET ROLE NONE; {statement}; SET ROLE programgrant_gateway"),
    };
    database
        .writer()
        .execute(sqlx::AssertSqlSafe(statements))
        .await
        .map(|_| ())
}

/// A copy fails in the middle, when claims and exceptions are there and slots are not.
async fn breaks_off(target: &Database, breaking: &str, mending: &str) {
    let (books, place) = (full().await, Place::new());
    let file = place.file("backup.db");
    backup::backup(&books.database, &file, &place.clock)
        .await
        .expect("a backup");
    let before = contents(target).await;
    as_owner(target, breaking).await.expect("done");
    backup::restore(&file, target, &place.clock)
        .await
        .expect_err("broken off");
    assert_eq!(contents(target).await, before);
    as_owner(target, mending).await.expect("done");
    backup::restore(&file, target, &place.clock).await.expect("restored");
    assert_eq!(
        apart_from_the_chain(target).await,
        apart_from_the_chain(&books.database).await
    );
    as_owner(target, "DELETE FROM audit WHERE sequence = 1")
        .await
        .expect_err("what guards the chain is on again");
}

#[tokio::test]
async fn a_copy_that_is_broken_off_leaves_nothing_on_sqlite() {
    let place = Place::new();
    let target = place.empty(Dialect::Sqlite, "target.db").await;
    let breaking = "CREATE TRIGGER break BEFORE INSERT ON slot WHEN NEW.month_from > 24170 BEGIN SELECT RAISE(ABORT, 'broken'); END";
    breaks_off(&target, breaking, "DROP TRIGGER break").await;
}

#[tokio::test]
async fn a_copy_that_is_broken_off_leaves_nothing_on_postgres() {
    let target = Place::new().empty(Dialect::Postgres, "").await;
    breaks_off(
        &target,
        "ALTER TABLE slot ADD CONSTRAINT break CHECK (month_from < 24170)",
        "ALTER TABLE slot DROP CONSTRAINT break",
    )
    .await;
}

#[tokio::test]
async fn a_table_that_no_copy_could_hold_to_the_byte_is_refused_by_name() {
    let (books, place) = (full().await, Place::new());
    sqlx::query("CREATE TABLE later (amount REAL)")
        .execute(books.database.writer())
        .await
        .expect("made");
    let error = backup::backup(&books.database, &place.file("a.db"), &place.clock)
        .await
        .expect_err("refused")
        .to_string();
    assert!(error.contains("later.amount"), "{error}");
    let other = full().await;
    sqlx::query("CREATE TABLE later (amount INTEGER)")
        .execute(other.database.writer())
        .await
        .expect("made");
    let error = backup::backup(&other.database, &place.file("b.db"), &place.clock)
        .await
        .expect_err("refused")
        .to_string();
    assert!(error.contains("table later") && !place.file("b.db").exists(), "{error}");
}

#[tokio::test]
async fn a_ledger_that_was_closed_before_it_moved_stays_closed() {
    let (books, place) = (full().await, Place::new());
    books
        .carry_out(Command::Suspend {
            by: None,
            reason: "a reason".to_owned(),
        })
        .await
        .expect("suspends");
    let target = place.empty(Dialect::Sqlite, "target.db").await;
    let moved = backup::migrate(&books.database, &target, &place.clock)
        .await
        .expect("moved");
    assert_eq!(moved.suspended.as_deref(), Some("a reason"));
    assert_eq!(place.suspended(&target).await.as_deref(), Some("a reason"));
    assert_eq!(place.suspended(&books.database).await.as_deref(), Some(MOVED));
    // Moved once more, as after a move that died half-way: no second ledger opens by itself.
    let second = place.empty(Dialect::Sqlite, "second.db").await;
    backup::migrate(&books.database, &second, &place.clock)
        .await
        .expect("moved");
    let suspended = place.suspended(&second).await.expect("suspended");
    assert_ne!(
        suspended, MOVED,
        "so that it can be opened, where it is the one that counts"
    );
    place.assert_sound(&second).await;
}

#[tokio::test]
async fn a_source_with_a_flaw_is_neither_closed_nor_moved() {
    let (books, place) = (full().await, Place::new());
    sqlx::query("UPDATE claim SET body = replace(body, 'Bamble', 'x') || ' '")
        .execute(books.database.writer())
        .await
        .expect("behind its back");
    let target = place.empty(Dialect::Sqlite, "target.db").await;
    let error = backup::migrate(&books.database, &target, &place.clock)
        .await
        .expect_err("refused")
        .to_string();
    assert!(
        error.starts_with("the source: the chain is not sound: entry "),
        "{error}"
    );
    assert_eq!(place.suspended(&books.database).await, None);
    let error = backup::backup(&books.database, &place.file("a.db"), &place.clock)
        .await
        .expect_err("refused");
    assert!(error.is_unsound() && !place.file("a.db").exists(), "{error}");
}

#[tokio::test]
async fn thousands_of_claims_move_like_one() {
    let (books, place) = (Books::open(Kind::Sqlite).await, Place::at(Duration::ZERO));
    let claims = 3000;
    let requests: Vec<Command> = (0..claims)
        .map(|number| Command::Request(Box::new(one_of_many(number))))
        .collect();
    for batch in requests.chunks(250) {
        assert!(books.store.apply(batch).await.expect("works").iter().all(Result::is_ok));
    }
    let server = place.empty(Dialect::Postgres, "").await;
    backup::migrate(&books.database, &server, &place.clock)
        .await
        .expect("moved");
    let there = contents(&server).await;
    assert_eq!((there["claim"].len(), there["slot"].len()), (claims, claims));
    let back = place.empty(Dialect::Sqlite, "back.db").await;
    backup::migrate(&server, &back, &place.clock).await.expect("moved back");
    assert_eq!(
        apart_from_the_chain(&back).await,
        apart_from_the_chain(&books.database).await
    );
}

/// A claim on one slot, under a scheme of its own.
fn one_of_many(number: usize) -> Request {
    let mut wanted = application();
    wanted.subject = Subject::Scheme(SchemeId::new(format!("scheme {number}")));
    wanted.target_group = Some(TargetGroup::Adults);
    wanted.use_from = Some("2021-03-01".parse().expect("a day"));
    wanted.use_until = Some("2021-03-31".parse().expect("a day"));
    request(NAV, &format!("key {number}"), wanted)
}
