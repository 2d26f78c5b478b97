//! *Dobbeltfinansiering*: the cases that the caller may see, and one of them with its evidence side by side.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::downloads::{FileList, Offers, said};
use super::super::failure::PageError;
use super::super::format::{self, AnsweredFigure};
use super::super::text::Texts;
use super::super::visit::{PageFrame, Visit, rendered};
use super::eligibility::Reason;
use super::{BodyName, Cell, Origin, PostLabel, SchemeName};
use crate::export::Subset;

/// How many a page has.
const ROWS: u32 = 100;

const CASE: &str = "id state kind year toHoldBack toPayBack openedAt changedAt decision decidedBy { name }
      scheme { id name } municipality { name number organisationNumber }
      reasons { code message rule { text source } }
      awards {
        id year status scheme { id name } budgetPost { label } granted { state amount } paid { state amount }
        provenance { source { name lastHeardAt } recordId }
      }";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    double_funding_cases: Cases,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cases {
    items: Vec<Case>,
    continuation_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Case {
    id: String,
    state: String,
    kind: String,
    year: i16,
    to_hold_back: i64,
    to_pay_back: i64,
    opened_at: Timestamp,
    changed_at: Timestamp,
    decision: Option<String>,
    decided_by: Option<BodyName>,
    scheme: Option<SchemeName>,
    municipality: Option<Concerned>,
    reasons: Vec<Reason>,
    awards: Vec<Award>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Concerned {
    name: String,
    number: Option<String>,
    organisation_number: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Award {
    id: String,
    year: i16,
    status: String,
    scheme: Option<SchemeName>,
    budget_post: PostLabel,
    granted: AnsweredFigure,
    paid: AnsweredFigure,
    provenance: Origin,
}

/// What stands in the address.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct CaseChoice {
    status: String,
    fra: String,
}

impl CaseChoice {
    /// The same, as it is said of a file: of the whole list, whatever piece of it the page shows.
    pub fn subset(&self) -> Subset {
        Subset {
            status: said(&self.status).into_iter().collect(),
            ..Subset::default()
        }
    }
}

fn document() -> String {
    format!(
        "query Cases($state: [CaseState!], $limit: Int!, $continuationToken: String) {{
  doubleFundingCases(state: $state, limit: $limit, continuationToken: $continuationToken) {{
    continuationToken
    items {{
      {CASE}
    }}
  }}
}}"
    )
}

async fn ask(visit: &Visit, variables: &Value) -> Result<Cases, PageError> {
    // What the ledger holds has no past that the interface tells: it is told as it is.
    let answer: Answer = visit.client.query(&document(), variables).await?;
    Ok(answer.double_funding_cases)
}

pub async fn list(visit: Visit, Query(filter): Query<CaseChoice>) -> Result<Response, PageError> {
    let text = |text: &String| (!text.is_empty()).then(|| text.clone());
    let state = text(&filter.status).map(|state| vec![state]);
    let variables = json!({ "state": state, "limit": ROWS, "continuationToken": text(&filter.fra) });
    let cases = ask(&visit, &variables).await?;
    let texts = visit.texts;
    let states = ["OPEN", "CONFIRMED", "DISMISSED", "SETTLED"];
    let screen = List {
        page: visit
            .page(texts.say("cases-title"))
            .asking(&document(), &variables)
            .offering(Offers::of(FileList::Cases, &visit, &[("status", &filter.status)])),
        rows: cases.items.iter().map(|case| Row::of(case, texts)).collect(),
        states: states
            .map(|state| (state.to_owned(), texts.code("case-state", state)))
            .into(),
        next: cases.continuation_token.map(|token| {
            let mut query = form_urlencoded::Serializer::new(String::from("?"));
            query.append_pair("status", &filter.status).append_pair("fra", &token);
            query.finish()
        }),
        filter,
    };
    Ok(rendered(&screen))
}

#[derive(Template)]
#[template(path = "cases.html")]
struct List {
    page: PageFrame,
    filter: CaseChoice,
    states: Vec<(String, String)>,
    rows: Vec<Row>,
    next: Option<String>,
}

struct Row {
    id: String,
    municipality: String,
    scheme: String,
    kind: String,
    state: String,
    year: i16,
    hold_back: String,
    pay_back: String,
    opened: String,
}

impl Row {
    fn of(case: &Case, texts: Texts) -> Self {
        Self {
            id: case.id.clone(),
            municipality: case
                .municipality
                .as_ref()
                .map_or_else(|| texts.say("recipient-unknown"), |concerned| concerned.name.clone()),
            scheme: case
                .scheme
                .as_ref()
                .map_or_else(|| texts.say("no-scheme"), |scheme| scheme.name.clone()),
            kind: texts.code("case-kind", &case.kind),
            state: texts.code("case-state", &case.state),
            year: case.year,
            hold_back: format::kroner(case.to_hold_back),
            pay_back: format::kroner(case.to_pay_back),
            opened: format::instant(texts, case.opened_at),
        }
    }
}

/// One case. The interface has no field for one alone: it is looked for among those that the caller may see.
pub async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response, PageError> {
    let mut variables = json!({ "state": null, "limit": ROWS, "continuationToken": null });
    let case = loop {
        let cases = ask(&visit, &variables).await?;
        if let Some(case) = cases.items.into_iter().find(|case| case.id == id) {
            break case;
        }
        variables["continuationToken"] = json!(cases.continuation_token.ok_or(PageError::NotFound)?);
    };
    let texts = visit.texts;
    let row = Row::of(&case, texts);
    let title = texts.fill(
        "case-title",
        &[("kind", row.kind.clone()), ("municipality", row.municipality.clone())],
    );
    let screen = Screen {
        page: visit.page(title).asking(&document(), &variables),
        municipality: case.municipality.as_ref().and_then(|concerned| {
            concerned
                .organisation_number
                .clone()
                .or_else(|| concerned.number.clone())
        }),
        changed: format::instant(texts, case.changed_at),
        decision: case
            .decision
            .as_ref()
            .map(|decision| texts.code("case-decision", decision)),
        decided_by: case.decided_by.map(|body| body.name),
        next: texts.code("case-next", &case.state),
        awards: case.awards.iter().map(|award| AwardRow::of(award, texts)).collect(),
        reasons: case.reasons,
        row,
    };
    Ok(rendered(&screen))
}

#[derive(Template)]
#[template(path = "case.html")]
struct Screen {
    page: PageFrame,
    row: Row,
    municipality: Option<String>,
    changed: String,
    decision: Option<String>,
    decided_by: Option<String>,
    next: String,
    reasons: Vec<Reason>,
    awards: Vec<AwardRow>,
}

struct AwardRow {
    id: String,
    scheme: String,
    post: String,
    year: i16,
    status: String,
    granted: Cell,
    paid: Cell,
    origin: String,
}

impl AwardRow {
    fn of(award: &Award, texts: Texts) -> Self {
        Self {
            id: award.id.clone(),
            scheme: award
                .scheme
                .as_ref()
                .map_or_else(|| texts.say("no-scheme"), |scheme| scheme.name.clone()),
            post: award.budget_post.label.clone(),
            year: award.year,
            status: texts.code("status", &award.status),
            granted: Cell::of(award.granted, texts),
            paid: Cell::of(award.paid, texts),
            origin: award.provenance.text(texts),
        }
    }
}
