//! What a programme makes of the facts: the pot, its shares, the comparison, and who may apply. Pure functions of a view, the
//! reference registers and an instant.

mod available;
mod before;
mod deadlines;
mod eligibility;
mod pot;
mod year;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use programgrant_schema::SourceId;

use crate::reference::Reference;
use crate::view::View;

pub use available::Available;
pub use deadlines::{Deadline, DeadlineKind, deadlines};
pub use eligibility::{Eligibility, EligibilityAnswer, eligibility};
pub use pot::{Completeness, Grant, Pot, Share};
pub use year::ProgrammeYear;

/// What is asked of one source, and for how long the answer counts as fresh.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    pub fresh_within: SignedDuration,
    /// The first grant year that is asked for; the first of all where things are left and not asked for by year.
    pub years_from: i16,
}

/// What is asked of each source that is configured.
#[derive(Debug, Clone, Default)]
pub struct Freshness(pub BTreeMap<SourceId, Asked>);

impl Freshness {
    /// A source that nobody configured is never fresh.
    pub fn limit(&self, source: SourceId) -> SignedDuration {
        self.0
            .get(&source)
            .map_or(SignedDuration::ZERO, |asked| asked.fresh_within)
    }

    /// Whether the source has been asked for that year.
    pub fn is_asked(&self, source: SourceId, year: i16) -> bool {
        self.0.get(&source).is_some_and(|asked| asked.years_from <= year)
    }
}

/// Everything that an answer rests on, held still while it is worked out.
#[derive(Clone, Copy)]
pub struct Inputs<'a> {
    pub view: &'a View,
    pub reference: &'a Reference,
    pub freshness: &'a Freshness,
    pub now: Timestamp,
}
