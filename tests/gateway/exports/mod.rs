//! Promise: an export is what the API answers its caller, and no more: every figure the same, what is not known never 0, what is missing
//! said in the file, and each file read by a reader of its format that is not ours.

mod calendar;
mod command;
mod evaluation;
mod figures;
mod formats;
mod missing;
mod office;
mod readers;
mod streams;
mod tables;

use std::time::Duration;

use programgrant::export::{self, ExportError, ExportFormat, ExportRequest, Exported, Subset, What, WriteSink};
use programgrant::http::LocalClient;
use programgrant::http::reference::RequestId;
use programgrant_core::access::{Caller, Office};
use serde_json::Value;

use crate::world::{NOON, World};

/// Utdanningsdirektoratet, the programme office.
const OFFICE: &str = "970018131";
const BAMBLE: &str = "940244145";

/// What is read of a CSV: its heading, and each row by it.
struct Sheet {
    heading: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Sheet {
    fn read(bytes: &[u8]) -> Self {
        let text = bytes.strip_prefix("\u{feff}".as_bytes()).expect("the mark of UTF-8");
        let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(text);
        let owned = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect::<Vec<_>>();
        let heading = owned(reader.headers().expect("a heading"));
        let rows = reader.records().map(|record| owned(&record.expect("a row"))).collect();
        Self { heading, rows }
    }

    fn cell<'a>(&self, row: &'a [String], column: &str) -> &'a str {
        let place = self.heading.iter().position(|name| name == column);
        &row[place.unwrap_or_else(|| panic!("no column {column}"))]
    }

    /// The one row that has these cells.
    fn row(&self, cells: &[(&str, &str)]) -> &[String] {
        let is_it = |row: &&Vec<String>| cells.iter().all(|(column, text)| self.cell(row, column) == *text);
        let mut found = self.rows.iter().filter(is_it);
        let row = found.next().unwrap_or_else(|| panic!("no row {cells:?}"));
        assert!(found.next().is_none(), "several rows {cells:?}");
        row
    }
}

fn client(world: &World, organisation: &str) -> LocalClient {
    let access = world.gateway().access();
    let number = organisation.parse().expect("an organisation number");
    let caller = Caller {
        acting: Some(access.acting_for(number)),
        role: access.role_of(number),
        // Who is an office at all is one of all programmes here.
        office: Office::All,
        ..Caller::public()
    };
    LocalClient::new(world.front(), caller, None, RequestId::new())
}

fn request(what: What, format: ExportFormat, subset: Subset) -> ExportRequest {
    ExportRequest {
        what,
        format,
        subset,
        now: NOON.parse().expect("an instant"),
        patience: Duration::ZERO,
        csv_name: None,
    }
}

async fn try_export(
    world: &World,
    organisation: &str,
    request: &ExportRequest,
) -> Result<(Exported, Vec<u8>), ExportError> {
    let mut bytes = Vec::new();
    let exported = export::write(client(world, organisation), request, &mut WriteSink(&mut bytes)).await?;
    Ok((exported, bytes))
}

async fn exported(world: &World, organisation: &str, what: What, format: ExportFormat) -> (Exported, Vec<u8>) {
    let request = request(what, format, Subset::default());
    try_export(world, organisation, &request).await.expect("a file")
}

async fn sheet(world: &World, organisation: &str, what: What) -> Sheet {
    Sheet::read(&exported(world, organisation, what, ExportFormat::Csv).await.1)
}

async fn json(world: &World, organisation: &str, what: What, format: ExportFormat) -> Value {
    serde_json::from_slice(&exported(world, organisation, what, format).await.1).expect("JSON")
}

/// An amount as a spreadsheet shows it in a CSV; empty where there is none.
fn kroner(ore: &Value) -> String {
    let Some(ore) = ore.as_i64() else {
        assert!(ore.is_null(), "{ore}");
        return String::new();
    };
    let sign = if ore < 0 { "-" } else { "" };
    format!("{sign}{},{:02}", ore.abs() / 100, ore.abs() % 100)
}

/// The øre of a cell.
fn ore(cell: &str) -> i64 {
    cell.replace(',', "").parse().expect("an amount with two decimals")
}
