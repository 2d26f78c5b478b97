//! Promise, on both stores: killing the process between fetching from the queue and purging it loses nothing and counts nothing twice.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use programgrant::demo::systems;
use programgrant_contract::simulation::Simulator;
use programgrant_helsedir::simulator::{HelsedirSimulator, NO_PURGE, SLOW};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::records::{TWELVE, programme_2021, share_of};
use crate::world::{new_store, until};

/// The program, serving until it is killed.
pub struct Program {
    child: Child,
    address: String,
}

impl Program {
    pub fn start(config: &Path) -> Self {
        Self::start_with(config, &[])
    }

    /// The same with more in its environment.
    pub fn start_with(config: &Path, environment: &[(&str, &OsStr)]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_programgrant"))
            .args(["serve", "--config"])
            .arg(config)
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped"))
            .read_line(&mut line)
            .expect("a line");
        let address = line.trim().rsplit(' ').next().expect("an address").to_owned();
        assert!(address.starts_with("http://"), "{line}");
        Self { child, address }
    }

    /// SIGKILL: nothing is tidied up.
    pub fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("gone");
    }

    /// Waits until it has ended by itself; how it did.
    pub fn wait(mut self) -> ExitStatus {
        self.child.wait().expect("gone")
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    pub async fn ask(&self, query: &str) -> Value {
        let request = reqwest::Client::new()
            .post(format!("{}/graphql", self.address))
            .json(&json!({ "query": query }));
        request.send().await.expect("an answer").json().await.expect("JSON")
    }

    pub async fn is_ready(&self) -> bool {
        reqwest::get(format!("{}/health/ready", self.address))
            .await
            .is_ok_and(|answer| answer.status().is_success())
    }
}

/// Whatever becomes of a test, its program does not outlive it.
impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Queue {
    simulator: HelsedirSimulator,
    folder: tempfile::TempDir,
}

impl Queue {
    /// Twelve shares in the queue, and a system that goes wrong.
    async fn failing(fault: &str) -> Self {
        let simulator = HelsedirSimulator::start(TcpListener::bind("127.0.0.1:0").await.expect("a free port"));
        let records = programme_2021()
            .into_iter()
            .find(|(source, _)| *source == systems::HELSEDIR)
            .expect("listed")
            .1;
        simulator.publish(&records);
        simulator.set_fault(Some(fault)).expect("its own fault");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = new_store(folder.path()).await;
        let config = format!(
            "listen = \"127.0.0.1:0\"\n[store]\nurl = {store:?}\n[sources.helsedir]\nurl = {:?}\nevery = \"100ms\"\ndeadline = \"20s\"\n",
            simulator.url()
        );
        std::fs::write(folder.path().join("gateway.toml"), config).expect("written");
        Self { simulator, folder }
    }

    fn start(&self) -> Program {
        Program::start(&self.folder.path().join("gateway.toml"))
    }

    /// After a restart with the system well again: everything is counted once, and the queue is empty.
    async fn comes_out_right(&self) {
        assert_eq!(
            self.simulator.queued(),
            12,
            "nothing was removed before it was stored and acknowledged"
        );
        self.simulator.set_fault(None).expect("heals");
        let program = self.start();
        until("ready", async || program.is_ready().await).await;
        until("an empty queue", async || self.simulator.queued() == 0).await;
        let answer = program.ask("{ sources { id records } programme { year(year: 2021) { grants { shares { scheme { id } amount { amount } provenance { recordId } } } } } }").await;
        let helsedir = answer["data"]["sources"]
            .as_array()
            .expect("a list")
            .iter()
            .find(|source| source["id"] == "helsedir")
            .expect("listed")
            .clone();
        assert_eq!(helsedir["records"], 12);
        let grants = answer["data"]["programme"]["year"]["grants"]
            .as_array()
            .expect("a list")
            .clone();
        for (index, grant) in grants.iter().enumerate() {
            let share = &grant["shares"][3];
            assert_eq!(
                share["amount"]["amount"],
                share_of(index, 3).get(),
                "{}",
                TWELVE[index].0
            );
            assert_eq!(share["provenance"].as_array().map(Vec::len), Some(1));
        }
        program.kill();
    }
}

#[tokio::test]
pub async fn killed_after_storing_and_before_purging() {
    let queue = Queue::failing(NO_PURGE).await;
    let program = queue.start();
    // The records show in an answer: they are stored. Purging goes on failing.
    until("stored", async || {
        program.ask("{ sources { id records } }").await["data"]["sources"]
            .to_string()
            .contains("12")
    })
    .await;
    program.kill();
    queue.comes_out_right().await;
}

#[tokio::test]
pub async fn killed_while_fetching() {
    let queue = Queue::failing(SLOW).await;
    let program = queue.start();
    let answer = program.ask("{ sources { id state } }").await;
    assert!(answer["data"]["sources"].to_string().contains("SILENT"));
    program.kill();
    queue.comes_out_right().await;
}
