//! The front door: `/graphql`, `/health/live`, `/health/ready`. A request is read here once, checked, and handed on.

pub mod admission;
mod budget;
pub mod caller;
mod door;
mod lanes;
mod live;
mod refusal;
mod server;

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::json;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

use crate::api::{self, Live};

pub use door::{FrontDoor, Service};
pub use refusal::Refusal;
pub use server::{Identity, Tls, bind, serve, serve_within};

use admission::{Incoming, Way};

/// The largest request that is read, in bytes.
const REQUEST_LIMIT: usize = 1 << 20;
/// The longest that a request may take.
const DEADLINE: Duration = Duration::from_secs(10);

/// All routes behind one front door.
pub fn router(door: FrontDoor) -> Router {
    Router::new()
        .route("/graphql", post(graphql).get(subscribe))
        .route("/health/live", get(live))
        .route("/health/ready", get(ready))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, DEADLINE))
        .layer(DefaultBodyLimit::max(REQUEST_LIMIT))
        .layer(CatchPanicLayer::custom(|_| Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL", "The gateway failed.").into_response()))
        .layer(TraceLayer::new_for_http())
        .with_state(door)
}

async fn graphql(State(door): State<FrontDoor>, headers: HeaderMap, body: Result<Bytes, BytesRejection>) -> Result<Response, Refusal> {
    if !is_json(&headers) {
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", "Content-Type must be application/json."));
    }
    let body = body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "REQUEST_TOO_LARGE", "The request is larger than 1 MiB."),
        _ => Refusal::bad_request("The request broke off."),
    })?;
    let service = door.service();
    service.admission.look_at(&body)?;
    let incoming = read_request(&body).ok_or_else(|| Refusal::bad_request("The request is no JSON object with a `query`."))?;
    let caller = service.caller(&headers).await?;
    let request = service.admission.admit(incoming, Way::Post, &caller).await.map_err(as_json)?;
    let response = api::execute(&door.schema, request, service.snapshot(caller)).await;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(response)).into_response())
}

/// The older media type tells a document that is refused like one that does not execute.
fn as_json(refusal: Refusal) -> Refusal {
    if refusal.document { Refusal { status: StatusCode::OK, ..refusal } } else { refusal }
}

/// Subscriptions.
async fn subscribe(
    State(door): State<FrontDoor>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Refusal> {
    let upgrade = upgrade.map_err(|_| Refusal::bad_request("GET /graphql is for WebSocket (graphql-transport-ws); ask with POST."))?;
    let caller = door.service().caller(&headers).await?;
    let current = door.clone();
    Ok(live::upgrade(upgrade, Live { schema: door.schema, gateway: Arc::new(move || Arc::clone(&current.service().gateway)), caller }))
}

/// One request; a list of several is none.
fn read_request(body: &[u8]) -> Option<Incoming> {
    let is_object = body.trim_ascii_start().starts_with(b"{");
    let request: async_graphql::Request = is_object.then(|| serde_json::from_slice(body).ok()).flatten()?;
    Some(Incoming { query: Some(request.query), operation_name: request.operation_name, variables: request.variables, ..Incoming::default() })
}

fn is_json(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

async fn live() -> Response {
    Json(json!({ "status": "live" })).into_response()
}

async fn ready(State(door): State<FrontDoor>) -> Response {
    if door.draining.is_cancelled() {
        (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "status": "draining" }))).into_response()
    } else if door.service().gateway.is_ready().await {
        Json(json!({ "status": "ready" })).into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "status": "starting" }))).into_response()
    }
}
