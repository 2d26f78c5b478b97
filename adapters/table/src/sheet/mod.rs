//! Rows of one format, whatever they mean: cells with their places, read as a stream. A sheet knows columns by their headings and
//! nothing of mappings.

mod csv;
mod decoded;
mod json_cells;
mod json_items;
mod rows;
pub mod workbook;

use jiff::civil::DateTime;

pub use rows::{PickedRow, Places, SheetEnd, read_rows};

/// How much is read of a file at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadLimits {
    /// Of a CSV or JSON file.
    pub bytes: u64,
    pub rows: u64,
    /// Characters of one cell.
    pub cell: usize,
}

impl ReadLimits {
    pub const DEFAULT: Self = Self {
        bytes: 256 << 20,
        rows: 1_000_000,
        cell: 10_000,
    };
}

/// What a cell holds, before anybody asks for an amount or a date.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Cell {
    /// Nothing, or nothing but blanks in a number's place; text of blanks is [`Cell::Text`].
    #[default]
    Blank,
    Text(String),
    /// A number cell of a workbook (rounded to 15 significant digits) or a number of JSON (to the letter): plain decimal text such as
    /// `-1234.5`, never through a float.
    Number(String),
    /// A date cell of a workbook, with its time of day.
    Date(DateTime),
    Boolean(bool),
    /// An error cell such as `#DIV/0!`, to the letter.
    Error(String),
    /// A formula without a stored value.
    NotComputed,
    /// A list or an object of JSON, to the letter.
    Structure(String),
}

/// One row below the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The physical line that it begins on, the workbook's row number, or the item's index from 0.
    pub number: u64,
    /// Whether a workbook hides or filters it. It is read all the same.
    pub hidden: bool,
    /// In the order of the header; a row may be shorter.
    pub cells: Vec<Cell>,
}

/// Why a sheet cannot be read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    /// The bytes are no whole sheet of that format, with the place within the file where one is at fault (`line 17`, `Vedtak!D17`).
    #[error("{}{reason}", place.as_deref().map(|place| format!("{place}: ")).unwrap_or_default())]
    Refused { place: Option<String>, reason: String },
    #[error("the file cannot be read")]
    Io,
}

impl SheetError {
    pub fn refused(reason: impl Into<String>) -> Self {
        let reason = reason.into();
        Self::Refused { place: None, reason }
    }

    pub fn at(place: impl Into<String>, reason: impl Into<String>) -> Self {
        let (place, reason) = (Some(place.into()), reason.into());
        Self::Refused { place, reason }
    }
}
