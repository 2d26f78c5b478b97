//! What the programme itself decides and what comes of it: allocations, who takes part, objections, measures, reports, evaluation. Read from the journal as it stands when it is asked; nothing of it
//! is in a picture.

mod allocation;
mod command;
mod dataset;
mod evaluation;
mod explanation;
mod measure;
mod mutation;
mod objection;
mod payload;
mod programme_use;
mod reading;
mod refusal;
mod report;
mod selection;
mod what_if;

pub use allocation::AllocationNode;
pub use dataset::{EvaluationData, evaluation_data};
pub use mutation::JournalMutation;
pub use objection::ObjectionNode;
pub use programme_use::{ProgrammeUseNode, programme_use};
pub use reading::{allocation, allocations, announcements, objected_to, objections, participation_applications};
pub use selection::{AnnouncementNode, ApplicationNode};
pub use what_if::{AllocationWhatIf, WhatIfInput, what_if};
