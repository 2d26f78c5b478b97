//! A list as its manager writes it, whole or with a fault.

use std::fmt::Write as _;
use std::io::Write as _;

use jiff::civil::Date;
use programgrant_contract::simulation::fault;
use programgrant_schema::{AwardStatement, Content, Figure, Record};
use rust_xlsxwriter::Workbook;
use serde_json::{Map, Value, json};

use super::{Desk, list_fault};
use crate::mapping::Format;

const COLUMNS: [&str; 16] = [
    "Saksnr",
    "Referanse",
    "År",
    "Post",
    "Tiltak",
    "Orgnr",
    "Kommunenr",
    "Mottaker",
    "Status",
    "Søkt",
    "Tildelt",
    "Utbetalt",
    "Vedtaksdato",
    "Fra",
    "Til",
    "Målgruppe",
];
const SHEET: &str = "Vedtak";

/// The mapping that reads these lists.
pub fn mapping(format: Format, in_folder: bool) -> String {
    let name = match format {
        Format::Csv => "csv",
        Format::Xlsx => "xlsx",
        Format::Json => "json",
        Format::Ndjson => "ndjson",
    };
    let mut text = format!("[file]\nformat = \"{name}\"\n");
    if in_folder {
        let _ = writeln!(text, "pattern = \"liste_*.{}\"\ncomplete = \"ok-file\"", ending(format));
    }
    match format {
        Format::Xlsx => text.push_str("sheet = \"Vedtak\"\n"),
        Format::Json => text.push_str("records = \"/data/items\"\n"),
        Format::Csv | Format::Ndjson => {}
    }
    if !in_folder {
        text.push_str("next = \"/links/next\"\n");
    }
    text.push_str(
        "[record]\nkey = \"Saksnr\"\nreference = \"Referanse\"\nyear = \"År\"\npost = \"Post\"\nactivity = \"Tiltak\"\n\
         organisation_number = \"Orgnr\"\nmunicipality_number = \"Kommunenr\"\nname = \"Mottaker\"\nstatus = \"Status\"\n\
         applied = \"Søkt\"\ngranted = \"Tildelt\"\npaid = \"Utbetalt\"\ndecided_on = \"Vedtaksdato\"\nuse_from = \"Fra\"\n\
         use_until = \"Til\"\ntarget_group = \"Målgruppe\"\n",
    );
    text
}

pub const fn ending(format: Format) -> &'static str {
    match format {
        Format::Csv => "csv",
        Format::Xlsx => "xlsx",
        Format::Json => "json",
        Format::Ndjson => "ndjson",
    }
}

/// The list as one file, in the folder's forms.
pub fn file(desk: &Desk) -> Vec<u8> {
    let rows = rows(desk);
    let mut bytes = match desk.format {
        Format::Csv => csv(desk, &rows).into_bytes(),
        Format::Xlsx => xlsx(desk, &rows),
        Format::Json => page(&rows, None).to_string().into_bytes(),
        Format::Ndjson => rows
            .iter()
            .map(|row| item(row).to_string() + "\n")
            .collect::<String>()
            .into_bytes(),
    };
    if desk.fault == Some(fault::CUT) {
        // Within the last cell that is quoted, the last item, or the archive.
        bytes.truncate(bytes.len().saturating_sub(4));
    }
    bytes
}

/// A row's columns and texts.
pub type ListRow = Vec<(String, String)>;

/// The rows of the list with what is wrong with it.
pub fn rows(desk: &Desk) -> Vec<ListRow> {
    let mut rows: Vec<ListRow> = desk.records.iter().map(row).collect();
    match desk.fault {
        Some(fault::TWICE) => rows = rows.iter().flat_map(|row| [row.clone(), row.clone()]).collect(),
        Some(fault::BAD_RECORD) => {
            let mut bad = rows.first().cloned().unwrap_or_else(blank);
            set(&mut bad, "Saksnr", "ukjent");
            set(&mut bad, "Status", "ANKET");
            rows.push(bad);
        }
        Some(list_fault::TOTAL_ROW) => {
            let mut total = blank();
            set(&mut total, "Saksnr", "Sum");
            set(&mut total, "Tildelt", "1 000 000,00");
            rows.push(total);
        }
        _ => {}
    }
    for row in &mut rows {
        match desk.fault {
            Some(fault::UNKNOWN_FIELDS) => row.insert(0, ("Merknad".to_owned(), "ny".to_owned())),
            Some(list_fault::CHANGED_COLUMNS) => rename(row),
            _ => {}
        }
    }
    rows
}

fn blank() -> ListRow {
    COLUMNS
        .iter()
        .map(|column| ((*column).to_owned(), String::new()))
        .collect()
}

fn set(row: &mut ListRow, column: &str, text: &str) {
    for (name, value) in row {
        if name == column {
            text.clone_into(value);
        }
    }
}

fn rename(row: &mut ListRow) {
    for (name, _) in row {
        if name == "Tildelt" {
            "Tilsagn".clone_into(name);
        }
    }
}

fn header(desk: &Desk) -> Vec<String> {
    let mut row = blank();
    match desk.fault {
        Some(fault::UNKNOWN_FIELDS) => row.insert(0, ("Merknad".to_owned(), String::new())),
        Some(list_fault::CHANGED_COLUMNS) => rename(&mut row),
        _ => {}
    }
    row.into_iter().map(|(name, _)| name).collect()
}

/// # Panics
///
/// If the record is no award, or says what a list cannot.
fn row(record: &Record) -> ListRow {
    let Content::Award(award) = &record.content else {
        panic!("a list holds awards: {record:?}")
    };
    let texts = [
        record.id.to_string(),
        record.reference.clone(),
        award.year.to_string(),
        award.post.to_string(),
        award.activity.clone().unwrap_or_default(),
        award.recipient.organisation_number.clone().unwrap_or_default(),
        award.recipient.number.clone().unwrap_or_default(),
        award.recipient.name.clone().unwrap_or_default(),
        said(&award.status),
        amount(award.applied),
        amount(award.granted),
        amount(award.paid),
        day(award.decided_on),
        day(award.use_from),
        day(award.use_until),
        target_group(award),
    ];
    COLUMNS.iter().map(|column| (*column).to_owned()).zip(texts).collect()
}

fn target_group(award: &AwardStatement) -> String {
    award.target_group.as_ref().map(said).unwrap_or_default()
}

/// The word that it is stored by.
fn said(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        other => panic!("no word: {other:?}"),
    }
}

/// Kroner as people write them: groups of three, a comma.
fn amount(figure: Figure) -> String {
    let amount = match figure {
        Figure::Stated(amount) => amount,
        Figure::NotDelivered => return String::new(),
        Figure::NotApplicable => panic!("a list's column applies to every row"),
    };
    let (digits, ore) = (
        (amount.get().unsigned_abs() / 100).to_string(),
        amount.get().unsigned_abs() % 100,
    );
    let mut text = if amount.is_negative() {
        "\u{2212}".to_owned()
    } else {
        String::new()
    };
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('\u{a0}');
        }
        text.push(digit);
    }
    format!("{text},{ore:02}")
}

fn day(date: Option<Date>) -> String {
    date.map(|date| format!("{:02}.{:02}.{:04}", date.day(), date.month(), date.year()))
        .unwrap_or_default()
}

/// Every cell quoted, so that a file that breaks off is seen to.
fn csv(desk: &Desk, rows: &[ListRow]) -> String {
    let line = |cells: Vec<&String>| {
        let cells: Vec<String> = cells
            .iter()
            .map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")))
            .collect();
        format!("{}\r\n", cells.join(";"))
    };
    let header = header(desk);
    let mut text = String::new();
    if desk.fault == Some(list_fault::TWO_HEADER_ROWS) {
        text.push_str(&line(header.iter().map(|_| &header[0]).collect()));
    }
    text.push_str(&line(header.iter().collect()));
    for row in rows {
        text.push_str(&line(row.iter().map(|(_, cell)| cell).collect()));
    }
    if desk.fault == Some(fault::CUT) {
        text.push_str("\"breaks off");
    }
    text
}

fn xlsx(desk: &Desk, rows: &[ListRow]) -> Vec<u8> {
    if desk.fault == Some(list_fault::ARCHIVE_BOMB) {
        return bomb();
    }
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let is_renamed = desk.fault == Some(list_fault::RENAMED_SHEET);
    sheet
        .set_name(if is_renamed { "Ark1" } else { SHEET })
        .expect("a sheet's name");
    let header = header(desk);
    let mut lines: Vec<Vec<&String>> = Vec::new();
    if desk.fault == Some(list_fault::TWO_HEADER_ROWS) {
        lines.push(header.iter().map(|_| &header[0]).collect());
    }
    lines.push(header.iter().collect());
    lines.extend(rows.iter().map(|row| row.iter().map(|(_, cell)| cell).collect()));
    for (number, line) in lines.iter().enumerate() {
        for (column, cell) in line.iter().enumerate() {
            let (number, column) = (
                u32::try_from(number).expect("few rows"),
                u16::try_from(column).expect("few columns"),
            );
            sheet.write_string(number, column, cell.as_str()).expect("a cell");
        }
    }
    book.save_to_buffer().expect("a workbook")
}

/// A workbook whose sheet is ten million blanks.
fn bomb() -> Vec<u8> {
    let mut book = Workbook::new();
    book.add_worksheet().set_name(SHEET).expect("a sheet's name");
    let whole = book.save_to_buffer().expect("a workbook");
    let mut parts = zip::ZipArchive::new(std::io::Cursor::new(whole)).expect("an archive");
    let mut packed = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for index in 0..parts.len() {
        let mut part = parts.by_index(index).expect("a part");
        let name = part.name().expect("a name").into_owned();
        packed
            .start_file(name.as_str(), zip::write::SimpleFileOptions::default())
            .expect("begun");
        std::io::copy(&mut part, &mut packed).expect("copied");
        if name.ends_with("sheet1.xml") {
            packed.write_all(&vec![b' '; 10_000_000]).expect("written");
        }
    }
    packed.finish().expect("an archive").into_inner()
}

/// An item with the members of a row; a blank is null, and what is a number in JSON is one.
fn item(row: &ListRow) -> Value {
    let member = |(name, text): &(String, String)| {
        let value = match (name.as_str(), text.as_str()) {
            (_, "") => Value::Null,
            ("År", year) => year.parse().map_or(Value::Null, |year: i64| json!(year)),
            (_, text) => json!(text),
        };
        (name.clone(), value)
    };
    Value::Object(row.iter().map(member).collect::<Map<_, _>>())
}

/// A page of the list, as it is served and laid.
pub fn page(rows: &[ListRow], next: Option<&str>) -> Value {
    let items: Vec<Value> = rows.iter().map(item).collect();
    json!({ "data": { "items": items, "antall": items.len() }, "links": { "next": next } })
}
