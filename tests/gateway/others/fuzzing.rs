//! Promise: whatever a fuzzer sends that knows our schema, in whichever role, mutations included: no server error, no answer that
//! breaks the schema, no accepted nonsense, and no word of our insides.

use std::time::Duration;

use super::{Served, clients, run_within, target};

/// How many examples for each operation, where `./test --all` does not say.
const SAMPLE: u32 = 20;
/// The longest that one example may take on average; a run that hangs is ended, one on a busy machine is not.
const BOUND_PER_EXAMPLE: Duration = Duration::from_millis(200);
/// The operations of the schema, with room for more.
const OPERATIONS: u32 = 30;

const CHECKS: &str = "not_a_server_error,response_schema_conformance,says_nothing_of_its_insides";

/// Points schemathesis at the demonstration, with these headers.
async fn fuzz(served: &Served, role: &str, headers: &[String]) {
    let examples = std::env::var("PROGRAMGRANT_FUZZ_EXAMPLES").map_or(SAMPLE, |text| text.parse().expect("a number"));
    let hooks = clients().join("fuzz");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let location = [served.url(), "--max-examples".to_owned(), examples.to_string()];
    let fixed = ["--phases", "fuzzing", "--generation-deterministic", "--checks", CHECKS, "--continue-on-failure", "--no-color"];
    let headers = headers.iter().flat_map(|header| ["--header".to_owned(), header.clone()]);
    let arguments = ["run".to_owned()].into_iter().chain(location).chain(fixed.map(str::to_owned)).chain(headers);
    let environment = [("PYTHONPATH", hooks.to_str().expect("UTF-8")), ("PYTHONDONTWRITEBYTECODE", "1"), ("SCHEMATHESIS_HOOKS", "hooks")];
    let bound = BOUND_PER_EXAMPLE * OPERATIONS * examples;
    let program = target().join("schemathesis/bin/schemathesis");
    let ended = run_within(bound.max(super::BOUND), folder.path(), program, arguments, &environment).await;
    assert!(ended.well, "{role}: {}\n{}", ended.said, ended.complained);
}

#[tokio::test]
async fn the_programme_office_finds_nothing_wrong() {
    let served = Served::start().await;
    fuzz(&served, "programme office", &[]).await;
    assert!(served.gateway.is_ready().await);
}
