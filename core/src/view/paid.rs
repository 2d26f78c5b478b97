//! What the sources report as paid to municipalities, by post and year, each award counted once.

use std::collections::BTreeMap;

use programgrant_schema::{AwardStatus, BudgetPost, Figure, Ore, SourceId};

use super::Award;
use super::tally::{Step, Tally};

/// The sums of one picture.
#[derive(Debug, Clone, Default)]
pub struct Paid(BTreeMap<i16, BTreeMap<BudgetPost, Reported>>);

/// What is reported of one post and year.
#[derive(Debug, Clone, Default)]
struct Reported {
    amount: Tally,
    /// How many figures it is made of.
    figures: u32,
    /// How many of each source.
    sources: BTreeMap<SourceId, u32>,
}

impl Paid {
    /// Counts a living award. What has dates counts in the years of its dates; else what is paid counts in the grant year. A share of
    /// a pot is no payment, and neither is what was never granted, unless something was paid on it.
    pub fn count(&mut self, award: Award<'_>, step: Step) {
        if award.status() == AwardStatus::InProgramme {
            return;
        }
        if award.disputed().paid {
            // Nobody can tell which source is right, nor therefore when it was paid.
            return self.put(award, award.year(), Figure::NotDelivered, step);
        }
        let disbursements = award.disbursements();
        for disbursement in disbursements {
            self.put(award, disbursement.on.year(), Figure::Stated(disbursement.amount), step);
        }
        if disbursements.is_empty()
            && let Some(paid) = undated(award)
        {
            self.put(award, award.year(), paid, step);
        }
    }

    fn put(&mut self, award: Award<'_>, year: i16, amount: Figure, step: Step) {
        let posts = self.0.entry(year).or_default();
        let reported = posts.entry(award.post()).or_default();
        reported.amount.count(amount, step);
        step.apply(&mut reported.figures);
        for statement in award.statements() {
            let count = reported.sources.entry(statement.source()).or_default();
            step.apply(count);
            if *count == 0 {
                reported.sources.remove(&statement.source());
            }
        }
        if reported.figures == 0 {
            posts.remove(&award.post());
        }
    }

    /// Takes in what others counted of other awards.
    pub fn absorb(&mut self, other: Self) {
        for (year, posts) in other.0 {
            let own = self.0.entry(year).or_default();
            for (post, reported) in posts {
                let own = own.entry(post).or_default();
                own.amount.absorb(reported.amount);
                own.figures += reported.figures;
                for (source, count) in reported.sources {
                    *own.sources.entry(source).or_default() += count;
                }
            }
        }
    }

    /// Not applicable where nothing is reported.
    pub fn on(&self, post: BudgetPost, year: i16) -> Figure {
        let reported = self.find(post, year).map(|reported| reported.amount.figure());
        match reported {
            Some(Figure::NotApplicable) => Figure::Stated(Ore::ZERO),
            reported => reported.unwrap_or(Figure::NotApplicable),
        }
    }

    pub fn sources(&self, post: BudgetPost, year: i16) -> impl Iterator<Item = SourceId> {
        self.find(post, year)
            .into_iter()
            .flat_map(|reported| reported.sources.keys().copied())
    }

    pub fn posts(&self, year: i16) -> impl Iterator<Item = BudgetPost> {
        self.0.get(&year).into_iter().flat_map(|posts| posts.keys().copied())
    }

    fn find(&self, post: BudgetPost, year: i16) -> Option<&Reported> {
        self.0.get(&year)?.get(&post)
    }
}

/// What is paid on an award without dates; `None` where it is none that anything is paid on.
fn undated(award: Award<'_>) -> Option<Figure> {
    match (award.status(), award.paid()) {
        // A system that leaves open what it has not paid yet says GRANTED.
        (AwardStatus::Granted, Figure::NotDelivered) => Some(Figure::Stated(Ore::ZERO)),
        (status, paid) if status.is_granted() => Some(paid),
        (_, Figure::Stated(paid)) if paid != Ore::ZERO => Some(award.paid()),
        _ => None,
    }
}
