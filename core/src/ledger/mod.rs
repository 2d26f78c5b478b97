//! The guard's memory and its judgement: [`rules`] decide, claims and cases hold what was decided, every change is an entry of an audit
//! chain. A batch of commands is carried out in memory ([`Work`]); how it is kept is its store's.

mod case;
mod chain;
mod claim;
mod command;
mod past;
pub mod rules;
mod transition;
mod work;

pub use case::{Case, CaseDecision, CaseEntry, CaseId, CaseKind, CaseState, Finding, FindingFacts};
pub use chain::{Entry, GENESIS, Link, Receipt, ReceiptError, Seal, What, digest, hash};
pub use claim::{Binding, Claim, ClaimId, ClaimState, Exception, Lane, Principal};
pub use command::{About, Command, Confirmation, Done, Refusal, Request, Settled, StatedAward};
pub use past::{Past, missed};
pub use transition::{EXCEPTION_FOR, Terms, UNDECIDED_FOR, run_out};
pub use work::{Head, Kept, Work, as_told_behind, behind};
