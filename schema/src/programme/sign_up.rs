//! For how long a municipality that is chosen takes part.

use jiff::civil::{Date, date};
use serde::Deserialize;

/// For how long a municipality that is chosen takes part.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignUp {
    /// For as long as the programme lasts.
    #[default]
    Once,
    /// For one calendar year; for the next one it signs up anew.
    Yearly,
}

/// First and last day of a calendar year.
pub const fn days_of_year(year: i16) -> (Date, Date) {
    (date(year, 1, 1), date(year, 12, 31))
}
