//! Promise: `graphql-transport-ws` is spoken to the letter, as other people's clients speak it, and a connection ends when its
//! token does, when nobody is at its other end, and when the gateway goes.

use std::process::Stdio;
use std::time::Duration;

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::records::programme_2021;
use crate::tokens;
use crate::tokens::issuer::{Issuer, Signer};
use crate::world::{World, repository};

/// The bound only ends a test that has failed.
const PATIENCE: Duration = Duration::from_secs(20);

pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn connect(world: &World) -> Socket {
    connect_as(world, None).await
}

/// The same with a token in the upgrade itself.
async fn connect_as(world: &World, token: Option<&str>) -> Socket {
    let mut request = world
        .url("/graphql")
        .replacen("http", "ws", 1)
        .into_client_request()
        .expect("an address");
    request.headers_mut().insert(
        "sec-websocket-protocol",
        HeaderValue::from_static("graphql-transport-ws"),
    );
    if let Some(token) = token {
        request.headers_mut().insert(
            "authorization",
            HeaderValue::from_str(&format!("Bearer {token}")).expect("a header"),
        );
    }
    tokio_tungstenite::connect_async(request).await.expect("connects").0
}

/// A connection that was let in.
pub async fn admitted(world: &World, payload: Value) -> Socket {
    let mut socket = connect(world).await;
    say(&mut socket, json!({ "type": "connection_init", "payload": payload })).await;
    assert_eq!(hear(&mut socket).await, Ok(json!({ "type": "connection_ack" })));
    socket
}

/// Follows the pots, and has been heard doing so.
async fn follow(socket: &mut Socket) {
    say(
        socket,
        json!({ "id": "1", "type": "subscribe", "payload": { "query": "subscription { potChanged { year } }" } }),
    )
    .await;
    assert_eq!(
        ask(socket, "2", "{ __typename }").await["data"],
        json!({ "__typename": "Query" })
    );
}

/// What an operation is answered, which it then completes.
async fn ask(socket: &mut Socket, id: &str, query: &str) -> Value {
    say(
        socket,
        json!({ "id": id, "type": "subscribe", "payload": { "query": query } }),
    )
    .await;
    let answer = hear(socket).await.expect("an answer");
    assert_eq!((&answer["id"], &answer["type"]), (&json!(id), &json!("next")));
    assert_eq!(hear(socket).await, Ok(json!({ "id": id, "type": "complete" })));
    answer["payload"].clone()
}

pub async fn say(socket: &mut Socket, message: Value) {
    socket.send(Message::text(message.to_string())).await.expect("sent");
}

/// The next text, or the code and reason of the close.
pub async fn hear(socket: &mut Socket) -> Result<Value, (u16, String)> {
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
    let node = tokio::process::Command::new("node")
        .arg(script)
        .arg(address)
        .stderr(Stdio::inherit())
        .output()
        .await
        .expect("node runs");
    let lines = String::from_utf8(node.stdout).expect("UTF-8");
    let outcomes: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let failed: Vec<&Value> = outcomes.iter().filter(|outcome| outcome["ok"] != true).collect();
    assert_eq!(failed, Vec::<&Value>::new());
    assert!(
        node.status.success() && outcomes.len() > 40,
        "{} scenarios",
        outcomes.len()
    );
}

#[tokio::test]
async fn a_subscription_that_would_never_speak_is_refused_and_its_id_is_free_again() {
    let world = World::new().await;
    let mut socket = admitted(&world, json!({})).await;
    for query in [
        "subscription { potChanged @skip(if: true) { year } }",
        "subscription { ... @include(if: true) { potChanged { year } } }",
    ] {
        say(
            &mut socket,
            json!({ "id": "1", "type": "subscribe", "payload": { "query": query } }),
        )
        .await;
        let answer = hear(&mut socket).await.expect("an answer");
        assert_eq!(
            (&answer["id"], &answer["type"]),
            (&json!("1"), &json!("error")),
            "{query}"
        );
        assert_eq!(
            answer["payload"][0]["extensions"]["code"], "INVALID_DOCUMENT",
            "{query}"
        );
    }
    assert_eq!(
        ask(&mut socket, "1", "{ __typename }").await["data"],
        json!({ "__typename": "Query" })
    );
}

#[tokio::test]
async fn a_token_counts_wherever_it_stands_and_one_that_is_none_lets_nobody_in() {
    let signer = Signer::p256("e");
    let issuer = Issuer::with(&[&signer]).await;
    let world = tokens::world(&issuer).await;
    let token = signer.token(&issuer.claims(&json!({})));
    let viewer = json!({ "viewer": { "organisation": { "organisationNumber": tokens::BAMBLE } } });
    for name in ["Authorization", "authorization"] {
        let mut socket = admitted(&world, json!({ name: format!("Bearer {token}") })).await;
        assert_eq!(
            ask(&mut socket, "1", "{ viewer { organisation { organisationNumber } } }").await["data"],
            viewer
        );
    }
    let mut socket = connect_as(&world, Some(&token)).await;
    say(&mut socket, json!({ "type": "connection_init" })).await;
    assert_eq!(hear(&mut socket).await, Ok(json!({ "type": "connection_ack" })));
    assert_eq!(
        ask(&mut socket, "1", "{ viewer { organisation { organisationNumber } } }").await["data"],
        viewer
    );
    let mut public = admitted(&world, json!({})).await;
    assert_eq!(
        ask(&mut public, "1", "{ viewer { role } }").await["data"],
        json!({ "viewer": { "role": "PUBLIC" } })
    );
    let expired = signer.token(&issuer.claims_at("2026-11-22T11:00:00Z".parse().expect("an instant"), &json!({})));
    for none in [
        "Bearer nonsense".to_owned(),
        format!("Bearer {expired}"),
        "Basic eDp5".to_owned(),
        format!("Bearer {token}x"),
    ] {
        let mut socket = connect(&world).await;
        say(
            &mut socket,
            json!({ "type": "connection_init", "payload": { "Authorization": none } }),
        )
        .await;
        assert_eq!(hear(&mut socket).await, Err((4403, "Forbidden".to_owned())), "{none}");
    }
}

#[tokio::test]
async fn a_connection_ends_with_its_token_and_no_event_follows() {
    let signer = Signer::p256("e");
    let issuer = Issuer::with(&[&signer]).await;
    let world = tokens::world(&issuer).await;
    let mut telling = JoinSet::new();
    world.gateway().tell_of_changes(&mut telling);
    let mut socket = admitted(
        &world,
        json!({ "Authorization": format!("Bearer {}", signer.token(&issuer.claims(&json!({})))) }),
    )
    .await;
    follow(&mut socket).await;
    world.hand.advance(Duration::from_mins(5));
    world.publish(&programme_2021());
    world.poll_all().await;
    assert_eq!(hear(&mut socket).await, Err((4403, "Token expired".to_owned())));
}

#[tokio::test]
async fn who_follows_while_the_server_drains_is_sent_away_and_not_told_that_all_was_said() {
    let world = World::new().await;
    let mut socket = admitted(&world, json!({})).await;
    follow(&mut socket).await;
    world.drain();
    assert_eq!(hear(&mut socket).await, Err((1001, "Going away".to_owned())));
}

#[tokio::test]
async fn who_gives_no_sign_of_life_is_given_up() {
    let world = World::with_settings("[websocket]\nping = \"200ms\"").await;
    let (mut dead, mut living) = (admitted(&world, json!({})).await, admitted(&world, json!({})).await);
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
