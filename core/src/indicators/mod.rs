//! Indicators as their publishers write them, by municipality number and year, and carried over to the municipalities of another day. A figure that
//! is missing stays missing, with the reason; a row that cannot be read is named with its line, and the others are kept.

mod bundle;
mod carried;
mod csv;
mod described;
mod json_stat;

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

use programgrant_schema::{IndicatorId, MunicipalityNumber, Observation};

pub use bundle::{Indicators, IndicatorsError};
pub use carried::Carrier;
pub use csv::read_csv;
pub use described::{IndicatorDescription, IndicatorFile, IndicatorFormat};
pub use json_stat::read_json_stat;

/// Figures as they were published: by indicator and year, and by the number that was valid then.
#[derive(Debug, Clone, Default)]
pub struct IndicatorTable {
    figures: HashMap<(IndicatorId, i16), HashMap<MunicipalityNumber, Observation>>,
}

/// What was read, and what could not be.
#[derive(Debug, Clone, Default)]
pub struct IndicatorReading {
    pub table: IndicatorTable,
    pub bad_rows: Vec<BadRow>,
}

/// A row that could not be read, or a part of it; what is right in it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    /// The line it begins on, or for JSON-stat the place of its value, from 0.
    pub place: u64,
    pub reason: String,
}

/// Why nothing of a file can be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IndicatorError {
    #[error("column {0:?} is missing")]
    NoColumn(String),
    #[error("column {0:?} stands there twice")]
    ColumnTwice(String),
    #[error("it is no JSON-stat 2 data set: {0}")]
    NotJsonStat(String),
    #[error("it is no table: {0}")]
    NotATable(String),
}

impl IndicatorTable {
    /// What was published under that number; `None` where nothing stands there.
    pub fn get(&self, indicator: &IndicatorId, year: i16, number: MunicipalityNumber) -> Option<Observation> {
        // The key is made once for a whole allocation's lookups by `of`.
        self.of(indicator, year)?.get(&number).copied()
    }

    /// One indicator and year, by number.
    pub fn of(&self, indicator: &IndicatorId, year: i16) -> Option<&HashMap<MunicipalityNumber, Observation>> {
        self.figures.get(&(indicator.clone(), year))
    }

    /// The years that an indicator has figures of, from the first.
    pub fn years(&self, indicator: &IndicatorId) -> impl DoubleEndedIterator<Item = i16> {
        let years = self.figures.keys().filter(|(counted, _)| counted == indicator);
        let years: BTreeSet<i16> = years.map(|(_, year)| *year).collect();
        years.into_iter()
    }

    /// How many figures it has, missing ones that are stated as missing included.
    pub fn count(&self) -> usize {
        self.figures.values().map(HashMap::len).sum()
    }

    /// Takes in another table; a figure that both have is the other's.
    pub fn extend(&mut self, other: Self) {
        for (key, figures) in other.figures {
            self.figures.entry(key).or_default().extend(figures);
        }
    }

    /// Leaves out the figures of some indicators, as if nobody had published them.
    pub fn forget(&mut self, is_forgotten: impl Fn(&IndicatorId) -> bool) {
        self.figures.retain(|(indicator, _), _| !is_forgotten(indicator));
    }

    /// Puts a figure where none stands; the error says that one does.
    fn put(
        &mut self,
        indicator: &IndicatorId,
        year: i16,
        number: MunicipalityNumber,
        observed: Observation,
    ) -> Result<(), String> {
        let figures = self.figures.entry((indicator.clone(), year)).or_default();
        match figures.entry(number) {
            Entry::Occupied(_) => Err(format!("{number} has a figure for {year} already")),
            Entry::Vacant(place) => {
                place.insert(observed);
                Ok(())
            }
        }
    }
}
