//! What surrounds every answer: its reference, a deadline, refusals in their final form, and what a browser must not do with it.

use std::any::Any;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing::Instrument;

use super::answer;
use super::door::FrontDoor;
use super::negotiation::{Accepted, Media};
use super::reference::{self, Reference};
use super::refusal::Refusal;

/// Where an answer does not say otherwise. Nothing of the interface is ever shown as a page.
const HEADERS: [(HeaderName, HeaderValue); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("permissions-policy"), HeaderValue::from_static("camera=(), geolocation=(), microphone=()")),
];

/// The outermost of our own: gives the request its reference, and the answer its last form.
pub async fn around(mut request: Request, next: Next) -> Response {
    let reference = Reference::of(request.headers());
    let media = Accepted::of(request.headers()).answer.unwrap_or(Media::Json);
    let path = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    // Of the level of an error, so that it stands beside every line that is logged.
    let span = tracing::error_span!("request", %reference, method = %request.method(), path);
    request.extensions_mut().insert(reference.clone());
    let mut response = next.run(request).instrument(span.clone()).await;
    span.in_scope(|| tracing::debug!(status = response.status().as_u16(), "answered"));
    if let Some(refusal) = response.extensions_mut().remove::<Refusal>() {
        span.in_scope(|| tracing::info!(code = refusal.code, status = refusal.status.as_u16(), "refused"));
        response = answer::refused(&refusal, media, &reference, response);
    }
    guard(response.headers_mut(), &reference);
    response
}

fn guard(headers: &mut HeaderMap, reference: &Reference) {
    headers.insert(reference::HEADER, reference.header());
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(value);
    }
}

/// Gives up on what takes too long.
pub async fn in_time(State(door): State<FrontDoor>, request: Request, next: Next) -> Response {
    let deadline = door.service().http.deadline.get();
    tokio::time::timeout(deadline, next.run(request)).await.unwrap_or_else(|_| {
        tracing::warn!(?deadline, "gave up: it took too long");
        late().into_response()
    })
}

/// The refusal after the deadline.
pub fn late() -> Refusal {
    const LATE: &str = "The answer took too long. Whether a command was carried out is not known: send it again with its key.";
    Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "DEADLINE_EXCEEDED", LATE)
}

/// A panic becomes an answer; what it said goes to the log.
#[allow(clippy::needless_pass_by_value, reason = "as it is called")]
pub fn panicked(cause: Box<dyn Any + Send>) -> Response {
    internal(cause.as_ref()).into_response()
}

/// The refusal after a panic.
pub fn internal(cause: &(dyn Any + Send)) -> Refusal {
    let text = cause.downcast_ref::<String>().map(String::as_str).or_else(|| cause.downcast_ref::<&str>().copied());
    tracing::error!(cause = text.unwrap_or("unknown"), "panicked");
    Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL", "The gateway failed.")
}
