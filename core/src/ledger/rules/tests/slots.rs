//! Promise: what is taken to overlap is told by the slots: two applications overlap exactly where they share one.

use std::collections::BTreeSet;

use programgrant_schema::TargetGroup;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;

fn applications() -> impl Strategy<Value = FundingRequest> {
    let targets = select(vec![
        None,
        Some(TargetGroup::ChildrenAndYoung),
        Some(TargetGroup::Adults),
        Some(TargetGroup::Other),
        Some(TargetGroup::All),
    ]);
    let activity = select(vec![None, Some("A"), Some("B")]);
    let recipient = select(vec![BAMBLE, OFFICE, OSLO]);
    let period = proptest::option::of((1..=12i8, 0..14i64));
    (targets, activity, recipient, 2020..=2022i16, period).prop_map(
        |(target_group, activity, recipient, year, period)| {
            let first = period.map(|(month, _)| jiff::civil::date(year, month, 1));
            let last = period
                .zip(first)
                .map(|((_, length), first)| first.saturating_add(jiff::Span::new().months(length)));
            FundingRequest {
                target_group,
                activity: activity.map(str::to_owned),
                year: i32::from(year),
                use_from: first,
                use_until: last,
                ..request().scheme("621.63").to(recipient)
            }
        },
    )
}

/// The slots without their activity, which an application that states none covers all of.
fn slots(application: &Application) -> BTreeSet<(Recipient, Subject, String, i32)> {
    let months = application.months();
    let months = months.start().number()..=months.end().number();
    let slot = |month: i32, target: &TargetGroup| {
        (
            application.recipient.clone(),
            application.subject.clone(),
            format!("{target:?}"),
            month,
        )
    };
    months
        .flat_map(|month| application.targets().iter().map(move |target| slot(month, target)))
        .collect()
}

#[test]
fn to_overlap_is_to_share_a_slot() {
    let reference = reference();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(500)
    });
    let result = runner.run(&(applications(), applications()), |(a, b)| {
        let (a, b) = (a.resolved(&reference), b.resolved(&reference));
        let same_activity = a.activity.is_none() || b.activity.is_none() || a.activity == b.activity;
        prop_assert_eq!(a.overlaps(&b), same_activity && !slots(&a).is_disjoint(&slots(&b)));
        prop_assert_eq!(a.overlaps(&b), b.overlaps(&a));
        prop_assert!(a.overlaps(&a));
        Ok(())
    });
    result.expect("the same relation");
}
