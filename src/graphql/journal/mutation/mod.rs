//! Commands to the journal. What is refused is told in the payload, with a code. Each has an idempotency key: the same key and content gives the
//! first answer again.

mod allocation;
mod evaluation;
mod objection;
mod participation;
mod programme_use;

use async_graphql::MergedObject;

use allocation::AllocationMutation;
pub use allocation::FigureCorrectionInput;
use evaluation::EvaluationMutation;
use objection::ObjectionMutation;
use participation::ParticipationMutation;
use programme_use::UseMutation;

/// What can be commanded of the programme itself.
#[derive(Default, MergedObject)]
pub struct JournalMutation(
    AllocationMutation,
    ParticipationMutation,
    ObjectionMutation,
    UseMutation,
    EvaluationMutation,
);
