//! What one pull brings home.

use programgrant_schema::{Gap, Record, SetAside};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// One piece of what a system has, stored whole or not at all.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    pub records: Vec<Record>,
    pub set_aside: Vec<SetAside>,
    /// Where this batch is all that the system has under one heading (a grant year), the heading. What it says here holds, whatever
    /// was said under the heading before; a record last seen under it and missing here is no longer listed, and a record set aside
    /// under it and missing here stands aside no longer.
    pub scope: Option<String>,
    /// Every gap that is open now; replaces what the batch before said.
    pub gaps: Vec<Gap>,
    /// To be stored with the batch in one transaction.
    pub next: Position,
    /// To be acknowledged once the batch is stored; `None` where there is nothing to acknowledge.
    pub receipt: Option<Receipt>,
    /// Whether the walk goes on: false when this was all for now.
    pub more: bool,
}

impl Batch {
    /// A batch with nothing in it that ends the walk at `next`.
    pub fn empty(next: Position) -> Self {
        Self {
            records: Vec::new(),
            set_aside: Vec::new(),
            scope: None,
            gaps: Vec::new(),
            next,
            receipt: None,
            more: false,
        }
    }
}

/// Where an adapter stopped, in its own words; opaque to everybody else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Position(String);

impl Position {
    /// # Panics
    ///
    /// If the value has no JSON form (a map with keys that are no strings), which is a defect of the adapter.
    pub fn encode(value: &impl Serialize) -> Self {
        Self(serde_json::to_string(value).expect("a position is plain JSON"))
    }

    /// The adapter's own value; `None` where another version wrote it, which means: begin again.
    pub fn decode<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_str(&self.0).ok()
    }

    pub fn from_text(text: String) -> Self {
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What the system may forget once the batch is stored: its own references.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt(pub Vec<String>);

/// A closed range of grant years.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Years {
    pub from: i16,
    pub to: i16,
}

impl Years {
    pub fn contains(self, year: i16) -> bool {
        (self.from..=self.to).contains(&year)
    }
}
