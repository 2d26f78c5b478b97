//! The guard: brings the facts of the view to the rules of the ledger. It knows both; neither knows the other.

pub mod reconcile;
