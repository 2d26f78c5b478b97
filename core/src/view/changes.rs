//! What is otherwise in one picture than in another, by whose awards they are. What two pictures share is not looked at.

use std::collections::BTreeSet;
use std::sync::Arc;

use programgrant_schema::MunicipalityId;

use super::row::Row;
use super::{Award, View};

/// A recipient, or nobody known, and a grant year.
pub type Whose = (Option<MunicipalityId>, i16);

fn whose(row: &Row) -> Whose {
    (row.recipient, row.year)
}

impl View {
    /// Whose awards are others here than in that picture; `None` where other reference data tell them, so that everybody's may be.
    pub fn whose_differ(&self, before: &Self) -> Option<BTreeSet<Whose>> {
        let is_told_alike = Arc::ptr_eq(&self.reference, &before.reference);
        let differing = self.index.rows.differing(&before.index.rows);
        let whose = differing.flat_map(|(now, then)| now.into_iter().chain(then)).map(whose);
        is_told_alike.then(|| whose.collect())
    }

    /// All who have any award.
    pub fn whose(&self) -> impl Iterator<Item = Whose> {
        self.index.whose()
    }

    /// The awards of a recipient, or of nobody known, and a year, by id.
    pub fn awards_of_whose(&self, (recipient, year): Whose) -> impl Iterator<Item = Award<'_>> {
        self.index.of_year(recipient, year)
    }
}
