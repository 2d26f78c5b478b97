//! The rules against double funding, in their order of precedence. Pure functions: no clock, no store, no source.

mod application;
mod judge;
mod programmes;
mod question;
mod reach;
mod request;
mod subject;
mod verdict;

pub use application::{Application, Coverage, Month, Recipient, Subject, months};
pub use judge::{judge, judge_allowed, judge_exception};
pub use question::{Doubt, DoubtKind, Knowledge, Question, ReportedAward, Taken};
pub use reach::SlotScope;
pub use request::{FundingRequest, InputError};
pub use subject::reported_project;
pub use verdict::{EvidenceRecord, MOST, Outcome, REASON_CODES, Reason, ReasonCode, Verdict, bound};

#[cfg(test)]
mod tests;
