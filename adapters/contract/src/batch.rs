//! What one pull brings home.

use jiff::Timestamp;
use programgrant_schema::{BudgetPost, ReportedRecipient};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::record::{Record, RecordId};

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

/// A record that cannot be read, with as much of its whereabouts as can.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetAside {
    /// The record's own id where it can be read: a later good version clears it.
    pub record: Option<RecordId>,
    /// As [`Record::revision`], where it can be read: only a good version that is later clears the record.
    pub revision: Option<i64>,
    /// As [`Record::changed_at`], where it can be read.
    #[serde(default)]
    pub changed_at: Option<Timestamp>,
    /// As [`Record::item`].
    #[serde(default)]
    pub item: Option<String>,
    /// Where it stands, for people: file and line, year and page, archive reference. Also its key where `record` is `None`.
    pub place: String,
    /// What is wrong, naming the field.
    pub reason: String,
    pub recipient: ReportedRecipient,
    pub post: Option<BudgetPost>,
    pub activity: Option<String>,
    pub year: Option<i16>,
}

impl SetAside {
    /// A record about which nothing but its place can be told.
    pub fn at(place: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            record: None,
            revision: None,
            changed_at: None,
            item: None,
            place: place.into(),
            reason: reason.into(),
            recipient: ReportedRecipient::default(),
            post: None,
            activity: None,
            year: None,
        }
    }
}

/// Something that should have come and has not, such as a missing file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    pub place: String,
    pub reason: String,
}

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
