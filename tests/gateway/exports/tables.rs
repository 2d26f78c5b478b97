//! Promise: a table opens as what it is in other people's programs: its CSV passes Frictionless's judgement by the package beside it, its
//! workbook has typed cells, and no text of a source becomes a formula in either.

use std::io::{Cursor, Read};
use std::process::Command;

use calamine::{Data, DataType, Reader, Xlsx};
use programgrant::demo::systems;
use programgrant::export::{ExportFormat, What};
use programgrant_schema::{BudgetPost, Figure, Ore};
use serde_json::Value;

use super::{OFFICE, Sheet, exported, json, ore, sheet};
use crate::others::target;
use crate::records::{TWELVE, pot_of, programme_2021, record, statement};
use crate::world::World;

const TABLES: [What; 9] = [
    What::Awards,
    What::Pots,
    What::Payments,
    What::Cases,
    What::Coverage,
    What::Deadlines,
    What::Allocations,
    What::Evaluation,
    What::CodeBook,
];
/// What a source might say of a recipient, to whoever opens the list.
const NAMES: [&str; 4] = [
    "=HYPERLINK(\"http://x.example\";\"Bamble\")",
    "+47;1",
    "-2+3",
    "@SUM(1;2)",
];

/// A world in which the recipients' names are what the source chose.
pub async fn with_hostile_names() -> World {
    let world = World::heard(&programme_2021()).await;
    let hostile = NAMES
        .iter()
        .zip(TWELVE)
        .enumerate()
        .map(|(key, (name, (number, organisation)))| {
            let key = format!("{}", 600 + key);
            let mut award = statement(
                systems::HELSEDIR,
                &key,
                number,
                organisation,
                BudgetPost::new(765, 60),
                2021,
            );
            award.activity = Some("VOKSNE".to_owned());
            award.recipient.name = Some((*name).to_owned());
            award.granted = Figure::Stated(Ore::new(-150).expect("in range"));
            record(award)
        });
    world.publish(&[(systems::HELSEDIR, hostile.collect())]);
    world.poll_all().await;
    world
}

#[tokio::test]
async fn the_data_package_of_every_table_is_valid() {
    let world = with_hostile_names().await;
    let now = world.gateway().dependencies.clock.now();
    world.gateway().reconciler.round(now).await.expect("compared");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut packages = Vec::new();
    for what in TABLES {
        let name = what.file_name(ExportFormat::Csv);
        let (said, bytes) = exported(&world, OFFICE, what, ExportFormat::Csv).await;
        std::fs::write(folder.path().join(&name), bytes).expect("written");
        let package = said.data_package(&name).expect("a table");
        let alone = json(&world, OFFICE, what, ExportFormat::Datapackage).await;
        assert_eq!(alone, package, "{what}");
        let path = folder.path().join(what.file_name(ExportFormat::Datapackage));
        std::fs::write(&path, package.to_string()).expect("written");
        packages.push(path);
    }
    for package in &packages {
        let judged = frictionless(package);
        assert_eq!(judged["valid"], true, "{}: {judged:#}", package.display());
    }
    // Its judgement is one: a table that is not what its package says does not pass.
    let (name, path) = ("pots.csv", folder.path().join("pots.csv"));
    let text = std::fs::read_to_string(&path).expect("text");
    std::fs::write(&path, text.replacen(";STATED;", ";SAID;", 1)).expect("written");
    assert_eq!(frictionless(&packages[1])["valid"], false, "{name}");
}

/// What Frictionless's own program says of a package.
fn frictionless(package: &std::path::Path) -> Value {
    let program = target().join("python/bin/frictionless");
    let output = Command::new(&program)
        .args(["validate", "--type", "package", "--json"])
        .arg(package.file_name().expect("a name"))
        .current_dir(package.parent().expect("a folder"))
        .output()
        .unwrap_or_else(|error| panic!("{}, which ./test installs: {error}", program.display()));
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&[output.stdout, output.stderr].concat())))
}

#[tokio::test]
async fn no_text_of_a_source_is_run_and_its_amounts_stay_numbers() {
    let world = with_hostile_names().await;
    let awards = sheet(&world, OFFICE, What::Awards).await;
    for name in NAMES {
        let row = awards.row(&[("reported_name", &format!("'{name}"))]);
        assert_eq!(awards.cell(row, "granted_kr"), "-1,50");
    }
    let package = json(&world, OFFICE, What::Awards, ExportFormat::Datapackage).await;
    let said = package["resources"][0]["description"].as_str().expect("a text");
    assert!(said.contains("apostrof"), "{said}");
    // JSON and a workbook need no mark: a text is one there.
    let file = json(&world, OFFICE, What::Awards, ExportFormat::Json).await;
    let (_, bytes) = exported(&world, OFFICE, What::Awards, ExportFormat::Xlsx).await;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    assert!(book.worksheet_formula("awards").expect("the sheet").is_empty());
    let range = book.worksheet_range("awards").expect("the sheet");
    for name in NAMES {
        let rows = file["rows"].as_array().expect("a list");
        assert!(rows.iter().any(|row| row["reported_name"] == name), "{name}");
        let is_it = |cell: &Data| matches!(cell, Data::String(text) if text == name);
        assert!(range.rows().any(|row| row.iter().any(is_it)), "{name}");
    }
}

#[tokio::test]
async fn a_workbook_has_typed_cells_a_heading_that_stays_and_a_sheet_about_itself() {
    let world = World::heard(&programme_2021()).await;
    let (_, bytes) = exported(&world, OFFICE, What::Pots, ExportFormat::Xlsx).await;
    let mut parts = zip::ZipArchive::new(Cursor::new(bytes.clone())).expect("an archive");
    let mut sheet = String::new();
    let mut part = parts.by_name("xl/worksheets/sheet1.xml").expect("the sheet");
    part.read_to_string(&mut sheet).expect("text");
    assert!(sheet.contains("<pane ySplit=\"1\" topLeftCell=\"A2\"") && sheet.contains("state=\"frozen\""));
    drop(part);
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    assert_eq!(book.sheet_names(), ["pots", "Om dataene"]);
    let range = book.worksheet_range("pots").expect("the sheet");
    let mut rows = range.rows();
    let heading: Vec<String> = rows
        .next()
        .expect("a heading")
        .iter()
        .map(ToString::to_string)
        .collect();
    let column = |name: &str| heading.iter().position(|found| found == name).expect("a column");
    let (year, total, as_of, worse) = (
        column("År"),
        column("Potten: summen av andelene (kr)"),
        column("Eldste kilde sist hørt (UTC)"),
        column("Kommer dårligere ut"),
    );
    let of_2021: Vec<&[Data]> = rows.filter(|row| row[year].as_i64() == Some(2021)).collect();
    assert_eq!(of_2021.len(), 12);
    let mut sum = 0;
    for row in of_2021 {
        assert!(row[total].is_float() && row[worse].is_bool(), "{row:?}");
        let heard = row[as_of].get_datetime().expect("an instant");
        assert_eq!(heard.to_ymd_hms_milli(), (2026, 11, 22, 12, 0, 0, 0));
        sum += ore(&format!("{:.2}", row[total].as_f64().expect("a number")).replace('.', ","));
    }
    let expected: i64 = (0..12).map(|index| pot_of(index).get()).sum();
    assert_eq!(sum, expected);
    let about = book.worksheet_range("Om dataene").expect("the sheet");
    let said: Vec<String> = about.rows().map(|row| format!("{}: {}", row[0], row[1])).collect();
    assert!(
        said.iter()
            .any(|line| line.starts_with("Kilde: ") && line.ends_with("(FRESH)")),
        "{said:?}"
    );
    assert!(
        said.iter().any(|line| line.starts_with("Laget: 2026-11-22T12:00:00Z")),
        "{said:?}"
    );
}

#[tokio::test]
async fn json_has_the_same_cells_as_the_csv_and_its_amounts_are_written_exactly() {
    let world = World::heard(&programme_2021()).await;
    for what in TABLES {
        let csv = sheet(&world, OFFICE, what).await;
        let (_, bytes) = exported(&world, OFFICE, what, ExportFormat::Json).await;
        let text = String::from_utf8(bytes).expect("UTF-8");
        let file: Value = serde_json::from_str(&text).expect("JSON");
        let names: Vec<&str> = file["columns"]
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(|column| column["name"].as_str())
            .collect();
        assert_eq!(names, csv.heading, "{what}");
        assert_eq!(file["rows"].as_array().map(Vec::len), Some(csv.rows.len()), "{what}");
        compare(&csv, &text, what);
    }
}

/// Each line of the file is a row: its amounts stand there to the letter, but for the sign between kroner and øre.
fn compare(csv: &Sheet, text: &str, what: What) {
    let lines = text
        .lines()
        .filter(|line| line.starts_with('{') && !line.starts_with("{\"columns\""));
    for (line, row) in lines.zip(&csv.rows) {
        for (name, cell) in csv.heading.iter().zip(row).filter(|(name, _)| name.ends_with("_kr")) {
            let amount = if cell.is_empty() {
                "null".to_owned()
            } else {
                cell.replace(',', ".")
            };
            let member = format!("\"{name}\":");
            let (_, rest) = line
                .split_once(&member)
                .unwrap_or_else(|| panic!("{what}: no {name} in {line}"));
            assert!(rest.starts_with(&amount), "{what} {name}: {cell} and {rest}");
        }
    }
}
