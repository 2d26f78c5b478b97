//! *Innsigelser*: what municipalities object to, and what was answered; a form that objects, and one that answers.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::failure::PageError;
use super::super::format;
use super::super::forms::{self, Objection};
use super::super::frame::PageFrame;
use super::super::text::Texts;
use super::super::visit::{Visit, rendered};
use super::BodyName;
use crate::http::AppState;

const PATH: &str = "/innsigelser";

const DOCUMENT: &str = "query Objections($programme: ID!) {
  objections(programme: $programme) {
    id kind subject reason madeAt outcome answer answeredAt
    municipality { name } addressee { name organisationNumber } answeredBy { name }
  }
}";

/// What was objected to one thing, by whoever sees any objections: asked where `$objections` says so.
pub const OBJECTED: &str = "objections @include(if: $objections) {
      id kind subject reason madeAt outcome answer answeredAt
      municipality { name } addressee { name organisationNumber } answeredBy { name }
    }";

const OBJECT: &str = "mutation Object($programme: ID!, $kind: ObjectionKind!, $subject: ID!, $reason: String!, $key: ID!) {
  done: object(programme: $programme, kind: $kind, subject: $subject, reason: $reason, idempotencyKey: $key) { errors { code message } }
}";

const ANSWER: &str = "mutation AnswerObjection($id: ID!, $outcome: ObjectionOutcome!, $reason: String!, $key: ID!) {
  done: answerObjection(objection: $id, outcome: $outcome, reason: $reason, idempotencyKey: $key) { errors { code message } }
}";

const KINDS: [&str; 3] = ["AWARD", "ALLOCATION", "FUNDING_CLAIM"];
const OUTCOMES: [&str; 3] = ["UPHELD", "PARTLY_UPHELD", "REJECTED"];

#[derive(Deserialize)]
struct Answer {
    objections: Vec<AnsweredObjection>,
}

/// An objection as the interface answers it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AnsweredObjection {
    id: String,
    kind: String,
    subject: String,
    reason: String,
    made_at: Timestamp,
    outcome: Option<String>,
    answer: Option<String>,
    answered_at: Option<Timestamp>,
    municipality: Option<BodyName>,
    addressee: Addressee,
    answered_by: Option<BodyName>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Addressee {
    name: String,
    organisation_number: Option<String>,
}

/// What stands in the address, and in the forms.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct ObjectionForm {
    /// What is objected to, by kind and id.
    slag: String,
    gjelder: String,
    gjor: String,
    innsigelse: String,
    utfall: String,
    tekst: String,
    nokkel: String,
    form_token: String,
}

impl ObjectionForm {
    /// The mutation and what it is given; the error is the text of what is wrong.
    fn command(&self, visit: &Visit) -> Result<(&'static str, Value), &'static str> {
        match self.gjor.as_str() {
            "send" if KINDS.contains(&self.slag.as_str()) => Ok((
                OBJECT,
                json!({
                    "programme": visit.programme(), "kind": self.slag, "subject": self.gjelder,
                    "reason": self.tekst, "key": self.nokkel,
                }),
            )),
            "svar" if OUTCOMES.contains(&self.utfall.as_str()) => Ok((
                ANSWER,
                json!({
                    "id": self.innsigelse, "outcome": self.utfall, "reason": self.tekst, "key": self.nokkel,
                }),
            )),
            _ => Err("form-no-decision"),
        }
    }
}

pub async fn show(visit: Visit, Query(form): Query<ObjectionForm>) -> Result<Response, PageError> {
    screen(&visit, form, None).await
}

pub async fn command(
    State(state): State<AppState>,
    visit: Visit,
    headers: HeaderMap,
    axum::Form(form): axum::Form<ObjectionForm>,
) -> Result<Response, PageError> {
    forms::check(&state, &visit, &headers, &form.form_token)?;
    let objection = forms::attempt(&visit, form.command(&visit)).await?;
    match objection {
        None => Ok(forms::done(PATH, None)),
        Some(objection) => screen(&visit, form, Some(objection)).await,
    }
}

async fn screen(visit: &Visit, form: ObjectionForm, objection: Option<Objection>) -> Result<Response, PageError> {
    let (texts, variables) = (visit.texts, json!({ "programme": visit.programme() }));
    let answer: Answer = visit.client.query(DOCUMENT, &variables).await?;
    let objects = visit.role() == "MUNICIPALITY" && KINDS.contains(&form.slag.as_str()) && !form.gjelder.is_empty();
    let screen = Screen {
        page: visit.page(texts.say("objections-title")).asking(DOCUMENT, &variables),
        rows: answer
            .objections
            .iter()
            .map(|made| ObjectionRow::of(made, visit))
            .collect(),
        about: objects.then(|| texts.code("objection-kind", &form.slag)),
        outcomes: OUTCOMES
            .map(|code| (code, texts.code("objection-outcome", code)))
            .into(),
        key: forms::fresh_key()?,
        form,
        objection,
    };
    Ok(rendered(&screen))
}

#[derive(Template)]
#[template(path = "objections.html")]
struct Screen {
    page: PageFrame,
    rows: Vec<ObjectionRow>,
    /// What the visitor is about to object to.
    about: Option<String>,
    outcomes: Vec<(&'static str, String)>,
    key: String,
    form: ObjectionForm,
    objection: Option<Objection>,
}

/// What was objected to what a page shows, oldest first, and where the visitor may object.
pub struct Objected {
    pub rows: Vec<ObjectionRow>,
    pub place: Option<String>,
}

impl Objected {
    pub fn of(visit: &Visit, made: &[AnsweredObjection]) -> Self {
        Self {
            rows: made.iter().map(|made| ObjectionRow::of(made, visit)).collect(),
            place: None,
        }
    }

    /// With the way to the form, for a municipality.
    pub fn with_form(self, visit: &Visit, kind: &str, subject: &str) -> Self {
        let may_object = visit.role() == "MUNICIPALITY" && are_seen(visit);
        Self {
            place: may_object.then(|| format!("{PATH}?slag={kind}&gjelder={}", forms::segment(subject))),
            ..self
        }
    }
}

/// Whether the visitor is of a role that sees objections, and sees the page as it is now: the past does not hold them.
pub fn are_seen(visit: &Visit) -> bool {
    let roles = ["MUNICIPALITY", "COUNTY_GOVERNOR", "DIRECTORATE", "PROGRAMME_OFFICE"];
    visit.as_of().is_none() && roles.contains(&visit.role())
}

/// One objection, and what was answered.
pub struct ObjectionRow {
    id: String,
    pub municipality: String,
    kind: String,
    address: String,
    pub reason: String,
    pub made: String,
    pub addressee: String,
    pub answer: Option<(String, String)>,
    pub may_answer: bool,
}

impl ObjectionRow {
    fn of(made: &AnsweredObjection, visit: &Visit) -> Self {
        let texts = visit.texts;
        let number = made.addressee.organisation_number.as_deref().unwrap_or_default();
        let is_theirs = visit.role() == "PROGRAMME_OFFICE" || visit.is_body(number);
        Self {
            id: made.id.clone(),
            municipality: BodyName::of(made.municipality.as_ref(), texts),
            kind: texts.code("objection-kind", &made.kind),
            address: address(&made.kind, &made.subject),
            reason: made.reason.clone(),
            made: format::instant(texts, made.made_at),
            addressee: made.addressee.name.clone(),
            may_answer: is_theirs && made.answer.is_none(),
            answer: answered(made, texts),
        }
    }
}

/// Where what is objected to is shown.
fn address(kind: &str, subject: &str) -> String {
    let room = match kind {
        "AWARD" => "tilskudd",
        "ALLOCATION" => "fordeling",
        _ => "krav",
    };
    format!("/{room}/{}", forms::segment(subject))
}

/// What came of it and when, and the reason.
fn answered(made: &AnsweredObjection, texts: Texts) -> Option<(String, String)> {
    let (outcome, at) = (made.outcome.as_ref()?, made.answered_at?);
    let by = made.answered_by.as_ref().map(|body| body.name.clone());
    let told = [
        ("outcome", texts.code("objection-outcome", outcome)),
        ("at", format::instant(texts, at)),
        ("body", by.unwrap_or_default()),
    ];
    Some((
        texts.fill("objection-answered", &told),
        made.answer.clone().unwrap_or_default(),
    ))
}
