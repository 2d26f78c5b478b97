//! How long an answer for one municipality and year takes from the warm view, in process and over HTTP, and how much memory the
//! whole demonstration takes. `cargo bench --bench answer`.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_graphql::Request;
use programgrant::demo::{Demo, SAMPLE_QUERY};
use programgrant::graphql::{self, Snapshot};
use programgrant::http::{self, AppState, Service};

const ROUNDS: usize = 2_000;

#[tokio::main]
async fn main() {
    let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
    let demo = Demo::start(anywhere).await.expect("the demonstration starts");
    let config = demo.config().expect("a sound configuration");
    let gateway = Arc::new(demo.gateway(&config).await.expect("the gateway starts"));
    for (source, outcome) in gateway.poll_all().await {
        outcome.unwrap_or_else(|error| panic!("{source}: {error}"));
    }

    let schema = graphql::schema();
    let mut in_process = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let answer = graphql::execute(
            &schema,
            Request::new(SAMPLE_QUERY),
            Snapshot::take(&gateway, http::caller::office()),
        )
        .await;
        in_process.push(start.elapsed());
        assert!(answer.errors.is_empty(), "{:?}", answer.errors);
    }

    let (listener, address) = http::bind(anywhere).await.expect("a free port");
    let service = Service::new(&config, Arc::clone(&gateway)).expect("a front door");
    let serving = tokio::spawn(http::serve(listener, AppState::new(service), std::future::pending()));
    let client = reqwest::Client::new();
    let mut over_http = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let request = client
            .post(format!("http://{address}/graphql"))
            .json(&serde_json::json!({ "query": SAMPLE_QUERY }));
        let answer = request.send().await.expect("an answer").bytes().await.expect("a body");
        over_http.push(start.elapsed());
        assert!(!answer.is_empty());
    }
    serving.abort();

    report("in process", in_process);
    report("over HTTP", over_http);
    println!("memory with simulators and data, at most: {}", peak_memory());
}

fn report(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |percent: usize| times[(times.len() - 1) * percent / 100];
    println!(
        "{what}: median {:?}, 99th percentile {:?}, slowest {:?}",
        at(50),
        at(99),
        at(100)
    );
}

/// The most that the process has held, as Linux tells it.
fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .map_or_else(|| "unknown".to_owned(), |size| size.trim().to_owned())
}
