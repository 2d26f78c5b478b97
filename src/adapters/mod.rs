//! The adapters at the gateway's disposal: one line for each kind, and the simulated systems that stand in for them.

pub mod registry;
#[cfg(feature = "simulators")]
mod simulators;

#[cfg(feature = "simulators")]
pub use simulators::{Simulated, Simulators, simulate};
