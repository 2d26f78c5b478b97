//! What the posts of the state budget are called that have paid municipalities, for whoever has no better word.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::reference::{ReferenceError, Table};
use crate::scheme::BudgetPost;

/// DFØ's figures of what reached municipalities, of which only the names are taken here.
const GRANTS_TO_MUNICIPALITIES: (&str, &str) = (
    "grants_to_municipalities.csv",
    include_str!("../data/grants_to_municipalities.csv"),
);

/// The names of posts by year.
#[derive(Debug, Clone, Default)]
pub struct PostNames(BTreeMap<(BudgetPost, i16), PostName>);

/// What a post was called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostName {
    /// Bokmål.
    pub name: String,
    /// The ministry that answers for it today.
    pub ministry: String,
}

impl PostNames {
    /// The table that the binary brings along, read once.
    ///
    /// # Panics
    ///
    /// If that table is unsound, which a test rules out.
    pub fn built_in() -> &'static Self {
        static BUILT_IN: LazyLock<PostNames> = LazyLock::new(|| {
            let (place, text) = GRANTS_TO_MUNICIPALITIES;
            PostNames::parse(place, text).expect("the built-in table is sound")
        });
        &BUILT_IN
    }

    /// Reads the columns `year`, `chapter`, `post`, `post_name` and `ministry`.
    pub fn parse(place: &str, text: &str) -> Result<Self, ReferenceError> {
        let table = Table::read(place, text, &["year", "chapter", "post", "post_name", "ministry"])?;
        let mut names = BTreeMap::new();
        for row in table.rows() {
            let post = BudgetPost::parse(row.text(1), row.text(2)).map_err(|error| row.error(error))?;
            let name = PostName {
                name: row.text(3).to_owned(),
                ministry: row.text(4).to_owned(),
            };
            names.insert((post, row.parse(0)?), name);
        }
        Ok(Self(names))
    }

    /// What the post was called that year; in a year without a name what it was called last before, or first after.
    pub fn of(&self, post: BudgetPost, year: i16) -> Option<&PostName> {
        let before = self.0.range((post, i16::MIN)..=(post, year)).next_back();
        let after = || self.0.range((post, year)..=(post, i16::MAX)).next();
        before.or_else(after).map(|(_, name)| name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_post_has_the_name_of_its_year_or_of_the_nearest_before() {
        let text = "year;chapter;post;post_name;ministry\n2016;231;63;A;M\n2019;231;63;B;M\n2018;231;64;C;M\n";
        let names = PostNames::parse("t.csv", text).expect("sound");
        let of = |year| {
            names
                .of(BudgetPost::new(231, 63), year)
                .map(|found| found.name.as_str())
        };
        assert_eq!(
            [2014, 2016, 2018, 2019, 2030].map(of),
            [Some("A"), Some("A"), Some("A"), Some("B"), Some("B")]
        );
        assert_eq!(names.of(BudgetPost::new(231, 65), 2018), None);
    }

    #[test]
    fn the_built_in_table_names_the_pot() {
        let pot = PostNames::built_in().of(BudgetPost::new(226, 64), 2021).expect("named");
        assert_eq!(
            (pot.name.as_str(), pot.ministry.as_str()),
            ("Programfinansiering av 0-24-samarbeidet", "Kunnskapsdepartementet")
        );
    }

    #[test]
    fn a_bad_row_is_named() {
        let text = "year;chapter;post;post_name;ministry\n2016;231;x;A;M\n";
        let error = PostNames::parse("t.csv", text).expect_err("refused").to_string();
        assert!(error.starts_with("t.csv, line 2"), "{error}");
    }
}
