//! Promise: the gateway can be run. It is read anew and replaced under load without one failed request, says how it is, and
//! bounds whoever connects.

mod connections;
mod files;
mod load;
mod metrics;
mod reload;
mod rolling;
mod secure;
mod traces;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use programgrant::app::Gateway;
use programgrant::clock::Clock;
use programgrant::config::Config;
use programgrant::store::ledger::{LedgerClock, SqlStore};
use programgrant_contract::simulation::Simulator;
use programgrant_core::ledger::Terms;
use programgrant_schema::Record;
use programgrant_udir::simulator::UdirSimulator;
use tokio::net::TcpListener;

use crate::ledger::books::CLEARANCE;
use crate::world::until;

/// The program in a process of its own, which hears signals and whose log can be read.
pub struct Served {
    child: Child,
    address: String,
    log: PathBuf,
}

impl Served {
    /// Starts the program and waits until it is ready.
    pub async fn start(config: &Path) -> Self {
        Self::start_with(config, &[]).await
    }

    /// The same in an environment that says more.
    pub async fn start_with(config: &Path, environment: &[(&str, &str)]) -> Self {
        let served = Self::launch_with(config, environment);
        until("ready", async || served.is_ready().await).await;
        served
    }

    /// The same without waiting.
    pub fn launch(config: &Path) -> Self {
        Self::launch_with(config, &[])
    }

    fn launch_with(config: &Path, environment: &[(&str, &str)]) -> Self {
        let log = config.with_extension("log");
        let file = std::fs::File::create(&log).expect("a log");
        let mut child = Command::new(env!("CARGO_BIN_EXE_programgrant"))
            .args(["serve", "--config"])
            .arg(config)
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .stderr(file)
            .spawn()
            .expect("starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped"))
            .read_line(&mut line)
            .expect("a line");
        let address = line.trim().rsplit(' ').next().expect("an address").to_owned();
        assert!(
            address.starts_with("http"),
            "{line} {}",
            std::fs::read_to_string(&log).unwrap_or_default()
        );
        Self { child, address, log }
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).expect("a log")
    }

    pub async fn is_ready(&self) -> bool {
        reqwest::get(format!("{}/health/ready", self.address))
            .await
            .is_ok_and(|answer| answer.status().is_success())
    }

    /// Sends a signal, such as `HUP`.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args([format!("-{name}"), self.child.id().to_string()])
            .status()
            .expect("kill runs");
        assert!(sent.success());
    }

    /// Asks it to stop; how it did.
    pub async fn stop(mut self) -> ExitStatus {
        self.signal("TERM");
        tokio::task::spawn_blocking(move || self.child.wait().expect("gone"))
            .await
            .expect("no panic")
    }
}

/// Whatever becomes of a test, its program does not outlive it; of one that fails the program's log is shown.
impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            println!("the log of {}:\n{}", self.address, self.log());
        }
    }
}

/// A directorate's system and a folder with the program's files.
pub struct Office {
    simulator: UdirSimulator,
    folder: tempfile::TempDir,
    source: String,
}

impl Office {
    fn open(listener: TcpListener) -> Self {
        let simulator = UdirSimulator::start(listener);
        let source = format!(
            "[sources.udir]\nbase_url = {:?}\nevery = \"200ms\"\nfresh_within = \"10m\"\n",
            simulator.base_url()
        );
        Self {
            simulator,
            folder: tempfile::tempdir().expect("a temporary folder"),
            source,
        }
    }

    pub async fn new() -> Self {
        Self::open(TcpListener::bind("127.0.0.1:0").await.expect("a free port"))
    }

    /// What the directorate's system says from here on, too.
    pub fn publish(&self, records: &[Record]) {
        self.simulator.publish(records);
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).expect("written");
        path
    }

    /// A configuration over that store with more settings.
    pub fn configure(&self, name: &str, store: &str, settings: &str) -> PathBuf {
        self.write(
            name,
            &format!(
                "listen = \"127.0.0.1:0\"\n{settings}\n[store]\nurl = {store:?}\n{}",
                self.source
            ),
        )
    }

    fn sqlite(&self) -> String {
        format!("sqlite:{}", self.path("programgrant.db").display())
    }

    /// A gateway in this process.
    async fn gateway(&self) -> Gateway {
        let text = format!("[store]\nurl = {:?}\n{}", self.sqlite(), self.source);
        Gateway::open(&Config::parse(&text).expect("sound"), Clock::system())
            .await
            .expect("opens")
    }

    /// The ledger as it lies in the store.
    async fn ledger(&self, store: &str) -> SqlStore {
        let database = programgrant::store::database::Database::open(store)
            .await
            .expect("opens");
        let terms = Terms {
            clearance: jiff::SignedDuration::try_from(CLEARANCE).expect("short"),
        };
        let clock = LedgerClock::of(&database, &Clock::system());
        SqlStore::open(database, clock, terms).await.expect("opens")
    }
}
