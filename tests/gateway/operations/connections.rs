//! Promise: whoever only holds a connection keeps nobody out, what comes too slowly is ended, and whoever has asked is answered
//! before the gateway goes.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use programgrant::config::{Config, Server, Span};
use programgrant::http::{self, AppState, Service};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::Office;
use crate::world::until;

/// A front door that can be told to stop.
struct Open {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<std::io::Result<()>>,
    _office: Office,
}

impl Open {
    async fn within(limits: Server) -> Self {
        let office = Office::new().await;
        let gateway = Arc::new(office.gateway().await);
        gateway.poll_all().await;
        let door = AppState::new(Service::new(&Config::parse("").expect("sound"), gateway).expect("a front door"));
        let (listener, address) = http::bind(SocketAddr::from(([127, 0, 0, 1], 0)))
            .await
            .expect("a free port");
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn(async move {
            http::serve_within(listener, door, Router::new(), &limits, None, async {
                stopped.await.unwrap_or(());
            })
            .await
        });
        Self {
            address,
            stop: Some(stop),
            serving,
            _office: office,
        }
    }

    fn stop(&mut self) {
        self.stop.take().expect("runs").send(()).expect("heard");
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("connects")
    }

    async fn status(&self, path: &str) -> u16 {
        reqwest::get(format!("http://{}{path}", self.address))
            .await
            .expect("an answer")
            .status()
            .as_u16()
    }
}

const BODY: &str = r#"{"query":"{ __typename }"}"#;

fn head() -> String {
    format!(
        "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        BODY.len()
    )
}

async fn read_to_end(mut stream: TcpStream) -> String {
    let mut text = Vec::new();
    // A connection that is reset has said all that it will.
    let _ = stream.read_to_end(&mut text).await;
    String::from_utf8(text).expect("text")
}

#[tokio::test]
async fn idle_sockets_keep_nobody_out() {
    let open = Open::within(Server {
        connections: 8,
        ..Server::default()
    })
    .await;
    let mut idle = Vec::new();
    for _ in 0..50 {
        idle.push(open.connect().await);
    }
    assert_eq!(open.status("/health/ready").await, 200);
    // Whoever waited longest made room.
    assert_eq!(read_to_end(idle.swap_remove(0)).await, "");
}

#[tokio::test]
async fn a_body_that_trickles_in_is_ended() {
    let open = Open::within(Server {
        body_timeout: Span::from(Duration::from_millis(50)),
        ..Server::default()
    })
    .await;
    let mut stream = open.connect().await;
    stream.write_all((head() + "{").as_bytes()).await.expect("sent");
    let answer = read_to_end(stream).await;
    assert!(
        answer.starts_with("HTTP/1.1 408 ") && answer.contains("REQUEST_TIMEOUT"),
        "{answer}"
    );
    assert!(
        answer.contains("nosniff") && answer.contains("\"reference\"") && answer.contains("connection: close"),
        "{answer}"
    );
}

#[tokio::test]
async fn a_body_that_is_too_large_is_answered_and_nobody_asks_again_behind_it() {
    let open = Open::within(Server::default()).await;
    let head = "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
    let body = " ".repeat(3 << 20);
    for (framing, body) in [
        ("content-length: 3145728", body.clone()),
        (
            "transfer-encoding: chunked",
            format!("{:x}\r\n{body}\r\n0\r\n\r\n", 3 << 20),
        ),
    ] {
        let mut stream = open.connect().await;
        stream
            .write_all(format!("{head}{framing}\r\n\r\n{body}").as_bytes())
            .await
            .expect("read to its end");
        let answer = read_to_end(stream).await;
        assert!(
            answer.starts_with("HTTP/1.1 413 ") && answer.contains("connection: close"),
            "{framing}: {answer}"
        );
    }
}

#[tokio::test]
async fn a_head_that_trickles_in_is_ended() {
    let open = Open::within(Server {
        header_timeout: Span::from(Duration::from_millis(50)),
        ..Server::default()
    })
    .await;
    let mut stream = open.connect().await;
    stream
        .write_all(b"POST /graphql HTTP/1.1\r\nhost:")
        .await
        .expect("sent");
    assert_eq!(read_to_end(stream).await, "");
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let open = Open::within(Server {
        headers: 20,
        ..Server::default()
    })
    .await;
    let many = (0..50)
        .map(|number| format!("x-{number}: y\r\n"))
        .collect::<Vec<_>>()
        .concat();
    for lines in [many, format!("x: {}\r\n", "y".repeat(40 * 1024))] {
        let mut stream = open.connect().await;
        // It may be refused before it was sent to its end.
        let _ = stream
            .write_all(format!("GET /health/live HTTP/1.1\r\nhost: localhost\r\n{lines}\r\n").as_bytes())
            .await;
        let answer = read_to_end(stream).await;
        assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    }
}

#[tokio::test]
async fn whoever_has_begun_to_ask_is_answered_before_the_gateway_goes() {
    let mut open = Open::within(Server::default()).await;
    let mut stream = open.connect().await;
    stream.write_all((head() + &BODY[..5]).as_bytes()).await.expect("sent");
    // The head has arrived once somebody who came later was answered.
    assert_eq!(open.status("/health/live").await, 200);
    open.stop();
    until("nobody new is let in", async || {
        TcpStream::connect(open.address).await.is_err()
    })
    .await;
    stream.write_all(&BODY.as_bytes()[5..]).await.expect("sent");
    let answer = read_to_end(stream).await;
    assert!(
        answer.starts_with("HTTP/1.1 200 ") && answer.contains("connection: close"),
        "{answer}"
    );
    open.serving.await.expect("no panic").expect("ended in good order");
}

#[tokio::test]
async fn while_it_drains_it_is_unready_and_answers() {
    let mut open = Open::within(Server {
        drain_delay: Some(Span::from_secs(60)),
        ..Server::default()
    })
    .await;
    assert_eq!(open.status("/health/ready").await, 200);
    open.stop();
    until("unready", async || open.status("/health/ready").await == 503).await;
    assert_eq!(open.status("/health/live").await, 200);
    let mut stream = open.connect().await;
    stream.write_all((head() + BODY).as_bytes()).await.expect("sent");
    let answer = read_to_end(stream).await;
    assert!(
        answer.starts_with("HTTP/1.1 200 ") && answer.contains("connection: close"),
        "{answer}"
    );
    open.serving.abort();
}
