//! Any grant manager's table: CSV, XLSX, JSON or NDJSON, from a folder or by HTTP, read by a mapping file and no code.
//!
//! A `mapping` says what a list's columns mean; a `sheet` reads rows of one format, whatever they mean; a `reading` holds one against
//! the other.
#![allow(
    missing_docs,
    reason = "fields and variants whose name says all; types and methods carry the documentation"
)]

mod cell;
mod cursor;
mod folder;
pub mod mapping;
mod pages;
pub mod proposal;
pub mod reading;
mod settings;
pub mod sheet;
#[cfg(feature = "simulator")]
pub mod simulator;
mod source;
mod tally;
mod translate;

pub use mapping::{Mapping, MappingError};
pub use reading::{Outcome, Refusal, RowReading, read};
pub use tally::{Sum, Totals};

use programgrant_contract::{Adapter, SettingsType};
use programgrant_schema::Delivery;

pub use folder::Means;
pub use source::{Now, Place, Table};

/// What the gateway knows this kind of source by.
pub static ADAPTER: Adapter = Adapter {
    kind: "table",
    name: "Tabell",
    delivery: Delivery::Leaves,
    manages_grants: true,
    settings: SettingsType::of::<settings::Settings>(),
    simulation: None,
};
