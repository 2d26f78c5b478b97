//! What is acknowledged has reached the disk: every commit waits for it at least once, counted outside the program.

use std::path::{Path, PathBuf};
use std::process::Command;

use sqlx::Connection;

use super::{Office, claim, request};
use crate::crash::Program;
use crate::ledger::books::Kind;
use crate::postgres::Server;
use crate::world::{repository, until};

/// Requests, one after the other; each is two commits, the reservation and the decision.
const REQUESTS: i32 = 8;

/// Builds the library that counts.
fn counter(folder: &Path) -> PathBuf {
    let library = folder.join("fsync_count.so");
    let source = repository().join("tests/support/fsync_count.c");
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-o"])
        .arg(&library)
        .arg(source)
        .output();
    let built = built.expect("a C compiler, cc, is needed for this test: Debian's package gcc");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    library
}

fn counted(file: &Path) -> u64 {
    std::fs::metadata(file).map_or(0, |file| file.len())
}

async fn ask(program: &Program, number: i32) {
    let answer = program.ask(&request("0301", 2018 + number, &number.to_string())).await;
    assert_eq!(claim(&answer)["state"], "CLEARED");
}

/// Entries in the chain; with one asker each has a commit of its own.
async fn entries(office: &Office) -> u64 {
    let (store, database) = office.ledger().await;
    let entries = store.verify(None).await.expect("readable").expect("sound").entries;
    database.close().await;
    u64::try_from(entries).expect("a number")
}

#[tokio::test]
async fn sqlite_waits_for_the_disk_before_every_answer() {
    let office = Office::open(Kind::Sqlite).await;
    let (library, count) = (counter(office.folder.path()), office.folder.path().join("fsyncs"));
    let program = office
        .start_with(&[("LD_PRELOAD", library.as_os_str()), ("FSYNC_COUNT", count.as_os_str())])
        .await;
    let mut fewest = u64::MAX;
    for number in 0..REQUESTS {
        let before = counted(&count);
        ask(&program, number).await;
        fewest = fewest.min(counted(&count) - before);
    }
    program.kill();
    assert_eq!(entries(&office).await, 2 * u64::try_from(REQUESTS).expect("few"));
    assert!(fewest >= 2, "a request waited for the disk {fewest} times");
}

/// A server of its own, so that nobody else's commits are counted.
#[tokio::test]
async fn postgres_waits_for_the_disk_for_every_commit() {
    let server = Server::start();
    let office = Office::over(
        server.database("counted").await,
        tempfile::tempdir().expect("a temporary folder"),
    )
    .await;
    let program = office.start("").await;
    let mut connection = sqlx::PgConnection::connect(&office.store).await.expect("connects");
    let fsync: String = sqlx::query_scalar("SHOW fsync")
        .fetch_one(&mut connection)
        .await
        .expect("reads");
    assert_eq!(fsync, "on");
    let before = syncs(&mut connection).await;
    for number in 0..REQUESTS {
        ask(&program, number).await;
    }
    program.kill();
    let commits = i64::try_from(entries(&office).await).expect("few");
    assert_eq!(commits, 2 * i64::from(REQUESTS));
    // A session hands its figures in when it ends, at the latest.
    until("as many waits as commits", async || {
        syncs(&mut connection).await - before >= commits
    })
    .await;
}

async fn syncs(connection: &mut sqlx::PgConnection) -> i64 {
    let version: i32 = sqlx::query_scalar("SELECT CAST(current_setting('server_version_num') AS INTEGER)")
        .fetch_one(&mut *connection)
        .await
        .expect("reads");
    // PostgreSQL 18 counts elsewhere.
    let statement = if version < 180_000 {
        "SELECT wal_sync FROM pg_stat_wal"
    } else {
        "SELECT CAST(sum(fsyncs) AS BIGINT) FROM pg_stat_io WHERE object = 'wal'"
    };
    sqlx::query_scalar(statement)
        .fetch_one(connection)
        .await
        .expect("reads")
}
