//! The issuer as a browser's counterpart: where it says that its doors are (`/.well-known/openid-configuration`), and one exchange
//! with it, bounded in time and bytes. What it says is kept for an hour, and for a day while it does not answer.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use oauth2::{AsyncHttpClient, HttpRequest, HttpResponse};
use reqwest::Url;
use serde::Deserialize;
use tokio::sync::Mutex;

use crate::config::{Address, ConfigError};
use crate::identity::asking_client;

const FRESH: SignedDuration = SignedDuration::from_hours(1);
const USABLE: SignedDuration = SignedDuration::from_hours(24);
/// From one question that failed to the next.
const PAUSE: SignedDuration = SignedDuration::from_secs(10);
/// For one exchange.
const DEADLINE: Duration = Duration::from_secs(5);
/// The largest answer that is read, in bytes.
const LIMIT: usize = 256 << 10;

/// Where the issuer's doors are.
#[derive(Debug, Clone)]
pub struct Endpoints {
    pub authorization: Url,
    pub token: Url,
    /// Where a browser ends its session there, if it can.
    pub end_session: Option<Url>,
    /// Whether its answers to a browser say whose they are (RFC 9207).
    pub says_issuer: bool,
}

/// What it says of itself, as far as it is minded (`OpenID` Connect Discovery § 3).
#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: Address,
    token_endpoint: Address,
    end_session_endpoint: Option<Address>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
    code_challenge_methods_supported: Option<Vec<String>>,
}

/// Why the issuer has given no answer that could be used. The texts quote nothing of it.
#[derive(Debug, thiserror::Error)]
pub enum ExchangeError {
    #[error(transparent)]
    Http(#[from] reqwest::Error),
    #[error("answered with status {0}")]
    Status(u16),
    #[error("the answer is larger than 256 KiB")]
    TooLarge,
    #[error("the answer is none that can be read")]
    Unreadable,
    #[error("it calls itself otherwise than it is configured")]
    OtherName,
    #[error("an address that it names is neither https nor of this machine")]
    Address,
    #[error("it does not support PKCE with S256")]
    NoPkce,
    #[error("it did not answer a moment ago")]
    Paused,
}

#[derive(Default)]
struct KnownEndpoints {
    endpoints: Option<Arc<Endpoints>>,
    heard: Timestamp,
    /// When asking failed last.
    failed: Option<Timestamp>,
}

/// The issuer that people log in at.
pub struct Provider {
    http: reqwest::Client,
    issuer: String,
    known: Mutex<KnownEndpoints>,
}

impl Provider {
    /// Nothing is asked before somebody logs in.
    pub fn new(issuer: &str) -> Result<Self, ConfigError> {
        let http = asking_client("login.issuer", DEADLINE)?;
        Ok(Self {
            http,
            issuer: issuer.to_owned(),
            known: Mutex::default(),
        })
    }

    /// Where its doors are. Whoever asks meanwhile waits for the same answer.
    pub async fn endpoints(&self, now: Timestamp) -> Result<Arc<Endpoints>, ExchangeError> {
        let mut known = self.known.lock().await;
        let age = now.duration_since(known.heard);
        if let Some(endpoints) = known.endpoints.as_ref().filter(|_| age < FRESH) {
            return Ok(Arc::clone(endpoints));
        }
        let is_pausing = known.failed.is_some_and(|failed| now.duration_since(failed) < PAUSE);
        let asked = if is_pausing {
            Err(ExchangeError::Paused)
        } else {
            self.ask().await
        };
        match asked {
            Ok(endpoints) => {
                let endpoints = Arc::new(endpoints);
                *known = KnownEndpoints {
                    endpoints: Some(Arc::clone(&endpoints)),
                    heard: now,
                    failed: None,
                };
                Ok(endpoints)
            }
            Err(error) => {
                if !is_pausing {
                    tracing::warn!(issuer = self.issuer, %error, "the issuer does not say where people log in");
                    known.failed = Some(now);
                }
                known.endpoints.clone().filter(|_| age < USABLE).ok_or(error)
            }
        }
    }

    async fn ask(&self) -> Result<Endpoints, ExchangeError> {
        let place = format!("{}/.well-known/openid-configuration", self.issuer.trim_end_matches('/'));
        let (status, body) = self.read(self.http.get(place)).await?;
        if status.status() != reqwest::StatusCode::OK {
            return Err(ExchangeError::Status(status.status().as_u16()));
        }
        let metadata: Metadata = serde_json::from_slice(&body).map_err(|_| ExchangeError::Unreadable)?;
        if metadata.issuer != self.issuer {
            return Err(ExchangeError::OtherName);
        }
        let methods = metadata.code_challenge_methods_supported.as_ref();
        if methods.is_some_and(|methods| methods.iter().all(|method| method != "S256")) {
            return Err(ExchangeError::NoPkce);
        }
        let address = |address: Address| {
            let is_private = address.is_private_to_us();
            is_private.then(|| address.url()).ok_or(ExchangeError::Address)
        };
        Ok(Endpoints {
            authorization: address(metadata.authorization_endpoint)?,
            token: address(metadata.token_endpoint)?,
            end_session: metadata.end_session_endpoint.map(address).transpose()?,
            says_issuer: metadata.authorization_response_iss_parameter_supported,
        })
    }

    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, ExchangeError> {
        let request = reqwest::Request::try_from(request)?;
        let (head, body) = self
            .read(reqwest::RequestBuilder::from_parts(self.http.clone(), request))
            .await?;
        let mut answer = HttpResponse::new(body);
        *answer.status_mut() = head.status();
        *answer.headers_mut() = head.headers().clone();
        Ok(answer)
    }

    async fn read(&self, request: reqwest::RequestBuilder) -> Result<(reqwest::Response, Vec<u8>), ExchangeError> {
        let mut response = request.send().await?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            if body.len() + chunk.len() > LIMIT {
                return Err(ExchangeError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok((response, body))
    }
}

/// One exchange, as the code flow asks for it.
impl<'c> AsyncHttpClient<'c> for Provider {
    type Error = ExchangeError;
    type Future = BoxFuture<'c, Result<HttpResponse, ExchangeError>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.exchange(request))
    }
}
