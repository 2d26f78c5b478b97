//! The consolidated grant of one municipality and year: exact, with its sources, its age and what is missing.

use jiff::Timestamp;
use programgrant_schema::{Figure, GrantScheme, MunicipalityId, Ore, Programme, SchemeId, SourceId};

use super::{Inputs, before};
use crate::view::{Award, CellSums, View};

/// `Incomplete` outranks `Stale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Completeness {
    /// All sources heard within their limit.
    Complete,
    /// Whole, but some source is older than its limit, or in doubt.
    Stale,
    /// Some share is not known.
    Incomplete,
}

/// The pot of one municipality and year, or of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pot {
    /// The sum of the shares; `None` while one is not delivered: a part is never shown as the whole.
    pub total: Option<Ore>,
    /// The sum of the shares that are known.
    pub known: Ore,
    pub completeness: Completeness,
    /// Schemes with a share that is not known, in the programme's order.
    pub missing: Vec<SchemeId>,
    /// Awarded on the pot's own post, as the payer reports it.
    pub awarded: Figure,
    pub paid: Figure,
    /// When the least recently heard source was last heard; `None` while one was never heard.
    pub as_of: Option<Timestamp>,
}

impl Pot {
    /// total − awarded; `None` while either is unknown.
    pub fn difference(&self) -> Option<Ore> {
        self.total?.checked_sub(self.awarded.stated()?)
    }
}

/// What one scheme contributes.
#[derive(Debug, Clone)]
pub struct Share<'a> {
    pub scheme: &'a GrantScheme,
    pub amount: Figure,
    view: &'a View,
    municipality: MunicipalityId,
    year: i16,
}

impl<'a> Share<'a> {
    /// The records that state it.
    pub fn stated_by(&self) -> impl Iterator<Item = Award<'a>> + use<'a> {
        self.view.shares(self.municipality, &self.scheme.id, self.year)
    }
}

/// The programme grant of one municipality and year.
#[derive(Clone, Copy)]
pub struct Grant<'a> {
    facts: Inputs<'a>,
    programme: &'a Programme,
    municipality: MunicipalityId,
    year: i16,
}

impl<'a> Grant<'a> {
    /// `None` where the municipality takes no part, or the year is none of the programme's budget years.
    pub fn find(facts: Inputs<'a>, programme: &'a Programme, municipality: MunicipalityId, year: i16) -> Option<Self> {
        let takes_part = |participation| programme.budget_years_of(participation).contains(&year);
        programme
            .participation(municipality)
            .is_some_and(takes_part)
            .then_some(Self {
                facts,
                programme,
                municipality,
                year,
            })
    }

    /// One for each scheme of the programme, in its order, always.
    pub fn shares(&self) -> Vec<Share<'a>> {
        self.schemes().map(|scheme| self.share(scheme)).collect()
    }

    /// One scheme's; `None` where the programme does not have it.
    pub fn share_of(&self, scheme: &SchemeId) -> Option<Share<'a>> {
        self.schemes().find(|own| own.id == *scheme).map(|own| self.share(own))
    }

    fn schemes(&self) -> impl Iterator<Item = &'a GrantScheme> + use<'a> {
        let programmes = &self.facts.reference.programmes;
        self.programme
            .schemes
            .iter()
            .filter_map(|part| programmes.scheme(&part.scheme))
    }

    fn share(&self, scheme: &'a GrantScheme) -> Share<'a> {
        let view = self.facts.view;
        let in_sum = view.shares_in_sum(self.municipality, &scheme.id, self.year);
        // What another source of the scheme has not said yet may come on top.
        let states = |id: &SourceId| view.states_share(*id, self.municipality, &scheme.id, self.year);
        let others: Vec<SourceId> = scheme.sources.iter().copied().filter(|id| !states(id)).collect();
        let amount = if view.is_clouded(self.municipality, scheme, self.year) {
            Figure::NotDelivered
        } else if in_sum.count > 0 && self.were_heard_whole(&others) {
            in_sum.granted
        } else if in_sum.count == 0 && self.is_settled(scheme) {
            Figure::NotApplicable
        } else {
            Figure::NotDelivered
        };
        Share {
            scheme,
            amount,
            view,
            municipality: self.municipality,
            year: self.year,
        }
    }

    /// Whether what the scheme has not stated for this year is not there, rather than not known. Every source of the scheme is needed.
    fn is_settled(&self, scheme: &GrantScheme) -> bool {
        let view = self.facts.view;
        self.were_heard_whole(&scheme.sources)
            && !view.is_in_doubt(scheme, self.year)
            && view.has_delivered_shares(&scheme.id, self.year)
    }

    /// Whether all of them were asked for this year and heard to the end.
    fn were_heard_whole(&self, sources: &[SourceId]) -> bool {
        let (view, freshness) = (self.facts.view, self.facts.freshness);
        let was_heard = |id: &SourceId| freshness.is_asked(*id, self.year) && view.source(*id).is_whole();
        sources.iter().all(was_heard)
    }

    /// Whether what the scheme has stated may hold no longer.
    fn is_stale(&self, scheme: &GrantScheme) -> bool {
        let Inputs {
            view, freshness, now, ..
        } = self.facts;
        let is_old = |id: &SourceId| {
            let source = view.source(*id);
            !freshness.is_asked(*id, self.year) || source.is_stale(now, freshness.limit(*id)) || source.has_gap()
        };
        scheme.sources.iter().any(is_old) || view.is_in_doubt(scheme, self.year)
    }

    pub fn pot(&self) -> Pot {
        self.pot_of(&self.shares())
    }

    /// The same from shares that are known already, all of them.
    pub fn pot_of(&self, shares: &[Share<'a>]) -> Pot {
        let missing: Vec<SchemeId> = shares
            .iter()
            .filter(|share| share.amount == Figure::NotDelivered)
            .map(|share| share.scheme.id.clone())
            .collect();
        let completeness = if !missing.is_empty() {
            Completeness::Incomplete
        } else if self.schemes().any(|scheme| self.is_stale(scheme)) {
            Completeness::Stale
        } else {
            Completeness::Complete
        };
        Pot {
            total: missing.is_empty().then(|| sum(shares)).flatten(),
            known: sum(shares).unwrap_or(Ore::ZERO),
            completeness,
            missing,
            awarded: self.awarded(),
            paid: self.paid(),
            as_of: self.as_of(),
        }
    }

    fn as_of(&self) -> Option<Timestamp> {
        let heard: Option<Vec<Timestamp>> = self
            .schemes()
            .flat_map(|scheme| &scheme.sources)
            .map(|source| self.facts.view.source(*source).heard_at())
            .collect();
        heard?.into_iter().min()
    }

    /// The payer's awards on the pot's own post that promise money.
    pub fn awards(&self) -> impl Iterator<Item = Award<'a>> + use<'a> {
        let (view, municipality, year) = (self.facts.view, self.municipality, self.year);
        let post = self.programme.pot.into_iter();
        post.flat_map(move |post| view.awards_on_post(post, municipality, year))
            .filter(|award| award.status().is_granted())
    }

    fn awarded(&self) -> Figure {
        self.on_post(|sums| sums.granted)
    }

    fn paid(&self) -> Figure {
        self.on_post(|sums| sums.paid)
    }

    fn on_post(&self, figure: impl Fn(CellSums) -> Figure) -> Figure {
        let view = self.facts.view;
        let Some(post) = self.programme.pot else {
            return Figure::NotDelivered;
        };
        let payers = self.payers();
        let is_clouded = |municipality| {
            let mut payers = payers.iter();
            payers.any(|payer| view.is_post_clouded(*payer, post, municipality, self.year))
        };
        if payers.is_empty() || is_clouded(Some(self.municipality)) {
            return Figure::NotDelivered;
        }
        let awards = view.sums_on_post(post, self.municipality, self.year);
        if awards.count > 0 {
            return figure(awards);
        }
        if self.were_heard_whole(payers) && !is_clouded(None) && view.has_delivered_on_post(post, self.year) {
            Figure::NotApplicable
        } else {
            Figure::NotDelivered
        }
    }

    /// The systems of the directorate that pays the pot.
    fn payers(&self) -> &'a [SourceId] {
        let mut schemes = self.facts.reference.programmes.schemes().iter();
        schemes
            .find(|scheme| Some(scheme.directorate) == self.programme.payer)
            .map_or(&[], |scheme| &scheme.sources)
    }

    /// What the programme's schemes granted in the last budget year before it; it informs only.
    pub fn before(&self) -> Figure {
        before::before(self.facts, self.programme, self.municipality)
    }
}

/// The sum of what is stated; `None` only beyond the range of an amount.
fn sum(shares: &[Share<'_>]) -> Option<Ore> {
    Ore::checked_sum(shares.iter().filter_map(|share| share.amount.stated()))
}
