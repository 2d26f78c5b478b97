//! Promise: what a spreadsheet's writer wrote is read back exact, and no bytes make the reader panic or show a smaller sheet as whole.

use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook as Writer};

use super::{Cell, Parts, Row, number, open, read, rows, text};

/// Kroner with two decimals, of fifteen digits at most, which a double holds.
fn kroner(ore: i64) -> String {
    let sign = if ore < 0 { "-" } else { "" };
    let (whole, part) = (ore.abs() / 100, ore.abs() % 100);
    format!("{sign}{whole}.{part:02}")
}

/// The text without zeros after the point, as number cells come.
fn shortest(amount: &str) -> String {
    amount.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The nearest double: the writer takes nothing else, as spreadsheets have nothing else. Nothing is calculated with it.
fn double(ore: i64) -> f64 {
    kroner(ore).parse().expect("a number")
}

/// A sheet with the amounts as numbers and as text.
fn table(amounts: &[i64]) -> Vec<u8> {
    let mut book = Writer::new();
    let sheet = book.add_worksheet();
    for (column, heading) in [(0, "Nr"), (1, "Tall"), (2, "Tekst")] {
        sheet.write_string(0, column, heading).expect("a heading");
    }
    for (row, ore) in (1..).zip(amounts) {
        sheet.write_number(row, 0, row).expect("a number");
        sheet.write_number(row, 1, double(*ore)).expect("an amount");
        sheet.write_string(row, 2, kroner(*ore)).expect("a text");
    }
    book.save_to_buffer().expect("a workbook")
}

fn expected(amounts: &[i64]) -> Vec<Row> {
    let row = |(line, ore): (u64, &i64)| Row {
        number: line + 1,
        hidden: false,
        cells: vec![
            number(&line.to_string()),
            number(&shortest(&kroner(*ore))),
            text(&kroner(*ore)),
        ],
    };
    (1..).zip(amounts).map(row).collect()
}

#[test]
fn what_a_writer_wrote_is_read() {
    let mut book = Writer::new();
    let sheet = book.add_worksheet().set_name("Vedtak 2024").expect("a name");
    for (column, heading) in [(0, "Orgnr"), (1, "Dato"), (2, "Beløp"), (3, "Sum"), (4, "Ja")] {
        sheet.write_string(0, column, heading).expect("a heading");
    }
    let date = ExcelDateTime::from_ymd(2024, 2, 29).expect("a day");
    let shown = Format::new().set_num_format("dd.mm.yyyy");
    sheet.write_string(1, 0, "0301\r\nOslo").expect("a text");
    sheet.write_datetime_with_format(1, 1, &date, &shown).expect("a date");
    let money = Format::new().set_num_format("#,##0.00 \"kr\"");
    sheet
        .write_number_with_format(1, 2, 0.1 + 0.2, &money)
        .expect("an amount");
    sheet
        .write_formula(1, 3, Formula::new("=C2*2").set_result("0.6"))
        .expect("a formula");
    sheet.write_boolean(1, 4, true).expect("a truth value");
    sheet.set_row_hidden(1).expect("hidden");
    let bytes = book.save_to_buffer().expect("a workbook");
    let mut workbook = open(&bytes).expect("opens");
    assert_eq!(workbook.sheet(), "Vedtak 2024");
    assert_eq!(workbook.header(), ["Orgnr", "Dato", "Beløp", "Sum", "Ja"]);
    let read = rows(&mut workbook).expect("whole");
    let date = jiff::civil::date(2024, 2, 29).at(0, 0, 0, 0);
    assert_eq!(
        read[0].cells,
        [
            text("0301\r\nOslo"),
            Cell::Date(date),
            number("0.3"),
            number("0.6"),
            Cell::Boolean(true)
        ]
    );
    assert_eq!((read.len(), workbook.hidden_rows()), (1, 1));
}

/// A sheet whose rows have numbers of their own, and a cell each that cannot be blank unseen.
fn sheet() -> Parts {
    let row = |number: u32| {
        format!(
            r#"<row r="{number}"><c r="A{number}"><v>{number}</v></c><c r="B{number}" t="s"><v>0</v></c><c r="C{number}" s="1"><v>45292</v></c></row>"#
        )
    };
    Parts::with_rows(&(2..=9).map(row).collect::<String>()).with_strings("<si><t>Bardu</t></si>")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn amounts_of_fifteen_digits_read_back_exact(
        amounts in prop::collection::vec(-999_999_999_999_999_i64..=999_999_999_999_999, 0..20)
    ) {
        prop_assert_eq!(read(&table(&amounts)).expect("whole"), expected(&amounts));
    }

    #[test]
    fn a_damaged_archive_is_refused_or_whole(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let whole = table(&[100, 200, 300]);
        let mut damaged = whole.clone();
        for (at, byte) in changes {
            damaged[at.index(whole.len())] = byte;
        }
        // What is not looked at (a time of change, a comment) may be another; the rows may not.
        if let Ok(rows) = read(&damaged) {
            prop_assert_eq!(rows, expected(&[100, 200, 300]));
        }
    }

    #[test]
    fn an_archive_that_breaks_off_is_refused(at in any::<prop::sample::Index>()) {
        let whole = table(&[100, 200, 300]);
        prop_assert!(read(&whole[..at.index(whole.len())]).is_err());
    }

    #[test]
    fn changed_markup_never_makes_a_smaller_sheet(
        part in 1_usize..6,
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut parts = sheet();
        let bytes = &mut parts.0[part].1;
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(rows) = parts.read() {
            prop_assert_eq!(rows.len(), 8);
        }
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(read(&bytes).is_err());
        prop_assert!(read(&[b"PK\x03\x04", &bytes[..]].concat()).is_err());
        let _ = sheet().with_bytes("xl/worksheets/sheet1.xml", &bytes).read();
    }
}
