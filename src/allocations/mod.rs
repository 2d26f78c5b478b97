//! Allocations at work: a plan and what is counted, as files or built in, worked out for a programme year; and how each amount came about, in
//! words.

mod desk;
mod prose;

pub use desk::{AllocationDesk, AllocationRequest, DeskError, FigureCorrection, PlanChanges, WorkedOut};
pub use prose::{ToldAllocation, ToldExplanation, changed, explained};
