//! The evaluator's data set and its code book as rows.

use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::json;

use super::{Learnt, place_headings};
use crate::export::ExportError;
use crate::export::question::{Asker, Facts, PLACE, PlaceAnswer};
use crate::export::table::{CellKind, CellValue, ExportRow, Heading, heading};

const STANDINGS: &[&str] = &["STATED", "SUPPRESSED", "MISSING", "PARTIAL"];

const LEFT_OUT: &str = "Antall personer under 5 er utelatt, og det de kunne vært regnet ut fra: de andre delene av samme helhet, \
    andeler av dem, og summer. En sum merket PARTIAL er summen av det som står i filen";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FiguresAnswer {
    evaluation_data: Figures,
}

#[derive(Deserialize)]
struct Figures {
    figures: Vec<FigureAnswer>,
}

#[derive(Deserialize)]
struct FigureAnswer {
    municipality: Option<PlaceAnswer>,
    year: i64,
    variable: String,
    value: Option<String>,
    standing: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct VariablesAnswer {
    evaluation_data: Variables,
}

#[derive(Deserialize)]
struct Variables {
    variables: Vec<VariableAnswer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct VariableAnswer {
    id: String,
    label: String,
    unit: String,
    source: String,
    counts_people: bool,
    can_be_added: bool,
    part_of: Option<String>,
    share_of: Option<String>,
}

/// Which of the two files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvaluationFile {
    Figures,
    CodeBook,
}

/// A programme at a time.
pub struct EvaluationRows {
    file: EvaluationFile,
    programmes: Vec<String>,
    learnt: Learnt,
    has_told: bool,
    refused: Option<ExportError>,
}

impl EvaluationRows {
    pub fn new(file: EvaluationFile, facts: &Facts) -> Self {
        let ids = facts.programmes.iter().rev().map(|programme| programme.id.clone());
        Self {
            file,
            programmes: ids.collect(),
            learnt: Learnt {
                remarks: vec![LEFT_OUT.to_owned()],
                missing: Vec::new(),
            },
            has_told: false,
            refused: None,
        }
    }

    pub fn headings(&self) -> Vec<Heading> {
        let text = |name: &str, title: &str| heading(name, title, CellKind::Text);
        let programme = text("programme", "Program");
        match self.file {
            EvaluationFile::Figures => {
                let mut all = vec![programme, heading("year", "År", CellKind::Whole)];
                all.extend(place_headings());
                all.extend([
                    text("variable", "Variabel, se kodeboken"),
                    heading("value", "Verdi", CellKind::Number),
                    heading("standing", "Tilstand", CellKind::Word(STANDINGS)),
                ]);
                all
            }
            EvaluationFile::CodeBook => vec![
                programme,
                text("variable", "Variabel"),
                text("label", "Hva den sier"),
                text("unit", "Enhet"),
                text("source", "Kilde og lisens"),
                heading("counts_people", "Teller personer", CellKind::Flag),
                heading("can_be_added", "Kan summeres", CellKind::Flag),
                text("part_of", "Del av"),
                text("share_of", "Andel av"),
            ],
        }
    }

    pub const fn key(&self) -> &'static [&'static str] {
        match self.file {
            // A sum has no municipality.
            EvaluationFile::Figures => &[],
            EvaluationFile::CodeBook => &["programme", "variable"],
        }
    }

    /// Programmes that whoever asks does not evaluate are left out, and named; nothing is told where that leaves none.
    pub async fn next(&mut self, asker: &mut Asker) -> Result<Option<Vec<ExportRow>>, ExportError> {
        while let Some(programme) = self.programmes.pop() {
            match self.rows(asker, &programme).await {
                Err(ExportError::Query(error)) if error.code() == "FORBIDDEN" => {
                    self.learnt.missing.push(format!("{programme}: ikke for den som spør"));
                    self.refused = Some(ExportError::Query(error));
                }
                told => {
                    self.has_told = true;
                    return told.map(Some);
                }
            }
        }
        match self.refused.take().filter(|_| !self.has_told) {
            Some(refused) => Err(refused),
            None => Ok(None),
        }
    }

    async fn rows(&self, asker: &mut Asker, programme: &str) -> Result<Vec<ExportRow>, ExportError> {
        let variables = json!({ "programme": programme });
        Ok(match self.file {
            EvaluationFile::Figures => {
                let document = format!(
                    "query ExportEvaluation($programme: ID!) {{ evaluationData(programme: $programme) \
                     {{ figures {{ municipality {{ {PLACE} }} year variable value standing }} }} }}"
                );
                let answer: FiguresAnswer = asker.ask(&document, &variables).await?;
                let figures = answer.evaluation_data.figures;
                figures.iter().map(|figure| figure_row(programme, figure)).collect()
            }
            EvaluationFile::CodeBook => {
                const DOCUMENT: &str = "query ExportCodeBook($programme: ID!) { evaluationData(programme: $programme) \
                     { variables { id label unit source countsPeople canBeAdded partOf shareOf } } }";
                let answer: VariablesAnswer = asker.ask(DOCUMENT, &variables).await?;
                let coded = answer.evaluation_data.variables;
                coded.iter().map(|variable| variable_row(programme, variable)).collect()
            }
        })
    }

    pub fn learnt(&self) -> Learnt {
        self.learnt.clone()
    }
}

fn figure_row(programme: &str, figure: &FigureAnswer) -> ExportRow {
    let mut row: ExportRow = vec![programme.into(), figure.year.into()];
    row.extend(PlaceAnswer::cells(figure.municipality.as_ref()));
    row.push((&figure.variable).into());
    let value = figure.value.as_deref().and_then(|value| value.parse::<Decimal>().ok());
    row.push(value.map_or(CellValue::Empty, CellValue::Number));
    row.push((&figure.standing).into());
    row
}

fn variable_row(programme: &str, variable: &VariableAnswer) -> ExportRow {
    vec![
        programme.into(),
        (&variable.id).into(),
        (&variable.label).into(),
        (&variable.unit).into(),
        (&variable.source).into(),
        variable.counts_people.into(),
        variable.can_be_added.into(),
        variable.part_of.as_ref().into(),
        variable.share_of.as_ref().into(),
    ]
}
