//! A field of `[record]`: the column that it stands in or the value that it always has, and how it is written there.

use std::collections::HashMap;

use programgrant_schema::Figure;

use super::MappingError;
use super::columns::{Columns, fold};
use super::keys::{Node, Section};

/// What a field may be in a mapping.
const FIELD: &str = "\"Column\", { column = \"…\" } or { value = \"…\" }";

/// Where a field's text comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// By its place among the mapping's columns.
    Column(usize),
    Value(String),
}

/// A field and, where one is given, the whole list of its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub origin: Origin,
    pub words: Option<Words>,
}

/// The words of a list and what each stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words(HashMap<String, String>);

impl Words {
    /// What the word stands for; `None` where it is not listed.
    pub fn get(&self, word: &str) -> Option<&str> {
        // Lists are long and words are few: most are found as they stand.
        self.0.get(word).or_else(|| self.0.get(&fold(word))).map(String::as_str)
    }
}

/// Which unit an amount stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Ore,
    Kroner,
    ThousandKroner,
}

/// How amounts are written as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AmountStyle {
    pub decimal: char,
    pub thousands: Vec<char>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AmountField {
    pub origin: Origin,
    pub unit: Unit,
    /// What a blank cell says; never zero.
    pub blank: Figure,
}

/// How dates are written as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateForm {
    /// `dd.mm.yyyy`, day and month of one or two digits.
    Norwegian,
    /// `yyyy-mm-dd`.
    Iso,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateField {
    pub origin: Origin,
    pub form: DateForm,
}

impl Field {
    /// `check` says what is wrong with what a word, or the value, stands for.
    pub(super) fn read(
        node: &Node<'_>,
        columns: &mut Columns,
        check: impl Fn(&str) -> Result<(), String>,
    ) -> Result<Self, MappingError> {
        if let Some(origin) = named(node, columns)? {
            return Ok(Self { origin, words: None });
        }
        let mut section = node.section(FIELD)?;
        let origin = origin(&mut section, columns)?;
        let words = section
            .take("words")
            .map(|words| Words::read(&words, &check))
            .transpose()?;
        if let (Origin::Value(value), None) = (&origin, &words) {
            check(value).map_err(|reason| section.error("value", reason))?;
        }
        if let (Origin::Value(value), Some(words)) = (&origin, &words)
            && words.get(value).is_none()
        {
            return Err(section.error("words", format!("do not list the value {value:?}")));
        }
        section.finish()?;
        Ok(Self { origin, words })
    }
}

impl Words {
    fn read(node: &Node<'_>, check: &impl Fn(&str) -> Result<(), String>) -> Result<Self, MappingError> {
        const WORDS: &str = "a table of words, { \"Innvilget\" = \"GRANTED\" }";
        let mut words = HashMap::new();
        for (word, meaning) in node.entries(WORDS)? {
            let text = meaning.text("what the word stands for")?;
            check(text).map_err(|reason| meaning.error(reason))?;
            if words.insert(fold(word), text.to_owned()).is_some() {
                return Err(meaning.error("the word stands here twice, but for case, blanks or composition"));
            }
        }
        if words.is_empty() {
            return Err(node.expected("at least one word"));
        }
        Ok(Self(words))
    }
}

impl AmountField {
    pub(super) fn read(node: &Node<'_>, columns: &mut Columns) -> Result<Self, MappingError> {
        let (unit, blank) = (Unit::Kroner, Figure::NotDelivered);
        if let Some(origin) = named(node, columns)? {
            return Ok(Self { origin, unit, blank });
        }
        let mut section = node.section(FIELD)?;
        let origin = origin(&mut section, columns)?;
        let units = [
            ("øre", Unit::Ore),
            ("kroner", Unit::Kroner),
            ("thousand_kroner", Unit::ThousandKroner),
        ];
        let unit = section.take("unit").map_or(Ok(unit), |node| node.choice(&units))?;
        let blanks = [
            ("not_delivered", Figure::NotDelivered),
            ("not_applicable", Figure::NotApplicable),
        ];
        let blank = section.take("blank").map_or(Ok(blank), |node| node.choice(&blanks))?;
        section.finish()?;
        Ok(Self { origin, unit, blank })
    }
}

impl DateField {
    pub(super) fn read(node: &Node<'_>, columns: &mut Columns) -> Result<Self, MappingError> {
        let form = DateForm::Norwegian;
        if let Some(origin) = named(node, columns)? {
            return Ok(Self { origin, form });
        }
        let mut section = node.section(FIELD)?;
        let origin = origin(&mut section, columns)?;
        let forms = [("dd.mm.yyyy", DateForm::Norwegian), ("yyyy-mm-dd", DateForm::Iso)];
        let form = section.take("form").map_or(Ok(form), |node| node.choice(&forms))?;
        section.finish()?;
        Ok(Self { origin, form })
    }
}

/// `"Column"`; `None` where it is no text.
fn named(node: &Node<'_>, columns: &mut Columns) -> Result<Option<Origin>, MappingError> {
    match node.as_text() {
        None => Ok(None),
        Some(_) => Ok(Some(Origin::Column(columns.add(node.label("a column's heading")?)))),
    }
}

/// `column` or `value`, one of them.
fn origin(section: &mut Section<'_>, columns: &mut Columns) -> Result<Origin, MappingError> {
    match (section.take("column"), section.take("value")) {
        (Some(column), None) => Ok(Origin::Column(columns.add(column.label("a column's heading")?))),
        (None, Some(value)) => Ok(Origin::Value(value.label("a text")?.to_owned())),
        (Some(_), Some(value)) => Err(value.error("stands beside column; expected one of them")),
        (None, None) => Err(section.error("column", "missing; expected column or value")),
    }
}
