//! The search: a municipality by any number or name that it ever had. One that is found alone is shown at once.

use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::json;

use super::super::failure::PageError;
use super::super::frame::PageFrame;
use super::super::visit::{Visit, rendered};
use super::municipality::{Head, NamedMunicipality};

const BY_TEXT: &str = "query Search($text: String!) {
  municipalities(search: $text, limit: 100) {
    items { id name number organisationNumber countyGovernor { name } formerNumbers { number name until } }
    continuationToken
  }
}";
const BY_ORGANISATION: &str = "query ByOrganisation($number: String!) {
  municipality(organisationNumber: $number) { id name number organisationNumber countyGovernor { name } formerNumbers { number name until } }
}";

#[derive(Deserialize)]
struct ByText {
    municipalities: Found,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Found {
    items: Vec<NamedMunicipality>,
    continuation_token: Option<String>,
}

#[derive(Deserialize)]
struct ByOrganisation {
    municipality: Option<NamedMunicipality>,
}

/// What stands in the address.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct SearchText {
    q: String,
}

pub async fn show(visit: Visit, Query(SearchText { q }): Query<SearchText>) -> Result<Response, PageError> {
    let text = q.trim();
    let digits: String = text.chars().filter(|sign| !sign.is_whitespace()).collect();
    let is_organisation = digits.len() == 9 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let (found, has_more) = if text.is_empty() {
        (Vec::new(), false)
    } else if is_organisation {
        let answer: ByOrganisation = visit
            .client
            .query(BY_ORGANISATION, &json!({ "number": digits }))
            .await?;
        (answer.municipality.into_iter().collect(), false)
    } else {
        let answer: ByText = visit.client.query(BY_TEXT, &json!({ "text": text })).await?;
        (
            answer.municipalities.items,
            answer.municipalities.continuation_token.is_some(),
        )
    };
    if let [only] = found.as_slice()
        && let Some(key) = key(only)
    {
        return Ok(Redirect::to(&format!("/kommune/{key}")).into_response());
    }
    let rows = found
        .into_iter()
        .filter_map(|known| Some(Head::of(&visit, &key(&known)?, known, "")))
        .collect();
    let screen = Screen {
        page: visit.page(visit.texts.say("search-title")),
        text: text.to_owned(),
        rows,
        has_more,
    };
    Ok(rendered(&screen))
}

/// How its pages are named: by what survives a renumbering, where it has that.
fn key(known: &NamedMunicipality) -> Option<String> {
    known
        .organisation_number
        .clone()
        .or_else(|| known.number.clone())
        .or_else(|| {
            // One that ended has its last number.
            known.former_numbers.last().map(|former| former.number.clone())
        })
}

#[derive(Template)]
#[template(path = "search.html")]
struct Screen {
    page: PageFrame,
    text: String,
    rows: Vec<Head>,
    has_more: bool,
}
