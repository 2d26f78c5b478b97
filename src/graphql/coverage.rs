//! Coverage: what reached municipalities by the state accounts, post by post, and what of it the sources here report.

use async_graphql::SimpleObject;
use programgrant_core::coverage::{self, PostCoverage};
use programgrant_macros::Written;

use super::award::{BudgetPostNode, FigureNode};
use super::source::SourceNode;
use super::{ApiError, Snapshot};

/// What the state accounts say reached municipalities in a year, and what of it the sources here report.
#[derive(SimpleObject, Written)]
#[graphql(name = "Coverage")]
pub struct CoverageNode {
    year: i32,
    /// Every post that paid municipalities by the accounts, or on which a source here reports that it did; the largest first, and last
    /// those of which the accounts say nothing.
    posts: Vec<PostCoverageNode>,
    /// What reached municipalities, general grants left out. NOT_DELIVERED while the year's accounts have not come.
    total: FigureNode,
    /// What of it is on posts that a source here reports: for each post the smaller of accounts and reported.
    heard: FigureNode,
    /// Block grants, value added tax compensation and what else lies on chapters 571, 572, 575 and 1632; in neither of the two.
    general: FigureNode,
}

/// One post that paid municipalities.
#[derive(SimpleObject, Written)]
#[graphql(name = "PostCoverage")]
pub struct PostCoverageNode {
    budget_post: BudgetPostNode,
    /// Bokmål.
    name: String,
    /// As of today.
    ministry: Option<String>,
    /// Whether it is a general grant: no case officer chooses between applicants.
    general: bool,
    /// What reached municipalities by the state accounts (artskonto 870).
    accounts: FigureNode,
    /// What the sources here report as paid on the post: payments dated in the year, else what is paid of the year's awards.
    /// NOT_APPLICABLE where none reports it; NOT_DELIVERED while one of them is silent, stale or not whole.
    reported: FigureNode,
    /// Who is to report it: the sources of the post's schemes, and whoever did.
    sources: Vec<SourceNode>,
}

impl CoverageNode {
    pub fn of(snapshot: &Snapshot, year: i32) -> Result<Self, ApiError> {
        let found = find(snapshot, year)?;
        Ok(Self {
            year: found.year.into(),
            posts: found.posts.into_iter().map(PostCoverageNode::from).collect(),
            total: found.total.into(),
            heard: found.heard.into(),
            general: found.general.into(),
        })
    }
}

impl PostCoverageNode {
    pub fn unheard(snapshot: &Snapshot, year: i32) -> Result<Vec<Self>, ApiError> {
        Ok(find(snapshot, year)?.unheard().into_iter().map(Self::from).collect())
    }
}

fn find(snapshot: &Snapshot, year: i32) -> Result<coverage::MunicipalCoverage, ApiError> {
    let checked = i16::try_from(year).ok().filter(|year| (1900..=2200).contains(year));
    let year = checked.ok_or(ApiError::InvalidYear(year))?;
    Ok(coverage::coverage(snapshot.inputs(), year))
}

impl From<PostCoverage> for PostCoverageNode {
    fn from(covered: PostCoverage) -> Self {
        Self {
            budget_post: covered.post.into(),
            name: covered.name,
            ministry: covered.ministry,
            general: covered.is_general,
            accounts: covered.accounts.into(),
            reported: covered.reported.into(),
            sources: covered.sources.into_iter().map(SourceNode).collect(),
        }
    }
}
