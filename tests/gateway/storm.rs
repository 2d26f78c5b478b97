//! Promise: no hostile request, however it is made, is worked on beyond its bounds: each is refused by a limit or answered, the
//! program lives, its memory is bounded, and a guard call beside the storm is answered within its deadline.

use std::time::Duration;

use futures::future::join_all;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::crash::Program;
use crate::hostile::{self, Hostile};
use crate::world::until;

/// What a request may take, as the program promises it; the bound only ends a test that has failed.
const DEADLINE: Duration = Duration::from_secs(10);
const PATIENCE: Duration = Duration::from_mins(1);
/// What a storm may add to the memory at its highest, in kB.
const MEMORY: u64 = 200_000;
/// Sockets that are opened and say nothing.
const SOCKETS: usize = 2_000;

const SERVER: &str = "connections = 400\nheader_timeout = \"1s\"\nbody_timeout = \"1s\"";

struct Target {
    program: Program,
    _folder: tempfile::TempDir,
}

impl Target {
    /// A gateway over an empty store, without sources.
    fn start(server: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let config = folder.path().join("gateway.toml");
        std::fs::write(&config, format!("listen = \"127.0.0.1:0\"\n[server]\n{server}\n")).expect("written");
        Self {
            program: Program::start(&config),
            _folder: folder,
        }
    }

    async fn send(&self, client: &reqwest::Client, body: &str) -> Result<(u16, Value), reqwest::Error> {
        let request = client
            .post(format!("{}/graphql", self.program.address()))
            .header("content-type", "application/json")
            .body(body.to_owned());
        let response = request.send().await?;
        Ok((response.status().as_u16(), response.json().await?))
    }

    /// What a directorate's system asks before an award, answered in time.
    async fn guard_call(&self) {
        let input = json!({ "scheme": "621.63", "recipient": { "municipalityNumber": "3801" }, "year": 2021, "amount": 100, "caseReference": "1" });
        let query = "query ($input: FundingInput!) { fundingCheck(input: $input) { outcome reasons { code } } }";
        let body = json!({ "query": query, "variables": { "input": input } }).to_string();
        let client = reqwest::Client::new();
        let (status, answer) = timeout(DEADLINE, self.send(&client, &body))
            .await
            .expect("in time")
            .expect("an answer");
        assert_eq!(
            (status, answer["data"]["fundingCheck"]["outcome"].is_string()),
            (200, true),
            "{answer:#}"
        );
    }

    async fn raw(&self) -> TcpStream {
        let address = self.program.address().strip_prefix("http://").expect("an address");
        TcpStream::connect(address).await.expect("connects")
    }

    /// The most memory that the program has held, in kB.
    fn peak_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.program.id())).expect("the process lives");
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))
            .expect("stated");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    }
}

/// Whether the answer is what the case says.
fn complaint(case: &Hostile, answered: Result<(u16, Value), reqwest::Error>) -> Option<String> {
    let answer = match answered {
        Ok((_, answer)) => answer,
        // A body that is too large may be refused while it is still being sent.
        Err(_) if case.codes.contains(&"REQUEST_TOO_LARGE") => return None,
        Err(error) => return Some(format!("{}: {error:?}", case.class)),
    };
    let code = answer["errors"][0]["extensions"]["code"].as_str();
    let is_right = match code {
        None => case.codes.is_empty() && answer.get("data").is_some(),
        // A number that is none is told so by the field.
        Some(code) => case.codes.contains(&code) || (case.codes.is_empty() && code == "INVALID_MUNICIPALITY_NUMBER"),
    };
    (!is_right).then(|| format!("{}: {:.300}", case.class, answer.to_string()))
}

#[tokio::test]
async fn every_class_is_refused_by_its_limit_or_answered_and_the_memory_is_bounded() {
    let target = Target::start("");
    let client = reqwest::Client::new();
    target.guard_call().await;
    let before = target.peak_memory();
    let mut complaints = Vec::new();
    for case in hostile::all() {
        complaints.extend(complaint(&case, target.send(&client, &case.body).await));
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    let grown = target.peak_memory() - before;
    assert!(grown < MEMORY, "{grown} kB");
    target.guard_call().await;
}

#[tokio::test]
async fn a_guard_call_beside_the_storm_is_answered_within_its_deadline() {
    let target = Target::start("");
    let before = target.peak_memory();
    let cases = hostile::all();
    let storm = async {
        let client = reqwest::Client::new();
        loop {
            // All at once, round after round.
            join_all(cases.iter().map(|case| target.send(&client, &case.body))).await;
        }
    };
    let calls = async {
        for _ in 0..20 {
            target.guard_call().await;
        }
    };
    tokio::select! {
        () = calls => {}
        () = storm => {}
    }
    let grown = target.peak_memory() - before;
    assert!(grown < 3 * MEMORY, "{grown} kB");
}

#[tokio::test]
async fn thousands_of_sockets_that_say_nothing_keep_nobody_out() {
    let target = Target::start(SERVER);
    let mut sockets = Vec::new();
    for _ in 0..SOCKETS.min(open_files() / 2) {
        sockets.push(timeout(PATIENCE, target.raw()).await.expect("accepted"));
    }
    target.guard_call().await;
    // Whoever goes on saying nothing is shown out.
    let mut last = sockets.pop().expect("one");
    assert!(ends(&mut last).await.is_empty());
}

#[tokio::test]
async fn slow_requests_are_given_up() {
    let target = Target::start(SERVER);
    for (what, start) in [
        (
            "a head that does not end",
            "POST /graphql HTTP/1.1\r\nhost: localhost\r\nx-slow: ",
        ),
        (
            "a body that does not come",
            "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{",
        ),
        (
            "a chunk that does not come",
            "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n",
        ),
    ] {
        let (mut reader, mut writer) = target.raw().await.into_split();
        writer.write_all(start.as_bytes()).await.expect("sent");
        // A byte now and then keeps no connection alive.
        let dripping = async {
            let mut drip = tokio::time::interval(Duration::from_millis(100));
            loop {
                drip.tick().await;
                if writer.write_all(b"x").await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
        };
        tokio::select! {
            answer = ends(&mut reader) => assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408") || answer.starts_with("HTTP/1.1 400"), "{what}: {answer}"),
            () = dripping => {}
        }
    }
    target.guard_call().await;
}

#[tokio::test]
async fn header_bombs_are_refused() {
    let target = Target::start(SERVER);
    let many = (0..5_000)
        .map(|index| format!("x-{index}: y\r\n"))
        .collect::<Vec<_>>()
        .concat();
    let large = format!("x-large: {}\r\n", "y".repeat(500_000));
    let endless = "x: y\r\n".repeat(100_000);
    for (what, headers) in [("many", many), ("large", large), ("endless", endless)] {
        let (mut reader, mut writer) = target.raw().await.into_split();
        let request = format!("GET /graphql HTTP/1.1\r\nhost: localhost\r\n{headers}\r\n");
        // The program need not read it all.
        let (_, answer) = tokio::join!(writer.write_all(request.as_bytes()), ends(&mut reader));
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 431") || answer.starts_with("HTTP/1.1 400"),
            "{what}: {answer:.200}"
        );
    }
    target.guard_call().await;
    until("ready", async || target.program.is_ready().await).await;
}

/// What comes until the other side ends it.
async fn ends(reader: &mut (impl AsyncReadExt + Unpin)) -> String {
    let mut answer = Vec::new();
    // A connection that was reset has ended, too.
    let _ = timeout(PATIENCE, reader.read_to_end(&mut answer))
        .await
        .expect("an end");
    String::from_utf8_lossy(&answer).into_owned()
}

/// How many files this process may have open.
fn open_files() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").expect("Linux");
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"))
        .expect("stated");
    line.split_whitespace()
        .next()
        .and_then(|word| word.parse().ok())
        .unwrap_or(1024)
}
