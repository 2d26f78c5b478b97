//! Sak: a double funding that was found where nobody asked. Opened once, changed when the facts change, closed by a decision.

use jiff::Timestamp;
use programgrant_schema::{MunicipalityId, Ore, SchemeId};
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

use super::chain::digest;
use super::claim::{ClaimId, Principal};
use super::rules::{Reason, ReasonCode, bound};

/// A case's id: worked out from what it is about, so that the same finding is the same case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CaseId(String);

impl CaseId {
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The case of that kind about that subject: an award's id, the pot of a programme, municipality and year, or its part of one scheme.
    pub fn of(kind: CaseKind, subject: &str) -> Self {
        Self(format!("sak-{}", &digest(&format!("{kind:?} {subject}"))[..24]))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum CaseKind {
    AwardToParticipant,
    ApplicationFromParticipant,
    AwardWithoutClaim,
    OverlappingPeriod,
    UnresolvedRecipient,
    PotDifference,
    /// Two sources state the figures of one award differently.
    SourcesDisagree,
    /// A share is not what the allocation in force gives.
    AllocationDifference,
}

impl CaseKind {
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum CaseState {
    Open,
    Confirmed,
    Dismissed,
    Settled,
}

impl CaseState {
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CaseDecision {
    Confirm,
    Dismiss,
    Settle,
}

impl CaseDecision {
    pub const fn state(self) -> CaseState {
        match self {
            Self::Confirm => CaseState::Confirmed,
            Self::Dismiss => CaseState::Dismissed,
            Self::Settle => CaseState::Settled,
        }
    }
}

/// What comparing the systems' reports with the programme and the claims has shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub kind: CaseKind,
    /// What tells this finding from others of its kind: an award's id, or programme, municipality and year, and of an allocation the scheme.
    pub subject: String,
    pub programme: Option<String>,
    pub municipality: Option<MunicipalityId>,
    pub scheme: Option<SchemeId>,
    pub year: i16,
    /// Granted and not yet paid.
    pub to_hold_back: Ore,
    /// Paid.
    pub to_pay_back: Ore,
    /// Ids of the awards concerned.
    pub awards: Vec<String>,
    pub claim: Option<ClaimId>,
    pub reasons: Vec<Reason>,
}

impl Finding {
    pub fn case(&self) -> CaseId {
        CaseId::of(self.kind, &self.subject)
    }

    /// The same with no more reasons and awards than are told.
    #[must_use]
    pub fn within_bounds(mut self) -> Self {
        bound(&mut self.reasons, &mut self.awards, "tildelinger til");
        self
    }

    /// Whether its amounts stand in its words alone: of what differs nothing stands to be held back or paid back.
    fn amounts_are_said(&self) -> bool {
        self.kind == CaseKind::AllocationDifference
    }

    fn said(&self) -> Vec<&str> {
        self.reasons.iter().map(|reason| reason.message.as_str()).collect()
    }

    /// What a decision on the case rests on; a finding that is worded otherwise is no new fact, one with other grounds is.
    pub fn facts(&self) -> FindingFacts<'_> {
        FindingFacts {
            year: self.year,
            to_hold_back: self.to_hold_back,
            to_pay_back: self.to_pay_back,
            awards: &self.awards,
            municipality: self.municipality,
            scheme: self.scheme.as_ref(),
            grounds: self.reasons.iter().map(|reason| reason.code).collect(),
            said: self.amounts_are_said().then(|| self.said()),
        }
    }
}

/// The part of a finding that a decision rests on, for comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingFacts<'a> {
    year: i16,
    to_hold_back: Ore,
    to_pay_back: Ore,
    awards: &'a [String],
    municipality: Option<MunicipalityId>,
    scheme: Option<&'a SchemeId>,
    grounds: Vec<ReasonCode>,
    said: Option<Vec<&'a str>>,
}

/// A finding with what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    pub id: CaseId,
    pub state: CaseState,
    pub finding: Finding,
    pub opened_at: Timestamp,
    pub changed_at: Timestamp,
    pub decided_by: Option<Principal>,
    pub decision: Option<CaseDecision>,
}

impl Case {
    /// The case after a decision; `None` where it is decided already.
    pub fn decide(&self, by: &Principal, decision: CaseDecision, now: Timestamp) -> Option<Self> {
        let is_decided =
            matches!(self.state, CaseState::Dismissed | CaseState::Settled) || self.state == decision.state();
        let decided_by = Some(by.clone());
        (!is_decided).then(|| Self {
            state: decision.state(),
            decided_by,
            decision: Some(decision),
            changed_at: now,
            ..self.clone()
        })
    }
}

/// A case as one entry of the chain left it.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseEntry {
    pub sequence: i64,
    pub hash: String,
    pub at: Timestamp,
    pub case: Case,
    /// Whether the entry opened the case.
    pub is_first: bool,
}
