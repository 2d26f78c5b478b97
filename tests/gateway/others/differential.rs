//! Promise: a document is refused here where graphql-core, the reference implementation's Python edition, refuses it, and nowhere else;
//! and what is answered is what the document asks for. Where we differ on purpose stands in `docs/decisions/documents.md`.

use std::time::Duration;

use axum::extract::State;
use programgrant::config::AuthMode;
use serde_json::Value;

use super::{BOUND, Ended, Served, clients, run_within, target};
use crate::world::repository;

/// How many documents a sample has, and how many `./test --all` wants.
const SAMPLE: u32 = 1_000;
const ALL: u32 = 20_000;
/// Enough to come upon a fault that is planted.
const PLANTED: u32 = 150;
/// The same ones each time.
const SEED: &str = "20210601";
/// The longest that one may take on average; only a run that hangs takes so long.
const BOUND_PER_DOCUMENT: Duration = Duration::from_millis(200);

async fn differential(url: &str, count: u32) -> Ended {
    let sdl = repository().join("schema/programgrant.graphql");
    let count_text = count.to_string();
    let arguments = ["differential.py", url, sdl.to_str().expect("UTF-8"), &count_text, SEED];
    let folder = clients().join("differential");
    let bound = BOUND.max(BOUND_PER_DOCUMENT * count);
    run_within(
        bound,
        &folder,
        target().join("python/bin/python"),
        arguments,
        &[("PYTHONDONTWRITEBYTECODE", "1")],
    )
    .await
}

/// Without budgets: thousands of documents come from one address.
async fn open() -> Served {
    Served::with(|config| config.auth.mode = AuthMode::Open).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn graphql_core_judges_every_document_alike_and_finds_every_answer_right() {
    let served = open().await;
    let count = if std::env::var("TEST_FUZZ_EXAMPLES").is_ok() {
        ALL
    } else {
        SAMPLE
    };
    let ended = differential(&served.url(), count).await;
    assert!(ended.well, "{}\n{}", ended.said, ended.complained);
    let counts = &ended.json()["counts"];
    // It is no comparison where nothing is refused, or nothing answered, or most of it is left to limits.
    for (what, least) in [("accepted", 5), ("refused", 5), ("asked plainly", 10)] {
        assert!(
            counts[what]
                .as_u64()
                .is_some_and(|found| found > u64::from(count / least)),
            "{counts}"
        );
    }
}

/// That it would see a fault is shown by a gateway whose `@skip` is lost on the way, and by one that asks for more than it answers.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn graphql_core_sees_what_is_skipped_or_left_out_wrongly() {
    let served = open().await;
    for (from, to) in [("@skip(if: true)", ""), ("__typename", "__typenam"), ("2021", "2020")] {
        let ended = differential(&through(&served, from, to).await, PLANTED).await;
        assert!(!ended.well, "{from}: {ended:#?}");
        assert!(ended.complained.is_empty(), "{}", ended.complained);
    }
}

/// An address behind which a word of every request becomes another.
async fn through(served: &Served, from: &'static str, to: &'static str) -> String {
    let client = reqwest::Client::new();
    let pass = move |State(url): State<String>, body: String| async move {
        let request = client
            .post(url)
            .header("content-type", "application/json")
            .body(body.replacen(from, to, 1));
        axum::Json(
            request
                .send()
                .await
                .expect("an answer")
                .json::<Value>()
                .await
                .expect("JSON"),
        )
    };
    let router = axum::Router::new()
        .route("/graphql", axum::routing::post(pass))
        .with_state(served.url());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}/graphql", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}
