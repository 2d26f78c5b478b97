//! *Forside*: what this is, who is at it, and what waits for them: cases, clearances near their end, deadlines, sources that are not
//! heard.

use askama::Template;
use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::super::failure::PageError;
use super::super::format;
use super::super::frame::PageFrame;
use super::super::text::Texts;
use super::super::visit::{Visit, rendered};

/// How many of each kind wait on the page; the rest stands on the screen of its own.
const SHOWN: usize = 5;

const DOCUMENT: &str = "query Front($programme: ID!, $today: Date!, $own: String) {
  programme(id: $programme) { name municipalities { name number organisationNumber } }
  sources { name state lastHeardAt }
  deadlines(from: $today, municipality: $own, limit: 5) { on text }
}";
const CASES: &str = "query OpenCases {
  doubleFundingCases(state: [OPEN], limit: 5) { items { id kind year municipality { name } } }
}";
const CLEARANCES: &str = "query Clearances {
  fundingClaims(state: [CLEARED], limit: 1000) { items { id caseReference expiresAt year recipient { name } } }
}";

#[derive(Deserialize)]
struct Answer {
    programme: Option<Programme>,
    sources: Vec<Source>,
    deadlines: Vec<Deadline>,
}

#[derive(Deserialize)]
struct Deadline {
    on: Date,
    text: String,
}

#[derive(Deserialize)]
struct Programme {
    name: String,
    /// Null where it is not published who takes part.
    municipalities: Option<Vec<Participant>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Participant {
    name: String,
    number: Option<String>,
    organisation_number: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Source {
    name: String,
    state: String,
    last_heard_at: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OpenCases {
    double_funding_cases: Items<Case>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Clearances {
    funding_claims: Items<Claim>,
}

#[derive(Deserialize)]
struct Items<T> {
    items: Vec<T>,
}

#[derive(Deserialize)]
struct Case {
    id: String,
    kind: String,
    year: i16,
    municipality: Option<super::BodyName>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Claim {
    id: String,
    case_reference: String,
    expires_at: Option<Timestamp>,
    year: i16,
    recipient: Option<super::BodyName>,
}

pub async fn show(visit: Visit) -> Result<Response, PageError> {
    let texts = visit.texts;
    let page = visit.page(texts.say("front-title"));
    // Of other participants' own days a municipality need not know.
    let variables = json!({ "programme": visit.programme(), "today": visit.today, "own": page.own });
    let answer: Answer = visit.client.query(DOCUMENT, &variables).await?;
    let programme = answer.programme.ok_or(PageError::NotFound)?;
    let cases = if_allowed::<OpenCases>(&visit, CASES).await?;
    let clearances = if_allowed::<Clearances>(&visit, CLEARANCES).await?;
    let screen = Screen {
        deadlines: lines_of_deadlines(&answer.deadlines, visit.today, texts),
        page: page.asking(DOCUMENT, &variables),
        year: visit.years().last().copied().unwrap_or_else(|| visit.today.year()),
        programme: programme.name,
        participants: programme
            .municipalities
            .into_iter()
            .flatten()
            .filter_map(participant)
            .collect(),
        may_see_cases: cases.is_some(),
        cases: cases.map_or_else(Vec::new, |cases| {
            lines_of_cases(&cases.double_funding_cases.items, texts)
        }),
        may_see_claims: clearances.is_some(),
        clearances: clearances.map_or_else(Vec::new, |found| lines_of_claims(found.funding_claims.items, texts)),
        sources: answer
            .sources
            .iter()
            .filter(|source| source.state != "FRESH")
            .map(|source| line_of_source(source, texts))
            .collect(),
    };
    Ok(rendered(&screen))
}

/// The answer to what not everybody may ask; nothing for those who may not.
async fn if_allowed<T: DeserializeOwned>(visit: &Visit, document: &str) -> Result<Option<T>, PageError> {
    match visit.client.query(document, &json!({})).await {
        Ok(answer) => Ok(Some(answer)),
        Err(error) => match PageError::from(error) {
            // Where the ledger cannot be read, the front page says the rest all the same.
            PageError::Forbidden | PageError::Unavailable { .. } => Ok(None),
            error => Err(error),
        },
    }
}

fn participant(participant: Participant) -> Option<(String, String)> {
    let key = participant.organisation_number.or_else(|| participant.number.clone())?;
    let number = participant
        .number
        .map(|number| format!(" ({number})"))
        .unwrap_or_default();
    Some((key, format!("{}{number}", participant.name)))
}

fn lines_of_cases(cases: &[Case], texts: Texts) -> Vec<(String, String)> {
    let name = |case: &Case| {
        case.municipality
            .as_ref()
            .map_or_else(|| texts.say("recipient-unknown"), |body| body.name.clone())
    };
    let line = |case: &Case| format!("{}: {}, {}", texts.code("case-kind", &case.kind), name(case), case.year);
    cases
        .iter()
        .take(SHOWN)
        .map(|case| (case.id.clone(), line(case)))
        .collect()
}

/// Those that end first.
fn lines_of_claims(mut claims: Vec<Claim>, texts: Texts) -> Vec<(String, String)> {
    claims.retain(|claim| claim.expires_at.is_some());
    claims.sort_by_key(|claim| claim.expires_at);
    let line = |claim: &Claim| {
        let name = claim
            .recipient
            .as_ref()
            .map_or_else(|| texts.say("recipient-unknown"), |body| body.name.clone());
        let at = claim
            .expires_at
            .map(|at| format::instant(texts, at))
            .unwrap_or_default();
        let values = [
            ("reference", claim.case_reference.clone()),
            ("name", name),
            ("year", claim.year.to_string()),
            ("at", at),
        ];
        (claim.id.clone(), texts.fill("clearance-line", &values))
    };
    claims.iter().take(SHOWN).map(line).collect()
}

/// Those that come next, with the day and how far off it is.
fn lines_of_deadlines(deadlines: &[Deadline], today: Date, texts: Texts) -> Vec<(String, String)> {
    let line = |deadline: &Deadline| {
        let until = super::deadlines::until(texts, today, deadline.on);
        let values = [("day", format::day(texts, deadline.on)), ("until", until)];
        (texts.fill("deadline-line", &values), deadline.text.clone())
    };
    deadlines.iter().map(line).collect()
}

fn line_of_source(source: &Source, texts: Texts) -> String {
    let heard = source.last_heard_at.map_or_else(
        || texts.say("never-heard"),
        |at| texts.with("last-heard", "at", format::instant(texts, at)),
    );
    format!(
        "{}: {}, {heard}",
        source.name,
        texts.code("source-state", &source.state)
    )
}

#[derive(Template)]
#[template(path = "front.html")]
struct Screen {
    page: PageFrame,
    year: i16,
    programme: String,
    participants: Vec<(String, String)>,
    may_see_cases: bool,
    cases: Vec<(String, String)>,
    may_see_claims: bool,
    clearances: Vec<(String, String)>,
    /// The day, and what is due.
    deadlines: Vec<(String, String)>,
    sources: Vec<String>,
}
