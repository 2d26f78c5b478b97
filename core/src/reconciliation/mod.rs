//! Avstemming: what the systems report is compared with the programmes and with the claims, so that double funding is found
//! where nobody asked. Pure; it never repairs, never frees, and closes nothing.

mod amounts;
mod claim_matching;
mod disagreements;
mod kept;
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

use crate::ledger::{Case, CaseId, Claim, ClaimId, Finding};
use crate::programme::Inputs;
use crate::view::{Award, Whose};

pub use claim_matching::whose;
pub use kept::Kept;
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
    let compared = compared(facts, claims, known, settings);
    compared.findings().map(|(_, finding)| finding.clone()).collect()
}

/// Confirmed claims whose award its source now reports as paid.
pub fn payments(facts: Inputs<'_>, claims: &[Claim]) -> Vec<ClaimId> {
    let compared = compared(facts, claims, &[], &Settings::default());
    compared.paid().cloned().collect()
}

fn compared(facts: Inputs<'_>, claims: &[Claim], known: &[Case], settings: &Settings) -> Kept {
    let known: BTreeMap<CaseId, Case> = known.iter().map(|case| (case.id.clone(), case.clone())).collect();
    let mut kept = Kept::default();
    let all = kept.to_look_at(facts.view);
    kept.look_at(facts, &all, claims, (&known, settings));
    kept
}

/// Every award of a recipient and year once. Where another source says that it was awarded and the first one does not yet, what both
/// say.
fn looked_at(facts: Inputs<'_>, (recipient, year): Whose) -> impl Iterator<Item = Award<'_>> {
    facts.view.awards_of_whose((recipient, year)).flat_map(|award| {
        let is_ahead = move |other: &Award<'_>| other.status().is_granted() && !award.status().is_granted();
        std::iter::once(award).chain(award.others().filter(is_ahead))
    })
}
