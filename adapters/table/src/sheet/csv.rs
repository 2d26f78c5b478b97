//! CSV as RFC 4180 has it, with the separator of the mapping: cells by row and physical line. A quotation mark that is never closed is
//! half a file.
//!
//! Written here because the reader that the other systems use takes an unclosed quotation mark for the end of a cell, and the rest of
//! the file for its content.

use std::fs::File;

use super::decoded::Decoded;
use super::{ReadLimits, SheetError};
use crate::mapping::FileForm;

/// The most cells of a row, as many as a workbook's sheet has columns.
const CELLS: usize = 16_384;

/// A CSV file, row by row.
pub struct CsvReader {
    text: Decoded,
    separator: char,
    /// The most characters of a cell.
    longest: usize,
    /// The physical line that the next character stands on.
    line: u64,
    /// Whether a carriage return has just ended a line, so that a line feed ends no other.
    after_return: bool,
}

/// The cells of one row, their texts one after the other.
#[derive(Debug, Default)]
pub struct CsvRow {
    /// The physical line that it begins on.
    pub line: u64,
    text: String,
    ends: Vec<usize>,
}

impl CsvRow {
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// A cell's text; empty beyond the last.
    pub fn cell(&self, index: usize) -> &str {
        let Some(end) = self.ends.get(index) else { return "" };
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start..*end]
    }

    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

/// Where the reading of a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    CellBegins,
    Plain,
    Quoted,
    /// A quotation mark within a quoted cell: its end, or half of a doubled one.
    AfterQuote,
}

impl CsvReader {
    pub fn new(file: File, form: &FileForm, limits: ReadLimits) -> Self {
        Self {
            text: Decoded::new(file, form.encoding, limits.bytes),
            separator: char::from(form.separator),
            longest: limits.cell,
            line: 1,
            after_return: false,
        }
    }

    /// Reads the next row, a blank line being one; false after the last.
    pub fn read(&mut self, row: &mut CsvRow) -> Result<bool, SheetError> {
        row.text.clear();
        row.ends.clear();
        let mut state = State::CellBegins;
        let mut begun = false;
        loop {
            let line = self.line;
            let rest = self.text.rest().map_err(|error| at_line(error, line))?;
            if rest.is_empty() {
                return self.finish(row, state, begun);
            }
            let mut taken = 0;
            for sign in rest.chars() {
                if self.after_return {
                    self.after_return = false;
                    if sign == '\n' {
                        taken += 1;
                        continue;
                    }
                }
                if !begun {
                    (begun, row.line) = (true, self.line);
                }
                taken += sign.len_utf8();
                let Some(next) = step(state, sign, self.separator, (row, &mut self.line))? else {
                    self.after_return = sign == '\r';
                    self.text.take(taken);
                    return self.check(row).map(|()| true);
                };
                state = next;
            }
            self.text.take(taken);
            // A quotation mark that is never closed would take in the rest of the file.
            self.check_length(row)?;
        }
    }

    fn finish(&mut self, row: &mut CsvRow, state: State, begun: bool) -> Result<bool, SheetError> {
        if state == State::Quoted {
            let place = format!("line {}", row.line);
            return Err(SheetError::at(
                place,
                "a quotation mark is not closed: the file breaks off",
            ));
        }
        if !begun {
            return Ok(false);
        }
        row.ends.push(row.text.len());
        self.check(row).map(|()| true)
    }

    fn check(&self, row: &CsvRow) -> Result<(), SheetError> {
        // Bytes are no fewer than characters: what is short enough in bytes need not be counted.
        if row.text.len() <= self.longest {
            return Ok(());
        }
        match (0..row.len()).find(|cell| row.cell(*cell).chars().nth(self.longest).is_some()) {
            None => Ok(()),
            Some(_) => Err(self.too_long(row)),
        }
    }

    fn check_length(&self, row: &CsvRow) -> Result<(), SheetError> {
        if row.len() > CELLS {
            let reason = format!("a row has more than {CELLS} cells");
            return Err(SheetError::at(format!("line {}", row.line), reason));
        }
        let open = row.ends.last().map_or(row.text.as_str(), |end| &row.text[*end..]);
        let is_long = open.len() > self.longest && open.chars().nth(self.longest).is_some();
        if is_long { Err(self.too_long(row)) } else { Ok(()) }
    }

    fn too_long(&self, row: &CsvRow) -> SheetError {
        let reason = format!("a cell has more than {} characters", self.longest);
        SheetError::at(format!("line {}", row.line), reason)
    }
}

/// Takes one character; `None` where it ends the row.
fn step(
    state: State,
    sign: char,
    separator: char,
    (row, line): (&mut CsvRow, &mut u64),
) -> Result<Option<State>, SheetError> {
    let refuse = |line: u64, reason: &str| Err(SheetError::at(format!("line {line}"), reason));
    let is_line_end = sign == '\n' || sign == '\r';
    match (state, sign) {
        (State::Quoted, '"') => return Ok(Some(State::AfterQuote)),
        (State::Quoted, _) => {
            // Within a cell a return and a feed are two signs and one line.
            let is_second = sign == '\n' && row.text.ends_with('\r');
            *line += u64::from(is_line_end && !is_second);
            row.text.push(sign);
            return Ok(Some(State::Quoted));
        }
        (State::CellBegins, '"') => return Ok(Some(State::Quoted)),
        (State::AfterQuote, '"') => {
            row.text.push('"');
            return Ok(Some(State::Quoted));
        }
        _ => {}
    }
    if sign == separator || is_line_end {
        row.ends.push(row.text.len());
        *line += u64::from(is_line_end);
        return Ok((!is_line_end).then_some(State::CellBegins));
    }
    match (state, sign) {
        (State::AfterQuote, _) => refuse(
            *line,
            "something follows a closing quotation mark; within a cell it is doubled",
        ),
        (_, '\0') => refuse(*line, "holds a NUL: it is no text"),
        _ => {
            row.text.push(sign);
            Ok(Some(State::Plain))
        }
    }
}

/// Says in which line the bytes are no text, where that is what is wrong.
fn at_line(error: SheetError, line: u64) -> SheetError {
    match error {
        SheetError::Refused { place: None, reason } if reason.starts_with("is not encoded") => {
            SheetError::at(format!("after line {line}"), reason)
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Seek, Write};

    use super::*;
    use crate::mapping::{Encoding, Format};

    fn reader(bytes: &[u8], encoding: Encoding) -> CsvReader {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(bytes).expect("written");
        file.rewind().expect("rewound");
        let mut form = FileForm::of(Format::Csv);
        form.encoding = encoding;
        CsvReader::new(file, &form, ReadLimits::DEFAULT)
    }

    fn rows(bytes: &[u8]) -> Result<Vec<(u64, Vec<String>)>, SheetError> {
        let (mut reader, mut row, mut rows) = (reader(bytes, Encoding::Utf8), CsvRow::default(), Vec::new());
        while reader.read(&mut row)? {
            rows.push((row.line, (0..row.len()).map(|cell| row.cell(cell).to_owned()).collect()));
        }
        Ok(rows)
    }

    fn row(line: u64, cells: &[&str]) -> (u64, Vec<String>) {
        (line, cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn rows_come_with_their_physical_line_whatever_the_line_ends() {
        let text = "a;b\r\n\r\n\"1;\"\"\r\nx\";2\r\n=\"0301\";\"\"\r\nlast;";
        let expected = vec![
            row(1, &["a", "b"]),
            row(2, &[""]),
            row(3, &["1;\"\r\nx", "2"]),
            row(5, &["=\"0301\"", ""]),
            row(6, &["last", ""]),
        ];
        assert_eq!(rows(text.as_bytes()), Ok(expected.clone()));
        for ends in ["\n", "\r"] {
            let lines: Vec<u64> = rows(text.replace("\r\n", ends).as_bytes())
                .expect("a table")
                .iter()
                .map(|row| row.0)
                .collect();
            assert_eq!(lines, [1, 2, 3, 5, 6], "{ends:?}");
        }
        assert_eq!(rows(b""), Ok(Vec::new()));
        assert_eq!(rows(b"a\r\n"), Ok(vec![row(1, &["a"])]));
    }

    #[test]
    fn half_a_file_and_what_is_no_text_are_refused() {
        for (bytes, place) in [
            (&b"a;b\n1;\"2\n3;4\n"[..], Some("line 2")),
            (b"a;b\n1;\"2\"x;3\n", Some("line 2")),
            (b"a;b\n1;\xf8\n", Some("after line 1")),
            (b"a\0;b\n", Some("line 1")),
        ] {
            match rows(bytes) {
                Err(SheetError::Refused { place: at, .. }) => assert_eq!(at.as_deref(), place, "{bytes:?}"),
                other => panic!("{bytes:?}: {other:?}"),
            }
        }
        let long = format!("a;b\n1;\"{}", "x".repeat(11_000));
        assert!(rows(long.as_bytes()).is_err(), "a cell has an end");
    }

    #[test]
    fn a_mark_decides_the_encoding() {
        let mut utf_16 = vec![0xff, 0xfe];
        utf_16.extend("Frøya;–\n".encode_utf16().flat_map(u16::to_le_bytes));
        for (bytes, encoding) in [
            ("\u{feff}Frøya;–\n".as_bytes().to_vec(), Encoding::Windows1252),
            (utf_16, Encoding::Utf8),
            (b"Fr\xf8ya;\x96\n".to_vec(), Encoding::Windows1252),
        ] {
            let (mut reader, mut row) = (reader(&bytes, encoding), CsvRow::default());
            assert_eq!(reader.read(&mut row), Ok(true));
            assert_eq!((row.cell(0), row.cell(1)), ("Frøya", "–"));
        }
    }
}
