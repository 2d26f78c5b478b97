//! Promise: a ledger that is gone, exhausted or older than what it has handed out clears nothing, says so within bounded time, and
//! goes on where it was when it is back.

use std::path::Path;
use std::time::{Duration, Instant};

use programgrant::store::database::Database;
use serde_json::{Value, json};
use sqlx::{AnyConnection, Connection, Executor, PgConnection};

use super::clients::{Caller, NAV, OSLO, UDIR, hear, heard, input, refused, text, told};
use crate::postgres;
use crate::world::World;

/// Well below the ten seconds that a request may take.
const BOUND: Duration = Duration::from_secs(9);
const UNREACHABLE: &str = "UNDETERMINED LEDGER_UNREACHABLE";
const BEHIND: &str = "UNDETERMINED LEDGER_BEHIND";

fn asked() -> Value {
    input("231.63", OSLO, 2021)
}

/// Nothing is cleared, checked or confirmed, in bounded time; everything is refused with the ledger's code.
async fn nothing_is_answered(caller: &Caller, cleared: &Value) {
    let begun = Instant::now();
    let (asked, other) = (asked(), input("231.66", OSLO, 2021));
    let many: Vec<Value> = (0..100).map(|_| other.clone()).collect();
    let (check, checks, request, confirm, replay) = tokio::join!(
        caller.check(&other),
        caller.checks(&many),
        caller.request(&other, "meanwhile"),
        caller.confirm(cleared),
        caller.request(&asked, "before")
    );
    assert!(
        checks.len() == 100
            && checks
                .iter()
                .chain([&check])
                .all(|verdict| told(verdict) == UNREACHABLE),
        "{checks:?}"
    );
    for payload in [request, confirm, replay] {
        assert_eq!(refused(&payload), "LEDGER_UNREACHABLE");
        assert!(
            !payload.to_string().contains("sqlx") && !payload.to_string().contains("pool"),
            "{payload}"
        );
    }
    assert!(begun.elapsed() < BOUND, "{:?}", begun.elapsed());
}

/// What was cleared before still is, and what was asked for meanwhile is answered under its key.
async fn all_goes_on(caller: &Caller, cleared: &Value) {
    assert_eq!(caller.claim(&asked(), "before").await, *cleared);
    caller.cleared(&input("231.66", OSLO, 2021), "meanwhile").await;
    assert_eq!(caller.confirm(cleared).await["claim"]["state"], "CONFIRMED");
}

#[tokio::test]
async fn a_database_that_is_closed() {
    let mut world = heard().await;
    let caller = Caller::new(&world, UDIR);
    let cleared = caller.cleared(&asked(), "before").await;
    world.gateway().database.close().await;
    nothing_is_answered(&caller, &cleared).await;
    world.restart().await;
    all_goes_on(&Caller::new(&world, UDIR), &cleared).await;
}

#[tokio::test]
async fn a_database_file_that_was_moved_away() {
    let world = heard().await;
    let caller = Caller::new(&world, UDIR);
    let cleared = caller.cleared(&asked(), "before").await;
    let path = world
        .gateway()
        .database
        .url()
        .strip_prefix("sqlite:")
        .expect("a file")
        .to_owned();
    let away = format!("{path}.away");
    std::fs::rename(&path, &away).expect("moved");
    nothing_is_answered(&caller, &cleared).await;
    assert_eq!(world.status("/health/ready").await, 503);
    // Another file in its place is not the ledger either.
    std::fs::write(&path, "").expect("written");
    nothing_is_answered(&caller, &cleared).await;
    std::fs::rename(&away, &path).expect("moved back");
    all_goes_on(&caller, &cleared).await;
}

#[tokio::test]
async fn a_postgresql_that_lets_nobody_in() {
    let store = postgres::database().await;
    let world = hear(World::over(store.clone()).await).await;
    let caller = Caller::new(&world, UDIR);
    let cleared = caller.cleared(&asked(), "before").await;
    let name = store
        .rsplit('/')
        .find_map(|part| part.strip_prefix("test_"))
        .and_then(|rest| rest.split('?').next())
        .expect("its name");
    let mut server = PgConnection::connect(&store.replace(&format!("test_{name}?"), "postgres?"))
        .await
        .expect("connects");
    let mut run = async |statement: String| server.execute(sqlx::AssertSqlSafe(statement)).await.expect("may");
    run(format!("ALTER DATABASE test_{name} WITH ALLOW_CONNECTIONS false")).await;
    run(format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'test_{name}'"
    ))
    .await;
    nothing_is_answered(&caller, &cleared).await;
    run(format!("ALTER DATABASE test_{name} WITH ALLOW_CONNECTIONS true")).await;
    all_goes_on(&caller, &cleared).await;
}

#[tokio::test]
async fn a_postgresql_whose_connections_are_all_in_use() {
    let world = hear(World::over_postgres().await).await;
    let caller = Caller::new(&world, UDIR);
    let cleared = caller.cleared(&asked(), "before").await;
    let pool = world.gateway().database.writer();
    let mut held = Vec::new();
    for _ in 0..pool.options().get_max_connections() {
        held.push(pool.acquire().await.expect("one more"));
    }
    nothing_is_answered(&caller, &cleared).await;
    drop(held);
    all_goes_on(&caller, &cleared).await;
}

#[tokio::test]
async fn a_postgresql_that_is_locked_by_somebody_else() {
    let store = postgres::database().await;
    let world = hear(World::over(store.clone()).await).await;
    let caller = Caller::new(&world, UDIR);
    let cleared = caller.cleared(&asked(), "before").await;
    let mut other = PgConnection::connect(&store).await.expect("connects");
    let mut transaction = other.begin().await.expect("begins");
    transaction
        .execute("SELECT * FROM ledger FOR UPDATE")
        .await
        .expect("locks");
    let begun = Instant::now();
    // Reading goes on; whoever would write is told within bounded time.
    assert_eq!(
        told(&caller.check(&input("231.66", OSLO, 2021)).await),
        "CLEAR NOT_A_PARTICIPANT"
    );
    assert_eq!(
        refused(&caller.request(&input("231.66", OSLO, 2021), "meanwhile").await),
        "LEDGER_UNREACHABLE"
    );
    assert!(begun.elapsed() < BOUND, "{:?}", begun.elapsed());
    transaction.rollback().await.expect("lets go");
    all_goes_on(&caller, &cleared).await;
}

#[tokio::test]
async fn a_sqlite_whose_writer_is_in_use() {
    let world = heard().await;
    let caller = Caller::new(&world, UDIR);
    let cleared = caller.cleared(&asked(), "before").await;
    let held = world
        .gateway()
        .database
        .writer()
        .acquire()
        .await
        .expect("the one writer");
    let begun = Instant::now();
    assert_eq!(
        refused(&caller.request(&input("231.66", OSLO, 2021), "meanwhile").await),
        "LEDGER_UNREACHABLE"
    );
    assert!(begun.elapsed() < BOUND, "{:?}", begun.elapsed());
    drop(held);
    all_goes_on(&caller, &cleared).await;
}

/// What a newer gateway leaves behind that brings the store to a layout of its own.
async fn is_taken_over_by_a_newer_gateway(world: World) {
    let caller = Caller::new(&world, UDIR);
    let cleared = caller.cleared(&asked(), "before").await;
    let mut newer = AnyConnection::connect(world.gateway().database.url())
        .await
        .expect("connects");
    newer
        .execute(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
             SELECT 9999, 'newer', success, checksum, 0 FROM _sqlx_migrations WHERE version = 1",
        )
        .await
        .expect("a layout of tomorrow");
    nothing_is_answered(&caller, &cleared).await;
    let claim = caller
        .send(
            "query($id: ID!) { fundingClaim(id: $id) { id } }",
            json!({ "id": cleared["id"] }),
        )
        .await;
    assert_eq!(
        claim["errors"][0]["extensions"]["code"], "LEDGER_UNREACHABLE",
        "{claim}"
    );
    let opened = Database::open(world.gateway().database.url()).await;
    assert!(opened.is_err(), "an older gateway does not start over it");
    newer
        .execute("DELETE FROM _sqlx_migrations WHERE version = 9999")
        .await
        .expect("the layout of today");
    all_goes_on(&caller, &cleared).await;
}

#[tokio::test]
async fn a_store_that_a_newer_gateway_has_brought_to_another_layout() {
    is_taken_over_by_a_newer_gateway(heard().await).await;
    is_taken_over_by_a_newer_gateway(hear(World::over_postgres().await).await).await;
}

/// The database's file with what belongs to it, as it is while nobody has it open.
fn copy(from: &Path, to: &Path) {
    for tail in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{tail}", to.display()));
        assert!(!Path::new(&format!("{}{tail}", from.display())).exists(), "still open");
    }
    std::fs::copy(from, to).expect("copied");
}

/// A world whose ledger was put back to an earlier day: a clearance of before, and one that it has forgotten.
async fn put_back() -> (World, Value, Value, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (file, backup) = (folder.path().join("ledger.db"), folder.path().join("backup.db"));
    let mut world = hear(World::over(format!("sqlite:{}", file.display())).await).await;
    let kept = Caller::new(&world, UDIR).cleared(&asked(), "kept").await;
    world.gateway().database.close().await;
    copy(&file, &backup);
    world.restart().await;
    let forgotten = Caller::new(&world, UDIR)
        .cleared(&input("231.66", OSLO, 2021), "forgotten")
        .await;
    world.gateway().database.close().await;
    copy(&backup, &file);
    world.restart().await;
    (world, kept, forgotten, folder)
}

#[tokio::test]
async fn a_ledger_that_was_put_back_clears_nothing_once_a_later_receipt_is_shown() {
    let (mut world, kept, forgotten, _folder) = put_back().await;
    let caller = Caller::new(&world, UDIR);
    assert_eq!(caller.read(&forgotten).await, Value::Null);
    let shown = caller
        .request_after(
            &input("231.63", "1108", 2021),
            "shows",
            Some(text(&forgotten["receipt"])),
        )
        .await;
    assert_eq!(told(&shown["claim"]["verdict"]), BEHIND);
    // From then on for everybody, with a receipt and without, also after a restart.
    for _ in 0..2 {
        let caller = Caller::new(&world, NAV);
        assert_eq!(
            told(&caller.claim(&input("231.66", OSLO, 2021), "without").await["verdict"]),
            BEHIND
        );
        assert_eq!(told(&caller.check(&input("231.66", "1108", 2021)).await), BEHIND);
        let with_old = caller
            .request_after(&input("231.66", OSLO, 2021), "without", Some(text(&kept["receipt"])))
            .await;
        assert_eq!(told(&with_old["claim"]["verdict"]), BEHIND);
        let caller = caller.other(UDIR);
        // Nor is a clearance of before repeated: what became of it since is forgotten.
        let replayed = caller.claim(&asked(), "kept").await;
        assert_eq!(
            (told(&replayed["verdict"]).as_str(), &replayed["receipt"]),
            (BEHIND, &kept["receipt"])
        );
        assert_eq!(told(&caller.read(&kept).await["verdict"]), BEHIND);
        assert_eq!(refused(&caller.confirm(&kept).await), "LEDGER_BEHIND");
        assert_eq!(refused(&caller.release(&kept).await), "LEDGER_BEHIND");
        world.restart().await;
    }
    // What a rule forbids is still forbidden.
    assert_eq!(
        told(&Caller::new(&world, UDIR).check(&input("231.63", "3813", 2021)).await),
        "BLOCKED IN_PROGRAMME"
    );
}

#[tokio::test]
async fn a_receipt_that_is_none_of_this_ledgers_is_refused() {
    let (world, other) = tokio::join!(heard(), heard());
    let caller = Caller::new(&world, UDIR);
    let own = caller.cleared(&asked(), "a").await["receipt"].clone();
    let foreign = Caller::new(&other, UDIR).cleared(&asked(), "a").await["receipt"].clone();
    let own = text(&own);
    let garbled = own.replacen("kvittering.1.", "kvittering.1.1", 1);
    let cut = &own[..own.len() - 1];
    for receipt in [
        text(&foreign),
        garbled.as_str(),
        cut,
        "",
        "kvittering",
        "\u{0}",
        &"k".repeat(10_000),
    ] {
        let payload = caller
            .request_after(&input("231.66", OSLO, 2021), "b", Some(receipt))
            .await;
        assert_eq!(
            (refused(&payload), &payload["errors"][0]["path"]),
            ("INVALID_RECEIPT", &json!(["lastReceipt"])),
            "{receipt}"
        );
    }
    // It has suspended nothing, and the ledger's own is taken, with blanks around it, too.
    let payload = caller
        .request_after(&input("231.66", OSLO, 2021), "b", Some(&format!(" {own}\n")))
        .await;
    assert_eq!(payload["claim"]["state"], "CLEARED");
}
