//! `[record]`: which columns make an award.

use std::collections::HashSet;

use programgrant_schema::OrganisationNumber;

use super::MappingError;
use super::columns::{Columns, fold};
use super::field::{AmountField, AmountStyle, DateField, Field};
use super::keys::{Node, Section};
use crate::cell;

/// Where the post stands: in one field, or chapter and post apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PostField {
    Whole(Field),
    Parts { chapter: Field, post: Field },
}

/// Rows that are no records: those whose cell in the column is one of the words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skip {
    pub column: usize,
    pub is: HashSet<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordForm {
    /// One at least; their texts are joined by `/`.
    pub key: Vec<Field>,
    pub reference: Option<Field>,
    pub year: Field,
    pub post: PostField,
    pub activity: Option<Field>,
    pub organisation_number: Option<Field>,
    pub municipality_number: Option<Field>,
    pub name: Option<Field>,
    pub status: Field,
    pub applied: Option<AmountField>,
    pub granted: Option<AmountField>,
    pub paid: Option<AmountField>,
    pub decided_on: Option<DateField>,
    pub use_from: Option<DateField>,
    pub use_until: Option<DateField>,
    pub changed_at: Option<DateField>,
    pub target_group: Option<Field>,
    pub payer: Option<Field>,
    pub amounts: AmountStyle,
    pub skip: Vec<Skip>,
}

impl RecordForm {
    pub(super) fn read(mut section: Section<'_>, columns: &mut Columns) -> Result<Self, MappingError> {
        let key = keys(&section.required("key", "a column, or a list of columns")?, columns)?;
        let reference = field(&mut section, "reference", columns, any)?;
        let year = Field::read(
            &section.required("year", "the column of the grant year")?,
            columns,
            |text| cell::year_of_text(text).map(drop),
        )?;
        let post = post(&section.required("post", "the column of the budget post")?, columns)?;
        let activity = field(&mut section, "activity", columns, any)?;
        let (organisation_number, municipality_number) = numbers(&mut section, columns)?;
        let name = field(&mut section, "name", columns, any)?;
        let status = Field::read(
            &section.required("status", "the column of the status")?,
            columns,
            |text| cell::status(text).map(drop),
        )?;
        let mut amount = |section: &mut Section<'_>, key| {
            let node = section.take(key);
            node.map(|node| AmountField::read(&node, columns)).transpose()
        };
        let (applied, granted, paid) = (
            amount(&mut section, "applied")?,
            amount(&mut section, "granted")?,
            amount(&mut section, "paid")?,
        );
        let mut date = |section: &mut Section<'_>, key| {
            let node = section.take(key);
            node.map(|node| DateField::read(&node, columns)).transpose()
        };
        let (decided_on, use_from, use_until, changed_at) = (
            date(&mut section, "decided_on")?,
            date(&mut section, "use_from")?,
            date(&mut section, "use_until")?,
            date(&mut section, "changed_at")?,
        );
        let target_group = field(&mut section, "target_group", columns, |text| {
            cell::target_group(text).map(drop)
        })?;
        let payer = field(&mut section, "payer", columns, organisation)?;
        let amounts = amount_style(&mut section)?;
        let skip = section
            .take("skip")
            .map_or(Ok(Vec::new()), |node| skips(&node, columns))?;
        section.finish()?;
        Ok(Self {
            key,
            reference,
            year,
            post,
            activity,
            organisation_number,
            municipality_number,
            name,
            status,
            applied,
            granted,
            paid,
            decided_on,
            use_from,
            use_until,
            changed_at,
            target_group,
            payer,
            amounts,
            skip,
        })
    }

    /// The amount that is called so.
    pub fn amount(&self, name: &str) -> Option<&AmountField> {
        match name {
            "applied" => self.applied.as_ref(),
            "granted" => self.granted.as_ref(),
            "paid" => self.paid.as_ref(),
            _ => None,
        }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "one of several checks")]
fn any(_: &str) -> Result<(), String> {
    Ok(())
}

fn organisation(text: &str) -> Result<(), String> {
    text.parse::<OrganisationNumber>()
        .map(drop)
        .map_err(|error| error.to_string())
}

fn field(
    section: &mut Section<'_>,
    key: &'static str,
    columns: &mut Columns,
    check: impl Fn(&str) -> Result<(), String>,
) -> Result<Option<Field>, MappingError> {
    let node = section.take(key);
    node.map(|node| Field::read(&node, columns, check)).transpose()
}

/// The two numbers of a recipient, of which one at least is mapped.
fn numbers(section: &mut Section<'_>, columns: &mut Columns) -> Result<(Option<Field>, Option<Field>), MappingError> {
    let organisation_number = field(section, "organisation_number", columns, organisation)?;
    let municipality_number = field(section, "municipality_number", columns, any)?;
    if organisation_number.is_none() && municipality_number.is_none() {
        let reason = "missing, and municipality_number, too; expected the column of at least one of them";
        return Err(section.error("organisation_number", reason));
    }
    Ok((organisation_number, municipality_number))
}

fn keys(node: &Node<'_>, columns: &mut Columns) -> Result<Vec<Field>, MappingError> {
    if !node.is_list() {
        return Ok(vec![Field::read(node, columns, any)?]);
    }
    let nodes = node.list("a list of columns")?;
    if nodes.is_empty() {
        return Err(node.error("an empty list; expected a column, or a list of columns"));
    }
    nodes.iter().map(|node| Field::read(node, columns, any)).collect()
}

fn post(node: &Node<'_>, columns: &mut Columns) -> Result<PostField, MappingError> {
    let check = |text: &str| cell::post_of_text(text).map(drop);
    if node.as_text().is_none() {
        let mut section = node
            .section("\"Column\", { column = \"…\" }, { value = \"291.62\" } or { chapter = \"…\", post = \"…\" }")?;
        if let Some(chapter) = section.take("chapter") {
            let chapter = Field::read(&chapter, columns, any)?;
            let post = Field::read(&section.required("post", "the column of the post")?, columns, any)?;
            section.finish()?;
            return Ok(PostField::Parts { chapter, post });
        }
    }
    Field::read(node, columns, check).map(PostField::Whole)
}

fn amount_style(section: &mut Section<'_>) -> Result<AmountStyle, MappingError> {
    let decimal = section
        .take("decimal")
        .map_or(Ok(','), |node| node.choice(&[(",", ','), (".", '.')]))?;
    let Some(node) = section.take("thousands") else {
        let thousands = vec![' ', '\u{a0}', '\u{202f}'];
        return Ok(AmountStyle { decimal, thousands });
    };
    // The other of the two marks may stand between groups where it does not stand before the decimals.
    let other = if decimal == ',' { '.' } else { ',' };
    let mut thousands = Vec::new();
    for mark in node.list("a list of marks, [\" \", \"\\u00a0\", \"\\u202f\"]")? {
        let mut signs = mark.text("one mark")?.chars();
        match (signs.next(), signs.next()) {
            (Some(sign), None) if [' ', '\u{a0}', '\u{202f}', other].contains(&sign) => thousands.push(sign),
            _ => {
                let marks = format!("\" \", \"\\u00a0\", \"\\u202f\" or, as decimal is {decimal:?}, {other:?}");
                return Err(mark.expected(&marks));
            }
        }
    }
    Ok(AmountStyle { decimal, thousands })
}

fn skips(node: &Node<'_>, columns: &mut Columns) -> Result<Vec<Skip>, MappingError> {
    const SKIP: &str = "a list of { column = \"…\", is = [\"…\"] }";
    let mut skips = Vec::new();
    for node in node.list(SKIP)? {
        let mut section = node.section("{ column = \"…\", is = [\"…\"] }")?;
        let column = section
            .required("column", "a column's heading")?
            .label("a column's heading")?;
        let words = section.required("is", "a list of words")?;
        let is = words.list("a list of words")?;
        if is.is_empty() {
            return Err(words.error("an empty list; expected at least one word"));
        }
        let is = is.iter().map(|word| word.text("a word").map(fold));
        skips.push(Skip {
            column: columns.add(column),
            is: is.collect::<Result<_, _>>()?,
        });
        section.finish()?;
    }
    Ok(skips)
}
