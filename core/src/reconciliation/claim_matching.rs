//! Which claim stands behind which award. One claim stands behind one award at most: the second under one claim has none. An award
//! that its source states anew under another id hands its claim on.

use std::collections::{HashMap, HashSet};

use programgrant_schema::MunicipalityId;

use super::looked_at;
use super::rule_check::{is_awarded, whole};
use crate::evidence::reported;
use crate::ledger::rules::{Recipient, Subject};
use crate::ledger::{Binding, Claim, ClaimState};
use crate::programme::Inputs;
use crate::reference::Reference;
use crate::text;
use crate::view::Award;

/// Awards with the claims behind them.
pub struct Cover<'a> {
    by_award: HashMap<&'a str, &'a Claim>,
    claims: Claims<'a>,
    reference: &'a Reference,
}

/// Claims whose award is or may be binding, by recipient and year; `None`: nobody known.
type Claims<'a> = HashMap<(Option<MunicipalityId>, i16), Vec<&'a Claim>>;

impl<'a> Cover<'a> {
    pub fn of(facts: Inputs<'a>, claims: &'a [Claim]) -> Self {
        let stands = |award: &Award<'_>| is_awarded(*award, facts.reference) && facts.view.successor(*award).is_none();
        let awards: Vec<Award<'_>> = looked_at(facts).filter(stands).collect();
        let mut matching = Matching::new(facts, &awards, claims);
        // The more exact first; within each, in the order of the awards' ids.
        for way in [Way::Key, Way::Record, Way::Slot] {
            matching.go_through(&awards, way);
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
        let reported = reported(award, true, self.reference);
        let claims = self
            .claims
            .get(&(Some(award.recipient()?), award.year()))?
            .iter()
            .copied();
        let mut meeting = claims.filter(|claim| {
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
    /// Everything that an award of that recipient and year is called.
    names: HashSet<(Option<MunicipalityId>, i16, String)>,
    by_award: HashMap<&'a str, &'a Claim>,
    taken: HashSet<&'a str>,
}

impl<'a> Matching<'a> {
    fn new(facts: Inputs<'a>, awards: &[Award<'a>], claims: &'a [Claim]) -> Self {
        let mut of_recipient: HashMap<_, Vec<&Claim>> = HashMap::new();
        for claim in claims.iter().filter(|claim| stands_behind_an_award(claim)) {
            let recipient = match claim.application.recipient {
                Recipient::Municipality(municipality) => Some(municipality),
                Recipient::Unresolved(_) => None,
            };
            of_recipient
                .entry((recipient, claim.application.year))
                .or_default()
                .push(claim);
        }
        for claims in of_recipient.values_mut() {
            claims.sort_by(|a, b| a.id.cmp(&b.id));
        }
        let names_of = |award: &Award<'a>| {
            let whose = (award.recipient(), award.year());
            called(facts, *award)
                .flat_map(|award| [key(award), record(award)])
                .map(move |name| (whose.0, whose.1, name))
        };
        Self {
            facts,
            claims: of_recipient,
            names: awards.iter().flat_map(names_of).collect(),
            by_award: HashMap::new(),
            taken: HashSet::new(),
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
        let claims = self.claims.get(&(award.recipient(), award.year()))?;
        let free = claims
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
                let names_an_award =
                    names(claim).any(|name| self.names.contains(&(award.recipient(), award.year(), name)));
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
