//! Promise: a recipient that nobody here knows is looked up upwards to its municipality, beside the answers and at most sixty steps a
//! minute; what is not found out stays unresolved, and says why.

use std::time::Duration;

use programgrant::demo::systems;
use programgrant_core::reference::LookedUp;
use programgrant_registers::simulator::{RegisterFault, RegisterSimulator};
use programgrant_schema::{AwardStatus, BudgetPost, Figure, OrganisationNumber};
use serde_json::json;

use super::{CLEAR, heard_registers};
use crate::guard::clients::{BAMBLE, Caller, UDIR, input, told};
use crate::records::{kroner, record, statement};
use crate::world::World;

/// Organisation numbers that are sound and nobody's.
const UNITS: [&str; 6] = [
    "310000019",
    "974760673",
    "987654325",
    "810034882",
    "910075918",
    "999999948",
];

/// Sound numbers that nobody has, as many as are asked for.
fn numbers(count: usize) -> Vec<String> {
    let sound = |number: &u32| number.to_string().parse::<OrganisationNumber>().is_ok();
    (820_000_000..)
        .filter(sound)
        .take(count)
        .map(|number| number.to_string())
        .collect()
}

/// Udir reports an award of that recipient.
fn report(world: &World, organisation: &str) {
    let mut award = statement(
        systems::UDIR,
        organisation,
        "",
        organisation,
        BudgetPost::new(231, 63),
        2021,
    );
    award.status = AwardStatus::Granted;
    award.granted = Figure::Stated(kroner(1000));
    award.recipient.number = None;
    world.publish(&[(systems::UDIR, vec![record(award)])]);
}

fn looked_up(world: &World, unit: &str) -> Option<LookedUp> {
    let reference = world.gateway().dependencies.reference();
    let unit: OrganisationNumber = unit.parse().expect("a number");
    reference.registered.units.get(&unit).map(|said| said.what.clone())
}

fn steps(simulator: &RegisterSimulator) -> usize {
    let asked = simulator.asked();
    asked.iter().filter(|path| path.contains("enheter/")).count()
}

#[tokio::test]
async fn the_municipal_part_of_an_office_is_found_and_the_states_part_is_not() {
    let (simulator, world) = heard_registers().await;
    let [office, department, state, state_unit, ..] = UNITS;
    simulator.change(|world| {
        world.add_sub_unit(department, "ORGL", Some(BAMBLE));
        world.add_sub_unit(office, "BEDR", Some(department));
        world.add_sub_unit(state, "STAT", None);
        world.add_sub_unit(state_unit, "BEDR", Some(state));
    });
    for unit in [office, state_unit] {
        report(&world, unit);
    }
    world.poll_all().await;
    let found = looked_up(&world, office).expect("looked up");
    assert!(
        matches!(found, LookedUp::Municipality { organisation, .. } if organisation.to_string() == BAMBLE),
        "{found:?}"
    );
    let ends = looked_up(&world, state_unit).expect("looked up");
    assert!(
        matches!(&ends, LookedUp::EndsAt { form, .. } if form == "STAT"),
        "{ends:?}"
    );
    assert_eq!(world.source(systems::UDIR).await["unresolved"], json!(1));
    let caller = Caller::new(&world, UDIR);
    assert_eq!(
        told(&caller.check(&input("846-los", office, 2021)).await),
        "BLOCKED IN_PROGRAMME"
    );
    assert_eq!(
        told(&caller.check(&input("231.63", state_unit, 2021)).await),
        "NEEDS_CASE_OFFICER UNRESOLVED_RECIPIENT"
    );
    // An answer that rests on what was looked up needs the register to be fresh; one that does not, does not.
    simulator.set_brreg_fault(Some(RegisterFault::Outage));
    world.hand.advance(Duration::from_hours(24 * 15));
    world.poll_all().await;
    let rests = caller.check(&input("231.63", office, 2027)).await;
    assert_ne!(told(&rests), CLEAR);
}

#[tokio::test]
async fn a_recipient_of_a_request_is_looked_up_and_known_to_the_next() {
    let (simulator, world) = heard_registers().await;
    simulator.change(|world| world.add_sub_unit(UNITS[0], "BEDR", Some("958935420")));
    let caller = Caller::new(&world, UDIR);
    let asked = input("231.63", UNITS[0], 2021);
    assert_eq!(
        told(&caller.claim(&asked, "a").await["verdict"]),
        "NEEDS_CASE_OFFICER UNRESOLVED_RECIPIENT"
    );
    world.gateway().look_up().await;
    assert_eq!(told(&caller.check(&asked).await), CLEAR);
}

#[tokio::test]
async fn what_is_unknown_is_remembered_for_a_day_and_what_goes_round_is_said() {
    let (simulator, world) = heard_registers().await;
    let [unknown, a, b, gone, removed, lonely] = UNITS;
    simulator.change(|world| {
        world.add_sub_unit(a, "ORGL", Some(b));
        world.add_sub_unit(b, "ORGL", Some(a));
        for unit in [gone, removed] {
            world.add_sub_unit(unit, "BEDR", Some(BAMBLE));
        }
        world.remove(gone, "2025-01-01", true);
        world.remove(removed, "2025-01-01", false);
        world.add_sub_unit(lonely, "BEDR", Some(&numbers(1)[0]));
    });
    for unit in UNITS {
        report(&world, unit);
    }
    world.poll_all().await;
    assert_eq!(looked_up(&world, unknown), Some(LookedUp::Unknown));
    assert!(matches!(looked_up(&world, a), Some(LookedUp::Unclear { reason }) if reason.contains("comes back")));
    let on = Some(jiff::civil::date(2025, 1, 1));
    assert_eq!(looked_up(&world, gone), Some(LookedUp::Removed { on }));
    assert_eq!(looked_up(&world, removed), Some(LookedUp::Removed { on }));
    let asked = steps(&simulator);
    world.hand.advance(Duration::from_hours(23));
    world.gateway().look_up().await;
    assert_eq!(steps(&simulator), asked, "within a day nobody is asked again");
    simulator.change(|world| world.add_sub_unit(unknown, "BEDR", Some(BAMBLE)));
    world.hand.advance(Duration::from_hours(2));
    world.gateway().look_up().await;
    assert!(matches!(
        looked_up(&world, unknown),
        Some(LookedUp::Municipality { .. })
    ));
}

#[tokio::test]
async fn no_more_than_sixty_steps_are_taken_in_a_minute() {
    let (simulator, world) = heard_registers().await;
    for unit in numbers(80) {
        report(&world, &unit);
    }
    world.poll_all().await;
    world.gateway().look_up().await;
    let first = steps(&simulator);
    assert!((30..=60).contains(&first), "{first}");
    world.hand.advance(Duration::from_secs(59));
    world.gateway().look_up().await;
    assert!(steps(&simulator) <= 60);
    for _ in 0..8 {
        world.hand.advance(Duration::from_mins(1));
        world.gateway().look_up().await;
    }
    assert_eq!(steps(&simulator), 160, "each was asked of both lists, once");
}
