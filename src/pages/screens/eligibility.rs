//! *Kan vi søke?*: for each scheme yes, no or partly, with the rule in its own words; what comes without an application first.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use serde::Deserialize;

use super::super::failure::PageError;
use super::super::frame::PageFrame;
use super::super::text::Texts;
use super::super::visit::{Visit, rendered};
use super::municipality::{self, Head, MunicipalityKey};
use super::{BodyName, PostLabel};

/// The screen's own fields.
const OWN: &str = "
    eligibility(year: $year) {
      answer
      scheme { id name determination directorate { name } budgetPost(year: $year) { label } }
      reasons { code message rule { text source } }
    }";

#[derive(Deserialize)]
struct Own {
    eligibility: Vec<Answered>,
}

#[derive(Deserialize)]
struct Answered {
    answer: String,
    scheme: Scheme,
    reasons: Vec<Reason>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Scheme {
    id: String,
    name: String,
    determination: String,
    directorate: BodyName,
    budget_post: Option<PostLabel>,
}

/// Why an answer is as it is, as pages quote it.
#[derive(Deserialize)]
pub struct Reason {
    pub message: String,
    pub rule: Option<Quoted>,
}

/// A rule in its own words.
#[derive(Deserialize)]
pub struct Quoted {
    pub text: String,
    pub source: String,
}

pub async fn show(visit: Visit, Path((place, year)): Path<(String, i16)>) -> Result<Response, PageError> {
    let asked = MunicipalityKey::parse(&place)?.and("year", year);
    let document = municipality::document_with("Eligibility", ", $year: Int!", "", OWN);
    let found = municipality::ask::<Own>(&visit, &document, &asked).await?;
    let texts = visit.texts;
    let head = Head::of(&visit, &place, found.known, "kan-vi-soke");
    let mut rows: Vec<Row> = found
        .own
        .eligibility
        .into_iter()
        .map(|answered| Row::of(answered, texts))
        .collect();
    // Where nothing need be sent, that is what a reader must know before all else.
    rows.sort_by_key(|row| !row.comes_without_application);
    let title = texts.fill(
        "eligibility-title",
        &[("name", head.title()), ("year", year.to_string())],
    );
    let screen = Screen {
        page: visit.page(title).asking(&document, asked.variables()),
        previous: year.saturating_sub(1),
        next: year.saturating_add(1),
        year,
        rows,
        head,
    };
    Ok(rendered(&screen))
}

#[derive(Template)]
#[template(path = "eligibility.html")]
struct Screen {
    page: PageFrame,
    head: Head,
    year: i16,
    previous: i16,
    next: i16,
    rows: Vec<Row>,
}

struct Row {
    id: String,
    scheme: String,
    post: String,
    owner: String,
    determination: String,
    comes_without_application: bool,
    answer: String,
    class: String,
    reasons: Vec<Reason>,
}

impl Row {
    fn of(answered: Answered, texts: Texts) -> Self {
        let scheme = answered.scheme;
        Self {
            answer: texts.code("eligible", &answered.answer),
            class: answered.answer.to_lowercase(),
            comes_without_application: scheme.determination == "RULE",
            determination: texts.code("determination", &scheme.determination),
            post: scheme
                .budget_post
                .map_or_else(|| texts.say("no-post"), |post| post.label),
            owner: scheme.directorate.name,
            scheme: scheme.name,
            id: scheme.id,
            reasons: answered.reasons,
        }
    }
}
