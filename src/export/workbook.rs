//! A workbook: typed cells under a heading that stays in sight, and a second sheet that says what the figures are. Rows go to a file
//! beside the memory while they come; a workbook is an archive, so nothing of it goes out before its end.

use rust_xlsxwriter::{Format, Workbook, XlsxError};

use super::ExportError;
use super::about::About;
use super::kroner::kroner;
use super::table::{CellKind, CellValue, Heading, TableShape};
use super::writer::TableWriter;

/// Of the second sheet.
const ABOUT: &str = "Om dataene";
/// The largest amount that is written as a number, in øre: spreadsheets keep fifteen digits.
const MOST: i64 = 999_999_999_999_999;
/// The longest text that a cell may hold.
const LONGEST: usize = 32_767;

/// The table while it is written.
pub struct WorkbookTable {
    book: Workbook,
    shape: TableShape,
    row: u32,
    forms: Forms,
}

/// How cells are shown; what they are is their type's.
struct Forms {
    heading: Format,
    amount: Format,
    day: Format,
    instant: Format,
    wrapped: Format,
}

impl WorkbookTable {
    pub fn begin(name: &str, shape: &TableShape) -> Result<Self, ExportError> {
        let forms = Forms {
            heading: Format::new().set_bold(),
            amount: Format::new().set_num_format("#,##0.00"),
            day: Format::new().set_num_format("yyyy-mm-dd"),
            instant: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
            wrapped: Format::new().set_text_wrap(),
        };
        let mut book = Workbook::new();
        let sheet = book.add_worksheet_with_constant_memory()?;
        sheet.set_name(name)?.set_freeze_panes(1, 0)?;
        for (column, heading) in (0..).zip(&shape.headings) {
            sheet.set_column_width(column, width(heading))?;
            sheet.write_string_with_format(0, column, title(heading), &forms.heading)?;
        }
        Ok(Self {
            book,
            shape: shape.clone(),
            row: 1,
            forms,
        })
    }

    /// What the figures are, then what each column is called.
    fn about(&mut self, about: &About) -> Result<(), XlsxError> {
        let sheet = self.book.add_worksheet().set_name(ABOUT)?;
        sheet.set_column_width(0, 28)?.set_column_width(1, 100)?;
        let mut row = 0;
        for (label, text) in about.lines() {
            sheet.write_string_with_format(row, 0, label, &self.forms.heading)?;
            sheet.write_string_with_format(row, 1, shortened(&text), &self.forms.wrapped)?;
            row += 1;
        }
        for heading in &self.shape.headings {
            sheet.write_string(row, 0, &heading.name)?;
            sheet.write_string(row, 1, title(heading))?;
            row += 1;
        }
        Ok(())
    }
}

impl TableWriter for WorkbookTable {
    fn row(&mut self, row: &[CellValue]) -> Result<(), ExportError> {
        let sheet = self.book.worksheet_from_index(0)?;
        let at = self.row;
        for (column, value) in (0..).zip(row) {
            match value {
                CellValue::Empty => {}
                CellValue::Text(text) => {
                    sheet.write_string(at, column, shortened(text))?;
                }
                CellValue::Whole(number) => {
                    sheet.write_number(at, column, nearest(&number.to_string()))?;
                }
                CellValue::Number(number) => {
                    sheet.write_number(at, column, nearest(&number.to_string()))?;
                }
                // A text is exact where a number of a spreadsheet would not be.
                CellValue::Amount(amount) if amount.get().abs() > MOST => {
                    sheet.write_string(at, column, kroner(*amount, ','))?;
                }
                CellValue::Amount(amount) => {
                    let amount = nearest(&kroner(*amount, '.'));
                    sheet.write_number_with_format(at, column, amount, &self.forms.amount)?;
                }
                CellValue::Day(day) => {
                    sheet.write_datetime_with_format(at, column, *day, &self.forms.day)?;
                }
                CellValue::Instant(instant) => {
                    let instant = instant.to_zoned(jiff::tz::TimeZone::UTC).datetime();
                    sheet.write_datetime_with_format(at, column, instant, &self.forms.instant)?;
                }
                CellValue::Flag(flag) => {
                    sheet.write_boolean(at, column, *flag)?;
                }
            }
        }
        self.row += 1;
        Ok(())
    }

    fn take(&mut self) -> Result<Vec<u8>, ExportError> {
        Ok(Vec::new())
    }

    fn end(&mut self, about: &About) -> Result<Vec<u8>, ExportError> {
        self.about(about)?;
        Ok(self.book.save_to_buffer()?)
    }
}

/// The nearest double: a workbook has nothing else. Nothing is calculated with it, and of every amount up to [`MOST`] the shortest decimal
/// that it is told by is the amount's own, which is what is written into the file.
fn nearest(decimal: &str) -> f64 {
    decimal.parse().unwrap_or(f64::NAN)
}

fn title(heading: &Heading) -> String {
    match heading.kind {
        CellKind::Instant => format!("{} (UTC)", heading.title),
        _ => heading.title.clone(),
    }
}

fn width(heading: &Heading) -> u16 {
    match heading.kind {
        CellKind::Whole | CellKind::Flag => 10,
        CellKind::Day => 12,
        CellKind::Amount | CellKind::Number | CellKind::Word(_) => 18,
        CellKind::Text | CellKind::Instant => 22,
    }
}

/// A text as a cell can hold it.
fn shortened(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use programgrant_schema::Ore;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_nearest_double_tells_the_amount(ore in -MOST..=MOST) {
            let amount = Ore::new(ore).expect("in range");
            prop_assert_eq!(Ore::parse_kroner(&nearest(&kroner(amount, '.')).to_string()), Ok(amount));
        }
    }
}
