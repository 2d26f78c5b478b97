//! The allocation in force held against what the systems report: the parts that differ, those of which the share is not known, and how many agree.

use serde::Deserialize;

use super::super::super::format::AnsweredFigure;
use super::super::super::text::Texts;
use super::super::{BodyName, Cell};
use super::table::{AnsweredTable, amount_cell};

/// What the fields of [`HeldTable`] are asked by, of whoever sees any shares.
pub const HELD: &str = "held: table @include(if: $objections) {
      receivers { organisationNumber municipality { name } parts { scheme amount reported { state amount } difference } }
    }";

#[derive(Deserialize)]
pub struct HeldTable {
    receivers: Vec<HeldReceiver>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HeldReceiver {
    organisation_number: String,
    municipality: Option<BodyName>,
    parts: Vec<HeldPart>,
}

#[derive(Deserialize)]
struct HeldPart {
    scheme: Option<String>,
    amount: Option<i64>,
    reported: Option<AnsweredFigure>,
    difference: Option<i64>,
}

/// The comparison as it is shown: a row for whatever is not alike.
pub struct ShownHeld {
    /// How many parts are reported as they were decided.
    pub agreeing: String,
    pub rows: Vec<HeldRow>,
}

pub struct HeldRow {
    pub name: String,
    pub scheme: String,
    pub decided: Cell,
    pub reported: Cell,
    pub difference: Cell,
}

impl ShownHeld {
    pub fn of(held: &HeldTable, table: Option<&AnsweredTable>, texts: Texts) -> Self {
        let (mut agreeing, mut rows) = (0_usize, Vec::new());
        for receiver in &held.receivers {
            for part in &receiver.parts {
                // What the visitor does not see, or no system reports, is held against nothing.
                let Some(reported) = part.reported else { continue };
                if part.difference == Some(0) {
                    agreeing += 1;
                    continue;
                }
                rows.push(HeldRow {
                    name: receiver
                        .municipality
                        .as_ref()
                        .map_or_else(|| receiver.organisation_number.clone(), |known| known.name.clone()),
                    scheme: scheme_name(table, part.scheme.as_deref().unwrap_or_default()),
                    decided: amount_cell(part.amount, texts),
                    reported: Cell::of(reported, texts),
                    difference: amount_cell(part.difference, texts),
                });
            }
        }
        Self {
            agreeing: texts.with("allocation-held-agree", "count", agreeing.to_string()),
            rows,
        }
    }
}

fn scheme_name(table: Option<&AnsweredTable>, id: &str) -> String {
    let mut schemes = table.into_iter().flat_map(|table| &table.schemes);
    let known = schemes.find(|scheme| scheme.id == id);
    let named = known.and_then(|known| known.scheme.as_ref());
    named.map_or_else(|| id.to_owned(), |named| named.name.clone())
}
