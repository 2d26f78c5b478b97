//! Journal: what the programme itself decides, and what is said to it on the way: allocations, announcements, applications, participations,
//! objections. No back-office system holds any of this. Pure: [`Journal::carry_out`] judges a command by what stands in the journal and answers
//! with what is to be written; the audit chain holds every state that a record has had.

mod allocations;
mod command;
mod function;
mod items;
mod objections;
mod participations;
mod record;
mod refusal;
mod selection;
#[cfg(test)]
mod tests;

pub use allocations::{AllocationComment, AllocationState, AllocationVersion, Answer, Decision};
pub use command::{JournalCommand, JournalRequest, RegionStanding};
pub use function::{BodyFunction, FunctionHolding, Functions};
pub use items::{Journal, JournalOutcome};
pub use objections::{Objection, ObjectionAbout, ObjectionAnswer, ObjectionOutcome};
pub use participations::{DecidedParticipation, ParticipationChange};
pub use record::{Act, Acts, JournalId, JournalKind, JournalRecord, KeptBasis};
pub use refusal::JournalRefusal;
pub use selection::{
    Announcement, ApplicationState, Assessment, ParticipationApplication, PoliticalDecision, Recommendation, Selection,
};
