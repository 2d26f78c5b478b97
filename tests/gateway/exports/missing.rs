//! Promise: what is not known is empty and says so, never 0, and the file itself tells what is missing, from whom, and how old the rest is.

use programgrant::demo::systems;
use programgrant::export::{ExportFormat, What};
use programgrant_schema::{BudgetPost, Figure, Ore, RecordId};
use serde_json::{Value, json};

use super::{OFFICE, Sheet, exported, json, sheet};
use crate::records::{programme_2021, record, statement};
use crate::world::World;

/// NAV has never been heard.
async fn without_nav() -> World {
    let world = World::new().await;
    world.publish(&programme_2021());
    world
        .simulator(systems::NAV)
        .set_fault(Some("outage"))
        .expect("a fault of NAV's");
    world.poll_all().await;
    world
}

#[tokio::test]
async fn a_share_of_a_silent_source_is_empty_and_so_is_the_whole() {
    let world = without_nav().await;
    let (said, bytes) = exported(&world, OFFICE, What::Pots, ExportFormat::Csv).await;
    let pots = Sheet::read(&bytes);
    let row = pots.row(&[("year", "2021"), ("municipality_number", "4012")]);
    for (column, cell) in [
        ("share_621.63_kr", ""),
        ("share_621.63_state", "NOT_DELIVERED"),
        ("share_231.63_state", "STATED"),
        ("total_kr", ""),
        ("total_state", "NOT_DELIVERED"),
        ("completeness", "INCOMPLETE"),
        ("missing", "621.63"),
        ("as_of", ""),
    ] {
        assert_eq!(pots.cell(row, column), cell, "{column}");
    }
    let of_2021: Vec<&String> = said.missing.iter().filter(|text| text.contains("2021")).collect();
    assert_eq!(of_2021.len(), 12, "{:?}", said.missing);
    assert!(
        of_2021.iter().all(|text| text.ends_with("andelen fra 621.63")),
        "{of_2021:?}"
    );
    let (said, bytes) = exported(&world, OFFICE, What::Pots, ExportFormat::JsonStat).await;
    let cube: Value = serde_json::from_slice(&bytes).expect("JSON");
    assert!(!said.missing.is_empty() && cube["note"].as_array().is_some_and(|notes| notes.len() >= 12));
}

#[tokio::test]
async fn every_file_says_which_sources_were_heard_when_and_what_is_missing() {
    let world = without_nav().await;
    let nav = |about: &Value| {
        let mut sources = about["sources"].as_array().expect("a list").iter();
        sources.find(|source| source["id"] == "nav").expect("listed").clone()
    };
    let (said, bytes) = exported(&world, OFFICE, What::Awards, ExportFormat::Json).await;
    let file: Value = serde_json::from_slice(&bytes).expect("JSON");
    let silent = json!({ "id": "nav", "name": nav(&file["about"])["name"], "state": "SILENT", "lastHeardAt": null });
    assert_eq!(nav(&file["about"]), silent);
    assert!(
        said.missing.iter().any(|text| text.contains("aldri hørt fra")),
        "{:?}",
        said.missing
    );
    assert_eq!(file["about"]["missing"], json!(said.missing));
    let giving = json(&world, OFFICE, What::Awards, ExportFormat::Giving360).await;
    assert_eq!(nav(&giving["about"]), silent);
    let package = said_package(&world).await;
    let titles: Vec<&str> = package["sources"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|source| source["title"].as_str())
        .collect();
    assert!(
        titles.iter().any(|title| title.ends_with("aldri hørt fra (SILENT)")),
        "{titles:?}"
    );
    assert!(
        titles
            .iter()
            .any(|title| title.ends_with("sist hørt fra 2026-11-22T12:00:00Z (FRESH)")),
        "{titles:?}"
    );
    assert_eq!(package["missing"], json!(said.missing));
}

async fn said_package(world: &World) -> Value {
    json(world, OFFICE, What::Awards, ExportFormat::Datapackage).await
}

#[tokio::test]
async fn a_record_whose_recipient_cannot_be_told_is_counted_among_what_is_missing() {
    let world = World::heard(&programme_2021()).await;
    // A body that is no municipality.
    let mut award = statement(
        systems::HELSEDIR,
        "55",
        "9999",
        "987654325",
        BudgetPost::new(765, 60),
        2021,
    );
    award.activity = Some("BARN_UNGE".to_owned());
    award.granted = Figure::Stated(Ore::new(100).expect("in range"));
    world.publish(&[(systems::HELSEDIR, vec![record(award)])]);
    world.poll_all().await;
    let (said, _) = exported(&world, OFFICE, What::Awards, ExportFormat::Csv).await;
    assert!(
        said.missing
            .iter()
            .any(|text| text.contains("1 post med en mottaker som ikke er kjent")),
        "{:?}",
        said.missing
    );
}

#[tokio::test]
async fn what_a_source_no_longer_lists_is_in_no_column_and_said() {
    let world = World::heard(&programme_2021()).await;
    let before = sheet(&world, OFFICE, What::Awards).await;
    let listed = before.row(&[("budget_post", "226.64"), ("municipality_number", "4012")]);
    let id = before.cell(listed, "record_id").to_owned();
    world.simulator(systems::UDIR).withdraw(&RecordId::new(id.clone()));
    world.poll_all().await;
    let (said, bytes) = exported(&world, OFFICE, What::Awards, ExportFormat::Json).await;
    let file: Value = serde_json::from_slice(&bytes).expect("JSON");
    let rows = file["rows"].as_array().expect("a list");
    assert_eq!(rows.len(), before.rows.len() - 1);
    assert!(rows.iter().all(|row| row["record_id"] != json!(id)));
    let remarks = file["about"]["remarks"].to_string();
    assert!(
        remarks.contains("1 tildeling som kilden ikke lenger fører, er ikke med"),
        "{remarks}"
    );
    assert!(said.missing.is_empty(), "{:?}", said.missing);
}

#[tokio::test]
async fn the_notice_of_made_up_figures_goes_along() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let text = programgrant_schema::PILOT.1.replacen(
        "[programme]\n",
        "[programme]\nnotice_nb = \"Beløpene er oppdiktet.\"\n",
        1,
    );
    let path = folder.path().join("pilot.toml");
    std::fs::write(&path, text).expect("written");
    let world = World::with_settings(&format!("[programme]\nfiles = [{:?}]", path.display().to_string())).await;
    world.publish(&programme_2021());
    world.poll_all().await;
    for (what, format) in [
        (What::Pots, ExportFormat::Json),
        (What::Pots, ExportFormat::JsonStat),
        (What::Pots, ExportFormat::Datapackage),
        (What::Awards, ExportFormat::Giving360),
        (What::Deadlines, ExportFormat::Ics),
    ] {
        let (_, bytes) = exported(&world, OFFICE, what, format).await;
        let text = String::from_utf8(bytes).expect("UTF-8").replace("\r\n ", "");
        assert!(text.contains("Beløpene er oppdiktet."), "{what} {format}");
    }
}
