//! The state accounts (DFØ): yearly files, in a folder or where they are published, read as a stream and reduced to one sum per post
//! and body, and to what reached municipalities on each post.
//!
//! One pull reads one file that has changed. A file is believed whole or, where that is in doubt, not at all.
#![allow(
    missing_docs,
    reason = "fields and variants whose name says all; types and methods carry the documentation"
)]

mod archive;
mod cursor;
mod folder;
mod municipal;
mod reading;
mod settings;
#[cfg(feature = "simulator")]
pub mod simulator;
mod site;
mod source;
mod translate;
mod wire;

use programgrant_contract::{Adapter, SettingsType};
use programgrant_schema::Delivery;

pub use source::StateAccounts;

/// What the gateway knows this kind of source by.
pub static ADAPTER: Adapter = Adapter {
    kind: "state_accounts",
    name: "Direktoratet for forvaltning og økonomistyring (DFØ), statsregnskapet",
    delivery: Delivery::Leaves,
    manages_grants: false,
    settings: SettingsType::of::<settings::Settings>(),
    #[cfg(feature = "simulator")]
    simulation: Some(simulator::SIMULATION),
    #[cfg(not(feature = "simulator"))]
    simulation: None,
};
