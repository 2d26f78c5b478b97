//! Where the reading of the state accounts stands: the adapter's position, stored by the gateway as text.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::folder::Stamp;

/// The position: which version of each file has been read, and by which measure.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Cursor {
    pub measure: Measure,
    /// By file name. `None` where the file must be read again although it has not changed. A vanished file stays here.
    pub files: BTreeMap<String, Option<Stamp>>,
}

/// What decides, besides the file itself, what is read from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    pub posts: Vec<String>,
    pub limit: u64,
}
