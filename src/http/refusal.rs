//! A request that is not executed, told in GraphQL's own form.

use std::time::Duration;

use async_graphql::{Pos, Response as Outcome, ServerError};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::graphql;
use crate::graphql::document::DocumentFlaw;
use crate::login::LoginFlaw;

/// Every code of a request that is not executed, beside those of documents and tokens.
pub const CODES: &[&str] = &[
    "TOO_MANY_OPERATIONS",
    "BAD_REQUEST",
    "BATCHES_REFUSED",
    "SUBSCRIPTION_NEEDS_STREAM",
    "SINGLE_CONNECTION_REFUSED",
    "TOKEN_EXPIRED",
    "ORIGIN_REFUSED",
    "NOT_FOUND",
    "METHOD_NOT_ALLOWED",
    "NOT_ACCEPTABLE",
    "UNSUPPORTED_MEDIA_TYPE",
    "REQUEST_TOO_LARGE",
    "DEADLINE_EXCEEDED",
    "REQUEST_TIMEOUT",
    "INTERNAL",
    "OVERLOADED",
    "RATE_LIMITED",
    "PERSISTED_QUERY_NOT_FOUND",
    "DOCUMENT_NOT_TRUSTED",
];

/// What a body must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    Json,
    Uncompressed,
}

impl Taken {
    const fn header(self) -> (HeaderName, HeaderValue) {
        match self {
            Self::Json => (header::ACCEPT, HeaderValue::from_static("application/json")),
            Self::Uncompressed => (header::ACCEPT_ENCODING, HeaderValue::from_static("identity")),
        }
    }
}

/// Why a request was not executed: status, a stable code, a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub status: StatusCode,
    pub code: &'static str,
    pub message: String,
    /// The header `Retry-After`.
    pub retry_after: Option<Duration>,
    /// What a better answer to "who are you" looks like (`WWW-Authenticate`).
    pub challenge: Option<&'static str>,
    /// Whether the document itself was refused: GraphQL over HTTP has rules of its own for that status.
    pub document: bool,
    /// Where in the document.
    pub place: Option<Pos>,
    /// What would have been allowed (`Allow`).
    pub allow: Option<&'static str>,
    /// What would have been taken instead.
    pub takes: Option<Taken>,
    /// What is wrong with a login, for who says it in another language.
    pub login_flaw: Option<LoginFlaw>,
}

impl Refusal {
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            retry_after: None,
            challenge: None,
            document: false,
            place: None,
            allow: None,
            takes: None,
            login_flaw: None,
        }
    }

    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BAD_REQUEST", message)
    }

    /// The same as the outcome of an operation, as every way of asking tells it.
    pub fn outcome(&self) -> Outcome {
        let mut error = ServerError::new(&self.message, self.place);
        error.extensions.get_or_insert_default().set("code", self.code);
        Outcome::from_errors(vec![error])
    }
}

impl From<DocumentFlaw> for Refusal {
    fn from(flaw: DocumentFlaw) -> Self {
        let message = graphql::shortened(flaw.to_string());
        Self {
            document: true,
            place: flaw.place(),
            ..Self::new(StatusCode::BAD_REQUEST, flaw.code(), message)
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        let headers = response.headers_mut();
        if let Some(after) = self.retry_after {
            // Rounded up: whoever comes at the stated second is let in.
            headers.insert(
                header::RETRY_AFTER,
                HeaderValue::from(after.as_secs() + u64::from(after.subsec_nanos() > 0)),
            );
        }
        if let Some(challenge) = self.challenge {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        if let Some(allow) = self.allow {
            headers.insert(header::ALLOW, HeaderValue::from_static(allow));
        }
        headers.extend(self.takes.map(Taken::header));
        // The middleware writes it down, in the form that the client accepts and with its reference.
        response.extensions_mut().insert(self);
        response
    }
}
