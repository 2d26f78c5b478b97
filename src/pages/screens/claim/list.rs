//! *Krav*: the claims that the caller may see, by state.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use super::super::super::failure::PageError;
use super::super::super::format;
use super::super::super::frame::PageFrame;
use super::super::super::text::Texts;
use super::super::super::visit::{Visit, rendered};
use super::super::{BodyName, SchemeName};
use super::Claimant;

/// How many a page has.
const ROWS: u32 = 100;

/// In the order of a claim's life.
const STATES: [&str; 10] = [
    "REQUESTED",
    "HELD",
    "CLEARED",
    "DENIED",
    "CONFIRMED",
    "PAID",
    "QUARANTINED",
    "RELEASED",
    "EXPIRED",
    "REVERSED",
];

const DOCUMENT: &str = "query Claims($state: [ClaimState!], $limit: Int!, $continuationToken: String) {
  fundingClaims(state: $state, limit: $limit, continuationToken: $continuationToken) {
    continuationToken
    items {
      id state year amount caseReference expiresAt
      requestedBy { name } scheme { id name } recipient { name number organisationNumber }
    }
  }
}";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    funding_claims: Claims,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Claims {
    items: Vec<Item>,
    continuation_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    id: String,
    state: String,
    year: i16,
    amount: i64,
    case_reference: String,
    expires_at: Option<Timestamp>,
    requested_by: BodyName,
    scheme: Option<SchemeName>,
    recipient: Option<Claimant>,
}

/// What stands in the address.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct ClaimChoice {
    status: String,
    fra: String,
}

pub async fn list(visit: Visit, Query(filter): Query<ClaimChoice>) -> Result<Response, PageError> {
    let text = |text: &String| (!text.is_empty()).then(|| text.clone());
    let state = text(&filter.status).map(|state| vec![state]);
    let variables = json!({ "state": state, "limit": ROWS, "continuationToken": text(&filter.fra) });
    let answer: Answer = visit.client.query(DOCUMENT, &variables).await?;
    let claims = answer.funding_claims;
    let texts = visit.texts;
    let screen = Screen {
        page: visit.page(texts.say("claims-title")).asking(DOCUMENT, &variables),
        states: STATES
            .map(|state| (state.to_owned(), texts.code("claim-state", state)))
            .into(),
        rows: claims.items.into_iter().map(|item| Row::of(item, texts)).collect(),
        next: claims.continuation_token.map(|token| {
            let mut query = form_urlencoded::Serializer::for_suffix(String::from("?"), 1);
            query.append_pair("status", &filter.status).append_pair("fra", &token);
            query.finish()
        }),
        filter,
    };
    Ok(rendered(&screen))
}

#[derive(Template)]
#[template(path = "claims.html")]
struct Screen {
    page: PageFrame,
    filter: ClaimChoice,
    states: Vec<(String, String)>,
    rows: Vec<Row>,
    next: Option<String>,
}

struct Row {
    id: String,
    reference: String,
    recipient: String,
    scheme: String,
    year: i16,
    amount: String,
    state: String,
    asked_by: String,
    ends: String,
}

impl Row {
    fn of(item: Item, texts: Texts) -> Self {
        Self {
            id: item.id,
            reference: item.case_reference,
            recipient: item
                .recipient
                .map_or_else(|| texts.say("recipient-unknown"), |recipient| recipient.name),
            scheme: item.scheme.map_or_else(|| texts.say("no-scheme"), |scheme| scheme.name),
            year: item.year,
            amount: format::kroner(item.amount),
            state: texts.code("claim-state", &item.state),
            asked_by: item.requested_by.name,
            ends: item
                .expires_at
                .map_or_else(|| texts.say("no-end"), |at| format::instant(texts, at)),
        }
    }
}
