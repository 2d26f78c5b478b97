//! *Hva vi ikke ser*: the posts that paid municipalities and that no source here reports, with the accounts' figures.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use serde::Deserialize;

use super::super::chart::{self, Part};
use super::super::downloads::{FileList, Offers};
use super::super::failure::PageError;
use super::super::format::AnsweredFigure;
use super::super::frame::PageFrame;
use super::super::text::Texts;
use super::super::visit::{Visit, rendered};
use super::municipality::{self, AnsweredMunicipality, Head, MunicipalityKey};
use super::{Cell, PostLabel};

/// What is asked beside the municipality, and of it.
const BESIDE: &str = "  coverage(year: $year, asOf: $asOf) {
    total { state amount } heard { state amount } general { state amount }
  }
";
const OWN: &str = "
    unheardPosts(year: $year) {
      name ministry general
      budgetPost { label }
      accounts { state amount }
    }";

#[derive(Deserialize)]
struct Answer {
    coverage: Sums,
    municipality: Option<AnsweredMunicipality<Own>>,
}

#[derive(Deserialize)]
struct Sums {
    total: AnsweredFigure,
    heard: AnsweredFigure,
    general: AnsweredFigure,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Own {
    unheard_posts: Vec<Unheard>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Unheard {
    name: String,
    ministry: Option<String>,
    general: bool,
    budget_post: PostLabel,
    accounts: AnsweredFigure,
}

pub async fn show(visit: Visit, Path((place, year)): Path<(String, i16)>) -> Result<Response, PageError> {
    let asked = MunicipalityKey::parse(&place)?.and("year", year);
    let document = municipality::document_with("Unheard", ", $year: Int!", BESIDE, OWN);
    let answer: Answer = visit.ask(&document, asked.variables().clone()).await?;
    let found = answer.municipality.ok_or(PageError::NotFound)?;
    let texts = visit.texts;
    let head = Head::of(&visit, &place, found.known, "ser-ikke");
    let title = texts.with("coverage-title", "year", year);
    let of_year = [("aar", &*year.to_string())];
    let offers = Offers::of_municipality(FileList::Unheard, &visit, &place, &of_year);
    let screen = Screen {
        page: visit.page(title).asking(&document, asked.variables()).offering(offers),
        picture: picture(&answer.coverage, texts),
        unheard: Cell::of(unheard(&answer.coverage), texts),
        total: Cell::of(answer.coverage.total, texts),
        heard: Cell::of(answer.coverage.heard, texts),
        general: Cell::of(answer.coverage.general, texts),
        rows: found
            .own
            .unheard_posts
            .into_iter()
            .map(|post| Row::of(post, texts))
            .collect(),
        year,
        head,
    };
    Ok(rendered(&screen))
}

/// Total less heard; not known while either is not.
fn unheard(sums: &Sums) -> AnsweredFigure {
    let pair = sums.total.stated().zip(sums.heard.stated());
    AnsweredFigure::known_or_not(pair.and_then(|(total, heard)| total.checked_sub(heard)))
}

fn picture(sums: &Sums, texts: Texts) -> Option<String> {
    let parts = [
        Part {
            number: 1,
            size: sums.heard.stated()?,
        },
        Part {
            number: 2,
            size: unheard(sums).stated()?,
        },
    ];
    chart::bar(&texts.say("coverage-picture"), &parts)
}

#[derive(Template)]
#[template(path = "coverage.html")]
struct Screen {
    page: PageFrame,
    head: Head,
    year: i16,
    picture: Option<String>,
    total: Cell,
    heard: Cell,
    unheard: Cell,
    general: Cell,
    rows: Vec<Row>,
}

struct Row {
    post: String,
    name: String,
    ministry: String,
    accounts: Cell,
    general: bool,
}

impl Row {
    fn of(post: Unheard, texts: Texts) -> Self {
        Self {
            post: post.budget_post.label,
            name: post.name,
            ministry: post.ministry.unwrap_or_else(|| texts.say("not-stated")),
            accounts: Cell::of(post.accounts, texts),
            general: post.general,
        }
    }
}
