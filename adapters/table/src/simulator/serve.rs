//! The list by HTTP: JSON in pages of two, each page with the list's `ETag`.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, ETAG, IF_NONE_MATCH, LOCATION, RETRY_AFTER};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use programgrant_contract::simulation::fault;
use tokio::net::TcpListener;
use tokio::sync::Notify;

use super::{Shared, list_fault, lock, render};

const PER_PAGE: usize = 2;

/// Serves until `stop` is notified.
pub fn start(listener: TcpListener, shared: Shared, stop: Arc<Notify>) {
    let router = Router::new().route("/liste", get(list)).with_state(shared);
    tokio::spawn(async move {
        axum::serve(listener, router)
            .with_graceful_shutdown(async move { stop.notified().await })
            .await
    });
}

async fn list(State(shared): State<Shared>, query: Query<HashMap<String, String>>, headers: HeaderMap) -> Response {
    let desk = lock(&shared);
    let brought = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    if desk
        .token
        .as_ref()
        .is_some_and(|token| brought != Some(format!("Bearer {token}").as_str()))
    {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    match desk.fault {
        Some(fault::THROTTLED) => return (StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, "1")]).into_response(),
        Some(fault::OUTAGE) => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Some(fault::REFUSED) => return StatusCode::FORBIDDEN.into_response(),
        Some(list_fault::REDIRECT) => {
            return (StatusCode::FOUND, [(LOCATION, "http://192.0.2.1/liste")]).into_response();
        }
        _ => {}
    }
    let etag = format!("\"{}\"", desk.version);
    if headers
        .get(IF_NONE_MATCH)
        .is_some_and(|known| known.as_bytes() == etag.as_bytes())
    {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    let rows = render::rows(&desk);
    let number = query
        .get("side")
        .and_then(|side| side.parse().ok())
        .unwrap_or(1_usize)
        .max(1);
    let begin = rows.len().min((number - 1) * PER_PAGE);
    let end = rows.len().min(begin + PER_PAGE);
    let next = match desk.fault {
        _ if end < rows.len() => Some(format!("/liste?side={}", number + 1)),
        Some(list_fault::REPEATING_PAGE) => Some("/liste".to_owned()),
        _ => None,
    };
    let mut body = render::page(&rows[begin..end], next.as_deref()).to_string();
    if desk.fault == Some(fault::CUT) {
        body.truncate(body.len() - 1);
    }
    ([(CONTENT_TYPE, "application/json".to_owned()), (ETAG, etag)], body).into_response()
}
