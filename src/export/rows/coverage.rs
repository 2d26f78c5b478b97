//! Coverage as rows: a post and year each.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use super::Learnt;
use crate::export::ExportError;
use crate::export::about::counted;
use crate::export::kroner::kroner;
use crate::export::question::{Asker, FigureAnswer, IdAnswer, Post};
use crate::export::table::{CellKind, ExportRow, Heading, figure, heading};

/// The oldest year that the pilot's schemes have a post in.
const FIRST: i16 = 2014;

const COVERAGE: &str = "query ExportCoverage($year: Int!) { coverage(year: $year) { \
    total { state amount } heard { state amount } general { state amount } \
    posts { budgetPost { label } name ministry general accounts { state amount } reported { state amount } sources { id } } } }";

#[derive(Deserialize)]
struct Answer {
    coverage: CoverageAnswer,
}

#[derive(Deserialize)]
struct CoverageAnswer {
    total: FigureAnswer,
    heard: FigureAnswer,
    general: FigureAnswer,
    posts: Vec<PostAnswer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PostAnswer {
    budget_post: Post,
    name: String,
    ministry: Option<String>,
    general: bool,
    accounts: FigureAnswer,
    reported: FigureAnswer,
    sources: Vec<IdAnswer>,
}

/// A year at a time.
pub struct CoverageRows {
    ahead: VecDeque<i16>,
    /// Whether one year was asked for; of all, those before the first that is known were never to be had.
    is_one: bool,
    known: bool,
    learnt: Learnt,
}

pub fn coverage_headings() -> Vec<Heading> {
    let text = |name: &str, title: &str| heading(name, title, CellKind::Text);
    let mut all = vec![
        heading("year", "År", CellKind::Whole),
        text("budget_post", "Kapittel og post"),
        text("name", "Navn"),
        text("ministry", "Departement"),
        heading("general", "Generelt tilskudd", CellKind::Flag),
    ];
    all.extend(figure("accounts", "Statsregnskapet"));
    all.extend(figure("reported", "Rapportert av kildene her"));
    all.push(text("sources", "Kilder"));
    all
}

impl CoverageRows {
    pub fn new(year: Option<i16>, now: Timestamp) -> Self {
        let this_year = programgrant_core::calendar::norwegian_date(now).year();
        let years = year.map_or(FIRST..=this_year, |year| year..=year);
        Self {
            ahead: years.collect(),
            is_one: year.is_some(),
            known: false,
            learnt: Learnt::default(),
        }
    }

    pub async fn next(&mut self, asker: &mut Asker) -> Result<Option<Vec<ExportRow>>, ExportError> {
        let Some(year) = self.ahead.pop_front() else {
            return Ok(None);
        };
        let answer: Answer = asker.ask(COVERAGE, &json!({ "year": year })).await?;
        self.learn(year, &answer.coverage);
        Ok(Some(
            answer.coverage.posts.iter().map(|post| post_row(year, post)).collect(),
        ))
    }

    fn learn(&mut self, year: i16, coverage: &CoverageAnswer) {
        let CoverageAnswer {
            total, heard, general, ..
        } = coverage;
        if total.amount.is_some() {
            self.known = true;
            let said = |figure: &FigureAnswer| {
                figure.amount.map_or_else(
                    || "ikke kjent".to_owned(),
                    |amount| format!("{} kr", kroner(amount, ',')),
                )
            };
            self.learnt.remarks.push(format!(
                "{year}: {} nådde kommunene, {} av det på poster som kildene her rapporterer; {} i generelle tilskudd kommer i tillegg",
                said(total),
                said(heard),
                said(general)
            ));
        } else if self.known || self.is_one {
            self.learnt
                .missing
                .push(format!("{year}: statsregnskapet er ikke kommet"));
        }
        let unknown = coverage
            .posts
            .iter()
            .filter(|post| post.reported.state == "NOT_DELIVERED")
            .map(|_| 1)
            .sum::<u64>();
        if unknown > 0 {
            self.learnt.missing.push(format!(
                "{year}: hva kildene rapporterer på {}, er ikke kjent",
                counted(unknown, ["post", "poster"])
            ));
        }
    }

    pub fn learnt(&self) -> Learnt {
        self.learnt.clone()
    }
}

fn post_row(year: i16, post: &PostAnswer) -> ExportRow {
    let sources: Vec<&str> = post.sources.iter().map(|source| source.id.as_str()).collect();
    let mut row: ExportRow = vec![
        i64::from(year).into(),
        (&post.budget_post.label).into(),
        (&post.name).into(),
        post.ministry.as_ref().into(),
        post.general.into(),
    ];
    row.extend(post.accounts.cells());
    row.extend(post.reported.cells());
    row.push((!sources.is_empty()).then(|| sources.join(" ")).into());
    row
}
