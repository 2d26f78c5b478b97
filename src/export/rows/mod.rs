//! What is exported as rows of a table: the questions, and what becomes of their answers.

pub mod allocations;
pub mod awards;
pub mod cases;
pub mod coverage;
pub mod deadlines;
pub mod evaluation;
pub mod pages;
pub mod pots;

use jiff::Timestamp;

use super::about::Learnt;
use super::question::{Asker, Facts};
use super::table::{CellKind, ExportRow, Heading, TableShape, heading};
use super::{ExportError, Subset, What};
use allocations::{AllocationRows, allocation_headings};
use awards::{AwardRows, PaymentRows, payment_headings};
use cases::{CaseRows, case_headings};
use coverage::{CoverageRows, coverage_headings};
use deadlines::{Deadlines, deadline_headings, deadline_row};
use evaluation::{EvaluationFile, EvaluationRows};
use pages::AwardPages;
use pots::{PotPages, pot_headings, pot_rows};

/// The rows of a table, page by page.
pub enum TableRows {
    Awards(AwardRows),
    Payments(PaymentRows),
    Pots(PotPages),
    Cases(CaseRows),
    Coverage(CoverageRows),
    Deadlines(Deadlines),
    Evaluation(EvaluationRows),
    Allocations(AllocationRows),
}

impl TableRows {
    /// `None` of what is no table.
    pub fn of(what: What, subset: &Subset, facts: &Facts, now: Timestamp) -> Option<Self> {
        let own = facts.own_municipality();
        Some(match what {
            What::Awards => Self::Awards(AwardRows::new(AwardPages::new(subset, subset.year, own), subset)),
            // A payment of a year may belong to an award of another.
            What::Payments => Self::Payments(PaymentRows::new(AwardPages::new(subset, None, own), subset)),
            What::Pots => Self::Pots(PotPages::new(subset, facts)),
            What::Cases => Self::Cases(CaseRows::new(subset)),
            What::Coverage => Self::Coverage(CoverageRows::new(subset, now)),
            What::Deadlines => Self::Deadlines(Deadlines::new(subset)),
            What::Evaluation => Self::Evaluation(EvaluationRows::new(EvaluationFile::Figures, facts)),
            What::CodeBook => Self::Evaluation(EvaluationRows::new(EvaluationFile::CodeBook, facts)),
            What::Allocations => Self::Allocations(AllocationRows::new(subset, facts)),
            What::Catalogue => return None,
        })
    }

    pub fn shape(&self, facts: &Facts) -> TableShape {
        let (headings, key): (_, &'static [&'static str]) = match self {
            Self::Awards(rows) => (rows.headings(), &["award_id"]),
            Self::Payments(_) => (payment_headings(), &[]),
            Self::Pots(_) => (pot_headings(facts), &["programme", "year", "municipality_id"]),
            Self::Cases(_) => (case_headings(), &["case_id"]),
            Self::Coverage(_) => (coverage_headings(), &["year", "budget_post"]),
            Self::Deadlines(_) => (deadline_headings(), &["deadline_id"]),
            Self::Evaluation(rows) => (rows.headings(), rows.key()),
            Self::Allocations(_) => (
                allocation_headings(),
                &["allocation_id", "scheme", "organisation_number"],
            ),
        };
        TableShape { headings, key }
    }

    /// The next page; `None` after the last.
    pub async fn next(&mut self, asker: &mut Asker, facts: &Facts) -> Result<Option<Vec<ExportRow>>, ExportError> {
        match self {
            Self::Awards(rows) => rows.next(asker).await,
            Self::Payments(rows) => rows.next(asker).await,
            Self::Pots(pages) => Ok(pages.next(asker).await?.map(|page| pot_rows(&page, facts))),
            Self::Cases(rows) => rows.next(asker).await,
            Self::Coverage(rows) => rows.next(asker).await,
            Self::Evaluation(rows) => rows.next(asker).await,
            Self::Allocations(rows) => rows.next(asker).await,
            Self::Deadlines(all) => {
                let found = all.next(asker).await?;
                Ok(found.map(|found| found.iter().map(deadline_row).collect()))
            }
        }
    }

    /// What was learnt while they were read.
    pub fn learnt(&self) -> Learnt {
        match self {
            Self::Awards(rows) => rows.learnt(),
            Self::Payments(rows) => rows.learnt(),
            Self::Pots(pages) => pages.learnt(),
            Self::Cases(_) => Learnt::default(),
            Self::Coverage(rows) => rows.learnt(),
            Self::Allocations(rows) => rows.learnt(),
            Self::Deadlines(_) => Deadlines::learnt(),
            Self::Evaluation(rows) => rows.learnt(),
        }
    }
}

/// The four columns of a municipality.
pub fn place_headings() -> [Heading; 4] {
    [
        heading("municipality_id", "Kommunens id", CellKind::Text),
        heading("organisation_number", "Kommunens organisasjonsnummer", CellKind::Text),
        heading("municipality_number", "Kommunenummer", CellKind::Text),
        heading("municipality", "Kommune", CellKind::Text),
    ]
}
