//! Why a system could not be heard, sorted by what the caller can do about it.

use std::time::Duration;

use jiff::Timestamp;

/// Every text is fit for a client: no address, no secret, no text of an inner library.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// The system asks for patience.
    #[error("the system asks to be left alone for a while")]
    Throttled { retry_after: Option<RetryAfter> },
    /// The system is down or does not answer in time.
    #[error("the system is out of reach: {reason}")]
    Outage {
        reason: String,
        retry_after: Option<RetryAfter>,
    },
    /// The system is up and cannot answer whole just now, such as while its data change in mid-walk.
    #[error("the system is not ready: {reason}")]
    NotReady { reason: String },
    /// The system refuses the caller or the request; asking again changes nothing.
    #[error("the system refuses: {reason}")]
    Refused { reason: String },
    /// The reply is not what the interface documents, or breaks off.
    #[error("the reply cannot be read: {place}: {reason}")]
    Malformed { place: String, reason: String },
    /// Whoever gives the tokens to ask with gives none; the system itself is not to blame.
    #[error("the token service is at fault, not the system: {reason}")]
    TokenService {
        reason: String,
        /// Whether it may pass by itself.
        is_passing: bool,
        retry_after: Option<RetryAfter>,
    },
    /// The reply is larger than the limit.
    #[error("the reply is larger than {limit} bytes")]
    TooLarge { limit: usize },
}

/// `Retry-After`, in either of its forms (RFC 9110 § 10.2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryAfter {
    In(Duration),
    At(Timestamp),
}

impl SourceError {
    pub fn malformed(place: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Malformed {
            place: place.into(),
            reason: reason.into(),
        }
    }

    pub fn outage(reason: impl Into<String>) -> Self {
        Self::Outage {
            reason: reason.into(),
            retry_after: None,
        }
    }

    pub fn refused(reason: impl Into<String>) -> Self {
        Self::Refused { reason: reason.into() }
    }

    pub fn not_ready(reason: impl Into<String>) -> Self {
        Self::NotReady { reason: reason.into() }
    }

    /// Whether asking again soon may help.
    pub const fn is_retryable(&self) -> bool {
        match self {
            Self::Throttled { .. } | Self::Outage { .. } | Self::NotReady { .. } | Self::Malformed { .. } => true,
            Self::TokenService { is_passing, .. } => *is_passing,
            Self::Refused { .. } | Self::TooLarge { .. } => false,
        }
    }

    pub const fn retry_after(&self) -> Option<RetryAfter> {
        match self {
            Self::Throttled { retry_after }
            | Self::Outage { retry_after, .. }
            | Self::TokenService { retry_after, .. } => *retry_after,
            Self::NotReady { .. } | Self::Refused { .. } | Self::Malformed { .. } | Self::TooLarge { .. } => None,
        }
    }
}
