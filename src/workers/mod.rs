//! What goes on beside the answers: asking the sources, keeping exclusions, reconciling, telling organisations, looking after time.

pub mod breaker;
pub mod events;
pub mod exclusions;
pub mod intake;
pub mod reconciliation;
pub mod timekeeper;
pub mod webhooks;
