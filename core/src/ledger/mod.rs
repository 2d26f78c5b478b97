//! The guard's memory and its judgement: [`rules`] decide, claims and cases hold what was decided, every change is an entry of an audit
//! chain. A batch of commands is carried out in memory ([`UnitOfWork`]); how it is kept is its store's.

mod case;
mod chain;
mod claim;
mod command;
mod past;
pub mod rules;
mod successors;
mod transition;
mod unit_of_work;

pub use case::{Case, CaseDecision, CaseEntry, CaseId, CaseKind, CaseState, Finding, FindingFacts};
pub use chain::{Entry, EventKind, GENESIS, Link, Receipt, ReceiptError, ReceiptSigner, digest, hash};
pub use claim::{Binding, Claim, ClaimId, ClaimState, Exception, Lane, Principal};
pub use command::{About, ClaimResult, Command, CommandOutcome, Confirmation, Refusal, Request, StatedAward};
pub use past::{Past, missed};
pub use successors::{Displaced, MERGED, Successors};
pub use transition::{EXCEPTION_FOR, Terms, UNDECIDED_FOR, held_by_another, run_out};
pub use unit_of_work::{Head, Kept, UnitOfWork, as_told_behind, behind};
