//! A programme's year: the pots of all municipalities, added up, against what the state accounts say was paid.

use programgrant_schema::{Figure, Ore, Programme, SchemeId};

use super::{Completeness, Grant, Inputs, Pot};

/// One budget year of a programme.
#[derive(Clone)]
pub struct ProgrammeYear<'a> {
    facts: Inputs<'a>,
    programme: &'a Programme,
    year: i16,
}

impl<'a> ProgrammeYear<'a> {
    /// `None` for a year that is none of the programme's budget years.
    pub fn find(facts: Inputs<'a>, programme: &'a Programme, year: i16) -> Option<Self> {
        programme
            .has_budget_year(year)
            .then_some(Self { facts, programme, year })
    }

    /// The grant of each participant, in the programme's order.
    pub fn grants(&self) -> Vec<Grant<'a>> {
        self.programme
            .participants()
            .filter_map(|municipality| Grant::find(self.facts, self.programme, municipality, self.year))
            .collect()
    }

    /// All pots as one: whole only if every one of them is.
    pub fn pot(&self) -> Pot {
        let pots: Vec<Pot> = self.grants().iter().map(Grant::pot).collect();
        let totals: Option<Vec<Ore>> = pots.iter().map(|pot| pot.total).collect();
        let is_missing = |scheme: &&SchemeId| pots.iter().any(|pot| pot.missing.contains(scheme));
        let heard: Option<Vec<_>> = pots.iter().map(|pot| pot.as_of).collect();
        Pot {
            total: totals.and_then(Ore::checked_sum),
            known: Ore::checked_sum(pots.iter().map(|pot| pot.known)).unwrap_or(Ore::ZERO),
            completeness: pots
                .iter()
                .map(|pot| pot.completeness)
                .max()
                .unwrap_or(Completeness::Complete),
            missing: self
                .programme
                .schemes
                .iter()
                .map(|part| &part.scheme)
                .filter(is_missing)
                .cloned()
                .collect(),
            awarded: Figure::sum(pots.iter().map(|pot| pot.awarded)),
            paid: Figure::sum(pots.iter().map(|pot| pot.paid)),
            as_of: heard.and_then(|heard| heard.into_iter().min()),
        }
    }

    /// Voted and revised on the pot's post.
    pub fn appropriation(&self) -> Figure {
        let post = self.programme.pot;
        post.map_or(Figure::NotDelivered, |post| {
            self.facts.view.appropriation(post, self.year)
        })
    }

    /// Paid on the pot's post, as the state accounts say.
    pub fn accounts(&self) -> Figure {
        let post = self.programme.pot;
        post.map_or(Figure::NotDelivered, |post| self.facts.view.accounts(post, self.year))
    }

    /// pot total − state accounts; `None` if either is unknown.
    pub fn difference(&self, pot: &Pot) -> Option<Ore> {
        pot.total?.checked_sub(self.accounts().stated()?)
    }
}
