//! Which claim stands behind which award, recipient by recipient and year by year. One claim stands behind one award at most: the
//! second under one claim has none. An award that its source states anew under another id hands its claim on.

use std::collections::{HashMap, HashSet};

use super::looked_at;
use super::rule_check::{is_awarded, whole};
use crate::evidence::reported;
use crate::ledger::rules::{Recipient, Subject};
use crate::ledger::{Binding, Claim, ClaimState};
use crate::programme::Inputs;
use crate::reference::Reference;
use crate::text;
use crate::view::{Award, Whose};

/// Awards of one recipient and year with the claims behind them.
pub struct Cover<'a> {
    by_award: HashMap<&'a str, &'a Claim>,
    claims: Claims<'a>,
    reference: &'a Reference,
}

/// Claims of one recipient and year whose award is or may be binding, in the order of their ids.
type Claims<'a> = Vec<&'a Claim>;

impl<'a> Cover<'a> {
    /// `claims` are all that the recipient has for that year, whatever their state.
    pub fn of(facts: Inputs<'a>, whose: Whose, claims: &[&'a Claim]) -> Self {
        let mut standing: Claims<'a> = claims
            .iter()
            .copied()
            .filter(|claim| stands_behind_an_award(claim))
            .collect();
        standing.sort_by(|a, b| a.id.cmp(&b.id));
        let mut matching = Matching {
            facts,
            claims: standing,
            names: HashSet::new(),
            by_award: HashMap::new(),
            taken: HashSet::new(),
        };
        if !matching.claims.is_empty() {
            matching.match_all(whose);
        }
        Self {
            by_award: matching.by_award,
            claims: matching.claims,
            reference: facts.reference,
        }
    }

    pub fn claim(&self, award: Award<'_>) -> Option<&'a Claim> {
        self.by_award.get(award.id()).copied()
    }

    /// The confirmed claim that covers some of what this award covers and stands behind another one, and that other's id.
    pub fn beside(&self, award: Award<'_>) -> Option<(&'a Claim, &'a str)> {
        award.recipient()?;
        let reported = reported(award, true, self.reference);
        let mut meeting = self.claims.iter().copied().filter(|claim| {
            claim.state.is_awarded()
                && is_under(award, claim, self.reference)
                && claim.application.coverage().meets(&reported.coverage())
        });
        meeting.find_map(|claim| Some((claim, self.stands_behind(claim).filter(|other| *other != award.id())?)))
    }

    fn stands_behind(&self, claim: &Claim) -> Option<&'a str> {
        self.by_award
            .iter()
            .filter(|(_, found)| found.id == claim.id)
            .map(|(award, _)| *award)
            .min()
    }
}

/// Whose award a claim stands behind, if any; `None` in it: nobody known.
pub fn whose(claim: &Claim) -> Whose {
    let recipient = match claim.application.recipient {
        Recipient::Municipality(municipality) => Some(municipality),
        Recipient::Unresolved(_) => None,
    };
    (recipient, claim.application.year)
}

/// How an award may show that a claim is its own.
#[derive(Clone, Copy)]
enum Way {
    /// The claim names its key.
    Key,
    /// The claim names what people call it.
    Record,
    /// The claim names no award that is known, and asks for the same slot and amount.
    Slot,
}

struct Matching<'a> {
    facts: Inputs<'a>,
    claims: Claims<'a>,
    /// Everything that an award is called.
    names: HashSet<String>,
    by_award: HashMap<&'a str, &'a Claim>,
    taken: HashSet<&'a str>,
}

impl<'a> Matching<'a> {
    fn match_all(&mut self, whose: Whose) {
        let (view, reference) = (self.facts.view, self.facts.reference);
        let stands = |award: &Award<'_>| is_awarded(*award, reference) && view.successor(*award).is_none();
        let awards: Vec<Award<'a>> = looked_at(self.facts, whose).filter(stands).collect();
        let called = awards.iter().flat_map(|award| called(self.facts, *award));
        self.names = called.flat_map(|award| [key(award), record(award)]).collect();
        // The more exact first; within each, in the order of the awards' ids.
        for way in [Way::Key, Way::Record, Way::Slot] {
            self.go_through(&awards, way);
        }
    }

    fn go_through(&mut self, awards: &[Award<'a>], way: Way) {
        for award in awards {
            if self.by_award.contains_key(award.id()) {
                continue;
            }
            if let Some(claim) = self.first(*award, way) {
                self.taken.insert(claim.id.as_str());
                self.by_award.insert(award.id(), claim);
            }
        }
    }

    fn first(&self, award: Award<'_>, way: Way) -> Option<&'a Claim> {
        let free = self
            .claims
            .iter()
            .copied()
            .filter(|claim| !self.taken.contains(claim.id.as_str()));
        free.filter(|claim| is_under(award, claim, self.facts.reference))
            .find(|claim| self.belongs(award, claim, way))
    }

    fn belongs(&self, award: Award<'_>, claim: &Claim, way: Way) -> bool {
        match way {
            Way::Key => names(claim).any(|name| called(self.facts, award).any(|award| name == key(award))),
            Way::Record => names(claim).any(|name| called(self.facts, award).any(|award| name == record(award))),
            Way::Slot => {
                let names_an_award = names(claim).any(|name| self.names.contains(&name));
                let is_same_amount = award.granted().stated() == Some(claim.amount());
                !names_an_award
                    && is_same_amount
                    && whole(award).is_some_and(|application| application.overlaps(&claim.application))
            }
        }
    }
}

/// Whether an award under the claim is, or may be, binding.
fn stands_behind_an_award(claim: &Claim) -> bool {
    match claim.state {
        ClaimState::Confirmed | ClaimState::Paid | ClaimState::Quarantined => true,
        ClaimState::Cleared => claim.binding == Binding::AwardOnClear,
        ClaimState::Requested
        | ClaimState::Held
        | ClaimState::Denied
        | ClaimState::Reversed
        | ClaimState::Released
        | ClaimState::Expired => false,
    }
}

/// Whether the claim is for the award's scheme, as far as that is known of both.
fn is_under(award: Award<'_>, claim: &Claim, reference: &Reference) -> bool {
    match (&claim.application.subject, award.scheme()) {
        (Subject::Scheme(asked), Some(scheme)) => asked == scheme,
        (subject, scheme) => {
            let is_its = |id: &programgrant_schema::SchemeId| scheme.is_none_or(|scheme| scheme == id);
            subject
                .may_mean(reference)
                .into_iter()
                .any(|meant| is_its(&meant.id) && meant.ever_on(award.post()))
        }
    }
}

/// What the claim calls the award.
fn names(claim: &Claim) -> impl Iterator<Item = String> {
    let stated = claim
        .award_reference
        .as_deref()
        .into_iter()
        .chain([claim.application.case_reference.as_str()]);
    stated.map(plain).filter(|name| !name.is_empty())
}

/// The award under its present id, under those before, and under those of other sources.
fn called<'a>(facts: Inputs<'a>, award: Award<'a>) -> impl Iterator<Item = Award<'a>> {
    award.statements().chain(facts.view.predecessors(award))
}

/// The award's key within its system.
fn key(award: Award<'_>) -> String {
    plain(award.id().split_once(':').map_or(award.id(), |(_, key)| key))
}

fn record(award: Award<'_>) -> String {
    plain(award.reference())
}

/// Letters and digits alone, so that a blank, a dash, lower case or another Unicode form makes no other reference of it.
fn plain(reference: &str) -> String {
    text::word(reference).unwrap_or_default()
}
