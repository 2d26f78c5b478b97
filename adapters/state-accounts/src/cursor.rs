//! Where the reading of the state accounts stands: the adapter's position, stored by the gateway as text.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::folder::Stamp;

/// Which version of this adapter's reading it is: what an earlier one has read is read again, since it kept less.
pub const READING: u32 = 2;

/// What decides, besides the file itself, what is read from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    #[serde(default)]
    pub reading: u32,
    pub posts: Vec<String>,
    pub limit: u64,
}

/// The position in a folder: which version of each file has been read, and by which measure.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Cursor {
    pub measure: Measure,
    /// By file name. `None` where the file must be read again although it has not changed. A vanished file stays here.
    pub files: BTreeMap<String, Option<Stamp>>,
}

/// The position under an address.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SiteCursor {
    pub measure: Measure,
    /// A validator means nothing to another site than the one that gave it.
    pub site: String,
    /// What has been read, by file name.
    pub files: BTreeMap<String, Version>,
    /// What is still to be asked for in this round; empty where a round begins.
    pub pending: BTreeSet<String>,
}

/// What a site calls the version of a file that was read last; nothing where it must be read again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// `ETag`.
    pub etag: Option<String>,
    /// `Last-Modified`.
    pub modified: Option<String>,
    /// The file is no longer there.
    #[serde(default)]
    pub is_missing: bool,
}
