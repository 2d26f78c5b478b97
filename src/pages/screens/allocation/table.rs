//! Who receives what: the rows of an allocation, with or without what changed.

use std::collections::HashMap;

use serde::Deserialize;

use super::super::super::format::AnsweredFigure;
use super::super::super::text::Texts;
use super::super::{BodyName, Cell};

/// What the fields of [`AnsweredTable`] are asked by.
pub const TABLE: &str = "table {
      frame added total notice method
      schemes { id whole scheme { name } }
      receivers { organisationNumber municipality { name } total parts { scheme amount } }
    }";

#[derive(Deserialize)]
pub struct AnsweredTable {
    pub frame: Option<i64>,
    pub added: Option<i64>,
    pub total: Option<i64>,
    pub notice: Option<String>,
    pub method: Vec<String>,
    pub schemes: Vec<AnsweredScheme>,
    #[serde(default)]
    pub receivers: Vec<Receiver>,
}

#[derive(Deserialize)]
pub struct AnsweredScheme {
    pub id: String,
    pub whole: Option<i64>,
    pub scheme: Option<BodyName>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Receiver {
    pub organisation_number: String,
    pub municipality: Option<BodyName>,
    pub total: Option<i64>,
    pub parts: Vec<AnsweredPart>,
}

#[derive(Deserialize)]
pub struct AnsweredPart {
    pub scheme: Option<String>,
    pub amount: Option<i64>,
}

/// What changed for one, as it is answered.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AnsweredChange {
    pub organisation_number: String,
    pub municipality: Option<BodyName>,
    pub before: Option<i64>,
    pub after: Option<i64>,
}

/// The table as it is shown.
pub struct ShownTable {
    pub frame: Cell,
    /// What was added to the frame; nothing where nothing was.
    pub added: Option<Cell>,
    pub total: Cell,
    pub notice: Option<String>,
    pub method: Vec<String>,
    /// The schemes' names, each with what all receive of it.
    pub schemes: Vec<(String, Cell)>,
    pub has_floor: bool,
    pub rows: Vec<ShownRow>,
    /// What all received before, and how much more that is now: columns of it, where it is compared.
    pub compared: Option<(Cell, Cell)>,
}

pub struct ShownRow {
    pub number: String,
    pub name: String,
    pub parts: Vec<Cell>,
    pub total: Cell,
    pub before: Cell,
    pub difference: Cell,
}

impl ShownTable {
    pub fn of(table: &AnsweredTable, changes: Option<&[AnsweredChange]>, texts: Texts) -> Self {
        let cell = |amount| amount_cell(amount, texts);
        let by_number: HashMap<&str, &AnsweredChange> = changes
            .unwrap_or_default()
            .iter()
            .map(|change| (change.organisation_number.as_str(), change))
            .collect();
        let row = |receiver: &Receiver| {
            let change = by_number.get(receiver.organisation_number.as_str());
            ShownRow {
                number: receiver.organisation_number.clone(),
                name: named(receiver.municipality.as_ref(), &receiver.organisation_number),
                parts: receiver.parts.iter().map(|part| cell(part.amount)).collect(),
                total: cell(receiver.total),
                before: cell(change.and_then(|change| change.before)),
                difference: cell(change.and_then(|change| change.difference())),
            }
        };
        let has_floor = table.has_floor();
        let parts = table.schemes.len() + usize::from(has_floor);
        let gone = |change: &AnsweredChange| ShownRow {
            number: change.organisation_number.clone(),
            name: named(change.municipality.as_ref(), &change.organisation_number),
            parts: (0..parts)
                .map(|_| Cell::of(AnsweredFigure::NOT_APPLICABLE, texts))
                .collect(),
            total: cell(change.after),
            before: cell(change.before),
            difference: cell(change.difference()),
        };
        let scheme = |scheme: &AnsweredScheme| {
            let name = scheme
                .scheme
                .as_ref()
                .map_or_else(|| scheme.id.clone(), |known| known.name.clone());
            (name, cell(scheme.whole))
        };
        Self {
            frame: cell(table.frame),
            added: table.added.filter(|added| *added != 0).map(|added| cell(Some(added))),
            total: cell(table.total),
            notice: table.notice.clone(),
            method: table.method.clone(),
            schemes: table.schemes.iter().map(scheme).collect(),
            has_floor,
            rows: table
                .receivers
                .iter()
                .map(row)
                .chain(table.gone(changes.unwrap_or_default()).map(gone))
                .collect(),
            compared: changes.map(|changes| {
                let before = together(changes.iter().map(|change| change.before));
                let difference = together(changes.iter().map(AnsweredChange::difference));
                (cell(before), cell(difference))
            }),
        }
    }
}

impl AnsweredTable {
    /// Whether what a floor of the sum gives is a column.
    fn has_floor(&self) -> bool {
        let first = self.receivers.first();
        first.is_some_and(|receiver| receiver.parts.iter().any(|part| part.scheme.is_none()))
    }

    /// Those who received before and are no receivers now: they pay, too.
    fn gone<'a>(&'a self, changes: &'a [AnsweredChange]) -> impl Iterator<Item = &'a AnsweredChange> {
        let receives = |number: &str| {
            let mut receivers = self.receivers.iter();
            receivers.any(|receiver| receiver.organisation_number == number)
        };
        changes
            .iter()
            .filter(move |change| !receives(&change.organisation_number))
    }
}

impl AnsweredChange {
    fn difference(&self) -> Option<i64> {
        self.after?.checked_sub(self.before?)
    }
}

/// The sum, where every part of it is known.
fn together(mut amounts: impl Iterator<Item = Option<i64>>) -> Option<i64> {
    amounts.try_fold(0_i64, |sum, amount| sum.checked_add(amount?))
}

fn named(municipality: Option<&BodyName>, number: &str) -> String {
    municipality.map_or_else(|| number.to_owned(), |known| known.name.clone())
}

pub fn amount_cell(amount: Option<i64>, texts: Texts) -> Cell {
    Cell::of(AnsweredFigure::known_or_not(amount), texts)
}
