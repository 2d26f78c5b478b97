//! The versions of the programme's allocations, and a form that puts up another.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use super::super::super::failure::PageError;
use super::super::super::forms::{self, Objection, PayloadError};
use super::super::super::frame::PageFrame;
use super::super::super::text::Texts;
use super::super::super::visit::{Visit, rendered};
use super::super::{Cell, IdOf};
use super::table::amount_cell;
use crate::http::AppState;

const DOCUMENT: &str = "query Allocations($programme: ID!) {
  allocations(programme: $programme) {
    id year number state reason reference table { frame total notice }
  }
}";

const DRAFT: &str = "mutation DraftAllocation($input: AllocationDraftInput!, $key: ID!) {
  done: draftAllocation(input: $input, idempotencyKey: $key) { allocation { id } errors { code message } }
}";

#[derive(Deserialize)]
struct Answer {
    allocations: Vec<Version>,
}

#[derive(Deserialize)]
struct Version {
    id: String,
    year: i16,
    number: u32,
    state: String,
    reason: String,
    reference: Option<String>,
    table: Option<Sums>,
}

#[derive(Deserialize)]
struct Sums {
    frame: Option<i64>,
    total: Option<i64>,
    notice: Option<String>,
}

#[derive(Deserialize)]
struct Done {
    done: Payload,
}

#[derive(Deserialize)]
struct Payload {
    allocation: Option<IdOf>,
    errors: Vec<PayloadError>,
}

/// A version to be put up, as its form was filled in.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct DraftForm {
    aar: String,
    begrunnelse: String,
    plan: String,
    nokkel: String,
    form_token: String,
}

pub async fn show(visit: Visit, Query(form): Query<DraftForm>) -> Result<Response, PageError> {
    screen(&visit, form, None).await
}

/// Puts up a version. One of a year that is decided corrects what is decided.
pub async fn draft(
    State(state): State<AppState>,
    visit: Visit,
    headers: HeaderMap,
    axum::Form(form): axum::Form<DraftForm>,
) -> Result<Response, PageError> {
    forms::check(&state, &visit, &headers, &form.form_token)?;
    let Ok(year) = form.aar.parse::<i16>() else {
        let objection = Objection::own(visit.texts, "allocation-no-year");
        return screen(&visit, form, Some(objection)).await;
    };
    let decided = decided(&versions(&visit).await?, year);
    let plan = (!form.plan.trim().is_empty()).then(|| form.plan.replace("\r\n", "\n"));
    let input = json!({
        "programme": visit.programme(), "year": year, "plan": plan, "reason": form.begrunnelse.trim(), "corrects": decided,
    });
    let done: Done = visit
        .client
        .command(DRAFT, &json!({ "input": input, "key": form.nokkel }))
        .await?;
    match (done.done.allocation, Objection::of(visit.texts, done.done.errors)) {
        (Some(allocation), None) => Ok(forms::done(&super::address(&allocation.id), None)),
        (_, objection) => screen(&visit, form, objection).await,
    }
}

fn decided(versions: &[Version], year: i16) -> Option<String> {
    let decided = versions
        .iter()
        .find(|version| version.year == year && version.state == "DECIDED");
    decided.map(|version| version.id.clone())
}

async fn versions(visit: &Visit) -> Result<Vec<Version>, PageError> {
    let answer: Answer = visit
        .client
        .query(DOCUMENT, &json!({ "programme": visit.programme() }))
        .await?;
    Ok(answer.allocations)
}

async fn screen(visit: &Visit, form: DraftForm, objection: Option<Objection>) -> Result<Response, PageError> {
    let texts = visit.texts;
    let versions = versions(visit).await?;
    let notice = versions
        .iter()
        .rev()
        .find_map(|version| version.table.as_ref()?.notice.clone());
    let variables = json!({ "programme": visit.programme() });
    let screen = Screen {
        page: visit.page(texts.say("allocations-title")).asking(DOCUMENT, &variables),
        rows: versions.iter().rev().map(|version| Row::of(version, texts)).collect(),
        notice,
        years: visit.years(),
        may_draft: visit.role() == "PROGRAMME_OFFICE",
        may_ask: visit.sees_awards(),
        key: forms::fresh_key()?,
        form,
        objection,
    };
    Ok(rendered(&screen))
}

#[derive(Template)]
#[template(path = "allocations.html")]
struct Screen {
    page: PageFrame,
    rows: Vec<Row>,
    notice: Option<String>,
    years: Vec<i16>,
    may_draft: bool,
    /// Whether what if may be asked.
    may_ask: bool,
    key: String,
    form: DraftForm,
    objection: Option<Objection>,
}

struct Row {
    address: String,
    name: String,
    state: String,
    frame: Cell,
    total: Cell,
    reason: String,
    reference: String,
}

impl Row {
    fn of(version: &Version, texts: Texts) -> Self {
        let sums = version.table.as_ref();
        Self {
            address: super::address(&version.id),
            name: texts.fill(
                "allocation-name",
                &[
                    ("year", version.year.to_string()),
                    ("number", version.number.to_string()),
                ],
            ),
            state: texts.code("allocation-state", &version.state),
            frame: amount_cell(sums.and_then(|sums| sums.frame), texts),
            total: amount_cell(sums.and_then(|sums| sums.total), texts),
            reason: version.reason.clone(),
            reference: version.reference.clone().unwrap_or_default(),
        }
    }
}
