//! Under whose name slots are kept once a municipality went up in another one. Claims and the chain say what they said; where slots lie
//! is read through this. Pure.

use std::collections::{BTreeMap, BTreeSet};

use programgrant_schema::{MunicipalityId, Ore};

use super::case::{CaseKind, Finding};
use super::claim::{Claim, ClaimId, ClaimState};
use super::rules::{Reason, ReasonCode, SlotScope, Subject};

/// Recipients that went up in others, each with those that its slots are kept under.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Successors(BTreeMap<String, BTreeSet<String>>);

/// A claim that another one keeps out, or would have, had both been the same municipality's from the start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Displaced<'a> {
    pub younger: &'a Claim,
    pub older: &'a Claim,
}

impl Successors {
    pub fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut successors = Self::default();
        for (recipient, successor) in pairs {
            successors.add(recipient, successor);
        }
        successors
    }

    /// A recipient's slots are kept under the other's name from now on.
    pub fn add(&mut self, recipient: String, successor: String) {
        self.0.entry(recipient).or_default().insert(successor);
    }

    pub fn has(&self, recipient: &str, successor: &str) -> bool {
        self.0.get(recipient).is_some_and(|known| known.contains(successor))
    }

    /// Whether any of the reach's recipients went up in another, or had another go up in it.
    pub fn concern(&self, reach: &SlotScope) -> bool {
        let is_successor = |name: &String| self.0.values().any(|successors| successors.contains(name));
        let mut recipients = reach.recipients.iter();
        recipients.any(|name| self.0.contains_key(name) || is_successor(name))
    }

    /// The names that a recipient's slots are kept under: its own, unless it went up in others.
    pub fn keys(&self, recipient: &str) -> BTreeSet<String> {
        let (mut keys, mut seen, mut open) = (BTreeSet::new(), BTreeSet::new(), vec![recipient.to_owned()]);
        while let Some(next) = open.pop() {
            match self.0.get(&next) {
                _ if !seen.insert(next.clone()) => {}
                Some(successors) => open.extend(successors.iter().cloned()),
                None => drop(keys.insert(next)),
            }
        }
        // Names that lead to each other in a circle lead nowhere else.
        if keys.is_empty() { seen } else { keys }
    }

    /// The reach as slots are kept.
    pub fn keyed(&self, reach: &SlotScope) -> SlotScope {
        SlotScope {
            recipients: reach
                .recipients
                .iter()
                .flat_map(|recipient| self.keys(recipient))
                .collect(),
            subjects: reach.subjects.clone(),
        }
    }

    /// Whether both reach a slot of the same recipient and scheme.
    pub fn meet(&self, a: &SlotScope, b: &SlotScope) -> bool {
        if self.0.is_empty() {
            return a.meets(b);
        }
        self.keyed(a).meets(&self.keyed(b))
    }

    /// Claims that hold slots, overlap by these successors, and did not before: of each pair the younger, with the oldest that it meets.
    pub fn displaced<'a>(&self, before: &Self, claims: &[&'a Claim]) -> Vec<Displaced<'a>> {
        let mut in_order: Vec<&Claim> = claims.iter().copied().filter(|claim| claim.state.occupies()).collect();
        in_order.sort_by(|a, b| (a.requested_at, &a.id).cmp(&(b.requested_at, &b.id)));
        let meets_anew = |older: &Claim, younger: &Claim| {
            self.meet(&older.reach, &younger.reach)
                && !before.meet(&older.reach, &younger.reach)
                && older.application.coverage().meets(&younger.application.coverage())
        };
        let of_younger = |(place, younger): (usize, &&'a Claim)| {
            let older = in_order[..place].iter().find(|older| meets_anew(older, younger))?;
            Some(Displaced { younger, older })
        };
        in_order.iter().enumerate().filter_map(of_younger).collect()
    }
}

/// What the party of claims that a merger has set against each other is called, with the least of their ids behind it. No claim is
/// called so: one that gives its slots back and asks again is a newcomer like any other.
pub const MERGED: &str = "merged ";

impl Successors {
    /// Who may overlap with whom, once slots are kept under these names: the party of each claim. It is of one party with those that it
    /// overlaps with and with those that it was of one party with before; otherwise it is a party of its own.
    pub fn parties(&self, claims: &[&Claim], before: &BTreeMap<ClaimId, String>) -> BTreeMap<ClaimId, String> {
        let are_one = |a: &Claim, b: &Claim| {
            before.get(&a.id).is_some_and(|party| before.get(&b.id) == Some(party))
                || (self.meet(&a.reach, &b.reach) && a.application.coverage().meets(&b.application.coverage()))
        };
        let (mut open, mut parties): (Vec<&Claim>, _) = (claims.to_vec(), BTreeMap::new());
        while let Some(first) = open.pop() {
            let (mut party, mut next) = (vec![first], 0);
            while let Some(member) = party.get(next).copied() {
                let (joined, left): (Vec<&Claim>, Vec<&Claim>) =
                    open.into_iter().partition(|other| are_one(member, other));
                party.extend(joined);
                (open, next) = (left, next + 1);
            }
            let least = party.iter().map(|claim| &claim.id).min().unwrap_or(&first.id);
            let name = if party.len() > 1 {
                format!("{MERGED}{least}")
            } else {
                first.id.to_string()
            };
            parties.extend(party.iter().map(|claim| (claim.id.clone(), name.clone())));
        }
        parties
    }
}

impl Displaced<'_> {
    /// What a person must look at: two leaves for the same, of which each was right when it was given.
    pub fn finding(&self, municipality: Option<MunicipalityId>) -> Finding {
        let (younger, older) = (self.younger, self.older);
        let scheme = match &younger.application.subject {
            Subject::Scheme(scheme) => Some(scheme.clone()),
            Subject::Unresolved(_) => None,
        };
        let (to_hold_back, to_pay_back) = match younger.state {
            ClaimState::Cleared | ClaimState::Quarantined | ClaimState::Confirmed => (younger.amount(), Ore::ZERO),
            ClaimState::Paid => (Ore::ZERO, younger.amount()),
            _ => (Ore::ZERO, Ore::ZERO),
        };
        let message = format!(
            "Kommuner er slått sammen, og krav {} og krav {} gjelder nå det samme. Ingen av dem er frigitt. En saksbehandler må avgjøre det.",
            younger.id, older.id
        );
        Finding {
            kind: CaseKind::OverlappingPeriod,
            subject: format!("{} {}", older.id, younger.id),
            programme: None,
            municipality,
            scheme,
            year: younger.application.year,
            to_hold_back,
            to_pay_back,
            awards: Vec::new(),
            claim: Some(younger.id.clone()),
            reasons: vec![Reason {
                code: ReasonCode::AlreadyFunded,
                rule: None,
                message,
            }],
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn reach(recipients: &BTreeSet<String>) -> SlotScope {
        SlotScope {
            recipients: recipients.clone(),
            subjects: BTreeSet::from(["231.63".to_owned()]),
        }
    }

    fn names() -> impl Strategy<Value = BTreeSet<String>> {
        prop::collection::btree_set("[a-f]", 1..4)
    }

    proptest! {
        #[test]
        fn nobody_who_met_misses_the_other_and_nobody_is_left_without_a_slot(
            pairs in prop::collection::vec(("[a-f]", "[a-f]"), 0..8), a in names(), b in names(),
        ) {
            let mut successors = Successors::default();
            let (a, b) = (reach(&a), reach(&b));
            for (recipient, successor) in pairs.into_iter().filter(|(recipient, successor)| recipient < successor) {
                let met = successors.meet(&a, &b);
                successors.add(recipient, successor);
                prop_assert!(!met || successors.meet(&a, &b));
                for recipient in &a.recipients {
                    prop_assert!(!successors.keys(recipient).is_empty());
                }
                // Where slots are kept, they are kept.
                prop_assert_eq!(successors.keyed(&successors.keyed(&a)), successors.keyed(&a));
            }
        }
    }

    #[test]
    fn a_chain_of_mergers_leads_to_its_end() {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        let successors = Successors::new([pair("a", "c"), pair("b", "c"), pair("c", "d")]);
        assert_eq!(successors.keys("a"), BTreeSet::from(["d".to_owned()]));
        assert_eq!(successors.keys("x"), BTreeSet::from(["x".to_owned()]));
    }
}
