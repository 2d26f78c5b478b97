//! *Dobbeltfinansiering*: the cases that the caller may see, and one of them with its evidence side by side.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use super::super::downloads::{FileList, Offers, said};
use super::super::failure::PageError;
use super::super::format::{self, AnsweredFigure};
use super::super::forms::{self, NextStep, Objection};
use super::super::frame::PageFrame;
use super::super::text::Texts;
use super::super::visit::{Visit, rendered};
use super::claim::DecisionChoice;
use super::eligibility::Reason;
use super::narrowed::{self, AnsweredPlace, Narrowed};
use super::{BodyName, Cell, Origin, PostLabel, SchemeName};
use crate::export::Subset;
use crate::http::AppState;

/// How many a page has.
const ROWS: u32 = 100;
const PATH: &str = "/dobbeltfinansiering";

const CASE: &str = "id state kind year toHoldBack toPayBack openedAt changedAt decision decidedBy { name }
      scheme { id name directorate { name } } municipality { name number organisationNumber }
      reasons { code message rule { text source } }
      awards {
        id year status scheme { id name } budgetPost { label } granted { state amount } paid { state amount }
        provenance { source { name lastHeardAt } recordId }
      }";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    municipality: Option<AnsweredPlace>,
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
    scheme: Option<CaseScheme>,
    municipality: Option<Concerned>,
    reasons: Vec<Reason>,
    awards: Vec<Award>,
    #[serde(default)]
    history: Vec<Event>,
}

#[derive(Deserialize)]
struct CaseScheme {
    name: String,
    directorate: BodyName,
}

#[derive(Deserialize)]
struct Event {
    at: Timestamp,
    state: String,
    by: Option<BodyName>,
    reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OneAnswer {
    double_funding_case: Option<Case>,
}

const DECIDE: &str = "mutation DecideCase($case: ID!, $decision: CaseDecision!, $reason: String!) {
  done: decideCase(case: $case, decision: $decision, reason: $reason) { case { id } errors { code message } }
}";

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
    kommune: String,
    fra: String,
}

impl CaseChoice {
    /// The same, as it is said of a file: of the whole list, whatever piece of it the page shows.
    pub fn subset(&self, texts: Texts) -> Result<Subset, PageError> {
        Ok(Subset {
            status: said(&self.status).into_iter().collect(),
            municipality: narrowed::number(&self.kommune, texts)?,
            ..Subset::default()
        })
    }

    fn pairs(&self) -> [(&'static str, &str); 2] {
        [("status", &self.status), ("kommune", &self.kommune)]
    }
}

fn document() -> String {
    format!(
        "query Cases({}, $state: [CaseState!], $limit: Int!, $continuationToken: String) {{
  {}
  doubleFundingCases(municipality: $municipality, state: $state, limit: $limit, continuationToken: $continuationToken) {{
    continuationToken
    items {{
      {CASE}
    }}
  }}
}}",
        narrowed::VARIABLES,
        narrowed::FIELD
    )
}

fn one_document() -> String {
    format!(
        "query Case($id: ID!, $inside: Boolean!) {{
  doubleFundingCase(id: $id) {{
      {CASE}
      history @include(if: $inside) {{ at state by {{ name }} reason }}
  }}
}}"
    )
}

pub async fn list(visit: Visit, Query(filter): Query<CaseChoice>) -> Result<Response, PageError> {
    let text = |text: &String| (!text.is_empty()).then(|| text.clone());
    let state = text(&filter.status).map(|state| vec![state]);
    let texts = visit.texts;
    let mut variables = narrowed::variables(&filter.kommune, texts)?;
    variables["state"] = json!(state);
    variables["limit"] = ROWS.into();
    variables["continuationToken"] = text(&filter.fra).into();
    let answer: Answer = visit.client.query(&document(), &variables).await?;
    let cases = answer.double_funding_cases;
    let states = ["OPEN", "CONFIRMED", "DISMISSED", "SETTLED"];
    let screen = List {
        page: visit
            .page(texts.say("cases-title"))
            .asking(&document(), &variables)
            .offering(Offers::of(FileList::Cases, &visit, &filter.pairs())),
        narrowed: Narrowed::of(
            &filter.kommune,
            answer.municipality.as_ref(),
            PATH,
            &filter.pairs()[..1],
        ),
        rows: cases.items.iter().map(|case| Row::of(case, texts)).collect(),
        states: states
            .map(|state| (state.to_owned(), texts.code("case-state", state)))
            .into(),
        next: cases
            .continuation_token
            .map(|token| narrowed::address(PATH, &[&filter.pairs()[..], &[("fra", &token)]].concat())),
        filter,
    };
    Ok(rendered(&screen))
}

#[derive(Template)]
#[template(path = "cases.html")]
struct List {
    page: PageFrame,
    filter: CaseChoice,
    narrowed: Option<Narrowed>,
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

pub async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response, PageError> {
    screen(&visit, &id, DecisionForm::default(), None).await
}

/// A decision on the case, as its form was filled in.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct DecisionForm {
    avgjorelse: String,
    begrunnelse: String,
    lest: String,
    form_token: String,
}

/// Decides the case. Whatever comes of it, the page shows the case as it then stands.
pub async fn decide(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    headers: HeaderMap,
    axum::Form(form): axum::Form<DecisionForm>,
) -> Result<Response, PageError> {
    forms::check(&state, &visit, &headers, &form.form_token)?;
    let texts = visit.texts;
    let objection = if !["CONFIRM", "DISMISS", "SETTLE"].contains(&form.avgjorelse.as_str()) {
        Objection::own(texts, "form-no-decision")
    } else if forms::was_read(&form.lest) {
        let variables = json!({ "case": id, "decision": form.avgjorelse, "reason": form.begrunnelse.trim() });
        match forms::give(&visit, DECIDE, &variables).await? {
            None => {
                return Ok(forms::done(
                    &format!("/dobbeltfinansiering/{}", forms::segment(&id)),
                    None,
                ));
            }
            Some(objection) => objection,
        }
    } else {
        Objection::own(texts, "form-not-read")
    };
    screen(&visit, &id, form, Some(objection)).await
}

async fn screen(
    visit: &Visit,
    id: &str,
    form: DecisionForm,
    objection: Option<Objection>,
) -> Result<Response, PageError> {
    // A municipality is told of the decision, not of the words of those who came to it.
    let variables = json!({ "id": id, "inside": visit.commands() || visit.role() == "COUNTY_GOVERNOR" });
    // What the ledger holds has no past that the interface tells: it is told as it is.
    let answer: OneAnswer = visit.client.query(&one_document(), &variables).await?;
    let case = answer.double_funding_case.ok_or(PageError::NotFound)?;
    let texts = visit.texts;
    let row = Row::of(&case, texts);
    let title = texts.fill(
        "case-title",
        &[("kind", row.kind.clone()), ("municipality", row.municipality.clone())],
    );
    let screen = Screen {
        page: visit.page(title).asking(&one_document(), &variables),
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
        decided_by: case.decided_by.as_ref().map(|body| body.name.clone()),
        steps: steps(&case, texts),
        choices: choices(visit, &case, &form),
        reason: form.begrunnelse,
        objection,
        events: case.history.iter().map(|event| EventRow::of(event, texts)).collect(),
        awards: case.awards.iter().map(|award| AwardRow::of(award, texts)).collect(),
        reasons: case.reasons,
        row,
    };
    Ok(rendered(&screen))
}

/// What happens next, who decides, by when, what to do meanwhile.
fn steps(case: &Case, texts: Texts) -> Vec<NextStep> {
    let owner = case.scheme.as_ref().map(|scheme| scheme.directorate.name.clone());
    let who = match (case.state.as_str(), owner) {
        ("OPEN" | "CONFIRMED", Some(owner)) => texts.with("case-who-owner", "body", owner),
        ("OPEN" | "CONFIRMED", None) => texts.say("case-who-office"),
        _ => texts.say("case-who-nobody"),
    };
    // What is no scheme's is no directorate's.
    let next = match (case.state.as_str(), &case.scheme) {
        ("OPEN", None) => texts.say("case-next-office"),
        (state, _) => texts.code("case-next", state),
    };
    vec![
        NextStep::new(texts, "step-next", next),
        NextStep::new(texts, "step-who", who),
        NextStep::new(texts, "step-when", texts.say("no-end")),
        NextStep::new(texts, "step-meanwhile", texts.code("case-meanwhile", &case.state)),
    ]
}

/// The decisions that are possible as the case stands; none for those who give no commands.
fn choices(visit: &Visit, case: &Case, form: &DecisionForm) -> Vec<DecisionChoice> {
    let possible: &[&'static str] = match case.state.as_str() {
        "OPEN" => &["CONFIRM", "DISMISS", "SETTLE"],
        "CONFIRMED" => &["SETTLE", "DISMISS"],
        _ => &[],
    };
    let possible = possible.iter().filter(|_| visit.commands());
    possible
        .map(|code| DecisionChoice::of(visit, "case-decide", code, &form.avgjorelse))
        .collect()
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
    steps: Vec<NextStep>,
    choices: Vec<DecisionChoice>,
    reason: String,
    objection: Option<Objection>,
    reasons: Vec<Reason>,
    awards: Vec<AwardRow>,
    events: Vec<EventRow>,
}

struct EventRow {
    at: String,
    state: String,
    by: String,
    reason: String,
}

impl EventRow {
    fn of(event: &Event, texts: Texts) -> Self {
        let by = event.by.as_ref();
        Self {
            at: format::instant(texts, event.at),
            state: texts.code("case-state", &event.state),
            by: by.map_or_else(|| texts.say("case-by-comparison"), |body| body.name.clone()),
            reason: event.reason.clone().unwrap_or_default(),
        }
    }
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
