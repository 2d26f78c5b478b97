//! The front door: `/graphql`, `/login`, `/logout`, `/graphiql/query`, `/health/live`, `/health/ready`. A request is read here once, checked, and handed on.

pub mod admission;
mod answering;
mod answers;
mod body;
pub mod caller;
mod concurrency;
mod cors;
pub mod forms;
mod further;
mod graphql;
mod host;
mod json;
mod local;
mod login;
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
use axum::extract::{FromRequestParts, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;

use crate::app::Readiness;

pub use crate::login::{LoginFlaw, SignedIn};
pub use body::UnreadBody;
pub use further::{Further, RefusalPage};
pub use local::{ErrorExtensions, LocalClient, OperationError, QueryError};
pub use negotiation::wants_page;
pub use refusal::{CODES, Refusal};
pub use response::names;
pub use server::{Certificate, ServerTls, bind, open_files, serve, serve_within};
pub use state::{AppState, Service};

/// All routes: those of the interface, and further ones that rooms above mount beside them. What surrounds them is the server's.
fn router(state: AppState, further: Further) -> Router {
    let browsers_come_to = login::routes().fallback(nothing_here);
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
        .merge((further.around)(browsers_come_to))
        .merge(further.routes)
        .with_state(state)
}

/// GET opens a WebSocket for those who want one, and asks for all others.
async fn ask(State(state): State<AppState>, request: Request) -> Result<Response, Refusal> {
    let wants_socket = request
        .headers()
        .get(header::UPGRADE)
        .is_some_and(|wanted| wanted.as_bytes().eq_ignore_ascii_case(b"websocket"));
    if wants_socket {
        subscribe(state, request).await
    } else {
        graphql::get(state, request).await
    }
}

/// Subscriptions.
async fn subscribe(state: AppState, request: Request) -> Result<Response, Refusal> {
    let (mut parts, _) = request.into_parts();
    let upgrade = WebSocketUpgrade::from_request_parts(&mut parts, &state).await;
    let upgrade = upgrade.map_err(|_| Refusal::bad_request("The request is no sound opening of a WebSocket."))?;
    let peer = graphql::address(&parts.extensions);
    websocket::upgrade(upgrade, state, parts.headers, peer)
}

async fn not_for_graphql() -> Refusal {
    const METHODS: &str = "Ask with POST or GET. Each event stream carries one operation (distinct connections), so there is nothing to reserve.";
    Refusal {
        allow: Some(graphql::ALLOWED),
        ..Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", METHODS)
    }
}

/// The answer to other methods than GET and HEAD where there is nothing but an answer to these.
pub async fn only_to_read() -> Refusal {
    Refusal {
        allow: Some("GET, HEAD"),
        ..Refusal::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "METHOD_NOT_ALLOWED",
            "This address is only read.",
        )
    }
}

/// The answer where nothing is.
pub async fn nothing_here() -> Refusal {
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
