//! Dekning: what the state accounts say reached municipalities in a year, post by post, and what of it the sources here report. Pure.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use programgrant_schema::{BudgetPost, Figure, Ore, PostNames, SourceId};

use crate::programme::Inputs;

/// Rammetilskudd and what is like it, and compensation for value added tax: no case officer chooses between applicants there.
const GENERAL_CHAPTERS: [u16; 4] = [571, 572, 575, 1632];

/// One year of the state budget.
#[derive(Debug, Clone, PartialEq)]
pub struct MunicipalCoverage {
    pub year: i16,
    /// What the accounts say most of comes first; what they do not tell comes last.
    pub posts: Vec<PostCoverage>,
    /// What reached municipalities on all posts that are not general.
    pub total: Figure,
    /// What of it is on posts that a source here reports: for each post the smaller of accounts and reported, since a part of a post's
    /// awards does not make the post whole.
    pub heard: Figure,
    /// What reached them on general posts, which are in neither of the two.
    pub general: Figure,
}

/// One post that paid municipalities.
#[derive(Debug, Clone, PartialEq)]
pub struct PostCoverage {
    pub post: BudgetPost,
    pub name: String,
    pub ministry: Option<String>,
    pub is_general: bool,
    /// What reached municipalities by the state accounts.
    pub accounts: Figure,
    /// What the sources here report as paid; not applicable where none reports anything.
    pub reported: Figure,
    /// Who is to report it: the sources of the post's schemes, and whoever did.
    pub sources: Vec<SourceId>,
}

/// What is known of that year.
pub fn coverage(facts: Inputs<'_>, year: i16) -> MunicipalCoverage {
    let accounts = facts.view.municipal_grants(year);
    let mut posts: BTreeSet<BudgetPost> = facts.view.reported_posts(year).collect();
    posts.extend(accounts.iter().flat_map(|posts| posts.keys()));
    let mut posts: Vec<PostCoverage> = posts.into_iter().map(|post| of_post(facts, post, year)).collect();
    posts.sort_by_key(|covered| (Reverse(covered.accounts.stated()), covered.post));
    let figure = |wanted: fn(&&PostCoverage) -> bool, of: fn(&PostCoverage) -> Figure| match accounts {
        Some(_) => Figure::sum(posts.iter().filter(wanted).map(of)),
        None => Figure::NotDelivered,
    };
    MunicipalCoverage {
        year,
        total: figure(|covered| !covered.is_general, |covered| covered.accounts),
        heard: figure(|covered| !covered.is_general, PostCoverage::heard),
        general: figure(|covered| covered.is_general, |covered| covered.accounts),
        posts,
    }
}

impl MunicipalCoverage {
    /// Posts that paid municipalities and that no source here reports.
    pub fn unheard(self) -> Vec<PostCoverage> {
        let mut posts = self.posts;
        posts.retain(|covered| covered.reported == Figure::NotApplicable);
        posts
    }
}

impl PostCoverage {
    /// What of the accounts' figure a source here reports.
    fn heard(&self) -> Figure {
        match (self.accounts, self.reported) {
            (_, Figure::NotApplicable) => Figure::NotApplicable,
            (Figure::NotDelivered, _) | (_, Figure::NotDelivered) => Figure::NotDelivered,
            (accounts, Figure::Stated(reported)) => {
                let accounts = accounts.stated().unwrap_or(Ore::ZERO);
                Figure::Stated(accounts.min(reported))
            }
        }
    }
}

fn of_post(facts: Inputs<'_>, post: BudgetPost, year: i16) -> PostCoverage {
    let accounts = facts.view.municipal_grants(year);
    let booked = accounts.and_then(|posts| posts.get(&post));
    let (name, ministry) = called(facts, post, year);
    let sources = sources(facts, post, year);
    PostCoverage {
        post,
        name,
        ministry,
        is_general: GENERAL_CHAPTERS.contains(&post.chapter),
        accounts: match accounts {
            Some(_) => booked.map_or(Figure::NotApplicable, |booked| booked.amount),
            None => Figure::NotDelivered,
        },
        reported: reported(facts, post, year, &sources),
        sources: sources.into_iter().collect(),
    }
}

/// Name and ministry: as the accounts have them, else as the built-in table does, else as the scheme there is called.
fn called(facts: Inputs<'_>, post: BudgetPost, year: i16) -> (String, Option<String>) {
    let accounts = facts.view.municipal_grants(year);
    let booked = accounts.and_then(|posts| posts.get(&post));
    let built_in = PostNames::built_in().of(post, year);
    let mut schemes = facts.reference.programmes.schemes().iter();
    let scheme = schemes.find(|scheme| scheme.post_in(year) == Some(post));
    let name = booked
        .and_then(|booked| booked.name.as_ref())
        .or_else(|| built_in.map(|built_in| &built_in.name))
        .or_else(|| scheme.map(|scheme| &scheme.name));
    let ministry = booked
        .and_then(|booked| booked.ministry.as_ref())
        .or_else(|| built_in.map(|built_in| &built_in.ministry))
        .or_else(|| scheme.map(|scheme| &scheme.ministry));
    (name.map_or_else(|| post.to_string(), Clone::clone), ministry.cloned())
}

/// The sources of the schemes on the post, those of whoever pays a pot from it, and those from which awards on it have come.
fn sources(facts: Inputs<'_>, post: BudgetPost, year: i16) -> BTreeSet<SourceId> {
    let programmes = &facts.reference.programmes;
    let pots = programmes
        .iter()
        .filter(|programme| programme.pot == Some(post) && programme.has_budget_year(year));
    let payers = pots.filter_map(|programme| {
        let mut schemes = programmes.schemes().iter();
        schemes.find(|scheme| Some(scheme.directorate) == programme.payer)
    });
    let schemes = programmes.schemes().iter();
    let on_post = schemes.filter(|scheme| scheme.post_in(year) == Some(post));
    let named = on_post.chain(payers).flat_map(|scheme| scheme.sources.iter().copied());
    named.chain(facts.view.sources_reporting(post, year)).collect()
}

/// What they report as paid: not known while one of them is silent, stale, not asked for that year or has a gap, or while a record stands
/// aside that may be of the post.
fn reported(facts: Inputs<'_>, post: BudgetPost, year: i16, sources: &BTreeSet<SourceId>) -> Figure {
    let Inputs {
        view, freshness, now, ..
    } = facts;
    let is_heard = |id: &SourceId| {
        let source = view.source(*id);
        freshness.is_asked(*id, year) && source.is_whole() && !source.is_stale(now, freshness.limit(*id))
    };
    if !sources.iter().all(is_heard) || view.hides_payments(post, year, sources) {
        Figure::NotDelivered
    } else {
        view.reported(post, year)
    }
}
