//! Promise: a share that is not what the allocation in force gives is found, to the øre and with both amounts; one that is not known is not, and
//! what agrees again says so.

use jiff::Timestamp;
use programgrant_schema::{AwardStatus, Figure, Ore, SchemeId};

use super::world::{BAMBLE, SILJAN, Told, World, case, codes, kroner, ore};
use crate::allocation::{AllocationBasis, KeptAmount};
use crate::journal::{Act, Acts, AllocationState, AllocationVersion, Decision, JournalId, JournalRecord, KeptBasis};
use crate::ledger::CaseKind::AllocationDifference;
use crate::ledger::CaseState;
use crate::ledger::rules::ReasonCode::{AllocationDiffers, FindingEnded};
use crate::principal::Principal;

const SCHEME: &str = "621.63";

/// A version of 2021 that gives a municipality so much of the scheme.
fn version(world: &mut World, number: u32, state: AllocationState, parts: &[(&str, Ore)]) {
    let by = Principal {
        organisation: "970018131".parse().expect("a number"),
        subject: "system".to_owned(),
    };
    let at = Timestamp::UNIX_EPOCH;
    let act = Act {
        by: by.clone(),
        function: None,
        at,
        command: number.to_string(),
        hash: String::new(),
    };
    let basis = JournalId::new(format!("grunnlag-{number}"));
    let part = |(organisation, amount): &(&str, Ore)| KeptAmount {
        scheme: Some(SchemeId::new(SCHEME)),
        organisation: organisation.parse().expect("a number"),
        amount: Some(*amount),
    };
    world.journal.put(JournalRecord::Basis(Box::new(KeptBasis {
        id: basis.clone(),
        programme: "0-24-pilot".to_owned(),
        basis: AllocationBasis {
            year: 2021,
            plan: String::new(),
            receivers: Vec::new(),
            indicators: Vec::new(),
            amounts: parts.iter().map(part).collect(),
        },
    })));
    world.journal.put(JournalRecord::Allocation(Box::new(AllocationVersion {
        id: JournalId::new(format!("fordeling-{number}")),
        programme: "0-24-pilot".to_owned(),
        year: 2021,
        number,
        basis,
        state,
        reason: "r".to_owned(),
        corrects: None,
        consultation_until: None,
        decision: Some(Decision {
            by,
            at,
            reference: format!("21/{number}"),
        }),
        acts: Acts::begun(act),
        changed_at: at,
    })));
}

fn share(amount: Ore) -> Told {
    let told = Told::of(SCHEME, 2021).status(AwardStatus::InProgramme);
    told.but(|award| (award.granted, award.paid) = (Figure::Stated(amount), Figure::NotApplicable))
}

/// Decided 100 000 kr, and so much is reported.
fn world(reported: Ore) -> World {
    let mut world = World::new();
    world.tell(share(reported));
    version(&mut world, 1, AllocationState::Decided, &[(BAMBLE, kroner(100_000))]);
    world
}

#[test]
fn a_difference_of_one_ore_is_found_with_both_amounts_and_who_says_them() {
    for (reported, said) in [
        (
            ore(10_000_001),
            "(NAV) melder 100\u{a0}000,01\u{a0}kr: 0,01\u{a0}kr for mye.",
        ),
        (
            kroner(60_000),
            "(NAV) melder 60\u{a0}000\u{a0}kr: 40\u{a0}000\u{a0}kr for lite.",
        ),
    ] {
        let finding = world(reported).the(AllocationDifference);
        assert_eq!(codes(&finding), [AllocationDiffers]);
        assert_eq!(finding.subject, "0-24-pilot/kommune-0814/2021/621.63");
        assert_eq!(finding.awards.len(), 1);
        assert_eq!((finding.to_hold_back, finding.to_pay_back), (Ore::ZERO, Ore::ZERO));
        let message = &finding.reasons[0].message;
        let decided = "Vedtatt fordeling for 2021, versjon 1 (21/1), gir 100\u{a0}000\u{a0}kr av 621.63, ";
        assert!(message.starts_with(decided) && message.ends_with(said), "{message}");
    }
    assert_eq!(world(kroner(100_000)).kinds(), [], "they agree");
}

#[test]
fn what_a_whole_system_does_not_report_is_nothing_and_what_is_not_delivered_is_no_difference() {
    let mut silent = World::new();
    version(&mut silent, 1, AllocationState::Decided, &[(BAMBLE, kroner(100_000))]);
    assert_eq!(silent.kinds(), [], "the system has delivered no shares of that year");
    let mut of_another = world(kroner(100_000));
    version(
        &mut of_another,
        1,
        AllocationState::Decided,
        &[(BAMBLE, kroner(100_000)), (SILJAN, kroner(7))],
    );
    let finding = of_another.the(AllocationDifference);
    assert!(
        finding.reasons[0]
            .message
            .ends_with("(NAV) melder ingen andel: 7\u{a0}kr for lite.")
    );
    assert_eq!(finding.awards, Vec::<String>::new());
    version(
        &mut of_another,
        1,
        AllocationState::Decided,
        &[(BAMBLE, kroner(100_000)), (SILJAN, Ore::ZERO)],
    );
    assert_eq!(of_another.kinds(), [], "nothing was decided and nothing is reported");
    let mut unknown = world(kroner(1));
    unknown.tell(share(kroner(1)).but(|award| award.granted = Figure::NotDelivered));
    assert_eq!(unknown.kinds(), []);
}

#[test]
fn the_version_in_force_counts_alone() {
    for state in [
        AllocationState::Draft,
        AllocationState::Proposed,
        AllocationState::Corrected,
        AllocationState::Withdrawn,
    ] {
        let mut world = world(kroner(100_000));
        version(&mut world, 2, state, &[(BAMBLE, kroner(1))]);
        assert_eq!(world.kinds(), [], "{state:?}");
    }
}

#[test]
fn what_agrees_again_says_so_and_another_difference_is_news() {
    for state in [CaseState::Open, CaseState::Confirmed] {
        let mut world = world(kroner(60_000));
        world.open_cases(state);
        assert_eq!(world.news(), [], "told already");
        world.tell(share(kroner(70_000)));
        assert_eq!(world.news().len(), 1, "another amount");
        // Unknown closes nothing.
        world.tell(share(kroner(1)).but(|award| award.granted = Figure::NotDelivered));
        assert_eq!(world.news(), []);
        version(&mut world, 1, AllocationState::Corrected, &[(BAMBLE, kroner(100_000))]);
        version(&mut world, 2, AllocationState::Decided, &[(BAMBLE, kroner(70_000))]);
        world.tell(share(kroner(70_000)));
        let ended = world.news();
        assert_eq!(ended.iter().map(codes).collect::<Vec<_>>(), [[FindingEnded]]);
        world.known = vec![case(ended[0].clone(), state)];
        assert_eq!(world.news(), [], "once");
    }
    let mut settled = world(kroner(60_000));
    settled.open_cases(CaseState::Settled);
    assert_eq!(settled.news(), []);
    settled.tell(share(kroner(50_000)));
    assert_eq!(settled.news().len(), 1, "what was settled was another difference");
}
