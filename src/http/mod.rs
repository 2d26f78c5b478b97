//! The front door: `/graphql`, `/health/live`, `/health/ready`. A request is read here once, checked, and handed on.

pub mod caller;
mod live;

use std::future::IntoFuture;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::rejection::BytesRejection;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::json;
use tokio::net::TcpListener;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

use crate::api::{self, Live, Schema, Snapshot};
use crate::gateway::Gateway;

/// The largest request that is read, in bytes.
const REQUEST_LIMIT: usize = 1 << 20;
/// The longest that a request may take.
const DEADLINE: Duration = Duration::from_secs(10);

const BAD_CALLER: &str = "The header programgrant-caller is neither an organisation number nor one with a subject behind a slash.";

#[derive(Clone)]
struct FrontDoor {
    gateway: Arc<Gateway>,
    schema: Schema,
}

/// All routes over one gateway.
pub fn router(gateway: Arc<Gateway>) -> Router {
    Router::new()
        .route("/graphql", post(graphql).get(subscribe))
        .route("/health/live", get(live))
        .route("/health/ready", get(ready))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, DEADLINE))
        .layer(DefaultBodyLimit::max(REQUEST_LIMIT))
        .layer(CatchPanicLayer::custom(|_| refusal(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL", "The gateway failed.")))
        .layer(TraceLayer::new_for_http())
        .with_state(FrontDoor { gateway, schema: api::schema() })
}

/// A listener and its address; port 0 picks a free one.
pub async fn bind(listen: SocketAddr) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(listen).await?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// Serves until `shutdown` ends; requests under way are answered.
pub async fn serve(listener: TcpListener, gateway: Arc<Gateway>, shutdown: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
    axum::serve(listener, router(gateway)).with_graceful_shutdown(shutdown).into_future().await
}

async fn graphql(State(door): State<FrontDoor>, headers: HeaderMap, body: Result<Bytes, BytesRejection>) -> Response {
    if !is_json(&headers) {
        return refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", "Content-Type must be application/json.");
    }
    let body = match body {
        Ok(body) => body,
        Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            return refusal(StatusCode::PAYLOAD_TOO_LARGE, "REQUEST_TOO_LARGE", "The request is larger than 1 MiB.");
        }
        Err(_) => return refusal(StatusCode::BAD_REQUEST, "BAD_REQUEST", "The request broke off."),
    };
    let Some(request) = read_request(&body) else {
        return refusal(StatusCode::BAD_REQUEST, "BAD_REQUEST", "The request is no JSON object with a `query`.");
    };
    let Some(caller) = caller::of(&headers) else {
        return refusal(StatusCode::BAD_REQUEST, "BAD_REQUEST", BAD_CALLER);
    };
    let response = api::execute(&door.schema, request, Snapshot::take(&door.gateway, caller)).await;
    ([(header::CACHE_CONTROL, "no-store")], Json(response)).into_response()
}

/// Subscriptions.
async fn subscribe(State(door): State<FrontDoor>, headers: HeaderMap, upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>) -> Response {
    let Ok(upgrade) = upgrade else {
        return refusal(StatusCode::BAD_REQUEST, "BAD_REQUEST", "GET /graphql is for WebSocket (graphql-transport-ws); ask with POST.");
    };
    match caller::of(&headers) {
        Some(caller) => live::upgrade(upgrade, Live { schema: door.schema, gateway: door.gateway, caller }),
        None => refusal(StatusCode::BAD_REQUEST, "BAD_REQUEST", BAD_CALLER),
    }
}

/// One request; a list of several is none.
fn read_request(body: &[u8]) -> Option<async_graphql::Request> {
    let is_object = body.trim_ascii_start().starts_with(b"{");
    let request: async_graphql::Request = is_object.then(|| serde_json::from_slice(body).ok()).flatten()?;
    (!request.query.trim().is_empty()).then_some(request)
}

fn is_json(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

/// A request that was not executed, told in GraphQL's own form.
fn refusal(status: StatusCode, code: &'static str, message: &'static str) -> Response<Body> {
    (status, Json(json!({ "errors": [{ "message": message, "extensions": { "code": code } }] }))).into_response()
}

async fn live() -> Response {
    Json(json!({ "status": "live" })).into_response()
}

async fn ready(State(door): State<FrontDoor>) -> Response {
    if door.gateway.is_ready().await {
        Json(json!({ "status": "ready" })).into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "status": "starting" }))).into_response()
    }
}
