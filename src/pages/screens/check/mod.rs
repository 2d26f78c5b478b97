//! *Før vedtak*: a case officer asks what the guard would answer, for one applicant or for a list, and then asks for leave. To ask writes
//! nothing; the second form does, and says so before.

mod form;
mod list;
mod request;

use askama::Template;
use axum::extract::Query;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use super::super::failure::PageError;
use super::super::frame::PageFrame;
use super::super::text::Texts;
use super::super::visit::{Visit, rendered};
use super::Origin;
use super::eligibility::Reason;

pub use form::CheckForm;
pub use list::{answer as answer_list, show as show_list};
pub use request::request;

use request::{Offered, RequestOffer};

const DOCUMENT: &str = "query BeforeAward($input: FundingInput!) {
  fundingCheck(input: $input) {
    outcome
    reasons { code message rule { text source } }
    evidence { source { name lastHeardAt } recordId }
  }
}";

const SCHEMES: &str = "query Schemes { schemes { id name directorate { organisationNumber name } } }";

#[derive(Deserialize)]
struct Schemes {
    schemes: Vec<OwnedScheme>,
}

/// A scheme and whose it is.
#[derive(Deserialize)]
struct OwnedScheme {
    id: String,
    name: String,
    directorate: Owner,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Owner {
    organisation_number: String,
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    funding_check: Verdict,
}

/// The guard's answer, as pages ask for it.
#[derive(Deserialize)]
pub struct Verdict {
    pub outcome: String,
    reasons: Vec<Reason>,
    evidence: Vec<Origin>,
}

pub async fn show(visit: Visit, headers: HeaderMap, Query(form): Query<CheckForm>) -> Result<Response, PageError> {
    let offered = Offered::fresh(&headers)?;
    screen(&visit, form, None, offered).await
}

/// The page with the question, its answer where there is one, and the form that asks for leave. `known` is the answer where it is known.
async fn screen(
    visit: &Visit,
    form: CheckForm,
    known: Option<Verdict>,
    offered: Offered,
) -> Result<Response, PageError> {
    let texts = visit.texts;
    let schemes: Schemes = visit.client.query(SCHEMES, &json!({})).await?;
    let page = visit.page(texts.say("check-title"));
    let (page, verdict, flaw) = if let Some(known) = known {
        (page, Some(known), None)
    } else if form.is_empty() {
        (page, None, None)
    } else {
        ask(visit, page, &form).await?
    };
    let scheme = schemes.schemes.iter().find(|scheme| scheme.id == form.ordning);
    let offer = verdict
        .as_ref()
        .and_then(|verdict| RequestOffer::of(visit, &form, scheme, &verdict.outcome, offered));
    let screen = Screen {
        page,
        groups: ["CHILDREN_AND_YOUNG", "ADULTS", "ALL", "OTHER"]
            .map(|group| (group.to_owned(), texts.code("target", group)))
            .into(),
        year: visit.today.year().to_string(),
        answer: verdict.map(|verdict| ShownVerdict::of(verdict, texts)),
        offer,
        flaw,
        schemes: schemes.schemes,
        form,
    };
    Ok(rendered(&screen))
}

/// The page with what was asked; and the answer, or what is wrong with the question.
async fn ask(
    visit: &Visit,
    page: PageFrame,
    form: &CheckForm,
) -> Result<(PageFrame, Option<Verdict>, Option<String>), PageError> {
    let input = match form.input() {
        Ok(input) => input,
        Err(key) => return Ok((page, None, Some(visit.texts.say(key)))),
    };
    let variables = json!({ "input": input });
    let page = page.asking(DOCUMENT, &variables);
    match visit.client.query::<Answer>(DOCUMENT, &variables).await {
        Ok(answer) => Ok((page, Some(answer.funding_check), None)),
        // The question is wrong: the reader can mend it, and what was typed stays.
        Err(error) => match PageError::from(error) {
            PageError::BadInput(flaw) => Ok((page, None, Some(flaw))),
            error => Err(error),
        },
    }
}

#[derive(Template)]
#[template(path = "check.html")]
struct Screen {
    page: PageFrame,
    schemes: Vec<OwnedScheme>,
    groups: Vec<(String, String)>,
    year: String,
    form: CheckForm,
    answer: Option<ShownVerdict>,
    offer: Option<RequestOffer>,
    flaw: Option<String>,
}

/// An answer of the guard as a page shows it.
pub struct ShownVerdict {
    pub outcome: String,
    pub class: String,
    pub next: String,
    pub reasons: Vec<Reason>,
    pub evidence: Vec<String>,
}

impl ShownVerdict {
    pub fn of(verdict: Verdict, texts: Texts) -> Self {
        Self {
            outcome: texts.code("outcome", &verdict.outcome),
            next: texts.code("outcome-next", &verdict.outcome),
            class: verdict.outcome.to_lowercase(),
            reasons: verdict.reasons,
            evidence: verdict.evidence.iter().map(|origin| origin.text(texts)).collect(),
        }
    }
}
