//! Where a cell stands and what it holds: the value that its type, its style and its stored text come to.

use super::number::{self, Epoch};
use super::strings::{NoText, Strings, resolved};
use super::styles::Styles;
use super::{Cell, Limits, SheetError};

/// What the standard lets a sheet have.
pub const MAX_COLUMNS: usize = 16_384;
pub const MAX_ROWS: u32 = 1_048_576;

/// What a cell's text is measured by: the rest of the workbook.
pub struct Meaning {
    pub strings: Strings,
    pub styles: Styles,
    pub epoch: Epoch,
    pub limits: Limits,
}

/// A cell as its element has it.
#[derive(Debug, Default)]
pub struct Raw {
    pub kind: Kind,
    pub style: usize,
    pub has_formula: bool,
    /// Whether there is a stored value, and its text before escapes are resolved.
    pub has_value: bool,
    pub value: String,
}

/// The attribute `t`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    #[default]
    Number,
    Shared,
    /// The stored text of a formula.
    Text,
    Inline,
    Boolean,
    Error,
    Date,
}

impl Kind {
    pub fn parse(kind: Option<&str>) -> Result<Self, SheetError> {
        Ok(match kind {
            None | Some("n") => Self::Number,
            Some("s") => Self::Shared,
            Some("str") => Self::Text,
            Some("inlineStr") => Self::Inline,
            Some("b") => Self::Boolean,
            Some("e") => Self::Error,
            Some("d") => Self::Date,
            Some(other) => return Err(SheetError::refused(format!("{other:?} is no type of a cell"))),
        })
    }
}

impl Meaning {
    pub fn cell(&self, raw: &Raw) -> Result<Cell, SheetError> {
        let value = raw.value.trim_matches([' ', '\t', '\n', '\r']);
        // An empty text is a text, which a formula may well come to; an empty anything else is no value.
        let is_text = matches!(raw.kind, Kind::Text | Kind::Inline);
        if !raw.has_value || value.is_empty() && !is_text {
            return Ok(if raw.has_formula {
                Cell::NotComputed
            } else {
                Cell::Blank
            });
        }
        match raw.kind {
            Kind::Number => self.number(raw, value),
            Kind::Shared => self.shared(value),
            Kind::Text | Kind::Inline => resolved(&raw.value, &self.limits)
                .map(Cell::Text)
                .ok_or_else(|| self.too_long()),
            Kind::Boolean => match value {
                "1" | "true" => Ok(Cell::Boolean(true)),
                "0" | "false" => Ok(Cell::Boolean(false)),
                _ => Err(SheetError::refused("a truth value is neither 0 nor 1")),
            },
            Kind::Error => Ok(Cell::Error(self.short(value)?)),
            Kind::Date => self
                .short(value)
                .map(|text| number::iso(&text).map_or(Cell::Error(text), Cell::Date)),
        }
    }

    /// What is no number, or no day where a day is shown, stands aside as an error does: the rest of the sheet may be well.
    fn number(&self, raw: &Raw, value: &str) -> Result<Cell, SheetError> {
        let shows_date = self.styles.shows_date(raw.style);
        let no_style = || SheetError::refused(format!("the workbook has no style {}", raw.style));
        let shows_date = shows_date.ok_or_else(no_style)?;
        let text = self.short(value)?;
        Ok(match number::plain(&text) {
            None => Cell::Error(text),
            Some(plain) if shows_date => number::moment(&plain, self.epoch).map_or(Cell::Error(plain), Cell::Date),
            Some(plain) => Cell::Number(plain),
        })
    }

    fn shared(&self, value: &str) -> Result<Cell, SheetError> {
        let index = value.parse().map_err(|_| NoText::NotThere);
        match index.and_then(|index| self.strings.get(index)) {
            Ok(text) => Ok(Cell::Text(text.to_owned())),
            Err(NoText::TooLong) => Err(self.too_long()),
            Err(NoText::NotThere) => Err(SheetError::refused("its text is not among the workbook's strings")),
        }
    }

    fn short(&self, value: &str) -> Result<String, SheetError> {
        let is_short = value.len() <= self.limits.characters;
        is_short.then(|| value.to_owned()).ok_or_else(|| self.too_long())
    }

    fn too_long(&self) -> SheetError {
        SheetError::refused(format!("a cell has over {} characters", self.limits.characters))
    }
}

/// The letters of a column, from 0: `A`, `Z`, `AA`.
pub fn column_name(index: usize) -> String {
    let mut letters = Vec::new();
    let mut left = index + 1;
    while left > 0 {
        left -= 1;
        letters.push(char::from(b'A' + u8::try_from(left % 26).unwrap_or_default()));
        left /= 26;
    }
    letters.iter().rev().collect()
}

/// Reads `D17` as the column from 0 and the row from 1.
pub fn reference(text: &str) -> Option<(usize, u32)> {
    let digits = text.find(|sign: char| !sign.is_ascii_uppercase())?;
    let (letters, row) = text.split_at(digits);
    let is_row = !row.starts_with('0') && row.bytes().all(|digit| digit.is_ascii_digit());
    let row = is_row.then(|| row.parse().ok()).flatten()?;
    let in_reach = (1..=3).contains(&letters.len()) && row <= MAX_ROWS;
    let column = letters
        .bytes()
        .fold(0, |sum, letter| sum * 26 + usize::from(letter - b'A') + 1);
    (in_reach && column <= MAX_COLUMNS).then(|| (column - 1, row))
}
