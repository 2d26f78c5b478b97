//! Promise, on both stores: however suddenly the program dies, no claim that was acknowledged is lost and none is doubled, and
//! what it acknowledged had reached the disk.

mod durability;
mod journal;
mod killed;
mod points;

use std::ffi::OsStr;

use programgrant::clock::Clock;
use programgrant::store::database::Database;
use programgrant::store::ledger::{LedgerClock, SqlStore};
use programgrant_core::ledger::Terms;
use programgrant_udir::simulator::UdirSimulator;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::crash::Program;
use crate::ledger::books::{CLEARANCE, Kind};
use crate::postgres;
use crate::world::{NOON, until};

/// What is read of every claim.
const CLAIM: &str = "id state fence receipt awardReference verdict { outcome }";

/// A directorate's office: its system, a store, and the program between them.
struct Office {
    _simulator: UdirSimulator,
    folder: tempfile::TempDir,
    store: String,
}

impl Office {
    async fn open(kind: Kind) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = match kind {
            Kind::Sqlite => format!("sqlite:{}", folder.path().join("programgrant.db").display()),
            Kind::Postgres => postgres::database().await,
        };
        Self::over(store, folder).await
    }

    async fn over(store: String, folder: tempfile::TempDir) -> Self {
        let simulator = UdirSimulator::start(TcpListener::bind("127.0.0.1:0").await.expect("a free port"));
        // Heard once at the start and then left alone, so that what is written is the guard's.
        let source = format!(
            "[sources.udir]\nbase_url = {:?}\nevery = \"1h\"\nfresh_within = \"2h\"\n",
            simulator.base_url()
        );
        let config = format!("listen = \"127.0.0.1:0\"\n[store]\nurl = {store:?}\n{source}");
        std::fs::write(folder.path().join("gateway.toml"), config).expect("written");
        Self {
            _simulator: simulator,
            folder,
            store,
        }
    }

    /// The program, ready to answer; `points` says where it is to stop.
    async fn start(&self, points: &str) -> Program {
        self.start_with(&[("FAILPOINTS", points.as_ref())]).await
    }

    async fn start_with(&self, environment: &[(&str, &OsStr)]) -> Program {
        let program = Program::start_with(&self.folder.path().join("gateway.toml"), environment);
        until("ready", async || program.is_ready().await).await;
        program
    }

    /// The ledger as it lies on the disk. The program must have ended.
    async fn ledger(&self) -> (SqlStore, Database) {
        let database = Database::open(&self.store).await.expect("opens");
        let (clock, _hand) = Clock::manual(NOON.parse().expect("an instant"));
        let terms = Terms {
            clearance: jiff::SignedDuration::try_from(CLEARANCE).expect("short"),
        };
        let store = SqlStore::open(database.clone(), LedgerClock::Process(clock), terms)
            .await
            .expect("opens");
        (store, database)
    }
}

/// Asks for leave to award a year's grant under 231.63.
fn request(municipality: &str, year: i32, key: &str) -> String {
    request_for(municipality, year, "", key)
}

/// The same for a part of the year, such as `useFrom: "2024-01-01", useUntil: "2024-01-31"`.
fn request_for(municipality: &str, year: i32, period: &str, key: &str) -> String {
    let input = format!(
        r#"scheme: "231.63", recipient: {{ municipalityNumber: "{municipality}" }}, year: {year}, amount: 41200000, caseReference: "24/1", {period}"#
    );
    format!(
        r#"mutation {{ requestFunding(input: {{ {input} }}, idempotencyKey: "{key}") {{ claim {{ {CLAIM} }} errors {{ code }} }} }}"#
    )
}

fn confirm(claim: &str, fence: i64, reference: &str) -> String {
    let arguments = format!(r#"claim: "{claim}", fence: {fence}, awardReference: "{reference}", awarded: 41200000"#);
    format!("mutation {{ confirmFunding({arguments}) {{ claim {{ {CLAIM} }} errors {{ code }} }} }}")
}

fn release(claim: &str, fence: i64) -> String {
    let arguments = format!(r#"claim: "{claim}", fence: {fence}, reason: "Trukket.""#);
    format!("mutation {{ releaseFunding({arguments}) {{ claim {{ {CLAIM} }} errors {{ code }} }} }}")
}

fn read(claim: &str) -> String {
    format!(r#"{{ fundingClaim(id: "{claim}") {{ {CLAIM} }} }}"#)
}

/// The answer, or nothing where none came.
async fn try_ask(client: &reqwest::Client, address: &str, query: &str) -> Option<Value> {
    let answer = client
        .post(format!("{address}/graphql"))
        .json(&json!({ "query": query }))
        .send()
        .await
        .ok()?;
    answer.json().await.ok()
}

/// The payload of the answer's only field.
fn payload(answer: &Value) -> &Value {
    answer["data"]
        .as_object()
        .and_then(|data| data.values().next())
        .unwrap_or_else(|| panic!("no data: {answer:#}"))
}

/// The claim of a command that was carried out.
fn claim(answer: &Value) -> &Value {
    let payload = payload(answer);
    assert_eq!(payload["errors"], json!([]), "{answer:#}");
    &payload["claim"]
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name}: {value:#}"))
}

fn fence(claim: &Value) -> i64 {
    claim["fence"].as_i64().expect("a fence")
}

/// Runs the same test on both stores.
macro_rules! on_both_stores {
    ($($name:ident)*) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)] async fn $name() { super::$name(crate::ledger::books::Kind::Sqlite).await; })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)] async fn $name() { super::$name(crate::ledger::books::Kind::Postgres).await; })*
        }
    };
}
use on_both_stores;
