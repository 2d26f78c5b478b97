//! Promise: a list joins with a mapping and no code: its rows are awards, a scheme that its mapping states is one like any other, and a mapping
//! that is wrong is refused at start.

use std::path::Path;

use programgrant::config::Config;
use programgrant_schema::SourceId;
use serde_json::json;
use tempfile::TempDir;

use crate::commands::{program, write_config};
use crate::records::TWELVE;
use crate::world::World;

const IMDI: SourceId = SourceId::from_static("imdi");

const MAPPING: &str = r#"
[file]
format = "csv"
pattern = "liste_*.csv"
complete = "ok-file"

[record]
key = "Saksnr"
year = "År"
post = { value = "291.62" }
municipality_number = "Kommunenr"
status = { column = "Status", words = { "Innvilget" = "GRANTED" } }
granted = "Tildelt"

[[scheme]]
id = "imdi-kum"
name_nb = "Kommunale innvandrertiltak"
ministry = "Arbeids- og inkluderingsdepartementet"
directorate = "987879696"
budget = [[2016, 2017, 496, 62], [2018, 2021, 291, 62], [2022, 0, 671, 62]]
determined = "discretionary"
"#;

/// A folder with a list of one row, and its mapping.
fn laid(mapping: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = |name: &str| folder.path().join(name);
    std::fs::create_dir(at("drop")).expect("a folder");
    std::fs::write(at("imdi.toml"), mapping).expect("written");
    let list = format!(
        "Saksnr;År;Kommunenr;Status;Tildelt\r\nA1;2021;{};Innvilget;1 250 000,50\r\nA2;2021;{};Anket;1\r\n",
        TWELVE[0].0, TWELVE[0].0
    );
    std::fs::write(at("drop/liste_1.csv"), list).expect("written");
    std::fs::write(at("drop/liste_1.csv.ok"), "").expect("written");
    folder
}

fn settings(folder: &Path) -> String {
    let at = |name: &str| folder.join(name).display().to_string();
    format!(
        "[sources.imdi]\nkind = \"table\"\nname = \"IMDi\"\nmapping = {:?}\nfolder = {:?}\nevery = \"200ms\"\n",
        at("imdi.toml"),
        at("drop")
    )
}

#[tokio::test]
async fn a_row_is_an_award_of_the_scheme_that_its_mapping_states() {
    let folder = laid(MAPPING);
    let world = World::with_settings(&settings(folder.path())).await;
    world.poll(IMDI).await.expect("heard");
    let award = world.ask("{ award(id: \"imdi:A1\") { status scheme { id } } }").await;
    assert_eq!(award["award"]["status"], json!("GRANTED"), "{award}");
    assert_eq!(award["award"]["scheme"]["id"], json!("imdi-kum"));
    let source = world.source(IMDI).await;
    assert_eq!(source["records"], 1, "{source}");
    let directorate = "987879696".parse().expect("a number");
    let role = world.gateway().access().role_of(directorate);
    assert_eq!(role.as_str(), "DIRECTORATE");
}

#[tokio::test]
async fn a_mapping_that_is_wrong_is_refused_at_start() {
    let folder = laid(&MAPPING.replace("year = \"År\"\n", ""));
    let config = settings(folder.path());
    assert!(Config::parse(&config).is_ok(), "the configuration itself is sound");
    let path = write_config(folder.path(), &config);
    let output = program(&["sync", "--config", &path]).output().expect("runs");
    let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(!output.status.success(), "{text}");
    assert!(
        text.contains("sources.imdi.mapping")
            && text.contains("imdi.toml, line ")
            && text.contains("record.year: missing"),
        "{text}"
    );
}
