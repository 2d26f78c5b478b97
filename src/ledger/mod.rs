//! The ledger kept: one store, which SQLite and PostgreSQL serve alike, one batching writer over it, and the walk that proves the
//! audit chain.

mod store;
mod verify;
mod writer;

pub use store::{
    CASE_NEWS, CaseFilter, ClaimFilter, Clearance, KeptClaim, LedgerClock, SqlStore, Store, StoreError, Watch,
};
pub use verify::{Flaw, Soundness};
pub use writer::Writer;
