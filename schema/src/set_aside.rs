//! What a source says that cannot be read, and what should have come and has not.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::award::ReportedRecipient;
use crate::record::RecordId;
use crate::scheme::BudgetPost;

/// A record that cannot be read, with as much of its whereabouts as can.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetAside {
    /// The record's own id where it can be read: a later good version clears it.
    pub record: Option<RecordId>,
    /// As [`crate::Record::revision`], where it can be read: only a good version that is later clears the record.
    pub revision: Option<i64>,
    /// As [`crate::Record::changed_at`], where it can be read.
    #[serde(default)]
    pub changed_at: Option<Timestamp>,
    /// As [`crate::Record::item`].
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
