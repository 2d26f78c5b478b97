//! A table: columns with name, title and kind, and rows of typed cells. What a format makes of them is the format's.

use jiff::Timestamp;
use jiff::civil::Date;
use programgrant_schema::Ore;
use rust_decimal::Decimal;

/// What a column's cells are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellKind {
    Text,
    /// One of few words, as the schema has them.
    Word(&'static [&'static str]),
    Whole,
    /// An exact number, in whatever unit.
    Number,
    /// Kroner with two decimals.
    Amount,
    Day,
    Instant,
    Flag,
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CellValue {
    Empty,
    Text(String),
    Whole(i64),
    Number(Decimal),
    Amount(Ore),
    Day(Date),
    Instant(Timestamp),
    Flag(bool),
}

pub type ExportRow = Vec<CellValue>;

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// For programs: small letters, digits, `_`, `.` and `-`.
    pub name: String,
    /// For people, in Bokmål.
    pub title: String,
    pub kind: CellKind,
}

/// A table's shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableShape {
    pub headings: Vec<Heading>,
    /// The columns that tell one row from another.
    pub key: &'static [&'static str],
}

/// How a figure stands that has an amount beside it: only STATED has one, and it may be 0.
pub const STATES: &[&str] = &[
    "STATED",
    "NOT_APPLICABLE",
    "NOT_DELIVERED",
    NOT_IN_REACH,
    NO_LONGER_LISTED,
];
/// Of a figure that whoever asks is not shown.
pub const NOT_IN_REACH: &str = "NOT_IN_REACH";
/// Of a figure that its source no longer lists: it counts in no sum.
pub const NO_LONGER_LISTED: &str = "NO_LONGER_LISTED";

pub fn heading(name: impl Into<String>, title: impl Into<String>, kind: CellKind) -> Heading {
    Heading {
        name: name.into(),
        title: title.into(),
        kind,
    }
}

/// The two columns of a figure.
pub fn figure(name: &str, title: &str) -> [Heading; 2] {
    [
        heading(format!("{name}_kr"), format!("{title} (kr)"), CellKind::Amount),
        heading(
            format!("{name}_state"),
            format!("{title}: tilstand"),
            CellKind::Word(STATES),
        ),
    ]
}

impl<T: Into<CellValue>> From<Option<T>> for CellValue {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}

macro_rules! cells {
    ($($from:ty => $variant:ident),*) => {
        $(impl From<$from> for CellValue {
            fn from(value: $from) -> Self {
                Self::$variant(value.into())
            }
        })*
    };
}

cells!(String => Text, &str => Text, &String => Text, i32 => Whole, i64 => Whole, Ore => Amount, Date => Day, Timestamp => Instant, bool => Flag);
