//! Promise: parts add up to the frame in any unit and do not follow from the order of what is given; what is not known is never 0;
//! the floor holds or the lack is exact; explanations and changes add up.

mod pilot;

use std::collections::BTreeMap;

use num_rational::BigRational;
use num_traits::{Signed, Zero};
use programgrant_schema::{Figure, IndicatorId, MissingFigure, Observation, Ore, OrganisationNumber, SchemeId};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;

/// Of which the last digit is a check digit.
const NUMBERS: [&str; 8] = [
    "864953042",
    "940244145",
    "964951284",
    "918082956",
    "952857991",
    "940837685",
    "861381722",
    "971028300",
];

fn number(place: usize) -> OrganisationNumber {
    NUMBERS[place].parse().expect("a number")
}

fn indicator(key: &str) -> IndicatorId {
    key.parse().expect("a key")
}

fn scheme(id: &str) -> SchemeId {
    SchemeId::new(id)
}

fn one(above: i64, below: i64) -> BigRational {
    BigRational::new(above.into(), below.into())
}

fn values(of: &[(&str, Vec<Option<i64>>)]) -> IndicatorValues {
    let observed = |value: &Option<i64>| match value {
        Some(value) => Observation::Value(Decimal::from(*value)),
        None => Observation::Missing(MissingFigure::Confidential),
    };
    let row = |values: &Vec<Option<i64>>| {
        let placed = values.iter().enumerate();
        placed.map(|(place, value)| (number(place), observed(value))).collect()
    };
    IndicatorValues(of.iter().map(|(key, values)| (indicator(key), row(values))).collect())
}

fn key(id: &str, part: BigRational, weights: &[(&str, BigRational)]) -> SchemeMethod {
    let weights = weights
        .iter()
        .map(|(key, weight)| (indicator(key), weight.clone()))
        .collect();
    SchemeMethod {
        scheme: scheme(id),
        method: Method::Key(DistributionKey { part, weights }),
    }
}

/// At least 50 and at least a tenth of all, 1 000 kroner each.
fn rule() -> SchemeMethod {
    let threshold = |among: Option<&str>, at_least| Threshold {
        counted: indicator("children"),
        among: among.map(indicator),
        at_least,
    };
    SchemeMethod {
        scheme: scheme("231.63"),
        method: Method::Rule(Rate {
            each: Ore::from_kroner(1_000).expect("in range"),
            counted: indicator("children"),
            thresholds: vec![threshold(None, one(50, 1)), threshold(Some("all_children"), one(1, 10))],
        }),
    }
}

fn kroner(amount: i64) -> Ore {
    Ore::from_kroner(amount).expect("in range")
}

fn receivers(inhabitants: &[u64]) -> Vec<Receiver> {
    let receiver = |(place, count): (usize, &u64)| Receiver {
        organisation: number(place),
        inhabitants: Some(*count),
    };
    inhabitants.iter().enumerate().map(receiver).collect()
}

/// One rule and two keys for three receivers.
fn plan() -> AllocationPlan {
    AllocationPlan {
        year: 2021,
        frame: kroner(1_000_000),
        unit: AllocationUnit::Krone,
        receivers: receivers(&[1_000, 2_000, 3_000]),
        methods: vec![
            rule(),
            key("621.63", one(2, 3), &[("poor", one(1, 2)), ("young", one(1, 2))]),
            key("846-los", one(1, 3), &[("young", one(1, 1))]),
        ],
        indicators: values(&[
            ("children", vec![Some(60), Some(49), Some(500)]),
            ("all_children", vec![Some(100), Some(490), Some(5_001)]),
            ("poor", vec![Some(1), Some(2), Some(4)]),
            ("young", vec![Some(3), Some(3), Some(1)]),
        ]),
        floor: None,
    }
}

fn floor(compares: FloorScope, payer: FloorPayer, amounts: &[(usize, &str, i64)]) -> Floor {
    let mut stated = BTreeMap::new();
    for place in 0..NUMBERS.len() {
        for id in ["231.63", "621.63", "846-los"] {
            stated.insert((number(place), Some(scheme(id))), Figure::NotApplicable);
        }
    }
    for (place, id, amount) in amounts {
        stated.insert((number(*place), Some(scheme(id))), Figure::Stated(kroner(*amount)));
    }
    Floor {
        compares,
        year: 2020,
        leaves_out: "Skjønnsmidler er ikke med.".to_owned(),
        payer,
        amounts: FloorAmounts(stated),
    }
}

fn total_of(plan: &AllocationPlan, receiver: usize) -> Option<Ore> {
    let allocation = allocate(plan).expect("allocated");
    let place = allocation.place(number(receiver)).expect("receives");
    allocation.totals[place].amount
}

#[test]
fn rules_are_exact_and_keys_share_what_they_leave() {
    let allocation = allocate(&plan()).expect("allocated");
    let rule = &allocation.schemes[0];
    // 60 of 100 children; 49 are too few; 500 of 5 001 are less than a tenth.
    assert_eq!(rule.whole, Some(kroner(60_000)));
    assert_eq!(allocation.schemes[1].frame, Some(kroner(626_667)));
    assert_eq!(allocation.schemes[2].frame, Some(kroner(313_333)));
    assert_eq!(allocation.total(), Some(kroner(1_000_000)));
}

#[test]
fn what_is_not_known_is_not_below_and_not_zero() {
    let mut unknown = plan();
    unknown.indicators = values(&[
        ("children", vec![None, Some(49), Some(500)]),
        ("all_children", vec![Some(100), None, Some(5_001)]),
        ("poor", vec![Some(1), Some(2), Some(4)]),
        ("young", vec![Some(3), Some(3), Some(1)]),
    ]);
    let allocation = allocate(&unknown).expect("allocated");
    let reached: Vec<Reached> = allocation.schemes[0]
        .rates
        .as_ref()
        .expect("rates")
        .iter()
        .map(|rate| rate.reached)
        .collect();
    let place = |of: usize| allocation.place(number(of)).expect("receives");
    assert_eq!(reached[place(0)], Reached::Unknown);
    // Too few whatever their share is.
    assert_eq!(reached[place(1)], Reached::No);
    assert_eq!(allocation.total(), None);
    assert!(allocation.schemes[1].parts.iter().all(|part| part.amount.is_none()));
}

#[test]
fn how_far_it_is_to_a_threshold_is_counted_in_children() {
    let allocation = allocate(&plan()).expect("allocated");
    let rates = allocation.schemes[0].rates.as_ref().expect("rates");
    let margins = |of: usize| -> Vec<Option<i64>> {
        let place = allocation.place(number(of)).expect("receives");
        rates[place]
            .thresholds
            .iter()
            .map(|threshold| threshold.margin)
            .collect()
    };
    assert_eq!(margins(0), [Some(11), Some(51)]);
    assert_eq!(margins(1), [Some(-1), Some(1)]);
    assert_eq!(margins(2), [Some(451), Some(-1)]);
}

#[test]
fn each_way_to_pay_for_a_floor() {
    let with = |payer| AllocationPlan {
        receivers: receivers(&[1_000, 2_000, 3_000]),
        frame: kroner(600),
        methods: vec![key("621.63", one(1, 1), &[("poor", one(1, 1))])],
        indicators: values(&[("poor", vec![Some(1), Some(2), Some(3)])]),
        floor: Some(floor(FloorScope::Sum, payer, &[(0, "621.63", 150)])),
        ..plan()
    };
    let paid = |payer| {
        let plan = with(payer);
        [0, 1, 2].map(|place| total_of(&plan, place).expect("known").get() / 100)
    };
    // 50 from 5 000 inhabitants above the floor; 450 of 500 is left of what is above; or 50 more.
    assert_eq!(paid(FloorPayer::EqualPerInhabitant), [150, 180, 270]);
    assert_eq!(paid(FloorPayer::Proportional), [150, 180, 270]);
    assert_eq!(paid(FloorPayer::MoreMoney), [150, 200, 300]);
    let allocation = allocate(&with(FloorPayer::MoreMoney)).expect("allocated");
    assert_eq!(allocation.added, kroner(50));
    assert_eq!(allocation.floor_cost(), Some(one(5_000, 1)));
}

#[test]
fn whoever_is_pushed_below_by_paying_is_held_and_the_others_pay_again() {
    let held = AllocationPlan {
        receivers: receivers(&[100, 900, 1_000]),
        frame: kroner(600),
        methods: vec![key("621.63", one(1, 1), &[("poor", one(1, 1))])],
        indicators: values(&[("poor", vec![Some(1), Some(2), Some(3)])]),
        floor: Some(floor(
            FloorScope::Sum,
            FloorPayer::EqualPerInhabitant,
            &[(0, "621.63", 160), (1, "621.63", 190)],
        )),
        ..plan()
    };
    assert_eq!(
        [0, 1, 2].map(|place| total_of(&held, place)),
        [160, 190, 250].map(|amount| Some(kroner(amount)))
    );
}

#[test]
fn what_a_floor_lacks_is_exact() {
    let lacking = AllocationPlan {
        frame: kroner(600),
        methods: vec![key("621.63", one(1, 1), &[("poor", one(1, 1))])],
        floor: Some(floor(
            FloorScope::SchemeByScheme,
            FloorPayer::Proportional,
            &[(0, "621.63", 500), (1, "621.63", 133)],
        )),
        ..plan()
    };
    assert_eq!(
        allocate(&lacking),
        Err(AllocationError::FloorLacks { lack: kroner(33) })
    );
}

#[test]
fn a_plan_that_cannot_be_is_refused_with_what_is_wrong() {
    let refused = |change: &dyn Fn(&mut AllocationPlan)| {
        let mut plan = plan();
        change(&mut plan);
        allocate(&plan).expect_err("refused")
    };
    assert_eq!(
        refused(&|plan| plan.frame = kroner(59_000)),
        AllocationError::FrameLacks { lack: kroner(1_000) }
    );
    assert!(matches!(
        refused(&|plan| plan.frame = Ore::new(1_000_050).expect("in range")),
        AllocationError::FrameNotInUnits { .. }
    ));
    assert!(matches!(
        refused(&|plan| plan.methods.push(rule())),
        AllocationError::SchemeTwice(_)
    ));
    assert!(matches!(
        refused(&|plan| drop(plan.methods.remove(1))),
        AllocationError::PartsNotOne
    ));
    assert!(matches!(
        refused(&|plan| plan.receivers.push(plan.receivers[0].clone())),
        AllocationError::ReceiverTwice(_)
    ));
    assert!(matches!(
        refused(&|plan| plan.receivers.clear()),
        AllocationError::NobodyReceives
    ));
    assert!(matches!(
        refused(&|plan| plan.methods[2] = key("846-los", one(1, 3), &[("young", one(99, 100))])),
        AllocationError::WeightsNotOne(_)
    ));
    assert!(matches!(
        refused(&|plan| plan.indicators = values(&[("children", vec![Some(-1), Some(1), Some(1)])])),
        AllocationError::NoCount { .. }
    ));
    assert!(matches!(
        refused(&|plan| {
            plan.unit = AllocationUnit::Thousand;
            let Method::Rule(rate) = &mut plan.methods[0].method else {
                unreachable!("a rule")
            };
            rate.each = kroner(1_500);
        }),
        AllocationError::RateNotInUnits { .. }
    ));
}

#[test]
fn a_published_list_is_told_every_difference() {
    let allocation = allocate(&plan()).expect("allocated");
    let place = allocation.place(number(0)).expect("receives");
    let line = |line, id: &str, organisation, amount| PublishedLine {
        line,
        scheme: Some(scheme(id)),
        organisation,
        amount,
    };
    let right = allocation.schemes[1].parts[place].amount.expect("known");
    let other = right.checked_add(kroner(1)).expect("in range");
    let lines = [
        line(2, "621.63", number(0), other),
        line(3, "621.63", number(0), right),
        line(4, "765.60", number(0), right),
        line(5, "231.63", number(0), kroner(60_000)),
    ];
    let differences = compare(&allocation, &lines);
    assert!(matches!(&differences[0], Difference::Amount { allocated, .. } if *allocated == Some(right)));
    assert!(matches!(&differences[1], Difference::Twice { first: 2, .. }));
    assert!(matches!(&differences[2], Difference::NotInPlan(_)));
    // The others of two keys: two of one, three of the other. The rule gives the others 0.
    assert_eq!(differences.len(), 3 + 5);
}

/// Anything that can be allocated: indicators of at most five digits, up to eight receivers, with or without a floor.
fn any_plan() -> impl Strategy<Value = AllocationPlan> {
    let unit = prop_oneof![
        Just(AllocationUnit::Ore),
        Just(AllocationUnit::Krone),
        Just(AllocationUnit::Thousand)
    ];
    let payer = prop_oneof![
        Just(FloorPayer::EqualPerInhabitant),
        Just(FloorPayer::Proportional),
        Just(FloorPayer::MoreMoney)
    ];
    let compares = prop_oneof![Just(FloorScope::SchemeByScheme), Just(FloorScope::Sum)];
    let counts = || prop::collection::vec(0_i64..100_000, 8);
    let floors = prop::collection::vec((0_usize..8, 0_usize..3, 0_i64..300_000), 0..12);
    let shape = (
        2_usize..8,
        0_i64..3_000,
        unit,
        prop::option::of((compares, payer, floors)),
    );
    (
        shape,
        counts(),
        counts(),
        counts(),
        1_i64..99,
        prop::collection::vec(1_u64..300_000, 8),
    )
        .prop_map(
            |((count, thousands, unit, with_floor), children, poor, young, weight, inhabitants)| {
                let known = |counts: Vec<i64>| counts.into_iter().map(Some).collect::<Vec<_>>();
                let floor = with_floor.map(|(compares, payer, amounts)| {
                    let ids = ["231.63", "621.63", "846-los"];
                    let amounts: Vec<(usize, &str, i64)> = amounts
                        .into_iter()
                        .map(|(place, id, amount)| (place, ids[id], amount))
                        .collect();
                    floor(compares, payer, &amounts)
                });
                AllocationPlan {
                    frame: kroner(thousands * 1_000),
                    unit,
                    receivers: receivers(&inhabitants[..count]),
                    methods: vec![
                        rule(),
                        key(
                            "621.63",
                            one(weight, 100),
                            &[("poor", one(weight, 100)), ("young", one(100 - weight, 100))],
                        ),
                        key("846-los", one(100 - weight, 100), &[("young", one(1, 1))]),
                    ],
                    indicators: values(&[
                        ("children", known(children.iter().map(|child| child % 300).collect())),
                        ("all_children", vec![Some(1_000); 8]),
                        ("poor", known(poor)),
                        ("young", known(young)),
                    ]),
                    floor,
                    ..plan()
                }
            },
        )
}

proptest! {
    #[test]
    fn parts_add_up_in_any_unit(plan in any_plan()) {
        let Ok(allocation) = allocate(&plan) else { return Ok(()) };
        let frame = plan.frame.checked_add(allocation.added).expect("in range");
        prop_assert_eq!(allocation.total(), Some(frame));
        for part in allocation.totals.iter().chain(allocation.schemes.iter().flat_map(|scheme| &scheme.parts)) {
            prop_assert_eq!(part.amount.expect("known").get() % plan.unit.ore(), 0);
        }
        let exact: BigRational = allocation.totals.iter().filter_map(|part| part.floored.clone()).sum();
        prop_assert_eq!(exact, BigRational::from_integer(frame.get().into()));
    }

    #[test]
    fn the_order_of_what_is_given_does_not_matter(plan in any_plan(), turn in 0_usize..8) {
        let mut turned = plan.clone();
        let by = turn % turned.receivers.len();
        turned.receivers.rotate_left(by);
        prop_assert_eq!(allocate(&plan), allocate(&turned));
    }

    #[test]
    fn the_floor_holds_or_the_lack_is_exact(plan in any_plan()) {
        let Some(floor) = plan.floor.clone() else { return Ok(()) };
        let unit = plan.unit.ore();
        let up = |amount: i64| (amount + unit - 1) / unit * unit;
        let had = |receiver, scheme: &SchemeId| floor.amounts.get(receiver, scheme).known().expect("known").get();
        match allocate(&plan) {
            Ok(allocation) => for (place, receiver) in allocation.receivers.iter().enumerate() {
                let ids: Vec<&SchemeId> = plan.methods.iter().map(|method| &method.scheme).collect();
                let sum: i64 = ids.iter().map(|scheme| had(*receiver, scheme)).sum();
                prop_assert!(allocation.totals[place].amount.expect("known").get() >= sum);
                if floor.compares == FloorScope::SchemeByScheme {
                    for (scheme, allocated) in ids.iter().zip(&allocation.schemes) {
                        prop_assert!(allocated.parts[place].amount.expect("known").get() >= up(had(*receiver, scheme)));
                    }
                }
            },
            Err(AllocationError::FloorLacks { lack }) if floor.compares == FloorScope::Sum => {
                let bare = allocate(&AllocationPlan { floor: None, ..plan.clone() }).expect("allocated");
                let ruled = &bare.schemes[0];
                let needed: i64 = (0..bare.receivers.len()).map(|place| {
                    let sum: i64 = plan.methods.iter().map(|method| had(bare.receivers[place], &method.scheme)).sum();
                    let ruled = ruled.parts[place].amount.expect("known").get();
                    (up(sum) - ruled).max(0)
                }).sum();
                let rest = plan.frame.get() - ruled.whole.expect("known").get();
                prop_assert_eq!(lack.get(), needed - rest);
            }
            Err(_) => {}
        }
    }

    #[test]
    fn an_explanation_adds_up_to_its_amount(plan in any_plan()) {
        let Ok(allocation) = allocate(&plan) else { return Ok(()) };
        for receiver in &allocation.receivers {
            let explanation = explain(&plan, &allocation, *receiver).expect("explained").expect("receives");
            let mut all = BigRational::zero();
            for scheme in &explanation.schemes {
                let sum: BigRational = scheme.steps.iter().filter_map(ExplanationStep::adds).sum();
                prop_assert_eq!(&sum, &BigRational::from_integer(scheme.part.amount.expect("known").get().into()));
                all += sum;
            }
            all += explanation.of_the_sum.iter().filter_map(ExplanationStep::adds).sum::<BigRational>();
            prop_assert_eq!(all, BigRational::from_integer(explanation.total.amount.expect("known").get().into()));
        }
    }

    #[test]
    fn causes_add_up_to_the_difference(before in any_plan(), after in any_plan()) {
        let Ok(changes) = changes(&before, &after) else { return Ok(()) };
        for change in changes {
            let Some(causes) = change.causes else { continue };
            let sum: BigRational = causes.iter().map(|(_, part)| part).sum();
            let difference = change.after.expect("known").get() - change.before.expect("known").get();
            prop_assert_eq!(sum, BigRational::from_integer(difference.into()));
        }
    }

    #[test]
    fn nobody_is_a_whole_unit_from_the_exact_part(plan in any_plan()) {
        let Ok(allocation) = allocate(&plan) else { return Ok(()) };
        let unit = BigRational::from_integer(plan.unit.ore().into());
        for part in allocation.schemes.iter().flat_map(|scheme| &scheme.parts) {
            prop_assert!(part.rounding().expect("known").abs() < unit);
        }
    }
}
