//! A request's document before it is executed: how large it is, by a look at its bytes, and what it would grow to, without
//! growing it. Pure: knows GraphQL's language, an outline of the schema, and limits; neither callers nor transport.

mod flaw;
mod given;
mod limits;
mod outline;
mod scan;
mod shape;
mod trusted;
mod values;

use async_graphql::parser::types::ExecutableDocument;

pub use flaw::{CODES, Flaw};
pub use limits::Limits;
pub use outline::Outline;
pub use scan::{Scan, scan, scan_json};
pub use shape::{Shape, Size};
pub use trusted::{ManifestError, Trusted, is_name_of};
pub use values::Bulk;

/// Reads a document that is within the limits; the parser is called once, and never for what would exhaust it.
pub fn read(text: &str, limits: &Limits) -> Result<ExecutableDocument, Flaw> {
    if text.len() > limits.bytes {
        return Err(Flaw::TooLarge { unit: "bytes", found: text.len(), most: limits.bytes });
    }
    scan(text)?.check(limits)?;
    Ok(async_graphql::parser::parse_query(text)?)
}

#[cfg(test)]
mod tests;
