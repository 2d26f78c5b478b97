//! JSON from outside, field by field: each keeps its own text until it is read as what it must be, so that one bad field
//! spoils no more than its record, and no amount passes through a float. What cannot be read is told by name and value.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::value::RawValue;

/// A field's own JSON text; `None` where it is absent or null.
pub type Raw<'a> = Option<&'a RawValue>;

/// Enough to recognise a value; a reason is read by people and must stay short.
const SHOWN: usize = 60;

/// What is wrong with a field, for people, beginning with its name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Flaw(pub String);

/// A field by its path in the system's words, such as `utbetalinger[0].dato`.
///
/// Every reading is `None` where the field is absent or null; [`Field::required`] is for where it may not be.
#[derive(Debug, Clone)]
pub struct Field<'a> {
    path: Cow<'a, str>,
    raw: Raw<'a>,
}

impl<'a> Field<'a> {
    /// The field of that path and what stands there.
    pub fn new(path: impl Into<Cow<'a, str>>, raw: Raw<'a>) -> Self {
        Self { path: path.into(), raw }
    }

    /// The field of that name within this one.
    pub fn within<'b>(&self, name: &str, raw: Raw<'b>) -> Field<'b> {
        Field::new(format!("{}.{name}", self.path), raw)
    }

    /// What `read` makes of the field, which must be there: `field.required(Field::date)`.
    pub fn required<T>(&self, read: impl FnOnce(&Self) -> Result<Option<T>, Flaw>) -> Result<T, Flaw> {
        read(self)?.ok_or_else(|| self.flaw("is missing"))
    }

    /// A JSON string, to the letter.
    pub fn text(&self) -> Result<Option<String>, Flaw> {
        self.parse("text", |text| Some(text.to_owned()))
    }

    /// A JSON string as [`label`] reads it: blank is absent.
    pub fn label(&self) -> Result<Option<String>, Flaw> {
        Ok(self.text()?.as_deref().and_then(label))
    }

    /// A JSON string that is a [`date`].
    pub fn date(&self) -> Result<Option<Date>, Flaw> {
        self.parse("date", date)
    }

    /// A JSON string that is an [`instant`].
    pub fn instant(&self) -> Result<Option<Timestamp>, Flaw> {
        self.parse("instant with an offset", instant)
    }

    /// A JSON number of four digits.
    pub fn year(&self) -> Result<Option<i16>, Flaw> {
        self.read("year", |json| {
            has_shape(json, "0000").then(|| json.parse().ok()).flatten()
        })
    }

    /// A JSON object, as [`object`] reads it.
    pub fn object<T: Deserialize<'a>>(&self) -> Result<Option<T>, Flaw> {
        self.read("object", object)
    }

    /// The elements of a JSON list, each with its place in its path.
    ///
    /// `E` says what a null element is: absent, as a [`Raw`], or a value like any other, as a `&RawValue`.
    pub fn list<E: Deserialize<'a> + Into<Raw<'a>>>(&self) -> Result<Option<Vec<Self>>, Flaw> {
        let elements: Option<Vec<E>> = self.read("list", |json| serde_json::from_str(json).ok())?;
        let element = |(index, raw): (usize, E)| Self::new(format!("{}[{index}]", self.path), raw.into());
        Ok(elements.map(|elements| elements.into_iter().enumerate().map(element).collect()))
    }

    /// A JSON string as `parse` reads it; `what` says what it must be, as in "is no date".
    pub fn parse<T>(&self, what: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, Flaw> {
        self.read(what, |json| parse(&serde_json::from_str::<String>(json).ok()?))
    }

    /// As [`Field::parse`], where the field must be there.
    pub fn parse_required<T>(&self, what: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, Flaw> {
        self.required(|field| field.parse(what, parse))
    }

    /// Any value as `read` reads its JSON text; `what` says what it must be.
    fn read<T>(&self, what: &str, read: impl FnOnce(&'a str) -> Option<T>) -> Result<Option<T>, Flaw> {
        let Some(json) = self.json() else { return Ok(None) };
        read(json).map(Some).ok_or_else(|| self.flaw(&format!("is no {what}")))
    }

    /// The JSON text itself.
    pub fn json(&self) -> Option<&'a str> {
        self.raw.map(RawValue::get)
    }

    /// Says that what stands here `problem`, as in "is blank".
    pub fn flaw(&self, problem: &str) -> Flaw {
        Flaw(match self.json() {
            Some(json) => format!("{}: {} {problem}", self.path, shortened(json)),
            None => format!("{} {problem}", self.path),
        })
    }
}

/// Reads a JSON object; `None` for anything else, a list of the same length included.
pub fn object<'a, T: Deserialize<'a>>(json: &'a str) -> Option<T> {
    // A derived `Deserialize` would take a list for an object whose fields have lost their names.
    json.trim_start()
        .starts_with('{')
        .then(|| serde_json::from_str(json).ok())
        .flatten()
}

/// The text without surrounding blanks; `None` where nothing is left.
pub fn label(text: &str) -> Option<String> {
    Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Reads `YYYY-MM-DD` and nothing else.
pub fn date(text: &str) -> Option<Date> {
    // The parser alone would take a date with a time, or without its hyphens.
    has_shape(text, "0000-00-00").then(|| text.parse().ok()).flatten()
}

/// Reads an instant of RFC 3339, which has its offset.
pub fn instant(text: &str) -> Option<Timestamp> {
    // The parser alone would take what ISO 8601 and RFC 9557 allow beyond RFC 3339.
    let (whole_seconds, rest) = text.split_at_checked(19)?;
    if !has_shape(&whole_seconds.to_ascii_uppercase(), "0000-00-00T00:00:00") {
        return None;
    }
    let offset = match rest.strip_prefix('.') {
        Some(fraction) => {
            let offset = fraction.trim_start_matches(|character: char| character.is_ascii_digit());
            (offset.len() < fraction.len()).then_some(offset)?
        }
        None => rest,
    };
    let is_offset = offset.eq_ignore_ascii_case("Z") || has_shape(offset, "+00:00") || has_shape(offset, "-00:00");
    is_offset.then(|| text.parse().ok()).flatten()
}

/// The beginning of a text from outside, fit for one line: what is sent has no bound, what is said about it has.
pub fn shortened(text: &str) -> String {
    let on_one_line = |character: char| if character.is_control() { ' ' } else { character };
    let mut short: String = text.chars().take(SHOWN).map(on_one_line).collect();
    if text.chars().nth(SHOWN).is_some() {
        short.push('…');
    }
    short
}

/// Whether the text has the shape, in which `0` stands for any digit.
fn has_shape(text: &str, shape: &str) -> bool {
    let fits = |(byte, shape): (u8, u8)| {
        if shape == b'0' {
            byte.is_ascii_digit()
        } else {
            byte == shape
        }
    };
    text.len() == shape.len() && text.bytes().zip(shape.bytes()).all(fits)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read<'a, T>(
        json: &'a str,
        read: impl FnOnce(&Field<'a>) -> Result<Option<T>, Flaw>,
    ) -> Result<Option<T>, String> {
        let value: &RawValue = serde_json::from_str(json).expect("JSON");
        read(&Field::new("felt", Some(value))).map_err(|flaw| flaw.to_string())
    }

    #[test]
    fn absent_is_missing_only_where_it_is_required() {
        let field = Field::new("felt", None);
        assert_eq!(
            (field.text(), field.date(), field.year()),
            (Ok(None), Ok(None), Ok(None))
        );
        assert_eq!(field.required(Field::date), Err(Flaw("felt is missing".to_owned())));
    }

    #[test]
    fn a_label_has_no_blanks_around_it_and_a_text_keeps_them() {
        assert_eq!(read(r#"" Bø ""#, Field::text), Ok(Some(" Bø ".to_owned())));
        assert_eq!(read(r#"" Bø ""#, Field::label), Ok(Some("Bø".to_owned())));
        assert_eq!(read(r#""\t ""#, Field::label), Ok(None));
        assert_eq!(read("17", Field::label), Err("felt: 17 is no text".to_owned()));
    }

    #[test]
    fn a_year_is_a_number_of_four_digits() {
        assert_eq!(read("2021", Field::year), Ok(Some(2021)));
        for json in ["\"2021\"", "21", "20210", "-2021", "2021.0", "2e3", "true"] {
            assert_eq!(read(json, Field::year), Err(format!("felt: {json} is no year")));
        }
    }

    #[test]
    fn a_date_is_a_day_and_nothing_else() {
        assert_eq!(
            read("\"2021-03-04\"", Field::date),
            Ok(Some(jiff::civil::date(2021, 3, 4)))
        );
        for json in [
            "\"20210304\"",
            "\"2021-3-4\"",
            "\"2021-03-04T00:00:00\"",
            "\"2021-02-30\"",
            "\"04.03.2021\"",
            "\" 2021-03-04\"",
            "\"\"",
            "20210304",
        ] {
            assert_eq!(read(json, Field::date), Err(format!("felt: {json} is no date")));
        }
    }

    #[test]
    fn an_instant_has_its_offset() {
        for json in [
            "\"2021-03-04T09:12:44+01:00\"",
            "\"2021-03-04T08:12:44Z\"",
            "\"2021-03-04T08:12:44.000Z\"",
            "\"2021-03-04t03:12:44.000-05:00\"",
        ] {
            assert_eq!(
                read(json, Field::instant),
                Ok(Some("2021-03-04T08:12:44Z".parse().expect("an instant"))),
                "{json}"
            );
        }
        for json in [
            "\"2021-03-04\"",
            "\"2021-03-04T09:12:44\"",
            "\"2021-03-04 09:12:44+01:00\"",
            "\"2021-03-04T09:12+01:00\"",
            "\"2021-03-04T09:12Z\"",
            "\"2021-03-04T09:12:44.+01:00\"",
            "\"2021-03-04T09:12:44.Z\"",
            "\"2021-03-04T09:12:44+01:00[Europe/Oslo]\"",
            "\"2021-03-04T09:12:44+0100\"",
            "\"2021-03-04T09:12:44+01\"",
            "\"2021-02-30T09:12:44Z\"",
            "\"2021-03-04T25:12:44Z\"",
            "\"æøå\"",
            "\"ååååååååååååå\"",
            "1614845564",
        ] {
            assert_eq!(
                read(json, Field::instant),
                Err(format!("felt: {json} is no instant with an offset"))
            );
        }
    }

    #[test]
    fn a_list_is_no_object() {
        #[derive(Debug, PartialEq, Deserialize)]
        struct Ordning<'a> {
            kapittel: &'a str,
        }
        assert_eq!(
            read(r#"{"kapittel": "231"}"#, Field::object),
            Ok(Some(Ordning { kapittel: "231" }))
        );
        assert_eq!(
            read(r#"["231"]"#, Field::object::<Ordning<'_>>),
            Err(r#"felt: ["231"] is no object"#.to_owned())
        );
        assert_eq!(
            object(" {\"kapittel\": \"231\"}\n"),
            Some(Ordning { kapittel: "231" }),
            "blanks around it say nothing"
        );
        assert_eq!(object::<Ordning<'_>>(r#"{"kapittel": "231"}{}"#), None);
    }

    #[test]
    fn an_element_is_told_by_its_place_and_a_null_one_is_what_the_adapter_says() {
        let second = |elements: Option<Vec<Field<'_>>>| {
            elements.expect("a list")[1]
                .required(Field::date)
                .map_err(|flaw| flaw.to_string())
        };
        let json = r#"["2021-03-04", null]"#;
        assert_eq!(
            read(json, Field::list::<Raw<'_>>).map(second),
            Ok(Err("felt[1] is missing".to_owned()))
        );
        assert_eq!(
            read(json, Field::list::<&RawValue>).map(second),
            Ok(Err("felt[1]: null is no date".to_owned()))
        );
        assert_eq!(
            read("{}", Field::list::<Raw<'_>>).map(second),
            Err("felt: {} is no list".to_owned())
        );
        let amount = Field::new("felt[1]", None).within("belop", None);
        assert_eq!(amount.flaw("is missing").to_string(), "felt[1].belop is missing");
    }

    #[test]
    fn a_reason_is_short_and_on_one_line_whatever_was_sent() {
        let long = format!("\"{}\"", "x".repeat(5_000));
        assert_eq!(
            read(&long, Field::date),
            Err(format!("felt: \"{}… is no date", "x".repeat(SHOWN - 1)))
        );
        assert_eq!(read("[1,\n2]", Field::date), Err("felt: [1, 2] is no date".to_owned()));
    }

    proptest! {
        #[test]
        fn no_text_makes_a_reading_panic(text in "\\PC{0,40}") {
            let json = serde_json::to_string(&text).expect("JSON");
            let _ = (read(&json, Field::instant), read(&json, Field::date), read(&json, Field::year), read(&json, Field::label));
            let _ = (shortened(&text), object::<Raw<'_>>(&text));
        }
    }
}
