//! Frist: a day by which applications or reports are due, every year, as a programme's file states it.

use jiff::civil::Date;
use serde::Deserialize;

/// A day that comes back every year, and where that is said.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Stated")]
pub struct YearlyDeadline {
    month: i8,
    day: i8,
    /// Who says so.
    pub source: String,
}

/// `{ month = 2, day = 1, source = "…" }`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stated {
    month: i8,
    day: i8,
    source: String,
}

/// A year that has no 29 February: what is a day in it is one in every year.
const COMMON_YEAR: i16 = 2023;

impl TryFrom<Stated> for YearlyDeadline {
    type Error = String;

    fn try_from(stated: Stated) -> Result<Self, String> {
        let Stated { month, day, source } = stated;
        if Date::new(COMMON_YEAR, month, day).is_err() {
            return Err(format!("{day}.{month}. is no day of every year"));
        }
        if source.trim().is_empty() {
            return Err("source is empty".to_owned());
        }
        Ok(Self { month, day, source })
    }
}

impl YearlyDeadline {
    /// That day in that year; `None` beyond the calendar.
    pub fn in_year(&self, year: i16) -> Option<Date> {
        Date::new(year, self.month, self.day).ok()
    }
}
