//! Which findings the ledger has not heard yet.

use std::collections::BTreeMap;

use crate::ledger::{Case, CaseId, CaseKind, CaseState, Finding};

/// Findings that are new, or whose facts are other than their case's. A case that was decided away is not disturbed because
/// less is left of it: money that comes back is what the decision was for.
pub fn news<'f>(
    findings: impl Iterator<Item = (&'f CaseId, &'f Finding)>,
    known: &BTreeMap<CaseId, Case>,
) -> Vec<Finding> {
    let is_news = |id: &CaseId, finding: &Finding| match known.get(id) {
        None => true,
        Some(case) if case.finding.facts() == finding.facts() => false,
        Some(case) => matches!(case.state, CaseState::Open | CaseState::Confirmed) || !is_less(finding, &case.finding),
    };
    findings
        .filter(|(id, finding)| is_news(id, finding))
        .map(|(_, finding)| finding.clone())
        .collect()
}

/// Whether nothing but the amounts has changed, and neither has grown. A pot is its sums, under whichever ids they are reported.
fn is_less(now: &Finding, before: &Finding) -> bool {
    let mut with_its_amounts = Finding {
        to_hold_back: before.to_hold_back,
        to_pay_back: before.to_pay_back,
        ..now.clone()
    };
    if now.kind == CaseKind::PotDifference {
        with_its_amounts.awards.clone_from(&before.awards);
    }
    now.to_hold_back <= before.to_hold_back
        && now.to_pay_back <= before.to_pay_back
        && with_its_amounts.facts() == before.facts()
}
