//! *Krav*: one claim with its answer, evidence, history and receipt, and the commands that are possible as it stands and to whom it is shown.

mod commands;
mod list;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use super::super::failure::PageError;
use super::super::format;
use super::super::forms::{self, NextStep, Objection};
use super::super::frame::PageFrame;
use super::super::text::Texts;
use super::super::visit::{Visit, rendered};
use super::check::{ShownVerdict, Verdict};
use super::objections::{self, AnsweredObjection, OBJECTED, Objected};
use crate::http::AppState;

pub use list::list;

pub use commands::DecisionChoice;

use commands::{ClaimCommand, ClaimForm, CommandSection};

/// What is asked of the claim besides objections.
const FIELDS: &str = "state year amount caseReference awardReference requestedAt expiresAt
    requestedBy { name organisationNumber }
    scheme { id name directorate { organisationNumber name } }
    recipient { name number organisationNumber }
    verdict { outcome reasons { code message rule { text source } } evidence { source { name lastHeardAt } recordId } }
    fence @include(if: $inside)
    receipt @include(if: $inside)
    exception @include(if: $inside) {
      proposedBy { name organisationNumber } proposedAt reason legalBasis voidAt isOpen approvedBy { name organisationNumber } approvedAt
    }
    history @include(if: $inside) { at state reason by { name organisationNumber } verdict { outcome } }";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    funding_claim: Option<ClaimAnswer>,
}

/// A claim as the interface answers it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClaimAnswer {
    state: String,
    year: i16,
    amount: i64,
    case_reference: String,
    award_reference: Option<String>,
    requested_at: Timestamp,
    expires_at: Option<Timestamp>,
    requested_by: NumberedBody,
    scheme: Option<ClaimedScheme>,
    recipient: Option<Claimant>,
    verdict: Verdict,
    fence: Option<i32>,
    receipt: Option<String>,
    exception: Option<Exception>,
    #[serde(default)]
    history: Vec<Event>,
    #[serde(default)]
    objections: Vec<AnsweredObjection>,
}

/// A body by number and name.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NumberedBody {
    name: String,
    organisation_number: String,
}

#[derive(Deserialize)]
struct ClaimedScheme {
    id: String,
    name: String,
    directorate: NumberedBody,
}

/// Whom a claim is for.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Claimant {
    pub name: String,
    number: Option<String>,
    organisation_number: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Exception {
    proposed_by: NumberedBody,
    proposed_at: Timestamp,
    reason: String,
    legal_basis: String,
    void_at: Timestamp,
    is_open: bool,
    approved_by: Option<NumberedBody>,
    approved_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Event {
    at: Timestamp,
    state: String,
    reason: Option<String>,
    by: NumberedBody,
    verdict: Outcome,
}

#[derive(Deserialize)]
struct Outcome {
    outcome: String,
}

impl ClaimAnswer {
    /// The exception that waits for its second person.
    fn proposal(&self, now: Timestamp) -> Option<&Exception> {
        let exception = self.exception.as_ref();
        exception.filter(|exception| exception.is_open && now < exception.void_at)
    }
}

pub async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response, PageError> {
    screen(&visit, &id, ClaimForm::default(), None).await
}

/// One of the page's forms. Whatever comes of it, the page shows the claim as it then stands.
pub async fn command(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    headers: HeaderMap,
    axum::Form(form): axum::Form<ClaimForm>,
) -> Result<Response, PageError> {
    forms::check(&state, &visit, &headers, &form.form_token)?;
    let command =
        ClaimCommand::of(&form.handling).ok_or_else(|| PageError::BadInput(visit.texts.say("bad-address")))?;
    match command.give(&visit, &id, &form).await? {
        Ok(receipt) => Ok(forms::done(&format!("/krav/{}", forms::segment(&id)), Some(&receipt))),
        Err(objection) => screen(&visit, &id, form, Some(objection)).await,
    }
}

async fn screen(visit: &Visit, id: &str, form: ClaimForm, objection: Option<Objection>) -> Result<Response, PageError> {
    // The recipient is told of the decision, not of how it was come to.
    let inside = visit.commands() || visit.role() == "COUNTY_GOVERNOR";
    let variables = json!({ "id": id, "inside": inside, "objections": objections::are_seen(visit) });
    let document = format!(
        "query Claim($id: ID!, $inside: Boolean!, $objections: Boolean!) {{
  fundingClaim(id: $id) {{
    {FIELDS}
    {OBJECTED}
  }}
}}"
    );
    let answer: Answer = visit.client.query(&document, &variables).await?;
    let claim = answer.funding_claim.ok_or(PageError::NotFound)?;
    let texts = visit.texts;
    let recipient = claim
        .recipient
        .as_ref()
        .map_or_else(|| texts.say("recipient-unknown"), |recipient| recipient.name.clone());
    let title = texts.fill(
        "claim-title",
        &[("reference", claim.case_reference.clone()), ("name", recipient.clone())],
    );
    let (commands, loose) = commands::sections(visit, &claim, &form, objection);
    let screen = Screen {
        page: visit.page(title).asking(&document, &variables),
        state: texts.code("claim-state", &claim.state),
        class: claim.state.to_lowercase(),
        facts: facts(&claim, recipient, texts),
        municipality: claim.recipient.as_ref().and_then(|recipient| {
            recipient
                .organisation_number
                .clone()
                .or_else(|| recipient.number.clone())
        }),
        steps: steps(visit, &claim),
        commands,
        loose,
        exception: claim
            .exception
            .as_ref()
            .map(|exception| exception_facts(exception, texts)),
        objected: Objected::of(visit, &claim.objections).with_form(visit, "FUNDING_CLAIM", id),
        receipt: claim.receipt,
        events: claim.history.iter().map(|event| Row::of(event, texts)).collect(),
        answer: ShownVerdict::of(claim.verdict, texts),
    };
    Ok(rendered(&screen))
}

/// What is claimed, for whom and by whom.
fn facts(claim: &ClaimAnswer, recipient: String, texts: Texts) -> Vec<NextStep> {
    let scheme = claim.scheme.as_ref().map_or_else(
        || texts.say("no-scheme"),
        |scheme| format!("{} {}", scheme.id, scheme.name),
    );
    let mut facts = vec![
        NextStep::new(texts, "form-recipient", recipient),
        NextStep::new(texts, "column-scheme", scheme),
        NextStep::new(texts, "column-grant-year", claim.year.to_string()),
        NextStep::new(texts, "claim-amount", format::kroner(claim.amount)),
        NextStep::new(texts, "form-case", claim.case_reference.clone()),
        NextStep::new(texts, "claim-asked-by", claim.requested_by.name.clone()),
        NextStep::new(texts, "claim-asked-at", format::instant(texts, claim.requested_at)),
    ];
    if let Some(reference) = &claim.award_reference {
        facts.push(NextStep::new(texts, "claim-award", reference.clone()));
    }
    facts
}

/// What happens next, who decides, by when, what to do meanwhile.
fn steps(visit: &Visit, claim: &ClaimAnswer) -> Vec<NextStep> {
    let texts = visit.texts;
    let proposal = claim.proposal(visit.now);
    let state = if proposal.is_some() {
        "PROPOSED"
    } else {
        claim.state.as_str()
    };
    let ends = proposal.map(|exception| exception.void_at).or(claim.expires_at);
    let when = ends.map_or_else(|| texts.say("no-end"), |at| format::instant(texts, at));
    vec![
        NextStep::new(texts, "step-next", texts.code("claim-next", state)),
        NextStep::new(texts, "step-who", texts.code("claim-who", state)),
        NextStep::new(texts, "step-when", when),
        NextStep::new(texts, "step-meanwhile", texts.code("claim-meanwhile", state)),
    ]
}

fn exception_facts(exception: &Exception, texts: Texts) -> Vec<NextStep> {
    let by = |body: &NumberedBody, at| format!("{}, {}", body.name, format::instant(texts, at));
    let approved = exception.approved_by.as_ref().zip(exception.approved_at);
    vec![
        NextStep::new(
            texts,
            "exception-proposed",
            by(&exception.proposed_by, exception.proposed_at),
        ),
        NextStep::new(texts, "command-reason", exception.reason.clone()),
        NextStep::new(texts, "command-basis", exception.legal_basis.clone()),
        NextStep::new(
            texts,
            "exception-approved",
            approved.map_or_else(|| texts.say("exception-by-nobody"), |(body, at)| by(body, at)),
        ),
    ]
}

#[derive(Template)]
#[template(path = "claim.html")]
struct Screen {
    page: PageFrame,
    state: String,
    class: String,
    facts: Vec<NextStep>,
    municipality: Option<String>,
    answer: ShownVerdict,
    steps: Vec<NextStep>,
    commands: Vec<CommandSection>,
    /// About a form that is there no more.
    loose: Option<Objection>,
    exception: Option<Vec<NextStep>>,
    objected: Objected,
    receipt: Option<String>,
    events: Vec<Row>,
}

struct Row {
    at: String,
    state: String,
    outcome: String,
    by: String,
    reason: String,
}

impl Row {
    fn of(event: &Event, texts: Texts) -> Self {
        Self {
            at: format::instant(texts, event.at),
            state: texts.code("claim-state", &event.state),
            outcome: texts.code("outcome", &event.verdict.outcome),
            by: event.by.name.clone(),
            reason: event.reason.clone().unwrap_or_default(),
        }
    }
}
