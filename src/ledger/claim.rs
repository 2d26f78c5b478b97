//! Krav: one request for leave to award, and where it stands.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A claim's id: worked out from who asks and the idempotency key, so that the same question is the same claim.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClaimId(String);

impl ClaimId {
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ClaimId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a claim stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ClaimState {
    /// Reserved and not decided.
    Requested,
    /// A case officer decides.
    Held,
    /// Cleared and not confirmed.
    Cleared,
    Denied,
    /// The award is binding.
    Confirmed,
    Paid,
    /// The award was taken back.
    Reversed,
    /// The award will not be made, or the question was dropped undecided.
    Released,
    /// The clearance was not confirmed in time.
    Expired,
    /// The clearance was not confirmed in time, and the award may be binding nonetheless.
    Quarantined,
}

impl ClaimState {
    /// Whether the claim keeps others out of its slots.
    pub const fn occupies(self) -> bool {
        match self {
            Self::Requested | Self::Held | Self::Cleared | Self::Quarantined | Self::Confirmed | Self::Paid => true,
            Self::Denied | Self::Reversed | Self::Released | Self::Expired => false,
        }
    }
}
