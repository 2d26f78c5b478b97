//! Any grant manager's table: CSV, XLSX, JSON or NDJSON, from a folder or by HTTP, read by a mapping file and no code.
//!
//! A `mapping` says what a list's columns mean; a `sheet` reads rows of one format, whatever they mean; a `reading` holds one against
//! the other.
#![allow(
    missing_docs,
    reason = "fields and variants whose name says all; types and methods carry the documentation"
)]

mod cell;
pub mod mapping;
pub mod proposal;
pub mod reading;
pub mod sheet;
mod tally;
mod translate;

pub use mapping::{Mapping, MappingError};
pub use reading::{Outcome, Refusal, RowReading, read};
pub use tally::{Sum, Totals};
