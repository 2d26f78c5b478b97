//! What the rows of a list come to: the totals, and the trailer that is held against them.

use programgrant_schema::{Content, Figure, Ore, Record};

use crate::cell;
use crate::mapping::{AmountStyle, TrailerForm, Unit};
use crate::sheet::{Cell, PickedRow, Places};
use crate::translate::Translator;

/// What the rows of a file come to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    /// All below the header that are not blank, but for the trailer.
    pub rows: u64,
    pub records: u64,
    pub set_aside: u64,
    pub skipped: u64,
    pub repeated: u64,
    pub hidden: u64,
    pub applied: Sum,
    pub granted: Sum,
    pub paid: Sum,
}

/// The sum of an amount over all records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sum {
    /// `None` once it has left the range of an amount.
    pub stated: Option<Ore>,
    /// How many records state it.
    pub records: u64,
    /// How many do not, though it applies.
    pub not_delivered: u64,
}

impl Default for Sum {
    fn default() -> Self {
        Self {
            stated: Some(Ore::ZERO),
            records: 0,
            not_delivered: 0,
        }
    }
}

impl Sum {
    fn add(&mut self, figure: Figure) {
        match figure {
            Figure::Stated(amount) => {
                self.stated = self.stated.and_then(|sum| sum.checked_add(amount));
                self.records += 1;
            }
            Figure::NotDelivered => self.not_delivered += 1,
            Figure::NotApplicable => {}
        }
    }
}

impl Totals {
    pub(crate) fn add_record(&mut self, record: &Record) {
        self.records += 1;
        if let Content::Award(award) = &record.content {
            self.applied.add(award.applied);
            self.granted.add(award.granted);
            self.paid.add(award.paid);
        }
    }
}

/// What a trailer is held against: every row but the skipped ones and itself.
#[derive(Debug)]
pub struct Control {
    rows: u64,
    /// In øre; `None` once an amount could not be read. Wide enough never to overflow.
    sum: Option<i128>,
}

impl Control {
    pub const fn new() -> Self {
        Self { rows: 0, sum: Some(0) }
    }

    pub fn add(&mut self, form: &TrailerForm, translator: &Translator<'_>, row: &PickedRow) {
        self.rows += 1;
        let Some((_, of)) = form.sum else { return };
        let amount = translator.amount(row, of.field(&translator.mapping.record));
        let amount = amount.map(|figure| figure.stated().unwrap_or_default());
        self.sum = self
            .sum
            .zip(amount.ok())
            .map(|(sum, amount)| sum + i128::from(amount.get()));
    }

    /// Holds the trailer against the rows. Where a row's amount cannot be read, the count alone decides. The error is a place within
    /// the file and a reason.
    pub fn check(
        &self,
        form: &TrailerForm,
        translator: &Translator<'_>,
        (places, trailer): (&Places, &PickedRow),
    ) -> Result<(), (String, String)> {
        let record = &translator.mapping.record;
        let told = |column: usize, unit| {
            let cell = trailer.cells.get(column).unwrap_or(&Cell::Blank);
            let name = translator.mapping.columns.name(column);
            read(cell, &record.amounts, unit).map_err(|reason| {
                (
                    places.cell(trailer.number, column),
                    format!("the trailer's {name}: {reason}"),
                )
            })
        };
        let disagrees = |column: usize, reason: String| Err((places.cell(trailer.number, column), reason));
        if let Some(column) = form.rows {
            let rows = told(column, Unit::Ore)?;
            if rows != i128::from(self.rows) {
                return disagrees(
                    column,
                    format!("the trailer counts {rows} rows, the file has {}", self.rows),
                );
            }
        }
        if let Some((column, of)) = form.sum {
            let sum = told(column, of.field(record).map_or(Unit::Kroner, |field| field.unit))?;
            if self.sum.is_some_and(|own| own != sum) {
                return disagrees(column, "the trailer's sum does not agree with the rows".to_owned());
            }
        }
        Ok(())
    }
}

/// A count or a sum of a trailer.
fn read(cell: &Cell, style: &AmountStyle, unit: Unit) -> Result<i128, String> {
    match cell::amount(cell, style, unit)? {
        Some(amount) => Ok(i128::from(amount.get())),
        None => Err("is blank".to_owned()),
    }
}
