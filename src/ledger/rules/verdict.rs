//! The guard's answer: what, by which rule, and on what evidence.

use jiff::Timestamp;
use programgrant_contract::SourceId;
use programgrant_schema::Rule;
use serde::{Deserialize, Serialize};

/// Only `Clear` permits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Outcome {
    Clear,
    Blocked,
    NeedsCaseOfficer,
    Undetermined,
}

/// An answer with its grounds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    pub outcome: Outcome,
    /// The deciding one first.
    pub reasons: Vec<Reason>,
    pub evidence: Vec<Evidence>,
}

impl Verdict {
    /// An answer with one ground and no evidence.
    pub fn of(outcome: Outcome, code: ReasonCode, message: impl Into<String>) -> Self {
        Self { outcome, reasons: vec![Reason { code, rule: None, message: message.into() }], evidence: Vec::new() }
    }

    /// Before anything was looked at.
    pub fn undecided() -> Self {
        Self::of(Outcome::Undetermined, ReasonCode::Undecided, "Søknaden er mottatt og ikke avgjort. Spør igjen med samme nøkkel.")
    }

    /// Whether the question is still open.
    pub fn is_undecided(&self) -> bool {
        self.outcome == Outcome::Undetermined
    }
}

/// One ground of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    pub code: ReasonCode,
    /// The programme's rule in its own words, where the ground is one.
    pub rule: Option<Rule>,
    /// Bokmål.
    pub message: String,
}

/// A record that the answer rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    pub source: SourceId,
    pub record: String,
    pub changed_at: Option<Timestamp>,
    pub received_at: Timestamp,
}

/// Why an answer is as it is: stable, listed in `schema/errors.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReasonCode {
    UnresolvedRecipient,
    UnresolvedScheme,
    AlreadyFunded,
    InProgramme,
    ScopeUnclear,
    PeriodOverlaps,
    SourceNotFresh,
    NotAParticipant,
    OutsideScope,
    /// Asked and not yet answered.
    Undecided,
    /// The ledger was restored from an old copy, or moved away.
    LedgerBehind,
    /// A clearance that ran out, or was given back.
    ClearanceEnded,
    DecidedByCaseOfficer,
    ExceptionApproved,
    /// Of a case: an award without leave, or for more than there was leave for.
    ClaimMissing,
    /// Of a case: what the payer reports of a pot is not the sum of its shares.
    PotDiffers,
    /// Of a case: what stands to be held back or paid back may be more than is said.
    AmountUnknown,
    /// Of a case: what it was opened for is no longer so.
    FindingEnded,
}
