//! Where the reading of Udir stands: the adapter's position, stored by the gateway as text.

use std::collections::BTreeMap;

use programgrant_contract::Position;
use serde::{Deserialize, Serialize};

/// How far a round over the years has come, and what is known of each year.
#[derive(Serialize, Deserialize)]
pub struct Cursor {
    /// An `ETag` means nothing to another system than the one that gave it.
    system: String,
    pub etags: BTreeMap<i16, String>,
    /// The year to ask for next; `None` where a round begins.
    pub next: Option<i16>,
}

impl Cursor {
    pub fn open(position: Option<&Position>, system: String) -> Self {
        let kept = position
            .and_then(Position::decode::<Self>)
            .filter(|kept| kept.system == system);
        kept.unwrap_or(Self {
            system,
            etags: BTreeMap::new(),
            next: None,
        })
    }
}
