//! *Før og nå*: before the programme, without it and with it, year by year. Who gets less is told so: nobody was to be worse off.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;

use super::super::failure::PageError;
use super::super::format::AnsweredFigure;
use super::super::text::Texts;
use super::super::visit::{PageFrame, Visit, rendered};
use super::Cell;
use super::municipality::{self, Head, MunicipalityKey, NamedMunicipality};

#[derive(Deserialize)]
struct Answer {
    municipality: Option<Asked>,
}

#[derive(Deserialize)]
struct Asked {
    #[serde(flatten)]
    known: NamedMunicipality,
    #[serde(flatten)]
    years: HashMap<String, Value>,
}

#[derive(Deserialize)]
struct Grant {
    comparison: Comparison,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Comparison {
    before: AnsweredFigure,
    without_programme: AnsweredFigure,
    with_programme: AnsweredFigure,
    difference: Option<i64>,
    worse_off: Option<bool>,
}

fn document(years: &[i16]) -> String {
    const FIGURES: &str = "comparison { before { state amount } withoutProgramme { state amount } \
        withProgramme { state amount } difference worseOff }";
    let years: Vec<String> = years
        .iter()
        .map(|year| format!("    y{year}: programmeGrant(year: {year}) {{ {FIGURES} }}\n"))
        .collect();
    format!(
        "query Comparison($number: String, $organisation: String, $asOf: DateTime) {{
  municipality(number: $number, organisationNumber: $organisation, asOf: $asOf) {{
    {}
{}  }}
}}",
        municipality::FIELDS,
        years.concat()
    )
}

pub async fn show(visit: Visit, Path(place): Path<String>) -> Result<Response, PageError> {
    let document = document(&visit.years());
    let asked = MunicipalityKey::parse(&place)?;
    let answer: Answer = visit.ask(&document, asked.variables().clone()).await?;
    let found = answer.municipality.ok_or(PageError::NotFound)?;
    let texts = visit.texts;
    let grant = |year: i16| {
        let answered = found.years.get(&format!("y{year}")).cloned().unwrap_or_default();
        serde_json::from_value::<Option<Grant>>(answered)
    };
    let mut rows = Vec::new();
    for year in visit.years() {
        let grant = grant(year).map_err(|_| PageError::Internal)?;
        rows.extend(grant.map(|grant| Row::of(year, &grant.comparison, texts)));
    }
    let head = Head::of(&visit, &place, found.known, "for-og-na");
    let screen = Screen {
        page: visit
            .page(texts.with("comparison-title", "name", head.title()))
            .asking(&document, asked.variables()),
        breaches: rows
            .iter()
            .filter(|row| row.is_breach)
            .map(|row| row.year.to_string())
            .collect::<Vec<_>>()
            .join(", "),
        rows,
        head,
    };
    Ok(rendered(&screen))
}

#[derive(Template)]
#[template(path = "comparison.html")]
struct Screen {
    page: PageFrame,
    head: Head,
    rows: Vec<Row>,
    /// The years in which it is worse off.
    breaches: String,
}

struct Row {
    year: i16,
    cells: [Cell; 4],
    verdict: String,
    is_breach: bool,
}

impl Row {
    fn of(year: i16, comparison: &Comparison, texts: Texts) -> Self {
        let figures = [
            comparison.before,
            comparison.without_programme,
            comparison.with_programme,
            AnsweredFigure::known_or_not(comparison.difference),
        ];
        let verdict = match comparison.worse_off {
            Some(true) => texts.say("worse-off"),
            Some(false) => texts.say("not-worse-off"),
            None => texts.say("worse-off-unknown"),
        };
        Self {
            year,
            cells: figures.map(|figure| Cell::of(figure, texts)),
            verdict,
            is_breach: comparison.worse_off == Some(true),
        }
    }
}
