//! Other people's programs, pointed at the demonstration: gateways, generators and fuzzers that `./test` installs. Here: the
//! demonstration behind a port, and running such a program for a bounded time.

mod differential;
mod fuzzing;
mod schema_diff;
mod supergraph;
mod typed_client;

use std::ffi::OsStr;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use programgrant::app::Gateway;
use programgrant::config::Config;
use programgrant::demo::Demo;
use programgrant::demo::tokens::Shape;
use programgrant::http::{self, AppState, Service};
use programgrant_core::access::Role;
use serde_json::{Value, json};
use tokio::process::Command;
use tokio::task::JoinHandle;

use crate::world::repository;

/// The longest that a program may take; only one that has failed does.
const BOUND: Duration = Duration::from_mins(3);

/// The demonstration, heard once, behind a port of its own.
struct Served {
    address: SocketAddr,
    serving: JoinHandle<()>,
    gateway: Arc<Gateway>,
    demo: Demo,
}

impl Served {
    async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// The same with another configuration.
    async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let demo = Demo::start(SocketAddr::from(([127, 0, 0, 1], 0)))
            .await
            .expect("the demonstration starts");
        let mut config = demo.config().expect("sound");
        change(&mut config);
        let gateway = Arc::new(demo.gateway(&config).await.expect("the gateway starts"));
        for (source, outcome) in gateway.poll_all().await {
            outcome.unwrap_or_else(|error| panic!("{source}: {error}"));
        }
        let (listener, address) = http::bind(config.listen).await.expect("a free port");
        let door = AppState::new(Service::new(&config, Arc::clone(&gateway)).expect("a front door"));
        let serving = tokio::spawn(async move {
            http::serve(listener, door, Router::new(), std::future::pending())
                .await
                .expect("serves");
        });
        Self {
            address,
            serving,
            gateway,
            demo,
        }
    }

    fn url(&self) -> String {
        format!("http://{}/graphql", self.address)
    }

    /// A token for the body that stands for a role.
    fn token(&self, role: Role) -> String {
        self.demo.issuers().token(role, Shape::Plain).expect("a token")
    }

    /// Asks in a role.
    async fn ask(&self, role: Role, query: &str, variables: Value) -> Value {
        let request = reqwest::Client::new().post(self.url()).bearer_auth(self.token(role));
        let response = request
            .json(&json!({ "query": query, "variables": variables }))
            .send()
            .await
            .expect("an answer");
        response.json().await.expect("JSON")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// What a program said, and whether it ended well.
#[derive(Debug)]
struct Ended {
    well: bool,
    said: String,
    complained: String,
}

impl Ended {
    /// What it said last, as JSON.
    fn json(&self) -> Value {
        assert!(self.well, "{self:#?}");
        self.said
            .lines()
            .last()
            .and_then(|line| serde_json::from_str(line).ok())
            .unwrap_or_else(|| panic!("no JSON: {self:#?}"))
    }
}

/// Runs a program in a folder to its end, within a time.
async fn run_within(
    bound: Duration,
    folder: &Path,
    program: impl AsRef<OsStr>,
    arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
    environment: &[(&str, &str)],
) -> Ended {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .envs(environment.iter().copied())
        .current_dir(folder)
        .kill_on_drop(true);
    let running = command.stdin(Stdio::null()).output();
    let output = tokio::time::timeout(bound, running)
        .await
        .expect("it ends in time")
        .expect("it is installed by ./test");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ended {
        well: output.status.success(),
        said: text(&output.stdout),
        complained: text(&output.stderr),
    }
}

/// Runs a script of `tests/clients` in Node.
async fn node(script: &str, arguments: &[&str]) -> Ended {
    run_within(BOUND, &clients(), "node", [script].iter().chain(arguments), &[]).await
}

/// Where the npm packages are.
fn clients() -> PathBuf {
    repository().join("tests/clients")
}

/// The folder that everything is built into.
pub fn target() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
        .parent()
        .expect("a folder in the build's own")
}
