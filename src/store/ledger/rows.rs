//! Rows to values and back. What cannot be read back is an error that names the row.

use programgrant_core::ledger::{Entry, Link};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::Row;
use sqlx::any::AnyRow;

use super::store::StoreError;

/// A body column's value.
pub fn body<T: DeserializeOwned>(row: &AnyRow, table: &'static str) -> Result<T, StoreError> {
    parse(row.try_get("body")?, table, row.try_get("id")?)
}

pub fn parse<T: DeserializeOwned>(text: &str, table: &'static str, key: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Corrupt {
        table,
        key: key.to_owned(),
        reason: error.to_string(),
    })
}

pub fn link(row: &AnyRow) -> Result<Link, StoreError> {
    let sequence: i64 = row.try_get("sequence")?;
    let content: String = row.try_get("content")?;
    let entry: Entry = parse(&content, "audit", &sequence.to_string())?;
    Ok(Link {
        entry,
        content,
        previous_hash: row.try_get("previous_hash")?,
        hash: row.try_get("hash")?,
    })
}

pub fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("plain data with text keys has a JSON form")
}
