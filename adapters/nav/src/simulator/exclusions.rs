//! The lists of exclusions that the gateway lays into the outbox, as NAV reads them.

use std::path::Path;

use programgrant_contract::HeldExclusion;

use crate::exclusions::held;
use crate::outbox::Outbox;

/// The newest list that is complete and agrees with its sum and count; each list is whole and replaces the one before.
pub fn newest(outbox: &Path) -> Vec<HeldExclusion> {
    let list = Outbox::list(outbox)
        .ok()
        .and_then(|outbox| outbox.newest())
        .unwrap_or_default();
    let mut exclusions: Vec<_> = list.iter().filter_map(held).collect();
    exclusions.sort();
    exclusions
}
