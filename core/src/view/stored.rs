//! What was heard, as it is kept: records in force, what stands aside, and what is known of a source itself.

use jiff::Timestamp;
use programgrant_schema::{Gap, Record, SetAside, SourceId};

/// The version in force of a record, with what the gateway knows about it.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredRecord {
    pub source: SourceId,
    pub record: Record,
    pub received_at: Timestamp,
    /// The generation since which the source has listed it without a break.
    pub listed_in: u64,
    /// The generation that last touched it; of one that has vanished, the one in which it did.
    pub touched_in: u64,
    /// Since when the source no longer lists it.
    pub vanished_at: Option<Timestamp>,
    /// The later time of change that the source had stated before.
    pub changed_before: Option<Timestamp>,
}

/// A record that stands aside now.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredSetAside {
    pub source: SourceId,
    pub set_aside: SetAside,
    pub seen_at: Timestamp,
}

/// What is known about a source itself.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SourceStatus {
    pub walked: bool,
    pub heard_at: Option<Timestamp>,
    pub changed_at: Option<Timestamp>,
    pub gaps: Vec<Gap>,
    pub last_error: Option<String>,
}

impl SourceStatus {
    /// Whether any gateway ever heard it to the end of a walk, or failed to.
    pub const fn was_tried(&self) -> bool {
        self.heard_at.is_some() || self.last_error.is_some()
    }
}
