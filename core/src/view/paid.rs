//! What the sources report as paid to municipalities, by post and year, each award counted once.

use std::collections::{BTreeMap, BTreeSet};

use programgrant_schema::{AwardStatus, BudgetPost, Figure, Ore, SourceId};

use super::Award;

/// The sums of one picture.
#[derive(Debug, Default)]
pub struct Paid(BTreeMap<i16, BTreeMap<BudgetPost, Reported>>);

/// What is reported of one post and year.
#[derive(Debug)]
struct Reported {
    amount: Figure,
    sources: BTreeSet<SourceId>,
}

impl Paid {
    /// Adds a living award. What has dates counts in the years of its dates; else what is paid counts in the grant year. A share of
    /// a pot is no payment, and neither is what was never granted, unless something was paid on it.
    pub fn add(&mut self, award: &Award) {
        if award.status == AwardStatus::InProgramme {
            return;
        }
        if award.disputed.paid {
            // Nobody can tell which source is right, nor therefore when it was paid.
            return self.put(award, award.year, Figure::NotDelivered);
        }
        for disbursement in &award.disbursements {
            self.put(award, disbursement.on.year(), Figure::Stated(disbursement.amount));
        }
        if award.disbursements.is_empty()
            && let Some(paid) = undated(award)
        {
            self.put(award, award.year, paid);
        }
    }

    fn put(&mut self, award: &Award, year: i16, amount: Figure) {
        let posts = self.0.entry(year).or_default();
        let reported = posts.entry(award.post).or_insert(Reported {
            amount: Figure::Stated(Ore::ZERO),
            sources: BTreeSet::new(),
        });
        reported.amount = Figure::sum([reported.amount, amount]);
        let sources = award.statements().map(|statement| statement.source);
        reported.sources.extend(sources);
    }

    /// Not applicable where nothing is reported.
    pub fn on(&self, post: BudgetPost, year: i16) -> Figure {
        self.find(post, year)
            .map_or(Figure::NotApplicable, |reported| reported.amount)
    }

    pub fn sources(&self, post: BudgetPost, year: i16) -> impl Iterator<Item = SourceId> {
        self.find(post, year)
            .into_iter()
            .flat_map(|reported| reported.sources.iter().copied())
    }

    pub fn posts(&self, year: i16) -> impl Iterator<Item = BudgetPost> {
        self.0.get(&year).into_iter().flat_map(|posts| posts.keys().copied())
    }

    fn find(&self, post: BudgetPost, year: i16) -> Option<&Reported> {
        self.0.get(&year)?.get(&post)
    }
}

/// What is paid on an award without dates; `None` where it is none that anything is paid on.
fn undated(award: &Award) -> Option<Figure> {
    match (award.status, award.paid) {
        // A system that leaves open what it has not paid yet says GRANTED.
        (AwardStatus::Granted, Figure::NotDelivered) => Some(Figure::Stated(Ore::ZERO)),
        (status, paid) if status.is_granted() => Some(paid),
        (_, Figure::Stated(paid)) if paid != Ore::ZERO => Some(award.paid),
        _ => None,
    }
}
