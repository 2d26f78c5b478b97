//! The rules against double funding, in their order of precedence. Pure functions: no clock, no store, no source.

mod application;
mod verdict;

pub use application::{Application, Month, Recipient, Subject};
pub use verdict::{Evidence, Outcome, Reason, ReasonCode, Verdict};
