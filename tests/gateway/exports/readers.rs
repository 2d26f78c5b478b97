//! Promise: 360Giving, JSON-stat, iCalendar and DCAT files are read by readers of these formats that are not ours: they complain of nothing,
//! find the interface's figures and days, and do complain of a file that is not sound.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use programgrant::demo::systems;
use programgrant::export::{ExportFormat, What};
use programgrant_schema::{AwardStatus, BudgetPost, Figure, Ore};
use serde_json::{Value, json};

use super::formats::CATALOGUE;
use super::{OFFICE, exported, json as read_json, sheet};
use crate::others::target;
use crate::records::{TWELVE, programme_2021, record, statement};
use crate::world::{World, repository};

/// What a program says of files with these contents, as JSON.
fn said(program: &Path, arguments: &[&str], files: &[Vec<u8>]) -> Value {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let paths = files.iter().enumerate().map(|(nth, bytes)| {
        let path = folder.path().join(nth.to_string());
        std::fs::write(&path, bytes).expect("written");
        path
    });
    let output = Command::new(program)
        .args(arguments)
        .args(paths)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .current_dir(repository().join("tests/clients/readers"))
        .output()
        .unwrap_or_else(|error| panic!("{}, which ./test installs: {error}", program.display()));
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

/// What the readers in Python say of each file.
fn read(format: &str, files: &[Vec<u8>]) -> Vec<Value> {
    let said = said(&target().join("python/bin/python"), &["read.py", format], files);
    said.as_array().expect("a list").clone()
}

/// What they say of a file, which they find sound; of the others, which are that file with one thing wrong, they complain.
fn sound(format: &str, file: Vec<u8>, unsound: Vec<Vec<u8>>) -> Value {
    let all: Vec<Vec<u8>> = [file].into_iter().chain(unsound).collect();
    let mut said = read(format, &all).into_iter();
    let first = said.next().expect("of each");
    assert_eq!(first["complaints"], json!([]), "{format}");
    for (nth, said) in said.enumerate() {
        assert_ne!(
            said["complaints"],
            json!([]),
            "{format}: what is wrong with {nth} is not seen"
        );
    }
    first
}

/// The file with one member otherwise; what is null is gone.
fn changed(file: &Value, pointer: &str, value: &Value) -> Vec<u8> {
    let mut file = file.clone();
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    let members = file
        .pointer_mut(parent)
        .expect("there")
        .as_object_mut()
        .expect("an object");
    if value.is_null() {
        members.remove(name).expect("was there");
    } else {
        members.insert(name.to_owned(), value.clone());
    }
    file.to_string().into_bytes()
}

/// A decimal's øre.
fn ore(decimal: &str) -> i64 {
    let (kroner, part) = decimal.split_once('.').unwrap_or((decimal, ""));
    format!("{kroner}{part:0<2}").parse().expect("two decimals at most")
}

#[tokio::test]
async fn a_schema_of_360giving_finds_every_grant_sound_and_their_sum_the_apis() {
    let world = World::heard(&programme_2021()).await;
    let mut award = statement(
        systems::UDIR,
        "711",
        TWELVE[0].0,
        TWELVE[0].1,
        BudgetPost::new(231, 63),
        2019,
    );
    award.status = AwardStatus::Granted;
    award.granted = Figure::Stated(Ore::new(12_345_678).expect("in range"));
    (award.use_from, award.use_until) = (None, None);
    world.publish(&[(systems::UDIR, vec![record(award)])]);
    world.poll_all().await;
    let (_, bytes) = exported(&world, OFFICE, What::Awards, ExportFormat::Giving360).await;
    let file: Value = serde_json::from_slice(&bytes).expect("JSON");
    let of = |member: &str, value: Value| changed(&file, &format!("/grants/0/{member}"), &value);
    let wrong = vec![
        of("awardDate", Value::Null),
        of("awardDate", json!("4. mars 2021")),
        of("dateModified", json!("i går")),
        of("amountAwarded", json!("1 000")),
        of("id", json!("360G-programgrant-a/b")),
        of("recipientOrganization", json!([])),
        of("fundingOrganization", json!([{ "id": "NO-BRC-970018131" }])),
        of("amount", json!(1)),
        changed(&file, "/grants", &json!([])),
    ];
    let said = sound("360giving", bytes, wrong);
    let mut expected = (0, 0);
    for (number, _) in TWELVE {
        let query = format!("{{ municipality(number: \"{number}\") {{ awards {{ status granted {{ amount }} }} }} }}");
        let answer = world.ask(&query).await;
        for award in answer["municipality"]["awards"].as_array().expect("a list") {
            if award["status"] == "GRANTED" || award["status"] == "PAID" {
                expected.0 += 1;
                expected.1 += award["granted"]["amount"].as_i64().expect("stated");
            }
        }
    }
    let found = (
        said["grants"].as_i64().expect("a count"),
        ore(said["sum"].as_str().expect("a sum")),
    );
    assert_eq!(found, expected);
    assert_eq!(expected.0, 13, "the pots, and one beside them");
}

#[tokio::test]
async fn the_json_stat_toolkit_finds_every_cell_and_a_validator_nothing_wrong() {
    let world = World::new().await;
    world.publish(&programme_2021());
    let nav = world.simulator(systems::NAV);
    nav.set_fault(Some("outage")).expect("a fault of NAV's");
    world.poll_all().await;
    let (_, bytes) = exported(&world, OFFICE, What::Pots, ExportFormat::JsonStat).await;
    let file: Value = serde_json::from_slice(&bytes).expect("JSON");
    let wrong = vec![
        changed(&file, "/class", &json!("table")),
        changed(&file, "/dimension/year", &Value::Null),
    ];
    sound("json-stat", bytes.clone(), wrong);
    let cube = said(Path::new("node"), &["json_stat.mjs"], &[bytes]);
    assert_eq!(
        cube["roles"],
        json!({ "time": ["year"], "geo": ["municipality"], "metric": ["measure"] })
    );
    let text = |cell: &Value, name: &str| cell[name].as_str().expect("a code").to_owned();
    let cells: BTreeMap<[String; 4], (Option<i64>, Value)> = cube["cells"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|cell| {
            let amount = (!cell["value"].is_null()).then(|| ore(&cell["value"].to_string()));
            let codes = ["municipality", "scheme", "year", "measure"].map(|name| text(cell, name));
            (codes, (amount, cell["status"].clone()))
        })
        .collect();
    assert_eq!(Some(cells.len() as u64), cube["n"].as_u64(), "each cell once");
    let figure = "{ state amount }";
    let fields = format!(
        "municipality {{ number }} pot {{ awarded {figure} paid {figure} }} shares {{ scheme {{ id }} amount {figure} }}"
    );
    let mut compared = BTreeSet::new();
    for year in 2020..=2022 {
        let answer = world
            .ask(&format!(
                "{{ programme {{ year(year: {year}) {{ grants {{ {fields} }} }} }} }}"
            ))
            .await;
        for grant in answer["programme"]["year"]["grants"].as_array().expect("a list") {
            let number = text(&grant["municipality"], "number");
            let mut same = |scheme: &str, measure: &str, figure: &Value| {
                let (amount, status) =
                    &cells[&[number.as_str(), scheme, &year.to_string(), measure].map(str::to_owned)];
                assert_eq!(*amount, figure["amount"].as_i64(), "{number} {scheme} {year} {measure}");
                let symbol = match figure["state"].as_str() {
                    Some("STATED") => Value::Null,
                    Some("NOT_APPLICABLE") => json!("."),
                    _ => json!(".."),
                };
                assert_eq!(*status, symbol, "{number} {scheme} {year} {measure}: {figure}");
                compared.insert(symbol.to_string());
            };
            for share in grant["shares"].as_array().expect("a list") {
                same(
                    share["scheme"]["id"].as_str().expect("an id"),
                    "share",
                    &share["amount"],
                );
            }
            same("pot", "awarded", &grant["pot"]["awarded"]);
            same("pot", "paid", &grant["pot"]["paid"]);
        }
    }
    assert!(compared.len() >= 2, "amounts and symbols: {compared:?}");
}

#[tokio::test]
async fn an_icalendar_parser_finds_every_deadline_on_its_day() {
    let world = World::new().await;
    let (_, bytes) = exported(&world, OFFICE, What::Deadlines, ExportFormat::Ics).await;
    let text = String::from_utf8(bytes.clone()).expect("UTF-8");
    let wrong = [
        text.replacen("END:VEVENT\r\n", "", 1),
        text.replacen("DTSTART;VALUE=DATE:", "DTSTART;VALUE=DATE:i", 1),
        text.replacen("\r\nUID:", "\r\nX-UID:", 1),
    ];
    let calendar = sound("ics", bytes, wrong.map(String::into_bytes).to_vec());
    assert_eq!(
        (&calendar["calendar"]["VERSION"], &calendar["calendar"]["X-WR-CALNAME"]),
        (&json!("2.0"), &json!("Frister"))
    );
    let table = sheet(&world, OFFICE, What::Deadlines).await;
    let events = calendar["events"].as_array().expect("a list");
    assert_eq!(events.len(), table.rows.len());
    for event in events {
        let uid = event["uid"].as_str().expect("an id");
        let id = uid.strip_suffix("@programgrant").expect("ours");
        let row = table.row(&[("deadline_id", id)]);
        let on: jiff::civil::Date = table.cell(row, "on").parse().expect("a day");
        let expected = [
            on.to_string(),
            on.tomorrow().expect("in range").to_string(),
            table.cell(row, "text").to_owned(),
        ];
        let found = ["on", "until", "summary"].map(|name| event[name].as_str().expect("a text").to_owned());
        assert_eq!(found, expected);
        assert_eq!(
            (&event["busy"], &event["stamp"]),
            (&json!("TRANSPARENT"), &json!("2026-11-22T00:00:00+00:00"))
        );
        assert!(
            event["description"]
                .as_str()
                .is_some_and(|text| text.contains(table.cell(row, "source"))),
            "{event}"
        );
    }
}

#[tokio::test]
async fn the_catalogue_is_linked_data_of_the_shapes_that_dcat_ap_no_requires() {
    let world = World::with_settings(CATALOGUE).await;
    let (_, bytes) = exported(&world, OFFICE, What::Catalogue, ExportFormat::Dcat).await;
    let file = read_json(&world, OFFICE, What::Catalogue, ExportFormat::Dcat).await;
    let of = |pointer: &str, value: Value| changed(&file, &format!("/@graph/{pointer}"), &value);
    let wrong = vec![
        of("0/dct:title", Value::Null),
        of("0/dcat:contactPoint", Value::Null),
        of("1/dcat:endpointURL", json!("https://x.example/graphql")),
        of("2/dcat:theme", json!({ "@id": "https://x.example/tema" })),
        of("2/dcat:distribution/dcat:accessURL", Value::Null),
        of("2/dct:publisher", json!("Utdanningsdirektoratet")),
    ];
    let said = sound("dcat", bytes, wrong);
    assert_eq!(
        (&said["catalogues"], said["titles"].as_array().map(Vec::len)),
        (&json!(1), Some(7)),
        "{said}"
    );
}
