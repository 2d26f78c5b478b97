//! Promise: to know less, or to know of more that stands against it, never makes an answer more permissive.

use programgrant_schema::TargetGroup;
use proptest::prelude::*;
use proptest::sample::select;

use super::awards::{award, taken};
use super::*;
use crate::ledger::ClaimState;
use crate::systems;

/// What is handed to the rules besides the request.
#[derive(Debug, Clone)]
struct Ground {
    taken: Vec<Taken>,
    awards: Vec<ReportedAward>,
    knowledge: Knowledge,
}

fn requests() -> impl Strategy<Value = FundingRequest> {
    let recipient = select(vec![
        (Some(BAMBLE), None),
        (None, Some("3813")),
        (Some(BAMBLE), Some("0814")),
        (Some(OSLO), Some("0301")),
        (Some(OSLO), None),
    ]);
    let schemes = [
        "231.63",
        "231.66",
        "621.63",
        "765.60-children",
        "765.60-adults",
        "846-los",
        "846-ferie",
    ];
    let posts = [(846, 61), (846, 62), (854, 61), (621, 63), (765, 60), (231, 63)];
    let subject = prop_oneof![
        select(schemes.to_vec()).prop_map(|id| request().scheme(id)),
        select(posts.to_vec()).prop_map(|(chapter, post)| request().on_post(chapter, post, None)),
    ];
    let activity = select(vec![
        None,
        Some("LOS"),
        Some("FERIE"),
        Some("VOKSNE"),
        Some("BARN_UNGE"),
        Some("prosjekt"),
        Some("annet"),
    ]);
    let target = select(vec![
        None,
        Some(TargetGroup::ChildrenAndYoung),
        Some(TargetGroup::Adults),
        Some(TargetGroup::Other),
        Some(TargetGroup::All),
    ]);
    let parts = (
        subject,
        recipient,
        activity,
        target,
        2018..=2025i32,
        proptest::option::of((1..=12i8, 1..=12i8)),
    );
    parts.prop_map(
        |(request, (organisation, number), activity, target_group, year, period)| {
            let month = |month: i8| Some(jiff::civil::date(i16::try_from(year).expect("a year"), month, 1));
            let (use_from, use_until) = period.map_or((None, None), |(a, b)| (month(a.min(b)), month(a.max(b))));
            FundingRequest {
                organisation_number: organisation.map(str::to_owned),
                municipality_number: number.map(str::to_owned),
                activity: activity.map(str::to_owned),
                target_group,
                year,
                use_from,
                use_until,
                ..request
            }
        },
    )
}

fn awards() -> impl Strategy<Value = ReportedAward> {
    let targets = select(vec![
        None,
        Some(TargetGroup::Adults),
        Some(TargetGroup::ChildrenAndYoung),
    ]);
    let parts = (
        2018..=2025i16,
        0..18i64,
        targets,
        select(vec![None, Some("PROSJEKT")]),
        any::<bool>(),
    );
    parts.prop_map(|(year, length, target_group, activity, is_certain)| {
        let first = jiff::civil::date(year, 6, 1);
        let last = first.saturating_add(jiff::Span::new().months(length));
        let months = Month::of(first)..=Month::of(last);
        ReportedAward {
            months,
            target_group,
            activity: activity.map(str::to_owned),
            is_certain,
            ..award(("2021-01-01", "2021-01-31"))
        }
    })
}

fn doubts() -> impl Strategy<Value = Doubt> {
    let kinds = [
        DoubtKind::Silent,
        DoubtKind::Gap,
        DoubtKind::NotAsked { year: 2021 },
        DoubtKind::Clouded { year: 2021 },
    ];
    select(kinds.to_vec()).prop_map(|kind| Doubt {
        source: systems::NAV,
        kind,
    })
}

fn claims() -> impl Strategy<Value = Taken> {
    select(vec![
        ClaimState::Requested,
        ClaimState::Held,
        ClaimState::Cleared,
        ClaimState::Confirmed,
    ])
    .prop_map(taken)
}

fn grounds() -> impl Strategy<Value = Ground> {
    let lists = (
        prop::collection::vec(claims(), 0..2),
        prop::collection::vec(awards(), 0..3),
        prop::collection::vec(doubts(), 0..2),
    );
    // Most of the time nothing is in doubt, or nothing would ever be clear.
    (lists, prop::bool::weighted(0.9), prop::bool::weighted(0.5)).prop_map(
        |((taken, awards, doubts), is_ledger_in_order, is_quiet)| {
            let (taken, doubts) = if is_quiet {
                (Vec::new(), Vec::new())
            } else {
                (taken, doubts)
            };
            Ground {
                taken,
                awards,
                knowledge: Knowledge {
                    is_ledger_in_order,
                    doubts,
                },
            }
        },
    )
}

/// One step to less knowledge, or to more that stands against it.
#[derive(Debug, Clone)]
enum Step {
    TargetUnstated,
    TargetAll,
    ActivityUnstated,
    FromUnstated,
    UntilUnstated,
    OneNumberLess,
    Award(ReportedAward),
    AwardLess(fn(&mut ReportedAward)),
    Taken(Taken),
    Doubt(Doubt),
    LedgerBehind,
}

fn steps() -> impl Strategy<Value = Step> {
    prop_oneof![
        Just(Step::TargetUnstated),
        Just(Step::TargetAll),
        Just(Step::ActivityUnstated),
        Just(Step::FromUnstated),
        Just(Step::UntilUnstated),
        Just(Step::OneNumberLess),
        awards().prop_map(Step::Award),
        Just(Step::AwardLess(|award| award.target_group = None)),
        Just(Step::AwardLess(|award| award.activity = None)),
        Just(Step::AwardLess(|award| award.is_certain = false)),
        Just(Step::AwardLess(|award| award.has_vanished = true)),
        claims().prop_map(Step::Taken),
        doubts().prop_map(Step::Doubt),
        Just(Step::LedgerBehind),
    ]
}

fn take(step: Step, request: &mut FundingRequest, ground: &mut Ground) {
    match step {
        Step::TargetUnstated => request.target_group = None,
        Step::TargetAll => request.target_group = Some(TargetGroup::All),
        Step::ActivityUnstated => request.activity = None,
        Step::FromUnstated => request.use_from = None,
        Step::UntilUnstated => request.use_until = None,
        Step::OneNumberLess if request.organisation_number.is_some() && request.municipality_number.is_some() => {
            request.organisation_number = None;
        }
        Step::OneNumberLess => {}
        Step::Award(award) => ground.awards.push(award),
        Step::AwardLess(less) => ground.awards.iter_mut().for_each(less),
        Step::Taken(taken) => ground.taken.push(taken),
        Step::Doubt(doubt) => ground.knowledge.doubts.push(doubt),
        Step::LedgerBehind => ground.knowledge.is_ledger_in_order = false,
    }
}

fn permits(reference: &Reference, request: &FundingRequest, ground: &Ground) -> (bool, bool) {
    let application = request.resolved(reference);
    let Ground {
        taken,
        awards,
        knowledge,
    } = ground;
    let question = Question {
        application: &application,
        reference,
        taken,
        awards,
        knowledge,
    };
    (
        judge(&question).outcome.permits(),
        judge_allowed(&question).outcome.permits(),
    )
}

#[test]
fn less_knowledge_never_permits_more() {
    let reference = reference();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(2_000)
    });
    let cases = (requests(), grounds(), prop::collection::vec(steps(), 1..4));
    let result = runner.run(&cases, |(mut request, mut ground, steps)| {
        // A word that fits no scheme, or none in force, contradicts what else is stated: without it there is a doubt less.
        let contradicts =
            request.activity.is_some() && ask_in(&reference, &request).reasons[0].code == ReasonCode::UnresolvedScheme;
        let before = permits(&reference, &request, &ground);
        prop_assert!(!before.0 || before.1, "a case officer's consent takes nothing away");
        for step in steps {
            if !(contradicts && matches!(step, Step::ActivityUnstated)) {
                take(step, &mut request, &mut ground);
            }
        }
        let after = permits(&reference, &request, &ground);
        prop_assert!(before.0 || !after.0, "{request:#?} {ground:#?}");
        Ok(())
    });
    result.expect("monotone");
}
