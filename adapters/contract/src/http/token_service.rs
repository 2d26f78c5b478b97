//! Tokens that a token service such as Maskinporten gives for a signed assertion: kept for as long as they are good, and fetched once for
//! all who wait.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use moka::future::Cache;
use reqwest::Url;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use serde::Deserialize;

use super::assertion::Assertions;
use super::tokens::is_token;
use super::{Http, Reply, Secret, TokenSource};
use crate::adapter::Now;
use crate::error::SourceError;

/// The largest answer that is read, in bytes.
pub const ANSWER_LIMIT: usize = 64 << 10;
/// How long before its end a token is renewed, in seconds: a request must arrive and clocks may differ. At most half of its life.
const MARGIN: i64 = 20;
/// How long a token counts as good where nobody says, in seconds.
const UNSAID: i64 = 60;
/// No token is believed for longer, in seconds; nothing hangs on it but that sums stay in range.
const LONGEST: i64 = 24 * 60 * 60;
/// Each fetch has a key of its own; those before are of no use.
const KEPT: u64 = 8;
const GRANT_TYPE: &str = "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer";

pub struct TokenService {
    http: Http,
    url: Url,
    assertions: Assertions,
    now: Now,
    current: Mutex<Option<Arc<Token>>>,
    /// By the number of the token that is replaced.
    fetches: Cache<u64, Arc<Token>>,
}

/// A token, the how manieth it is, and until when it is good.
struct Token {
    number: u64,
    secret: Secret,
    good_until: Timestamp,
}

/// RFC 6749 § 5.1.
#[derive(Deserialize)]
struct Answer {
    access_token: String,
    token_type: Option<String>,
    expires_in: Option<i64>,
}

/// RFC 6749 § 5.2. Its description is the service's own and stays unread.
#[derive(Deserialize)]
struct Refusal {
    error: String,
}

const REFUSALS: [&str; 6] = [
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_scope",
];

#[async_trait]
impl TokenSource for TokenService {
    async fn token(&self, refused: Option<&Secret>) -> Result<Secret, SourceError> {
        let known = self.current();
        let is_good = |token: &&Arc<Token>| token.good_until > (self.now)() && Some(&token.secret) != refused;
        if let Some(token) = known.as_ref().filter(is_good) {
            return Ok(token.secret.clone());
        }
        let before = known.map_or(0, |token| token.number);
        let fetched = self.fetches.try_get_with(before, self.renew(before + 1)).await;
        match fetched {
            Ok(token) => Ok(token.secret.clone()),
            Err(error) => Err(blame(&error)),
        }
    }
}

impl TokenService {
    pub fn new(http: Http, url: Url, assertions: Assertions, now: Now) -> Self {
        Self {
            http,
            url,
            assertions,
            now,
            current: Mutex::new(None),
            fetches: Cache::new(KEPT),
        }
    }

    fn current(&self) -> Option<Arc<Token>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn renew(&self, number: u64) -> Result<Arc<Token>, SourceError> {
        let asked = (self.now)();
        let assertion = self.assertions.sign(asked);
        let assertion = assertion.ok_or_else(|| SourceError::outage("no assertion can be signed just now"))?;
        // A signed token has no character that a form would escape.
        let form = format!("grant_type={GRANT_TYPE}&assertion={}", assertion.expose());
        let reply = self.http.send(|client| {
            client
                .post(self.url.clone())
                .header(ACCEPT, "application/json")
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(form.clone())
        });
        let (secret, lifetime) = read(&reply.await?)?;
        let margin = MARGIN.min(lifetime / 2);
        let token = Arc::new(Token {
            number,
            secret,
            good_until: asked + SignedDuration::from_secs(lifetime - margin),
        });
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&token));
        Ok(token)
    }
}

/// The token and how long it lives, in seconds.
fn read(reply: &Reply) -> Result<(Secret, i64), SourceError> {
    if !reply.status.is_success() {
        return Err(refusal(reply));
    }
    let malformed = |place, reason| SourceError::malformed(place, reason);
    let answer: Answer =
        serde_json::from_slice(&reply.body).map_err(|_| malformed("body", "no answer with a token"))?;
    if !is_token(&answer.access_token) {
        return Err(malformed("access_token", "no token"));
    }
    let is_bearer = |kind: &String| kind.eq_ignore_ascii_case("bearer");
    if !answer.token_type.as_ref().is_none_or(is_bearer) {
        return Err(malformed("token_type", "no bearer token"));
    }
    let lifetime = answer.expires_in.unwrap_or(UNSAID).clamp(0, LONGEST);
    Ok((Secret::new(answer.access_token), lifetime))
}

fn refusal(reply: &Reply) -> SourceError {
    let error = serde_json::from_slice(&reply.body).map(|refusal: Refusal| refusal.error);
    match (reply.failure(), error) {
        (SourceError::Refused { reason }, Ok(error)) if REFUSALS.contains(&error.as_str()) => {
            SourceError::refused(format!("{reason}, {error}"))
        }
        (failure, _) => failure,
    }
}

/// The same failure as the token service's, so that nobody looks for it at the system.
fn blame(error: &SourceError) -> SourceError {
    let reason = match error {
        SourceError::Throttled { .. } => "it asks to be left alone for a while".to_owned(),
        SourceError::Outage { reason, .. } => format!("it is out of reach: {reason}"),
        SourceError::NotReady { reason } => format!("it is not ready: {reason}"),
        SourceError::Refused { reason } => format!("it refuses: {reason}"),
        SourceError::Malformed { place, reason } => format!("its answer cannot be read: {place}: {reason}"),
        SourceError::TooLarge { limit } => format!("its answer is larger than {limit} bytes"),
        SourceError::TokenService { reason, .. } => reason.clone(),
    };
    SourceError::TokenService {
        reason,
        is_passing: error.is_retryable(),
        retry_after: error.retry_after(),
    }
}
