//! What stands to be looked at, kept from one picture to the next. What stands against an award follows from the awards and the claims of
//! its recipient and year, and from nothing else in the picture: only those that a change touches are compared anew.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::claim_matching::{Cover, whose};
use super::of_award::Comparison;
use super::{Settings, allocations, disagreements, looked_at, pots, resolved};
use crate::journal::Journal;
use crate::ledger::{Case, CaseId, CaseState, Claim, ClaimId, ClaimState, Finding};
use crate::programme::Inputs;
use crate::view::{Award, View, Whose};

/// Everything that stands to be looked at by a person, in one picture, and what has become of the known cases that the systems now report
/// otherwise. What its source no longer lists opens no case; a case that it has stands, and says so. A known case that nothing was
/// ever said of has no finding: silence changes nothing.
#[derive(Debug, Default)]
pub struct Compared {
    view: Option<View>,
    of: HashMap<Whose, Found>,
    found: BTreeMap<CaseId, Finding>,
    /// Those of them that are pots' or allocations': compared whole each time.
    whole: Vec<CaseId>,
    /// What has become of cases that are not found again.
    ended: BTreeMap<CaseId, Finding>,
}

/// What was found among the awards of one recipient and year.
#[derive(Debug, Default)]
struct Found {
    cases: Vec<CaseId>,
    paid: Vec<ClaimId>,
}

/// What is compared with besides claims.
#[derive(Clone, Copy)]
pub struct Against<'a> {
    /// Every case there is.
    pub known: &'a BTreeMap<CaseId, Case>,
    /// What the programme decided.
    pub journal: &'a Journal,
    pub settings: &'a Settings,
}

impl Compared {
    /// Whose awards are others than when they were last looked at: everybody's, where other reference data tell them.
    pub fn to_look_at(&self, view: &View) -> BTreeSet<Whose> {
        let differ = self.view.as_ref().and_then(|before| view.whose_differ(before));
        differ.unwrap_or_else(|| view.whose().chain(self.of.keys().copied()).collect())
    }

    /// Whether that stands to be looked at as it is.
    pub fn is_found(&self, case: &CaseId) -> bool {
        self.found.contains_key(case)
    }

    /// Whose award the case is about; `None` where there is no such award.
    pub fn whose_case(view: &View, case: &Case) -> Option<Whose> {
        view.award(&case.finding.subject).map(whose_award)
    }

    /// Looks at those again. `claims` are all of theirs; whoever has another claim, or a case that has changed, must be among them.
    pub fn look_at(&mut self, facts: Inputs<'_>, whom: &BTreeSet<Whose>, claims: &[Claim], against: Against<'_>) {
        let mut of_whom: HashMap<Whose, Vec<&Claim>> = HashMap::new();
        for claim in claims {
            of_whom.entry(whose(claim)).or_default().push(claim);
        }
        self.forget(whom);
        let mut covers = HashMap::new();
        for own in whom {
            let claims = of_whom.get(own).map_or(&[][..], Vec::as_slice);
            let cover = Cover::of(facts, *own, claims);
            self.compare(facts, *own, &cover, against.settings);
            if !claims.is_empty() {
                covers.insert(*own, cover);
            }
        }
        let of_pots = pots::findings(facts);
        for finding in of_pots.into_iter().chain(allocations::findings(facts, against.journal)) {
            self.whole.push(finding.case());
            self.found.insert(finding.case(), finding.within_bounds());
        }
        self.end(facts, whom, &covers, against);
        self.view = Some(facts.view.clone());
    }

    /// Everything that stands to be looked at, with the cases that it is or would be.
    pub fn findings(&self) -> impl Iterator<Item = (&CaseId, &Finding)> {
        self.found.iter().chain(&self.ended)
    }

    /// Confirmed claims whose award its source reports as paid.
    pub fn paid(&self) -> impl Iterator<Item = &ClaimId> {
        self.of.values().flat_map(|found| &found.paid)
    }

    /// An award may go from one to another: nothing is found anew before all that was found is forgotten.
    fn forget(&mut self, whom: &BTreeSet<Whose>) {
        let found = whom.iter().filter_map(|own| self.of.remove(own));
        let cases = found
            .flat_map(|found| found.cases)
            .chain(std::mem::take(&mut self.whole));
        for case in cases.collect::<Vec<_>>() {
            self.found.remove(&case);
        }
    }

    fn compare(&mut self, facts: Inputs<'_>, own: Whose, cover: &Cover<'_>, settings: &Settings) {
        let comparison = Comparison { facts, cover, settings };
        let mut found = Found::default();
        let listed = looked_at(facts, own).filter(|award| award.vanished_at().is_none());
        let of_award = listed.flat_map(|award| comparison.findings(award));
        let disputed = facts.view.awards_of_whose(own);
        let disputed = disputed.filter_map(|award| disagreements::of(facts, award));
        for finding in of_award.chain(disputed) {
            found.cases.push(finding.case());
            self.found.insert(finding.case(), finding.within_bounds());
        }
        let paid = facts.view.awards_of_whose(own).filter(|award| is_paid(*award));
        let paid = paid.filter_map(|award| cover.claim(award));
        let confirmed = paid.filter(|claim| claim.state == ClaimState::Confirmed);
        found.paid = confirmed.map(|claim| claim.id.clone()).collect();
        if !(found.cases.is_empty() && found.paid.is_empty()) {
            self.of.insert(own, found);
        }
    }

    /// What has become of cases that nobody has closed and that are not found again.
    fn end(
        &mut self,
        facts: Inputs<'_>,
        whom: &BTreeSet<Whose>,
        covers: &HashMap<Whose, Cover<'_>>,
        Against { known, journal, .. }: Against<'_>,
    ) {
        let mut before = std::mem::take(&mut self.ended);
        let is_pending = |case: &&Case| matches!(case.state, CaseState::Open | CaseState::Confirmed);
        for case in known.values().filter(is_pending) {
            if self.found.contains_key(&case.id) {
                continue;
            }
            let own = Self::whose_case(facts.view, case);
            let ended = if own.is_none_or(|own| whom.contains(&own)) {
                let cover = own.and_then(|own| covers.get(&own));
                resolved::finding(facts, cover, journal, case).map(Finding::within_bounds)
            } else {
                before.remove(&case.id)
            };
            if let Some(ended) = ended {
                self.ended.insert(case.id.clone(), ended);
            }
        }
    }
}

fn whose_award(award: Award<'_>) -> Whose {
    (award.recipient(), award.year())
}

fn is_paid(award: Award<'_>) -> bool {
    award.status() == programgrant_schema::AwardStatus::Paid && award.vanished_at().is_none()
}
