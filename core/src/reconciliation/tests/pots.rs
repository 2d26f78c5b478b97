//! Promise: a pot that is known and does not add up is found, to the øre; one of which something is not known is not.

use programgrant_schema::{AwardStatus, Figure, Ore};

use super::world::{SILJAN, Told, World, codes, kroner, ore};
use crate::ledger::CaseKind::{PotDifference, UnresolvedRecipient};
use crate::ledger::CaseState;
use crate::ledger::rules::ReasonCode::{AmountUnknown, PotDiffers};

const SCHEMES: [&str; 5] = ["231.63", "231.66", "621.63", "765.60-children", "846-los"];

/// Shares of 100 000 kr each in Bamble's pot of 2021, 500 000 kr in all, and what is awarded and paid of it.
fn pot(awarded: Ore, paid: Figure) -> World {
    let mut world = World::new();
    for scheme in SCHEMES {
        world.tell(share(scheme));
    }
    world.tell(Told::pot(awarded, paid));
    world
}

fn share(scheme: &str) -> Told {
    let told = Told::of(scheme, 2021).status(AwardStatus::InProgramme);
    told.but(|award| (award.granted, award.paid) = (Figure::Stated(kroner(100_000)), Figure::NotApplicable))
}

#[test]
fn what_is_above_the_shares_is_held_back_or_paid_back() {
    let over = |ore: i64| Ore::new(50_000_000 + ore).expect("in range");
    let rows: Vec<(&str, World, (i64, i64))> = vec![
        (
            "one øre too much, not paid",
            pot(over(1), Figure::Stated(Ore::ZERO)),
            (1, 0),
        ),
        (
            "too much, all paid",
            pot(over(700), Figure::Stated(over(700))),
            (0, 700),
        ),
        (
            "too much, partly paid",
            pot(over(700), Figure::Stated(over(200))),
            (500, 200),
        ),
        (
            "too much, the shares paid",
            pot(over(700), Figure::Stated(over(0))),
            (700, 0),
        ),
        ("too little", pot(over(-1), Figure::Stated(over(-1))), (0, 0)),
        ("enough, and more paid", pot(over(0), Figure::Stated(over(3))), (0, 3)),
    ];
    for (name, world, (hold, back)) in rows {
        let finding = world.the(PotDifference);
        assert_eq!(
            (finding.to_hold_back.get(), finding.to_pay_back.get(), codes(&finding)),
            (hold, back, vec![PotDiffers]),
            "{name}"
        );
        assert_eq!(
            (finding.subject.as_str(), finding.year),
            ("0-24-pilot/kommune-0814/2021", 2021),
            "{name}"
        );
        assert_eq!(finding.awards, ["udir:pot"], "{name}");
    }
    let finding = pot(over(700), Figure::NotDelivered).the(PotDifference);
    assert_eq!(
        (finding.to_hold_back.get(), finding.to_pay_back.get(), codes(&finding)),
        (700, 0, vec![PotDiffers, AmountUnknown])
    );
    let finding = pot(ore(49_999_950), Figure::Stated(Ore::ZERO)).the(PotDifference);
    assert!(
        finding.reasons[0]
            .message
            .ends_with("499\u{a0}999,50\u{a0}kr er tildelt på 226.64: 0,50\u{a0}kr for lite."),
        "{:?}",
        finding.reasons
    );
    assert_eq!(
        finding.reasons[0].rule.as_ref().map(|rule| rule.id.as_str()),
        Some("no-municipality-worse-off")
    );
}

#[test]
fn a_pot_that_adds_up_or_is_not_known_is_no_case() {
    assert_eq!(pot(kroner(500_000), Figure::Stated(kroner(500_000))).kinds(), []);
    let mut one_share_missing = pot(kroner(500_000), Figure::Stated(Ore::ZERO));
    one_share_missing.tell(share("846-los").but(|award| award.granted = Figure::NotDelivered));
    assert_eq!(one_share_missing.kinds(), [], "unknown is no difference");
    let mut nobody_says_how_much = pot(kroner(1), Figure::Stated(Ore::ZERO));
    nobody_says_how_much
        .tell(Told::pot(kroner(1), Figure::Stated(Ore::ZERO)).but(|award| award.granted = Figure::NotDelivered));
    assert_eq!(nobody_says_how_much.kinds(), []);
    assert_eq!(World::new().kinds(), [], "nothing was heard");
}

#[test]
fn a_pot_of_which_a_whole_source_says_nothing_holds_nothing() {
    let mut world = pot(kroner(500_000), Figure::Stated(Ore::ZERO));
    world.tell(share("231.63").to(SILJAN).key("siljan"));
    let finding = world.the(PotDifference);
    assert_eq!(
        (
            finding.municipality.map(|id| id.to_string()).as_deref(),
            finding.awards.len()
        ),
        (Some("kommune-0811"), 0)
    );
    assert_eq!((finding.to_hold_back, finding.to_pay_back), (Ore::ZERO, Ore::ZERO));
}

#[test]
fn a_pot_paid_to_nobody_known_is_a_case_of_its_own() {
    let mut world = pot(kroner(500_000), Figure::Stated(Ore::ZERO));
    world.tell(
        Told::pot(kroner(70_000), Figure::Stated(kroner(20_000)))
            .to("310000043")
            .key("pot-2"),
    );
    assert_eq!(world.the(UnresolvedRecipient).to_hold_back, kroner(50_000));
}

#[test]
fn a_decided_pot_is_not_opened_again_because_its_award_has_another_id() {
    for (state, expected) in [(CaseState::Open, 1), (CaseState::Dismissed, 0), (CaseState::Settled, 0)] {
        let (awarded, paid) = (kroner(500_007), Figure::Stated(kroner(500_007)));
        let mut world = pot(awarded, paid);
        world.open_cases(state);
        world.vanish("pot", 2);
        world.tell_in(2, Told::pot(awarded, paid).key("pot-2"));
        assert_eq!(world.the(PotDifference).awards, ["udir:pot-2"]);
        assert_eq!(world.news().len(), expected, "{state:?}");
    }
}
