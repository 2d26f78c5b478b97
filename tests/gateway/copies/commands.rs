//! Promise: the commands do what their names say on a store as it is, and their exit codes tell done (0), unsound or not yet (1)
//! and could not be tried (2) apart.

use std::path::{Path, PathBuf};

use programgrant::store::database::Database;
use programgrant::store::ledger::SqlStore;
use programgrant_core::ledger::Command;
use sqlx::Connection;

use super::Place;
use super::full::apart_from_the_chain;
use crate::commands::{Running, output, program, write_config};
use crate::ledger::books::{Books, Kind, confirm};
use crate::postgres;

/// A store in a file, as a gateway left it, with a confirmed claim; and the configuration that names it.
struct Kept {
    place: Place,
    store: PathBuf,
    config: String,
}

impl Kept {
    async fn new() -> Self {
        let place = Place::new();
        let books = Books::open(Kind::Sqlite).await;
        books.settled(confirm(&books.cleared("a").await)).await;
        let store = place.file("gateway.db");
        let copy = sqlx::query("VACUUM INTO $1").bind(store.display().to_string());
        copy.execute(books.database.writer()).await.expect("a copy");
        let config = write_config(place.folder.path(), "[store]\nurl = \"sqlite:gateway.db\"");
        Self { place, store, config }
    }

    /// A configuration beside the first, for another store.
    fn config_of(&self, url: &str) -> String {
        let folder = self.place.file("other");
        std::fs::create_dir_all(&folder).expect("made");
        write_config(&folder, &format!("[store]\nurl = \"{url}\""))
    }

    fn path(&self, name: &str) -> String {
        self.place.file(name).display().to_string()
    }
}

/// Runs the program; its exit code and everything that it said.
fn run(arguments: &[&str]) -> (Option<i32>, String) {
    let output = output(arguments);
    (
        output.status.code(),
        String::from_utf8(output.stdout).expect("UTF-8") + &String::from_utf8(output.stderr).expect("UTF-8"),
    )
}

async fn database(path: &Path) -> Database {
    Database::open(&format!("sqlite:{}", path.display()))
        .await
        .expect("opens")
}

async fn execute(path: &Path, statement: &'static str) {
    let database = database(path).await;
    sqlx::query(statement)
        .execute(database.writer())
        .await
        .expect("behind its back");
    database.close().await;
}

#[tokio::test]
async fn verify_prints_the_head_and_takes_it_for_a_receipt_or_names_the_first_flaw() {
    let kept = Kept::new().await;
    let (code, text) = run(&["verify", "--config", &kept.config]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.starts_with("entries: 3\nhead: kvittering.1.3."), "{text}");
    let head = text
        .lines()
        .find_map(|line| line.strip_prefix("head: "))
        .expect("a head")
        .to_owned();
    assert_eq!(
        run(&["verify", "--config", &kept.config, "--receipt", &head]).0,
        Some(0)
    );
    let (code, text) = run(&[
        "verify",
        "--config",
        &kept.config,
        "--receipt",
        &head.replace(".1.3.", ".1.4."),
    ]);
    assert!(
        code == Some(2) && text.contains("no receipt that this ledger has signed"),
        "{text}"
    );
    // The last entry is cut off, and the ledger's head put back.
    for statement in [
        "DROP TRIGGER audit_is_not_removed",
        "DELETE FROM audit WHERE sequence = 3",
        "UPDATE ledger SET sequence = 2, hash = (SELECT hash FROM audit WHERE sequence = 2)",
    ] {
        execute(&kept.store, statement).await;
    }
    let (code, text) = run(&["verify", "--config", &kept.config, "--receipt", &head]);
    assert_eq!(
        (code, text.as_str()),
        (Some(1), "entry 3: it is missing, and a receipt for it was handed out\n")
    );
    let (code, text) = run(&["verify", "--config", &kept.config]);
    assert!(code == Some(1) && text.starts_with("entry "), "{text}");
}

#[tokio::test]
async fn a_store_that_is_not_there_is_not_made() {
    let place = Place::new();
    let config = write_config(place.folder.path(), "[store]\nurl = \"sqlite:gateway.db\"");
    let (file, store) = (
        place.file("x.db").display().to_string(),
        format!("sqlite:{}", place.file("gateway.db").display()),
    );
    let target = format!("sqlite:{}", place.file("target.db").display());
    for arguments in [
        ["verify", "--config", &config].as_slice(),
        &["backup", "--config", &config, &file],
        &["reconcile", "--config", &config],
        &["migrate", "--from", &store, "--to", &target],
    ] {
        let (code, text) = run(arguments);
        assert!(
            code == Some(2) && text.contains("there is no such database"),
            "{arguments:?}: {text}"
        );
        assert!(!place.file("gateway.db").exists(), "{arguments:?}");
    }
}

#[tokio::test]
async fn backup_and_restore_work_together() {
    let kept = Kept::new().await;
    let file = kept.path("backup.db");
    let (code, text) = run(&["backup", "--config", &kept.config, &file]);
    assert!(code == Some(0) && text.contains("3 entries"), "{text}");
    let (code, text) = run(&["backup", "--config", &kept.config, &file]);
    assert!(
        code == Some(2) && text.contains("there is a file of that name"),
        "{text}"
    );
    let other = kept.config_of("sqlite:restored.db");
    let (code, text) = run(&["restore", "--config", &other, &file]);
    assert!(code == Some(0) && text.contains("UNDETERMINED"), "{text}");
    let (old, new) = (
        database(&kept.store).await,
        database(&kept.place.file("other/restored.db")).await,
    );
    assert_eq!(apart_from_the_chain(&old).await, apart_from_the_chain(&new).await);
    old.close().await;
    new.close().await;
    let (code, text) = run(&["verify", "--config", &other]);
    assert!(
        code == Some(0) && text.contains("entries: 4") && text.contains("suspended: "),
        "{text}"
    );
    let (code, text) = run(&["restore", "--config", &other, &file]);
    assert!(code == Some(2) && text.contains("1 in claim"), "{text}");
    let mut damage = sqlx::SqliteConnection::connect(&format!("sqlite:{file}"))
        .await
        .expect("opens");
    sqlx::query("UPDATE claim SET fence = 7")
        .execute(&mut damage)
        .await
        .expect("behind its back");
    damage.close().await.expect("closes");
    let third = kept.config_of("sqlite:third.db");
    let (code, text) = run(&["restore", "--config", &third, &file]);
    assert!(
        code == Some(1) && text.contains("the backup: the chain is not sound: entry 3"),
        "{text}"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn a_backup_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let kept = Kept::new().await;
    let file = kept.path("backup.db");
    assert_eq!(run(&["backup", "--config", &kept.config, &file]).0, Some(0));
    let mode = std::fs::metadata(&file).expect("there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[tokio::test]
async fn migrate_moves_the_ledger_and_closes_the_old_one() {
    let kept = Kept::new().await;
    let (from, to) = (format!("sqlite:{}", kept.store.display()), postgres::database().await);
    let output = program(&["migrate", "--from", &from])
        .env("PROGRAMGRANT_MIGRATE_TO", &to)
        .output()
        .expect("runs");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(
        output.status.success() && text.contains("open in its new store"),
        "{text}"
    );
    let moved = Database::open(&to).await.expect("opens");
    let old = database(&kept.store).await;
    assert_eq!(apart_from_the_chain(&old).await, apart_from_the_chain(&moved).await);
    old.close().await;
    let (code, text) = run(&["verify", "--config", &kept.config_of(&to)]);
    assert!(
        code == Some(0) && text.contains("entries: 6") && !text.contains("suspended"),
        "{text}"
    );
    let (code, text) = run(&["migrate", "--from", &from, "--to", &to]);
    assert!(code == Some(2) && text.contains("not empty"), "{text}");
    let (code, text) = run(&[
        "reconcile",
        "--config",
        &kept.config,
        "--resume",
        "--reason",
        "Tilbake.",
        "--by",
        "970018131",
    ]);
    assert!(code == Some(1) && text.contains("moved to another store"), "{text}");
    let hidden = "postgres://gateway:hidden@127.0.0.1:1/x";
    for (from, to) in [(hidden, from.as_str()), (from.as_str(), hidden), ("hidden", hidden)] {
        let (code, text) = run(&["migrate", "--from", from, "--to", to]);
        assert!(code == Some(2) && !text.contains("hidden"), "{text}");
    }
}

#[tokio::test]
async fn a_suspension_is_lifted_when_every_source_is_whole_and_not_before() {
    let kept = Kept::new().await;
    let drop_folder = kept.path("drop");
    let mut simulate = Running::start(&["simulate", "--listen", "127.0.0.1:0", "--folder", &drop_folder]);
    let sources = simulate
        .read_until("The lines above")
        .replace("sqlite:programgrant.db", "sqlite:gateway.db");
    let config = write_config(kept.place.folder.path(), &sources);
    let resume = [
        "reconcile",
        "--config",
        &config,
        "--resume",
        "--reason",
        "Avstemt mot alle kilder.",
        "--by",
        "970018131",
    ];
    suspend(&kept).await;
    let (code, text) = run(&["reconcile", "--config", &config, "--resume"]);
    assert!(code == Some(2) && text.contains("--reason"), "{text}");
    let (code, text) = run(&[
        "reconcile",
        "--config",
        &kept.config_of(&format!("sqlite:{}", kept.store.display())),
    ]);
    assert!(
        code == Some(1)
            && text.contains("udir: SILENT")
            && text.contains("bufdir: SILENT")
            && text.contains("suspended: for a reason"),
        "{text}"
    );
    let (code, text) = run(&["reconcile", "--config", &config]);
    assert!(code == Some(0) && text.contains("suspended: for a reason"), "{text}");
    let (code, text) = run(&resume);
    assert!(code == Some(0) && text.contains("in order again"), "{text}");
    let ledger = ledger(&kept).await;
    let last = ledger
        .history("ledger")
        .await
        .expect("reads")
        .pop()
        .expect("an entry")
        .entry;
    assert_eq!(
        (
            last.reason.as_deref(),
            last.by.expect("who").organisation.to_string().as_str()
        ),
        (Some("Avstemt mot alle kilder."), "970018131")
    );
    ledger.verify(None).await.expect("readable").expect("sound");
    suspend(&kept).await;
    drop(simulate);
    let (code, text) = run(&resume);
    assert!(
        code == Some(1) && text.contains("no connection") && text.contains("stays suspended: for a reason"),
        "{text}"
    );
    assert!(kept.place.suspended(ledger.database()).await.is_some());
}

async fn ledger(kept: &Kept) -> SqlStore {
    kept.place.ledger(&database(&kept.store).await).await
}

async fn suspend(kept: &Kept) {
    use programgrant::store::ledger::LedgerStore;
    let ledger = ledger(kept).await;
    ledger
        .apply(&[Command::Suspend {
            by: None,
            reason: "for a reason".to_owned(),
        }])
        .await
        .expect("works")
        .remove(0)
        .expect("suspends");
    ledger.database().close().await;
}
