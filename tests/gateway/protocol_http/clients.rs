//! Promise: other people's clients and audits find nothing wrong.

use std::process::Stdio;
use std::time::Duration;

use programgrant::demo::systems;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::task::JoinSet;

use crate::records::{TWELVE, kroner, programme_2021, share};
use crate::world::{World, repository};

/// The bound only ends a test that has failed.
const PATIENCE: Duration = Duration::from_mins(2);

/// A script of `tests/clients`, pointed at a world.
fn script(world: &World, name: &str) -> Command {
    let mut command = Command::new("node");
    command
        .arg(repository().join("tests/clients").join(name))
        .arg(world.url("/graphql"));
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// A script that tells line by line what happens.
struct Told {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Told {
    fn start(mut command: Command) -> Self {
        let mut child = command.spawn().expect("node");
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        Self { child, lines }
    }

    async fn next(&mut self, what: &str) -> Value {
        let line = tokio::time::timeout(PATIENCE, self.lines.next_line())
            .await
            .expect("in time")
            .expect("text");
        let told: Value =
            serde_json::from_str(&line.unwrap_or_default()).unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(told["what"], what, "{told:#}");
        told
    }

    async fn ends_well(mut self) {
        let status = tokio::time::timeout(PATIENCE, self.child.wait())
            .await
            .expect("in time")
            .expect("a status");
        assert!(status.success(), "{status}");
    }
}

#[tokio::test]
async fn the_audit_of_graphql_over_http_finds_nothing() {
    let world = World::new().await;
    let output = tokio::time::timeout(PATIENCE, script(&world, "audit.mjs").output())
        .await
        .expect("in time")
        .expect("node");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && told.ends_with("61 of 61 ok\n"),
        "{told}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[tokio::test]
async fn the_client_of_graphql_sse_asks_follows_fails_and_leaves() {
    let world = World::heard(&programme_2021()).await;
    let mut telling = JoinSet::new();
    world.gateway().tell_of_changes(&mut telling);
    let mut client = Told::start(script(&world, "sse.mjs"));
    assert_eq!(
        client.next("query").await["results"],
        json!([{ "data": { "municipality": { "name": "Bamble" } } }])
    );
    assert_eq!(
        client.next("invalid").await["results"][0]["errors"][0]["extensions"]["code"],
        "INVALID_DOCUMENT"
    );
    assert_eq!(
        client.next("unknown").await["results"][0]["errors"][0]["extensions"]["code"],
        "UNKNOWN_PROGRAMME"
    );
    client.next("listening").await;
    let siljan = TWELVE
        .into_iter()
        .find(|(number, _)| *number == "3812")
        .expect("a participant");
    world.publish(&[(systems::BUFDIR, vec![share(4, siljan, 2021, kroner(1))])]);
    world.poll_all().await;
    let heard = client.next("heard").await["result"]["data"]["potChanged"].clone();
    assert_eq!(
        (&heard["municipality"]["name"], &heard["year"]),
        (&json!("Siljan"), &json!(2021))
    );
    client.ends_well().await;
}
