//! A file of any format as rows with the cells of the mapping's columns, handed on one by one, and how places in it are called.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};

use serde_json::value::RawValue;

use super::csv::{CsvReader, CsvRow};
use super::json_cells::Picker;
use super::json_items::{pointer, read_items, refusal};
use super::workbook::{Limits as WorkbookLimits, Workbook};
use super::{Cell, ReadLimits, SheetError};
use crate::mapping::{Columns, FileForm, Format, fold};

/// A row with the cells of the mapping's columns, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PickedRow {
    pub number: u64,
    pub hidden: bool,
    pub cells: Vec<Cell>,
    /// Why the row as a whole is none.
    pub flaw: Option<String>,
}

/// How places within a sheet are called.
#[derive(Debug, Clone)]
pub enum Places {
    Csv,
    Xlsx { sheet: String, letters: Vec<String> },
    Json { list: String, names: Vec<String> },
    Ndjson { names: Vec<String> },
}

impl Places {
    /// Where a row stands.
    pub fn row(&self, number: u64) -> String {
        match self {
            Self::Csv | Self::Ndjson { .. } => format!("line {number}"),
            Self::Xlsx { sheet, .. } => format!("{sheet}!{number}"),
            Self::Json { list, .. } => format!("{list}/{number}"),
        }
    }

    /// Where a column's cell of a row stands.
    pub fn cell(&self, number: u64, column: usize) -> String {
        match self {
            Self::Csv => self.row(number),
            Self::Xlsx { sheet, letters } => match letters.get(column) {
                Some(letter) => format!("{sheet}!{letter}{number}"),
                None => self.row(number),
            },
            Self::Json { list, names } => format!("{list}/{number}{}", member(names, column)),
            Self::Ndjson { names } => format!("line {number}, {}", member(names, column)),
        }
    }
}

/// A column of JSON as a pointer within the item.
fn member(names: &[String], column: usize) -> String {
    match names.get(column) {
        Some(name) if name.starts_with('/') => name.clone(),
        Some(name) => pointer(std::slice::from_ref(name)),
        None => String::new(),
    }
}

/// What a file says besides its rows.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct SheetEnd {
    /// The next page's address.
    pub next: Option<String>,
    /// Of JSON, whose items need not have every member: which columns any item had. `None` where the header has told.
    pub seen: Option<Vec<bool>>,
}

/// Takes one row.
pub type TakeRow<'a> = &'a mut dyn FnMut(&Places, PickedRow) -> Result<(), SheetError>;

/// Reads a whole file and hands on each row that is not blank. What was handed on counts nothing after an error: a file is known to be
/// whole at its end alone.
pub fn read_rows(
    file: File,
    form: &FileForm,
    columns: &Columns,
    limits: ReadLimits,
    take: TakeRow<'_>,
) -> Result<SheetEnd, SheetError> {
    let mut rows = 0_u64;
    let mut take = |places: &Places, row: PickedRow| {
        rows += 1;
        if rows > limits.rows {
            return Err(SheetError::refused(format!("has more than {} rows", limits.rows)));
        }
        take(places, row)
    };
    if form.format != Format::Xlsx {
        let length = file.metadata().map_err(|_| SheetError::Io)?.len();
        if length > limits.bytes {
            return Err(SheetError::refused(format!("is larger than {} bytes", limits.bytes)));
        }
    }
    match form.format {
        Format::Csv => read_csv(file, form, columns, limits, &mut take),
        Format::Json => read_json(file, form, columns, limits, &mut take),
        Format::Ndjson => read_ndjson(file, columns, limits, &mut take),
        Format::Xlsx => read_xlsx(file, form, columns, limits, &mut take),
    }
}

fn read_csv(
    file: File,
    form: &FileForm,
    columns: &Columns,
    limits: ReadLimits,
    take: TakeRow<'_>,
) -> Result<SheetEnd, SheetError> {
    let (mut reader, mut row) = (CsvReader::new(file, form, limits), CsvRow::default());
    for _ in 0..form.header_row {
        if !reader.read(&mut row)? {
            return Err(SheetError::refused(format!("has no header in row {}", form.header_row)));
        }
    }
    let header: Vec<String> = (0..row.len()).map(|cell| row.cell(cell).to_owned()).collect();
    let positions = positions(&header, columns)?;
    let width = header.len();
    while reader.read(&mut row)? {
        if row.is_blank() {
            continue;
        }
        // Cells beyond the header are nothing where they are blank.
        let is_long = (width..row.len()).any(|cell| !row.cell(cell).trim().is_empty());
        let flaw =
            (row.len() < width || is_long).then(|| format!("the row has {} cells, and the header {width}", row.len()));
        let cells = positions.iter().map(|position| match row.cell(*position) {
            "" => Cell::Blank,
            text => Cell::Text(text.to_owned()),
        });
        let picked = PickedRow {
            number: row.line,
            hidden: false,
            cells: cells.collect(),
            flaw,
        };
        take(&Places::Csv, picked)?;
    }
    Ok(SheetEnd::default())
}

/// Where each of the mapping's columns stands in the header.
fn positions(header: &[String], columns: &Columns) -> Result<Vec<usize>, SheetError> {
    let header: Vec<String> = header.iter().map(|heading| fold(heading)).collect();
    let position = |name: &String| {
        let wanted = fold(name);
        let mut places = header.iter().enumerate().filter(|(_, heading)| **heading == wanted);
        match (places.next(), places.next()) {
            (Some((place, _)), None) => Ok(place),
            (None, _) => Err(SheetError::refused(format!("has no column {name:?}"))),
            (Some(_), Some(_)) => Err(SheetError::refused(format!("has the column {name:?} twice"))),
        }
    };
    columns.names().iter().map(position).collect()
}

fn read_json(
    file: File,
    form: &FileForm,
    columns: &Columns,
    limits: ReadLimits,
    take: TakeRow<'_>,
) -> Result<SheetEnd, SheetError> {
    let places = Places::Json {
        list: pointer(&form.records),
        names: columns.names().to_vec(),
    };
    let (mut picker, mut number) = (Picker::new(columns, limits), 0);
    let mut take_item = |item: &RawValue| {
        let row = picked(&mut picker, number, item).map_err(|error| placed(error, || places.row(number)))?;
        number += 1;
        take(&places, row)
    };
    let reader = without_mark(Bounded::new(file, limits.bytes))?;
    let next = read_items(reader, &form.records, form.next.as_deref(), &mut take_item)?;
    Ok(SheetEnd {
        next,
        seen: (number > 0).then(|| picker.into_seen()),
    })
}

fn read_ndjson(file: File, columns: &Columns, limits: ReadLimits, take: TakeRow<'_>) -> Result<SheetEnd, SheetError> {
    let places = Places::Ndjson {
        names: columns.names().to_vec(),
    };
    let mut reader = without_mark(Bounded::new(file, limits.bytes))?;
    let (mut picker, mut line, mut number, mut items) = (Picker::new(columns, limits), Vec::new(), 0, 0);
    loop {
        line.clear();
        number += 1;
        if reader.read_until(b'\n', &mut line).map_err(|error| bounded(&error))? == 0 {
            break;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        let place = || places.row(number);
        let item: &RawValue =
            serde_json::from_slice(line.trim_ascii()).map_err(|error| placed(line_refusal(&error), place))?;
        let row = picked(&mut picker, number, item).map_err(|error| placed(error, place))?;
        items += 1;
        take(&places, row)?;
    }
    Ok(SheetEnd {
        next: None,
        seen: (items > 0).then(|| picker.into_seen()),
    })
}

fn picked(picker: &mut Picker, number: u64, item: &RawValue) -> Result<PickedRow, SheetError> {
    let cells = picker.pick(item)?;
    Ok(PickedRow {
        number,
        hidden: false,
        flaw: cells.is_none().then(|| "the item is no object".to_owned()),
        cells: cells.unwrap_or_default(),
    })
}

/// Says where, unless it is said already.
fn placed(error: SheetError, place: impl Fn() -> String) -> SheetError {
    match error {
        SheetError::Refused { place: None, reason } => SheetError::at(place(), reason),
        other => other,
    }
}

/// What is wrong with a line, whose place is told by its number in the file.
fn line_refusal(error: &serde_json::Error) -> SheetError {
    match refusal(error) {
        SheetError::Refused { reason, .. } => SheetError::refused(reason),
        SheetError::Io => SheetError::Io,
    }
}

/// A file that is read up to a limit and no further.
struct Bounded {
    file: File,
    left: u64,
}

impl Bounded {
    fn new(file: File, limit: u64) -> Self {
        Self { file, left: limit }
    }
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        let left = u64::try_from(read).ok().and_then(|read| self.left.checked_sub(read));
        self.left = left.ok_or(io::ErrorKind::FileTooLarge)?;
        Ok(read)
    }
}

fn bounded(error: &io::Error) -> SheetError {
    match error.kind() {
        io::ErrorKind::FileTooLarge => SheetError::refused("is larger than the limit"),
        _ => SheetError::Io,
    }
}

/// The file after its byte-order mark, where it has one.
fn without_mark(file: Bounded) -> Result<BufReader<Bounded>, SheetError> {
    let mut reader = BufReader::with_capacity(64 << 10, file);
    if reader
        .fill_buf()
        .map_err(|error| bounded(&error))?
        .starts_with(b"\xef\xbb\xbf")
    {
        reader.consume(3);
    }
    Ok(reader)
}

fn read_xlsx(
    file: File,
    form: &FileForm,
    columns: &Columns,
    limits: ReadLimits,
    take: TakeRow<'_>,
) -> Result<SheetEnd, SheetError> {
    let within = WorkbookLimits {
        rows: limits.rows,
        characters: limits.cell,
        ..WorkbookLimits::default()
    };
    let mut book = Workbook::open(file, form.sheet.as_deref(), form.header_row, within)?;
    let positions = positions(book.header(), columns)?;
    let places = Places::Xlsx {
        sheet: book.sheet().to_owned(),
        letters: positions.iter().map(|position| book.column_name(*position)).collect(),
    };
    while let Some(mut row) = book.next_row()? {
        let cells = positions
            .iter()
            .map(|position| row.cells.get_mut(*position).map_or(Cell::Blank, std::mem::take));
        let picked = PickedRow {
            number: row.number,
            hidden: row.hidden,
            cells: cells.collect(),
            flaw: None,
        };
        take(&places, picked)?;
    }
    Ok(SheetEnd::default())
}
