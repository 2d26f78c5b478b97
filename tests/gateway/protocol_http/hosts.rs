//! Promise: every request says once whom it is meant for, or is refused before anything of it is read, wherever it was sent; and no
//! two on the way can take its length for two different ones.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use programgrant::config::Server;
use programgrant::http;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::world::{World, until};

const JSON: &str = "content-type: application/json\r\n";
const BODY: &str = r#"{"query":"{ viewer { role } }"}"#;
const UPGRADE: &str = "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";

/// What is answered to bytes as they are, to the end of the connection.
async fn sent(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.expect("connects");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut text = Vec::new();
    let _ = stream.read_to_end(&mut text).await;
    String::from_utf8_lossy(&text).into_owned()
}

fn address(world: &World) -> SocketAddr {
    world.url("").trim_start_matches("http://").parse().expect("an address")
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or("none")
}

/// A request of that first line with these hosts, which ends its connection.
fn request(line: &str, hosts: &[&str], more: &str, body: &str) -> String {
    let hosts = hosts
        .iter()
        .map(|host| format!("Host: {host}\r\n"))
        .collect::<Vec<_>>()
        .concat();
    let length = if body.is_empty() {
        String::new()
    } else {
        format!("content-length: {}\r\n", body.len())
    };
    let connection = if more.contains("upgrade") {
        ""
    } else {
        "connection: close\r\n"
    };
    format!("{line}\r\n{hosts}{connection}{more}{length}\r\n{body}")
}

fn assert_refused(answer: &str, what: &str) {
    assert_eq!(status(answer), "400", "{what}: {answer}");
    assert!(
        answer.to_ascii_lowercase().contains("connection: close"),
        "{what}: {answer}"
    );
    let body: Value = serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap_or_default())
        .unwrap_or_else(|_| panic!("{what}: {answer}"));
    assert_eq!(body["errors"][0]["extensions"]["code"], "BAD_REQUEST", "{what}");
    assert!(body.get("data").is_none(), "{what}");
}

#[tokio::test]
async fn one_host_is_needed_on_every_way_in() {
    let world = World::new().await;
    let address = address(&world);
    for (line, more, body, answered) in [
        ("GET /health/live HTTP/1.1", "", "", "200"),
        ("HEAD /health/ready HTTP/1.1", "", "", "503"),
        ("GET /metrics HTTP/1.1", "", "", "200"),
        ("GET /nowhere HTTP/1.1", "", "", "404"),
        ("POST /graphql HTTP/1.1", JSON, BODY, "200"),
        ("GET /graphql?query=%7B__typename%7D HTTP/1.1", "", "", "200"),
        ("GET http://localhost/health/live HTTP/1.1", "", "", "200"),
        ("OPTIONS /graphql HTTP/1.1", "", "", "204"),
    ] {
        assert_eq!(
            status(&sent(address, &request(line, &["localhost"], more, body)).await),
            answered,
            "{line}"
        );
        for hosts in [
            [].as_slice(),
            &["localhost", "localhost"],
            &["localhost", "evil.example"],
            &[""],
            &["a b"],
            &["localhost, evil.example"],
        ] {
            let answer = sent(address, &request(line, hosts, more, body)).await;
            if line.starts_with("HEAD") {
                assert_eq!(status(&answer), "400");
            } else {
                assert_refused(&answer, &format!("{line} {hosts:?}"));
            }
        }
    }
    for hosts in [[].as_slice(), &["localhost", "localhost"]] {
        assert_refused(
            &sent(address, &request("GET /graphql HTTP/1.1", hosts, UPGRADE, "")).await,
            "an upgrade",
        );
    }
    assert_eq!(
        status(&sent(address, &request("GET /health/live HTTP/1.0", &[], "", "")).await),
        "200",
        "a probe"
    );
    assert_refused(
        &sent(
            address,
            &request("GET /health/live HTTP/1.0", &["a.example", "b.example"], "", ""),
        )
        .await,
        "two by HTTP/1.0",
    );
}

#[tokio::test]
async fn a_second_host_makes_nobody_the_programme_office() {
    let world = World::new().await;
    let answer = sent(
        address(&world),
        &request("POST /graphql HTTP/1.1", &["localhost", "evil.example"], JSON, BODY),
    )
    .await;
    assert_refused(&answer, "ours first");
    assert!(!answer.contains("PROGRAMME_OFFICE"));
    let foreign = request("POST http://evil.example/graphql HTTP/1.1", &["localhost"], JSON, BODY);
    assert_eq!(
        status(&sent(address(&world), &foreign).await),
        "403",
        "the address outranks the header"
    );
}

#[tokio::test]
async fn nothing_is_read_of_a_request_that_says_no_host() {
    let world = World::new().await;
    // The body never comes, and nobody waits for it.
    let head = format!("POST /graphql HTTP/1.1\r\n{JSON}content-length: 1000\r\n\r\n");
    assert_refused(&sent(address(&world), &head).await, "a body that never comes");
}

#[tokio::test]
async fn metrics_on_an_address_of_their_own_ask_for_a_host_too() {
    let world = World::new().await;
    let (listener, _) = http::bind(SocketAddr::from(([127, 0, 0, 1], 0)))
        .await
        .expect("a free port");
    let free = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port")
        .local_addr()
        .expect("an address");
    let limits = Server {
        metrics_listen: Some(free),
        ..Server::default()
    };
    let front = world.front().clone();
    let serving = tokio::spawn(async move {
        http::serve_within(listener, front, Router::new(), &limits, None, std::future::pending()).await
    });
    until("metrics are served", async || TcpStream::connect(free).await.is_ok()).await;
    assert_eq!(
        status(&sent(free, &request("GET /metrics HTTP/1.1", &["localhost"], "", "")).await),
        "200"
    );
    assert_refused(
        &sent(free, &request("GET /metrics HTTP/1.1", &[], "", "")).await,
        "no host",
    );
    assert_refused(
        &sent(free, &request("GET /metrics HTTP/1.1", &["a", "b"], "", "")).await,
        "two hosts",
    );
    serving.abort();
}

#[tokio::test]
async fn a_request_has_one_length() {
    let world = Arc::new(World::new().await);
    let head = |more: &str| format!("POST /graphql HTTP/1.1\r\nHost: localhost\r\n{JSON}{more}\r\n{BODY}");
    for more in [
        format!("content-length: {}\r\ncontent-length: 5\r\n", BODY.len()),
        format!("content-length: {}, 5\r\n", BODY.len()),
        "content-length: -1\r\n".to_owned(),
        "content-length: +31\r\n".to_owned(),
        "transfer-encoding: gzip\r\n".to_owned(),
        "transfer-encoding: chunked, identity\r\n".to_owned(),
    ] {
        assert_eq!(status(&sent(address(&world), &head(&more)).await), "400", "{more}");
    }
    // Where both are said the chunks count, and nothing is read behind them as another request.
    let both = format!(
        "content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n{BODY}\r\n0\r\n\r\nGET /nowhere HTTP/1.1\r\nHost: localhost\r\n",
        BODY.len()
    );
    let answer = sent(
        address(&world),
        &format!("POST /graphql HTTP/1.1\r\nHost: localhost\r\nconnection: close\r\n{JSON}{both}\r\n"),
    )
    .await;
    assert!(!answer.contains("HTTP/1.1 404"), "{answer}");
}
