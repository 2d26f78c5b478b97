//! What the state accounts say: figures by year and post.

use std::collections::{BTreeMap, HashMap};

use programgrant_schema::{Accounts, BudgetPost, Content, Figure, MunicipalGrants, Ore};

use super::StoredRecord;

#[derive(Debug, Clone, Default, PartialEq)]
pub struct StateAccounts {
    /// Years whose file has come and is whole enough to speak for every post but those named.
    pub years: BTreeMap<i16, HashMap<BudgetPost, Figure>>,
    /// What reached municipalities, of the years whose file tells that.
    pub municipal: BTreeMap<i16, BTreeMap<BudgetPost, MunicipalGrants>>,
    pub appropriations: HashMap<(i16, BudgetPost), Figure>,
    pub has_appropriations: bool,
}

impl StateAccounts {
    /// Of the files that are still listed.
    pub fn of<'a>(records: impl Iterator<Item = &'a StoredRecord>) -> Self {
        let mut all = Self::default();
        for stored in records.filter(|stored| stored.vanished_at.is_none()) {
            if let Content::Accounts(accounts) = &stored.record.content {
                all.add(accounts);
            }
        }
        all
    }

    fn add(&mut self, accounts: &Accounts) {
        match accounts {
            Accounts::Year { year, lines, municipal } => {
                if let Some(grants) = municipal {
                    let by_post = grants.iter().map(|grants| (grants.post, grants.clone()));
                    self.municipal.insert(*year, by_post.collect());
                }
                let mut posts: HashMap<_, Option<Ore>> = HashMap::new();
                for line in lines {
                    let sum = posts.entry(line.post).or_insert(Some(Ore::ZERO));
                    *sum = sum.and_then(|sum| sum.checked_add(line.amount));
                }
                let posts = posts.into_iter().map(|(post, sum)| (post, sum.into()));
                self.years.insert(*year, posts.collect());
            }
            Accounts::Appropriations { lines } => {
                self.has_appropriations = true;
                for line in lines {
                    let voted = line.voted.checked_add(line.revisions);
                    self.appropriations.insert((line.year, line.post), voted.into());
                }
            }
        }
    }
}
