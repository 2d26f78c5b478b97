//! What an allocation costs: 357 municipalities, five schemes and each way to pay for a floor; and reading a million indicators.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::hint::black_box;
use std::time::Duration;

use criterion::Criterion;
use num_rational::BigRational;
use programgrant_core::allocation::{
    AllocationPlan, AllocationUnit, DistributionKey, Floor, FloorAmounts, FloorPayer, FloorScope, IndicatorValues,
    Method, Rate, Receiver, SchemeMethod, Threshold, allocate,
};
use programgrant_core::indicators::{Indicators, read_csv};
use programgrant_schema::{Figure, IndicatorId, Observation, Ore, OrganisationNumber, SchemeId};
use rust_decimal::Decimal;

const MUNICIPALITIES: usize = 357;
const SCHEMES: [&str; 5] = ["231.63", "231.66", "621.63", "765.60-children", "846-los"];
const INDICATORS: [&str; 4] = ["children", "young", "poor", "all"];

/// As many numbers as there are municipalities, each with its check digit.
fn numbers() -> Vec<OrganisationNumber> {
    let candidates = (910_000_000_u32..).filter_map(|number| number.to_string().parse().ok());
    candidates.take(MUNICIPALITIES).collect()
}

/// A number that looks like none and is the same each time.
fn count(municipality: usize, indicator: usize) -> i64 {
    let mixed = (municipality as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (20 + indicator);
    i64::try_from(50 + mixed % 20_000).expect("small")
}

fn fraction(above: i64, below: i64) -> BigRational {
    BigRational::new(above.into(), below.into())
}

fn id(key: &str) -> IndicatorId {
    key.parse().expect("a key")
}

fn rate(scheme: &str, each: i64) -> SchemeMethod {
    SchemeMethod {
        scheme: SchemeId::new(scheme),
        method: Method::Rule(Rate {
            each: Ore::from_kroner(each).expect("in range"),
            counted: id("children"),
            thresholds: vec![Threshold {
                counted: id("children"),
                among: Some(id("all")),
                at_least: fraction(1, 10),
            }],
        }),
    }
}

fn key(scheme: &str, part: i64) -> SchemeMethod {
    let weights = [("young", 41), ("poor", 37), ("all", 22)];
    SchemeMethod {
        scheme: SchemeId::new(scheme),
        method: Method::Key(DistributionKey {
            part: fraction(part, 10),
            weights: weights
                .iter()
                .map(|(indicator, weight)| (id(indicator), fraction(*weight, 100)))
                .collect(),
        }),
    }
}

fn floor(compares: FloorScope, payer: FloorPayer, numbers: &[OrganisationNumber]) -> Floor {
    let mut amounts = BTreeMap::new();
    for (place, number) in numbers.iter().enumerate() {
        for scheme in SCHEMES {
            let had = Ore::from_kroner(count(place, 7) * 20).expect("in range");
            amounts.insert((*number, Some(SchemeId::new(scheme))), Figure::Stated(had));
        }
    }
    Floor {
        compares,
        year: 2020,
        leaves_out: String::new(),
        payer,
        amounts: FloorAmounts(amounts),
    }
}

fn plan(compares: FloorScope, payer: FloorPayer) -> AllocationPlan {
    let numbers = numbers();
    let observed = |indicator: usize| {
        let placed = numbers.iter().enumerate();
        placed
            .map(|(place, number)| (*number, Observation::Value(Decimal::from(count(place, indicator)))))
            .collect()
    };
    let indicators = INDICATORS
        .iter()
        .enumerate()
        .map(|(place, key)| (id(key), observed(place)));
    AllocationPlan {
        year: 2021,
        frame: Ore::from_kroner(5_000_000_000).expect("in range"),
        unit: AllocationUnit::Ore,
        receivers: numbers
            .iter()
            .enumerate()
            .map(|(place, number)| Receiver {
                organisation: *number,
                inhabitants: u64::try_from(count(place, 3)).ok(),
            })
            .collect(),
        methods: vec![
            rate("231.63", 900),
            rate("231.66", 400),
            key("621.63", 3),
            key("765.60-children", 3),
            key("846-los", 4),
        ],
        indicators: IndicatorValues(indicators.collect()),
        floor: Some(floor(compares, payer, &numbers)),
    }
}

/// A million figures in ten columns, and every thousandth row with a bad cell.
fn million() -> String {
    let mut text = "year;number;name".to_owned();
    (0..10).for_each(|column| write!(text, ";i{column}").expect("memory"));
    for row in 0..100_000_u32 {
        let (year, number) = (1_000 + row / 9_000, 1_000 + row % 9_000);
        write!(text, "\n{year};{number};Navn").expect("memory");
        for column in 0..10 {
            let value = if row % 1_000 == 0 && column == 0 {
                "feil".to_owned()
            } else {
                (row * 7 + column).to_string()
            };
            write!(text, ";{value}").expect("memory");
        }
    }
    text
}

fn main() {
    let mut criterion = Criterion::default()
        .measurement_time(Duration::from_secs(5))
        .configure_from_args();
    for payer in [
        FloorPayer::EqualPerInhabitant,
        FloorPayer::Proportional,
        FloorPayer::MoreMoney,
    ] {
        for compares in [FloorScope::Sum, FloorScope::SchemeByScheme] {
            let plan = plan(compares, payer);
            allocate(&plan).expect("allocated");
            criterion.bench_function(&format!("allocate 357 × 5, floor {compares}, {payer}"), |bencher| {
                bencher.iter(|| black_box(allocate(black_box(&plan))));
            });
        }
    }
    let described: Vec<String> = (0..10)
        .map(|column| {
            let id = format!("id = \"i{column}\"");
            format!(
                "[[file.indicator]]\n{id}\nname_nb = \"\"\nunit = \"\"\ncan_be_added = true\ncounted_on = \"01-01\"\n"
            )
        })
        .collect();
    let described = described.concat();
    let file = format!(
        "[[file]]\npath = \"m.csv\"\nformat = \"csv\"\nsource = \"\"\nlicence = \"\"\nread_on = \"2026-01-01\"\n{described}"
    );
    let file = Indicators::describe("m.toml", &file).expect("sound").remove(0);
    let text = million();
    criterion.bench_function("read a million indicators", |bencher| {
        bencher.iter(|| {
            let reading = read_csv(&file, text.as_bytes()).expect("a table");
            assert_eq!((reading.table.count(), reading.bad_rows.len()), (999_900, 100));
        });
    });
    criterion.final_summary();
}
