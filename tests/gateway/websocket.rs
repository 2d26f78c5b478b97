//! Promise: `graphql-transport-ws` is spoken to the letter, as other people's clients speak it, and a connection ends when its
//! token does, when nobody is at its other end, and when the gateway goes.

use std::process::Stdio;
use std::time::Duration;

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::world::{World, repository};

/// The bound only ends a test that has failed.
const PATIENCE: Duration = Duration::from_secs(20);

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn connect(world: &World) -> Socket {
    let mut request = world.url("/graphql").replacen("http", "ws", 1).into_client_request().expect("an address");
    request.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static("graphql-transport-ws"));
    tokio_tungstenite::connect_async(request).await.expect("connects").0
}

async fn say(socket: &mut Socket, message: Value) {
    socket.send(Message::text(message.to_string())).await.expect("sent");
}

/// The next text, or the code and reason of the close.
async fn hear(socket: &mut Socket) -> Result<Value, (u16, String)> {
    loop {
        match tokio::time::timeout(PATIENCE, socket.next()).await.expect("in time") {
            Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).expect("JSON")),
            Some(Ok(Message::Close(Some(frame)))) => return Err((frame.code.into(), frame.reason.to_string())),
            Some(Ok(Message::Close(None)) | Err(_)) | None => return Err((1006, String::new())),
            Some(Ok(_)) => {}
        }
    }
}

#[tokio::test]
async fn other_peoples_clients_find_every_close_code_and_every_answer_right() {
    let world = World::with_settings("[websocket]\ninitialisation = \"1s\"\noperations = 5").await;
    let script = repository().join("tests/clients/ws.mjs");
    let address = world.url("/graphql").replacen("http", "ws", 1);
    let node = tokio::process::Command::new("node").arg(script).arg(address).stderr(Stdio::inherit()).output().await.expect("node runs");
    let lines = String::from_utf8(node.stdout).expect("UTF-8");
    let outcomes: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let failed: Vec<&Value> = outcomes.iter().filter(|outcome| outcome["ok"] != true).collect();
    assert_eq!(failed, Vec::<&Value>::new());
    assert!(node.status.success() && outcomes.len() > 40, "{} scenarios", outcomes.len());
}

#[tokio::test]
async fn who_gives_no_sign_of_life_is_given_up() {
    let world = World::with_settings("[websocket]\nping = \"200ms\"").await;
    let mut dead = connect(&world).await;
    say(&mut dead, json!({ "type": "connection_init" })).await;
    assert_eq!(hear(&mut dead).await, Ok(json!({ "type": "connection_ack" })));
    let mut living = connect(&world).await;
    say(&mut living, json!({ "type": "connection_init" })).await;
    assert_eq!(hear(&mut living).await, Ok(json!({ "type": "connection_ack" })));
    // Whoever does not read answers no ping; whoever reads does so by that alone.
    let mut pings = 0;
    while pings < 10 {
        match tokio::time::timeout(PATIENCE, living.next()).await.expect("in time") {
            Some(Ok(Message::Ping(_))) => pings += 1,
            other => panic!("the living were given up: {other:?}"),
        }
    }
    assert_eq!(hear(&mut dead).await, Err((1006, String::new())));
}
