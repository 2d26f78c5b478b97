//! A look at a file of any format: how it is written, where its header is, and what its columns hold. Nothing of it is believed; it only
//! serves to propose.

use std::fs::File;
use std::io::{Read, Seek};
use std::path::Path;

use encoding_rs::WINDOWS_1252;

use super::facts::Column;
use super::guess;
use crate::Refusal;
use crate::sheet::workbook::{Limits, Workbook};
use crate::sheet::{Cell, SheetError};

mod items;

/// The largest CSV or JSON file.
const MAX_BYTES: u64 = 256 * 1024 * 1024;
/// The header is looked for in so many rows.
const HEAD_ROWS: usize = 30;
const SEPARATORS: [u8; 4] = [b';', b',', b'\t', b'|'];

/// What was seen.
#[derive(Debug)]
pub struct Look {
    pub form: Form,
    pub columns: Vec<Column>,
    pub rows: u64,
}

/// How the file is written, as `[file]` says it.
#[derive(Debug, PartialEq, Eq)]
pub enum Form {
    Csv {
        encoding: &'static str,
        separator: char,
        header_row: u64,
    },
    Xlsx {
        sheet: String,
        header_row: u32,
    },
    Json {
        records: String,
    },
    Ndjson,
}

pub fn look(name: &str, mut file: File) -> Result<Look, Refusal> {
    let mut head = [0; 4];
    let length = file.read(&mut head).map_err(|_| unreadable())?;
    file.rewind().map_err(|_| unreadable())?;
    let head = &head[..length];
    if head.starts_with(b"PK") || head.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return workbook(file).map_err(refusal);
    }
    if head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF]) {
        return Err(refused("it is UTF-16; save it as CSV in UTF-8"));
    }
    let mut bytes = Vec::new();
    let mut bounded = file.take(MAX_BYTES + 1);
    bounded.read_to_end(&mut bytes).map_err(|_| unreadable())?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(refused("it is larger than 256 MiB"));
    }
    let is_csv = Path::new(name)
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
    match text.iter().find(|byte| !byte.is_ascii_whitespace()) {
        None => Err(refused("it is empty")),
        Some(b'{' | b'[') if !is_csv => items::look(text),
        Some(_) => separated(text),
    }
}

fn refused(reason: &str) -> Refusal {
    Refusal {
        place: None,
        reason: reason.to_owned(),
        is_unread: false,
    }
}

fn unreadable() -> Refusal {
    Refusal {
        is_unread: true,
        ..refused("the file cannot be read")
    }
}

fn refusal(error: SheetError) -> Refusal {
    match error {
        SheetError::Refused { place, reason } => Refusal {
            place,
            reason,
            is_unread: false,
        },
        SheetError::Io => unreadable(),
    }
}

fn workbook(file: File) -> Result<Look, SheetError> {
    let again = file.try_clone().map_err(|_| SheetError::Io)?;
    let first = Workbook::first_rows(again, None, Limits::default(), HEAD_ROWS)?;
    let texts: Vec<Vec<String>> = first
        .iter()
        .map(|row| row.cells.iter().map(text_of).collect())
        .collect();
    let header = header_among(&texts).ok_or_else(|| SheetError::refused("its first sheet is blank"))?;
    let header_row = u32::try_from(first[header].number).unwrap_or(1);
    let mut book = Workbook::open(file, None, header_row, Limits::default())?;
    let mut columns: Vec<Column> = book
        .header()
        .iter()
        .map(|heading| Column::new(heading, heading))
        .collect();
    let mut rows = 0;
    while let Some(row) = book.next_row()? {
        rows += 1;
        columns
            .iter_mut()
            .zip(&row.cells)
            .for_each(|(column, cell)| column.see(cell));
    }
    let sheet = book.sheet().to_owned();
    Ok(Look {
        form: Form::Xlsx { sheet, header_row },
        columns,
        rows,
    })
}

fn text_of(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) | Cell::Number(text) => text.clone(),
        _ => String::new(),
    }
}

/// The row with most headings that are known; where none has two, the first with two cells, or with any.
fn header_among(rows: &[Vec<String>]) -> Option<usize> {
    let known = |row: &Vec<String>| guess::known(row.iter().map(String::as_str));
    let filled = |row: &&Vec<String>| row.iter().filter(|cell| !cell.trim().is_empty()).count();
    let most = rows.iter().map(known).max().filter(|most| *most >= 2);
    most.and_then(|most| rows.iter().position(|row| known(row) == most))
        .or_else(|| rows.iter().position(|row| filled(&row) >= 2))
        .or_else(|| rows.iter().position(|row| filled(&row) >= 1))
}

fn separated(bytes: &[u8]) -> Result<Look, Refusal> {
    let (text, encoding) = match std::str::from_utf8(bytes) {
        Ok(text) => (text.into(), "utf-8"),
        Err(_) => (WINDOWS_1252.decode_without_bom_handling(bytes).0, "windows-1252"),
    };
    // The separator under which most headings are known, and then the one that makes most columns.
    let (separator, (header, offset)) = SEPARATORS
        .into_iter()
        .filter_map(|separator| Some((separator, head(&text, separator)?)))
        .max_by_key(|(_, (header, _))| (guess::known(header.iter().map(String::as_str)), header.len()))
        .ok_or_else(|| refused("it has no row"))?;
    let header_row = 1 + text[..offset].matches('\n').count() as u64;
    let mut columns: Vec<Column> = header
        .iter()
        .map(|heading| Column::new(heading.trim(), heading))
        .collect();
    let mut rows = 0;
    let mut is_header = true;
    for record in reader(&text[offset..], separator).into_records() {
        let record = record.map_err(|error| refused(&error.to_string()))?;
        if std::mem::take(&mut is_header) || record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        rows += 1;
        for (column, cell) in columns.iter_mut().zip(&record) {
            column.see(&Cell::Text(cell.to_owned()));
        }
    }
    Ok(Look {
        form: Form::Csv {
            encoding,
            separator: char::from(separator),
            header_row,
        },
        columns,
        rows,
    })
}

/// The header under that separator, and where it begins.
fn head(text: &str, separator: u8) -> Option<(Vec<String>, usize)> {
    let (mut rows, mut offsets) = (Vec::new(), Vec::new());
    for record in reader(text, separator).into_records().take(HEAD_ROWS) {
        let record = record.ok()?;
        let start = usize::try_from(record.position()?.byte()).ok()?;
        // The reader begins a record with the blank lines before it.
        let breaks = text
            .get(start..)?
            .bytes()
            .take_while(|byte| matches!(byte, b'\r' | b'\n'))
            .count();
        offsets.push(start + breaks);
        rows.push(record.iter().map(str::to_owned).collect::<Vec<_>>());
    }
    let header = header_among(&rows)?;
    Some((rows.swap_remove(header), offsets[header]))
}

fn reader(text: &str, separator: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes())
}
