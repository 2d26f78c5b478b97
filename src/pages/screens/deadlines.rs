//! *Frister*: days by which something must be done, with who says so; those that come and those that have passed are told apart in words.

use std::cmp::Reverse;

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::Value;

use super::super::downloads::{FileList, Offers, said, year_in};
use super::super::failure::PageError;
use super::super::format;
use super::super::frame::PageFrame;
use super::super::text::Texts;
use super::super::visit::{Visit, rendered};
use super::narrowed::{self, AnsweredPlace, Narrowed};
use super::{BodyName, IdOf, SchemeName};
use crate::export::Subset;

/// How many the interface is asked for at once.
const PIECE: usize = 1_000;
/// How many rows a page has.
const ROWS: usize = 100;
const KINDS: [&str; 4] = ["APPLICATION", "USE_UNTIL", "REPORT", "YEARLY_REPORT"];
const PATH: &str = "/frister";

fn document() -> String {
    format!(
        "query Deadlines({}, $inside: Boolean!, $after: ID) {{
  {}
  deadlines(municipality: $municipality, limit: {PIECE}, after: $after) {{
    id kind on text source
    scheme {{ id name }} programme {{ name }} municipality {{ name }} award @include(if: $inside) {{ id }}
  }}
}}",
        narrowed::VARIABLES,
        narrowed::FIELD
    )
}

#[derive(Deserialize)]
struct Answer {
    municipality: Option<AnsweredPlace>,
    deadlines: Vec<Deadline>,
}

#[derive(Deserialize)]
struct Deadline {
    id: String,
    kind: String,
    on: Date,
    text: String,
    source: String,
    scheme: Option<SchemeName>,
    programme: Option<BodyName>,
    municipality: Option<BodyName>,
    award: Option<IdOf>,
}

/// What stands in the address.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct DeadlineFilter {
    aar: String,
    slag: String,
    kommune: String,
    side: usize,
}

impl DeadlineFilter {
    /// The same, as it is said of a file.
    pub fn subset(&self, texts: Texts) -> Result<Subset, PageError> {
        Ok(Subset {
            year: year_in(&self.aar, texts)?,
            status: said(&self.slag).into_iter().collect(),
            municipality: narrowed::number(&self.kommune, texts)?,
            ..Subset::default()
        })
    }

    fn pairs(&self) -> [(&'static str, &str); 3] {
        [("aar", &self.aar), ("slag", &self.slag), ("kommune", &self.kommune)]
    }

    /// The address of another page of the same list.
    fn page(&self, side: usize) -> String {
        let side = side.to_string();
        narrowed::address(PATH, &[&self.pairs()[..], &[("side", &side)]].concat())
    }
}

/// All of them, whatever year: from them follows which years there are.
async fn ask(visit: &Visit, variables: &Value) -> Result<Answer, PageError> {
    let mut answer: Answer = visit.client.query(&document(), variables).await?;
    let mut further = answer.deadlines.len();
    while further == PIECE {
        let mut next = variables.clone();
        next["after"] = answer.deadlines.last().map(|last| last.id.clone()).into();
        let piece: Answer = visit.client.query(&document(), &next).await?;
        further = piece.deadlines.len();
        answer.deadlines.extend(piece.deadlines);
    }
    Ok(answer)
}

pub async fn show(visit: Visit, Query(filter): Query<DeadlineFilter>) -> Result<Response, PageError> {
    let texts = visit.texts;
    let year = year_in(&filter.aar, texts)?;
    let mut variables = narrowed::variables(&filter.kommune, texts)?;
    variables["inside"] = visit.sees_awards().into();
    let answer = ask(&visit, &variables).await?;
    let mut years: Vec<String> = answer.deadlines.iter().map(|one| one.on.year().to_string()).collect();
    years.dedup();
    let shown = answer.deadlines.iter();
    let shown = shown
        .filter(|deadline| filter.slag.is_empty() || filter.slag == deadline.kind)
        .filter(|deadline| year.is_none_or(|year| year == deadline.on.year()));
    let (coming, mut passed): (Vec<&Deadline>, Vec<&Deadline>) = shown.partition(|deadline| deadline.on >= visit.today);
    passed.sort_by_key(|deadline| Reverse(deadline.on));
    let first = filter.side.saturating_mul(ROWS);
    let all = coming.len() + passed.len();
    let kind = |code: &str| (code.to_owned(), texts.code("deadline-kind", code));
    let parts = [
        Part::of("coming", &coming, first, &visit),
        Part::of("passed", &passed, first.saturating_sub(coming.len()), &visit)
            .within(ROWS.saturating_sub(coming.len().saturating_sub(first))),
    ];
    let screen = Screen {
        page: visit
            .page(texts.say("deadlines-title"))
            .asking(&document(), &variables)
            .offering(Offers::of(FileList::Deadlines, &visit, &filter.pairs())),
        narrowed: Narrowed::of(
            &filter.kommune,
            answer.municipality.as_ref(),
            PATH,
            &filter.pairs()[..2],
        ),
        parts: parts.into_iter().filter(Part::is_shown).collect(),
        previous: (filter.side > 0).then(|| filter.page(filter.side - 1)),
        next: (first.saturating_add(ROWS) < all).then(|| filter.page(filter.side + 1)),
        years,
        kinds: KINDS.map(kind).into(),
        filter,
    };
    Ok(rendered(&screen))
}

#[derive(Template)]
#[template(path = "deadlines.html")]
struct Screen {
    page: PageFrame,
    filter: DeadlineFilter,
    narrowed: Option<Narrowed>,
    years: Vec<String>,
    kinds: Vec<(String, String)>,
    parts: Vec<Part>,
    previous: Option<String>,
    next: Option<String>,
}

/// Those that come, or those that have passed.
struct Part {
    heading: String,
    caption: String,
    /// What is said where there are none, on whichever page.
    none: Option<String>,
    rows: Vec<Row>,
}

impl Part {
    fn of(which: &str, deadlines: &[&Deadline], first: usize, visit: &Visit) -> Self {
        let (texts, today) = (visit.texts, format::day(visit.texts, visit.today));
        let rows = deadlines.iter().skip(first).take(ROWS);
        let none = || texts.fill(&format!("deadlines-{which}-none"), &[("today", today.clone())]);
        Self {
            heading: texts.code("deadlines", which),
            caption: texts.fill(&format!("deadlines-{which}-caption"), &[("today", today.clone())]),
            none: deadlines.is_empty().then(none),
            rows: rows.map(|deadline| Row::of(deadline, visit.today, texts)).collect(),
        }
    }

    /// Of what there is room for beside what stands above it.
    fn within(mut self, room: usize) -> Self {
        self.rows.truncate(room);
        self
    }

    /// One whose rows stand on another page is not there.
    fn is_shown(&self) -> bool {
        self.none.is_some() || !self.rows.is_empty()
    }
}

struct Row {
    class: &'static str,
    on: String,
    until: String,
    text: String,
    year: i16,
    scheme: String,
    concerned: String,
    programme: Option<String>,
    /// Where the award stands on which a report is due.
    award: Option<String>,
    source: String,
}

impl Row {
    fn of(deadline: &Deadline, today: Date, texts: Texts) -> Self {
        let (is_award, award) = (deadline.kind == "REPORT", deadline.award.as_ref());
        let no_scheme = || texts.say(if is_award { "no-scheme" } else { "deadline-of-pot" });
        let nobody = || {
            texts.say(if is_award {
                "recipient-unknown"
            } else {
                "deadline-everybody"
            })
        };
        let concerned = deadline.municipality.as_ref();
        Self {
            class: if deadline.on < today { "passed" } else { "coming" },
            on: format::day(texts, deadline.on),
            until: until(texts, today, deadline.on),
            text: deadline.text.clone(),
            year: deadline.on.year(),
            scheme: deadline
                .scheme
                .as_ref()
                .map_or_else(no_scheme, |scheme| scheme.name.clone()),
            concerned: concerned.map_or_else(nobody, |concerned| concerned.name.clone()),
            programme: deadline.programme.as_ref().map(|programme| programme.name.clone()),
            award: award.map(|award| award.id.clone()),
            source: deadline.source.clone(),
        }
    }
}

/// `om 64 dager`, `i dag`, `passert`.
pub fn until(texts: Texts, today: Date, on: Date) -> String {
    let days = today.until(on).map_or(0, |span| span.get_days());
    match usize::try_from(days) {
        Ok(0) => texts.say("deadline-today"),
        Ok(days) => texts.count("deadline-in-days", days),
        Err(_) => texts.say("deadline-passed"),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::super::text::Language;
    use super::*;

    #[test]
    fn what_comes_what_is_today_and_what_has_passed_are_three_words() {
        let said = |on| until(Texts(Language::Bokmaal), date(2026, 11, 29), on);
        assert_eq!(said(date(2026, 11, 29)), "i dag");
        assert_eq!(said(date(2026, 11, 30)), "om 1 dag");
        assert_eq!(said(date(2027, 2, 1)), "om 64 dager");
        assert_eq!(said(date(2026, 11, 28)), "passert");
        assert_eq!(said(date(2020, 2, 1)), "passert");
    }
}
