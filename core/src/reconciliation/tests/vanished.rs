//! Promise: what its source no longer lists is no ground for a new case and frees nothing; only where a living record states the same
//! anew is the old finding over, and the living one has the case.

use programgrant_schema::{AwardStatus, Figure, Ore};

use super::world::{BAMBLE, OSLO, SILJAN, Told, World, codes, findings, kroner, news};
use crate::ledger::rules::ReasonCode::{FindingEnded, InProgramme, NoLongerListed};
use crate::ledger::{CaseId, CaseKind, CaseState, ClaimState, Finding};
use crate::systems;

fn told(key: &str) -> Told {
    Told::of("231.63", 2021).key(key)
}

/// `u-1`, with its case.
fn known(state: CaseState) -> World {
    let mut world = World::of(told("u-1"));
    world.open_cases(state);
    world
}

fn of<'f>(found: &'f [Finding], key: &str) -> Option<&'f Finding> {
    found.iter().find(|finding| finding.subject == format!("udir:{key}"))
}

/// What is found of it: its grounds and what stands to be paid back.
fn about(world: &World, key: &str) -> Option<(Vec<crate::ledger::rules::ReasonCode>, Ore)> {
    of(&world.findings(), key).map(|finding| (codes(finding), finding.to_pay_back))
}

const PAID: i64 = 20_000_050;

#[test]
fn what_vanished_before_it_had_a_case_gets_none() {
    let mut world = World::of(told("u-1"));
    world.vanish("u-1", 2);
    assert_eq!(world.findings(), []);
}

#[test]
fn what_merely_vanished_keeps_its_case_which_says_so_once() {
    for state in [CaseState::Open, CaseState::Confirmed] {
        let mut world = known(state);
        world.vanish("u-1", 2);
        let found = world.findings();
        let finding = of(&found, "u-1").expect("it stands");
        assert_eq!(
            (codes(finding), finding.to_pay_back.get(), finding.to_hold_back.get()),
            (vec![InProgramme, NoLongerListed], PAID, 29_999_950)
        );
        assert_eq!(news(found.clone(), &world.known).len(), 1);
        world.known[0].finding = finding.clone();
        assert_eq!(world.news(), []);
        // It comes back, and the case is as it was.
        world.tell_in(3, told("u-1"));
        assert_eq!(
            about(&world, "u-1").map(|(grounds, _)| grounds),
            Some(vec![InProgramme])
        );
    }
    for state in [CaseState::Dismissed, CaseState::Settled] {
        let mut world = known(state);
        world.vanish("u-1", 2);
        assert_eq!(world.findings(), [], "{state:?}");
    }
}

#[test]
fn the_same_stated_anew_ends_the_old_finding_along_the_whole_chain() {
    let mut world = known(CaseState::Open);
    for generation in 2..=3 {
        world.vanish(&format!("u-{}", generation - 1), generation);
        world.tell_in(generation, told(&format!("u-{generation}")));
    }
    assert_eq!(about(&world, "u-1"), Some((vec![FindingEnded], Ore::ZERO)));
    assert_eq!(about(&world, "u-2"), None, "it never had a case");
    assert_eq!(
        about(&world, "u-3"),
        Some((vec![InProgramme], Ore::new(PAID).expect("in range")))
    );
    let found = world.findings();
    let message = &of(&found, "u-1").expect("told").reasons[0].message;
    assert!(message.contains("udir:u-3"), "{message}");
    // The last of the chain vanishes, too: what was found of the first stands.
    world.vanish("u-3", 4);
    assert_eq!(
        about(&world, "u-1").map(|(grounds, _)| grounds),
        Some(vec![InProgramme, NoLongerListed])
    );
    // And the first comes back.
    world.tell_in(5, told("u-1"));
    assert_eq!(
        about(&world, "u-1").map(|(grounds, _)| grounds),
        Some(vec![InProgramme])
    );
}

#[test]
fn what_differs_or_was_there_before_is_not_the_same_anew() {
    let base = || told("u-2");
    let rows: Vec<(&str, Told, u64)> = vec![
        ("another status", base().status(AwardStatus::Paid), 2),
        ("another recipient", base().to(SILJAN), 2),
        ("nobody's", base().to(OSLO), 2),
        ("another year", base().but(|award| award.year = 2022), 2),
        ("another post", Told::of("231.66", 2021).key("u-2"), 2),
        ("listed beside it before", base(), 1),
    ];
    for (name, other, generation) in rows {
        let mut world = known(CaseState::Open);
        world.tell_in(generation, other);
        world.vanish("u-1", 2);
        assert_eq!(
            about(&world, "u-1").map(|(grounds, _)| grounds),
            Some(vec![InProgramme, NoLongerListed]),
            "{name}"
        );
    }
    let mut world = known(CaseState::Open);
    world.vanish("u-1", 2);
    world.tell_in(2, base().but(|award| award.granted = Figure::Stated(kroner(600_000))));
    assert_eq!(
        about(&world, "u-1"),
        Some((vec![FindingEnded], Ore::ZERO)),
        "another amount is another figure of the same"
    );
}

#[test]
fn one_living_record_takes_the_place_of_one() {
    let mut world = World::of(told("u-1"));
    world.tell(told("u-2").but(|award| award.paid = Figure::Stated(kroner(7))));
    world.open_cases(CaseState::Open);
    world.vanish("u-1", 2);
    world.vanish("u-2", 2);
    world.tell_in(2, told("u-3").but(|award| award.paid = Figure::Stated(kroner(7))));
    assert_eq!(
        about(&world, "u-2"),
        Some((vec![FindingEnded], Ore::ZERO)),
        "of the same amounts"
    );
    assert_eq!(
        about(&world, "u-1").map(|(grounds, _)| grounds),
        Some(vec![InProgramme, NoLongerListed])
    );
    world.tell_in(2, told("u-4"));
    assert_eq!(about(&world, "u-1"), Some((vec![FindingEnded], Ore::ZERO)));
    // Two that come where one went are two.
    assert_eq!(
        (
            about(&world, "u-3").map(|found| found.0),
            about(&world, "u-4").map(|found| found.0)
        ),
        (Some(vec![InProgramme]), Some(vec![InProgramme]))
    );
}

#[test]
fn the_first_comes_back_while_the_second_lives() {
    let mut world = known(CaseState::Open);
    world.vanish("u-1", 2);
    world.tell_in(2, told("u-2"));
    world.tell_in(3, told("u-1"));
    let paid = |key: &str| about(&world, key).map(|(_, paid)| paid.get());
    assert_eq!(
        (paid("u-1"), paid("u-2")),
        (Some(PAID), Some(PAID)),
        "the source lists both"
    );
    world.vanish("u-2", 4);
    assert!(
        world.findings().iter().all(|finding| finding.subject != "udir:u-2"),
        "listed beside it, the first does not state it anew"
    );
}

#[test]
fn an_unresolved_recipient_is_the_same_to_the_letter() {
    let nobody = |key: &str| told(key).to("310000043");
    let mut world = World::of(nobody("u-1"));
    world.open_cases(CaseState::Open);
    world.vanish("u-1", 2);
    world.tell_in(2, nobody("u-2"));
    assert_eq!(
        about(&world, "u-1").map(|(grounds, _)| grounds),
        Some(vec![FindingEnded])
    );
    let mut world = World::of(nobody("u-1"));
    world.open_cases(CaseState::Open);
    world.vanish("u-1", 2);
    world.tell_in(2, told("u-2").to(BAMBLE));
    assert_ne!(
        about(&world, "u-1").map(|(grounds, _)| grounds),
        Some(vec![FindingEnded]),
        "nobody can say that it is the same"
    );
}

#[test]
fn a_claim_goes_on_behind_the_new_id() {
    let mut world = World::of(told("u-1").to(OSLO)).requires_claims(systems::UDIR);
    world.claims = vec![told("u-1").to(OSLO).claim(ClaimState::Confirmed)];
    assert_eq!(world.findings(), []);
    world.vanish("u-1", 2);
    world.tell_in(
        2,
        told("u-2")
            .to(OSLO)
            .but(|award| award.granted = Figure::Stated(kroner(500_001))),
    );
    let found = world.findings();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        (found[0].kind, found[0].to_hold_back, found[0].claim.as_ref()),
        (CaseKind::AwardWithoutClaim, kroner(1), Some(&world.claims[0].id))
    );
    // One that merely vanished keeps the claim: nothing else may use it.
    let mut world = World::of(told("u-1").to(OSLO)).requires_claims(systems::UDIR);
    world.claims = vec![told("u-1").to(OSLO).claim(ClaimState::Confirmed)];
    world.tell(told("u-2").to(OSLO));
    world.vanish("u-1", 2);
    let view = world.view();
    let found = findings(
        world.facts(&view),
        &world.claims,
        &[],
        (&world.journal, &world.settings),
    );
    assert_eq!(
        found.iter().map(Finding::case).collect::<Vec<_>>(),
        [CaseId::of(CaseKind::AwardWithoutClaim, "udir:u-2")]
    );
}
