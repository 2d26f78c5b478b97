//! *Før og nå*: before the programme, without it and with it, year by year. Who gets less is told so: nobody was to be worse off.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use serde::Deserialize;

use super::super::failure::PageError;
use super::super::format::AnsweredFigure;
use super::super::frame::PageFrame;
use super::super::text::Texts;
use super::super::visit::{Visit, rendered};
use super::Cell;
use super::municipality::{self, ByYear, Head, MunicipalityKey};

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

const FIGURES: &str = "comparison { before { state amount } withoutProgramme { state amount } \
    withProgramme { state amount } difference worseOff }";

pub async fn show(visit: Visit, Path(place): Path<String>) -> Result<Response, PageError> {
    let asked = MunicipalityKey::parse(&place)?;
    let document = municipality::document("Comparison", &municipality::of_years(&visit.years(), FIGURES));
    let found = municipality::ask::<ByYear>(&visit, &document, &asked).await?;
    let texts = visit.texts;
    let mut rows = Vec::new();
    for year in visit.years() {
        let grant = municipality::of_year::<Grant>(&found.own, year)?;
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
