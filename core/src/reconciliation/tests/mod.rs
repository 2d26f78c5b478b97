//! Promise: what the guard would block or leave to a case officer is found once it is awarded, with its amounts to the øre; what
//! it would clear is not; what becomes known or unknown never closes a case.

mod allocations;
mod changes;
mod claims;
mod compared;
mod pots;
mod same_award;
mod vanished;
mod world;

use jiff::civil::date;
use programgrant_schema::{AwardStatus, Figure, Ore, TargetGroup};
use proptest::prelude::*;
use world::{OSLO, Told, World, codes, kroner, moved, ore};

use crate::ledger::CaseKind::{
    self, ApplicationFromParticipant, AwardToParticipant, OverlappingPeriod, UnresolvedRecipient,
};
use crate::ledger::rules::ReasonCode::{self, AmountUnknown, InProgramme, PeriodOverlaps, ScopeUnclear};
use crate::systems;

type Found = Vec<(CaseKind, Vec<ReasonCode>)>;

/// What is found of one award: its kind and its grounds.
fn found(told: Told) -> Found {
    World::of(told)
        .findings()
        .iter()
        .map(|finding| (finding.kind, codes(finding)))
        .collect()
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases reads best in one piece")]
fn what_a_programme_stands_against_is_found() {
    let group = |told: Told, group| told.but(|award| award.target_group = group);
    let used =
        |told: Told, from, until| told.but(|award| (award.use_from, award.use_until) = (Some(from), Some(until)));
    let against = |code| vec![(AwardToParticipant, vec![code])];
    let rows: Vec<(&str, Told, Found)> = vec![
        ("a rule-based scheme", Told::of("231.63", 2021), against(InProgramme)),
        (
            "paid",
            Told::of("231.66", 2021).status(AwardStatus::Paid),
            against(InProgramme),
        ),
        (
            "repaid",
            Told::of("765.60-children", 2021).status(AwardStatus::Repaid),
            against(InProgramme),
        ),
        ("LOS on 846.62", Told::of("846-los", 2021), against(InProgramme)),
        ("LOS on 846.61", Told::of("846-los", 2022), against(InProgramme)),
        (
            "for the programme's target group",
            group(Told::of("621.63", 2021), Some(TargetGroup::ChildrenAndYoung)),
            against(InProgramme),
        ),
        (
            "for all",
            group(Told::of("621.63", 2021), Some(TargetGroup::All)),
            against(ScopeUnclear),
        ),
        ("for nobody knows whom", Told::of("621.63", 2021), against(ScopeUnclear)),
        (
            "an activity that is not stated",
            Told::of("846-los", 2022).but(|award| award.activity = None),
            against(ScopeUnclear),
        ),
        (
            "the spring after the last vote",
            Told::of("231.63", 2023),
            against(PeriodOverlaps),
        ),
        (
            "spring, stated",
            used(Told::of("765.60-children", 2023), date(2023, 2, 1), date(2023, 6, 30)),
            against(PeriodOverlaps),
        ),
        (
            "from before the participation",
            used(Told::of("231.63", 2019), date(2019, 8, 1), date(2020, 7, 31)),
            vec![(OverlappingPeriod, vec![PeriodOverlaps])],
        ),
        (
            "from before, under a grant that held the scheme too",
            used(Told::of("765.60-joint", 2019), date(2019, 8, 1), date(2021, 7, 31)),
            vec![(OverlappingPeriod, vec![PeriodOverlaps, ScopeUnclear])],
        ),
        (
            "from before, with a period that runs backwards",
            used(Told::of("231.63", 2019), date(2020, 7, 31), date(2019, 8, 1)),
            vec![(OverlappingPeriod, vec![PeriodOverlaps])],
        ),
        (
            "an application",
            Told::of("765.60-children", 2021).status(AwardStatus::Applied),
            vec![(ApplicationFromParticipant, vec![InProgramme])],
        ),
        (
            "an application for nobody knows whom",
            Told::of("621.63", 2021).status(AwardStatus::Applied),
            vec![(ApplicationFromParticipant, vec![ScopeUnclear])],
        ),
    ];
    for (name, told, expected) in rows {
        assert_eq!(found(told), expected, "{name}");
    }
}

#[test]
fn what_is_lawful_is_not_found() {
    let group = |told: Told, group| told.but(|award| award.target_group = Some(group));
    let used =
        |told: Told, from, until| told.but(|award| (award.use_from, award.use_until) = (Some(from), Some(until)));
    let rows: Vec<(&str, Told)> = vec![
        ("no participant", Told::of("231.63", 2021).to(OSLO)),
        ("a year before", Told::of("231.63", 2019)),
        ("a year after", Told::of("231.63", 2024)),
        (
            "the autumn after",
            used(Told::of("765.60-children", 2023), date(2023, 8, 1), date(2023, 12, 31)),
        ),
        ("for adults", group(Told::of("621.63", 2021), TargetGroup::Adults)),
        ("for others", group(Told::of("621.63", 2021), TargetGroup::Other)),
        ("the adults' scheme", Told::of("765.60-adults", 2021)),
        ("another activity on LOS's post", Told::of("846-ferie", 2022)),
        ("before there were two grants", Told::of("765.60-joint", 2019)),
        ("a share", Told::of("231.63", 2021).status(AwardStatus::InProgramme)),
        ("refused", Told::of("231.63", 2021).status(AwardStatus::Refused)),
        (
            "dismissed",
            Told::of("765.60-children", 2021).status(AwardStatus::Dismissed),
        ),
        ("withdrawn", Told::of("231.63", 2021).status(AwardStatus::Withdrawn)),
        (
            "an application for adults",
            group(
                Told::of("621.63", 2021).status(AwardStatus::Applied),
                TargetGroup::Adults,
            ),
        ),
        (
            "an application of nobody's",
            Told::of("765.60-children", 2021).to(OSLO).status(AwardStatus::Applied),
        ),
    ];
    for (name, told) in rows {
        assert_eq!(found(told), [], "{name}");
    }
}

#[test]
fn a_finding_says_whose_award_it_is_and_by_which_rule() {
    let finding = World::of(Told::of("231.63", 2021)).the(AwardToParticipant);
    assert_eq!(
        (finding.subject.as_str(), finding.awards.as_slice()),
        ("udir:231.63-2021", ["udir:231.63-2021".to_owned()].as_slice())
    );
    assert_eq!((finding.programme.as_deref(), finding.year), (Some("0-24-pilot"), 2021));
    assert_eq!(
        finding.municipality.map(|id| id.to_string()).as_deref(),
        Some("kommune-0814")
    );
    assert_eq!(
        finding.scheme.as_ref().map(programgrant_schema::SchemeId::as_str),
        Some("231.63")
    );
    assert_eq!(
        finding.reasons[0].rule.as_ref().map(|rule| rule.id.as_str()),
        Some("no-double-funding")
    );
}

#[test]
fn a_participation_of_its_own_length_has_findings_of_its_own_time() {
    let text = |line: &str| {
        programgrant_schema::PILOT
            .1
            .replace("name = \"Bamble\"\n", &format!("name = \"Bamble\"\n{line}\n"))
    };
    let kinds = |line: &str, year| {
        let mut world = World::with_programme(&text(line));
        world.tell(Told::of("231.63", year));
        world.kinds()
    };
    assert_eq!(kinds("from = 2021-01-01", 2020), []);
    assert_eq!(kinds("from = 2021-01-01", 2021), [AwardToParticipant]);
    assert_eq!(kinds("use_until = 2021-12-31", 2022), []);
    assert_eq!(kinds("annulled = true", 2021), []);
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases reads best in one piece")]
fn amounts_are_exact_to_the_ore() {
    let paid = |told: Told, status, granted, paid, disbursements: &[Ore]| {
        let disbursements = disbursements
            .iter()
            .zip(1..)
            .map(|(amount, month)| moved(month, *amount))
            .collect();
        told.status(status)
            .but(|award| (award.granted, award.paid, award.disbursements) = (granted, paid, disbursements))
    };
    let base = || Told::of("231.63", 2021);
    let (stated, half) = (Figure::Stated(kroner(500_000)), ore(25_000_001));
    let rows: Vec<(&str, Told, (i64, i64), bool)> = vec![
        ("partly paid", base(), (29_999_950, 20_000_050), false),
        (
            "not paid",
            paid(base(), AwardStatus::Granted, stated, Figure::Stated(Ore::ZERO), &[]),
            (50_000_000, 0),
            false,
        ),
        (
            "left open until it is paid",
            paid(base(), AwardStatus::Granted, stated, Figure::NotDelivered, &[]),
            (50_000_000, 0),
            false,
        ),
        (
            "paid, nobody says how much",
            paid(base(), AwardStatus::Paid, stated, Figure::NotDelivered, &[]),
            (50_000_000, 0),
            true,
        ),
        (
            "paid by its instalments",
            paid(base(), AwardStatus::Paid, stated, Figure::NotDelivered, &[half]),
            (24_999_999, 25_000_001),
            false,
        ),
        (
            "paid more than granted",
            paid(base(), AwardStatus::Paid, stated, Figure::Stated(kroner(500_001)), &[]),
            (0, 50_000_100),
            false,
        ),
        (
            "granted, nobody says how much",
            paid(
                base(),
                AwardStatus::Granted,
                Figure::NotDelivered,
                Figure::Stated(half),
                &[],
            ),
            (0, 25_000_001),
            true,
        ),
        (
            "a part went back",
            paid(
                base(),
                AwardStatus::Repaid,
                stated,
                Figure::Stated(kroner(350_000)),
                &[kroner(500_000), kroner(-150_000)],
            ),
            (0, 35_000_000),
            false,
        ),
        (
            "a part went back, and the system still says what was paid",
            paid(
                base(),
                AwardStatus::Repaid,
                stated,
                Figure::Stated(kroner(500_000)),
                &[kroner(500_000), ore(-15_000_001)],
            ),
            (0, 34_999_999),
            false,
        ),
        (
            "all went back",
            paid(
                base(),
                AwardStatus::Repaid,
                stated,
                Figure::Stated(Ore::ZERO),
                &[half, ore(-25_000_001)],
            ),
            (24_999_999, 0),
            false,
        ),
        (
            "more went back than came",
            paid(
                base(),
                AwardStatus::Repaid,
                Figure::NotApplicable,
                Figure::Stated(ore(-1)),
                &[],
            ),
            (0, 0),
            false,
        ),
    ];
    for (name, told, (hold, back), is_doubtful) in rows {
        let finding = World::of(told).the(AwardToParticipant);
        assert_eq!(
            (finding.to_hold_back.get(), finding.to_pay_back.get()),
            (hold, back),
            "{name}"
        );
        assert_eq!(codes(&finding).contains(&AmountUnknown), is_doubtful, "{name}");
    }
    let application = World::of(base().status(AwardStatus::Applied)).the(ApplicationFromParticipant);
    assert_eq!(
        (application.to_hold_back, application.to_pay_back),
        (Ore::ZERO, Ore::ZERO)
    );
}

#[test]
fn a_recipient_that_cannot_be_told_is_a_case_wherever_it_may_be_a_participant() {
    let nobody = |told: Told| told.to("310000043");
    for told in [
        Told::of("231.63", 2021),
        Told::of("846-los", 2021).status(AwardStatus::Paid),
        Told::of("765.60-adults", 2021),
        Told::of("846-inkludering", 2022),
        Told::pot(kroner(1), Figure::Stated(kroner(1))),
    ] {
        let finding = World::of(nobody(told)).the(UnresolvedRecipient);
        assert_eq!(
            (finding.municipality, finding.programme.as_deref()),
            (None, Some("0-24-pilot"))
        );
        assert!(finding.reasons[0].message.contains("310000043"));
    }
    let granted = World::of(nobody(Told::of("231.63", 2021))).the(UnresolvedRecipient);
    assert_eq!(
        (granted.to_hold_back.get(), granted.to_pay_back.get()),
        (29_999_950, 20_000_050)
    );
    let applied = World::of(nobody(Told::of("231.63", 2021)).status(AwardStatus::Applied)).the(UnresolvedRecipient);
    assert_eq!((applied.to_hold_back, applied.to_pay_back), (Ore::ZERO, Ore::ZERO));
    assert_eq!(found(nobody(Told::of("231.63", 2021)).status(AwardStatus::Refused)), []);
    assert_eq!(
        found(nobody(Told::of("231.63", 2021)).status(AwardStatus::InProgramme)),
        []
    );
}

fn any_award() -> impl Strategy<Value = Told> {
    let schemes = [
        "231.63",
        "231.66",
        "621.63",
        "765.60-children",
        "765.60-adults",
        "846-los",
        "846-ferie",
    ];
    let statuses = [
        AwardStatus::Applied,
        AwardStatus::Granted,
        AwardStatus::Paid,
        AwardStatus::Repaid,
        AwardStatus::Refused,
    ];
    let groups = [
        None,
        Some(TargetGroup::ChildrenAndYoung),
        Some(TargetGroup::Adults),
        Some(TargetGroup::All),
    ];
    let recipients = [world::BAMBLE, world::SILJAN, OSLO, "310000043"];
    let picks = (
        prop::sample::select(schemes.to_vec()),
        2020..=2023_i16,
        prop::sample::select(statuses.to_vec()),
        prop::sample::select(groups.to_vec()),
    );
    (picks, prop::sample::select(recipients.to_vec()), 0..40_u32, 0..3_i64).prop_map(
        |((scheme, year, status, group), recipient, key, amount)| {
            let told = Told::of(scheme, year)
                .to(recipient)
                .status(status)
                .key(&format!("{scheme}/{key}"));
            told.but(|award| (award.target_group, award.granted) = (group, Figure::Stated(kroner(100_000 * amount))))
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn one_award_more_takes_no_finding_away(awards in prop::collection::vec(any_award(), 1..8), claimed in prop::collection::vec(0..8_usize, 0..6)) {
        let mut keys = std::collections::BTreeSet::new();
        let mut awards: Vec<Told> = awards.into_iter().filter(|told| keys.insert(told.award.award.clone())).collect();
        let more = awards.pop().expect("at least one");
        let mut world = World::new().requires_claims(systems::UDIR).requires_claims(systems::BUFDIR);
        let claimed = claimed.into_iter().filter_map(|index| awards.get(index).or(Some(&more))).filter(|told| told.award.recipient.organisation_number.as_deref() != Some("310000043"));
        world.claims = claimed.map(|told| told.claim(crate::ledger::ClaimState::Confirmed)).collect();
        world.claims.dedup_by(|a, b| a.id == b.id);
        for (index, claim) in world.claims.iter_mut().enumerate() {
            claim.award_reference = claim.award_reference.take().filter(|_| index % 2 == 0);
        }
        for told in awards {
            world.tell(told);
        }
        let before = world.findings();
        world.tell(more);
        let after = world.findings();
        for finding in before {
            prop_assert!(after.iter().any(|other| other.case() == finding.case() && other.to_hold_back >= finding.to_hold_back && other.to_pay_back == finding.to_pay_back), "{:?}", finding);
        }
    }
}
