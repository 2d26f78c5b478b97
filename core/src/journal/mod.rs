//! Journal: what the programme itself decides, and what is said to it on the way: allocations, announcements, applications, participations,
//! objections, measures, support, yearly reports, evaluations. No back-office system holds any of this. Pure: [`Journal::carry_out`] judges a command by what stands in the journal and answers
//! with what is to be written; the audit chain holds every state that a record has had.

mod allocations;
mod command;
mod due;
mod evaluations;
mod function;
mod items;
mod measures;
mod objections;
mod participations;
mod ranking;
mod record;
mod refusal;
mod reports;
mod selection;
mod support;
#[cfg(test)]
mod tests;

pub use allocations::{AllocationComment, AllocationState, AllocationVersion, Answer, Decision};
pub use command::{JournalCommand, JournalRequest, RegionStanding, SelectionTerms};
pub use due::DueReport;
pub use evaluations::{Evaluation, EvaluationRequest, EvaluationSubject, ZeroPoint, ZeroPointFinding};
pub use function::{BodyFunction, FunctionHolding, Functions};
pub use items::{Journal, JournalOutcome};
pub use measures::{EarlierTerms, Measure, MeasureRequest, MeasureTerms, Sector};
pub use objections::{Objection, ObjectionAbout, ObjectionAnswer, ObjectionOutcome};
pub use participations::{DecidedParticipation, ParticipationChange};
pub use ranking::Ranking;
pub use record::{Act, Acts, JournalId, JournalKind, JournalRecord, KeptBasis};
pub use refusal::JournalRefusal;
pub use reports::{
    AdministrativeHours, GoalAchievement, GoalProgress, MeasureUse, ReportReply, ReportRequest, ReportState,
    ReportedYear, YearlyReport,
};
pub use selection::{
    Announcement, ApplicationState, Assessment, ParticipationApplication, PoliticalDecision, Recommendation, Selection,
};
pub use support::{
    Agreement, AgreementTerms, Gathering, SupportCommand, SupportGiven, SupportQuestion, SupportRequest,
};
