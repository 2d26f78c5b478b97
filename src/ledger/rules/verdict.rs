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
}
