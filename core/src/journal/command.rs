//! What the journal can be told.

use std::ops::RangeInclusive;

use jiff::civil::Date;
use programgrant_schema::OrganisationNumber;
use serde::Serialize;

use super::evaluations::EvaluationRequest;
use super::function::BodyFunction;
use super::measures::MeasureRequest;
use super::objections::{ObjectionAbout, ObjectionOutcome};
use super::record::JournalId;
use super::reports::ReportRequest;
use super::selection::{PoliticalDecision, Recommendation};
use super::support::SupportCommand;
use crate::allocation::AllocationBasis;
use crate::principal::Principal;

/// One command: all or nothing. What comes again under the same key is answered as it was.
#[derive(Debug, Clone, PartialEq)]
pub struct JournalCommand {
    pub by: Principal,
    /// The function that the body acts in; `None` where it is its role alone.
    pub function: Option<BodyFunction>,
    pub key: String,
    pub what: JournalRequest,
}

/// Who takes part in a region besides what the journal decides, as programme files and earlier decisions have it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RegionStanding {
    /// At most so many; `None` where the programme does not say.
    pub most: Option<u16>,
    /// Municipalities that take part, or did until the programme's end.
    pub taking_part: Vec<OrganisationNumber>,
}

/// How a programme has municipalities apply.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SelectionTerms {
    /// Its years with a vote, where municipalities sign up anew for each of them.
    pub years: Option<RangeInclusive<i16>>,
    /// Whether those who apply rank each other's applications.
    pub ranked_by_applicants: bool,
}

/// What is commanded. What is skipped here follows from the reference data and is no part of what a command says.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum JournalRequest {
    /// Puts up a version of an allocation.
    Draft {
        programme: String,
        year: i16,
        basis: Box<AllocationBasis>,
        reason: String,
        corrects: Option<JournalId>,
    },
    /// Shows a draft to those concerned.
    Propose {
        allocation: JournalId,
    },
    /// Asks those concerned for comments, until that day.
    Consult {
        allocation: JournalId,
        until: Date,
    },
    Comment {
        allocation: JournalId,
        text: String,
    },
    AnswerComment {
        comment: JournalId,
        text: String,
    },
    DecideAllocation {
        allocation: JournalId,
        reference: String,
    },
    WithdrawAllocation {
        allocation: JournalId,
        reason: String,
    },
    Announce {
        programme: String,
        region: OrganisationNumber,
        /// The year that is signed up for, where municipalities do so anew each year.
        #[serde(skip_serializing_if = "Option::is_none")]
        year: Option<i16>,
        text: String,
        deadline: Date,
        #[serde(skip)]
        terms: SelectionTerms,
    },
    Apply {
        announcement: JournalId,
        municipality: OrganisationNumber,
        /// Whose region the municipality lies in.
        #[serde(skip)]
        region: Option<OrganisationNumber>,
        /// First and last day of its participation as it stands; `None` where it takes no part.
        #[serde(skip)]
        standing: Option<(Date, Date)>,
        challenges: String,
        progress: String,
        motivation: String,
        political_decision: Option<PoliticalDecision>,
    },
    AddPoliticalDecision {
        application: JournalId,
        decision: PoliticalDecision,
    },
    WithdrawApplication {
        application: JournalId,
        reason: String,
    },
    Assess {
        application: JournalId,
        recommendation: Recommendation,
        text: String,
    },
    /// An applicant ranks the others' applications, the best first.
    Rank {
        announcement: JournalId,
        municipality: OrganisationNumber,
        order: Vec<JournalId>,
        reason: String,
    },
    /// Chooses among those who applied. Whoever is not named is not chosen.
    Select {
        announcement: JournalId,
        chosen: Vec<JournalId>,
        reason: String,
        reference: String,
        #[serde(skip)]
        standing: RegionStanding,
    },
    /// A chosen municipality takes part from that day.
    Begin {
        application: JournalId,
        from: Date,
        use_until: Option<Date>,
        reason: String,
        reference: String,
        /// The programme's first and last day of use.
        #[serde(skip)]
        within: (Date, Date),
        #[serde(skip)]
        standing: Option<(Date, Date)>,
        #[serde(skip)]
        filed: Option<(Date, Date)>,
    },
    /// A participation ends with that day, or never was where there is none.
    End {
        programme: String,
        municipality: OrganisationNumber,
        last_day: Option<Date>,
        reason: String,
        reference: String,
        /// First and last day as they stand; `None` where the municipality takes no part.
        #[serde(skip)]
        standing: Option<(Date, Date)>,
        #[serde(skip)]
        filed: Option<(Date, Date)>,
    },
    Object {
        programme: String,
        municipality: OrganisationNumber,
        about: ObjectionAbout,
        reason: String,
        #[serde(skip)]
        addressee: Option<OrganisationNumber>,
    },
    AnswerObjection {
        objection: JournalId,
        outcome: ObjectionOutcome,
        reason: String,
    },
    Measure(MeasureRequest),
    Support(SupportCommand),
    Report(ReportRequest),
    Evaluation(EvaluationRequest),
}

impl JournalRequest {
    /// The reason that was given, for the chain's entry.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Draft { reason, .. }
            | Self::WithdrawAllocation { reason, .. }
            | Self::WithdrawApplication { reason, .. }
            | Self::Rank { reason, .. }
            | Self::Select { reason, .. }
            | Self::Begin { reason, .. }
            | Self::End { reason, .. }
            | Self::Object { reason, .. }
            | Self::AnswerObjection { reason, .. } => Some(reason),
            Self::Measure(what) => what.reason(),
            Self::Report(what) => what.reason(),
            Self::Support(_)
            | Self::Evaluation(_)
            | Self::Propose { .. }
            | Self::Consult { .. }
            | Self::Comment { .. }
            | Self::AnswerComment { .. }
            | Self::DecideAllocation { .. }
            | Self::Announce { .. }
            | Self::Apply { .. }
            | Self::AddPoliticalDecision { .. }
            | Self::Assess { .. } => None,
        }
    }
}
