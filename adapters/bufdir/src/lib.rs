//! Barne-, ungdoms- og familiedirektoratet (Bufdir): GraphQL, asked year by year and page by page.
//!
//! The page and its records are read in `translate`; `exclusions` writes.
#![allow(
    missing_docs,
    reason = "fields and variants whose name says all; types and methods carry the documentation"
)]

mod cursor;
mod exclusions;
mod settings;
#[cfg(feature = "simulator")]
pub mod simulator;
mod source;
mod translate;
mod wire;

use programgrant_contract::{Adapter, SettingsType};
use programgrant_schema::Delivery;

pub use source::Bufdir;

/// What the gateway knows this kind of source by.
pub static ADAPTER: Adapter = Adapter {
    kind: "bufdir",
    name: "Barne-, ungdoms- og familiedirektoratet (Bufdir)",
    delivery: Delivery::Answers,
    manages_grants: true,
    settings: SettingsType::of::<settings::Settings>(),
    #[cfg(feature = "simulator")]
    simulation: Some(simulator::SIMULATION),
    #[cfg(not(feature = "simulator"))]
    simulation: None,
};
