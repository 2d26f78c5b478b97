//! Bodies that have an organisation number, and what they are called.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

use serde_with::{DeserializeFromStr, SerializeDisplay};

use crate::reference::{ReferenceError, Table};

/// Organisasjonsnummer: nine digits, the last a modulus-11 check digit (Brønnøysundregistrene).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, SerializeDisplay, DeserializeFromStr)]
pub struct OrganisationNumber(u32);

/// Why a text is not an organisation number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OrganisationNumberError {
    #[error("{0:?} is not nine digits")]
    NotNineDigits(String),
    #[error("{0:?} fails the modulus-11 check digit")]
    CheckDigit(String),
}

impl FromStr for OrganisationNumber {
    type Err = OrganisationNumberError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WEIGHTS: [u32; 9] = [3, 2, 7, 6, 5, 4, 3, 2, 1];
        let not_nine_digits = || OrganisationNumberError::NotNineDigits(text.to_owned());
        if text.len() != 9 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(not_nine_digits());
        }
        let weighed: u32 = text
            .bytes()
            .zip(WEIGHTS)
            .map(|(digit, weight)| u32::from(digit - b'0') * weight)
            .sum();
        if !weighed.is_multiple_of(11) {
            return Err(OrganisationNumberError::CheckDigit(text.to_owned()));
        }
        text.parse().map(Self).map_err(|_| not_nine_digits())
    }
}

impl fmt::Display for OrganisationNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:09}", self.0)
    }
}

impl fmt::Debug for OrganisationNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OrganisationNumber({self})")
    }
}

/// A body: a directorate, a county governor, a ministry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    pub number: OrganisationNumber,
    pub name: String,
}

/// The state bodies that the figures speak of, and which county governor (statsforvalter) has which counties.
#[derive(Debug, Clone)]
pub struct Organisations {
    names: HashMap<OrganisationNumber, String>,
    /// County (the first two digits of a municipality number) to its governor.
    governors: HashMap<String, OrganisationNumber>,
}

impl Organisations {
    /// The built-in directory; names as the state accounts (DFØ) write them, counties as municipality numbers begin.
    pub fn built_in() -> Result<Self, ReferenceError> {
        Self::parse("organisations.csv", include_str!("../data/organisations.csv"))
    }

    /// Reads `organisation_number;name;counties` (counties separated by blanks, empty for other bodies).
    pub fn parse(place: &str, text: &str) -> Result<Self, ReferenceError> {
        let mut directory = Self {
            names: HashMap::new(),
            governors: HashMap::new(),
        };
        for row in Table::read(place, text, &["organisation_number", "name", "counties"])?.rows() {
            let number = row.parse(0)?;
            directory.names.insert(number, row.text(1).to_owned());
            for county in row.text(2).split_whitespace() {
                directory.governors.insert(county.to_owned(), number);
            }
        }
        Ok(directory)
    }

    /// Adds bodies that a programme file names.
    pub fn extend(&mut self, organisations: impl IntoIterator<Item = Organisation>) {
        for organisation in organisations {
            self.names.entry(organisation.number).or_insert(organisation.name);
        }
    }

    /// The body; one that the directory does not know is called by its number.
    pub fn get(&self, number: OrganisationNumber) -> Organisation {
        let name = self.names.get(&number).cloned().unwrap_or_else(|| number.to_string());
        Organisation { number, name }
    }

    /// Whether the directory names the body.
    pub fn knows(&self, number: OrganisationNumber) -> bool {
        self.names.contains_key(&number)
    }

    /// Every county governor.
    pub fn county_governors(&self) -> impl Iterator<Item = OrganisationNumber> {
        self.governors.values().copied()
    }

    /// The county governor of the county that a municipality number lies in.
    pub fn county_governor(&self, municipality: crate::MunicipalityNumber) -> Option<OrganisationNumber> {
        self.governors.get(municipality.county()).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_digit_decides() {
        assert_eq!(
            "940244145"
                .parse::<OrganisationNumber>()
                .map(|number| number.to_string()),
            Ok("940244145".to_owned())
        );
        assert_eq!(
            "940244146".parse::<OrganisationNumber>(),
            Err(OrganisationNumberError::CheckDigit("940244146".to_owned()))
        );
        for text in ["", "94024414", "9402441455", "94024414X", " 940244145", "٩٤٠٢٤٤١٤٥"] {
            assert_eq!(
                text.parse::<OrganisationNumber>(),
                Err(OrganisationNumberError::NotNineDigits(text.to_owned()))
            );
        }
    }

    #[test]
    fn leading_zeros_stay() {
        // 000000019: 1·2 + 9·1 = 11.
        assert_eq!(
            "000000019".parse::<OrganisationNumber>().expect("valid").to_string(),
            "000000019"
        );
    }
}
