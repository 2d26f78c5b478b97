//! The adapters at the gateway's disposal, and what they need from it: secrets, and a client for each.

mod registry;
mod secrets;

pub use registry::{Simulated, Simulators, connect_exclusions, simulate};

pub(crate) use registry::connect;
