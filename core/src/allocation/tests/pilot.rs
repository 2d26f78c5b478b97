//! Promise: the example allocates the pilot's frames to the øre among its twelve, and without the counts that nobody publishes it says that it
//! does not know.

use jiff::civil::date;
use programgrant_schema::{ALLOCATION_EXAMPLE, MunicipalityId, Observation, Ore, OrganisationNumber};

use crate::allocation::{Allocation, AllocationFile, AllocationPlan, Reached, allocate, prepare};
use crate::indicators::Indicators;
use crate::reference::Reference;

fn plan(year: i16, indicators: &Indicators) -> AllocationPlan {
    let file = AllocationFile::parse(ALLOCATION_EXAMPLE.0, ALLOCATION_EXAMPLE.1).expect("sound");
    let reference = Reference::built_in().expect("sound");
    let reference = reference.on(date(year, 1, 1), &reference.registered).expect("sound");
    let programme = reference.programmes.iter().next().expect("the pilot");
    let receiver = |municipality: MunicipalityId| {
        let number = reference
            .register
            .get(municipality)
            .and_then(|known| known.organisation_number);
        (number.expect("a number"), municipality)
    };
    let receivers: Vec<(OrganisationNumber, MunicipalityId)> = programme
        .participations
        .iter()
        .map(|part| receiver(part.municipality))
        .collect();
    prepare(&file, year, &receivers, indicators, &reference.register).expect("ready")
}

fn of(year: i16) -> Allocation {
    allocate(&plan(year, &Indicators::built_in().expect("sound"))).expect("allocated")
}

#[test]
fn the_frames_are_shared_to_the_ore() {
    for (year, kroner) in [(2020, 39_300_000), (2021, 40_500_000), (2022, 41_600_000)] {
        let allocation = of(year);
        assert_eq!(allocation.receivers.len(), 12);
        assert_eq!(allocation.total(), Ore::from_kroner(kroner), "{year}");
        let wholes: Option<Vec<Ore>> = allocation.schemes.iter().map(|scheme| scheme.whole).collect();
        assert_eq!(
            Ore::checked_sum(wholes.expect("known")),
            Ore::from_kroner(kroner),
            "{year}"
        );
    }
}

#[test]
fn every_cell_that_can_be_read_was_read() {
    let indicators = Indicators::built_in().expect("sound");
    assert_eq!(indicators.bad_rows, []);
}

#[test]
fn who_merged_has_the_children_of_all_its_parts() {
    let plan = plan(2020, &Indicators::built_in().expect("sound"));
    let namsos = "942875967".parse().expect("a number");
    let get = |indicator: &str| plan.indicators.get(&indicator.parse().expect("a key"), namsos);
    // Namsos, Namdalseid and Fosnes on 15 December 2019.
    assert_eq!(get("minority_children"), Observation::Value(86.into()));
}

#[test]
fn without_counts_that_nobody_publishes_nothing_is_told() {
    let mut indicators = Indicators::built_in().expect("sound");
    let made_up = |described: &crate::indicators::IndicatorDescription| described.made_up;
    let unknown: Vec<_> = indicators
        .described
        .values()
        .filter(|(one, _)| made_up(one))
        .cloned()
        .collect();
    assert_eq!(unknown.len(), 3);
    indicators
        .table
        .forget(|indicator| unknown.iter().any(|(one, _)| one.id == *indicator));
    let allocation = allocate(&plan(2021, &indicators)).expect("allocated");
    assert_eq!(allocation.total(), None);
    let rates = allocation.schemes[0].rates.as_ref().expect("rates");
    assert!(rates.iter().all(|rate| rate.reached == Reached::Unknown));
}
