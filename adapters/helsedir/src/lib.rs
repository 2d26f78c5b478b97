//! Helsedirektoratet: a SOAP 1.1 queue. The oldest items are fetched, and removed once they are stored; see the README for the
//! interface's habits. `translate` holds what the words mean, `simulator` serves the interface itself.
#![allow(
    missing_docs,
    reason = "fields and variants whose name says all; types and methods carry the documentation"
)]

mod exclusions;
mod settings;
#[cfg(feature = "simulator")]
pub mod simulator;
mod soap;
mod source;
mod sperre;
mod translate;
mod wire;
mod xml;

use programgrant_contract::{Adapter, SettingsType};
use programgrant_schema::Delivery;

pub use source::{Credentials, Helsedir};

/// What the gateway knows this kind of source by.
pub static ADAPTER: Adapter = Adapter {
    kind: "helsedir",
    name: "Helsedirektoratet",
    delivery: Delivery::Leaves,
    manages_grants: true,
    settings: SettingsType::of::<settings::Settings>(),
    #[cfg(feature = "simulator")]
    simulation: Some(simulator::SIMULATION),
    #[cfg(not(feature = "simulator"))]
    simulation: None,
};
