//! Promise: sources are data. Several may be of one kind, each with its own position, name and exclusions; a scheme may need
//! several; what names no source, no kind or two credentials is refused with its key.

use std::path::{Path, PathBuf};

use programgrant::config::Config;
use programgrant::demo::systems;
use programgrant_contract::simulation::Simulator;
use programgrant_nav::simulator::NavSimulator;
use programgrant_schema::{Content, PILOT, Record, SourceId};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::commands::{program, write_config};
use crate::records::{TWELVE, kroner, pot_of, programme_2021, share};
use crate::world::World;

const VESTFOLD: SourceId = SourceId::from_static("vestfold");
/// NAV's scheme, in the order of the programme's.
const OF_NAV: usize = 2;

/// A second NAV in a folder of its own.
struct Second {
    folder: TempDir,
    system: NavSimulator,
}

impl Second {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = |name: &str| folder.path().join(name);
        let system = NavSimulator::new(at("in"), at("out")).expect("folders");
        Self { folder, system }
    }

    fn settings(&self) -> String {
        let at = |name: &str| self.folder.path().join(name).display().to_string();
        format!(
            "[sources.vestfold]\nkind = \"nav\"\nname = \"NAV Vestfold\"\ninbox = {:?}\noutbox = {:?}\nevery = \"200ms\"\n",
            at("in"),
            at("out")
        )
    }

    /// The pilot's file in which both report NAV's scheme, as the settings that name it.
    fn programme(&self) -> String {
        programme(self.folder.path(), "[\"nav\", \"vestfold\"]")
    }
}

fn programme(folder: &Path, system: &str) -> String {
    let path: PathBuf = folder.join("pilot.toml");
    let text = PILOT.1.replacen("system = \"nav\"", &format!("system = {system}"), 1);
    std::fs::write(&path, text).expect("written");
    format!("[programme]\nfiles = [{:?}]\n", path.display().to_string())
}

fn share_of_first(amount: i64) -> Record {
    share(OF_NAV, TWELVE[0], 2021, kroner(amount))
}

async fn awards(world: &World) -> Vec<(String, String)> {
    let query = format!(
        "{{ municipality(number: {:?}) {{ awards {{ id provenance {{ source {{ name }} }} }} }} }}",
        TWELVE[0].0
    );
    let answer = world.ask(&query).await;
    let awards = answer["municipality"]["awards"].as_array().expect("a list").clone();
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let mut all: Vec<_> = awards
        .iter()
        .map(|award| (text(&award["id"]), text(&award["provenance"]["source"]["name"])))
        .collect();
    all.sort();
    all
}

fn key_of(record: &Record) -> &str {
    match &record.content {
        Content::Award(award) => &award.award,
        _ => unreachable!("an award"),
    }
}

#[tokio::test]
async fn two_sources_of_one_kind_stand_side_by_side() {
    let second = Second::new();
    let mut world = World::with_settings(&second.settings()).await;
    // The same key in both: two awards, for two systems say it.
    let (one, other) = (share_of_first(100), share_of_first(200));
    let key = key_of(&one).to_owned();
    world.simulator(systems::NAV).publish(&[one]);
    second.system.publish(&[other]);
    world.poll(systems::NAV).await.expect("heard");
    let of_nav = (
        format!("nav:{key}"),
        "Arbeids- og velferdsdirektoratet (NAV)".to_owned(),
    );
    assert_eq!(awards(&world).await, std::slice::from_ref(&of_nav));
    assert_eq!(world.source(VESTFOLD).await["state"], "SILENT");
    world.poll(VESTFOLD).await.expect("heard");
    let both = [of_nav, (format!("vestfold:{key}"), "NAV Vestfold".to_owned())];
    assert_eq!(awards(&world).await, both);
    world.restart().await;
    for source in [systems::NAV, VESTFOLD] {
        world.poll(source).await.expect("heard again");
        assert_eq!(world.source(source).await["records"], 1, "{source}");
    }
    assert_eq!(awards(&world).await, both);
    let order = world.ask("{ sources { id } }").await;
    let ids: Vec<&str> = order["sources"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|source| source["id"].as_str())
        .collect();
    assert_eq!(ids, ["udir", "nav", "vestfold", "helsedir", "bufdir", "state_accounts"]);
}

#[tokio::test]
async fn a_scheme_of_several_sources_needs_every_one_of_them() {
    let second = Second::new();
    let world = World::with_settings(&(second.programme() + &second.settings())).await;
    world.publish(&programme_2021());
    for source in systems::ALL {
        world.poll(source).await.expect("heard");
    }
    let pot = world.pot(TWELVE[0].0, 2021).await;
    assert_eq!(
        (&pot["completeness"], &pot["asOf"]),
        (&json!("INCOMPLETE"), &json!(null)),
        "one of two is silent"
    );
    second.system.publish(&[share(OF_NAV, TWELVE[1], 2021, kroner(50))]);
    world.poll(VESTFOLD).await.expect("heard");
    assert_eq!(world.pot(TWELVE[0].0, 2021).await["completeness"], "COMPLETE");
    let outcomes = world.gateway().sync_exclusions().await;
    assert!(outcomes.iter().all(|(_, outcome)| outcome.is_ok()), "{outcomes:?}");
    let kept_out = world.simulator(systems::NAV).exclusions();
    assert_eq!((kept_out.len(), &kept_out), (TWELVE.len(), &second.system.exclusions()));
}

#[tokio::test]
async fn a_share_from_a_source_that_the_scheme_does_not_name_is_an_award_and_no_share() {
    let second = Second::new();
    let world = World::with_settings(&second.settings()).await;
    world.publish(&programme_2021());
    let more = share_of_first(50);
    let id = format!("vestfold:{}", key_of(&more));
    second.system.publish(&[more]);
    world.poll_all().await;
    let before = world.pot(TWELVE[0].0, 2021).await;
    assert_eq!(before["total"], json!(pot_of(0).get()));
    let award = world
        .ask(&format!("{{ award(id: {id:?}) {{ status scheme {{ id }} }} }}"))
        .await;
    assert_eq!(
        award["award"],
        json!({ "status": "IN_PROGRAMME", "scheme": { "id": "621.63" } })
    );
}

#[tokio::test]
async fn a_source_that_nobody_configured_is_missing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let world = World::with_settings(&programme(folder.path(), "\"vestfold\"")).await;
    world.publish(&programme_2021());
    world.poll_all().await;
    let pot = world.pot(TWELVE[0].0, 2021).await;
    assert_eq!(
        (&pot["completeness"], &pot["missing"]),
        (&json!("INCOMPLETE"), &json!([{ "id": "621.63" }]))
    );
    let source = world.source(VESTFOLD).await;
    assert_eq!(
        (&source["state"], &source["lastError"]),
        (&json!("SILENT"), &json!("the source is not configured"))
    );
}

#[test]
fn ids_and_kinds_that_are_none_are_refused_by_name() {
    for (table, reason) in [
        ("[sources.Udir]", "sources.Udir: \"Udir\" is no source's id"),
        (
            "[sources.a__b]\nkind = \"nav\"",
            "sources.a__b: \"a__b\" is no source's id",
        ),
        (
            "[sources.klass]\nkind = \"nav\"\ninbox = \"in\"",
            "sources.klass: the id is that of a reference register",
        ),
        (
            "[sources.brreg]",
            "sources.brreg: the id is that of a reference register",
        ),
        (
            "[sources.imdi]",
            "sources.imdi: there is no kind \"imdi\"; the kinds are udir, nav, ",
        ),
        (
            "[sources.imdi]\nkind = \"excel\"",
            "sources.imdi: there is no kind \"excel\"; the kinds are udir, nav, ",
        ),
        ("[sources.imdi]\nkind = 7", "sources.imdi.kind: "),
        (
            "[sources.imdi]\nkind = \"nav\"\ninbx = \"in\"",
            "sources.imdi.inbx: unknown key; known here: inbox, outbox, kind, ",
        ),
        (
            "[sources.imdi]\nkind = \"nav\"\ninbox = \"in\"\nname = 7",
            "sources.imdi.name: ",
        ),
        (
            "[sources.dfo]\nkind = \"state_accounts\"\nfolder = \"in\"\nyears_from = 2017",
            "sources.dfo.years_from: unknown key",
        ),
        ("[sources]\nudir = 7", "sources.udir: "),
    ] {
        let error = Config::parse(table).expect_err(table).to_string();
        assert!(
            error.starts_with("configuration: ") && error.contains(reason),
            "{table}: {error}"
        );
    }
}

/// What `sync` says where the environment holds these variables.
fn sync(config: &str, environment: &[(&str, &str)]) -> (Option<i32>, String) {
    let mut command = program(&["sync", "--config", config]);
    command.envs(environment.iter().copied());
    let output = command.output().expect("runs");
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).expect("UTF-8"))
}

#[tokio::test]
async fn a_source_can_stand_in_the_environment_alone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let inbox = folder.path().join("in");
    let system = NavSimulator::new(inbox.clone(), folder.path().join("out")).expect("folders");
    system.publish(&[share_of_first(100)]);
    let config = write_config(folder.path(), "[store]\nurl = \"sqlite:register.db\"\n");
    let inbox = inbox.display().to_string();
    let variables = [
        ("PROGRAMGRANT__SOURCES__NAV_VESTFOLD__KIND", "nav"),
        ("PROGRAMGRANT__SOURCES__NAV_VESTFOLD__INBOX", inbox.as_str()),
    ];
    let (code, text) = sync(&config, &variables);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("nav_vestfold    FRESH      1 records"), "{text}");
    assert!(text.contains("nav             not configured"), "{text}");
    let wrong = ("PROGRAMGRANT__SOURCES__NAV_VESTFOLD__INBX", "in");
    let (code, text) = sync(&config, &[variables[0], wrong]);
    let meant = "did you mean PROGRAMGRANT__SOURCES__NAV_VESTFOLD__INBOX?";
    assert!(code == Some(2) && text.trim_end().ends_with(meant), "{text}");
    let unknown = ("PROGRAMGRANT__SOURCES__NAV_VESTFOLD__KIND", "excel");
    let (code, text) = sync(&config, &[unknown, variables[1]]);
    assert!(
        code == Some(2) && text.contains("environment: sources.nav_vestfold: there is no kind \"excel\""),
        "{text}"
    );
}

#[test]
fn a_credential_that_is_stated_twice_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for name in ["token", "password"] {
        std::fs::write(folder.path().join(name), "secret").expect("written");
    }
    let store = "[store]\nurl = \"sqlite:register.db\"\n";
    for (source, variable, key) in [
        (
            "[sources.oslo]\nkind = \"udir\"\nbase_url = \"http://127.0.0.1:1\"\ntoken_file = \"token\"",
            "PROGRAMGRANT__SOURCES__OSLO__TOKEN",
            "sources.oslo.token_file: ",
        ),
        (
            "[sources.helsedir]\nurl = \"http://127.0.0.1:1\"\nusername = \"gateway\"\npassword_file = \"password\"",
            "PROGRAMGRANT__SOURCES__HELSEDIR__PASSWORD",
            "sources.helsedir.password_file: ",
        ),
    ] {
        let config = write_config(folder.path(), &format!("{store}{source}\n"));
        let (code, text) = sync(&config, &[(variable, "another")]);
        assert!(
            code == Some(2) && text.contains(key) && !text.contains("another"),
            "{text}"
        );
        let (code, text) = sync(&config, &[]);
        assert_eq!(code, Some(1), "nobody answers there, and that is all: {text}");
    }
}
