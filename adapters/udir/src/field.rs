//! One field: read from its JSON text as what it must be, or refused by name and value.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use programgrant_schema::{Ore, OreError};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::wire::{self, Raw};

/// Enough to recognise a value; a reason is read by people and must stay short.
const SHOWN: usize = 60;

/// What is wrong with a field, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw(String);

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A field by its path in the system's words. Every reading is `None` where the field is absent or null.
#[derive(Clone, Copy)]
pub struct Field<'a> {
    path: &'a str,
    value: Raw<'a>,
}

impl<'a> Field<'a> {
    pub fn new(path: &'a str, value: Raw<'a>) -> Self {
        Self { path, value }
    }

    /// Says that the value `problem`, as in "is no date".
    pub fn flaw(self, problem: &str) -> Flaw {
        Flaw(match self.value {
            Some(value) => format!("{}: {} {problem}", self.path, shortened(value.get())),
            None => format!("{} {problem}", self.path),
        })
    }

    pub fn required<T>(self, read: impl FnOnce(Self) -> Result<Option<T>, Flaw>) -> Result<T, Flaw> {
        read(self)?.ok_or_else(|| self.flaw("is missing"))
    }

    /// A JSON string, to the letter.
    pub fn text(self) -> Result<Option<String>, Flaw> {
        self.read("is no text", |json| serde_json::from_str(json).ok())
    }

    /// A JSON string without surrounding blanks; blank is absent.
    pub fn label(self) -> Result<Option<String>, Flaw> {
        Ok(self.text()?.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()))
    }

    /// Kroner as a JSON number, from its text.
    pub fn amount(self) -> Result<Option<Ore>, Flaw> {
        let Some(value) = self.value else { return Ok(None) };
        Ore::parse_kroner(value.get()).map(Some).map_err(|error| {
            self.flaw(match error {
                OreError::NotANumber(_) => "is no number",
                OreError::Fraction(_) => "has a part smaller than one øre",
                OreError::OutOfRange(_) => "is beyond every amount",
            })
        })
    }

    /// A year as a JSON number.
    pub fn year(self) -> Result<Option<i16>, Flaw> {
        self.read("is no year", |json| shaped(json, "0000").then(|| json.parse().ok()).flatten())
    }

    /// `YYYY-MM-DD`.
    pub fn date(self) -> Result<Option<Date>, Flaw> {
        self.read("is no date", |json| date(&serde_json::from_str::<String>(json).ok()?))
    }

    /// RFC 3339, with its offset.
    pub fn instant(self) -> Result<Option<Timestamp>, Flaw> {
        self.read("is no instant with an offset", |json| instant(&serde_json::from_str::<String>(json).ok()?))
    }

    pub fn object<T: Deserialize<'a>>(self) -> Result<Option<T>, Flaw> {
        self.read("is no object", wire::object)
    }

    pub fn list(self) -> Result<Vec<&'a RawValue>, Flaw> {
        self.read("is no list", |json| serde_json::from_str(json).ok()).map(Option::unwrap_or_default)
    }

    fn read<T>(self, problem: &str, read: impl FnOnce(&'a str) -> Option<T>) -> Result<Option<T>, Flaw> {
        let Some(value) = self.value else { return Ok(None) };
        read(value.get()).map(Some).ok_or_else(|| self.flaw(problem))
    }
}

/// The beginning of a text from outside, fit for one line.
pub fn shortened(text: &str) -> String {
    let one_line = |character: char| if character.is_control() { ' ' } else { character };
    let mut short: String = text.chars().take(SHOWN).map(one_line).collect();
    if text.chars().nth(SHOWN).is_some() {
        short.push('…');
    }
    short
}

/// Whether the text has the shape, in which `0` stands for any digit.
fn shaped(text: &str, shape: &str) -> bool {
    let fits = |(byte, shape): (u8, u8)| if shape == b'0' { byte.is_ascii_digit() } else { byte == shape };
    text.len() == shape.len() && text.bytes().zip(shape.bytes()).all(fits)
}

fn date(text: &str) -> Option<Date> {
    // The parser alone would take a date with a time, or without its hyphens.
    shaped(text, "0000-00-00").then(|| text.parse().ok()).flatten()
}

fn instant(text: &str) -> Option<Timestamp> {
    // The parser alone would take what ISO 8601 and RFC 9557 allow beyond RFC 3339.
    let (whole_seconds, rest) = text.split_at_checked(19)?;
    if !shaped(&whole_seconds.to_ascii_uppercase(), "0000-00-00T00:00:00") {
        return None;
    }
    let offset = match rest.strip_prefix('.') {
        Some(fraction) => {
            let offset = fraction.trim_start_matches(|character: char| character.is_ascii_digit());
            (offset.len() < fraction.len()).then_some(offset)?
        }
        None => rest,
    };
    let is_offset = offset.eq_ignore_ascii_case("Z") || shaped(offset, "+00:00") || shaped(offset, "-00:00");
    is_offset.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read<'a, T>(json: &'a str, read: impl FnOnce(Field<'a>) -> Result<Option<T>, Flaw>) -> Result<Option<T>, String> {
        let value: &RawValue = serde_json::from_str(json).expect("JSON");
        read(Field::new("felt", Some(value))).map_err(|flaw| flaw.to_string())
    }

    #[test]
    fn an_amount_is_a_number_read_from_its_text() {
        let ore = |json| read(json, Field::amount).map(|amount| amount.map(Ore::get));
        assert_eq!(ore("0.1"), Ok(Some(10)));
        assert_eq!(ore("1234567.89"), Ok(Some(123_456_789)));
        assert_eq!(ore("90071992547409.91"), Ok(Some(Ore::MAX)));
        assert_eq!(ore("4.12e5"), Ok(Some(41_200_000)));
        assert_eq!(ore("-0.50"), Ok(Some(-50)));
        assert_eq!(ore("0"), Ok(Some(0)));
        assert_eq!(ore("\"412000\""), Err("felt: \"412000\" is no number".to_owned()));
        assert_eq!(ore("true"), Err("felt: true is no number".to_owned()));
        assert_eq!(ore("0.125"), Err("felt: 0.125 has a part smaller than one øre".to_owned()));
        assert_eq!(ore("1e17"), Err("felt: 1e17 is beyond every amount".to_owned()));
    }

    #[test]
    fn a_date_is_a_day_and_nothing_else() {
        assert_eq!(read("\"2021-03-04\"", Field::date), Ok(Some(jiff::civil::date(2021, 3, 4))));
        for json in ["\"20210304\"", "\"2021-03-04T00:00:00\"", "\"2021-02-30\"", "\"04.03.2021\"", "\"\"", "20210304"] {
            assert_eq!(read(json, Field::date), Err(format!("felt: {json} is no date")));
        }
    }

    #[test]
    fn an_instant_has_its_offset() {
        for json in ["\"2021-03-04T09:12:44+01:00\"", "\"2021-03-04T08:12:44Z\"", "\"2021-03-04t03:12:44.000-05:00\""] {
            assert_eq!(read(json, Field::instant), Ok(Some("2021-03-04T08:12:44Z".parse().expect("an instant"))), "{json}");
        }
        for json in [
            "\"2021-03-04T09:12:44\"",
            "\"2021-03-04 09:12:44+01:00\"",
            "\"2021-03-04T09:12+01:00\"",
            "\"2021-03-04T09:12:44.+01:00\"",
            "\"2021-03-04T09:12:44+01:00[Europe/Oslo]\"",
            "\"2021-03-04T09:12:44+0100\"",
            "\"æøå\"",
            "1614845564",
        ] {
            assert_eq!(read(json, Field::instant), Err(format!("felt: {json} is no instant with an offset")));
        }
    }

    #[test]
    fn a_list_is_no_object_and_a_long_value_is_shortened() {
        assert!(read("[\"231\", \"63\"]", Field::object::<wire::Ordning<'_>>).is_err());
        let long = format!("\"{}\"", "x".repeat(1_000));
        assert_eq!(read(&long, Field::date).map_err(|reason| reason.chars().count()), Err("felt: ".len() + SHOWN + "… is no date".chars().count()));
    }

    proptest! {
        #[test]
        fn every_amount_survives_to_the_ore(ore in -Ore::MAX..=Ore::MAX) {
            let amount = Ore::new(ore).expect("in range");
            let json = amount.to_string();
            prop_assert_eq!(read(&json, Field::amount), Ok(Some(amount)));
        }

        #[test]
        fn no_text_makes_a_reading_panic(text in "\\PC{0,40}") {
            let json = serde_json::to_string(&text).expect("JSON");
            let _ = (read(&json, Field::instant), read(&json, Field::date), read(&json, Field::amount), read(&json, Field::year));
        }
    }
}
