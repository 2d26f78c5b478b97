//! Deadlines, and the same as rows.

use jiff::civil::Date;
use serde::Deserialize;
use serde_json::json;

use super::{Learnt, place_headings};
use crate::export::question::{Asker, Named, PlaceAnswer, named_cells};
use crate::export::table::{CellKind, ExportRow, Heading, heading};
use crate::export::{ExportError, Subset};

const DEADLINES: &str = "query ExportDeadlines($year: Int, $municipality: String, $after: ID, $limit: Int!) { \
    deadlines(year: $year, municipality: $municipality, after: $after, limit: $limit) { id kind on text source \
    scheme { id name } programme { id name } municipality { id organisationNumber number name } } }";

const KINDS: &[&str] = &["APPLICATION", "USE_UNTIL", "REPORT", "YEARLY_REPORT"];
/// How many are asked for at once.
const PIECE: usize = 500;

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
    /// Of what a programme's file states.
    pub programme: Option<Named>,
    pub municipality: Option<PlaceAnswer>,
}

/// In pieces: those of awards may be many.
pub struct Deadlines {
    subset: Subset,
    after: Option<String>,
    ended: bool,
}

impl Deadlines {
    pub fn new(subset: &Subset) -> Self {
        Self {
            subset: subset.clone(),
            after: None,
            ended: false,
        }
    }

    /// Where a municipality is asked for, those of other participants are left out; so with a scheme.
    pub async fn next(&mut self, asker: &mut Asker) -> Result<Option<Vec<DeadlineAnswer>>, ExportError> {
        if self.ended {
            return Ok(None);
        }
        let Subset { year, municipality, .. } = &self.subset;
        let variables = json!({ "year": year, "municipality": municipality, "after": self.after, "limit": PIECE });
        let mut answer: Answer = asker.ask(DEADLINES, &variables).await?;
        self.ended = answer.deadlines.len() < PIECE;
        self.after = answer.deadlines.last().map(|deadline| deadline.id.clone());
        answer.deadlines.retain(|deadline| {
            // The pot's last day concerns every scheme of it.
            let is_pots = deadline.kind == "USE_UNTIL";
            let is_of = |id: &str| deadline.scheme.as_ref().is_some_and(|scheme| scheme.id == id);
            let is_kind = self.subset.status.is_empty() || self.subset.status.contains(&deadline.kind);
            is_kind && (is_pots || self.subset.scheme.as_deref().is_none_or(is_of))
        });
        Ok(Some(answer.deadlines))
    }

    pub fn learnt() -> Learnt {
        Learnt {
            remarks: vec![
                "Rapportfrister er med for de tilskuddene som den som spør, kan se; for allmennheten er det ingen"
                    .to_owned(),
            ],
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
    row.extend(named_cells(deadline.programme.as_ref()));
    row.extend(PlaceAnswer::cells(deadline.municipality.as_ref()));
    row.push((&deadline.source).into());
    row
}
