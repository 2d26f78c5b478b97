//! Promise: on a full disk commands and rounds fail and the gateway is unready; when there is room again all goes on without a restart,
//! and nothing is lost that was acknowledged.

use programgrant::demo::systems;
use serde_json::{Value, json};

use super::{readiness, ready, waiting};
use crate::disk::Disk;
use crate::guard::clients::{Caller, OSLO, UDIR, but, granted, hear, input, refused, text};
use crate::records::programme_2021;
use crate::world::{World, until};
use crate::{postgres, world};

/// More than there is room for.
const REQUESTS: usize = 5000;

/// Each asks for a day of its own.
fn asked(number: usize) -> Value {
    let day = |number: usize| format!("{}-{:02}-01", 2018 + number / 12 % 8, 1 + number % 12);
    but(
        &input("231.63", OSLO, 2018 + i32::try_from(number / 12 % 8).expect("small")),
        json!({ "useFrom": day(number), "useUntil": day(number) }),
    )
}

async fn a_full_disk(world: World, disk: Disk) {
    let database = &world.gateway().database;
    let caller = Caller::new(&world, UDIR);
    let mut acknowledged = vec![caller.claim(&asked(0), "before").await];
    until("ready", async || readiness(&world).await == ready()).await;
    disk.fill(database).await;
    let mut is_full = false;
    for number in 1..REQUESTS {
        let payload = caller.request(&asked(number), &number.to_string()).await;
        if payload["claim"].is_null() {
            assert_eq!(refused(&payload), "LEDGER_UNREACHABLE");
            is_full = true;
            break;
        }
        acknowledged.push(granted(&payload));
    }
    assert!(is_full);
    if disk.stays_full() {
        until("unready", async || readiness(&world).await == waiting(&["database"])).await;
        for _ in 0..3 {
            assert_eq!(
                refused(&caller.request(&asked(0), "meanwhile").await),
                "LEDGER_UNREACHABLE"
            );
            assert!(
                world.poll(systems::UDIR).await.is_err(),
                "nothing is heard that cannot be stored"
            );
        }
        assert_eq!(readiness(&world).await, waiting(&["database"]));
    }
    disk.free(database).await;
    until("ready again", async || readiness(&world).await == ready()).await;
    for round in 0..3 {
        caller.claim(&asked(round), &format!("after {round}")).await;
        world.publish(&programme_2021());
        for source in systems::ALL {
            assert_eq!(world.poll(source).await, Ok(()), "{source}");
        }
    }
    for claim in acknowledged {
        assert_eq!(text(&caller.read(&claim).await["receipt"]), text(&claim["receipt"]));
    }
    world
        .gateway()
        .guard
        .store()
        .verify(None)
        .await
        .expect("readable")
        .expect("sound");
}

#[tokio::test]
async fn a_full_disk_under_sqlite() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let disk = Disk::at(folder.path());
    let store = format!("sqlite:{}", folder.path().join("programgrant.db").display());
    a_full_disk(hear(World::over(store).await).await, disk).await;
}

#[tokio::test]
async fn a_full_disk_under_postgresql() {
    a_full_disk(
        hear(World::over(postgres::database().await).await).await,
        Disk::Postgres,
    )
    .await;
}

#[tokio::test]
async fn a_store_that_counts_its_pages() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = format!("sqlite:{}", folder.path().join("programgrant.db").display());
    a_full_disk(hear(World::over(store).await).await, Disk::Counted).await;
}

#[tokio::test]
async fn without_room_what_was_heard_is_shown_with_its_age() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let disk = Disk::at(folder.path());
    let world = hear(World::over(format!("sqlite:{}", folder.path().join("programgrant.db").display())).await).await;
    disk.fill(&world.gateway().database).await;
    world
        .hand
        .advance(world::FRESH_WITHIN + std::time::Duration::from_secs(1));
    assert_eq!(world.source(systems::UDIR).await["state"], "STALE");
    assert_eq!(world.status("/health/live").await, 200);
}
