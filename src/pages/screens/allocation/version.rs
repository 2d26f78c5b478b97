//! One version: who receives what, how it is worked out, what was said of it, and what may be done with it.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::super::downloads::Offers;
use super::super::super::failure::PageError;
use super::super::super::format;
use super::super::super::forms::{self, NextStep, Objection};
use super::super::super::frame::PageFrame;
use super::super::super::text::Texts;
use super::super::super::visit::{Visit, rendered};
use super::super::objections::{self, AnsweredObjection, OBJECTED, Objected};
use super::super::{BodyName, IdOf};
use super::held::{HELD, HeldTable, ShownHeld};
use super::table::{AnsweredTable, ShownTable, TABLE};
use crate::http::AppState;

/// A caller without a role sees sums and no municipality's part.
const PUBLIC_TABLE: &str = "table { frame added total notice method schemes { id whole scheme { name } } }";

fn document(sees_receivers: bool) -> String {
    let (table, comments) = if sees_receivers {
        (TABLE, "comments { id by { name } at text answer answeredAt }")
    } else {
        (PUBLIC_TABLE, "")
    };
    format!(
        "query Allocation($id: ID!, $objections: Boolean!) {{
  allocation(id: $id) {{
    id year number state reason consultationUntil decidedAt decidedBy {{ name }} reference
    corrects {{ id }} correctedBy {{ id }}
    {table}
    {comments}
    {OBJECTED}
    {HELD}
  }}
}}"
    )
}

#[derive(Deserialize)]
struct Answer {
    allocation: Option<Version>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Version {
    id: String,
    year: i16,
    number: u32,
    state: String,
    reason: String,
    consultation_until: Option<Date>,
    decided_at: Option<Timestamp>,
    decided_by: Option<BodyName>,
    reference: Option<String>,
    corrects: Option<IdOf>,
    corrected_by: Option<IdOf>,
    table: Option<AnsweredTable>,
    #[serde(default)]
    comments: Vec<Comment>,
    #[serde(default)]
    objections: Vec<AnsweredObjection>,
    held: Option<HeldTable>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Comment {
    id: String,
    by: BodyName,
    at: Timestamp,
    text: String,
    answer: Option<String>,
    answered_at: Option<Timestamp>,
}

/// One of the forms of the page, as it was filled in.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct CommandForm {
    /// Which.
    gjor: String,
    tekst: String,
    til: String,
    merknad: String,
    nokkel: String,
    form_token: String,
}

/// A command of the page: its code, the mutation behind it, what it takes.
fn mutation(form: &CommandForm, id: &str) -> Option<(String, Value)> {
    let (field, takes, variables) = match form.gjor.as_str() {
        "foresla" => ("proposeAllocation", "allocation: $id", json!({})),
        "hor" => (
            "consultOnAllocation",
            "allocation: $id, until: $until",
            json!({ "until": form.til }),
        ),
        "merknad" => (
            "commentOnAllocation",
            "allocation: $id, text: $text",
            json!({ "text": form.tekst }),
        ),
        "svar" => (
            "answerAllocationComment",
            "comment: $comment, text: $text",
            json!({ "comment": form.merknad, "text": form.tekst }),
        ),
        "vedta" => (
            "decideAllocation",
            "allocation: $id, reference: $text",
            json!({ "text": form.tekst }),
        ),
        "trekk" => (
            "withdrawAllocation",
            "allocation: $id, reason: $text",
            json!({ "text": form.tekst }),
        ),
        _ => return None,
    };
    let kinds = [
        ("$id", "ID!"),
        ("$until", "Date!"),
        ("$text", "String!"),
        ("$comment", "ID!"),
    ];
    let used = kinds.iter().filter(|(name, _)| takes.contains(name));
    let declared: Vec<String> = used.map(|(name, kind)| format!("{name}: {kind}, ")).collect();
    let document = format!(
        "mutation Allocation({}$key: ID!) {{ done: {field}({takes}, idempotencyKey: $key) {{ errors {{ code message }} }} }}",
        declared.concat()
    );
    let mut variables = variables;
    if takes.contains("$id") {
        variables["id"] = id.into();
    }
    variables["key"] = form.nokkel.as_str().into();
    Some((document, variables))
}

pub async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response, PageError> {
    screen(&visit, &id, CommandForm::default(), None).await
}

/// Carries a command out. Whatever comes of it, the page shows the version as it then stands.
pub async fn command(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    headers: HeaderMap,
    axum::Form(form): axum::Form<CommandForm>,
) -> Result<Response, PageError> {
    forms::check(&state, &visit, &headers, &form.form_token)?;
    let texts = visit.texts;
    let is_day = |text: &str| text.parse::<Date>().is_ok();
    let objection = match mutation(&form, &id) {
        None => Some(Objection::own(texts, "form-no-decision")),
        Some(_) if form.gjor == "hor" && !is_day(&form.til) => Some(Objection::own(texts, "bad-day")),
        Some((document, variables)) => forms::give(&visit, &document, &variables).await?,
    };
    match objection {
        None => Ok(forms::done(&super::address(&id), None)),
        Some(objection) => screen(&visit, &id, form, Some(objection)).await,
    }
}

async fn screen(
    visit: &Visit,
    id: &str,
    form: CommandForm,
    objection: Option<Objection>,
) -> Result<Response, PageError> {
    let document = document(visit.sees_awards());
    let variables = json!({ "id": id, "objections": objections::are_seen(visit) });
    let answer: Answer = visit.client.query(&document, &variables).await?;
    let version = answer.allocation.ok_or(PageError::NotFound)?;
    let texts = visit.texts;
    let title = texts.fill(
        "allocation-title",
        &[
            ("year", version.year.to_string()),
            ("number", version.number.to_string()),
        ],
    );
    let is_office = visit.role() == "PROGRAMME_OFFICE";
    let page = visit.page(title).asking(&document, &variables);
    let screen = Screen {
        // A file has a row for each municipality.
        page: if visit.sees_awards() && version.table.is_some() {
            page.offering(Offers::of_allocation(visit, &version.id))
        } else {
            page
        },
        address: super::address(&version.id),
        state: texts.code("allocation-state", &version.state),
        steps: steps(&version, texts),
        decided: decided(&version, texts),
        corrects: version.corrects.as_ref().map(|other| super::address(&other.id)),
        corrected_by: version.corrected_by.as_ref().map(|other| super::address(&other.id)),
        table: version.table.as_ref().map(|table| ShownTable::of(table, None, texts)),
        comments: version
            .comments
            .iter()
            .map(|comment| CommentRow::of(comment, is_office, texts))
            .collect(),
        // A municipality objects to its part where that is explained.
        objected: Objected::of(visit, &version.objections),
        held: version
            .held
            .as_ref()
            .filter(|_| version.state == "DECIDED")
            .map(|held| ShownHeld::of(held, version.table.as_ref(), texts)),
        commands: commands(&version, is_office),
        may_comment: !is_office
            && version.state == "CONSULTATION"
            && matches!(visit.role(), "MUNICIPALITY" | "COUNTY_GOVERNOR" | "DIRECTORATE"),
        key: forms::fresh_key()?,
        reason: version.reason,
        form,
        objection,
    };
    Ok(rendered(&screen))
}

/// What the programme's office may do as the version stands.
fn commands(version: &Version, is_office: bool) -> Vec<&'static str> {
    let possible: &[&'static str] = match version.state.as_str() {
        "DRAFT" => &["foresla", "trekk"],
        "PROPOSED" => &["hor", "vedta", "trekk"],
        "CONSULTATION" => &["vedta", "trekk"],
        _ => &[],
    };
    possible.iter().copied().filter(|_| is_office).collect()
}

fn decided(version: &Version, texts: Texts) -> Option<String> {
    let (at, by) = (version.decided_at?, version.decided_by.as_ref()?);
    Some(texts.fill(
        "allocation-decided",
        &[
            ("at", format::instant(texts, at)),
            ("body", by.name.clone()),
            ("reference", version.reference.clone().unwrap_or_default()),
        ],
    ))
}

fn steps(version: &Version, texts: Texts) -> Vec<NextStep> {
    let until = version
        .consultation_until
        .filter(|_| version.state == "CONSULTATION")
        .map_or_else(|| texts.say("no-end"), |until| format::day(texts, until));
    vec![
        NextStep::new(texts, "step-next", texts.code("allocation-next", &version.state)),
        NextStep::new(texts, "step-when", until),
    ]
}

#[derive(Template)]
#[template(path = "allocation.html")]
struct Screen {
    page: PageFrame,
    address: String,
    state: String,
    reason: String,
    steps: Vec<NextStep>,
    decided: Option<String>,
    corrects: Option<String>,
    corrected_by: Option<String>,
    table: Option<ShownTable>,
    comments: Vec<CommentRow>,
    objected: Objected,
    held: Option<ShownHeld>,
    commands: Vec<&'static str>,
    may_comment: bool,
    key: String,
    form: CommandForm,
    objection: Option<Objection>,
}

struct CommentRow {
    id: String,
    by: String,
    at: String,
    text: String,
    answer: Option<String>,
    answered: String,
    may_answer: bool,
}

impl CommentRow {
    fn of(comment: &Comment, is_office: bool, texts: Texts) -> Self {
        let answered = comment.answered_at.map(|at| format::instant(texts, at));
        Self {
            id: comment.id.clone(),
            by: comment.by.name.clone(),
            at: format::instant(texts, comment.at),
            text: comment.text.clone(),
            may_answer: is_office && comment.answer.is_none(),
            answer: comment.answer.clone(),
            answered: answered.unwrap_or_default(),
        }
    }
}
