//! Reading the semicolon-separated reference tables, with errors that name file, line and reason.

use std::fmt::Display;
use std::str::FromStr;

/// Why a reference table was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {reason}")]
pub struct ReferenceError {
    /// File and, where one is at fault, line.
    pub place: String,
    pub reason: String,
}

impl ReferenceError {
    pub fn new(place: impl Into<String>, reason: impl Display) -> Self {
        Self {
            place: place.into(),
            reason: reason.to_string(),
        }
    }
}

/// A table whose wanted columns stand in the order that was asked for.
pub(crate) struct Table {
    rows: Vec<Row>,
}

pub(crate) struct Row {
    place: String,
    cells: Vec<String>,
}

impl Table {
    /// Reads UTF-8 text whose first line names the columns; columns nobody asked for are ignored.
    pub fn read(place: &str, text: &str, columns: &[&str]) -> Result<Self, ReferenceError> {
        let text = text.trim_start_matches('\u{feff}');
        let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(text.as_bytes());
        let header = reader
            .headers()
            .map_err(|error| ReferenceError::new(place, error))?
            .clone();
        let positions = columns
            .iter()
            .map(|wanted| {
                header.iter().position(|name| name == *wanted).ok_or_else(|| {
                    ReferenceError::new(format!("{place}, line 1"), format!("column {wanted:?} is missing"))
                })
            })
            .collect::<Result<Vec<usize>, _>>()?;
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| ReferenceError::new(place, error))?;
            let line = line_of(&record, text);
            let cells = positions
                .iter()
                .map(|position| record.get(*position).unwrap_or_default().to_owned())
                .collect();
            rows.push(Row {
                place: format!("{place}, line {line}"),
                cells,
            });
        }
        Ok(Self { rows })
    }

    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter()
    }
}

/// The line that the record begins on, as an editor counts. The reader passes blank lines over together with the record after them.
fn line_of(record: &csv::StringRecord, text: &str) -> usize {
    let begun = record
        .position()
        .and_then(|position| usize::try_from(position.byte()).ok())
        .and_then(|byte| text.get(byte..))
        .unwrap_or_default();
    let rest = begun.trim_start_matches(['\r', '\n']).len();
    text[..text.len() - rest].matches('\n').count() + 1
}

impl Row {
    pub fn text(&self, column: usize) -> &str {
        &self.cells[column]
    }

    pub fn parse<T: FromStr<Err: Display>>(&self, column: usize) -> Result<T, ReferenceError> {
        self.text(column).parse().map_err(|error| self.error(error))
    }

    /// The value; `None` where the cell is empty.
    pub fn optional<T: FromStr<Err: Display>>(&self, column: usize) -> Result<Option<T>, ReferenceError> {
        if self.text(column).is_empty() {
            Ok(None)
        } else {
            self.parse(column).map(Some)
        }
    }

    pub fn error(&self, reason: impl Display) -> ReferenceError {
        ReferenceError::new(&self.place, reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_told_by_its_line_as_an_editor_counts() {
        let text = "a;b\n\n1;\"x\ny\"\n\n2;z\n";
        for text in [
            text.to_owned(),
            text.replace('\n', "\r\n"),
            format!("\u{feff}{text}"),
            text.trim_end().to_owned(),
        ] {
            let table = Table::read("t.csv", &text, &["b", "a"]).expect("a table");
            let places: Vec<String> = table.rows().map(|row| row.error("no").place).collect();
            assert_eq!(places, ["t.csv, line 3", "t.csv, line 6"], "{text:?}");
        }
    }
}
