//! Where the reading of Bufdir stands: the adapter's position, stored by the gateway as text.

use serde::{Deserialize, Serialize};

/// Where the round over the years stands; `None` begins a new one.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Cursor {
    pub next_year: Option<i16>,
}
