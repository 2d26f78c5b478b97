//! Promise: a case changes when a system says something else, and never because it says nothing; a decided case is not disturbed
//! because less is left of it.

use jiff::civil::date;
use programgrant_schema::{AwardStatus, Figure, Ore, TargetGroup};

use super::world::{BAMBLE, OSLO, Told, World, codes, kroner, news};
use crate::ledger::CaseKind::{
    ApplicationFromParticipant, AwardToParticipant, AwardWithoutClaim, OverlappingPeriod, UnresolvedRecipient,
};
use crate::ledger::rules::ReasonCode::{FindingEnded, InProgramme};
use crate::ledger::{CaseState, ClaimState, Finding};
use crate::systems;

/// The world once the first report has become cases and the second has come.
fn changed(first: Told, second: Told) -> World {
    let mut world = World::of(first);
    world.open_cases(CaseState::Open);
    world.tell(second);
    world
}

fn ended(finding: &Finding) -> bool {
    codes(finding) == [FindingEnded] && (finding.to_hold_back, finding.to_pay_back) == (Ore::ZERO, Ore::ZERO)
}

#[test]
fn what_a_system_takes_back_stays_a_case_of_nothing() {
    let base = || Told::of("231.63", 2021).but(|award| award.paid = Figure::Stated(Ore::ZERO));
    for status in [
        AwardStatus::Refused,
        AwardStatus::Withdrawn,
        AwardStatus::Dismissed,
        AwardStatus::InProgramme,
    ] {
        let finding = changed(base(), base().status(status)).the(AwardToParticipant);
        assert!(ended(&finding), "{status:?}: {finding:?}");
        assert_eq!(finding.awards, ["udir:231.63-2021"]);
    }
    let adults = || Told::of("621.63", 2021).but(|award| award.target_group = Some(TargetGroup::Adults));
    assert!(ended(
        &changed(Told::of("621.63", 2021), adults()).the(AwardToParticipant)
    ));
    assert!(ended(
        &changed(
            base().status(AwardStatus::Applied),
            base().status(AwardStatus::Withdrawn)
        )
        .the(ApplicationFromParticipant)
    ));
    assert!(ended(
        &changed(base().to("310000043"), base().to(OSLO)).the(UnresolvedRecipient)
    ));
}

#[test]
fn money_that_is_out_stays_to_be_paid_back_whatever_it_is_called() {
    let finding = changed(
        Told::of("231.63", 2021),
        Told::of("231.63", 2021).status(AwardStatus::Withdrawn),
    )
    .the(AwardToParticipant);
    assert_eq!(
        (finding.to_hold_back.get(), finding.to_pay_back.get(), codes(&finding)),
        (0, 20_000_050, vec![FindingEnded])
    );
}

#[test]
fn another_kind_is_another_case_beside_the_first() {
    let base = || Told::of("231.63", 2021);
    let world = changed(base().status(AwardStatus::Applied), base());
    assert!(ended(&world.the(ApplicationFromParticipant)));
    assert_eq!(codes(&world.the(AwardToParticipant)), [InProgramme]);
    let world = changed(base().to("310000043"), base().to(BAMBLE));
    assert_eq!(
        world.the(UnresolvedRecipient).municipality,
        world.the(AwardToParticipant).municipality
    );
    let before = || Told::of("231.63", 2019).but(|award| award.use_until = Some(date(2020, 6, 30)));
    let world = changed(before(), before().but(|award| award.use_from = Some(date(2020, 1, 1))));
    assert!(ended(&world.the(OverlappingPeriod)));
    assert_eq!(world.kinds().len(), 2);
}

#[test]
fn a_claim_that_comes_late_is_said_and_closes_nothing() {
    let told = || Told::of("231.63", 2021).to(OSLO);
    let mut world = World::of(told()).requires_claims(systems::UDIR);
    world.open_cases(CaseState::Open);
    world.claims = vec![told().claim(ClaimState::Confirmed)];
    let finding = world.the(AwardWithoutClaim);
    assert!(ended(&finding));
    assert_eq!(finding.claim, Some(world.claims[0].id.clone()));
}

#[test]
fn silence_changes_nothing() {
    let mut world = World::of(Told::of("231.63", 2021));
    world.open_cases(CaseState::Open);
    let mut empty = World::new();
    empty.known.clone_from(&world.known);
    assert_eq!(empty.findings(), [], "never heard of");
    for state in [CaseState::Dismissed, CaseState::Settled] {
        let mut world = changed(
            Told::of("231.63", 2021),
            Told::of("231.63", 2021).status(AwardStatus::Refused),
        );
        world.known.iter_mut().for_each(|case| case.state = state);
        assert_eq!(world.findings(), [], "{state:?}");
    }
}

#[test]
fn only_what_is_new_is_news() {
    let base = || Told::of("231.63", 2021);
    let paid = |kroner_paid| base().but(|award| award.paid = Figure::Stated(kroner(kroner_paid)));
    let count = |state, first: Told, second: Told| {
        let mut world = World::of(first);
        world.open_cases(state);
        world.tell(second);
        world.news().len()
    };
    let world = World::of(base());
    assert_eq!(news(world.findings(), &[]).len(), 1, "never told");
    for state in [
        CaseState::Open,
        CaseState::Confirmed,
        CaseState::Dismissed,
        CaseState::Settled,
    ] {
        assert_eq!(count(state, base(), base()), 0, "the same again, {state:?}");
        assert_eq!(count(state, paid(100_000), paid(300_000)), 1, "more is paid, {state:?}");
    }
    let less = || base().but(|award| award.granted = Figure::Stated(kroner(300_000)));
    assert_eq!(count(CaseState::Open, base(), less()), 1);
    assert_eq!(
        count(CaseState::Settled, base(), less()),
        0,
        "less is left of what was settled"
    );
    let unclear = || Told::of("621.63", 2021);
    let clear = || unclear().but(|award| award.target_group = Some(TargetGroup::ChildrenAndYoung));
    assert_eq!(count(CaseState::Dismissed, unclear(), clear()), 1, "another ground");
    let mut told = changed(base(), base().status(AwardStatus::Refused));
    told.open_cases(CaseState::Open);
    assert_eq!(told.news(), [], "an ended case is told once");
}
