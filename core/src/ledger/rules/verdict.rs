//! The guard's answer: what, by which rule, and on what evidence.

use jiff::Timestamp;
use programgrant_schema::{Rule, SourceId};
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

/// Only `Clear` permits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Outcome {
    Clear,
    Blocked,
    NeedsCaseOfficer,
    Undetermined,
}

impl Outcome {
    /// Whether an award may be made.
    pub const fn permits(self) -> bool {
        matches!(self, Self::Clear)
    }
}

/// An answer with its grounds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    pub outcome: Outcome,
    /// The deciding one first.
    pub reasons: Vec<Reason>,
    pub evidence: Vec<EvidenceRecord>,
}

impl Verdict {
    /// An answer with one ground and no evidence.
    pub fn of(outcome: Outcome, code: ReasonCode, message: impl Into<String>) -> Self {
        Self {
            outcome,
            reasons: vec![Reason {
                code,
                rule: None,
                message: message.into(),
            }],
            evidence: Vec::new(),
        }
    }

    /// Before anything was looked at.
    pub fn undecided() -> Self {
        Self::of(
            Outcome::Undetermined,
            ReasonCode::Undecided,
            "Søknaden er mottatt og ikke avgjort. Spør igjen med samme nøkkel.",
        )
    }

    /// The same with no more grounds and evidence than are told.
    #[must_use]
    pub fn within_bounds(mut self) -> Self {
        bound(
            &mut self.reasons,
            &mut self.evidence,
            "meldinger til som svaret bygger på",
        );
        self
    }

    /// Whether the question is still open.
    pub fn is_undecided(&self) -> bool {
        self.outcome == Outcome::Undetermined
    }
}

/// Reasons, and records beside them, that an answer or a case holds at most.
pub const MOST: usize = 50;

/// Cuts both lists, the deciding ones being first; the last reason then says how many more there are.
pub fn bound<T>(reasons: &mut Vec<Reason>, records: &mut Vec<T>, records_in_words: &str) {
    let more_records = records.len().saturating_sub(MOST);
    if reasons.len() <= MOST && more_records == 0 {
        return;
    }
    let more_reasons = reasons.len().saturating_sub(MOST - 1);
    records.truncate(MOST);
    reasons.truncate(MOST - 1);
    let parts = [(more_reasons, "grunner til"), (more_records, records_in_words)];
    let parts: Vec<String> = parts
        .iter()
        .filter(|(more, _)| *more > 0)
        .map(|(more, what)| format!("{more} {what}"))
        .collect();
    let message = format!("Ikke alt er listet. Det er {}.", parts.join(" og "));
    reasons.push(Reason {
        code: ReasonCode::MoreThanListed,
        rule: None,
        message,
    });
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
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct EvidenceRecord {
    pub source: SourceId,
    pub record: String,
    pub changed_at: Option<Timestamp>,
    pub received_at: Timestamp,
}

/// Why an answer is as it is: stable, listed in `schema/errors.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr, VariantNames)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum ReasonCode {
    /// Nobody that the registers know, or two at once.
    UnresolvedRecipient,
    /// No scheme, one of several, or one that was not in force.
    UnresolvedScheme,
    /// Another claim or a reported award has the slot.
    AlreadyFunded,
    /// Another claim that is not decided has the slot.
    SlotContended,
    /// A participant of a programme that has the scheme.
    InProgramme,
    /// What the programme's scope turns on is not stated, or covers more.
    ScopeUnclear,
    /// The grant lies beside the participation, and its use reaches into it.
    PeriodOverlaps,
    /// The scheme is part of a programme whose rules are not published.
    RulesUnknown,
    /// A reported award of somebody who may be the recipient.
    AwardUnresolved,
    /// The scheme's own source is silent, stale or was not asked.
    SourceNotFresh,
    /// The scheme's own source has a gap, or a record that cannot be read.
    SourceIncomplete,
    /// The ledger is older than a receipt that it handed out.
    LedgerBehind,
    NotAParticipant,
    OutsideScope,
    /// Asked and not yet answered.
    Undecided,
    /// The ledger could not be read.
    LedgerUnreachable,
    /// A clearance that ran out, or was given back.
    ClearanceEnded,
    DecidedByCaseOfficer,
    /// Two people from two bodies agreed on an exception.
    ExceptionApproved,
    /// Of "may we apply?": the scheme did not exist that year.
    SchemeNotInForce,
    /// Of a case: an award without leave, or for more than there was leave for.
    ClaimMissing,
    /// Of a case: what the payer reports of a pot is not the sum of its shares.
    PotDiffers,
    /// Of a case: sources of one award state its figures differently.
    SourcesDisagree,
    /// Of a case: the share that a system reports is not what the allocation in force gives.
    AllocationDiffers,
    /// Of a case: what stands to be held back or paid back may be more than is said.
    AmountUnknown,
    /// Of a case: its source no longer lists what it was opened for, and states it nowhere anew.
    NoLongerListed,
    /// Of a case: what it was opened for is no longer so.
    FindingEnded,
    /// The last of many: how many more there are.
    MoreThanListed,
}

impl ReasonCode {
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// Every code that a reason can carry.
pub const REASON_CODES: &[&str] = ReasonCode::VARIANTS;
