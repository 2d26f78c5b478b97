//! Promise: the reference registers are heard, stored and shown like sources, and tell everybody at once and by date; what was not heard
//! makes no answer of the guard's CLEAR.

mod changes;
mod lookups;
mod merger;
mod slots;

use std::time::Duration;

use programgrant_core::reference::{BRREG, KLASS};
use programgrant_registers::simulator::RegisterSimulator;
use serde_json::{Value, json};

use crate::guard::clients::{Caller, OSLO, UDIR, input, told};
use crate::records::programme_2021;
use crate::world::World;

pub const NOT_FRESH: &str = "UNDETERMINED SOURCE_NOT_FRESH";
pub const CLEAR: &str = "CLEAR NOT_A_PARTICIPANT";

/// Registers that nobody has asked yet, and a gateway that is going to.
pub async fn with_registers(klass: bool, brreg: bool) -> (RegisterSimulator, World) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.set_nonblocking(true).expect("does not block");
    let simulator = RegisterSimulator::start(listener).expect("starts");
    let (klass_url, brreg_url) = (simulator.klass_url(), simulator.brreg_url());
    let keys = [(klass, "klass_url", klass_url), (brreg, "brreg_url", brreg_url)].into_iter();
    let asked = keys.filter(|(is_asked, ..)| *is_asked);
    let lines: Vec<String> = asked.map(|(_, key, url)| format!("{key} = {url:?}\n")).collect();
    let world = World::with_settings(&format!("[reference]\n{}", lines.concat())).await;
    (simulator, world)
}

/// The same, with everything heard once.
pub async fn heard_registers() -> (RegisterSimulator, World) {
    let (simulator, world) = with_registers(true, true).await;
    world.publish(&programme_2021());
    world.poll_all().await;
    (simulator, world)
}

/// Days go by, and everybody is heard again.
pub async fn days_later(world: &World, days: u64) {
    world.hand.advance(Duration::from_hours(24 * days));
    world.poll_all().await;
}

#[tokio::test]
async fn a_register_is_a_source_and_the_guard_waits_for_it() {
    let (_simulator, world) = with_registers(true, true).await;
    world.publish(&programme_2021());
    let waiting = world.gateway().readiness().await.waiting;
    assert!(
        waiting.contains(&"klass".to_owned()) && waiting.contains(&"brreg".to_owned()),
        "{waiting:?}"
    );
    let caller = Caller::new(&world, UDIR);
    let sources = crate::guard::clients::text(&world.source(KLASS).await["state"]).to_owned();
    assert_eq!(sources, "SILENT");
    // The sources of grants alone are no help.
    for (source, _) in programme_2021() {
        world.poll(source).await.expect("heard");
    }
    assert_eq!(told(&caller.check(&input("231.63", OSLO, 2021)).await), NOT_FRESH);
    world.poll(KLASS).await.expect("heard");
    assert_eq!(
        told(&caller.check(&input("231.63", OSLO, 2021)).await),
        CLEAR,
        "brreg told nobody who Oslo is"
    );
    world.poll(BRREG).await.expect("heard");
    let brreg = world.source(BRREG).await;
    assert_eq!((&brreg["state"], &brreg["setAside"]), (&json!("FRESH"), &json!(0)));
    assert!(
        world.source(KLASS).await["records"]
            .as_i64()
            .is_some_and(|records| records > 800)
    );
    let pot = world.pot("4012", 2021).await;
    assert_eq!(pot["completeness"], "COMPLETE");
}

#[tokio::test]
async fn without_addresses_nobody_is_asked_and_nothing_is_stale() {
    let world = World::heard(&programme_2021()).await;
    let sources = world.ask("{ sources { id } }").await;
    let ids: Vec<&Value> = sources["sources"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|source| &source["id"])
        .collect();
    assert!(
        !ids.contains(&&json!("klass")) && !ids.contains(&&json!("brreg")),
        "{ids:?}"
    );
    assert_eq!(
        told(&Caller::new(&world, UDIR).check(&input("231.63", OSLO, 2021)).await),
        CLEAR
    );
}

#[tokio::test]
async fn a_register_that_was_heard_too_long_ago_leaves_figures_and_takes_clearances() {
    let (simulator, world) = heard_registers().await;
    let caller = Caller::new(&world, UDIR);
    simulator.set_klass_fault(Some(programgrant_registers::simulator::RegisterFault::Outage));
    days_later(&world, 14).await;
    assert_eq!(told(&caller.check(&input("231.63", OSLO, 2021)).await), CLEAR);
    world.hand.advance(Duration::from_secs(1));
    assert_eq!(told(&caller.check(&input("231.63", OSLO, 2021)).await), NOT_FRESH);
    assert_eq!(world.source(KLASS).await["state"], "STALE");
    assert_eq!(
        world.source(KLASS).await["lastError"],
        "the system is out of reach: status 503"
    );
    assert_eq!(world.pot("4012", 2021).await["completeness"], "COMPLETE");
    simulator.set_klass_fault(None);
    world.poll_all().await;
    assert_eq!(told(&caller.check(&input("231.63", OSLO, 2021)).await), CLEAR);
}
