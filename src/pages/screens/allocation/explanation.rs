//! How one municipality's amount came about, always in the same five parts.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::json;

use super::super::super::failure::PageError;
use super::super::super::format;
use super::super::super::forms;
use super::super::super::frame::PageFrame;
use super::super::super::text::Texts;
use super::super::super::visit::{Visit, rendered};
use super::super::{BodyName, Cell};
use super::table::amount_cell;
use crate::output::money::figure;

const DOCUMENT: &str = "query Explanation($id: ID!, $municipality: String!) {
  allocation(id: $id) {
    id year number
    table {
      notice method schemes { id scheme { name } }
      receivers(municipality: $municipality) {
        organisationNumber municipality { name } total parts { scheme amount }
        explanation {
          inputs { name value missing countedOn source licence readOn madeUp corrected }
          rules { scheme text }
          steps { scheme text }
          paragraph
          thresholds { scheme counted atLeast value reached margin atStake }
          change { before after causes { cause nearest } }
        }
      }
    }
  }
}";

#[derive(Deserialize)]
struct Answer {
    allocation: Option<Version>,
}

#[derive(Deserialize)]
struct Version {
    id: String,
    year: i16,
    number: u32,
    table: Option<Table>,
}

#[derive(Deserialize)]
struct Table {
    notice: Option<String>,
    method: Vec<String>,
    schemes: Vec<Scheme>,
    receivers: Vec<Receiver>,
}

#[derive(Deserialize)]
struct Scheme {
    id: String,
    scheme: Option<BodyName>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Receiver {
    organisation_number: String,
    municipality: Option<BodyName>,
    total: Option<i64>,
    parts: Vec<Part>,
    explanation: Option<Explanation>,
}

#[derive(Deserialize)]
struct Part {
    scheme: Option<String>,
    amount: Option<i64>,
}

#[derive(Deserialize)]
struct Explanation {
    inputs: Vec<Input>,
    rules: Vec<Line>,
    steps: Vec<Line>,
    paragraph: String,
    thresholds: Vec<Threshold>,
    change: Option<Change>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    name: String,
    value: Option<String>,
    missing: Option<String>,
    counted_on: Option<Date>,
    source: String,
    licence: String,
    read_on: Date,
    made_up: bool,
    corrected: Option<String>,
}

#[derive(Deserialize)]
struct Line {
    scheme: Option<String>,
    text: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Threshold {
    scheme: String,
    reached: String,
    margin: Option<i64>,
    at_stake: Option<i64>,
}

#[derive(Deserialize)]
struct Change {
    before: Option<i64>,
    after: Option<i64>,
    causes: Option<Vec<Cause>>,
}

#[derive(Deserialize)]
struct Cause {
    cause: String,
    nearest: Option<i64>,
}

pub async fn show(visit: Visit, Path((id, place)): Path<(String, String)>) -> Result<Response, PageError> {
    let variables = json!({ "id": id, "municipality": place });
    let answer: Answer = visit.client.query(DOCUMENT, &variables).await?;
    let version = answer.allocation.ok_or(PageError::NotFound)?;
    let table = version.table.ok_or(PageError::NotFound)?;
    let receiver = table.receivers.first().ok_or(PageError::NotFound)?;
    let texts = visit.texts;
    let name = receiver
        .municipality
        .as_ref()
        .map_or_else(|| receiver.organisation_number.clone(), |known| known.name.clone());
    let title = texts.fill(
        "explanation-title",
        &[
            ("name", name),
            ("year", version.year.to_string()),
            ("number", version.number.to_string()),
        ],
    );
    let screen = Screen {
        page: visit.page(title).asking(DOCUMENT, &variables),
        address: super::address(&version.id),
        objects: visit
            .is_body(&receiver.organisation_number)
            .then(|| format!("/innsigelser?slag=ALLOCATION&gjelder={}", forms::segment(&version.id))),
        total: amount_cell(receiver.total, texts),
        parts: parts(&table, receiver, texts),
        told: receiver
            .explanation
            .as_ref()
            .map(|explanation| Told::of(explanation, &table, texts)),
        notice: table.notice,
        method: table.method,
    };
    Ok(rendered(&screen))
}

/// What a part is of: its scheme's name, or the floor of the sum.
fn named(schemes: &[Scheme], id: Option<&str>, texts: Texts) -> String {
    let Some(id) = id else {
        return texts.say("allocation-floor");
    };
    let known = schemes.iter().find(|scheme| scheme.id == id);
    let name = known.and_then(|known| known.scheme.as_ref());
    name.map_or_else(|| id.to_owned(), |known| known.name.clone())
}

fn parts(table: &Table, receiver: &Receiver, texts: Texts) -> Vec<(String, Cell)> {
    let part = |part: &Part| {
        (
            named(&table.schemes, part.scheme.as_deref(), texts),
            amount_cell(part.amount, texts),
        )
    };
    receiver.parts.iter().map(part).collect()
}

#[derive(Template)]
#[template(path = "explanation.html")]
struct Screen {
    page: PageFrame,
    address: String,
    /// Where the municipality itself can object.
    objects: Option<String>,
    total: Cell,
    parts: Vec<(String, Cell)>,
    notice: Option<String>,
    method: Vec<String>,
    told: Option<Told>,
}

struct Told {
    inputs: Vec<InputRow>,
    rules: Vec<(String, String)>,
    /// Each scheme's steps in turn.
    steps: Vec<(String, Vec<String>)>,
    paragraph: String,
    thresholds: Vec<(String, Vec<String>)>,
    change: Option<(Cell, Cell)>,
    causes: Vec<(String, Cell)>,
}

struct InputRow {
    name: String,
    value: String,
    counted: String,
    source: String,
}

impl Told {
    fn of(explanation: &Explanation, table: &Table, texts: Texts) -> Self {
        let line = |line: &Line| (named(&table.schemes, line.scheme.as_deref(), texts), line.text.clone());
        let change = explanation.change.as_ref();
        let causes = change.and_then(|change| change.causes.as_ref()).into_iter().flatten();
        Self {
            inputs: explanation
                .inputs
                .iter()
                .map(|input| InputRow::of(input, texts))
                .collect(),
            rules: explanation.rules.iter().map(line).collect(),
            steps: by_scheme(explanation.steps.iter().map(line)),
            paragraph: explanation.paragraph.clone(),
            thresholds: by_scheme(explanation.thresholds.iter().map(|threshold| {
                let scheme = named(&table.schemes, Some(&threshold.scheme), texts);
                (scheme, distance(threshold, texts))
            })),
            change: change.map(|change| (amount_cell(change.before, texts), amount_cell(change.after, texts))),
            causes: causes
                .map(|cause| {
                    (
                        texts.code("allocation-cause", &cause.cause),
                        amount_cell(cause.nearest, texts),
                    )
                })
                .collect(),
        }
    }
}

/// What is said of one scheme after the other, under its name once.
fn by_scheme(lines: impl Iterator<Item = (String, String)>) -> Vec<(String, Vec<String>)> {
    let mut said: Vec<(String, Vec<String>)> = Vec::new();
    for (scheme, line) in lines {
        match said.last_mut() {
            Some((last, lines)) if *last == scheme => lines.push(line),
            _ => said.push((scheme, vec![line])),
        }
    }
    said
}

/// How far it is to a threshold, and what a revised count would do.
fn distance(threshold: &Threshold, texts: Texts) -> String {
    let at_stake = amount_cell(threshold.at_stake, texts).text;
    match (threshold.reached.as_str(), threshold.margin) {
        ("YES", Some(margin)) => texts.fill(
            "threshold-reached",
            &[("count", margin.to_string()), ("amount", at_stake)],
        ),
        ("NO", Some(margin)) => texts.fill(
            "threshold-missed",
            &[("count", (-margin).to_string()), ("amount", at_stake)],
        ),
        (reached, _) => texts.code("threshold", reached),
    }
}

impl InputRow {
    fn of(input: &Input, texts: Texts) -> Self {
        let value = match (&input.value, &input.missing) {
            (Some(value), _) => figure(value),
            (None, Some(missing)) => texts.code("figure-missing", missing),
            (None, None) => texts.say("not-delivered"),
        };
        let corrected = input.corrected.as_ref();
        let corrected =
            corrected.map(|before| format!(" {}", texts.with("figure-corrected", "before", figure(before))));
        let made_up = if input.made_up {
            format!(" {}", texts.say("figure-made-up"))
        } else {
            String::new()
        };
        Self {
            name: input.name.clone(),
            value: format!("{value}{made_up}{}", corrected.unwrap_or_default()),
            counted: input
                .counted_on
                .map_or_else(|| texts.say("not-stated"), |day| format::day(texts, day)),
            source: format!(
                "{} ({}), {}",
                input.source,
                input.licence,
                texts.with("figure-read", "day", format::day(texts, input.read_on))
            ),
        }
    }
}
