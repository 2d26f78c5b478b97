//! Avstemming: what the systems report is compared with the programmes and with the claims, so that double funding is found
//! where nobody asked. Pure; it never repairs, never frees, and closes nothing.

mod amounts;
mod claim_matching;
mod disagreements;
mod news;
mod of_award;
mod pots;
mod resolved;
mod rule_check;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use claim_matching::Cover;
use jiff::civil::Date;
use of_award::Comparison;
use programgrant_schema::SourceId;

use crate::ledger::{Case, CaseState, Claim, ClaimId, ClaimState, Finding};
use crate::programme::Inputs;
use crate::view::Award;

pub use news::news;

/// What is asked of the directorates' systems.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// From which day of decision an award of that source must have a claim; one that is left out, never.
    pub claims_required_from: BTreeMap<SourceId, Date>,
}

/// Everything that stands to be looked at by a person, and what has become of the known cases that the systems now report
/// otherwise. What its source no longer lists opens no case; a case that it has stands, and says so. A known case that nothing was
/// ever said of has no finding: silence changes nothing.
pub fn findings(facts: Inputs<'_>, claims: &[Claim], known: &[Case], settings: &Settings) -> Vec<Finding> {
    let cover = Cover::of(facts, claims);
    let comparison = Comparison {
        facts,
        cover: &cover,
        settings,
    };
    let listed = looked_at(facts).filter(|award| award.vanished_at().is_none());
    let of_awards = listed.flat_map(|award| comparison.findings(award));
    let found: BTreeMap<_, Finding> = of_awards
        .chain(pots::findings(facts))
        .chain(disagreements::findings(facts))
        .map(|finding| (finding.case(), finding))
        .collect();
    let is_pending =
        |case: &&Case| matches!(case.state, CaseState::Open | CaseState::Confirmed) && !found.contains_key(&case.id);
    let ended: Vec<Finding> = known
        .iter()
        .filter(is_pending)
        .filter_map(|case| resolved::finding(facts, &cover, case))
        .collect();
    found.into_values().chain(ended).map(Finding::within_bounds).collect()
}

/// Every award once. Where another source says that it was awarded and the first one does not yet, what both say.
fn looked_at(facts: Inputs<'_>) -> impl Iterator<Item = Award<'_>> {
    facts.view.awards().flat_map(|award| {
        let is_ahead = move |other: &Award<'_>| other.status().is_granted() && !award.status().is_granted();
        std::iter::once(award).chain(award.others().filter(is_ahead))
    })
}

/// Confirmed claims whose award its source now reports as paid.
pub fn payments(facts: Inputs<'_>, claims: &[Claim]) -> Vec<ClaimId> {
    let cover = Cover::of(facts, claims);
    let paid = facts
        .view
        .awards()
        .filter(|award| is_paid(*award))
        .filter_map(|award| cover.claim(award));
    paid.filter(|claim| claim.state == ClaimState::Confirmed)
        .map(|claim| claim.id.clone())
        .collect()
}

fn is_paid(award: Award<'_>) -> bool {
    award.status() == programgrant_schema::AwardStatus::Paid && award.vanished_at().is_none()
}
