//! A page that cannot be shown: said in the reader's language, with the status that the interface's code stands for.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use thiserror::Error;

use super::frame::PageFrame;
use super::visit::{Visit, rendered};
use crate::export::ExportError;
use crate::http::{QueryError, Refusal};

/// Why there is no page.
#[derive(Debug, Clone, Error)]
pub enum PageError {
    /// The interface calls it not found, or nothing is called so.
    #[error("not found")]
    NotFound,
    /// What stands in the address or the form is none of what may stand there; the interface says what.
    #[error("{0}")]
    BadInput(String),
    /// The caller may not.
    #[error("forbidden")]
    Forbidden,
    /// No page of this session sent the form: nothing was changed.
    #[error("form refused")]
    FormRefused,
    /// What was sent is larger than is taken.
    #[error("too large")]
    TooLarge,
    /// Not now: the store, the limits or the identity provider.
    #[error("{code}")]
    Unavailable { code: String, status: StatusCode },
    /// Our own fault; the log says what.
    #[error("internal")]
    Internal,
}

impl From<QueryError> for PageError {
    fn from(error: QueryError) -> Self {
        let code = error.code().to_owned();
        match code.as_str() {
            "NOT_FOUND" => Self::NotFound,
            // The public is told to bring a token; at a page it logs in, or goes without.
            "FORBIDDEN" | "UNAUTHENTICATED" => Self::Forbidden,
            "RATE_LIMITED" | "TOO_MANY_OPERATIONS" => Self::Unavailable {
                code,
                status: StatusCode::TOO_MANY_REQUESTS,
            },
            "LEDGER_UNREACHABLE" | "OVERLOADED" | "DEADLINE_EXCEEDED" | "IDENTITY_UNAVAILABLE" => Self::Unavailable {
                code,
                status: StatusCode::SERVICE_UNAVAILABLE,
            },
            "INTERNAL" => {
                tracing::error!(%error, "a page's own operation failed");
                Self::Internal
            }
            _ => match error {
                QueryError::Unreadable(_) => Self::Internal,
                _ => Self::BadInput(error.to_string()),
            },
        }
    }
}

impl From<ExportError> for PageError {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Query(error) => error.into(),
            ExportError::NoSuchForm { .. } | ExportError::NoCatalogue => Self::NotFound,
            ExportError::NoPast { .. } => Self::BadInput(error.to_string()),
            error => {
                tracing::error!(%error, "a file cannot be made");
                Self::Internal
            }
        }
    }
}

impl PageError {
    /// Why a body was not read.
    pub fn unread(refusal: &Refusal) -> Self {
        match refusal.status {
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            StatusCode::REQUEST_TIMEOUT => Self::Unavailable {
                code: refusal.code.to_owned(),
                status: refusal.status,
            },
            _ => Self::BadInput(refusal.message.clone()),
        }
    }

    const fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::BadInput(_) => StatusCode::BAD_REQUEST,
            Self::Forbidden | Self::FormRefused => StatusCode::FORBIDDEN,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unavailable { status, .. } => *status,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The texts' family.
    const fn key(&self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::BadInput(_) => "bad-input",
            Self::Forbidden => "forbidden",
            Self::FormRefused => "form-refused",
            Self::TooLarge => "too-large",
            Self::Unavailable { .. } => "unavailable",
            Self::Internal => "internal",
        }
    }

    /// What the interface says, where that helps whoever reads it.
    fn detail(&self) -> Option<&str> {
        match self {
            Self::BadInput(text) => Some(text),
            Self::Unavailable { code, .. } => Some(code),
            _ => None,
        }
    }

    /// The page that says so.
    pub fn show(&self, visit: &Visit) -> Response {
        let title = visit.texts.say(&format!("error-{}", self.key()));
        let shown = Failed {
            page: visit.page(title),
            advice: visit.texts.say(&format!("error-{}-advice", self.key())),
            detail: self.detail(),
        };
        (self.status(), rendered(&shown)).into_response()
    }
}

impl IntoResponse for PageError {
    /// The page is rendered on the way out, where the visit is known.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[derive(Template)]
#[template(path = "failed.html")]
struct Failed<'a> {
    page: PageFrame,
    advice: String,
    detail: Option<&'a str>,
}
