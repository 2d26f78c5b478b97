//! Promise: whoever opens an exported table in a spreadsheet finds the sums and days that stand in it, no amount as text, and no formula.
//! A workbook is opened by calamine always; `./test --all` (`TEST_OFFICE`) opens it and the CSV in `LibreOffice`, as a Norwegian would.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;
use std::process::Command;

use calamine::{Data, DataType, Reader, Xlsx};
use jiff::civil::Date;
use programgrant::export::{ExportFormat, What};

use super::tables::with_hostile_names;
use super::{OFFICE, Sheet, exported, ore};

/// Separator, quotes, UTF-8, from the first line, no formats by column, Norwegian (bokmål), as `LibreOffice`'s import of CSV numbers them.
const NORWEGIAN: &str = "--infilter=CSV:59,34,76,1,,1044,false,false";
const DAYS: [&str; 3] = ["paid_on", "decided_on", "use_until"];

/// What stands in a table's columns of amounts (how many, and their sum in øre) and of days.
#[derive(Debug, Default, PartialEq, Eq)]
struct Seen {
    amounts: BTreeMap<String, (usize, i64)>,
    days: BTreeMap<String, Vec<Date>>,
}

impl Seen {
    fn amount(&mut self, column: &str, ore: i64) {
        let (count, sum) = self.amounts.entry(column.to_owned()).or_default();
        (*count, *sum) = (*count + 1, *sum + ore);
    }

    fn day(&mut self, column: &str, day: Date) {
        self.days.entry(column.to_owned()).or_default().push(day);
    }

    /// To the letter.
    fn written(sheet: &Sheet) -> Self {
        let mut seen = Self::default();
        for (column, cell) in sheet.rows.iter().flat_map(|row| sheet.heading.iter().zip(row)) {
            if column.ends_with("_kr") && !cell.is_empty() {
                seen.amount(column, ore(cell));
            } else if DAYS.contains(&column.as_str()) && !cell.is_empty() {
                seen.day(column, cell.parse().expect("a day"));
            }
        }
        seen
    }

    /// In a workbook whose columns are those.
    fn opened(bytes: &[u8], columns: &[String]) -> Self {
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
        let name = book.sheet_names()[0].clone();
        let formulas = book.worksheet_formula(&name).expect("the sheet");
        // LibreOffice writes what is true or false as a formula, which is its own.
        let is_harmless = |formula: &str| ["", "TRUE()", "FALSE()"].contains(&formula);
        assert!(
            formulas.used_cells().all(|(_, _, formula)| is_harmless(formula)),
            "{name}: a text became a formula"
        );
        let range = book.worksheet_range(&name).expect("the sheet");
        let mut seen = Self::default();
        for (column, cell) in range.rows().skip(1).flat_map(|row| columns.iter().zip(row)) {
            if cell.is_empty() {
                continue;
            }
            if column.ends_with("_kr") {
                let number = cell.get_float().map(|number| format!("{number:.2}").replace('.', ","));
                let number = number.or_else(|| Some(format!("{},00", cell.get_int()?)));
                seen.amount(
                    column,
                    ore(&number.unwrap_or_else(|| panic!("{name} {column}: {cell:?} is no number"))),
                );
            } else if DAYS.contains(&column.as_str()) {
                seen.day(
                    column,
                    day(cell).unwrap_or_else(|| panic!("{name} {column}: {cell:?} is no day")),
                );
            }
        }
        seen
    }
}

fn day(cell: &Data) -> Option<Date> {
    let (year, month, day, ..) = cell.get_datetime()?.to_ymd_hms_milli();
    Date::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
    )
    .ok()
}

/// What `LibreOffice` makes of each file: a workbook of what it understood.
fn through_libreoffice(files: &[(String, Vec<u8>)], import: Option<&str>) -> Vec<Vec<u8>> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = |name: &str| folder.path().join(name);
    for (name, bytes) in files {
        std::fs::write(at(name), bytes).expect("written");
    }
    let output = Command::new("soffice")
        .arg(format!("-env:UserInstallation=file://{}", at("profile").display()))
        .args(["--headless", "--norestore", "--convert-to", "xlsx", "--outdir"])
        .arg(at("out"))
        .args(import)
        .args(files.iter().map(|(name, _)| at(name)))
        .output()
        .expect("LibreOffice, which ./test --all installs");
    let made = |(name, _): &(String, Vec<u8>)| {
        let path = at("out").join(Path::new(name).with_extension("xlsx"));
        std::fs::read(path).unwrap_or_else(|_| panic!("{name}: {}", String::from_utf8_lossy(&output.stderr)))
    };
    files.iter().map(made).collect()
}

#[tokio::test]
async fn sums_and_days_are_the_same_in_every_program() {
    let world = with_hostile_names().await;
    let (mut sheets, mut tables, mut books) = (Vec::new(), Vec::new(), Vec::new());
    for what in [What::Awards, What::Pots, What::Payments] {
        let (_, table) = exported(&world, OFFICE, what, ExportFormat::Csv).await;
        let (_, book) = exported(&world, OFFICE, what, ExportFormat::Xlsx).await;
        let sheet = Sheet::read(&table);
        let written = Seen::written(&sheet);
        assert!(
            written.amounts.values().any(|(count, sum)| *count >= 12 && *sum > 0),
            "{what}: {written:?}"
        );
        assert_eq!(Seen::opened(&book, &sheet.heading), written, "{what}");
        sheets.push((what, sheet, written));
        tables.push((format!("{what}.csv"), table));
        books.push((format!("{what}.xlsx"), book));
    }
    if std::env::var_os("TEST_OFFICE").is_none() {
        return;
    }
    let opened = [
        through_libreoffice(&tables, Some(NORWEGIAN)),
        through_libreoffice(&books, None),
    ];
    for (kind, opened) in ["CSV", "workbook"].into_iter().zip(opened) {
        for ((what, sheet, written), book) in sheets.iter().zip(&opened) {
            assert_eq!(Seen::opened(book, &sheet.heading), *written, "{what} as {kind}");
        }
    }
}
