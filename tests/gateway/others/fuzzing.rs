//! Promise: whatever a fuzzer sends that knows our schema, in whichever role, mutations included: no server error, no answer that
//! breaks the schema, and no word of our insides.

use std::time::Duration;

use futures::{StreamExt, stream};
use programgrant_core::access::Role;
use serde_json::{Value, json};

use super::{BOUND, Ended, Served, clients, run_within, target};

/// The roles of a sample: who may least, who may some, who may most.
const SAMPLED: [Role; 3] = [Role::Public, Role::Municipality, Role::ProgrammeOffice];
/// How many examples for each operation a sample has.
const SAMPLE: u32 = 20;
/// The longest that one example may take on average: a run that hangs is ended, one on a busy machine is not.
const BOUND_PER_EXAMPLE: Duration = Duration::from_millis(200);
/// The operations of the schema, with room for more.
const OPERATIONS: u32 = 80;
/// How many fuzzers run at once; each keeps one processor busy.
const AT_ONCE: usize = 2;

const CHECKS: &str = "not_a_server_error,response_schema_conformance,says_nothing_of_its_insides";

/// Which roles, and how many examples: `./test --all` says how many, and then every role is meant.
fn extent() -> (&'static [Role], u32) {
    match std::env::var("TEST_FUZZ_EXAMPLES") {
        Ok(examples) => (&Role::ALL, examples.parse().expect("a number")),
        Err(_) => (&SAMPLED, SAMPLE),
    }
}

/// Runs schemathesis, told where and as whom.
async fn schemathesis(examples: u32, told: &[&str]) -> Ended {
    let hooks = clients().join("fuzz");
    let text = |name: &str| hooks.join(name).to_str().expect("UTF-8").to_owned();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (config, examples_text) = (text("schemathesis.toml"), examples.to_string());
    let extent = [
        "--phases",
        "fuzzing",
        "--max-examples",
        &examples_text,
        "--generation-deterministic",
        "--checks",
        CHECKS,
    ];
    let manner = ["--continue-on-failure", "--no-color"];
    let arguments = [&["--config-file", &config, "run"], told, &extent, &manner].concat();
    let environment = [
        ("PYTHONPATH", &*text("")),
        ("PYTHONDONTWRITEBYTECODE", "1"),
        ("SCHEMATHESIS_HOOKS", "hooks"),
    ];
    let bound = BOUND.max(BOUND_PER_EXAMPLE * OPERATIONS * examples);
    run_within(
        bound,
        folder.path(),
        target().join("python/bin/schemathesis"),
        arguments,
        &environment,
    )
    .await
}

/// Points it at the demonstration with a token of that role.
async fn fuzz(served: &Served, role: Role, examples: u32) {
    let authorization = format!("authorization: Bearer {}", served.token(role));
    let ended = schemathesis(examples, &[&served.url(), "--header", &authorization]).await;
    assert!(ended.well, "{role:?}: {}\n{}", ended.said, ended.complained);
}

#[tokio::test]
async fn a_fuzzer_finds_nothing_wrong_in_any_role() {
    let served = Served::start().await;
    let (roles, examples) = extent();
    stream::iter(roles)
        .for_each_concurrent(AT_ONCE, |role| fuzz(&served, *role, examples))
        .await;
    assert!(served.gateway.is_ready().await);
}

/// The fuzzer looks only at what it knows to be wrong; that it would see it is shown by a server that does it.
#[tokio::test]
async fn the_fuzzer_sees_a_server_error_and_a_word_of_our_insides() {
    for (field, error) in [
        ("fails", json!({ "code": "INTERNAL", "classification": "UNAVAILABLE" })),
        ("tells", json!({ "code": "x", "classification": "BAD_REQUEST" })),
    ] {
        let message = if field == "tells" {
            "thread 'main' panicked"
        } else {
            "no"
        };
        let answer = json!({ "data": null, "errors": [{ "message": message, "path": [field], "extensions": error }] });
        let ended = fuzz_a_server_that_answers(answer).await;
        assert!(!ended.well, "{ended:#?}");
    }
    let ended = fuzz_a_server_that_answers(json!({ "data": { "name": "Bamble" } })).await;
    assert!(ended.well, "{ended:#?}");
}

async fn fuzz_a_server_that_answers(answer: Value) -> Ended {
    let router = axum::Router::new().route("/graphql", axum::routing::post(async move || axum::Json(answer)));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}/graphql", listener.local_addr().expect("an address"));
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });
    let folder = tempfile::tempdir().expect("a temporary folder");
    let sdl = folder.path().join("schema.graphql");
    std::fs::write(&sdl, "type Query { name: String }").expect("written");
    let ended = schemathesis(1, &[sdl.to_str().expect("UTF-8"), "--url", &url]).await;
    serving.abort();
    ended
}
