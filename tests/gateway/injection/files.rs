//! Promise: no file that is exported has a formula, a link or a line of its own that a source's text made, and the text stands there whole.

use std::collections::BTreeSet;
use std::io::{Cursor, Read};
use std::time::Duration;

use calamine::{Data, Reader, Xlsx};
use clap::ValueEnum;
use programgrant::export::{self, ExportFormat, ExportRequest, Subset, What, WriteSink};
use programgrant::http::LocalClient;
use programgrant::http::reference::RequestId;
use programgrant_core::access::{Caller, Office};
use serde_json::Value;

use super::origins;
use super::wire::ATTACK;
use super::world::Attacked;

/// Whose texts must stand in files.
const IN_FILES: [&str; 6] = [
    "udir/mottaker/navn",
    "nav/",
    "helsedir/MottakerNavn",
    "bufdir/soeker/navn",
    "accounts/name",
    "list/name",
];

async fn exported(attacked: &Attacked, what: What, format: ExportFormat) -> Vec<u8> {
    let access = attacked.front.service().gateway.access();
    let office = "970018131".parse().expect("an organisation number");
    let caller = Caller {
        acting: Some(access.acting_for(office)),
        role: access.role_of(office),
        office: Office::All,
        ..Caller::public()
    };
    let request = ExportRequest {
        what,
        format,
        subset: Subset::default(),
        csv_name: None,
        now: attacked.now,
        patience: Duration::ZERO,
    };
    let client = LocalClient::new(&attacked.front, caller, None, RequestId::new());
    let mut bytes = Vec::new();
    export::write(client, &request, &mut WriteSink(&mut bytes))
        .await
        .expect("a file");
    bytes
}

/// Every cell: a number that is one, or a text that no spreadsheet runs.
fn check_csv(what: What, bytes: &[u8]) -> String {
    let text = std::str::from_utf8(bytes).expect("UTF-8");
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let heading = reader.headers().expect("a heading").clone();
    for row in reader.records() {
        // As many cells as columns: no text became a cell or a row.
        for (column, cell) in heading.iter().zip(&row.expect("a row of as many cells")) {
            let begins = cell.trim_start_matches(' ');
            let is_amount = column.ends_with("_kr")
                && cell
                    .trim_start_matches('-')
                    .replace(',', "")
                    .bytes()
                    .all(|byte| byte.is_ascii_digit());
            assert!(
                is_amount || !begins.starts_with(['=', '+', '-', '@', '\t', '\r']),
                "{what} {column}: {cell}"
            );
        }
    }
    text.replace("\"\"", "\"")
}

/// No formula and no link, in any part of the archive; texts stay as they are.
fn check_workbook(what: What, bytes: &[u8]) -> String {
    let mut parts = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    for nth in 0..parts.len() {
        let mut part = parts.by_index(nth).expect("a part");
        let (name, mut text) = (part.name().expect("a name").into_owned(), String::new());
        part.read_to_string(&mut text).expect("text");
        assert!(
            !text.contains("<f>") && !text.contains("<f ") && !text.contains("hyperlink"),
            "{what}: {name}"
        );
    }
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let mut texts = String::new();
    for name in book.sheet_names() {
        assert!(
            book.worksheet_formula(&name).expect("the sheet").is_empty(),
            "{what} {name}"
        );
        for cell in book.worksheet_range(&name).expect("the sheet").used_cells() {
            if let (_, _, Data::String(text)) = cell {
                texts.push_str(text);
            }
        }
    }
    texts
}

/// All texts of a JSON file.
fn texts(json: &Value, found: &mut String) {
    match json {
        Value::String(text) => found.push_str(text),
        Value::Array(values) => values.iter().for_each(|value| texts(value, found)),
        Value::Object(members) => members.iter().for_each(|(name, value)| {
            assert!(!name.contains("alert"), "a member of that name: {name}");
            texts(value, found);
        }),
        _ => {}
    }
}

fn check(what: What, format: ExportFormat, bytes: &[u8]) -> String {
    match format {
        ExportFormat::Csv => check_csv(what, bytes),
        ExportFormat::Xlsx => check_workbook(what, bytes),
        ExportFormat::Ics => {
            let text = String::from_utf8(bytes.to_vec()).expect("UTF-8");
            let unfolded = icalendar::parser::unfold(&text);
            icalendar::parser::read_calendar(&unfolded).expect("a calendar");
            unfolded.replace('\\', "")
        }
        _ => {
            let mut found = String::new();
            texts(&serde_json::from_slice(bytes).expect("JSON"), &mut found);
            found
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_text_of_a_source_is_more_than_text_in_any_file() {
    let attacked = Attacked::heard().await;
    let mut seen = BTreeSet::new();
    for what in What::value_variants()
        .iter()
        .copied()
        .filter(|what| *what != What::Catalogue)
    {
        for format in what.formats() {
            let told = origins(&check(what, *format, &exported(&attacked, what, *format).await));
            // A table that holds what sources say holds it in every format that has its rows.
            let has_rows = matches!(format, ExportFormat::Csv | ExportFormat::Json | ExportFormat::Xlsx);
            if has_rows && matches!(what, What::Awards | What::Payments | What::Coverage) {
                assert!(!told.is_empty(), "{what} {format}: nothing of {ATTACK} came as far");
            }
            seen.extend(told);
        }
    }
    let missing: Vec<&str> = IN_FILES
        .into_iter()
        .filter(|from| !seen.iter().any(|seen| seen.starts_with(from)))
        .collect();
    assert!(missing.is_empty(), "{missing:?} are in no file: {seen:#?}");
}
