//! DFØ's files as they are published: names, columns, rows. ISO-8859-1, `;`, every field quoted with `"`.
//!
//! A row is handed out as bytes and forgotten; memory is bounded by the longest row allowed, not by the file.

use std::collections::VecDeque;
use std::fmt;
use std::io::{self, Read, Seek, SeekFrom};

use csv::{ByteRecord, ErrorKind, ReaderBuilder};
use encoding_rs::mem::decode_latin1;

/// The longest row, in bytes, and then some: real rows have about 500.
const LONGEST_ROW: u64 = 1 << 20;

/// One of the files that DFØ publishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileName {
    /// `statsregnskapet_aar_{YYYY}.csv`.
    Accounts { year: i16 },
    /// `bevilgninger_full_historikk.csv`.
    Appropriations,
}

const APPROPRIATIONS: &str = "bevilgninger_full_historikk";

impl FileName {
    /// The file of that name; `None` where it is none of DFØ's.
    pub fn parse(name: &str) -> Option<Self> {
        match name.strip_suffix(".csv")? {
            APPROPRIATIONS => Some(Self::Appropriations),
            stem => {
                digits(stem.strip_prefix("statsregnskapet_aar_")?.as_bytes(), 4).map(|year| Self::Accounts { year })
            }
        }
    }

    /// The name without its ending: the record's id.
    pub fn id(self) -> String {
        match self {
            Self::Accounts { year } => format!("statsregnskapet_aar_{year:04}"),
            Self::Appropriations => APPROPRIATIONS.to_owned(),
        }
    }

    pub fn year(self) -> Option<i16> {
        match self {
            Self::Accounts { year } => Some(year),
            Self::Appropriations => None,
        }
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.csv", self.id())
    }
}

/// Why a file cannot be read as a whole.
#[derive(Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// The file itself is not what it should be; asking again helps only once it has changed.
    Refused { line: Option<u64>, reason: String },
    /// The disk fails; asking again may help.
    Io,
}

impl Unreadable {
    pub fn refused(line: Option<u64>, reason: impl Into<String>) -> Self {
        Self::Refused {
            line,
            reason: reason.into(),
        }
    }
}

impl From<io::Error> for Unreadable {
    fn from(_: io::Error) -> Self {
        Self::Io
    }
}

/// A row of `statsregnskapet_aar_{YYYY}.csv`: what one body booked on one account in one month.
#[derive(Debug)]
pub struct AccountsRow<'a> {
    pub line: u64,
    /// `År`.
    pub year: &'a [u8],
    /// `Periode`, YYYYMM.
    pub period: &'a [u8],
    /// `Kapittel_id`, four digits.
    pub chapter: &'a [u8],
    /// `Post_id`, six digits: chapter and post.
    pub post: &'a [u8],
    /// `Virksomhet_id`, the organisation number.
    pub body: &'a [u8],
    /// `Virksomhet`, the name; empty where the file has no such column.
    pub body_name: &'a [u8],
    /// `Beløp`.
    pub amount: &'a [u8],
}

/// A row of `bevilgninger_full_historikk.csv`: one decision about one post.
#[derive(Debug)]
pub struct AppropriationRow<'a> {
    pub line: u64,
    /// `År`.
    pub year: &'a [u8],
    /// `Kapittel_id`, four digits.
    pub chapter: &'a [u8],
    /// `Post_id`, six digits: chapter and post.
    pub post: &'a [u8],
    /// `Bevilgning_beløp`.
    pub amount: &'a [u8],
    /// `Bevilgning`, the decision's text.
    pub decision: &'a [u8],
}

pub struct AccountsFile<R>(Table<R, 7>);

impl<R: Read + Seek> AccountsFile<R> {
    pub fn open(file: R) -> Result<Self, Unreadable> {
        // The page names the texts beside the numbers; only the numbers are needed.
        let needed = [
            ("År", true),
            ("Periode", true),
            ("Kapittel_id", true),
            ("Post_id", true),
            ("Virksomhet_id", true),
        ];
        let [year, period, chapter, post, body] = needed;
        Table::open(
            file,
            [
                year,
                period,
                chapter,
                post,
                body,
                ("Virksomhet", false),
                ("Beløp", true),
            ],
        )
        .map(Self)
    }

    pub fn next(&mut self) -> Result<Option<AccountsRow<'_>>, Unreadable> {
        let Some((line, [year, period, chapter, post, body, body_name, amount])) = self.0.next()? else {
            return Ok(None);
        };
        Ok(Some(AccountsRow {
            line,
            year,
            period,
            chapter,
            post,
            body,
            body_name,
            amount,
        }))
    }
}

pub struct AppropriationsFile<R>(Table<R, 5>);

impl<R: Read + Seek> AppropriationsFile<R> {
    pub fn open(file: R) -> Result<Self, Unreadable> {
        let needed = ["År", "Kapittel_id", "Post_id", "Bevilgning_beløp", "Bevilgning"];
        Table::open(file, needed.map(|name| (name, true))).map(Self)
    }

    pub fn next(&mut self) -> Result<Option<AppropriationRow<'_>>, Unreadable> {
        let Some((line, [year, chapter, post, amount, decision])) = self.0.next()? else {
            return Ok(None);
        };
        Ok(Some(AppropriationRow {
            line,
            year,
            chapter,
            post,
            amount,
            decision,
        }))
    }
}

/// A row's line and its wanted cells.
type Cells<'a, const N: usize> = (u64, [&'a [u8]; N]);

/// A file whose wanted columns are found by their names and handed out in the order asked for.
struct Table<R, const N: usize> {
    reader: csv::Reader<Bounded<R>>,
    columns: [Option<usize>; N],
    record: ByteRecord,
    /// Where the latest row begins, in bytes.
    row_start: u64,
    row_line: u64,
}

impl<R: Read + Seek, const N: usize> Table<R, N> {
    /// `wanted` are the columns' names and whether the file must have them.
    fn open(file: R, wanted: [(&str, bool); N]) -> Result<Self, Unreadable> {
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

    fn next(&mut self) -> Result<Option<Cells<'_, N>>, Unreadable> {
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
    fn check_last_row(&mut self) -> Result<(), Unreadable> {
        let file = &mut self.reader.get_mut().inner;
        file.seek(SeekFrom::Start(self.row_start))?;
        let mut row = Vec::new();
        file.by_ref().take(LONGEST_ROW * 2).read_to_end(&mut row)?;
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
    let is_row = read.map_err(|error| match error.kind() {
        ErrorKind::UnequalLengths { expected_len, len, .. } => Unreadable::refused(
            Some(line),
            format!("a row of {len} columns where the header has {expected_len}"),
        ),
        ErrorKind::Io(error) if error.kind() == io::ErrorKind::InvalidData => {
            Unreadable::refused(None, "a row does not end")
        }
        _ => Unreadable::Io,
    })?;
    Ok((is_row, line))
}

/// Refuses to gather one row without end, as a quote that is never closed would, and keeps count of the lines.
struct Bounded<R> {
    inner: R,
    since_row: u64,
    handed_out: u64,
    /// Where the lines end that were handed out and not yet counted, in bytes.
    line_ends: VecDeque<u64>,
    counted: u64,
}

impl<R> Bounded<R> {
    fn new(inner: R) -> Self {
        Self {
            inner,
            since_row: 0,
            handed_out: 0,
            line_ends: VecDeque::new(),
            counted: 0,
        }
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
            return Err(io::ErrorKind::InvalidData.into());
        }
        let read = self.inner.read(buffer)?;
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

/// The number of exactly that many digits; `None` where the text is anything else.
pub fn digits<T: std::str::FromStr>(text: &[u8], count: usize) -> Option<T> {
    let plausible = text.len() == count && text.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(text).ok().filter(|_| plausible)?.parse().ok()
}

/// Text of the file, blanks around it removed.
pub fn text(cell: &[u8]) -> String {
    decode_latin1(cell).trim().to_owned()
}

#[cfg(test)]
mod tests;
