//! Promise: an age is what has passed, whatever is done to the machine's clock; several gateways over one PostgreSQL go by its clock; and an
//! instant that lies ahead makes nothing fresh.

use std::time::Duration;

use jiff::Timestamp;
use programgrant::clock::{Clock, ClockHand};
use programgrant::demo::systems;
use serde_json::{Value, json};

use super::readiness;
use crate::guard::clients::{Caller, OSLO, UDIR, hear, heard, input, told};
use crate::world::{FRESH_WITHIN, NOON, World};
use crate::{postgres, world};

/// Longer than an answer is fresh.
const LATE: Duration = Duration::from_secs(601);
const SET_BACK: Duration = Duration::from_mins(20);
const NOT_FRESH: &str = "UNDETERMINED SOURCE_NOT_FRESH";
const CLEAR: &str = "CLEAR NOT_A_PARTICIPANT";

/// A machine whose clocks a test sets: what it shows, and what has passed.
struct Machine {
    wall: ClockHand,
    passed: ClockHand,
    clock: Clock,
}

impl Machine {
    fn new() -> Self {
        let (wall, wall_hand) = Clock::manual(NOON.parse().expect("an instant"));
        let (passed, passed_hand) = Clock::manual(Timestamp::UNIX_EPOCH);
        wall_hand.turn_back(Duration::ZERO);
        let since = move || Duration::try_from(passed.now().duration_since(Timestamp::UNIX_EPOCH)).expect("it goes on");
        let clock = Clock::steady(move || wall.now(), since);
        Self {
            wall: wall_hand,
            passed: passed_hand,
            clock,
        }
    }

    fn time_passes(&self, time: Duration) {
        self.wall.advance(time);
        self.passed.advance(time);
    }
}

async fn check(world: &World) -> String {
    told(&Caller::new(world, UDIR).check(&input("231.63", OSLO, 2021)).await)
}

async fn state(world: &World) -> Value {
    world.source(systems::UDIR).await["state"].clone()
}

async fn metrics(world: &World) -> String {
    reqwest::get(world.url("/metrics"))
        .await
        .expect("an answer")
        .text()
        .await
        .expect("text")
}

async fn the_clock_is_set_back_while_the_sources_are_gone(store: String) {
    let machine = Machine::new();
    let world = hear(World::over_by(store, machine.clock.clone()).await).await;
    assert_eq!(
        (state(&world).await, check(&world).await.as_str()),
        (json!("FRESH"), CLEAR)
    );
    machine.wall.turn_back(SET_BACK);
    machine.passed.advance(LATE);
    assert_eq!(
        (state(&world).await, check(&world).await.as_str()),
        (json!("STALE"), NOT_FRESH)
    );
    world.poll_all().await;
    assert_eq!(
        (state(&world).await, check(&world).await.as_str()),
        (json!("FRESH"), CLEAR)
    );
    // It is a day ahead for a moment, in which everything is heard again.
    machine.wall.advance(Duration::from_hours(24));
    world.poll_all().await;
    machine.wall.turn_back(Duration::from_hours(24));
    machine.passed.advance(LATE);
    assert_eq!(
        (state(&world).await, check(&world).await.as_str()),
        (json!("STALE"), NOT_FRESH)
    );
}

#[tokio::test]
async fn a_clock_that_is_set_makes_nothing_fresh_over_sqlite() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    the_clock_is_set_back_while_the_sources_are_gone(world::new_store(folder.path()).await).await;
}

#[tokio::test]
async fn a_clock_that_is_set_makes_nothing_fresh_over_postgresql() {
    the_clock_is_set_back_while_the_sources_are_gone(postgres::database().await).await;
}

#[tokio::test]
async fn of_two_gateways_one_whose_clock_is_behind_says_the_same() {
    let (right, behind) = (Machine::new(), Machine::new());
    behind.wall.turn_back(Duration::from_mins(10));
    let world = World::over_by(postgres::database().await, right.clock.clone()).await;
    let other = world.beside_by(behind.clock.clone()).await;
    let world = hear(world).await;
    other.gateway().dependencies.views.refresh().await.expect("reads");
    assert_eq!(
        (state(&world).await, state(&other).await),
        (json!("FRESH"), json!("FRESH"))
    );
    for machine in [&right, &behind] {
        machine.time_passes(FRESH_WITHIN + Duration::from_secs(5));
    }
    for world in [&world, &other] {
        assert_eq!(
            (state(world).await, check(world).await.as_str()),
            (json!("STALE"), NOT_FRESH)
        );
    }
}

#[tokio::test]
async fn what_was_heard_ahead_of_now_is_not_fresh_after_a_restart() {
    let mut world = heard().await;
    world.hand.turn_back(Duration::from_secs(2));
    world.restart().await;
    assert_eq!(state(&world).await, "FRESH", "clocks may differ by so much");
    world.hand.turn_back(Duration::from_secs(1));
    world.restart().await;
    assert_eq!(
        (state(&world).await, check(&world).await.as_str()),
        (json!("STALE"), NOT_FRESH)
    );
    assert!(
        !metrics(&world)
            .await
            .contains("programgrant_source_age_seconds{source=\"udir\"}"),
        "nobody can tell"
    );
    world.poll_all().await;
    assert_eq!(
        (state(&world).await, check(&world).await.as_str()),
        (json!("FRESH"), CLEAR)
    );
}

#[tokio::test]
async fn a_clock_that_jumps_is_told_and_a_small_difference_is_taken_up() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let machine = Machine::new();
    let world = hear(World::over_by(world::new_store(folder.path()).await, machine.clock.clone()).await).await;
    let timekeeper = &world.gateway().timekeeper;
    machine.wall.advance(Duration::from_secs(1));
    for _ in 0..20 {
        timekeeper.compare().await;
    }
    assert_eq!(
        (
            machine.clock.now().to_string().as_str(),
            readiness(&world).await.1.get("warnings")
        ),
        ("2026-11-22T12:00:01Z", None)
    );
    machine.wall.turn_back(Duration::from_mins(10));
    for _ in 0..20 {
        timekeeper.compare().await;
    }
    assert_eq!(
        machine.clock.now().to_string(),
        "2026-11-22T12:00:01Z",
        "a jump is not followed"
    );
    let (status, told) = readiness(&world).await;
    assert_eq!((status, &told["warnings"]), (200, &json!(["machine_clock"])));
    let text = metrics(&world).await;
    for line in [
        "programgrant_clock_ahead_seconds{clock=\"machine\"} -600",
        "programgrant_clock_jumps_total{clock=\"machine\"} 1",
    ] {
        assert!(text.lines().any(|found| found == line), "no {line} in\n{text}");
    }
    machine.wall.advance(Duration::from_mins(10));
    timekeeper.compare().await;
    assert_eq!(readiness(&world).await.1.get("warnings"), None);
}
