//! The programme's years beside each other: what was voted, what the schemes contribute, what is paid, and what the accounts say. Public sums.

use serde::Deserialize;

use super::super::format::AnsweredFigure;
use super::super::text::Texts;
use super::overview::{CoverageSums, covered};
use super::{Cell, SchemeName};

/// The fields of [`YearSums`].
pub const YEAR: &str = "appropriation { state amount } accounts { state amount } difference
      pot { total known completeness missing { id name } awarded { state amount } paid { state amount } }";

#[derive(Deserialize)]
pub struct YearSums {
    pub appropriation: AnsweredFigure,
    pub accounts: AnsweredFigure,
    pub difference: Option<i64>,
    pub pot: YearPot,
}

/// The pots of all municipalities, added up.
#[derive(Deserialize)]
pub struct YearPot {
    pub total: Option<i64>,
    pub known: i64,
    pub completeness: String,
    pub missing: Vec<SchemeName>,
    pub awarded: AnsweredFigure,
    pub paid: AnsweredFigure,
}

/// One year beside the others.
pub struct YearRow {
    pub year: i16,
    /// Voted, sum, awarded, paid, accounts, difference; none where it is no budget year of the programme.
    pub cells: Vec<Cell>,
    pub completeness: String,
    pub coverage: String,
}

impl YearRow {
    pub fn of(year: i16, sums: Option<&YearSums>, coverage: Option<&CoverageSums>, texts: Texts) -> Self {
        let Some(sums) = sums else {
            return Self {
                year,
                cells: Vec::new(),
                completeness: texts.with("no-budget-year", "year", year),
                coverage: covered(coverage, texts),
            };
        };
        let figures = [
            sums.appropriation,
            AnsweredFigure::known_or_not(sums.pot.total),
            sums.pot.awarded,
            sums.pot.paid,
            sums.accounts,
            AnsweredFigure::known_or_not(sums.difference),
        ];
        Self {
            year,
            cells: figures.map(|figure| Cell::of(figure, texts)).into(),
            completeness: texts.code("completeness", &sums.pot.completeness),
            coverage: covered(coverage, texts),
        }
    }
}
