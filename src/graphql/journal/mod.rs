//! What the programme itself decides: allocations, who takes part, objections. Read from the journal as it stands when it is asked; nothing of it
//! is in a picture.

mod allocation;
mod command;
mod explanation;
mod mutation;
mod objection;
mod payload;
mod reading;
mod refusal;
mod selection;
mod what_if;

pub use allocation::AllocationNode;
pub use mutation::JournalMutation;
pub use objection::ObjectionNode;
pub use reading::{allocation, allocations, announcements, objected_to, objections, participation_applications};
pub use selection::{AnnouncementNode, ApplicationNode};
pub use what_if::{AllocationWhatIf, WhatIfInput, what_if};
