//! Krav: one request for leave to award, and where it stands.

use std::fmt;

use jiff::Timestamp;
use programgrant_schema::Ore;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use strum::{EnumCount, IntoStaticStr, VariantArray};

use super::rules::{Application, SlotScope, Taken, Verdict};
use super::successors::Successors;
pub use crate::principal::Principal;

/// A claim's id: worked out from who asks and the idempotency key, so that the same question is the same claim.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClaimId(String);

impl ClaimId {
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The claim that this principal asks about under this key.
    pub fn of(by: &Principal, key: &str) -> Self {
        let mut hash = Sha256::new();
        for part in [by.organisation.to_string().as_str(), &by.subject, key] {
            hash.update(part.len().to_be_bytes());
            hash.update(part);
        }
        Self(format!("krav-{}", hex::encode(&hash.finalize()[..16])))
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
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    EnumCount,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
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
    pub const ALL: [Self; Self::COUNT] = *Self::VARIANTS.first_chunk().expect("as many as there are");

    /// Whether the claim keeps others out of its slots.
    pub const fn occupies(self) -> bool {
        match self {
            Self::Requested | Self::Held | Self::Cleared | Self::Quarantined | Self::Confirmed | Self::Paid => true,
            Self::Denied | Self::Reversed | Self::Released | Self::Expired => false,
        }
    }

    /// Whether the award has been made under it, so that everybody may be told which claim it is.
    pub const fn is_awarded(self) -> bool {
        matches!(self, Self::Confirmed | Self::Paid)
    }

    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// How the asker's system binds itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Binding {
    /// Its award becomes binding only after the confirmation, so that a clearance may run out into freedom.
    ConfirmFirst,
    /// Its award may be binding as soon as it has read the clearance: what runs out is quarantined.
    AwardOnClear,
}

/// The slot's two lanes: every claim takes the first; an exception that two people agreed on takes the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    Ordinary,
    Exception,
}

impl Lane {
    pub const fn number(self) -> i32 {
        match self {
            Self::Ordinary => 0,
            Self::Exception => 1,
        }
    }
}

/// Unntak: an exception from BLOCKED, or the way out of quarantine. Bound to the claim at one fence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    pub proposed_by: Principal,
    pub proposed_at: Timestamp,
    pub reason: String,
    pub legal_basis: String,
    /// The claim's fence with this proposal; any other transition voids it.
    pub fence: i64,
    /// From then on it is void.
    pub void_at: Timestamp,
    pub approved_by: Option<Principal>,
    pub approved_at: Option<Timestamp>,
}

/// One request for leave to award.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    pub id: ClaimId,
    pub state: ClaimState,
    /// Grows with every transition.
    pub fence: i64,
    /// The fence at which the slots were last asked for: a decision belongs to the reservation that it was made under.
    pub reservation: i64,
    pub lane: Lane,
    pub binding: Binding,
    pub application: Application,
    pub reach: SlotScope,
    pub verdict: Verdict,
    pub requested_by: Principal,
    pub key: String,
    /// SHA-256 of the canonical request, hexadecimal.
    pub request_hash: String,
    pub requested_at: Timestamp,
    /// When the ledger's clock ends the present state; `None` where time does not.
    pub expires_at: Option<Timestamp>,
    pub award_reference: Option<String>,
    pub exception: Option<Exception>,
}

impl Claim {
    /// Whether the question was asked and never answered: the same key may ask again.
    pub fn is_undecided(&self) -> bool {
        matches!(self.state, ClaimState::Requested | ClaimState::Released) && self.verdict.is_undecided()
    }

    /// Whether the other claim keeps this one out. An exception gets past a claim in the ordinary lane; nothing gets past an
    /// exception, since its award is as binding as any.
    pub fn collides_with(&self, other: &Self, successors: &Successors) -> bool {
        let is_passed = self.lane == Lane::Exception && other.lane == Lane::Ordinary;
        self.id != other.id && !is_passed && other.holds(&self.application, &self.reach, successors)
    }

    /// Whether it holds a slot of the application's.
    pub fn holds(&self, application: &Application, reach: &SlotScope, successors: &Successors) -> bool {
        self.state.occupies()
            && successors.meet(&self.reach, reach)
            && self.application.coverage().meets(&application.coverage())
    }

    /// The amount that was cleared.
    pub fn amount(&self) -> Ore {
        self.application.amount
    }
}

impl From<&Claim> for Taken {
    fn from(claim: &Claim) -> Self {
        Self {
            claim: claim.id.clone(),
            state: claim.state,
            requested_by: claim.requested_by.organisation,
            case_reference: claim.application.case_reference.clone(),
        }
    }
}
