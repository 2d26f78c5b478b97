//! What an answer and the log lines about it have in common: an id that a caller can name when it asks what happened.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use async_graphql::{Response, Value};
use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// Codes of what the asker cannot mend by asking differently: the same request may be answered later.
const OWN_FAULTS: &[&str] = &[
    "LEDGER_UNREACHABLE",
    "SUBSCRIPTION_LAGGED",
    "TOO_MANY_OPERATIONS",
    "REQUEST_TIMEOUT",
    "DEADLINE_EXCEEDED",
    "IDENTITY_UNAVAILABLE",
    "INTERNAL",
    "OVERLOADED",
    "RATE_LIMITED",
];

/// Whose turn it is after an error of that code. Clients and fuzzers know these words, and take an unclassified error for the
/// server's.
fn classification(code: &str) -> &'static str {
    if OWN_FAULTS.contains(&code) {
        "UNAVAILABLE"
    } else {
        "BAD_REQUEST"
    }
}

/// On every answer; on a request it is taken over if it is harmless.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// An id of one request, kept as the header that it is sent in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(HeaderValue);

impl RequestId {
    /// The client's own, if it can do no harm in a log; else a new one.
    pub fn of(headers: &HeaderMap) -> Self {
        let own = headers
            .get(HEADER)
            .filter(|value| value.to_str().is_ok_and(is_harmless));
        own.map_or_else(Self::new, |own| Self(own.clone()))
    }

    /// One that nobody else has. It tells requests apart and guards nothing. In two halves, because the log takes out what might be a person's
    /// number: eleven digits without a break.
    ///
    /// # Panics
    ///
    /// Never: digits and a hyphen are a header's value.
    #[allow(clippy::new_without_default, reason = "each is another")]
    pub fn new() -> Self {
        static KEYS: LazyLock<RandomState> = LazyLock::new(RandomState::new);
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let hash = KEYS.hash_one(COUNT.fetch_add(1, Ordering::Relaxed));
        let halves = format!("{:08x}-{:08x}", hash >> 32, hash & u64::from(u32::MAX));
        Self(HeaderValue::try_from(halves).expect("digits and a hyphen"))
    }

    pub fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }

    /// As a header's value.
    pub fn header(&self) -> HeaderValue {
        self.0.clone()
    }

    /// Writes into every error what stands beside its code: the reference, and whose turn it is. Whatever goes out by any way has
    /// gone through here.
    pub fn stamp(&self, mut response: Response) -> Response {
        for error in &mut response.errors {
            let extensions = error.extensions.get_or_insert_default();
            let classification = match extensions.get("code") {
                Some(Value::String(code)) => classification(code),
                _ => classification(""),
            };
            extensions.set("classification", classification);
            extensions.set("reference", self.as_str());
        }
        response
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Short, in one line, and without eleven digits in a row, which might be a person.
fn is_harmless(text: &str) -> bool {
    let is_plain = text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    let names_somebody = text
        .split(|sign: char| !sign.is_ascii_digit())
        .any(|digits| digits.len() >= 11);
    (8..=64).contains(&text.len()) && is_plain && !names_somebody
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_of_ours_stands_in_the_log_as_it_was_given() {
        for _ in 0..10_000 {
            let reference = RequestId::new();
            assert!(is_harmless(reference.as_str()), "{reference}");
        }
    }
}
