//! Operations over WebSocket (`graphql-transport-ws`): the upgrade is judged here, and a session follows.

mod close_codes;
mod connection_init;
mod operation;
mod protocol;
mod session;

use std::net::IpAddr;

use axum::extract::ws::WebSocketUpgrade;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use session::Session;

use super::state::AppState;
use super::{Refusal, origin};

/// The one protocol that is spoken.
const PROTOCOL: &str = "graphql-transport-ws";
/// The largest message that is read, in bytes.
const MESSAGE_LIMIT: usize = 1 << 20;
/// What a connection reads ahead, in bytes: thousands of idle ones must cost little.
const READ_AHEAD: usize = 8 << 10;

/// Answers an upgrade. A browser sends its user's credentials along wherever a page wants to connect to, so the page's origin
/// is judged first.
pub fn upgrade(
    upgrade: WebSocketUpgrade,
    state: AppState,
    headers: HeaderMap,
    address: Option<IpAddr>,
) -> Result<Response, Refusal> {
    let service = state.service();
    if !origin::is_allowed(&headers, &service.http) {
        return Err(Refusal::new(
            StatusCode::FORBIDDEN,
            "ORIGIN_REFUSED",
            "A page of this origin may not connect here.",
        ));
    }
    let mut upgrade = upgrade
        .protocols([PROTOCOL])
        .max_message_size(MESSAGE_LIMIT)
        .max_frame_size(MESSAGE_LIMIT)
        .read_buffer_size(READ_AHEAD);
    let speaks = upgrade.selected_protocol().is_some();
    let other = upgrade.requested_protocols().next().cloned();
    if let Some(other) = other.filter(|_| !speaks) {
        // Most clients show a close code only on a connection whose subprotocol was one of theirs.
        upgrade.set_selected_protocol(other);
    }
    let terms = service.websocket;
    Ok(upgrade.on_upgrade(async move |socket| {
        if speaks {
            Session::new(state, headers, address, terms).serve(socket).await;
        } else {
            session::turn_away(socket).await;
        }
    }))
}
