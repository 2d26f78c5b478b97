//! Avstemming: what the systems report is compared with the programmes, with the claims and with what was decided to be allocated, so that
//! double funding and differences are found where nobody asked. Pure; it never repairs, never frees, and closes nothing.

mod allocations;
mod amounts;
mod claim_matching;
mod compared;
mod disagreements;
mod news;
mod of_award;
mod pots;
mod resolved;
mod rule_check;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::civil::Date;
use programgrant_schema::SourceId;

use crate::programme::Inputs;
use crate::view::{Award, Whose};

pub use claim_matching::whose;
pub use compared::{Against, Compared};
pub use news::news;

/// What is asked of the directorates' systems.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// From which day of decision an award of that source must have a claim; one that is left out, never.
    pub claims_required_from: BTreeMap<SourceId, Date>,
}

/// Every award of a recipient and year once. Where another source says that it was awarded and the first one does not yet, what both
/// say.
fn looked_at(facts: Inputs<'_>, (recipient, year): Whose) -> impl Iterator<Item = Award<'_>> {
    facts.view.awards_of_whose((recipient, year)).flat_map(|award| {
        let is_ahead = move |other: &Award<'_>| other.status().is_granted() && !award.status().is_granted();
        std::iter::once(award).chain(award.others().filter(is_ahead))
    })
}
