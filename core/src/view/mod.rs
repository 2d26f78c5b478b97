//! The view: an immutable, indexed picture of the register, one generation at a time. Readers take the current one without a
//! lock and keep it as long as they like; a new batch makes a new picture and touches no old one.

mod accounts;
mod assemble;
mod award;
mod build;
mod candidates;
mod cells;
mod changes;
mod clouds;
mod counterpart;
mod counts;
mod first;
mod horizon;
mod index;
mod interner;
mod links;
mod paid;
mod regroup;
mod restated;
mod row;
mod rows;
mod same_award;
mod sorted;
mod source;
mod stamps;
mod stored;
mod sums;
mod tally;
mod tellers;
mod uncertainty;
mod versions;
mod weight;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::sync::Arc;

use cells::{Cell, is_stated_by};
use index::Index;
use programgrant_schema::{
    AwardStatus, BudgetPost, Figure, GrantScheme, MunicipalGrants, MunicipalityId, SchemeId, SourceId,
};
use rows::Place;

use crate::reference::Reference;

pub use award::{Award, HeldAward, OwnedAward, Provenance};
pub use build::{Builder, Material, News, Part, PartMaker};
pub use cells::CellSums;
pub use changes::Whose;
pub use same_award::Disputed;
pub use source::{SetAsideView, SourceState, SourceView};
pub use stored::{SourceStatus, StoredRecord, StoredSetAside};
pub use uncertainty::Uncertainty;
pub use versions::{AwardVersion, Statement, versions};

/// One picture of everything that was heard.
#[derive(Debug, Clone)]
pub struct View {
    pub generation: u64,
    /// Tells this picture apart from every other one of this process, also from others of its generation.
    pub edition: u64,
    /// What recipients and schemes were told by: the picture and its reference data are one.
    pub reference: Arc<Reference>,
    /// Shared between pictures of one generation, which differ only in when the sources were heard.
    index: Arc<Index>,
    /// In the order in which they are shown.
    sources: Vec<SourceView>,
}

impl View {
    /// Every award, in the order of their ids; one that several sources report, once.
    pub fn awards(&self) -> impl Iterator<Item = Award<'_>> {
        self.index.by_id.iter().filter_map(|place| self.index.own(place))
    }

    /// The award of that id, also of the one that another source reports it by.
    pub fn award(&self, id: &str) -> Option<Award<'_>> {
        self.index.award(self.shown(self.index.find(id)?))
    }

    /// The award held apart from the borrow of this picture.
    pub fn hold(&self, award: Award<'_>) -> Option<HeldAward> {
        let place = self.place_of(award)?;
        Some(HeldAward::new(Arc::clone(&self.index), place))
    }

    /// Where the award lies here, whichever picture it is taken from.
    fn place_of(&self, award: Award<'_>) -> Option<Place> {
        let here = self.index.rows.get(award.place());
        if here.is_some_and(|row| std::ptr::eq(row, award.row())) {
            return Some(award.place());
        }
        self.index.find(award.id())
    }

    /// Where the award is shown that lies at that place.
    fn shown(&self, place: Place) -> Place {
        let award = self.index.award(place);
        award.and_then(Award::beside).unwrap_or(place)
    }

    /// A municipality's awards, by year and then id.
    pub fn awards_of(&self, municipality: MunicipalityId) -> impl Iterator<Item = Award<'_>> {
        self.index.of_recipient(Some(municipality))
    }

    /// A municipality's awards of one year, by id.
    pub fn awards_of_year(&self, municipality: MunicipalityId, year: i16) -> impl Iterator<Item = Award<'_>> {
        self.index.of_year(Some(municipality), year)
    }

    /// What says that a report is due in these years, by day, of awards that its source lists and that give cause for one. An award that
    /// several sources report is as each of them states it: [`Self::award`] finds what it is shown as.
    pub fn reports_due(&self, years: RangeInclusive<i16>) -> impl Iterator<Item = Award<'_>> {
        let stated = self.index.reports_in(years).filter_map(|place| self.index.award(place));
        stated.filter(|award| {
            let is_given = award.status().is_granted() || award.status() == AwardStatus::InProgramme;
            is_given && award.vanished_at().is_none()
        })
    }

    /// Awards that may be the municipality's and are not known to be: one of the numbers that they were reported under means it,
    /// or has meant it, or it is a part of what the recipient was split into.
    pub fn awards_possibly_of(&self, municipality: MunicipalityId) -> impl Iterator<Item = Award<'_>> {
        self.index.possibly_of(municipality)
    }

    /// The shares of the pot that one scheme states for a municipality and year.
    pub fn shares<'v>(
        &'v self,
        municipality: MunicipalityId,
        scheme: &SchemeId,
        year: i16,
    ) -> impl Iterator<Item = Award<'v>> + use<'v> {
        let posts: Vec<BudgetPost> = self
            .share_cells(municipality, scheme, year)
            .map(|(post, _)| post)
            .collect();
        let scheme_at = self.scheme_at(scheme);
        let places = posts
            .into_iter()
            .flat_map(move |post| self.index.on_post((Some(municipality), year, post), true));
        let awards = places.filter_map(|place| self.index.own(place));
        let is_of_scheme =
            move |award: &Award<'_>| award.row().is_share() && award.row().heading.scheme_at == scheme_at;
        by_id(awards.filter(|award| award.row().is_living()).filter(is_of_scheme))
    }

    /// What these shares come to, without looking at any of them.
    pub fn shares_in_sum(&self, municipality: MunicipalityId, scheme: &SchemeId, year: i16) -> CellSums {
        let cells: Vec<&Cell> = self
            .share_cells(municipality, scheme, year)
            .map(|(_, cell)| cell)
            .collect();
        CellSums::of(cells.iter().copied(), true)
    }

    /// Whether that source states any of these shares.
    pub fn states_share(&self, source: SourceId, municipality: MunicipalityId, scheme: &SchemeId, year: i16) -> bool {
        let cells = self.share_cells(municipality, scheme, year);
        is_stated_by(cells.map(|(_, cell)| cell), source)
    }

    fn share_cells(
        &self,
        municipality: MunicipalityId,
        scheme: &SchemeId,
        year: i16,
    ) -> impl Iterator<Item = (BudgetPost, &Cell)> {
        let scheme_at = self.scheme_at(scheme);
        let cells = self.index.sums.cells.of(municipality, year, true);
        cells
            .filter(move |(key, _)| scheme_at.is_some() && key.scheme_at == scheme_at)
            .map(|(key, cell)| (key.post, cell))
    }

    /// The place of a scheme among those of the reference data.
    fn scheme_at(&self, scheme: &SchemeId) -> Option<u16> {
        let mut schemes = self.reference.programmes.schemes().iter();
        let at = schemes.position(|known| known.id == *scheme);
        at.and_then(|at| u16::try_from(at).ok())
    }

    /// Whether the scheme has delivered any share for that year.
    pub fn has_delivered_shares(&self, scheme: &SchemeId, year: i16) -> bool {
        let scheme_at = self.scheme_at(scheme);
        scheme_at.is_some_and(|scheme_at| self.index.sums.has_delivered(scheme_at, year))
    }

    /// What is reported for a municipality and year on one post of the budget, shares of the pot left out.
    pub fn awards_on_post(
        &self,
        post: BudgetPost,
        municipality: MunicipalityId,
        year: i16,
    ) -> impl Iterator<Item = Award<'_>> {
        let places = self.index.all_on_post((Some(municipality), year, post));
        let awards = places.filter_map(|place| self.index.own(place));
        by_id(awards.filter(|award| award.row().is_living() && !award.row().is_share()))
    }

    /// What these awards come to, without looking at any of them.
    pub fn sums_on_post(&self, post: BudgetPost, municipality: MunicipalityId, year: i16) -> CellSums {
        let cells: Vec<&Cell> = self
            .index
            .sums
            .cells
            .of(municipality, year, false)
            .filter(|(key, _)| key.post == post)
            .map(|(_, cell)| cell)
            .collect();
        CellSums::of(cells.iter().copied(), false)
    }

    /// The living awards of a municipality and year by post and scheme, and what each of these comes to; shares of the pot left out.
    pub fn sums_of_year(
        &self,
        municipality: MunicipalityId,
        year: i16,
    ) -> impl Iterator<Item = (BudgetPost, Option<&SchemeId>, CellSums)> {
        let cells = self.index.sums.cells.of(municipality, year, false);
        cells.map(|(key, cell)| {
            let scheme = key
                .scheme_at
                .and_then(|at| self.reference.programmes.schemes().get(usize::from(at)));
            let sums = CellSums::of(std::iter::once(cell), false);
            (key.post, scheme.map(|scheme| &scheme.id), sums)
        })
    }

    pub fn has_delivered_on_post(&self, post: BudgetPost, year: i16) -> bool {
        self.index.sums.has_delivered_on_post(post, year)
    }

    /// The award that its source lists in the place of this one, which it no longer lists: the same, stated anew.
    pub fn successor(&self, award: Award<'_>) -> Option<Award<'_>> {
        let place = self.shown(self.place_of(award)?);
        let heir = self.index.award(place)?.row().links.as_ref()?.heir?;
        self.index.award(self.shown(heir))
    }

    /// The awards that its source no longer lists and in whose place it lists this one, or another source the same one.
    pub fn predecessors(&self, award: Award<'_>) -> impl Iterator<Item = Award<'_>> {
        let shown = self
            .place_of(award)
            .and_then(|place| self.index.award(self.shown(place)));
        let statements = shown.into_iter().flat_map(Award::statements);
        let links = statements.filter_map(|statement| statement.row().links.as_ref());
        let places = links.flat_map(|links| links.before.iter().copied());
        places.filter_map(|place| self.index.award(place))
    }

    /// Whether a record of exactly this municipality, scheme and year cannot be read.
    pub fn is_clouded(&self, municipality: MunicipalityId, scheme: &GrantScheme, year: i16) -> bool {
        let mut over = self.index.sums.clouds.over(Some(municipality));
        over.any(|uncertainty| uncertainty.may_be_of(scheme, year))
    }

    /// Whether a record of an unknown municipality cannot be read that may be of this scheme and year.
    pub fn is_in_doubt(&self, scheme: &GrantScheme, year: i16) -> bool {
        let mut over = self.index.sums.clouds.over(None);
        over.any(|uncertainty| uncertainty.may_be_of(scheme, year))
    }

    /// The same two questions for awards alone, which no share of a pot hides: the source whose record cannot be read.
    pub fn hides_award(
        &self,
        municipality: Option<MunicipalityId>,
        scheme: &GrantScheme,
        year: i16,
    ) -> Option<SourceId> {
        let may_be = |uncertainty: &Uncertainty| uncertainty.may_be_of(scheme, year) || uncertainty.names(scheme, year);
        let mut over = self.index.sums.clouds.over(municipality);
        let found = over.find(|uncertainty| may_be(uncertainty) && !uncertainty.is_share);
        found.map(|uncertainty| uncertainty.source)
    }

    /// The same two questions for one source and post: `Some` asks for that municipality, `None` for an unknown one.
    pub fn is_post_clouded(
        &self,
        source: SourceId,
        post: BudgetPost,
        municipality: Option<MunicipalityId>,
        year: i16,
    ) -> bool {
        let mut over = self.index.sums.clouds.over(municipality);
        over.any(|uncertainty| uncertainty.may_touch_post(source, post, year))
    }

    /// The source of that id. One that nobody here names (another gateway's configuration may) was never heard.
    pub fn source(&self, id: SourceId) -> Cow<'_, SourceView> {
        let named = self.sources().find(|source| source.id == id);
        named.map_or_else(|| Cow::Owned(SourceView::unheard(id)), Cow::Borrowed)
    }

    pub fn sources(&self) -> impl Iterator<Item = &SourceView> {
        self.sources.iter()
    }

    /// Whether a line of the state accounts cannot be read that may be about that post and year.
    fn are_accounts_clouded(&self, post: BudgetPost, year: i16) -> bool {
        let mut tellers = self.sources().filter(|source| !source.profile.manages_grants);
        tellers.any(|source| self.is_post_clouded(source.id, post, None, year))
    }

    /// What the state accounts say was paid on a post in a year.
    pub fn accounts(&self, post: BudgetPost, year: i16) -> Figure {
        let clouded = self.are_accounts_clouded(post, year);
        match self.index.accounts.years.get(&year) {
            Some(posts) if !clouded => posts.get(&post).copied().unwrap_or(Figure::NotApplicable),
            _ => Figure::NotDelivered,
        }
    }

    /// Bevilgning: the vote and all revisions of a post and year; what was carried over is no part of it.
    pub fn appropriation(&self, post: BudgetPost, year: i16) -> Figure {
        let clouded = self.are_accounts_clouded(post, year);
        match self.index.accounts.appropriations.get(&(year, post)) {
            _ if clouded || !self.index.accounts.has_appropriations => Figure::NotDelivered,
            figure => figure.copied().unwrap_or(Figure::NotApplicable),
        }
    }

    /// What the state accounts say reached municipalities that year, on every post where there is any; `None` where they do not tell.
    pub fn municipal_grants(&self, year: i16) -> Option<&BTreeMap<BudgetPost, MunicipalGrants>> {
        self.index.accounts.municipal.get(&year)
    }

    /// What is reported as paid on a post in a year, whoever reports it; not applicable where nobody does.
    pub fn reported(&self, post: BudgetPost, year: i16) -> Figure {
        self.index.sums.paid.on(post, year)
    }

    /// The posts on which anything is reported as paid that year.
    pub fn reported_posts(&self, year: i16) -> impl Iterator<Item = BudgetPost> {
        self.index.sums.paid.posts(year)
    }

    /// Who reports it.
    pub fn sources_reporting(&self, post: BudgetPost, year: i16) -> impl Iterator<Item = SourceId> {
        self.index.sums.paid.sources(post, year)
    }

    /// Whether a record stands aside that may be an award of that post and year: of one of those sources, or said to be of the post.
    pub fn hides_payments(&self, post: BudgetPost, year: i16, sources: &BTreeSet<SourceId>) -> bool {
        self.index.sums.clouds.aside().any(|uncertainty| {
            let is_theirs = sources.contains(&uncertainty.source) || uncertainty.post == Some(post);
            uncertainty.is_of_grants && is_theirs && uncertainty.may_touch_post(uncertainty.source, post, year)
        })
    }
}

#[cfg(test)]
mod tests;

/// In the order of their ids.
fn by_id<'v>(awards: impl Iterator<Item = Award<'v>>) -> impl Iterator<Item = Award<'v>> {
    let mut awards: Vec<Award<'v>> = awards.collect();
    awards.sort_by_key(|award| award.id());
    awards.into_iter()
}
