//! Allocations as rows: a municipality's part of one scheme each, by every version that the caller sees, with unit and method beside it.

use std::collections::VecDeque;

use jiff::Timestamp;
use programgrant_schema::Ore;
use serde::Deserialize;
use serde_json::json;

use super::Learnt;
use crate::export::question::{Asker, Facts, IdAnswer, NameAnswer};
use crate::export::table::{CellKind, CellValue, ExportRow, Heading, figure, heading};
use crate::export::{ExportError, Subset};

const VERSIONS: &str =
    "query ExportVersions($programme: ID!, $year: Int) { allocations(programme: $programme, year: $year) { id } }";
const VERSION: &str = "query ExportAllocation($id: ID!, $municipality: String) { allocation(id: $id) { \
    id year number state decidedAt reference programme { id } table { unit method schemes { id scheme { name } } \
    receivers(municipality: $municipality) { organisationNumber municipality { name } parts { scheme amount } } } } }";

const STATES: &[&str] = &["DRAFT", "PROPOSED", "CONSULTATION", "DECIDED", "CORRECTED", "WITHDRAWN"];
const UNITS: &[&str] = &["ORE", "KRONE", "THOUSAND"];
/// What stands in place of a scheme for what the floor of the sum gives or takes.
const FLOOR: &str = "floor";

#[derive(Deserialize)]
struct Versions {
    allocations: Vec<IdAnswer>,
}

#[derive(Deserialize)]
struct Answer {
    allocation: Option<Version>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Version {
    id: String,
    year: i32,
    number: i32,
    state: String,
    decided_at: Option<Timestamp>,
    reference: Option<String>,
    programme: Option<IdAnswer>,
    table: Option<Table>,
}

#[derive(Deserialize)]
struct Table {
    unit: Option<String>,
    method: Vec<String>,
    schemes: Vec<SchemeAnswer>,
    receivers: Vec<Receiver>,
}

#[derive(Deserialize)]
struct SchemeAnswer {
    id: String,
    scheme: Option<NameAnswer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Receiver {
    organisation_number: String,
    municipality: Option<NameAnswer>,
    parts: Vec<Part>,
}

#[derive(Deserialize)]
struct Part {
    scheme: Option<String>,
    amount: Option<Ore>,
}

/// A version at a time.
pub struct AllocationRows {
    subset: Subset,
    /// Programmes whose versions are not known yet.
    programmes: VecDeque<String>,
    versions: VecDeque<String>,
    learnt: Learnt,
}

pub fn allocation_headings() -> Vec<Heading> {
    let text = |name: &str, title: &str| heading(name, title, CellKind::Text);
    let mut all = vec![
        text("allocation_id", "Fordeling"),
        text("programme", "Program"),
        heading("year", "År", CellKind::Whole),
        heading("version", "Versjon", CellKind::Whole),
        heading("state", "Tilstand", CellKind::Word(STATES)),
        heading("decided_at", "Vedtatt", CellKind::Instant),
        text("reference", "Vedtakets referanse"),
        text("organisation_number", "Kommunens organisasjonsnummer"),
        text("municipality", "Kommune"),
        text("scheme", "Ordning"),
        text("scheme_name", "Ordningens navn"),
    ];
    all.extend(figure("amount", "Beløp"));
    all.extend([
        heading("unit", "Enhet som det er rundet av til", CellKind::Word(UNITS)),
        text("method", "Metode og regel ved likhet"),
    ]);
    all
}

impl AllocationRows {
    pub fn new(subset: &Subset, facts: &Facts) -> Self {
        let one = subset.allocation.clone();
        let asked = |id: &&String| subset.programme.as_ref().is_none_or(|programme| programme == *id);
        let programmes = facts.programmes.iter().map(|programme| &programme.id);
        Self {
            subset: subset.clone(),
            programmes: if one.is_some() {
                VecDeque::new()
            } else {
                programmes.filter(asked).cloned().collect()
            },
            versions: one.into_iter().collect(),
            learnt: Learnt::default(),
        }
    }

    pub async fn next(&mut self, asker: &mut Asker) -> Result<Option<Vec<ExportRow>>, ExportError> {
        while self.versions.is_empty() {
            let Some(programme) = self.programmes.pop_front() else {
                return Ok(None);
            };
            let variables = json!({ "programme": programme, "year": self.subset.year });
            let answer: Versions = asker.ask(VERSIONS, &variables).await?;
            self.versions
                .extend(answer.allocations.into_iter().map(|version| version.id));
        }
        let id = self.versions.pop_front();
        let variables = json!({ "id": id, "municipality": self.subset.municipality });
        let answer: Answer = asker.ask(VERSION, &variables).await?;
        Ok(Some(
            answer.allocation.map_or_else(Vec::new, |version| self.rows(&version)),
        ))
    }

    fn rows(&mut self, version: &Version) -> Vec<ExportRow> {
        let which = format!("Fordelingen for {}, versjon {}", version.year, version.number);
        let Some(table) = &version.table else {
            self.learnt.missing.push(format!("{which}: beløpene finnes ikke"));
            return Vec::new();
        };
        // Method and tie rule, whatever becomes of the columns.
        self.learnt.remarks.push(format!("{which}: {}", table.method.join(" ")));
        let mut rows = Vec::new();
        for receiver in &table.receivers {
            for part in &receiver.parts {
                if !self.is_asked(part) {
                    continue;
                }
                if part.amount.is_none() {
                    let whose = &receiver.organisation_number;
                    self.learnt
                        .missing
                        .push(format!("{which}: en del av det {whose} skal ha, er ikke kjent"));
                }
                rows.push(row(version, table, receiver, part));
            }
        }
        rows
    }

    fn is_asked(&self, part: &Part) -> bool {
        let scheme = self.subset.scheme.as_deref();
        scheme.is_none_or(|scheme| part.scheme.as_deref() == Some(scheme))
    }

    pub fn learnt(&self) -> Learnt {
        self.learnt.clone()
    }
}

fn row(version: &Version, table: &Table, receiver: &Receiver, part: &Part) -> ExportRow {
    let scheme = table
        .schemes
        .iter()
        .find(|scheme| Some(&scheme.id) == part.scheme.as_ref());
    let scheme_name = scheme.and_then(|scheme| scheme.scheme.as_ref());
    let state = if part.amount.is_some() {
        "STATED"
    } else {
        "NOT_DELIVERED"
    };
    let name = |named: Option<&NameAnswer>| -> CellValue { named.map(|named| named.name.as_str()).into() };
    vec![
        (&version.id).into(),
        version.programme.as_ref().map(|programme| programme.id.as_str()).into(),
        version.year.into(),
        version.number.into(),
        (&version.state).into(),
        version.decided_at.into(),
        version.reference.as_deref().into(),
        (&receiver.organisation_number).into(),
        name(receiver.municipality.as_ref()),
        part.scheme.as_deref().unwrap_or(FLOOR).into(),
        name(scheme_name),
        part.amount.into(),
        state.into(),
        table.unit.as_deref().into(),
        table.method.join(" ").into(),
    ]
}
