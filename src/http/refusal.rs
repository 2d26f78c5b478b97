//! A request that is not executed, told in GraphQL's own form.

use std::time::Duration;

use async_graphql::Pos;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::api;
use crate::document::Flaw;

/// Why a request was not executed: status, a stable code, a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub status: StatusCode,
    pub code: &'static str,
    pub message: String,
    /// When to come again (`Retry-After`).
    pub retry_after: Option<Duration>,
    /// What a better answer to "who are you" looks like (`WWW-Authenticate`).
    pub challenge: Option<&'static str>,
    /// Whether the document itself was refused: GraphQL over HTTP has rules of its own for that status.
    pub document: bool,
    /// Where in the document.
    pub place: Option<Pos>,
    /// What would have been allowed (`Allow`).
    pub allow: Option<&'static str>,
}

impl Refusal {
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), retry_after: None, challenge: None, document: false, place: None, allow: None }
    }

    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BAD_REQUEST", message)
    }

    /// The answer's body.
    pub fn body(&self) -> serde_json::Value {
        let mut error = json!({ "message": self.message, "extensions": { "code": self.code } });
        if let Some(place) = self.place {
            error["locations"] = json!([{ "line": place.line, "column": place.column }]);
        }
        json!({ "errors": [error] })
    }
}

impl From<Flaw> for Refusal {
    fn from(flaw: Flaw) -> Self {
        let message = api::shortened(flaw.to_string());
        Self { document: true, place: flaw.place(), ..Self::new(StatusCode::BAD_REQUEST, flaw.code(), message) }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body())).into_response();
        let headers = response.headers_mut();
        if let Some(after) = self.retry_after {
            // Rounded up: whoever comes at the stated second is let in.
            headers.insert(header::RETRY_AFTER, HeaderValue::from(after.as_secs() + u64::from(after.subsec_nanos() > 0)));
        }
        if let Some(challenge) = self.challenge {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        if let Some(allow) = self.allow {
            headers.insert(header::ALLOW, HeaderValue::from_static(allow));
        }
        // The frame gives it the form that the client accepts, and its reference.
        response.extensions_mut().insert(self);
        response
    }
}
