//! One field of a record: read to the letter, or a fault that names it.

use jiff::Timestamp;
use jiff::civil::Date;
use programgrant_schema::{Figure, Ore};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::wire;

/// Why a record cannot be read: the field and what stands there.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault(pub String);

/// A field by its name, such as `utbetalinger[0].dato`, and its JSON text; `None` is absent or null.
pub struct Field<'a> {
    name: String,
    raw: Option<&'a RawValue>,
}

pub fn field(name: impl Into<String>, raw: Option<&RawValue>) -> Field<'_> {
    Field { name: name.into(), raw }
}

impl<'a> Field<'a> {
    /// The value of a nullable text field, as `parse` reads the text.
    pub fn may<T>(&self, what: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, Fault> {
        let Some(raw) = self.raw else { return Ok(None) };
        let text: Option<String> = serde_json::from_str(raw.get()).ok();
        text.and_then(|text| parse(&text)).map(Some).ok_or_else(|| self.is_no(what, raw))
    }

    /// The value of a text field that is never null.
    pub fn must<T>(&self, what: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, Fault> {
        self.may(what, parse)?.ok_or_else(|| self.missing())
    }

    /// A text for people, without surrounding blanks; `None` where nothing is left.
    pub fn may_say(&self) -> Result<Option<String>, Fault> {
        Ok(self.may("text", |text| Some(said(text)))?.flatten())
    }

    /// A field that is never null; what it says may still be nothing.
    pub fn must_say(&self) -> Result<Option<String>, Fault> {
        self.must("text", |text| Some(said(text)))
    }

    pub fn may_date(&self) -> Result<Option<Date>, Fault> {
        self.may("date", date)
    }

    pub fn must_date(&self) -> Result<Date, Fault> {
        self.must("date", date)
    }

    pub fn must_ore(&self) -> Result<Ore, Fault> {
        self.must(AMOUNT, ore)
    }

    /// A null amount is not known; it is never zero.
    pub fn figure(&self) -> Result<Figure, Fault> {
        self.may(AMOUNT, ore).map(Figure::from)
    }

    /// A GraphQL `Int`.
    pub fn must_year(&self) -> Result<i16, Fault> {
        let raw = self.raw.ok_or_else(|| self.missing())?;
        serde_json::from_str(raw.get()).map_err(|_| self.is_no("year", raw))
    }

    pub fn may_object<T: Deserialize<'a>>(&self) -> Result<Option<T>, Fault> {
        self.raw.map(|raw| wire::object(raw).ok_or_else(|| self.is_no("object", raw))).transpose()
    }

    pub fn must_object<T: Deserialize<'a>>(&self) -> Result<T, Fault> {
        self.may_object()?.ok_or_else(|| self.missing())
    }

    /// The elements, each with its place in its name.
    pub fn must_list(&self) -> Result<Vec<Field<'a>>, Fault> {
        let raw = self.raw.ok_or_else(|| self.missing())?;
        let elements: Vec<Option<&RawValue>> = serde_json::from_str(raw.get()).map_err(|_| self.is_no("list", raw))?;
        Ok(elements.into_iter().enumerate().map(|(index, raw)| field(format!("{}[{index}]", self.name), raw)).collect())
    }

    /// The field of this name within this one.
    pub fn within<'b>(&self, name: &str, raw: Option<&'b RawValue>) -> Field<'b> {
        field(format!("{}.{name}", self.name), raw)
    }

    fn missing(&self) -> Fault {
        Fault(format!("{} is missing", self.name))
    }

    fn is_no(&self, what: &str, raw: &RawValue) -> Fault {
        Fault(format!("{}: {} is no {what}", self.name, short(raw.get())))
    }
}

const AMOUNT: &str = "amount in øre as a decimal string";

/// What the system sends has no bound; what is said about it has.
pub fn short(text: &str) -> String {
    const MOST: usize = 60;
    let mut shown: String = text.chars().take(MOST).map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    if text.chars().nth(MOST).is_some() {
        shown.push('…');
    }
    shown
}

fn said(text: &str) -> Option<String> {
    Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Digits with an optional minus: an exponent or decimals would be another system's language.
fn ore(text: &str) -> Option<Ore> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| Ore::parse_ore(text).ok()).flatten()
}

/// `2021-03-01` and nothing more, where jiff would also take a time along.
pub fn date(text: &str) -> Option<Date> {
    has_shape(text, "0000-00-00").then(|| text.parse().ok()).flatten()
}

/// RFC 3339 with its offset, where jiff would also take shorter forms.
pub fn instant(text: &str) -> Option<Timestamp> {
    let (clock, rest) = text.split_at_checked(19)?;
    let offset = rest.strip_prefix('.').map_or(rest, |fraction| fraction.trim_start_matches(|letter: char| letter.is_ascii_digit()));
    let is_rfc_3339 = has_shape(clock, "0000-00-00T00:00:00") && (offset == "Z" || has_shape(offset, "+00:00") || has_shape(offset, "-00:00"));
    is_rfc_3339.then(|| text.parse().ok()).flatten()
}

/// Whether the text is the shape letter by letter, `0` standing for any digit.
fn has_shape(text: &str, shape: &str) -> bool {
    let fits = |(letter, wanted): (u8, u8)| if wanted == b'0' { letter.is_ascii_digit() } else { letter == wanted };
    text.len() == shape.len() && text.bytes().zip(shape.bytes()).all(fits)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn raw(json: &str) -> Box<RawValue> {
        RawValue::from_string(json.to_owned()).expect("JSON")
    }

    fn figure(json: &str) -> Result<Figure, Fault> {
        field("soektBeloepOere", Some(&raw(json))).figure()
    }

    #[test]
    fn an_amount_is_a_string_of_digits() {
        let stated = |ore| Ok(Figure::Stated(Ore::new(ore).expect("in range")));
        assert_eq!(figure(r#""4160000000""#), stated(4_160_000_000));
        assert_eq!(figure(r#""-12""#), stated(-12));
        assert_eq!(figure(r#""0""#), stated(0));
        assert_eq!(field("soektBeloepOere", None).figure(), Ok(Figure::NotDelivered));
        for json in ["4160000000", r#""1.0""#, r#""1e3""#, r#""""#, r#""-""#, r#""--1""#, r#""+1""#, r#"" 1""#, r#""12,50""#, r#""9007199254740992""#]
        {
            assert_eq!(figure(json), Err(Fault(format!("soektBeloepOere: {json} is no amount in øre as a decimal string"))));
        }
    }

    #[test]
    fn dates_and_instants_are_read_in_one_form_only() {
        assert_eq!(date("2021-03-01"), Some(jiff::civil::date(2021, 3, 1)));
        for text in ["2021-02-30", "20210301", "2021-3-1", "2021-03-01T00:00:00", "01.03.2021", " 2021-03-01", ""] {
            assert_eq!(date(text), None, "{text}");
        }
        let noon: Timestamp = "2021-03-01T11:00:00Z".parse().expect("an instant");
        assert_eq!(instant("2021-03-01T12:00:00+01:00"), Some(noon));
        assert_eq!(instant("2021-03-01T11:00:00.000Z"), Some(noon));
        let no_instants =
            ["2021-03-01", "2021-03-01T12:00:00", "2021-03-01 12:00:00Z", "2021-03-01T12:00Z", "2021-03-01T12:00:00+01", "2021-03-01T12:00:00.Z"];
        for text in
            no_instants.into_iter().chain(["2021-03-01T12:00:00+01:00[Europe/Oslo]", "2021-02-30T12:00:00Z", "2021-03-01T25:00:00Z", "ååååååååååååå"])
        {
            assert_eq!(instant(text), None, "{text}");
        }
    }

    #[test]
    fn a_reason_is_short_whatever_was_sent() {
        let long = format!("\"{}\"", "9".repeat(5_000));
        let Err(Fault(reason)) = figure(&long) else { panic!("{long} is no amount") };
        assert!(reason.chars().count() <= 200 && reason.starts_with("soektBeloepOere: \"999"), "{reason}");
    }

    proptest! {
        #[test]
        fn every_amount_comes_to_the_ore(ore in -Ore::MAX..=Ore::MAX) {
            prop_assert_eq!(figure(&format!("\"{ore}\"")), Ok(Figure::from(Ore::new(ore))));
        }

        #[test]
        fn no_text_makes_a_reader_panic(text in "\\PC{0,32}") {
            let _ = (ore(&text), date(&text), instant(&text), short(&text));
        }
    }
}
