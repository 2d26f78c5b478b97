//! Everything that a judgement rests on, handed in: the application, what holds its slots, what was awarded, what is not known.

use std::ops::RangeInclusive;

use jiff::Timestamp;
use programgrant_schema::{OrganisationNumber, SourceId, TargetGroup};

use super::application::{Coverage, targets};
use super::{Application, EvidenceRecord, Month};
use crate::ledger::{ClaimId, ClaimState};
use crate::reference::Reference;

/// May this be awarded?
#[derive(Clone, Copy)]
pub struct Question<'a> {
    pub application: &'a Application,
    pub reference: &'a Reference,
    /// The other claims that hold a slot of the application's; its own is none of them.
    pub taken: &'a [Taken],
    /// What the systems report for the recipient in the scheme, whether it overlaps or not.
    pub awards: &'a [ReportedAward],
    pub knowledge: &'a Knowledge,
}

/// Another claim that holds a slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    pub claim: ClaimId,
    pub state: ClaimState,
    pub requested_by: OrganisationNumber,
    pub case_reference: String,
}

impl Taken {
    /// Whether it may still let go without anybody's decision.
    pub fn is_undecided(&self) -> bool {
        self.state == ClaimState::Requested
    }
}

/// An award that a system reports, or has reported: money promised under the award itself, no share of a pot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportedAward {
    pub id: String,
    /// Whether the recipient and the scheme are the application's, or only may be.
    pub is_certain: bool,
    pub months: RangeInclusive<Month>,
    pub target_group: Option<TargetGroup>,
    /// `None` covers every activity.
    pub activity: Option<String>,
    /// Whether its source reports it no longer; that frees nothing.
    pub has_vanished: bool,
    pub evidence: EvidenceRecord,
}

impl ReportedAward {
    pub fn coverage(&self) -> Coverage<'_> {
        Coverage {
            months: self.months.clone(),
            targets: targets(self.target_group),
            activity: self.activity.as_deref(),
        }
    }
}

/// What is known about the ground on which an answer would stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Knowledge {
    /// False while the ledger is older than a receipt that it handed out, until it is reconciled.
    pub is_ledger_in_order: bool,
    /// Empty where everything is known and fresh.
    pub doubts: Vec<Doubt>,
}

impl Knowledge {
    /// Everything is known and fresh.
    pub const fn whole() -> Self {
        Self {
            is_ledger_in_order: true,
            doubts: Vec::new(),
        }
    }
}

/// Something about the scheme's own source that is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    pub source: SourceId,
    pub kind: DoubtKind,
}

/// What is not known of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DoubtKind {
    /// It was never heard, or never to the end.
    Silent,
    /// It was heard too long ago.
    Stale { heard_at: Timestamp },
    /// It is not asked for that grant year.
    NotAsked { year: i16 },
    /// Something is missing, such as a file, which may hold anything.
    Gap,
    /// A record of this recipient, scheme and year cannot be read.
    Clouded { year: i16 },
    /// A record cannot be read that may be this recipient's, of this scheme and year.
    InDoubt { year: i16 },
}
