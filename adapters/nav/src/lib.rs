//! Arbeids- og velferdsdirektoratet (NAV): semicolon CSV files in a drop folder, read in the order of their sequence numbers.
//!
//! One row is one record; joining rows into awards is left to the gateway. Exclusions go the other way, through a second folder.
#![allow(
    missing_docs,
    reason = "fields and variants whose name says all; types and methods carry the documentation"
)]

mod cell;
mod cursor;
mod exclusions;
mod folder;
mod outbox;
mod pull;
mod settings;
#[cfg(feature = "simulator")]
pub mod simulator;
mod source;
mod translate;
mod wire;

use programgrant_contract::{Adapter, SettingsType};
use programgrant_schema::Delivery;

pub use exclusions::NavOutbox;
pub use source::Nav;

/// What the gateway knows this kind of source by.
pub static ADAPTER: Adapter = Adapter {
    kind: "nav",
    name: "Arbeids- og velferdsdirektoratet (NAV)",
    delivery: Delivery::Leaves,
    manages_grants: true,
    settings: SettingsType::of::<settings::Settings>(),
    #[cfg(feature = "simulator")]
    simulation: Some(simulator::SIMULATION),
    #[cfg(not(feature = "simulator"))]
    simulation: None,
};
