//! Utdanningsdirektoratet (Udir): REST and JSON, asked year by year and page by page, with one `ETag` for a whole year.
//!
//! A modelled interface to real schemes; `README.md` says what goes wrong there and what we do then.
#![allow(
    missing_docs,
    reason = "fields and variants whose name says all; types and methods carry the documentation"
)]

mod amount;
mod cursor;
mod exclusions;
mod link;
mod settings;
#[cfg(feature = "simulator")]
pub mod simulator;
mod source;
mod sperre;
mod translate;
mod walk;
mod wire;

use programgrant_contract::{Adapter, SettingsType};
use programgrant_schema::Delivery;

pub use source::Udir;

/// What the gateway knows this kind of source by.
pub static ADAPTER: Adapter = Adapter {
    kind: "udir",
    name: "Utdanningsdirektoratet",
    delivery: Delivery::Answers,
    manages_grants: true,
    settings: SettingsType::of::<settings::Settings>(),
    #[cfg(feature = "simulator")]
    simulation: Some(simulator::SIMULATION),
    #[cfg(not(feature = "simulator"))]
    simulation: None,
};
