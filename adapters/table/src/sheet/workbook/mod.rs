//! One sheet of an Excel workbook (XLSX, ECMA-376 transitional and strict), read as a stream and with our own reader: amounts are read from
//! their text and never through a float, and hidden rows, formulas without a value and archive bombs are told. Macros, links and whatever
//! is not the sheet are never looked at.
//!
//! The rows are to be believed only when the end has been told: a checksum that disagrees shows itself at the end.

mod archive;
mod book;
mod cells;
mod markup;
mod number;
mod rows;
mod strings;
mod styles;
#[cfg(test)]
mod tests;

use std::fs::File;

use self::archive::Archive;
use self::book::{Book, within};
use self::cells::{MAX_COLUMNS, Meaning};
use self::markup::Markup;
use self::rows::{Rows, Window, cell_is_blank};
use self::strings::Strings;
use self::styles::Styles;
use super::{Cell, Row, SheetError};

/// What a workbook may be at most; the default is what the gateway reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of all parts together, unpacked.
    pub unpacked: u64,
    /// How many times the archive's own size that may be.
    pub ratio: u64,
    /// Rows below the header.
    pub rows: u64,
    /// Characters of a cell.
    pub characters: usize,
    /// Bytes that the strings which cells share may take in memory.
    pub strings: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            unpacked: 1024 * 1024 * 1024,
            ratio: 100,
            rows: 1_000_000,
            characters: 10_000,
            strings: 512 * 1024 * 1024,
        }
    }
}

/// A sheet whose header has been read.
pub struct Workbook {
    rows: Rows,
    header: Vec<String>,
    header_row: u32,
    limits: Limits,
    read: u64,
    hidden: u64,
    fault: Option<SheetError>,
}

impl Workbook {
    /// Opens the sheet of that name, or the first, and reads its header, the row of that number from 1.
    pub fn open(file: File, sheet: Option<&str>, header_row: u32, limits: Limits) -> Result<Self, SheetError> {
        let mut rows = open_rows(file, sheet, limits)?;
        let header = read_header(&mut rows, header_row)?;
        Ok(Self {
            rows,
            header,
            header_row,
            limits,
            read: 0,
            hidden: 0,
            fault: None,
        })
    }

    /// The first rows of the sheet of that name, or of the first, whatever they are, so that a person may look for the header.
    pub fn first_rows(file: File, sheet: Option<&str>, limits: Limits, most: usize) -> Result<Vec<Row>, SheetError> {
        let mut rows = open_rows(file, sheet, limits)?;
        let window = Window {
            first_row: 1,
            columns: MAX_COLUMNS,
        };
        let lines = std::iter::from_fn(|| rows.next(window).transpose());
        lines.take(most).map(|line| line.map(|line| line.row)).collect()
    }

    /// The headings from column A to the last that has one; a column between without a heading has an empty one.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// The name of the sheet that is read.
    pub fn sheet(&self) -> &str {
        self.rows.sheet()
    }

    /// The letters of a column of the header.
    #[allow(clippy::unused_self, reason = "each kind of sheet names its columns in its own way")]
    pub fn column_name(&self, index: usize) -> String {
        cells::column_name(index)
    }

    /// The next row below the header that is not blank. A row whose only cells stand beside the headed columns comes, too, without a cell.
    ///
    /// # Errors
    ///
    /// Whatever makes the sheet no whole one; the rows that came before are then not to be believed either. Asked again, it says the same.
    pub fn next_row(&mut self) -> Result<Option<Row>, SheetError> {
        if let Some(fault) = &self.fault {
            return Err(fault.clone());
        }
        let next = self.read_next();
        self.fault = next.as_ref().err().cloned();
        next
    }

    /// How many of the rows so far are hidden or filtered away.
    pub const fn hidden_rows(&self) -> u64 {
        self.hidden
    }

    fn read_next(&mut self) -> Result<Option<Row>, SheetError> {
        let window = Window {
            first_row: self.header_row,
            columns: self.header.len(),
        };
        while let Some(line) = self.rows.next(window)? {
            if line.is_blank {
                continue;
            }
            self.read += 1;
            if self.read > self.limits.rows {
                let reason = format!("it has more than {} rows", self.limits.rows);
                return Err(SheetError::at(self.sheet(), reason));
            }
            self.hidden += u64::from(line.row.hidden);
            return Ok(Some(line.row));
        }
        Ok(None)
    }
}

fn open_rows(file: File, sheet: Option<&str>, limits: Limits) -> Result<Rows, SheetError> {
    let archive = Archive::open(file, &limits)?;
    let book = Book::read(&archive)?;
    let (sheet, part) = book.find(sheet)?;
    let meaning = meaning(&archive, &book, limits)?;
    Rows::start(Markup::new(archive.part(part)?), meaning, sheet, part)
}

fn meaning(archive: &Archive, book: &Book, limits: Limits) -> Result<Meaning, SheetError> {
    let styles = match book.part_of_kind("styles") {
        Some(part) => archive
            .kept(part)
            .and_then(Styles::read)
            .map_err(|error| within(part, error))?,
        None => Styles::default(),
    };
    let strings = match book.part_of_kind("sharedStrings") {
        Some(part) => archive
            .part(part)
            .and_then(|strings| Strings::read(strings, &limits))
            .map_err(|error| within(part, error))?,
        None => Strings::default(),
    };
    Ok(Meaning {
        strings,
        styles,
        epoch: book.epoch,
        limits,
    })
}

fn read_header(rows: &mut Rows, header_row: u32) -> Result<Vec<String>, SheetError> {
    let missing = |rows: &Rows| SheetError::at(rows.sheet(), format!("row {header_row}, the header, is blank"));
    let window = Window {
        first_row: header_row,
        columns: MAX_COLUMNS,
    };
    let number = u64::from(header_row);
    let row = loop {
        match rows.next(window)? {
            Some(line) if line.row.number < number => {}
            Some(line) if line.row.number == number && !line.is_blank => break line.row,
            Some(_) | None => return Err(missing(rows)),
        }
    };
    let last = row.cells.iter().rposition(|cell| !cell_is_blank(cell));
    let cells = row.cells.into_iter().take(last.map_or(0, |last| last + 1));
    let headings = cells.enumerate().map(|(column, cell)| {
        let not_computed = "a heading is a formula without a stored value";
        heading(cell).ok_or_else(|| SheetError::at(rows.place(column, header_row), not_computed))
    });
    headings.collect()
}

/// A heading as text; years and the like stand in headers as numbers.
fn heading(cell: Cell) -> Option<String> {
    match cell {
        Cell::Blank => Some(String::new()),
        Cell::Text(text) | Cell::Number(text) | Cell::Error(text) => Some(text),
        Cell::Date(moment) => Some(moment.date().to_string()),
        Cell::Boolean(value) => Some(value.to_string().to_uppercase()),
        Cell::NotComputed | Cell::Structure(_) => None,
    }
}
