//! One HTTP exchange, bounded in size, with every way of failing told apart. The client that is handed in brings the time limit.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use jiff::Timestamp;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{RequestBuilder, StatusCode, Url};
use serde::Deserialize;

use crate::error::{RetryAfter, SourceError};

/// A value that neither `Debug` nor a log ever shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value itself, for the request alone.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Where bearer tokens come from.
#[async_trait]
pub trait TokenSource: Send + Sync {
    /// The token to use; a new one where `renew` says that the last was refused.
    async fn token(&self, renew: bool) -> Result<Secret, SourceError>;
}

/// A bearer token that somebody else renews in a file, read when it is needed, so that a renewed one needs no restart.
pub struct TokenFile(pub PathBuf);

#[async_trait]
impl TokenSource for TokenFile {
    async fn token(&self, _renew: bool) -> Result<Secret, SourceError> {
        let text = tokio::fs::read_to_string(&self.0)
            .await
            .map_err(|_| SourceError::refused("the token file cannot be read"))?;
        match text.trim() {
            token if token.is_empty() || token.contains(char::is_whitespace) => {
                Err(SourceError::refused("the token file holds no token"))
            }
            token => Ok(Secret::new(token)),
        }
    }
}

/// A bearer token that cannot be renewed.
pub struct FixedToken(pub Secret);

#[async_trait]
impl TokenSource for FixedToken {
    async fn token(&self, _renew: bool) -> Result<Secret, SourceError> {
        Ok(self.0.clone())
    }
}

/// Where a system answers: an http or https address with a host.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Address(Url);

impl Address {
    pub fn url(&self) -> Url {
        self.0.clone()
    }

    /// Whether nobody on the way can change what is read there: https, or this machine.
    pub fn is_private_to_us(&self) -> bool {
        let host = self.0.host_str().unwrap_or_default();
        let is_loopback = host
            .trim_matches(['[', ']'])
            .parse()
            .map_or(host == "localhost", |address: IpAddr| address.is_loopback());
        self.0.scheme() == "https" || is_loopback
    }
}

impl TryFrom<String> for Address {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let url = Url::parse(&text)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let url = url.ok_or("no http or https address")?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(
                "the address holds a user name or a password; secrets come from a file or the environment".to_owned(),
            );
        }
        Ok(Self(url))
    }
}

/// An HTTP client with a limit to the size of replies and, where configured, a bearer token.
#[derive(Clone)]
pub struct Http {
    client: reqwest::Client,
    limit: usize,
    tokens: Option<Arc<dyn TokenSource>>,
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http")
            .field("limit", &self.limit)
            .field("tokens", &self.tokens.as_ref().map(|_| "***"))
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
        Self { client, limit, tokens }
    }

    /// The same client, with another limit to the size of replies.
    #[must_use]
    pub fn with_limit(self, limit: usize) -> Self {
        Self { limit, ..self }
    }

    /// Sends what `build` makes, with the bearer token where there is one. A `401` renews the token once and asks again.
    pub async fn send(&self, build: impl Fn(&reqwest::Client) -> RequestBuilder) -> Result<Reply, SourceError> {
        let Some(tokens) = &self.tokens else {
            return self.exchange(build(&self.client)).await;
        };
        let token = tokens.token(false).await?;
        let reply = self.exchange(build(&self.client).bearer_auth(token.expose())).await?;
        if reply.status != StatusCode::UNAUTHORIZED {
            return Ok(reply);
        }
        let token = tokens.token(true).await?;
        self.exchange(build(&self.client).bearer_auth(token.expose())).await
    }

    async fn exchange(&self, request: RequestBuilder) -> Result<Reply, SourceError> {
        let mut response = request.send().await.map_err(|error| transport(&error))?;
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

    #[test]
    fn a_secret_does_not_show() {
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "***");
    }
}
