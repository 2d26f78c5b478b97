//! Promise: what is committed is told, and nothing else; one of those who ask leads, and when it is gone another does.

use std::time::Duration;

use sqlx::{Connection, PgConnection};

use super::testing::{Scratch, on_both_stores};
use super::*;

on_both_stores! {
    what_is_committed_is_told,
    a_list_of_texts_is_a_table,
    one_state_is_read_throughout,
    who_may_write_is_told_at_once,
}

/// Only ends a test that has failed.
const BOUND: Duration = Duration::from_secs(30);

/// The next thing that is said.
async fn next(news: &mut FeedSubscription) -> String {
    let said = async {
        loop {
            if let Notification::Said(text) = news.next().await {
                return text.to_string();
            }
        }
    };
    tokio::time::timeout(BOUND, said).await.expect("never said")
}

async fn what_is_committed_is_told(scratch: Scratch) {
    let database = &scratch.database;
    let mut news = database.subscribe();
    let mut dropped = database.write().await.expect("begins");
    dropped.notify("dropped").await.expect("notes");
    drop(dropped);
    let mut committed = database.write().await.expect("begins");
    committed.notify("committed").await.expect("notes");
    committed.commit().await.expect("commits");
    assert_eq!(next(&mut news).await, "committed");
}

async fn a_list_of_texts_is_a_table(scratch: Scratch) {
    let dialect = scratch.database.dialect;
    for (table, list) in [
        (dialect.each_text("$1"), r#"["a","b"]"#),
        (dialect.each("$1"), r#"[{"name":"a"},{"name":"b"}]"#),
    ] {
        let value = if list.contains("name") {
            "each.value ->> 'name'"
        } else {
            "each.value"
        };
        let select = sqlx::AssertSqlSafe(format!("SELECT CAST(count(*) AS TEXT) || max({value}) FROM {table}"));
        let found: String = sqlx::query_scalar(select)
            .bind(list)
            .fetch_one(scratch.database.readers())
            .await
            .expect("reads");
        assert_eq!(found, "2b", "{table}");
    }
}

async fn one_state_is_read_throughout(scratch: Scratch) {
    let number = "SELECT number FROM generation";
    let mut reading = scratch.database.read().await.expect("begins");
    let before: i64 = sqlx::query_scalar(number)
        .fetch_one(&mut *reading)
        .await
        .expect("reads");
    sqlx::query("UPDATE generation SET number = number + 1")
        .execute(scratch.database.writer())
        .await
        .expect("writes");
    let still: i64 = sqlx::query_scalar(number)
        .fetch_one(&mut *reading)
        .await
        .expect("reads");
    let after: i64 = sqlx::query_scalar(number)
        .fetch_one(scratch.database.readers())
        .await
        .expect("reads");
    assert_eq!((before, still, after), (0, 0, 1));
}

async fn who_may_write_is_told_at_once(scratch: Scratch) {
    let database = &scratch.database;
    assert!(database.is_writable().await);
    database.close().await;
    let asked = std::time::Instant::now();
    // What was seen is told for a moment.
    while database.is_writable().await {
        tokio::task::yield_now().await;
    }
    assert!(asked.elapsed() < BOUND);
    let asked = std::time::Instant::now();
    assert!(!database.is_writable().await && asked.elapsed() < Duration::from_secs(1));
}

/// More than a full file has room for.
async fn overfill(database: &Database) -> sqlx::Error {
    let mut writing = database.write().await.expect("begins");
    let insert = sqlx::query("INSERT INTO _probe (content) VALUES (zeroblob(1000000))");
    insert.execute(&mut *writing).await.expect_err("no room")
}

#[tokio::test]
async fn a_connection_whose_transaction_sqlite_ended_is_not_used_again() {
    let scratch = Scratch::open(Dialect::Sqlite).await;
    let database = &scratch.database;
    sqlx::query("PRAGMA max_page_count = 1")
        .execute(database.writer())
        .await
        .expect("counts");
    let error = overfill(database).await;
    assert_eq!(
        error
            .as_database_error()
            .and_then(sqlx::error::DatabaseError::code)
            .as_deref(),
        Some("13"),
        "{error:?}"
    );
    for _ in 0..3 {
        let mut writing = database.write().await.expect("begins");
        sqlx::query("INSERT INTO _probe (content) VALUES (zeroblob(10))")
            .execute(&mut *writing)
            .await
            .expect("writes");
        writing.commit().await.expect("commits");
    }
}

#[tokio::test]
async fn a_connection_whose_transaction_postgresql_ended_is_not_used_again() {
    let scratch = Scratch::open(Dialect::Postgres).await;
    let database = &scratch.database;
    let end = "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'";
    for _ in 0..9 {
        let mut writing = database.write().await.expect("begins");
        let mut reading = database.read().await.expect("begins");
        sqlx::query("SELECT number FROM generation")
            .fetch_one(&mut *reading)
            .await
            .expect("reads");
        end_as_owner(database, end).await;
        assert!(
            sqlx::query("DELETE FROM set_aside")
                .execute(&mut *writing)
                .await
                .is_err()
        );
        assert!(
            sqlx::query("SELECT number FROM generation")
                .fetch_one(&mut *reading)
                .await
                .is_err()
        );
    }
    database.write().await.expect("begins").commit().await.expect("commits");
}

#[tokio::test]
async fn who_leads_says_again_and_again_that_it_lives() {
    let scratch = Scratch::open(Dialect::Postgres).await;
    assert!(scratch.database.leadership("a").leads().await);
    let signs = "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory' AND granted \
        AND datname = current_database() AND query = 'SELECT 1'";
    let mut owner = PgConnection::connect(scratch.database.url()).await.expect("connects");
    // Its last word, again and again, is the sign of life.
    let sign = async {
        while sqlx::query_scalar::<_, i64>(signs)
            .fetch_one(&mut owner)
            .await
            .expect("reads")
            == 0
        {}
    };
    tokio::time::timeout(BOUND, sign).await.expect("never a sign of life");
}

#[tokio::test]
async fn over_sqlite_there_is_one_gateway_and_it_leads() {
    let scratch = Scratch::open(Dialect::Sqlite).await;
    assert!(scratch.database.leadership("a").leads().await);
}

#[tokio::test]
async fn one_leads_each_task_until_it_is_gone() {
    let one = Scratch::open(Dialect::Postgres).await.database;
    let other = Database::open(one.url()).await.expect("opens");
    let (first, second) = (one.leadership("a"), other.leadership("a"));
    assert!(first.leads().await && first.leads().await);
    assert!(!second.leads().await);
    assert!(other.leadership("b").leads().await, "each task has its own lead");
    one.close().await;
    // PostgreSQL gives the lead free a moment after the connection's end.
    let lead = async { while !second.leads().await {} };
    tokio::time::timeout(BOUND, lead).await.expect("never led");
}

/// The gateway's own connections work under a role that may end no other's.
async fn end_as_owner(database: &Database, statement: &'static str) {
    let mut owner = PgConnection::connect(database.url()).await.expect("connects");
    sqlx::query(statement).execute(&mut owner).await.expect("ends it");
}

#[tokio::test]
async fn who_lost_its_session_leads_no_longer() {
    let one = Scratch::open(Dialect::Postgres).await.database;
    let other = Database::open(one.url()).await.expect("opens");
    let (first, second) = (one.leadership("a"), other.leadership("a"));
    assert!(first.leads().await);
    let end = "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_locks WHERE locktype = 'advisory' AND granted \
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    end_as_owner(&other, end).await;
    assert!(second.leads().await);
    assert!(!first.leads().await, "its connection is gone");
    assert!(!first.leads().await, "and the lead with it");
}

#[tokio::test]
async fn other_gateways_are_heard_and_a_lost_connection_means_that_some_was_missed() {
    let one = Scratch::open(Dialect::Postgres).await.database;
    let other = Database::open(one.url()).await.expect("opens");
    let mut news = one.subscribe();
    let say = async |text| {
        let mut writing = other.write().await.expect("begins");
        writing.notify(text).await.expect("notes");
        writing.commit().await.expect("commits");
    };
    say("first").await;
    assert_eq!(next(&mut news).await, "first");
    let end = "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'";
    end_as_owner(&other, end).await;
    for what in ["lost", "found again"] {
        let notice = tokio::time::timeout(BOUND, news.next()).await;
        assert_eq!(notice, Ok(Notification::Missed), "{what}");
    }
    say("second").await;
    assert_eq!(next(&mut news).await, "second");
}

#[tokio::test]
async fn an_address_that_is_none_is_refused_and_not_repeated() {
    for address in [
        "mysql://user:hidden@host",
        "hidden",
        "postgres://user:hidden@[/x",
        "postgres://user:hidden@127.0.0.1:1/x",
    ] {
        let error = Database::open(address).await.expect_err("refused");
        assert!(
            error.to_string().starts_with("store.url") && !format!("{error:?}").contains("hidden"),
            "{error:?}"
        );
    }
    let scratch = Scratch::open(Dialect::Postgres).await;
    assert_eq!(format!("{:?}", scratch.database), "Database { dialect: Postgres, .. }");
}
