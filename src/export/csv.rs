//! CSV for Norwegian spreadsheets: semicolons, a decimal comma, UTF-8 with its mark, and no text that a spreadsheet would run.

use std::borrow::Cow;

use super::ExportError;
use super::about::About;
use super::kroner::kroner;
use super::table::{CellValue, TableShape};
use super::writer::TableWriter;

/// By which Excel knows UTF-8.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// The table while it is written.
pub struct CsvTable(csv::Writer<Vec<u8>>);

impl CsvTable {
    pub fn begin(shape: &TableShape) -> Result<Self, ExportError> {
        let mut writer = csv::WriterBuilder::new()
            .delimiter(b';')
            .terminator(csv::Terminator::CRLF)
            .from_writer(MARK.to_vec());
        writer.write_record(shape.headings.iter().map(|heading| heading.name.as_bytes()))?;
        Ok(Self(writer))
    }
}

impl TableWriter for CsvTable {
    fn row(&mut self, row: &[CellValue]) -> Result<(), ExportError> {
        for value in row {
            self.0.write_field(cell(value).as_bytes())?;
        }
        self.0.write_record(None::<&[u8]>)?;
        Ok(())
    }

    fn take(&mut self) -> Result<Vec<u8>, ExportError> {
        self.0.flush()?;
        let next = csv::WriterBuilder::new()
            .delimiter(b';')
            .terminator(csv::Terminator::CRLF)
            .from_writer(Vec::new());
        let written = std::mem::replace(&mut self.0, next).into_inner();
        written.map_err(|error| ExportError::Sink(error.into_error()))
    }

    fn end(&mut self, _: &About) -> Result<Vec<u8>, ExportError> {
        self.take()
    }
}

/// A cell as a spreadsheet reads it.
fn cell(value: &CellValue) -> Cow<'_, str> {
    match value {
        CellValue::Empty => Cow::Borrowed(""),
        CellValue::Text(text) => harmless(text),
        CellValue::Whole(number) => Cow::Owned(number.to_string()),
        CellValue::Number(number) => Cow::Owned(number.to_string().replace('.', ",")),
        CellValue::Amount(amount) => Cow::Owned(kroner(*amount, ',')),
        CellValue::Day(day) => Cow::Owned(day.to_string()),
        CellValue::Instant(instant) => Cow::Owned(instant.to_string()),
        CellValue::Flag(flag) => Cow::Borrowed(if *flag { "true" } else { "false" }),
    }
}

/// A text, marked as one by an apostrophe where a spreadsheet would take it for a formula. Amounts are no texts: their minus stays.
fn harmless(text: &str) -> Cow<'_, str> {
    // Some look past spaces, so those before the sign make no difference.
    let begins = text.trim_start_matches(' ');
    if begins.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use programgrant_schema::Ore;

    use super::*;
    use crate::export::table::{CellKind, heading};

    fn written(rows: &[Vec<CellValue>]) -> String {
        let headings = vec![
            heading("a", "A", CellKind::Text),
            heading("b_kr", "B", CellKind::Amount),
        ];
        let mut table = CsvTable::begin(&TableShape { headings, key: &[] }).expect("begins");
        let mut text = table.take().expect("taken");
        for row in rows {
            table.row(row).expect("written");
            text.extend(table.take().expect("taken"));
        }
        String::from_utf8(text).expect("UTF-8")
    }

    #[test]
    fn texts_that_would_run_are_marked_and_amounts_stay_numbers() {
        for (text, cell) in [
            ("=1+1", "'=1+1"),
            ("+47 22 00 00 00", "'+47 22 00 00 00"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\r=1", "\"'\r=1\""),
            ("  =1", "'  =1"),
            ("Frøya", "Frøya"),
            ("a=1", "a=1"),
            ("a;b", "\"a;b\""),
            ("say \"no\"", "\"say \"\"no\"\"\""),
            ("=\"a\";1", "\"'=\"\"a\"\";1\""),
            ("two\nlines", "\"two\nlines\""),
        ] {
            let amount = CellValue::Amount(Ore::new(-150).expect("in range"));
            let row = vec![CellValue::Text(text.to_owned()), amount];
            assert_eq!(written(&[row]), format!("\u{feff}a;b_kr\r\n{cell};-1,50\r\n"));
        }
    }

    #[test]
    fn what_is_empty_is_nothing_and_nought_is_nought() {
        let row = |amount| vec![CellValue::Empty, amount];
        let rows = [row(CellValue::Empty), row(CellValue::Amount(Ore::ZERO))];
        assert_eq!(written(&rows), "\u{feff}a;b_kr\r\n;\r\n;0,00\r\n");
    }
}
