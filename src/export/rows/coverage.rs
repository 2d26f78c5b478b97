//! Coverage as rows: a post and year each.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use super::Learnt;
use super::pages::numbers;
use crate::export::about::counted;
use crate::export::kroner::kroner;
use crate::export::question::{Asker, FigureAnswer, IdAnswer, Post};
use crate::export::table::{CellKind, ExportRow, Heading, figure, heading};
use crate::export::{ExportError, Subset};

/// The oldest year that the pilot's schemes have a post in.
const FIRST: i16 = 2014;

const POST: &str =
    "budgetPost { label } name ministry general accounts { state amount } reported { state amount } sources { id }";
const SUMS: &str = "total { state amount } heard { state amount } general { state amount }";

#[derive(Deserialize)]
struct Answer {
    coverage: CoverageAnswer,
    municipality: Option<TownAnswer>,
}

/// What one municipality is told.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TownAnswer {
    unheard_posts: Vec<PostAnswer>,
}

#[derive(Deserialize)]
struct CoverageAnswer {
    total: FigureAnswer,
    heard: FigureAnswer,
    general: FigureAnswer,
    /// None where only what is not heard is asked for.
    #[serde(default)]
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
    subset: Subset,
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
    pub fn new(subset: &Subset, now: Timestamp) -> Self {
        let year = subset.year;
        let this_year = programgrant_core::calendar::norwegian_date(now).year();
        let years = year.map_or(FIRST..=this_year, |year| year..=year);
        Self {
            ahead: years.collect(),
            subset: subset.clone(),
            is_one: year.is_some(),
            known: false,
            learnt: Learnt::default(),
        }
    }

    pub async fn next(&mut self, asker: &mut Asker) -> Result<Option<Vec<ExportRow>>, ExportError> {
        let Some(year) = self.ahead.pop_front() else {
            return Ok(None);
        };
        let CoverageAnswer { posts, .. } = self.ask(asker, year).await?;
        Ok(Some(posts.iter().map(|post| post_row(year, post)).collect()))
    }

    /// The sums of the year, with the posts that are asked for.
    async fn ask(&mut self, asker: &mut Asker, year: i16) -> Result<CoverageAnswer, ExportError> {
        let as_of = self.subset.as_of.map(|at| at.to_string());
        let of_one = self.subset.municipality.as_deref().filter(|_| self.subset.only_unheard);
        let coverage = if let Some(number) = of_one {
            let mut variables = numbers(number);
            variables["year"] = year.into();
            variables["asOf"] = as_of.into();
            let document = format!(
                "query ExportUnheard($number: String, $organisation: String, $year: Int!, $asOf: DateTime) {{ \
                 coverage(year: $year, asOf: $asOf) {{ {SUMS} }} \
                 municipality(number: $number, organisationNumber: $organisation, asOf: $asOf) \
                 {{ unheardPosts(year: $year) {{ {POST} }} }} }}"
            );
            let Answer { coverage, municipality } = asker.ask(&document, &variables).await?;
            let posts = municipality.map_or_else(Vec::new, |town: TownAnswer| town.unheard_posts);
            CoverageAnswer { posts, ..coverage }
        } else {
            let document = format!(
                "query ExportCoverage($year: Int!, $asOf: DateTime) \
                 {{ coverage(year: $year, asOf: $asOf) {{ {SUMS} posts {{ {POST} }} }} }}"
            );
            let answer: Answer = asker.ask(&document, &json!({ "year": year, "asOf": as_of })).await?;
            answer.coverage
        };
        self.learn(year, &coverage);
        Ok(coverage)
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
