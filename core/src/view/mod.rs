//! The view: an immutable, indexed picture of the register, one generation at a time. Readers take the current one without a
//! lock and keep it as long as they like; a new batch makes a new picture and touches no old one.

mod assemble;
mod build;
mod candidates;
mod horizon;
mod paid;
mod restated;
mod same_award;
mod source;
mod stamps;
mod stored;
mod uncertainty;
mod versions;
mod weight;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use paid::Paid;
use programgrant_schema::{
    AwardStatus, BudgetPost, Disbursement, Figure, GrantScheme, MunicipalGrants, MunicipalityId, OrganisationNumber,
    RecordId, ReportedRecipient, SchemeId, SourceId, TargetGroup,
};
use restated::Restated;

use crate::reference::Reference;

pub use build::Material;
pub use same_award::Disputed;
pub use source::{SetAsideView, SourceState, SourceView};
pub use stored::{SourceStatus, StoredRecord, StoredSetAside};
pub use uncertainty::Uncertainty;
pub use versions::{AwardVersion, Statement, versions};

/// Tildeling: what a source says of one application or award, with its recipient resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct Award {
    /// `udir:` and the award's key within its system.
    pub id: String,
    pub source: SourceId,
    /// `None` where post, year and activity do not tell the scheme.
    pub scheme: Option<SchemeId>,
    pub post: BudgetPost,
    pub activity: Option<String>,
    /// `None` where the recipient cannot be told.
    pub recipient: Option<MunicipalityId>,
    pub reported: ReportedRecipient,
    pub year: i16,
    pub status: AwardStatus,
    pub applied: Figure,
    pub granted: Figure,
    pub paid: Figure,
    pub decided_on: Option<Date>,
    pub use_from: Option<Date>,
    pub use_until: Option<Date>,
    pub target_group: Option<TargetGroup>,
    pub payer: Option<OrganisationNumber>,
    pub disbursements: Vec<Disbursement>,
    /// The generation since which its source has listed it without a break.
    pub listed_in: u64,
    /// Since when its source no longer lists it. It stays visible and counts in no sum.
    pub vanished_at: Option<Timestamp>,
    /// The generation in which it vanished, where it has.
    pub left_in: u64,
    /// What it is put together from.
    pub records: Vec<RecordId>,
    pub provenance: Provenance,
    /// The same award as other sources report it, in the order in which they are believed.
    pub others: Vec<Award>,
    /// What they state otherwise.
    pub disputed: Disputed,
}

/// Where a figure comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    pub source: SourceId,
    pub record: String,
    pub changed_at: Option<Timestamp>,
    pub received_at: Timestamp,
}

/// One picture of everything that was heard.
#[derive(Debug, Clone)]
pub struct View {
    pub generation: u64,
    /// What recipients and schemes were told by: the picture and its reference data are one.
    pub reference: Arc<Reference>,
    /// Shared between pictures of one generation, which differ only in when the sources were heard.
    index: Arc<Index>,
    /// In the order in which they are shown.
    sources: Vec<SourceView>,
}

#[derive(Debug, Default)]
struct Index {
    /// In the order of their ids.
    awards: Vec<Award>,
    by_id: HashMap<String, usize>,
    by_municipality: HashMap<MunicipalityId, Vec<usize>>,
    /// Awards that may be a municipality's and are not known to be.
    by_possible: HashMap<MunicipalityId, Vec<usize>>,
    /// Shares of the pot by municipality, scheme and year.
    shares: HashMap<(MunicipalityId, SchemeId, i16), Vec<usize>>,
    /// Schemes and years in which any share came.
    delivered: HashSet<(SchemeId, i16)>,
    /// Awards by post, municipality and year, and the posts and years on which there is any.
    on_post: HashMap<(BudgetPost, MunicipalityId, i16), Vec<usize>>,
    posts_delivered: HashSet<(BudgetPost, i16)>,
    /// First those of the records that stand aside.
    uncertainties: Vec<Uncertainty>,
    aside: usize,
    paid: Paid,
    restated: Restated,
    accounts: StateAccounts,
}

/// What the state accounts say: figures by year and post.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StateAccounts {
    /// Years whose file has come and is whole enough to speak for every post but those named.
    years: BTreeMap<i16, HashMap<BudgetPost, Figure>>,
    /// What reached municipalities, of the years whose file tells that.
    municipal: BTreeMap<i16, BTreeMap<BudgetPost, MunicipalGrants>>,
    appropriations: HashMap<(i16, BudgetPost), Figure>,
    has_appropriations: bool,
}

impl View {
    /// Every award, in the order of their ids; one that several sources report, once.
    pub fn awards(&self) -> impl Iterator<Item = &Award> {
        self.index.awards.iter()
    }

    /// The award of that id, also of the one that another source reports it by.
    pub fn award(&self, id: &str) -> Option<&Award> {
        self.index.by_id.get(id).map(|index| &self.index.awards[*index])
    }

    /// A municipality's awards, by year and then id.
    pub fn awards_of(&self, municipality: MunicipalityId) -> impl Iterator<Item = &Award> {
        self.pick(self.index.by_municipality.get(&municipality))
    }

    /// Awards that may be the municipality's and are not known to be: one of the numbers that they were reported under means it,
    /// or has meant it, or it is a part of what the recipient was split into.
    pub fn awards_possibly_of(&self, municipality: MunicipalityId) -> impl Iterator<Item = &Award> {
        self.pick(self.index.by_possible.get(&municipality))
    }

    /// The shares of the pot that one scheme states for a municipality and year.
    pub fn shares(&self, municipality: MunicipalityId, scheme: &SchemeId, year: i16) -> impl Iterator<Item = &Award> {
        self.pick(self.index.shares.get(&(municipality, scheme.clone(), year)))
    }

    /// Whether the scheme has delivered any share for that year.
    pub fn has_delivered_shares(&self, scheme: &SchemeId, year: i16) -> bool {
        self.index.delivered.contains(&(scheme.clone(), year))
    }

    /// What is reported for a municipality and year on one post of the budget, shares of the pot left out.
    pub fn awards_on_post(
        &self,
        post: BudgetPost,
        municipality: MunicipalityId,
        year: i16,
    ) -> impl Iterator<Item = &Award> {
        self.pick(self.index.on_post.get(&(post, municipality, year)))
    }

    pub fn has_delivered_on_post(&self, post: BudgetPost, year: i16) -> bool {
        self.index.posts_delivered.contains(&(post, year))
    }

    /// The award that its source lists in the place of this one, which it no longer lists: the same, stated anew.
    pub fn successor(&self, award: &Award) -> Option<&Award> {
        let heir = self.index.restated.heir(*self.index.by_id.get(&award.id)?)?;
        Some(&self.index.awards[heir])
    }

    /// The awards that its source no longer lists and in whose place it lists this one.
    pub fn predecessors(&self, award: &Award) -> impl Iterator<Item = &Award> {
        let place = self.index.by_id.get(&award.id);
        self.pick(place.and_then(|place| self.index.restated.before(*place)))
    }

    fn pick<'a>(&'a self, indices: Option<&'a Vec<usize>>) -> impl Iterator<Item = &'a Award> {
        indices.into_iter().flatten().map(|index| &self.index.awards[*index])
    }

    /// Whether a record of exactly this municipality, scheme and year cannot be read.
    pub fn is_clouded(&self, municipality: MunicipalityId, scheme: &GrantScheme, year: i16) -> bool {
        self.index
            .uncertainties
            .iter()
            .any(|uncertainty| uncertainty.municipality == Some(municipality) && uncertainty.may_be_of(scheme, year))
    }

    /// Whether a record of an unknown municipality cannot be read that may be of this scheme and year.
    pub fn is_in_doubt(&self, scheme: &GrantScheme, year: i16) -> bool {
        self.index
            .uncertainties
            .iter()
            .any(|uncertainty| uncertainty.municipality.is_none() && uncertainty.may_be_of(scheme, year))
    }

    /// The same two questions for awards alone, which no share of a pot hides: the source whose record cannot be read.
    pub fn hides_award(
        &self,
        municipality: Option<MunicipalityId>,
        scheme: &GrantScheme,
        year: i16,
    ) -> Option<SourceId> {
        let may_be =
            |uncertainty: &&Uncertainty| uncertainty.may_be_of(scheme, year) || uncertainty.names(scheme, year);
        let mut uncertainties = self.index.uncertainties.iter().filter(may_be);
        let found = uncertainties.find(|uncertainty| uncertainty.municipality == municipality && !uncertainty.is_share);
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
        self.index.uncertainties.iter().any(|uncertainty| {
            uncertainty.municipality == municipality && uncertainty.may_touch_post(source, post, year)
        })
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
        self.index.paid.on(post, year)
    }

    /// The posts on which anything is reported as paid that year.
    pub fn reported_posts(&self, year: i16) -> impl Iterator<Item = BudgetPost> {
        self.index.paid.posts(year)
    }

    /// Who reports it.
    pub fn sources_reporting(&self, post: BudgetPost, year: i16) -> impl Iterator<Item = SourceId> {
        self.index.paid.sources(post, year)
    }

    /// Whether a record stands aside that may be an award of that post and year: of one of those sources, or said to be of the post.
    pub fn hides_payments(&self, post: BudgetPost, year: i16, sources: &BTreeSet<SourceId>) -> bool {
        self.index.uncertainties[..self.index.aside].iter().any(|uncertainty| {
            let is_theirs = sources.contains(&uncertainty.source) || uncertainty.post == Some(post);
            uncertainty.is_of_grants && is_theirs && uncertainty.may_touch_post(uncertainty.source, post, year)
        })
    }
}
