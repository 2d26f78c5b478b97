//! A request's document before it is executed: how large it is, by a look at its bytes; what it would grow to, without growing it;
//! whether it is valid; and what it comes to with its variables. Pure: knows GraphQL's language, the schema's text, and limits;
//! neither callers nor transport.

mod coerce;
mod flaw;
mod instant;
mod judge;
mod lists;
pub mod operation;
mod plan;
mod query_cost;
mod scan;
mod schema_costs;
mod text;
mod tokens;
mod trusted;
mod usage;
mod variables;

use crate::config::DocumentLimits;

pub use coerce::Scalars;
pub use flaw::{CODES, DocumentFlaw};
pub use instant::instant;
pub use judge::{Judge, Judged};
pub use plan::{EMPTY, Filling, Planned, Template, failing};
pub use query_cost::{Measured, QueryCost, Size};
pub use scan::{Scan, scan, scan_json};
pub use schema_costs::SchemaCosts;
pub use text::Document;
pub use trusted::{ManifestError, Trusted, is_name_of};
pub use variables::ValueSize;

/// Reads a document that is within the limits; the parser is called once, and never for what would exhaust it.
pub fn read(text: &str, limits: &DocumentLimits) -> Result<Document, DocumentFlaw> {
    if text.len() > limits.bytes {
        return Err(DocumentFlaw::TooLarge {
            unit: "bytes",
            found: text.len(),
            most: limits.bytes,
        });
    }
    scan(text)?.check(limits)?;
    Document::parse(text)
}

#[cfg(test)]
mod instant_tests;
#[cfg(test)]
mod judge_tests;
#[cfg(test)]
mod tests;
