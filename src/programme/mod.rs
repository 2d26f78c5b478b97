//! What a programme makes of the facts: the pot, its shares, the comparison, and who may apply. Pure functions of a view, the
//! reference registers and an instant.

mod before;
mod eligibility;
mod pot;
mod year;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use programgrant_contract::SourceId;

pub use eligibility::{Eligibility, EligibilityAnswer, REASON_CODES, Reason, eligibility};
pub use pot::{Completeness, Grant, Pot, Share};
pub use year::ProgrammeYear;

use crate::reference::Reference;
use crate::view::View;

/// How long what each source has said counts as fresh.
#[derive(Debug, Clone)]
pub struct Freshness(pub BTreeMap<SourceId, SignedDuration>);

impl Freshness {
    /// A source that nobody configured is never fresh.
    pub fn limit(&self, source: SourceId) -> SignedDuration {
        self.0.get(&source).copied().unwrap_or(SignedDuration::ZERO)
    }
}

/// Everything that an answer rests on, held still while it is worked out.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    pub view: &'a View,
    pub reference: &'a Reference,
    pub freshness: &'a Freshness,
    pub now: Timestamp,
}
