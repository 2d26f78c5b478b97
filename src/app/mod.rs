//! The gateway put together.

pub mod metrics;
