//! One HTTP exchange, bounded in size, with every way of failing told apart, and what a source authenticates with. The client that is
//! handed in brings the time limit.

mod access;
mod address;
mod assertion;
mod auth;
mod secret;
mod tls;
mod token_service;
mod tokens;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use jiff::Timestamp;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{RequestBuilder, Response, StatusCode};

use crate::error::{RetryAfter, SourceError};

pub use access::{HTTP_SECRETS, HttpAccess};
pub use address::Address;
pub use auth::Auth;
pub use secret::Secret;
pub use tls::Tls;
pub use tokens::{FixedToken, TokenFile, TokenSource};

/// An HTTP client with a limit to the size of replies and, where configured, what it authenticates with.
#[derive(Clone)]
pub struct Http {
    client: reqwest::Client,
    limit: usize,
    credential: Option<Credential>,
}

/// What goes into the header `Authorization`.
#[derive(Clone)]
pub(crate) enum Credential {
    Bearer(Arc<dyn TokenSource>),
    /// RFC 7617.
    Basic {
        username: String,
        password: Secret,
    },
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http")
            .field("limit", &self.limit)
            .field("credential", &self.credential.as_ref().map(|_| "***"))
            .finish_non_exhaustive()
    }
}

/// A whole reply, whatever its status.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Http {
    /// `limit` is in bytes of the (decompressed) body.
    pub fn new(client: reqwest::Client, limit: usize, tokens: Option<Arc<dyn TokenSource>>) -> Self {
        Self::with(client, limit, tokens.map(Credential::Bearer))
    }

    pub(crate) fn with(client: reqwest::Client, limit: usize, credential: Option<Credential>) -> Self {
        Self {
            client,
            limit,
            credential,
        }
    }

    /// The same client, with another limit to the size of replies.
    #[must_use]
    pub fn with_limit(self, limit: usize) -> Self {
        Self { limit, ..self }
    }

    /// Sends what `build` makes, with the credential where there is one, and reads the whole reply. A `401` to a bearer token renews it
    /// once and asks again.
    pub async fn send(&self, build: impl Fn(&reqwest::Client) -> RequestBuilder) -> Result<Reply, SourceError> {
        self.read(self.respond(build).await?).await
    }

    /// The same up to the reply's head. The body is the caller's to read, and to bound.
    pub async fn respond(&self, build: impl Fn(&reqwest::Client) -> RequestBuilder) -> Result<Response, SourceError> {
        let request = || build(&self.client);
        match &self.credential {
            None => sent(request()).await,
            Some(Credential::Basic { username, password }) => {
                sent(request().basic_auth(username, Some(password.expose()))).await
            }
            Some(Credential::Bearer(tokens)) => {
                let token = tokens.token(None).await?;
                let response = sent(request().bearer_auth(token.expose())).await?;
                if response.status() != StatusCode::UNAUTHORIZED {
                    return Ok(response);
                }
                let token = tokens.token(Some(&token)).await?;
                sent(request().bearer_auth(token.expose())).await
            }
        }
    }

    async fn read(&self, mut response: Response) -> Result<Reply, SourceError> {
        let (status, headers) = (response.status(), response.headers().clone());
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| transport(&error))? {
            if body.len() + chunk.len() > self.limit {
                return Err(SourceError::TooLarge { limit: self.limit });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Reply {
            status,
            headers,
            body: body.freeze(),
        })
    }
}

async fn sent(request: RequestBuilder) -> Result<Response, SourceError> {
    request.send().await.map_err(|error| transport(&error))
}

/// Says what happened without the address, which may hold what is nobody's business.
fn transport(error: &reqwest::Error) -> SourceError {
    if error.is_timeout() {
        SourceError::outage("no whole answer within the deadline")
    } else if error.is_connect() {
        SourceError::outage("no connection")
    } else if error.is_body() || error.is_decode() {
        SourceError::malformed("body", "the reply breaks off")
    } else if error.is_builder() {
        SourceError::refused("the configured address cannot be asked")
    } else {
        SourceError::outage("the connection broke")
    }
}

impl Reply {
    /// The reply if its status is a success or `304`; otherwise the failure that the status stands for.
    pub fn success(self) -> Result<Self, SourceError> {
        if self.status.is_success() || self.status == StatusCode::NOT_MODIFIED {
            Ok(self)
        } else {
            Err(self.failure())
        }
    }

    /// The failure that the status stands for.
    pub fn failure(&self) -> SourceError {
        let reason = format!("status {}", self.status.as_u16());
        match self.status {
            StatusCode::TOO_MANY_REQUESTS => SourceError::Throttled {
                retry_after: self.retry_after(),
            },
            StatusCode::REQUEST_TIMEOUT => SourceError::Outage {
                reason,
                retry_after: self.retry_after(),
            },
            status if status.is_server_error() => SourceError::Outage {
                reason,
                retry_after: self.retry_after(),
            },
            _ => SourceError::Refused { reason },
        }
    }

    /// `Retry-After` in seconds or as an HTTP date; `None` where absent or unreadable.
    pub fn retry_after(&self) -> Option<RetryAfter> {
        let value = self.headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
        if let Ok(seconds) = value.parse() {
            return Some(RetryAfter::In(Duration::from_secs(seconds)));
        }
        let instant = jiff::fmt::rfc2822::parse(value).ok()?.timestamp();
        Some(RetryAfter::At(instant.max(Timestamp::UNIX_EPOCH)))
    }

    /// The header's value, where it is there and text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    fn reply(status: u16, retry_after: Option<&'static str>) -> Reply {
        let mut headers = HeaderMap::new();
        if let Some(value) = retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from_static(value));
        }
        Reply {
            status: StatusCode::from_u16(status).expect("a status"),
            headers,
            body: Bytes::new(),
        }
    }

    #[test]
    fn each_status_is_the_failure_that_it_stands_for() {
        let wait = Some(RetryAfter::In(Duration::from_secs(7)));
        assert_eq!(
            reply(429, Some("7")).failure(),
            SourceError::Throttled { retry_after: wait }
        );
        assert_eq!(
            reply(503, Some("7")).failure(),
            SourceError::Outage {
                reason: "status 503".into(),
                retry_after: wait
            }
        );
        assert_eq!(reply(403, None).failure(), SourceError::refused("status 403"));
        assert_eq!(reply(302, None).failure(), SourceError::refused("status 302"));
    }

    #[test]
    fn retry_after_is_read_in_both_forms() {
        let instant = "2026-11-22T08:49:37Z".parse().expect("an instant");
        assert_eq!(
            reply(503, Some("Sun, 22 Nov 2026 08:49:37 GMT")).retry_after(),
            Some(RetryAfter::At(instant))
        );
        assert_eq!(reply(503, Some("soon")).retry_after(), None);
        assert_eq!(reply(503, None).retry_after(), None);
    }
}
