//! Municipality numbers, and the identity of what they stand for.

use std::fmt;
use std::str::FromStr;

use serde_with::{DeserializeFromStr, SerializeDisplay};

/// Kommunenummer: four digits, the first two of them the county (Statistics Norway, classification 131).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, SerializeDisplay, DeserializeFromStr)]
pub struct MunicipalityNumber([u8; 4]);

/// Why a text is not a municipality number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not four digits")]
pub struct MunicipalityNumberError(String);

impl MunicipalityNumber {
    pub fn as_str(&self) -> &str {
        // Digits only, by construction.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The county's two digits.
    pub fn county(&self) -> &str {
        &self.as_str()[..2]
    }
}

impl FromStr for MunicipalityNumber {
    type Err = MunicipalityNumberError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match <[u8; 4]>::try_from(text.as_bytes()) {
            Ok(digits) if digits.iter().all(u8::is_ascii_digit) => Ok(Self(digits)),
            _ => Err(MunicipalityNumberError(text.to_owned())),
        }
    }
}

impl fmt::Display for MunicipalityNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A municipality's own key: the first number that it bore by itself, so that renumbering leaves it alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, SerializeDisplay, DeserializeFromStr)]
pub struct MunicipalityId(pub(super) MunicipalityNumber);

/// `kommune-` and four digits, as [`MunicipalityId::from_str`] reads them.
impl fmt::Display for MunicipalityId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "kommune-{}", self.0)
    }
}

impl FromStr for MunicipalityId {
    type Err = MunicipalityNumberError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text
            .strip_prefix("kommune-")
            .ok_or_else(|| MunicipalityNumberError(text.to_owned()))?;
        digits.parse().map(Self)
    }
}
