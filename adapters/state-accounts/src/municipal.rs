//! Tilskudd til kommuner, post by post: the rows of artskonto 870, summed exactly and rounded once. Pure.

use std::collections::BTreeMap;

use programgrant_schema::{BudgetPost, Figure, MunicipalGrants};

use crate::translate::{Doubts, ore};
use crate::wire::{AccountsRow, digits, text};

/// Tilskudd til kommuner.
const GRANTS_TO_MUNICIPALITIES: u16 = 870;
/// The longest name that is kept, in characters; real ones have less than half as many.
const LONGEST_NAME: usize = 300;

/// What was booked, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Account {
    GrantsToMunicipalities,
    Other,
    /// It could be any.
    Unreadable,
}

impl Account {
    /// Reads `Artskonto_id`; a file without that column tells nothing apart.
    pub fn of(stated: Option<&[u8]>) -> Self {
        match stated.map(|stated| digits(stated, 3)) {
            Some(Some(GRANTS_TO_MUNICIPALITIES)) => Self::GrantsToMunicipalities,
            Some(Some(_)) | None => Self::Other,
            Some(None) => Self::Unreadable,
        }
    }
}

/// What reached municipalities in one year.
#[derive(Debug, Default)]
pub struct MunicipalSums(BTreeMap<BudgetPost, Sum>);

#[derive(Debug, Default)]
struct Sum {
    /// In thousandths of a krone.
    amount: i128,
    /// A row of it cannot be read.
    is_in_doubt: bool,
    name: Option<String>,
    ministry: Option<String>,
}

impl MunicipalSums {
    pub fn add(&mut self, post: BudgetPost, thousandths: i64, row: &AccountsRow<'_>) {
        let sum = self.0.entry(post).or_default();
        sum.amount += i128::from(thousandths);
        sum.name = sum.name.take().or_else(|| name(row.post_name));
        sum.ministry = sum.ministry.take().or_else(|| name(row.ministry));
    }

    /// A row that may be of that post cannot be read.
    pub fn doubt(&mut self, post: BudgetPost) {
        self.0.entry(post).or_default().is_in_doubt = true;
    }

    pub fn settle(self, year: i16, doubts: &mut Doubts) -> Vec<MunicipalGrants> {
        let mut settle = |(post, sum): (BudgetPost, Sum)| {
            let amount = ore(sum.amount);
            if amount.is_none() {
                let reason = "the sum of what reached municipalities is beyond what an amount can be";
                doubts.raise_at_large(reason.to_owned(), post, year);
            }
            MunicipalGrants {
                post,
                amount: Figure::from(amount.filter(|_| !sum.is_in_doubt)),
                name: sum.name,
                ministry: sum.ministry,
            }
        };
        self.0.into_iter().map(&mut settle).collect()
    }
}

/// A name as it stands there; `None` where it is blank or too long to be one.
fn name(cell: &[u8]) -> Option<String> {
    let name = text(cell);
    (!name.is_empty() && name.chars().count() <= LONGEST_NAME).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_read_to_the_letter() {
        let of = |stated: &str| Account::of(Some(stated.as_bytes()));
        assert_eq!(of("870"), Account::GrantsToMunicipalities);
        assert_eq!(of("830"), Account::Other);
        for unreadable in ["", "87", "0870", " 870", "8x0"] {
            assert_eq!(of(unreadable), Account::Unreadable, "{unreadable:?}");
        }
        assert_eq!(Account::of(None), Account::Other);
    }
}
