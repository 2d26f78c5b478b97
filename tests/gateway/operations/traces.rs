//! Promise: traces go to a collector where one is configured, hold no more than the operation and what came of it, and a collector
//! that is gone delays nobody.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use serde_json::json;
use tokio::net::TcpListener;

use super::{Office, Served};

type Received = Arc<Mutex<Vec<(String, Vec<u8>)>>>;

async fn collect(State(received): State<Received>, headers: HeaderMap, body: Bytes) {
    let content_type = headers
        .get("content-type")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    received.lock().expect("no panic").push((content_type, body.to_vec()));
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

const TRACE: [u8; 16] = [
    0x4b, 0xf9, 0x2f, 0x35, 0x77, 0xb3, 0x4d, 0xa6, 0xa3, 0xce, 0x92, 0x9d, 0x0e, 0x0e, 0x47, 0x36,
];

async fn ask(served: &Served) -> u16 {
    let body = json!({ "query": "query Whole($id: ID!) { fundingClaim(id: $id) { id } }", "operationName": "Whole", "variables": { "id": "secret-variable" } });
    let request = reqwest::Client::new()
        .post(format!("{}/graphql", served.address()))
        .json(&body);
    let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    request
        .header("traceparent", parent)
        .send()
        .await
        .expect("an answer")
        .status()
        .as_u16()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_is_sent_what_was_asked_and_heard() {
    let received = Received::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let endpoint = format!("http://{}", listener.local_addr().expect("bound"));
    let collector = Router::new()
        .route("/v1/traces", post(collect))
        .with_state(Arc::clone(&received));
    tokio::spawn(async move { axum::serve(listener, collector).await.expect("serves") });
    let office = Office::new().await;
    let config = office.configure(
        "gateway.toml",
        &office.sqlite(),
        &format!("[telemetry]\notlp_endpoint = {endpoint:?}"),
    );
    let served = Served::start(&config).await;
    assert_eq!(ask(&served).await, 200);
    assert!(served.stop().await.success());
    // What was left was sent before the program ended.
    let received = std::mem::take(&mut *received.lock().expect("no panic"));
    assert!(
        received
            .iter()
            .all(|(content_type, _)| content_type == "application/x-protobuf"),
        "{}",
        received.len()
    );
    let all = received.into_iter().flat_map(|(_, body)| body).collect::<Vec<u8>>();
    for part in [
        &b"service.name"[..],
        b"programgrant",
        b"request",
        b"Whole",
        b"query",
        b"round",
        b"udir",
        &TRACE,
    ] {
        assert!(holds(&all, part), "{}", String::from_utf8_lossy(part));
    }
    assert!(!holds(&all, b"secret-variable") && !holds(&all, b"fundingClaim"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_that_is_gone_delays_nobody() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    // It takes connections and says nothing.
    let endpoint = format!("http://{}", listener.local_addr().expect("bound"));
    let office = Office::new().await;
    let config = office.configure(
        "gateway.toml",
        &office.sqlite(),
        &format!("[telemetry]\notlp_endpoint = {endpoint:?}"),
    );
    let served = Served::start(&config).await;
    for _ in 0..20 {
        assert_eq!(ask(&served).await, 200);
    }
    assert!(served.stop().await.success());
}
