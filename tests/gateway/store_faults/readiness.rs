//! Promise: ready means that a command could be carried out, and the probe has its answer within a second whatever the database does.

use programgrant::demo::systems;
use programgrant_core::ledger::Command;
use programgrant_schema::SourceId;
use serde_json::json;

use super::{readiness, ready, waiting};
use crate::disk::as_owner;
use crate::guard::clients::{Caller, OSLO, UDIR, hear, heard, input, refused};
use crate::postgres;
use crate::world::{World, until};

const END_ALL: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";

#[tokio::test]
async fn until_every_source_was_tried_those_that_were_not_are_named() {
    let world = World::new().await;
    let mut untried = systems::ALL.iter().map(SourceId::as_str).collect::<Vec<_>>();
    assert_eq!(readiness(&world).await, waiting(&untried));
    world.poll(systems::UDIR).await.expect("heard");
    untried.retain(|source| *source != "udir");
    assert_eq!(readiness(&world).await, waiting(&untried));
    world.poll_all().await;
    assert_eq!(readiness(&world).await, ready());
    world.front().draining.cancel();
    assert_eq!(readiness(&world).await, waiting(&["stopping"]));
}

#[tokio::test]
async fn a_suspended_ledger_keeps_nobody_waiting() {
    let world = heard().await;
    let suspend = Command::Suspend {
        by: None,
        reason: "Gjenopprettet.".to_owned(),
    };
    world
        .gateway()
        .guard
        .writer()
        .carry_out(suspend)
        .await
        .expect("written")
        .expect("suspended");
    let suspended = json!({ "ready": true, "waiting": [], "warnings": ["ledger_suspended"] });
    assert_eq!(readiness(&world).await, (200, suspended));
}

#[tokio::test]
async fn a_postgresql_that_only_reads() {
    let world = hear(World::over_postgres().await).await;
    let (database, caller) = (&world.gateway().database, Caller::new(&world, UDIR));
    let cleared = caller.cleared(&input("231.63", OSLO, 2021), "before").await;
    assert_eq!(readiness(&world).await, ready());
    let turn = async |statement| {
        as_owner(database, statement).await;
        as_owner(database, END_ALL).await;
    };
    turn("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); END $$").await;
    until("unready", async || readiness(&world).await == waiting(&["database"])).await;
    assert_eq!(
        refused(&caller.request(&input("231.66", OSLO, 2021), "meanwhile").await),
        "LEDGER_UNREACHABLE"
    );
    assert_eq!(readiness(&world).await, waiting(&["database"]));
    let back = "BEGIN READ WRITE; \
        DO $$ BEGIN EXECUTE format('ALTER DATABASE %I RESET default_transaction_read_only', current_database()); END $$; COMMIT";
    turn(back).await;
    until("ready again", async || readiness(&world).await == ready()).await;
    caller.cleared(&input("231.66", OSLO, 2021), "meanwhile").await;
    assert_eq!(caller.read(&cleared).await, cleared);
}

#[tokio::test]
async fn a_database_whose_connections_are_all_in_use() {
    let world = hear(World::over(postgres::database().await).await).await;
    until("ready", async || readiness(&world).await == ready()).await;
    let pool = world.gateway().database.writer();
    let mut held = Vec::new();
    for _ in 0..pool.options().get_max_connections() {
        held.push(pool.acquire().await.expect("one more"));
    }
    until("unready", async || readiness(&world).await == waiting(&["database"])).await;
    drop(held);
    until("ready again", async || readiness(&world).await == ready()).await;
}

#[tokio::test]
async fn a_long_batch_keeps_no_probe_waiting() {
    let world = heard().await;
    until("ready", async || readiness(&world).await == ready()).await;
    let _batch = world.gateway().database.write().await.expect("begins");
    for _ in 0..3 {
        assert_eq!(readiness(&world).await, ready());
    }
}
