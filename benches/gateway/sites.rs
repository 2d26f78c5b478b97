//! Gateways whose pages are measured: the demonstration, one with the largest table that a page has, and one with a municipality of
//! five thousand awards.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;

use programgrant::adapters::{Simulators, simulate};
use serde::Deserialize;
use tempfile::TempDir;

use crate::answers;
use crate::largest;
use crate::process::Server;
use crate::programs::Program;
use crate::world::{MUNICIPALITIES, World};

/// What the list has that is paged.
const LISTED: usize = 5_000;
const BESIDE: usize = 10_000;
const NUMBERS: &str = "{ municipalities(limit: 1000) { items { number(on: \"2024-01-01\") organisationNumber } } }";

/// A gateway, and what must live as long as it.
pub struct Site {
    pub server: Server,
    _systems: Option<Simulators>,
    _folder: TempDir,
}

pub async fn demonstration(program: &Program) -> Site {
    let folder = tempfile::tempdir().expect("a temporary folder");
    Site {
        server: Server::demonstration(program, &folder.path().join("log")).await,
        _systems: None,
        _folder: folder,
    }
}

/// Every municipality of 2024, three years, seven schemes.
pub async fn largest(program: &Program) -> Site {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let systems = simulate(SocketAddr::from(([127, 0, 0, 1], 0)), folder.path()).expect("the systems start");
    let config = configuration(&folder, &systems);
    let empty = Server::gateway(program, &config).await;
    let organisations = organisations(&empty.address).await;
    empty.stop().await;
    for (source, records) in largest::records(&organisations) {
        systems.get(source).publish(&records);
    }
    Site {
        server: answers::warm(program, &config).await,
        _systems: Some(systems),
        _folder: folder,
    }
}

fn configuration(folder: &TempDir, systems: &Simulators) -> PathBuf {
    let (file, programme) = (folder.path().join("gateway.toml"), folder.path().join("all.toml"));
    fs::write(&programme, largest::programme()).expect("written");
    let text = format!(
        "listen = \"127.0.0.1:0\"\n[store]\nurl = \"sqlite:{}\"\n[auth]\nmode = \"open\"\n[programme]\nfiles = [{:?}]\n{}",
        folder.path().join("gateway.db").display(),
        programme.display(),
        systems.settings("1h")
    );
    fs::write(&file, text).expect("written");
    file
}

#[derive(Deserialize)]
struct Answer {
    data: Listed,
}

#[derive(Deserialize)]
struct Listed {
    municipalities: Municipalities,
}

#[derive(Deserialize)]
struct Municipalities {
    items: Vec<Municipality>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Municipality {
    number: Option<String>,
    organisation_number: Option<String>,
}

/// The number of each municipality, and of most the organisation number.
async fn organisations(address: &str) -> Vec<(String, String)> {
    let asked = serde_json::json!({ "query": NUMBERS });
    let request = reqwest::Client::new()
        .post(format!("http://{address}/graphql"))
        .json(&asked);
    let answer: Answer = request.send().await.expect("an answer").json().await.expect("a list");
    let items = answer.data.municipalities.items.into_iter();
    items
        .filter_map(|one| Some((one.number?, one.organisation_number.unwrap_or_default())))
        .collect()
}

/// Oslo has them all in one year.
pub async fn long_list(program: &Program) -> (Site, World) {
    let mut world = World::of(BESIDE, MUNICIPALITIES);
    world.lay_new(LISTED, 2030);
    let config = world.config("gateway", "1h", "");
    let site = Site {
        server: answers::warm(program, &config).await,
        _systems: None,
        _folder: tempfile::tempdir().expect("a temporary folder"),
    };
    (site, world)
}
