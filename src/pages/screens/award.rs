//! *Hvorfor endret tallet seg?*: one award, and the versions of its figures: who said what when.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::json;

use super::super::failure::PageError;
use super::super::format::{self, AnsweredFigure};
use super::super::frame::PageFrame;
use super::super::text::Texts;
use super::super::visit::{Visit, rendered};
use super::changes::{self, AnsweredVersion, FigureChange, SinceDay};
use super::objections::{self, AnsweredObjection, OBJECTED, Objected};
use super::{BodyName, Cell, Origin, PostLabel, SchemeName};

/// What is asked of the award besides its versions.
const FIELDS: &str = "year status decidedOn useFrom useUntil reportDue vanishedAt
    scheme { id name } budgetPost { label } payer { name }
    recipient { name organisationNumber number }
    recipientAsReported { name number organisationNumber }
    applied { state amount } granted { state amount } paid { state amount }
    provenance { source { name lastHeardAt } recordId }
    alsoReportedBy { source { name lastHeardAt } recordId }";

#[derive(Deserialize)]
struct Answer {
    award: Option<Award>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Award {
    year: i16,
    status: String,
    decided_on: Option<Date>,
    use_from: Option<Date>,
    use_until: Option<Date>,
    report_due: Option<Date>,
    vanished_at: Option<Timestamp>,
    scheme: Option<SchemeName>,
    budget_post: PostLabel,
    payer: Option<BodyName>,
    recipient: Option<Recipient>,
    recipient_as_reported: Reported,
    applied: AnsweredFigure,
    granted: AnsweredFigure,
    paid: AnsweredFigure,
    provenance: Origin,
    also_reported_by: Vec<Origin>,
    versions: Vec<AnsweredVersion>,
    #[serde(default)]
    objections: Vec<AnsweredObjection>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Recipient {
    name: String,
    organisation_number: Option<String>,
    number: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reported {
    name: Option<String>,
    number: Option<String>,
    organisation_number: Option<String>,
}

pub async fn show(visit: Visit, Path(id): Path<String>, Query(asked): Query<SinceDay>) -> Result<Response, PageError> {
    let since = asked.read(&visit)?;
    let document = format!(
        "query Award($id: ID!, $asOf: DateTime, $objections: Boolean!) {{
  award(id: $id, asOf: $asOf) {{
    {FIELDS}
    {}
    {OBJECTED}
  }}
}}",
        changes::VERSIONS
    );
    let variables = json!({ "id": id, "objections": objections::are_seen(&visit) });
    let answer: Answer = visit.ask(&document, variables.clone()).await?;
    let award = answer.award.ok_or(PageError::NotFound)?;
    let texts = visit.texts;
    let scheme = award
        .scheme
        .as_ref()
        .map_or_else(|| texts.say("no-scheme"), |scheme| scheme.name.clone());
    let title = texts.fill("award-title", &[("scheme", scheme), ("year", award.year.to_string())]);
    let screen = Screen {
        page: visit.page(title).asking(&document, &variables),
        facts: facts(&award, texts),
        municipality: award.recipient.as_ref().and_then(|recipient| {
            let key = recipient
                .organisation_number
                .clone()
                .or_else(|| recipient.number.clone())?;
            Some((key, recipient.name.clone()))
        }),
        applied: Cell::of(award.applied, texts),
        granted: Cell::of(award.granted, texts),
        paid: Cell::of(award.paid, texts),
        vanished: award.vanished_at.map(|at| format::instant(texts, at)),
        also: award.also_reported_by.iter().map(|origin| origin.text(texts)).collect(),
        siden: since.map(|(day, _)| day.to_string()).unwrap_or_default(),
        since: since.map(|(day, end)| Since {
            day: format::day(texts, day),
            changes: changes::since(&award.versions, end, texts),
        }),
        versions: rows(&award.versions, texts),
        objected: Objected::of(&visit, &award.objections).with_form(&visit, "AWARD", &id),
    };
    Ok(rendered(&screen))
}

/// What is known of it besides amounts: a name and what it is.
fn facts(award: &Award, texts: Texts) -> Vec<(String, String)> {
    let not_stated = || texts.say("not-stated");
    let day = |date: Option<Date>| date.map_or_else(not_stated, |date| format::day(texts, date));
    let reported = &award.recipient_as_reported;
    let recipient: Vec<&str> = [&reported.name, &reported.number, &reported.organisation_number]
        .into_iter()
        .filter_map(Option::as_deref)
        .collect();
    vec![
        (texts.say("column-status"), texts.code("status", &award.status)),
        (texts.say("column-post"), award.budget_post.label.clone()),
        (
            texts.say("recipient-as-reported"),
            if recipient.is_empty() {
                not_stated()
            } else {
                recipient.join(", ")
            },
        ),
        (
            texts.say("column-payer"),
            award.payer.as_ref().map_or_else(not_stated, |payer| payer.name.clone()),
        ),
        (texts.say("decided-on"), day(award.decided_on)),
        (texts.say("use-from"), day(award.use_from)),
        (texts.say("use-until"), day(award.use_until)),
        (texts.say("report-due"), day(award.report_due)),
        (texts.say("column-source"), award.provenance.text(texts)),
    ]
}

#[derive(Template)]
#[template(path = "award.html")]
struct Screen {
    page: PageFrame,
    municipality: Option<(String, String)>,
    facts: Vec<(String, String)>,
    applied: Cell,
    granted: Cell,
    paid: Cell,
    vanished: Option<String>,
    also: Vec<String>,
    versions: Vec<Row>,
    /// The day as it stands in the address.
    siden: String,
    since: Option<Since>,
    objected: Objected,
}

/// What changed since a day.
struct Since {
    day: String,
    changes: Vec<FigureChange>,
}

struct Row {
    received: String,
    changed: String,
    status: String,
    cells: [Cell; 3],
    /// Which of the three are others than in the version before.
    changes: [bool; 3],
    origin: String,
}

/// The newest first, each with what it changed.
fn rows(versions: &[AnsweredVersion], texts: Texts) -> Vec<Row> {
    let figures = |version: &AnsweredVersion| [version.applied, version.granted, version.paid];
    let mut rows: Vec<Row> = versions
        .iter()
        .enumerate()
        .map(|(place, version)| {
            let before = place.checked_sub(1).map(|before| figures(&versions[before]));
            let now = figures(version);
            Row {
                received: format::instant(texts, version.received_at),
                changed: version
                    .changed_at
                    .map_or_else(|| texts.say("not-stated"), |at| format::instant(texts, at)),
                status: if version.vanished {
                    texts.say("no-longer-listed")
                } else {
                    texts.code("status", &version.status)
                },
                cells: now.map(|figure| Cell::of(figure, texts)),
                changes: std::array::from_fn(|figure| before.is_some_and(|before| before[figure] != now[figure])),
                origin: version.provenance.text(texts),
            }
        })
        .collect();
    rows.reverse();
    rows
}
