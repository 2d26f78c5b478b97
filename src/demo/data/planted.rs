//! What prevention missed or nobody asked about, planted for the reconciliation to find. What it must leave alone stands among
//! the ordinary and the ugly. The list stands in this folder's `mod.rs`.

use jiff::civil::{Date, date};
use programgrant_schema::{Ore, TargetGroup};

use super::case::{Case, CaseOutcome};
use super::desk::Desk;
use super::{World, bodies};

/// From this day of decision on, Bufdir's awards must have a claim in the demonstration.
pub const BUFDIR_CLAIMS_REQUIRED_FROM: Date = date(2023, 8, 1);

const SANDNES: &str = "1108";
const TRONDHEIM: &str = "5001";
const NAMSOS: &str = "5007";
const FROYA: &str = "5014";
const NAEROYSUND: &str = "5060";
const ELVERUM: &str = "3420";
const TYNSET: &str = "3427";
const LARVIK: &str = "3805";
const HORTEN: &str = "3801";

/// How much of Frøya's pot of 2022 was booked on Namsos, in kroner: neither of the two adds up, and all of them together do.
const MISBOOKED: i64 = 75_000;

/// The pot as Udir pays it.
pub fn as_booked(pot: Ore, number: Option<&str>, year: i16) -> Ore {
    let more = match (number, year) {
        (Some(FROYA), 2022) => -MISBOOKED,
        (Some(NAMSOS), 2022) => MISBOOKED,
        _ => 0,
    };
    with_more(pot, more)
}

fn with_more(amount: Ore, kroner: i64) -> Ore {
    let more = Ore::from_kroner(kroner);
    more.and_then(|more| amount.checked_add(more)).unwrap_or(amount)
}

/// How much of Horten's share of 621.63 in 2022 NAV has registered on Larvik, in kroner: neither is what was decided.
const MISREGISTERED: i64 = 40_000;

/// A share as its system reports it.
pub fn as_reported(share: Ore, number: &str, scheme: &str, year: i16) -> Ore {
    let more = match (number, scheme, year) {
        (HORTEN, "621.63", 2022) => -MISREGISTERED,
        (LARVIK, "621.63", 2022) => MISREGISTERED,
        _ => 0,
    };
    with_more(share, more)
}

/// One case, and what is unusual about it.
struct Plant {
    year: i16,
    scheme: &'static str,
    number: &'static str,
    outcome: CaseOutcome,
    period: Option<(Date, Date)>,
    target_group: Option<TargetGroup>,
    decided_on: Option<Date>,
}

impl Plant {
    fn new(year: i16, scheme: &'static str, number: &'static str, outcome: CaseOutcome) -> Self {
        Self {
            year,
            scheme,
            number,
            outcome,
            period: None,
            target_group: None,
            decided_on: None,
        }
    }
}

fn plants() -> Vec<Plant> {
    let granted = |applied, granted| CaseOutcome::Granted {
        applied: kroner(applied),
        granted: kroner(granted),
    };
    let paid = |applied, granted| CaseOutcome::Paid {
        applied: kroner(applied),
        granted: kroner(granted),
    };
    let children = Some(TargetGroup::ChildrenAndYoung);
    vec![
        Plant {
            period: Some((date(2019, 8, 1), date(2020, 7, 31))),
            ..Plant::new(2019, "846-los", TYNSET, paid(700_000, 640_000))
        },
        Plant {
            target_group: children,
            ..Plant::new(2021, "621.63", LARVIK, granted(450_000, 400_000))
        },
        Plant::new(2022, "846-los", ELVERUM, paid(600_000, 550_000)),
        Plant::new(2022, "621.63", NAEROYSUND, granted(300_000, 280_000)),
        Plant {
            target_group: children,
            ..Plant::new(
                2022,
                "621.63",
                TRONDHEIM,
                CaseOutcome::Applied {
                    applied: kroner(900_000),
                },
            )
        },
        Plant {
            decided_on: Some(date(2023, 9, 4)),
            ..Plant::new(2023, "846-ferie", SANDNES, granted(120_000, 95_000))
        },
    ]
}

/// Files what is planted in that year.
pub fn tell(desk: &mut Desk, world: World<'_>, year: i16) {
    for plant in plants().into_iter().filter(|plant| plant.year == year) {
        let body = bodies::by_number(world.register, plant.number).and_then(|id| bodies::of(world.register, id, year));
        let (Some(scheme), Some(body)) = (world.scheme(plant.scheme), body) else {
            continue;
        };
        if let Some(case) = Case::of(scheme, year, body.reported(), plant.outcome) {
            let case = Case {
                period: plant.period,
                target_group: plant.target_group,
                ..case
            };
            desk.tell_amended(&case, |award| award.decided_on = plant.decided_on.or(award.decided_on));
        }
    }
}

fn kroner(amount: i64) -> Ore {
    Ore::from_kroner(amount).unwrap_or(Ore::ZERO)
}
