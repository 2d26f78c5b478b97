//! What was known at an instant, asked for later.

mod demonstration;
mod figures;
mod refusals;
mod versions;
