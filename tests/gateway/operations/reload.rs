//! Promise, on both stores: SIGHUP puts a new configuration and new programme files in the place of the old ones, as a whole or
//! not at all, while eight clients ask and none of them notices; and nothing of the old one stays.

use std::sync::Arc;

use programgrant::config::Config;
use programgrant::http::{AppState, Service};
use programgrant::workers::events::Event;
use programgrant_schema::PILOT;
use serde_json::Value;
use sqlx::{Connection, Executor};

use super::load::Load;
use super::{Office, Served};
use crate::postgres;
use crate::world::until;

const ROUNDS: usize = 4;

/// A programme beside the pilot, for Oslo and whoever else.
fn second(others: &str) -> String {
    format!(
        r#"
[programme]
id = "second"
name_nb = "Et program til"
from = 2024-01-01
until = 2025-12-31
pot = {{ chapter = 846, post = 63, payer = "986128433" }}
notice_nb = "Oppdiktet."
[[rule]]
id = "no-double-funding"
text_nb = "Ingen dobbeltfinansiering."
source = "oppdiktet"
[[scheme]]
id = "225.60"
name_nb = "Et tilskudd til"
ministry = "Kunnskapsdepartementet"
directorate = "970018131"
system = "udir"
budget = [[2024, 0, 225, 60]]
scope = "whole-scheme"
determined = "rule"
prevention = "leave-out-of-calculation"
[[municipality]]
number = "0301"
name = "Oslo"
organisation_number = "958935420"
{others}
"#
    )
}

const BERGEN: &str = "[[municipality]]\nnumber = \"4601\"\nname = \"Bergen\"\n";
const FILES: &str = "[programme]\nfiles = [\"pilot.toml\", \"second.toml\"]\n";

async fn participants(address: &str) -> Vec<String> {
    let body = serde_json::json!({ "query": "{ programme(id: \"second\") { municipalities { name } } }" });
    let answer = reqwest::Client::new()
        .post(format!("{address}/graphql"))
        .json(&body)
        .send()
        .await
        .expect("an answer");
    let answer: Value = answer.json().await.expect("JSON");
    let list = answer["data"]["programme"]["municipalities"]
        .as_array()
        .unwrap_or_else(|| panic!("{answer}"));
    list.iter()
        .map(|municipality| municipality["name"].as_str().expect("a name").to_owned())
        .collect()
}

async fn reloads_under_load(store: impl AsyncFnOnce(&Office) -> String) {
    let office = Office::new().await;
    let store = store(&office).await;
    office.write("pilot.toml", PILOT.1);
    office.write("second.toml", &second(""));
    let config = office.configure("gateway.toml", &store, "");
    let text = std::fs::read_to_string(&config).expect("written") + FILES;
    std::fs::write(&config, &text).expect("written");
    let served = Served::start(&config).await;
    let load = Load::start(served.address());
    for round in 0..ROUNDS {
        load.goes_on(20).await;
        let (others, expected) = if round % 2 == 0 { (BERGEN, 2) } else { ("", 1) };
        office.write("second.toml", &second(others));
        served.signal("HUP");
        until("the new programme file is in force", async || {
            participants(served.address()).await.len() == expected
        })
        .await;
        // A disk that stands still for a moment makes anybody unready; a reload makes nobody so.
        until("it is ready", async || served.is_ready().await).await;
    }
    // Half a file, and a key that cannot change: the log says so, and everything goes on as before.
    office.write("second.toml", "[programme]\nid = ");
    served.signal("HUP");
    until("the log names the file", async || served.log().contains("second.toml")).await;
    office.write("second.toml", &second(BERGEN));
    std::fs::write(&config, text.replace("127.0.0.1:0", "127.0.0.1:1")).expect("written");
    served.signal("HUP");
    until("the log names the key", async || {
        served.log().contains("listen: a change takes a restart")
    })
    .await;
    load.goes_on(20).await;
    assert_eq!(participants(served.address()).await, ["Oslo"]);
    load.ends_well(&office.ledger(&store).await).await;
    assert!(served.stop().await.success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_fails_while_the_configuration_is_read_anew_over_sqlite() {
    reloads_under_load(async |office: &Office| office.sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_fails_while_the_configuration_is_read_anew_over_postgres() {
    reloads_under_load(async |_: &Office| postgres::database().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reload_that_the_store_holds_up_is_tried_again_by_itself() {
    let office = Office::new().await;
    office.write("pilot.toml", PILOT.1);
    office.write("second.toml", &second(""));
    let store = office.sqlite();
    let served = Served::start(&office.configure("gateway.toml", &store, FILES)).await;
    let mut somebody = sqlx::SqliteConnection::connect(&store).await.expect("opens");
    somebody.execute("BEGIN IMMEDIATE").await.expect("nobody may write");
    office.write("second.toml", &second(BERGEN));
    served.signal("HUP");
    until("the log says what was in the way", async || {
        served.log().contains("was not read anew") && served.log().contains("database is locked")
    })
    .await;
    assert_eq!(participants(served.address()).await, ["Oslo"]);
    somebody.execute("ROLLBACK").await.expect("everybody may write");
    until("the new programme file is in force", async || {
        participants(served.address()).await.len() == 2
    })
    .await;
    assert!(served.stop().await.success());
}

#[tokio::test]
async fn whoever_follows_is_told_what_the_new_configuration_shows_otherwise() {
    let office = Office::new().await;
    office.write("pilot.toml", PILOT.1);
    office.write("second.toml", &second(""));
    let first = office.gateway().await;
    let mut followed = first.events.subscribe();
    let tasks = first.run();
    let config = Config::load(&office.configure("gateway.toml", &office.sqlite(), FILES)).expect("sound");
    let second = first.reopen(&config).await.expect("opens");
    let _tasks = second.take_over(&first, tasks).await;
    second.report_differences(&first);
    let mut told = std::collections::BTreeSet::new();
    while let Ok(event) = followed.try_recv() {
        if let Event::Pot { programme, year, .. } = event {
            told.insert((programme, year));
        }
    }
    assert_eq!(told, [("second".to_owned(), 2024), ("second".to_owned(), 2025)].into());
}

#[tokio::test]
async fn nothing_of_a_gateway_that_was_replaced_stays() {
    let office = Office::new().await;
    let config = Config::parse(&format!("[store]\nurl = {:?}\n{}", office.sqlite(), office.source)).expect("sound");
    let first = Arc::new(office.gateway().await);
    let tasks = first.run();
    until("heard", async || first.is_ready().await).await;
    let gone = Arc::downgrade(&first);
    let door = AppState::new(Service::new(&config, Arc::clone(&first)).expect("a front door"));
    let second = Arc::new(first.reopen(&config).await.expect("opens"));
    let _tasks = second.take_over(&first, tasks).await;
    assert!(second.is_ready().await, "what was tried stays tried");
    drop(door.replace(Service::new(&config, Arc::clone(&second)).expect("a front door")));
    drop(first);
    until("freed", async || gone.upgrade().is_none()).await;
}
