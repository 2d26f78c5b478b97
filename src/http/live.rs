//! Subscriptions over WebSocket (`graphql-transport-ws`).

use async_graphql::http::{WebSocket as Protocol, WebSocketProtocols, WsMessage};
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use futures::{SinkExt, StreamExt, future};

use crate::api::Live;

/// The one protocol that is spoken.
const PROTOCOL: &str = "graphql-transport-ws";
/// The largest message that is read, in bytes.
const MESSAGE_LIMIT: usize = 1 << 20;

/// Answers an upgrade.
pub fn upgrade(upgrade: WebSocketUpgrade, live: Live) -> Response {
    upgrade.protocols([PROTOCOL]).max_message_size(MESSAGE_LIMIT).on_upgrade(move |socket| serve(socket, live))
}

async fn serve(socket: WebSocket, live: Live) {
    let (mut sink, stream) = socket.split();
    if sink.send(Message::Ping(Vec::new().into())).await.is_err() {
        return;
    }
    let incoming = stream.take_while(|message| future::ready(matches!(message, Ok(message) if !matches!(message, Message::Close(_)))));
    let texts = incoming.filter_map(|message| {
        future::ready(match message {
            Ok(Message::Text(text)) => Some(text.as_str().as_bytes().to_vec()),
            Ok(Message::Binary(bytes)) => Some(bytes.to_vec()),
            _ => None,
        })
    });
    let mut outgoing = Protocol::new(live, texts, WebSocketProtocols::GraphQLWS);
    while let Some(message) = outgoing.next().await {
        let message = match message {
            WsMessage::Text(text) => Message::Text(text.into()),
            WsMessage::Close(code, reason) => Message::Close(Some(CloseFrame { code, reason: reason.into() })),
        };
        if sink.send(message).await.is_err() {
            return;
        }
    }
}
