//! Promise: an award that two sources report is one award and counts once; the first source that the scheme names states its figures, and
//! where the sources state them differently a person is told and no sum counts them. What either says stands against an application.

use programgrant_schema::{AwardStatus, Figure, MunicipalityId, PILOT, SchemeId};

use super::world::{OSLO, Told, World, codes, kroner};
use crate::evidence::Evidence;
use crate::ledger::rules::{Application, ReasonCode, Recipient, Subject};
use crate::ledger::{CaseKind, CaseState, ClaimState};
use crate::programme::Grant;
use crate::systems::{BUFDIR, NAV};
use crate::view::{Award, View};

/// NAV's scheme is heard from NAV and from another body's system.
fn world() -> World {
    World::with_programme(
        &PILOT
            .1
            .replacen("system = \"nav\"", "system = [\"nav\", \"bufdir\"]", 1),
    )
}

fn by_nav() -> Told {
    Told::of("621.63", 2021).key("7").to(OSLO)
}

fn by_other() -> Told {
    let mut told = by_nav();
    told.source = BUFDIR;
    told
}

fn with(told: impl IntoIterator<Item = Told>) -> World {
    let mut world = world();
    for told in told {
        world.tell(told);
    }
    world
}

/// The id, who else reports it, and what was granted and paid as sums count it.
fn seen(view: &View) -> Vec<(&str, Vec<&str>, Figure, Figure)> {
    let other = |award: Award<'_>| -> (Figure, Figure) { (award.granted_in_sums(), award.paid_in_sums()) };
    let award = |award| {
        let (granted, paid) = other(award);
        let others = award.others().map(Award::id).collect();
        (award.id(), others, granted, paid)
    };
    view.awards().map(award).collect()
}

fn stated(amount: i64) -> Figure {
    Figure::Stated(kroner(amount))
}

#[test]
fn the_same_award_is_one_whose_figures_the_first_source_states() {
    let world = with([by_nav(), by_other()]);
    let view = world.view();
    let paid = by_nav().award.paid;
    assert_eq!(seen(&view), [("nav:7", vec!["bufdir:7"], stated(500_000), paid)]);
    assert_eq!(view.award("bufdir:7").map(Award::id), Some("nav:7"));
    assert_eq!(world.kinds(), []);
}

#[test]
fn whatever_must_be_equal_and_is_not_makes_two_awards() {
    let reference = |told: Told| told.but(|award| award.award = "8".to_owned());
    for other in [
        reference(by_other()),
        by_other().to(super::world::SILJAN),
        by_other().but(|award| award.year = 2022),
        by_other().but(|award| award.post.post = 64),
        by_other().but(|award| award.activity = Some("LOS".to_owned())),
        by_other().status(AwardStatus::InProgramme),
    ] {
        let world = with([by_nav(), other.clone()]);
        assert_eq!(world.view().awards().count(), 2, "{other:?}");
    }
    let mut gone = with([by_nav(), by_other()]);
    gone.vanish("7", 2);
    assert_eq!(
        gone.view().awards().count(),
        2,
        "what one no longer lists is judged by itself"
    );
    let of_one = with([by_nav(), by_nav().key("8")]);
    assert_eq!(of_one.view().awards().count(), 2);
}

#[test]
fn figures_that_differ_are_a_case_and_in_no_sum() {
    let mut world = with([by_nav(), by_other().but(|award| award.granted = stated(400_000))]);
    let view = world.view();
    let paid = by_nav().award.paid;
    assert_eq!(seen(&view), [("nav:7", vec!["bufdir:7"], Figure::NotDelivered, paid)]);
    let award = view.award("nav:7").expect("known");
    assert_eq!(award.granted(), stated(500_000), "the first source states it");
    let case = world.the(CaseKind::SourcesDisagree);
    assert_eq!(codes(&case), [ReasonCode::SourcesDisagree]);
    assert_eq!(case.awards, ["nav:7"], "whose others stand beside it");
    let message = &case.reasons[0].message;
    for part in ["tildelt", "500\u{a0}000\u{a0}kr", "400\u{a0}000\u{a0}kr", "sak 7"] {
        assert!(message.contains(part), "{message}");
    }
    world.open_cases(CaseState::Open);
    world.tell(by_other());
    assert_eq!(codes(&world.the(CaseKind::SourcesDisagree)), [ReasonCode::FindingEnded]);
}

#[test]
fn a_share_is_counted_once_and_unknown_where_it_is_disputed() {
    let share = |told: Told| told.to(super::world::BAMBLE).status(AwardStatus::InProgramme);
    let pot = |other: Told| {
        let world = with([share(by_nav()), share(other)]);
        let view = world.view();
        let facts = world.facts(&view);
        let programme = world.reference.programmes.get("0-24-pilot").expect("the pilot");
        let bamble = world
            .reference
            .by_organisation(super::world::BAMBLE.parse().expect("a number"));
        let grant = Grant::find(facts, programme, bamble.expect("known"), 2021).expect("takes part");
        grant
            .shares()
            .into_iter()
            .find(|share| share.scheme.id.as_str() == "621.63")
            .map(|share| share.amount)
    };
    assert_eq!(pot(by_other()), Some(stated(500_000)));
    assert_eq!(
        pot(by_other().but(|award| award.granted = stated(1))),
        Some(Figure::NotDelivered)
    );
}

#[test]
fn what_a_list_does_not_have_is_no_contradiction_and_the_next_states_it() {
    let no_paid = by_nav().but(|award| award.paid = Figure::NotApplicable);
    let world = with([no_paid, by_other()]);
    assert_eq!(world.view().award("nav:7").map(Award::paid), Some(by_nav().award.paid));
    let unknown = by_nav().but(|award| award.paid = Figure::NotDelivered);
    let world = with([unknown, by_other()]);
    assert_eq!(world.view().award("nav:7").map(Award::paid), Some(Figure::NotDelivered));
    assert_eq!(world.kinds(), []);
}

#[test]
fn parts_of_one_case_are_compared_as_a_whole() {
    let part = |key: &str, amount: i64| by_nav().key(key).but(|award| award.granted = stated(amount));
    for (amount, kinds) in [(500_000, vec![]), (500_001, vec![CaseKind::SourcesDisagree; 2])] {
        let mut world = with([by_other().but(|award| award.granted = stated(amount))]);
        for told in [part("7a", 200_000), part("7b", 300_000)] {
            let told = told.but(|award| award.paid = Figure::NotApplicable);
            world.tell(told).record.reference = "sak 7".to_owned();
        }
        assert_eq!(world.view().awards().count(), 2);
        assert_eq!(world.kinds(), kinds);
    }
}

/// What stands against the same being awarded to Oslo again.
fn against(world: &World) -> Vec<String> {
    let view = world.view();
    let oslo: MunicipalityId = world
        .reference
        .by_organisation(OSLO.parse().expect("a number"))
        .expect("known");
    let application = Application {
        recipient: Recipient::Municipality(oslo),
        subject: Subject::Scheme(SchemeId::new("621.63")),
        activity: None,
        is_looked_up: false,
        target_group: None,
        year: 2021,
        amount: kroner(1),
        use_from: None,
        use_until: None,
        case_reference: "1".to_owned(),
    };
    let known = Evidence::collect(world.facts(&view), &application, true);
    known.awards.into_iter().map(|award| award.id).collect()
}

#[test]
fn what_the_second_source_alone_calls_awarded_stands_all_the_same() {
    let applied = by_nav().status(AwardStatus::Applied);
    let mut world = with([applied, by_other()]).requires_claims(BUFDIR);
    assert_eq!(against(&world), ["bufdir:7"]);
    assert_eq!(world.the(CaseKind::AwardWithoutClaim).subject, "bufdir:7");
    world.claims.push(by_other().claim(ClaimState::Confirmed));
    assert_eq!(world.kinds(), [], "the claim stands behind it");
    assert_eq!(against(&with([by_nav(), by_other()])), ["nav:7", "bufdir:7"]);
    assert_eq!(NAV.as_str(), "nav");
}
