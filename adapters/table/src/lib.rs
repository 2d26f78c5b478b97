//! Any grant manager's table: CSV, XLSX, JSON or NDJSON, from a folder or by HTTP, read by a mapping file and no code.
//!
//! A `sheet` reads rows of one format, whatever they mean.
#![allow(
    missing_docs,
    reason = "fields and variants whose name says all; types and methods carry the documentation"
)]

pub mod sheet;
