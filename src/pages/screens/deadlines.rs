//! *Frister*: days by which something must be done, with who says so; those that come and those that have passed are told apart in words.

use std::cmp::Reverse;

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::json;

use super::super::downloads::{FileList, Offers, said, year_in};
use super::super::failure::PageError;
use super::super::format;
use super::super::text::Texts;
use super::super::visit::{PageFrame, Visit, rendered};
use super::SchemeName;
use crate::export::Subset;

/// The list, and the years that one may choose from.
const DOCUMENT: &str = "query Deadlines($year: Int) {
  deadlines(year: $year) {
    kind on text source
    scheme { id name } programme { id name } municipality { name }
  }
  all: deadlines { on }
}";
const KINDS: [&str; 2] = ["APPLICATION", "USE_UNTIL"];

#[derive(Deserialize)]
struct Answer {
    deadlines: Vec<Deadline>,
    all: Vec<Dated>,
}

#[derive(Deserialize)]
struct Dated {
    on: Date,
}

#[derive(Deserialize)]
struct Deadline {
    kind: String,
    on: Date,
    text: String,
    source: String,
    scheme: Option<SchemeName>,
    programme: SchemeName,
    municipality: Option<super::BodyName>,
}

/// What stands in the address.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct DeadlineFilter {
    aar: String,
    slag: String,
}

impl DeadlineFilter {
    /// The same, as it is said of a file.
    pub fn subset(&self, texts: Texts) -> Result<Subset, PageError> {
        Ok(Subset {
            year: year_in(&self.aar, texts)?,
            status: said(&self.slag).into_iter().collect(),
            ..Subset::default()
        })
    }
}

pub async fn show(visit: Visit, Query(filter): Query<DeadlineFilter>) -> Result<Response, PageError> {
    let texts = visit.texts;
    let variables = json!({ "year": year_in(&filter.aar, texts)? });
    let answer: Answer = visit.client.query(DOCUMENT, &variables).await?;
    let mut years: Vec<String> = answer.all.iter().map(|dated| dated.on.year().to_string()).collect();
    years.dedup();
    let shown = answer.deadlines.iter();
    let shown = shown.filter(|deadline| filter.slag.is_empty() || filter.slag == deadline.kind);
    let (coming, mut passed): (Vec<&Deadline>, Vec<&Deadline>) = shown.partition(|deadline| deadline.on >= visit.today);
    passed.sort_by_key(|deadline| Reverse(deadline.on));
    let pairs = [("aar", filter.aar.as_str()), ("slag", &filter.slag)];
    let kind = |code: &str| (code.to_owned(), texts.code("deadline-kind", code));
    let screen = Screen {
        page: visit
            .page(texts.say("deadlines-title"))
            .asking(DOCUMENT, &variables)
            .offering(Offers::of(FileList::Deadlines, &visit, &pairs)),
        parts: [Part::of("coming", &coming, &visit), Part::of("passed", &passed, &visit)],
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
    years: Vec<String>,
    kinds: Vec<(String, String)>,
    parts: [Part; 2],
}

/// Those that come, or those that have passed.
struct Part {
    heading: String,
    caption: String,
    /// What is said where there are none.
    none: String,
    rows: Vec<Row>,
}

impl Part {
    fn of(which: &str, deadlines: &[&Deadline], visit: &Visit) -> Self {
        let (texts, today) = (visit.texts, format::day(visit.texts, visit.today));
        let rows = deadlines.iter();
        Self {
            heading: texts.code("deadlines", which),
            caption: texts.fill(&format!("deadlines-{which}-caption"), &[("today", today.clone())]),
            none: texts.fill(&format!("deadlines-{which}-none"), &[("today", today)]),
            rows: rows.map(|deadline| Row::of(deadline, visit.today, texts)).collect(),
        }
    }
}

struct Row {
    class: &'static str,
    on: String,
    until: String,
    text: String,
    year: i16,
    scheme: String,
    programme: String,
    concerned: String,
    source: String,
}

impl Row {
    fn of(deadline: &Deadline, today: Date, texts: Texts) -> Self {
        let pot = || texts.say("deadline-of-pot");
        Self {
            class: if deadline.on < today { "passed" } else { "coming" },
            on: format::day(texts, deadline.on),
            until: until(texts, today, deadline.on),
            text: deadline.text.clone(),
            year: deadline.on.year(),
            scheme: deadline.scheme.as_ref().map_or_else(pot, |scheme| scheme.name.clone()),
            programme: deadline.programme.name.clone(),
            concerned: deadline
                .municipality
                .as_ref()
                .map_or_else(|| texts.say("deadline-everybody"), |concerned| concerned.name.clone()),
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
