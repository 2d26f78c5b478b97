//! The gateway put together: the wiring, whether it is ready, and what stands in its metrics.

mod gateway;
pub mod metrics;
mod readiness;

pub use gateway::{Gateway, StartError, reference};
pub use readiness::Readiness;
