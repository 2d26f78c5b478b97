//! Where the reading of a table stands: the adapter's position, stored by the gateway as text.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What was read, and what is left of a walk under way.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Cursor {
    /// Files that were read, by name; of a snapshot the one that is the list.
    pub read: BTreeMap<String, ReadFile>,
    /// Files that were refused as they lie there.
    pub refused: BTreeMap<String, RefusedFile>,
    /// Parts of a list that was surveyed and is being handed on.
    pub walk: Option<Walk>,
    /// By HTTP: what the pages of the list were when they were read.
    pub pages: Vec<PageStamp>,
}

/// How a file is known again without reading it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    pub size: u64,
    pub modified: Option<Timestamp>,
    /// When its ok-file was written.
    pub ok: Option<Timestamp>,
    /// By which mapping it is read.
    pub mapping: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadFile {
    pub stamp: Stamp,
    /// Where it stands among all files of changes; gaps between the numbers leave room for files that come late.
    pub ordinal: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedFile {
    pub stamp: Stamp,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Walk {
    /// Names and stamps of what is still to be handed on.
    pub pending: Vec<(String, Stamp)>,
    /// Keys about which rows of the list disagree.
    pub contradicted: Vec<String>,
}

/// How a page is known again without its body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageStamp {
    /// Of its address, which may hold what is nobody's business, and of the mapping.
    pub fingerprint: String,
    /// The address within the list's origin as the page before gave it; `None` of the first, whose address is configured.
    pub onward: Option<String>,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
}

impl PageStamp {
    /// Whether the page can be asked for on the condition that it has changed.
    pub const fn can_be_asked_for(&self) -> bool {
        self.etag.is_some() || self.last_modified.is_some()
    }
}
