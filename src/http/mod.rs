//! The front door: `/graphql`, `/health/live`, `/health/ready`. A request is read here once, checked, and handed on.

pub mod admission;
mod answers;
mod body;
pub mod caller;
mod concurrency;
mod cors;
mod graphql;
mod host;
mod json;
mod middleware;
mod negotiation;
pub mod origin;
mod rate_limit;
pub mod reference;
mod refusal;
mod response;
mod server;
mod sse;
mod state;
mod websocket;

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Json, Router};
use reference::RequestId;
use serde_json::json;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate, SizeAbove};

use crate::app::Readiness;

pub use refusal::{CODES, Refusal};
pub use server::{Certificate, ServerTls, bind, open_files, serve, serve_within};
pub use state::{AppState, Service};

/// The largest request that is read, in bytes.
const REQUEST_LIMIT: usize = 1 << 20;
/// The smallest answer that is worth compressing, in bytes.
const WORTH_COMPRESSING: u64 = 1024;

/// All routes behind one front door.
pub fn router(state: AppState) -> Router {
    // Event streams are never held back to be compressed.
    let compression =
        CompressionLayer::new().compress_when(DefaultPredicate::new().and(SizeAbove::new(WORTH_COMPRESSING)));
    Router::new()
        .route(
            "/graphql",
            get(ask)
                .post(graphql::post)
                .options(graphql::options)
                .fallback(not_for_graphql),
        )
        .route("/health/live", get(live).fallback(only_to_read))
        .route("/health/ready", get(ready).fallback(only_to_read))
        .fallback(nothing_here)
        .layer(DefaultBodyLimit::max(REQUEST_LIMIT))
        .layer(CatchPanicLayer::custom(middleware::panicked))
        .layer(from_fn_with_state(state.clone(), middleware::timeout))
        .layer(from_fn_with_state(state.clone(), cors::allow_origins))
        .layer(from_fn(server::whole))
        .layer(from_fn(middleware::finish))
        .layer(compression)
        .with_state(state)
}

/// GET opens a WebSocket for those who want one, and asks for all others.
async fn ask(
    state: State<AppState>,
    reference: Extension<RequestId>,
    peer: graphql::PeerAddress,
    headers: HeaderMap,
    asked: Uri,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Refusal> {
    let wants_socket = headers
        .get(header::UPGRADE)
        .is_some_and(|wanted| wanted.as_bytes().eq_ignore_ascii_case(b"websocket"));
    if wants_socket {
        subscribe(state, peer, headers, upgrade)
    } else {
        graphql::get(state, reference, peer, headers, asked).await
    }
}

/// Subscriptions.
fn subscribe(
    State(state): State<AppState>,
    peer: graphql::PeerAddress,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Refusal> {
    let upgrade = upgrade.map_err(|_| Refusal::bad_request("The request is no sound opening of a WebSocket."))?;
    websocket::upgrade(upgrade, state, headers, graphql::address(peer))
}

async fn not_for_graphql() -> Refusal {
    const METHODS: &str = "Ask with POST or GET. Each event stream carries one operation (distinct connections), so there is nothing to reserve.";
    Refusal {
        allow: Some(graphql::ALLOWED),
        ..Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", METHODS)
    }
}

async fn only_to_read() -> Refusal {
    Refusal {
        allow: Some("GET, HEAD"),
        ..Refusal::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "METHOD_NOT_ALLOWED",
            "This address is only read.",
        )
    }
}

async fn nothing_here() -> Refusal {
    Refusal::new(
        StatusCode::NOT_FOUND,
        "NOT_FOUND",
        "There is nothing at this address; ask at /graphql.",
    )
}

async fn live() -> Response {
    Json(json!({ "status": "live" })).into_response()
}

async fn ready(State(state): State<AppState>) -> Response {
    let is_stopping = state.draining.is_cancelled();
    let readiness = if is_stopping {
        Readiness::stopping()
    } else {
        state.service().gateway.readiness().await
    };
    let status = if readiness.ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(readiness)).into_response()
}
