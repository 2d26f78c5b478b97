//! Promise, on both stores: a full disk, a server that only reads, a clock that is set and a program that stands still cost nothing that was
//! acknowledged, let nothing pass that should not, are said where an operator looks, and are over when their cause is.

mod clocks;
mod disk;
mod readiness;
mod stalled;
mod starting;

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::world::World;

/// The second that a probe may wait, and another for a machine that is busy with other tests.
const AT_ONCE: Duration = Duration::from_secs(2);

/// What `/health/ready` says, which it does at once. Asked once: whoever asks again is told what is known already.
async fn readiness(world: &World) -> (u16, Value) {
    let asked = Instant::now();
    let answer = reqwest::get(world.url("/health/ready")).await.expect("an answer");
    let said = (answer.status().as_u16(), answer.json().await.expect("JSON"));
    assert!(asked.elapsed() < AT_ONCE, "a probe waits: {:?}", asked.elapsed());
    said
}

fn ready() -> (u16, Value) {
    (200, json!({ "ready": true, "waiting": [] }))
}

fn waiting(what: &[&str]) -> (u16, Value) {
    (503, json!({ "ready": false, "waiting": what }))
}
