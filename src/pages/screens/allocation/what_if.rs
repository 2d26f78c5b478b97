//! *Hva hvis*: another frame, other weights, one more municipality. The address says all of it, and nothing is kept.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::super::failure::PageError;
use super::super::super::forms;
use super::super::super::frame::PageFrame;
use super::super::super::visit::{Visit, rendered};
use super::table::{AnsweredChange, AnsweredTable, ShownTable, TABLE};

fn document() -> String {
    format!(
        "query WhatIf($programme: ID!, $year: Int!, $changes: WhatIfInput!) {{
  allocationWhatIf(programme: $programme, year: $year, changes: $changes) {{
    decided comparedWith
    {TABLE}
    changes {{ organisationNumber municipality {{ name }} before after }}
  }}
}}"
    )
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    allocation_what_if: WhatIf,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WhatIf {
    compared_with: Option<String>,
    table: AnsweredTable,
    changes: Vec<AnsweredChange>,
}

/// What stands in the address.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct WhatIfQuery {
    aar: String,
    /// In kroner, as a person types it.
    ramme: String,
    med: String,
    uten: String,
    /// Lines of scheme, indicator and weight.
    vekter: String,
}

impl WhatIfQuery {
    fn changes(&self, visit: &Visit) -> Result<Value, PageError> {
        let texts = visit.texts;
        let mut changes = json!({});
        if !self.ramme.trim().is_empty() {
            let frame = forms::ore(&self.ramme).ok_or_else(|| PageError::BadInput(texts.say("what-if-bad-frame")))?;
            changes["frame"] = frame.into();
        }
        let numbers = |text: &str| -> Vec<String> {
            let parts = text
                .split([',', ';', ' '])
                .map(str::trim)
                .filter(|part| !part.is_empty());
            parts.map(str::to_owned).collect()
        };
        changes["with"] = json!(numbers(&self.med));
        changes["without"] = json!(numbers(&self.uten));
        let mut weights = Vec::new();
        for line in self.vekter.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let [scheme, indicator, weight] = line.split_whitespace().collect::<Vec<_>>()[..] else {
                return Err(PageError::BadInput(texts.say("what-if-bad-weight")));
            };
            let weight = weight.replace(',', ".");
            weights.push(json!({ "scheme": scheme, "indicator": indicator, "weight": weight }));
        }
        changes["weights"] = json!(weights);
        Ok(changes)
    }
}

pub async fn show(visit: Visit, Query(asked): Query<WhatIfQuery>) -> Result<Response, PageError> {
    let texts = visit.texts;
    let years = visit.years();
    let year = match asked.aar.parse::<i16>() {
        Ok(year) => year,
        Err(_) if asked.aar.is_empty() => years.last().copied().ok_or(PageError::NotFound)?,
        Err(_) => return Err(PageError::BadInput(texts.say("bad-address"))),
    };
    let (document, changes) = (document(), asked.changes(&visit)?);
    let variables = json!({ "programme": visit.programme(), "year": year, "changes": changes });
    let answer: Answer = visit.client.query(&document, &variables).await?;
    let what_if = answer.allocation_what_if;
    let screen = Screen {
        page: visit
            .page(texts.with("what-if-title", "year", year))
            .asking(&document, &variables),
        compared_with: what_if.compared_with.as_deref().map(super::address),
        table: ShownTable::of(&what_if.table, Some(&what_if.changes), texts),
        year,
        years,
        asked,
    };
    Ok(rendered(&screen))
}

#[derive(Template)]
#[template(path = "what_if.html")]
struct Screen {
    page: PageFrame,
    year: i16,
    years: Vec<i16>,
    asked: WhatIfQuery,
    compared_with: Option<String>,
    table: ShownTable,
}
