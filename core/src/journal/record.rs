//! What a record of the journal is: its id, its kind, where it comes from.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use strum::IntoStaticStr;

use super::allocations::{AllocationComment, AllocationVersion};
use super::evaluations::{Evaluation, ZeroPoint};
use super::function::BodyFunction;
use super::measures::Measure;
use super::objections::Objection;
use super::participations::DecidedParticipation;
use super::ranking::Ranking;
use super::reports::YearlyReport;
use super::selection::{Announcement, Assessment, ParticipationApplication, Selection};
use super::support::{Agreement, Gathering, SupportRequest};
use crate::allocation::AllocationBasis;
use crate::principal::Principal;

/// What a record is about. The name is the beginning of its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum JournalKind {
    /// What an allocation is worked out from.
    Grunnlag,
    /// A version of an allocation.
    Fordeling,
    /// A comment in a consultation.
    Merknad,
    /// An announcement.
    Kunngjoring,
    /// An application for participation.
    Soknad,
    /// The resource group's assessment of one.
    Vurdering,
    /// An applicant's ranking of the others' applications.
    Rangering,
    /// The county governor's choice.
    Valg,
    /// A participation that was begun, ended or annulled by decision.
    Deltakelse,
    /// An objection.
    Innsigelse,
    /// A measure.
    Tiltak,
    /// An agreement.
    Avtale,
    /// Support that was asked for.
    Veiledning,
    /// A gathering.
    Samling,
    /// A yearly report.
    Rapport,
    /// A zero-point analysis.
    Nullpunkt,
    /// An evaluation.
    Evaluering,
}

impl JournalKind {
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// A record's id: worked out from who asks and the idempotency key, so that the same command is the same record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JournalId(String);

impl JournalId {
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The record that this principal makes under this key.
    pub fn of(kind: JournalKind, by: &Principal, key: &str) -> Self {
        let organisation = by.organisation.to_string();
        Self::hashed(kind, &[organisation.as_str(), &by.subject, key])
    }

    /// The one record of that kind about these.
    pub fn about(kind: JournalKind, parts: &[&str]) -> Self {
        Self::hashed(kind, parts)
    }

    fn hashed(kind: JournalKind, parts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(part.len().to_be_bytes());
            hash.update(part);
        }
        Self(format!("{}-{}", kind.as_str(), hex::encode(&hash.finalize()[..16])))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for JournalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One command that made or changed a record: by whom, in which function, when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    pub by: Principal,
    /// The function that the body acted in; `None` where it was its role alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function: Option<BodyFunction>,
    pub at: Timestamp,
    /// The command's own id, of who gave it and the idempotency key.
    pub command: String,
    /// SHA-256 of what was commanded, hexadecimal: tells a command that comes again from another under the same key.
    pub hash: String,
}

/// Every command that a record was made and changed by, from the first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acts {
    pub first: Act,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub later: Vec<Act>,
}

impl Acts {
    pub const fn begun(first: Act) -> Self {
        Self {
            first,
            later: Vec::new(),
        }
    }

    #[must_use]
    pub fn and(mut self, act: &Act) -> Self {
        self.later.push(act.clone());
        self
    }

    pub fn iter(&self) -> impl Iterator<Item = &Act> {
        std::iter::once(&self.first).chain(&self.later)
    }
}

/// One record as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JournalRecord {
    Basis(Box<KeptBasis>),
    Allocation(Box<AllocationVersion>),
    Comment(Box<AllocationComment>),
    Announcement(Box<Announcement>),
    Application(Box<ParticipationApplication>),
    Assessment(Box<Assessment>),
    Ranking(Box<Ranking>),
    Selection(Box<Selection>),
    Participation(Box<DecidedParticipation>),
    Objection(Box<Objection>),
    Measure(Box<Measure>),
    Agreement(Box<Agreement>),
    SupportRequest(Box<SupportRequest>),
    Gathering(Box<Gathering>),
    Report(Box<YearlyReport>),
    ZeroPoint(Box<ZeroPoint>),
    Evaluation(Box<Evaluation>),
}

/// What an allocation is worked out from, under its own id. Versions with the same basis share it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptBasis {
    pub id: JournalId,
    pub programme: String,
    pub basis: AllocationBasis,
}

impl JournalRecord {
    pub fn id(&self) -> &JournalId {
        match self {
            Self::Basis(record) => &record.id,
            Self::Allocation(record) => &record.id,
            Self::Comment(record) => &record.id,
            Self::Announcement(record) => &record.id,
            Self::Application(record) => &record.id,
            Self::Assessment(record) => &record.id,
            Self::Ranking(record) => &record.id,
            Self::Selection(record) => &record.id,
            Self::Participation(record) => &record.id,
            Self::Objection(record) => &record.id,
            Self::Measure(record) => &record.id,
            Self::Agreement(record) => &record.id,
            Self::SupportRequest(record) => &record.id,
            Self::Gathering(record) => &record.id,
            Self::Report(record) => &record.id,
            Self::ZeroPoint(record) => &record.id,
            Self::Evaluation(record) => &record.id,
        }
    }

    /// The commands that made and changed it; `None` for a basis, which its allocation's command made.
    pub fn acts(&self) -> Option<&Acts> {
        match self {
            Self::Basis(_) => None,
            Self::Allocation(record) => Some(&record.acts),
            Self::Comment(record) => Some(&record.acts),
            Self::Announcement(record) => Some(&record.acts),
            Self::Application(record) => Some(&record.acts),
            Self::Assessment(record) => Some(&record.acts),
            Self::Ranking(record) => Some(&record.acts),
            Self::Selection(record) => Some(&record.acts),
            Self::Participation(record) => Some(&record.acts),
            Self::Objection(record) => Some(&record.acts),
            Self::Measure(record) => Some(&record.acts),
            Self::Agreement(record) => Some(&record.acts),
            Self::SupportRequest(record) => Some(&record.acts),
            Self::Gathering(record) => Some(&record.acts),
            Self::Report(record) => Some(&record.acts),
            Self::ZeroPoint(record) => Some(&record.acts),
            Self::Evaluation(record) => Some(&record.acts),
        }
    }

    /// The programme that it belongs to.
    pub fn programme(&self) -> &str {
        match self {
            Self::Basis(record) => &record.programme,
            Self::Allocation(record) => &record.programme,
            Self::Comment(record) => &record.programme,
            Self::Announcement(record) => &record.programme,
            Self::Application(record) => &record.programme,
            Self::Assessment(record) => &record.programme,
            Self::Ranking(record) => &record.programme,
            Self::Selection(record) => &record.programme,
            Self::Participation(record) => &record.programme,
            Self::Objection(record) => &record.programme,
            Self::Measure(record) => &record.programme,
            Self::Agreement(record) => &record.terms.programme,
            Self::SupportRequest(record) => &record.programme,
            Self::Gathering(record) => &record.programme,
            Self::Report(record) => &record.reported.programme,
            Self::ZeroPoint(record) => &record.programme,
            Self::Evaluation(record) => &record.programme,
        }
    }
}
