//! *Programmer*: every programme that is loaded, and what is known of it: never an empty cell where something is not published.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::json;

use super::super::failure::PageError;
use super::super::format::{self, AnsweredFigure};
use super::super::frame::PageFrame;
use super::super::text::Texts;
use super::super::visit::{Visit, rendered};
use super::{Cell, IdOf, SchemeName};

/// How the interface calls rules that are not published.
pub const UNKNOWN: &str = "UNKNOWN";

const DOCUMENT: &str = "query Programmes($year: Int!) {
  programmes {
    name ruleState notice from until useUntil
    schemes { id name }
    municipalities { id }
    available(year: $year) { voted { state amount } bound { state amount } free { state amount } }
  }
}";

#[derive(Deserialize)]
struct Answer {
    programmes: Vec<Programme>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Programme {
    name: String,
    rule_state: String,
    notice: Option<String>,
    from: Option<Date>,
    until: Option<Date>,
    use_until: Option<Date>,
    schemes: Vec<SchemeName>,
    municipalities: Option<Vec<IdOf>>,
    available: Available,
}

#[derive(Deserialize)]
struct Available {
    voted: AnsweredFigure,
    bound: AnsweredFigure,
    free: AnsweredFigure,
}

/// What stands in the address: this year where it is left out.
#[derive(Deserialize)]
pub struct ProgrammesYear {
    aar: Option<i16>,
}

pub async fn show(visit: Visit, Query(asked): Query<ProgrammesYear>) -> Result<Response, PageError> {
    let texts = visit.texts;
    let year = asked.aar.unwrap_or_else(|| visit.today.year());
    let variables = json!({ "year": year });
    let answer: Answer = visit.client.query(DOCUMENT, &variables).await?;
    let page = visit.page(texts.say("programmes-title"));
    let rows = answer.programmes.into_iter();
    let screen = Screen {
        rows: rows.map(|programme| Row::of(programme, texts)).collect(),
        page: page.asking(DOCUMENT, &variables),
        year,
    };
    Ok(rendered(&screen))
}

#[derive(Template)]
#[template(path = "programmes.html")]
struct Screen {
    page: PageFrame,
    year: i16,
    rows: Vec<Row>,
}

struct Row {
    name: String,
    /// Of a programme whose notice stands on no other page.
    notice: Option<String>,
    rules: String,
    days: [Known; 3],
    municipalities: Known,
    schemes: String,
    available: [Cell; 3],
}

/// What is known, or that it is not.
struct Known {
    text: String,
    class: &'static str,
}

impl Known {
    fn of(text: Option<String>, texts: Texts) -> Self {
        let class = if text.is_some() { "" } else { "not-delivered" };
        Self {
            text: text.unwrap_or_else(|| texts.say("not-known")),
            class,
        }
    }
}

impl Row {
    fn of(programme: Programme, texts: Texts) -> Self {
        let day = |date: Option<Date>| Known::of(date.map(|date| format::day(texts, date)), texts);
        let schemes: Vec<String> = programme.schemes.into_iter().map(|scheme| scheme.name).collect();
        let count = programme.municipalities.map(|those| those.len().to_string());
        let Available { voted, bound, free } = programme.available;
        Self {
            name: programme.name,
            notice: programme.notice.filter(|_| programme.rule_state == UNKNOWN),
            rules: texts.code("rule-state", &programme.rule_state),
            days: [programme.from, programme.until, programme.use_until].map(day),
            municipalities: Known::of(count, texts),
            schemes: schemes.join(", "),
            available: [voted, bound, free].map(|figure| Cell::of(figure, texts)),
        }
    }
}
