//! Indicators: what is counted in municipalities, and why a figure is not there. A missing figure is never 0.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// An indicator's own key, such as `age_0_24`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IndicatorId(String);

/// Why a text is not an indicator's key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not the key of an indicator: letters a–z, digits and _, at most 64")]
pub struct IndicatorIdError(String);

impl IndicatorId {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for IndicatorId {
    type Err = IndicatorIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_key = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        if !text.is_empty() && text.len() <= 64 && text.bytes().all(is_key) {
            Ok(Self(text.to_owned()))
        } else {
            Err(IndicatorIdError(text.to_owned()))
        }
    }
}

impl TryFrom<String> for IndicatorId {
    type Error = IndicatorIdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<IndicatorId> for String {
    fn from(id: IndicatorId) -> Self {
        id.0
    }
}

impl fmt::Display for IndicatorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a figure is not there, by the signs that Statistics Norway uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::Display, strum::EnumString, strum::EnumIter)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum MissingFigure {
    /// `.`: cannot exist.
    NotPossible,
    /// `..`: is not there.
    NotAvailable,
    /// `...`: is not there yet.
    NotYet,
    /// `:`: is not shown, so that nobody is recognised.
    Confidential,
    /// Nothing stands in its place: an empty cell, or no row.
    Absent,
    /// It was counted within other borders, and no key says what of it is this municipality's.
    NotComparable,
}

impl MissingFigure {
    /// What the sign means; `None` for what is no sign.
    pub fn of_sign(sign: &str) -> Option<Self> {
        Some(match sign {
            "." => Self::NotPossible,
            ".." => Self::NotAvailable,
            "..." => Self::NotYet,
            ":" => Self::Confidential,
            "" => Self::Absent,
            _ => return None,
        })
    }
}

/// What an indicator says of one municipality and year: an exact number, or why there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Observation {
    Value(Decimal),
    Missing(MissingFigure),
}

impl Observation {
    pub const fn value(self) -> Option<Decimal> {
        match self {
            Self::Value(value) => Some(value),
            Self::Missing(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_plain() {
        assert!("age_0_24".parse::<IndicatorId>().is_ok());
        for wrong in ["", "Age", "a-b", "å", &"a".repeat(65)] {
            assert!(wrong.parse::<IndicatorId>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn no_sign_is_a_number() {
        for sign in [".", "..", "...", ":", ""] {
            assert!(MissingFigure::of_sign(sign).is_some(), "{sign}");
        }
        assert_eq!(MissingFigure::of_sign("0"), None);
    }
}
