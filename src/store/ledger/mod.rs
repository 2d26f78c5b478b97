//! The ledger kept: one store, which SQLite and PostgreSQL serve alike, one batching writer over it, and the walk that proves the
//! audit chain.

mod follow;
mod history;
mod insert;
mod journal;
mod load;
mod merger;
mod read;
mod rows;
mod save;
mod sql;
mod store;
mod verify;
mod watch;
mod writer;

pub use follow::Clearance;
pub use read::{CaseFilter, ClaimFilter, KeptClaim};
pub use sql::{ALLOCATION_NEWS, CASE_NEWS, LedgerClock, SqlStore};
pub use store::{LedgerStore, StoreError};
pub use verify::{ChainFlaw, Soundness};
pub use watch::Watch;
pub use writer::Writer;
