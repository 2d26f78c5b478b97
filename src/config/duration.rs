//! Spans of time as a person writes them: `10s`, `5m`, `1h 30m`, `14d`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use jiff::SignedDuration;
use serde_with::{DeserializeFromStr, SerializeDisplay};

/// A span of time above zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, SerializeDisplay, DeserializeFromStr)]
pub struct Span(Duration);

impl Span {
    pub const fn from_secs(seconds: u64) -> Self {
        Self(Duration::from_secs(seconds))
    }

    pub const fn get(self) -> Duration {
        self.0
    }

    pub fn signed(self) -> SignedDuration {
        SignedDuration::try_from(self.0).unwrap_or(SignedDuration::MAX)
    }
}

impl From<Duration> for Span {
    fn from(duration: Duration) -> Self {
        Self(duration)
    }
}

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = || format!("{text:?} is no span of time above zero, such as \"30s\" or \"10m\"");
        let parsed: jiff::Span = text.parse().map_err(|_| refuse())?;
        // How long a day is of which nothing else is known.
        let parsed = parsed
            .to_duration(jiff::SpanRelativeTo::days_are_24_hours())
            .map_err(|_| refuse())?;
        if parsed <= SignedDuration::ZERO {
            return Err(refuse());
        }
        Duration::try_from(parsed).map(Self).map_err(|_| refuse())
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#}", self.signed())
    }
}
