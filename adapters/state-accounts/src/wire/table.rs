//! A table as DFØ writes it, whose wanted columns are found by name. A row is handed out as bytes and forgotten; memory is bounded by
//! the longest row allowed, not by the file.

use std::collections::VecDeque;
use std::io::{self, Read};

use csv::{ByteRecord, ErrorKind, ReaderBuilder};
use encoding_rs::mem::decode_latin1;

use super::{Refusal, Unreadable};

/// The longest row, in bytes, and then some: real rows have about 500.
pub const LONGEST_ROW: u64 = 1 << 20;

/// A row's line and its wanted cells.
pub type Cells<'a, const N: usize> = (u64, [&'a [u8]; N]);

/// A file whose wanted columns are found by their names and handed out in the order asked for.
pub struct Table<R, const N: usize> {
    reader: csv::Reader<Bounded<R>>,
    columns: [Option<usize>; N],
    record: ByteRecord,
    /// Where the latest row begins, in bytes.
    row_start: u64,
    row_line: u64,
}

impl<R: Read, const N: usize> Table<R, N> {
    /// `wanted` are the columns' names and whether the file must have them.
    pub fn open(file: R, wanted: [(&str, bool); N]) -> Result<Self, Unreadable> {
        let mut reader = ReaderBuilder::new()
            .delimiter(b';')
            .has_headers(false)
            .from_reader(Bounded::new(file));
        let mut header = ByteRecord::new();
        let (_, line) = read_row(&mut reader, &mut header)?;
        let mut columns = [None; N];
        for (column, (name, needed)) in columns.iter_mut().zip(wanted) {
            let mut found = header
                .iter()
                .enumerate()
                .filter(|(_, cell)| decode_latin1(cell) == name)
                .map(|(index, _)| index);
            *column = found.next();
            if found.next().is_some() {
                return Err(Unreadable::refused(
                    Some(line),
                    format!("column {name} stands there twice"),
                ));
            }
            if needed && column.is_none() {
                return Err(Unreadable::refused(Some(line), format!("column {name} is missing")));
            }
        }
        Ok(Self {
            reader,
            columns,
            record: ByteRecord::new(),
            row_start: 0,
            row_line: line,
        })
    }

    /// Whether the file has the column that was asked for in this place.
    pub fn has_column(&self, place: usize) -> bool {
        self.columns.get(place).is_some_and(Option::is_some)
    }

    pub fn next(&mut self) -> Result<Option<Cells<'_, N>>, Unreadable> {
        self.reader.get_mut().kept_from = self.row_start;
        let (is_row, line) = read_row(&mut self.reader, &mut self.record)?;
        if !is_row {
            self.check_last_row()?;
            return Ok(None);
        }
        self.row_start = self.record.position().map_or(self.row_start, csv::Position::byte);
        self.row_line = line;
        let cell = |column: Option<usize>| column.and_then(|column| self.record.get(column)).unwrap_or_default();
        Ok(Some((self.row_line, self.columns.map(cell))))
    }

    /// A file that breaks off inside a field, or right after a separator, still has a last row of plausible shape: only its
    /// quotes, or a last byte that ends neither a field nor a line, give it away.
    fn check_last_row(&self) -> Result<(), Unreadable> {
        let row = self.reader.get_ref().kept();
        let is_open = row
            .iter()
            .filter(|byte| **byte == b'"')
            .fold(false, |is_open, _| !is_open);
        let ends = row.last().is_none_or(|last| matches!(last, b'"' | b'\n' | b'\r'));
        if ends && !is_open {
            Ok(())
        } else {
            Err(Unreadable::refused(
                Some(self.row_line),
                "the file breaks off in this row",
            ))
        }
    }
}

/// Reads the next row: whether there is one, and the line that it begins on, as an editor counts.
fn read_row<R: Read>(reader: &mut csv::Reader<Bounded<R>>, record: &mut ByteRecord) -> Result<(bool, u64), Unreadable> {
    reader.get_mut().since_row = 0;
    let read = reader.read_byte_record(record);
    let end = reader.position().byte();
    let line = reader.get_mut().line_of(record, end);
    let is_row = read.map_err(|error| match error.into_kind() {
        ErrorKind::UnequalLengths { expected_len, len, .. } => Unreadable::refused(
            Some(line),
            format!("a row of {len} columns where the header has {expected_len}"),
        ),
        ErrorKind::Io(error) => Unreadable::from(error),
        _ => Unreadable::Io,
    })?;
    Ok((is_row, line))
}

/// Refuses to gather one row without end, as a quote that is never closed would, keeps count of the lines, and keeps the latest
/// row as it came: an archive cannot be read twice.
struct Bounded<R> {
    inner: R,
    since_row: u64,
    handed_out: u64,
    /// Where the lines end that were handed out and not yet counted, in bytes.
    line_ends: VecDeque<u64>,
    counted: u64,
    /// What came from byte `kept_at` on; what lies before byte `kept_from` may be forgotten.
    kept: Vec<u8>,
    kept_at: u64,
    kept_from: u64,
}

impl<R> Bounded<R> {
    fn new(inner: R) -> Self {
        Self {
            inner,
            since_row: 0,
            handed_out: 0,
            line_ends: VecDeque::new(),
            counted: 0,
            kept: Vec::new(),
            kept_at: 0,
            kept_from: 0,
        }
    }

    /// Where in `kept` the row begins that must be kept.
    fn forgettable(&self) -> usize {
        let bytes = usize::try_from(self.kept_from.saturating_sub(self.kept_at)).unwrap_or(usize::MAX);
        bytes.min(self.kept.len())
    }

    /// What came since the row that must be kept began.
    fn kept(&self) -> &[u8] {
        &self.kept[self.forgettable()..]
    }

    /// The line on which the row begins that ends before byte `end`: blank lines come before it, and some of its own may be quoted.
    fn line_of(&mut self, record: &ByteRecord, end: u64) -> u64 {
        let mut last = None;
        while let Some(line_end) = self.line_ends.pop_front_if(|line_end| *line_end < end) {
            self.counted += 1;
            last = Some(line_end);
        }
        let quoted = record.iter().flatten().filter(|byte| **byte == b'\n').count();
        let own = u64::try_from(quoted)
            .unwrap_or(u64::MAX)
            .saturating_add(u64::from(last.is_some_and(|last| last + 1 == end)));
        self.counted.saturating_sub(own) + 1
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.since_row > LONGEST_ROW {
            return Err(Refusal::error("a row does not end"));
        }
        let read = self.inner.read(buffer)?;
        let forgotten = self.forgettable();
        self.kept.drain(..forgotten);
        self.kept_at = self
            .kept_at
            .saturating_add(u64::try_from(forgotten).unwrap_or(u64::MAX));
        self.kept.extend_from_slice(&buffer[..read]);
        self.line_ends.extend(
            (self.handed_out..)
                .zip(&buffer[..read])
                .filter(|(_, byte)| **byte == b'\n')
                .map(|(at, _)| at),
        );
        let read_on = u64::try_from(read).unwrap_or(u64::MAX);
        self.since_row = self.since_row.saturating_add(read_on);
        self.handed_out = self.handed_out.saturating_add(read_on);
        Ok(read)
    }
}
