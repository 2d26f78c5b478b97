//! The guard's memory and its judgement: `rules` decide (pure functions), claims hold what was decided, an audit chain proves it.
//! It knows no source, no view and no HTTP: facts are handed in.

mod claim;
pub mod rules;

pub use claim::{ClaimId, ClaimState};
