//! Deadlines, and the same as rows.

use jiff::civil::Date;
use serde::Deserialize;
use serde_json::json;

use super::{Learnt, place_headings};
use crate::export::question::{Asker, Named, PlaceAnswer, named_cells};
use crate::export::table::{CellKind, ExportRow, Heading, heading};
use crate::export::{ExportError, Subset};

const DEADLINES: &str = "query ExportDeadlines($year: Int) { deadlines(year: $year) { id kind on text source \
    scheme { id name } programme { id name } municipality { id organisationNumber number name } } }";

const KINDS: &[&str] = &["APPLICATION", "USE_UNTIL"];

#[derive(Deserialize)]
struct Answer {
    deadlines: Vec<DeadlineAnswer>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct DeadlineAnswer {
    pub id: String,
    pub kind: String,
    pub on: Date,
    pub text: String,
    pub source: String,
    pub scheme: Option<Named>,
    pub programme: Named,
    pub municipality: Option<PlaceAnswer>,
}

/// All at once: they are few.
pub struct Deadlines {
    subset: Subset,
    ended: bool,
}

impl Deadlines {
    pub fn new(subset: &Subset) -> Self {
        Self {
            subset: subset.clone(),
            ended: false,
        }
    }

    /// Where a municipality is asked for, those of other participants are left out; so with a scheme.
    pub async fn next(&mut self, asker: &mut Asker) -> Result<Option<Vec<DeadlineAnswer>>, ExportError> {
        if std::mem::replace(&mut self.ended, true) {
            return Ok(None);
        }
        let mut answer: Answer = asker.ask(DEADLINES, &json!({ "year": self.subset.year })).await?;
        let is_of = |place: &PlaceAnswer, number: &str| {
            place.number.as_deref() == Some(number) || place.organisation_number.as_deref() == Some(number)
        };
        answer.deadlines.retain(|deadline| {
            let place = deadline.municipality.as_ref().zip(self.subset.municipality.as_deref());
            let scheme = deadline.scheme.as_ref().zip(self.subset.scheme.as_deref());
            let is_kind = self.subset.status.is_empty() || self.subset.status.contains(&deadline.kind);
            is_kind
                && place.is_none_or(|(place, number)| is_of(place, number))
                && scheme.is_none_or(|(known, id)| known.id == id)
        });
        Ok(Some(answer.deadlines))
    }

    pub fn learnt() -> Learnt {
        Learnt {
            remarks: vec!["Rapportfrister i fagsystemene føres ikke her, og er ikke med".to_owned()],
            missing: Vec::new(),
        }
    }
}

pub fn deadline_headings() -> Vec<Heading> {
    let text = |name: &str, title: &str| heading(name, title, CellKind::Text);
    let mut all = vec![
        text("deadline_id", "Frist"),
        heading("on", "Dag", CellKind::Day),
        heading("kind", "Slag", CellKind::Word(KINDS)),
        text("text", "Hva"),
        text("scheme", "Ordning"),
        text("scheme_name", "Ordningens navn"),
        text("programme", "Program"),
        text("programme_name", "Programmets navn"),
    ];
    all.extend(place_headings());
    all.push(text("source", "Sagt av"));
    all
}

pub fn deadline_row(deadline: &DeadlineAnswer) -> ExportRow {
    let mut row: ExportRow = vec![
        (&deadline.id).into(),
        deadline.on.into(),
        (&deadline.kind).into(),
        (&deadline.text).into(),
    ];
    row.extend(named_cells(deadline.scheme.as_ref()));
    row.extend(named_cells(Some(&deadline.programme)));
    row.extend(PlaceAnswer::cells(deadline.municipality.as_ref()));
    row.push((&deadline.source).into());
    row
}
