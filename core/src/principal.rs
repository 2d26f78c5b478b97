//! Who commands, as every record of a command names it.

use programgrant_schema::OrganisationNumber;
use serde::{Deserialize, Serialize};

/// Who asks or commands: a body, and whoever acts within it (a system's or a person's own key, never a name or a national
/// identity number).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Principal {
    pub organisation: OrganisationNumber,
    pub subject: String,
}
