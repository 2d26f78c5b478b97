//! The guard's memory and its judgement: `rules` decide (pure functions), claims hold what was decided, an audit chain proves it.
//! It knows no source, no view and no HTTP: facts are handed in.

mod case;
mod chain;
mod claim;
mod command;
pub mod rules;
mod store;
mod transition;
mod verify;
mod writer;

pub use case::{Case, CaseDecision, CaseEntry, CaseId, CaseKind, CaseState, Finding, FindingFacts};
pub use chain::{Entry, Link, Receipt, ReceiptError, Seal, What, digest};
pub use claim::{Binding, Claim, ClaimId, ClaimState, Exception, Lane, Principal};
pub use command::{Command, Confirmation, Done, Refusal, Request, Settled, StatedAward};
pub use store::{
    CASE_NEWS, CaseFilter, ClaimFilter, Clearance, KeptClaim, LedgerClock, SqlStore, Store, StoreError, Watch,
};
pub use transition::{EXCEPTION_FOR, Terms, UNDECIDED_FOR};
pub use verify::{Flaw, Soundness};
pub use writer::Writer;
