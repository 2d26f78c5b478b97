//! The ledger as reconciliation knows it: every case, and whose awards each claim may stand behind. It is read whole once, and then
//! followed along the chain.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use programgrant_core::ledger::{Case, CaseId, Claim, ClaimId, ClaimState, EventKind};
use programgrant_core::reconciliation::{self, Compared};
use programgrant_core::reference::Reference;
use programgrant_core::view::{View, Whose};

use crate::store::ledger::{CaseFilter, ClaimFilter, SqlStore, StoreError};

/// Rows that are read at once.
const PAGE: usize = 1000;

/// Claims that may stand behind an award.
const STANDING: [ClaimState; 4] = [
    ClaimState::Cleared,
    ClaimState::Confirmed,
    ClaimState::Paid,
    ClaimState::Quarantined,
];

/// What is known of the ledger up to one entry of its chain.
#[derive(Default)]
pub struct Followed {
    sequence: Option<i64>,
    pub cases: BTreeMap<CaseId, Case>,
    /// Whose awards these may be, as the claim itself has it.
    claims: HashMap<ClaimId, Whose>,
    /// Whose claims have changed, and which cases, since anybody took it.
    changed: (BTreeSet<Whose>, BTreeSet<CaseId>),
}

impl Followed {
    /// Takes in what was entered since; everything where nothing is known yet, or where the chain is not the one that was known.
    pub async fn follow(&mut self, store: &SqlStore) -> Result<(), StoreError> {
        let (entered, head) = match self.sequence {
            Some(sequence) => store.entered_after(sequence).await?,
            None => (Vec::new(), store.standing().await?.0.sequence),
        };
        if self.sequence.is_none_or(|sequence| head < sequence) {
            *self = Self::default();
            self.read_all(store).await?;
        }
        for what in entered {
            match what {
                EventKind::Claim(claim) => self.take(&claim),
                EventKind::Case(case) => {
                    self.changed.1.insert(case.id.clone());
                    self.cases.insert(case.id.clone(), *case);
                }
                EventKind::Journal(_) | EventKind::Suspended | EventKind::Resumed => {}
            }
        }
        self.sequence = Some(head);
        Ok(())
    }

    fn take(&mut self, claim: &Claim) {
        let own = reconciliation::whose(claim);
        self.changed.0.insert(own);
        if STANDING.contains(&claim.state) {
            self.claims.insert(claim.id.clone(), own);
        } else {
            self.claims.remove(&claim.id);
        }
    }

    async fn read_all(&mut self, store: &SqlStore) -> Result<(), StoreError> {
        let limit = i64::try_from(PAGE).unwrap_or(i64::MAX);
        let mut filter = ClaimFilter {
            states: STANDING.to_vec(),
            limit,
            ..ClaimFilter::default()
        };
        loop {
            let page = store.claims(&filter).await?;
            let Some(last) = page.last() else { break };
            filter.after = Some(last.claim.id.as_str().to_owned());
            for kept in &page {
                self.take(&kept.claim);
            }
        }
        let mut filter = CaseFilter {
            limit,
            ..CaseFilter::default()
        };
        loop {
            let page = store.cases(&filter).await?;
            let Some(last) = page.last() else { return Ok(()) };
            filter.after = Some((last.opened_at, last.id.as_str().to_owned()));
            self.cases.extend(page.into_iter().map(|case| (case.id.clone(), case)));
        }
    }

    /// Whom it is to look at again because of what was entered, in that picture.
    pub fn take_changed(&mut self, kept: &Compared, view: &View) -> BTreeSet<Whose> {
        let (claims, cases) = std::mem::take(&mut self.changed);
        let cases = cases.iter().filter_map(|id| self.cases.get(id));
        let unfound = cases.filter(|case| !kept.is_found(&case.id));
        let of_cases = unfound.filter_map(|case| Compared::whose_case(view, case));
        let of_claims = claims.into_iter().map(|own| now(own, &view.reference));
        of_claims.chain(of_cases).collect()
    }

    /// All their claims, as they stand now: a claim stands behind the awards of whoever its recipient is now.
    pub async fn claims_of(
        &self,
        whom: &BTreeSet<Whose>,
        reference: &Reference,
        store: &SqlStore,
    ) -> Result<Vec<Claim>, StoreError> {
        let is_theirs = |own: Whose| whom.contains(&now(own, reference));
        let ids: Vec<&ClaimId> = self
            .claims
            .iter()
            .filter(|(_, own)| is_theirs(**own))
            .map(|(id, _)| id)
            .collect();
        let mut claims = Vec::with_capacity(ids.len());
        for ids in ids.chunks(PAGE) {
            let stand = store.claims_of(ids).await?;
            let stand = stand.into_iter().filter(|claim| STANDING.contains(&claim.state));
            claims.extend(stand.map(|claim| Claim {
                application: claim.application.followed(reference),
                ..claim
            }));
        }
        Ok(claims)
    }
}

/// The same for whoever the recipient is now.
fn now((recipient, year): Whose, reference: &Reference) -> Whose {
    let recipient = recipient.map(|id| reference.register.current(id).unwrap_or(id));
    (recipient, year)
}
