//! An allocation as a list, and a published list read back. What is printed is what `--check` reads.

use std::collections::BTreeMap;

use anyhow::Context;
use csv::{ReaderBuilder, StringRecord};
use programgrant_core::allocation::{Difference, PublishedLine};
use programgrant_schema::{Ore, OrganisationNumber, SchemeId};

use super::Office;
use crate::allocations::WorkedOut;

/// What stands in place of a scheme for what the floor of the sum gives or takes.
const FLOOR: &str = "floor";
const COLUMNS: [&str; 4] = ["year", "scheme", "organisation_number", "kroner"];
/// Named in every list, so that whoever recomputes it knows how.
const METHOD: &str = "largest remainder; of equal remainders the lower organisation number";

/// A published list by year, and what in it could not be read.
pub struct Published {
    pub years: BTreeMap<i16, Vec<PublishedLine>>,
    pub flaws: Vec<String>,
}

/// The list, one line for each scheme and receiver. An amount that is not known is an empty cell.
pub fn written(office: &Office, WorkedOut { plan, allocation, .. }: &WorkedOut) -> String {
    let mut lines = vec![format!("{};name;unit;method", COLUMNS.join(";"))];
    for (place, receiver) in allocation.receivers.iter().enumerate() {
        let name = office.reference.organisation(*receiver).name;
        let mut line = |scheme: &str, amount: Option<Ore>| {
            let kroner = amount.map(|amount| amount.to_string()).unwrap_or_default();
            lines.push(format!(
                "{};{scheme};{receiver};{kroner};{name};{};{METHOD}",
                allocation.year, allocation.unit
            ));
        };
        for scheme in &allocation.schemes {
            line(scheme.scheme.as_str(), scheme.parts[place].amount);
        }
        if plan.floor.is_some() {
            line(FLOOR, allocation.of_the_sum(place));
        }
    }
    lines.push(String::new());
    lines.join("\n")
}

/// Reads a published list; further columns are passed over. A line that cannot be read is a flaw, and the others are kept.
pub fn read(bytes: &[u8]) -> anyhow::Result<Published> {
    let text = std::str::from_utf8(bytes).context("it is not UTF-8")?;
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = ReaderBuilder::new()
        .delimiter(b';')
        .flexible(true)
        .from_reader(text.as_bytes());
    let header = reader.headers()?.clone();
    let place = |column: &str| {
        let found = header.iter().position(|name| name == column);
        found.with_context(|| format!("column {column:?} is missing"))
    };
    let places = [
        place(COLUMNS[0])?,
        place(COLUMNS[1])?,
        place(COLUMNS[2])?,
        place(COLUMNS[3])?,
    ];
    let mut published = Published {
        years: BTreeMap::new(),
        flaws: Vec::new(),
    };
    for row in reader.records() {
        let row = row?;
        let number = row.position().map_or(0, csv::Position::line);
        match line(&row, number, places) {
            Ok((year, line)) => published.years.entry(year).or_default().push(line),
            Err(reason) => published.flaws.push(format!("line {number}: {reason}")),
        }
    }
    Ok(published)
}

fn line(
    row: &StringRecord,
    line: u64,
    [year, scheme, organisation, kroner]: [usize; 4],
) -> Result<(i16, PublishedLine), String> {
    let cell = |place: usize| row.get(place).map(str::trim).ok_or("it has too few cells".to_owned());
    let year = cell(year)?;
    let organisation: OrganisationNumber = cell(organisation)?.parse().map_err(|error| format!("{error}"))?;
    let scheme = Some(cell(scheme)?).filter(|scheme| *scheme != FLOOR);
    let published = PublishedLine {
        line,
        scheme: scheme.map(SchemeId::new),
        organisation,
        // A decimal comma is how a Norwegian spreadsheet writes it.
        amount: Ore::parse_kroner(&cell(kroner)?.replace(',', ".")).map_err(|error| format!("kroner: {error}"))?,
    };
    Ok((year.parse().map_err(|_| format!("{year:?} is no year"))?, published))
}

/// A difference in words.
pub fn told(difference: &Difference) -> String {
    let allocated = |amount: &Option<Ore>| match amount {
        Some(amount) => format!("{amount}"),
        None => "not known".to_owned(),
    };
    let whose = |scheme: &Option<SchemeId>, organisation: OrganisationNumber| {
        format!("{} of {organisation}", scheme.as_ref().map_or(FLOOR, SchemeId::as_str))
    };
    match difference {
        Difference::Amount {
            line,
            allocated: by_plan,
        } => format!(
            "line {}: {} is {} and should be {}",
            line.line,
            whose(&line.scheme, line.organisation),
            line.amount,
            allocated(by_plan)
        ),
        Difference::NotInPlan(line) => {
            format!(
                "line {}: {} is not in the plan",
                line.line,
                whose(&line.scheme, line.organisation)
            )
        }
        Difference::Twice { line, first } => format!(
            "line {}: {} stands on line {first} already",
            line.line,
            whose(&line.scheme, line.organisation)
        ),
        Difference::NotListed {
            scheme,
            organisation,
            allocated: by_plan,
        } => format!(
            "{} is on no line and should be {}",
            whose(scheme, *organisation),
            allocated(by_plan)
        ),
    }
}
