//! What has been read so far: the adapter's position, stored by the gateway as text.

use std::collections::BTreeMap;

use jiff::Timestamp;
use programgrant_schema::Gap;
use serde::{Deserialize, Serialize};

use crate::folder::{Csv, Delivery};

/// What was read, and how far the walk under way has come.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Cursor {
    /// By sequence number.
    pub read: BTreeMap<u16, ReadFile>,
    /// Numbers that this walk has looked at in vain, with what was wrong; a new walk tries them again.
    pub tried: BTreeMap<u16, Vec<Gap>>,
}

/// A file that was read: its bytes, and the names under which they lie in the folder.
#[derive(Debug, Serialize, Deserialize)]
pub struct ReadFile {
    pub sha256: String,
    pub size: u64,
    /// Name without ending, and when that copy was last written; the one that was read is among them.
    copies: BTreeMap<String, Option<Timestamp>>,
}

impl ReadFile {
    pub fn new(sha256: String, stem: &str, csv: Csv) -> Self {
        Self {
            sha256,
            size: csv.size,
            copies: BTreeMap::from([(stem.to_owned(), csv.modified)]),
        }
    }

    /// Remembers that the same bytes lie there.
    pub fn saw_copy(&mut self, stem: &str, csv: Csv) {
        self.copies.insert(stem.to_owned(), csv.modified);
    }

    pub fn bears_name(&self, stem: &str) -> bool {
        self.copies.contains_key(stem)
    }

    /// Whether the delivery is one of the copies, as far as can be told without reading it.
    pub fn is_copy(&self, delivery: &Delivery) -> bool {
        let seen = self.copies.get(&delivery.stem);
        delivery
            .csv
            .is_some_and(|csv| csv.size == self.size && seen == Some(&csv.modified))
    }

    /// A name under which it lay.
    pub fn csv_name(&self) -> String {
        format!("{}.csv", self.copies.keys().next().map_or("", String::as_str))
    }
}
