//! A list of applicants, pasted or uploaded, asked of the guard line by line. Nothing is claimed; a line that cannot be read is named and
//! the others are answered. How such lists are read is the same as on the command line.

use askama::Template;
use axum::extract::State;
use axum::extract::multipart::{Multipart, MultipartError};
use axum::http::HeaderMap;
use axum::response::Response;
use programgrant_core::ledger::rules::FundingRequest;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::super::failure::PageError;
use super::super::super::forms;
use super::super::super::frame::PageFrame;
use super::super::super::text::Texts;
use super::super::super::visit::{Visit, rendered};
use super::super::SchemeName;
use super::super::eligibility::Reason;
use crate::applicants::{Defaults, InputTable, Line, MissingColumn, RowFlaw, TableError};
use crate::http::AppState;

const DOCUMENT: &str = "query BeforeAwards($inputs: [FundingInput!]!) {
  fundingChecks(inputs: $inputs) { outcome reasons { code message rule { text source } } }
}";

const SCHEMES: &str = "query Schemes { schemes { id name } }";

/// As many as the interface answers at a time.
const MOST: usize = 500;
/// Up to so many, the page shows what it asked: more would be longer than the answer.
const MOST_SHOWN: usize = 20;
/// The largest amount that the interface reads, in øre.
const LARGEST: i64 = (1 << 53) - 1;

#[derive(Deserialize)]
struct Schemes {
    schemes: Vec<SchemeName>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answers {
    funding_checks: Vec<Told>,
}

#[derive(Deserialize)]
struct Told {
    outcome: String,
    reasons: Vec<Reason>,
}

/// The form as it was filled in.
#[derive(Default)]
struct ListForm {
    pasted: String,
    uploaded: Vec<u8>,
    year: String,
    scheme: String,
    form_token: String,
}

impl ListForm {
    async fn read(mut parts: Multipart) -> Result<Self, MultipartError> {
        let mut form = Self::default();
        while let Some(part) = parts.next_field().await? {
            match part.name().unwrap_or_default() {
                "liste" => form.pasted = part.text().await?,
                "fil" => form.uploaded = part.bytes().await?.into(),
                "aar" => form.year = part.text().await?,
                "ordning" => form.scheme = part.text().await?,
                "form_token" => form.form_token = part.text().await?,
                _ => {}
            }
        }
        Ok(form)
    }

    /// The list; or what is wrong with the whole of it.
    fn table(&self, texts: Texts) -> Result<InputTable, String> {
        let bytes = match (self.pasted.trim().is_empty(), self.uploaded.is_empty()) {
            (false, false) => return Err(texts.say("list-both")),
            (true, false) => self.uploaded.as_slice(),
            (_, true) => self.pasted.as_bytes(),
        };
        let year = self.year.trim();
        let year = if year.is_empty() {
            None
        } else {
            Some(year.parse().map_err(|_| texts.say("form-bad-year"))?)
        };
        let defaults = Defaults {
            year,
            scheme: Some(self.scheme.clone()).filter(|scheme| !scheme.is_empty()),
        };
        let table = InputTable::read(bytes, &defaults).map_err(|error| said(&error, texts))?;
        if table.lines.len() > MOST {
            return Err(texts.fill(
                "list-too-long",
                &[("count", table.lines.len().to_string()), ("most", MOST.to_string())],
            ));
        }
        Ok(table)
    }
}

/// Why a list cannot be read at all, in the reader's language.
fn said(error: &TableError, texts: Texts) -> String {
    match error {
        TableError::Empty => texts.say("list-empty"),
        TableError::Csv { line } | TableError::Unclosed { line } => texts.with("list-quotes", "line", line),
        TableError::Encoding => texts.say("list-encoding"),
        TableError::Twice(one, other) => texts.fill("list-twice", &[("one", one.clone()), ("other", other.clone())]),
        TableError::Missing(column) => texts.say(match column {
            MissingColumn::Recipient => "list-no-recipient",
            MissingColumn::Amount => "list-no-amount",
            MissingColumn::Year => "list-no-year",
            MissingColumn::Post => "list-no-post",
            MissingColumn::Scheme => "list-no-scheme",
        }),
    }
}

pub async fn show(visit: Visit) -> Result<Response, PageError> {
    screen(&visit, ListForm::default(), None).await
}

pub async fn answer(
    State(state): State<AppState>,
    visit: Visit,
    headers: HeaderMap,
    parts: Multipart,
) -> Result<Response, PageError> {
    let form = ListForm::read(parts)
        .await
        .map_err(|_| PageError::BadInput(visit.texts.say("bad-address")))?;
    forms::check(&state, &visit, &headers, &form.form_token)?;
    let answered = match form.table(visit.texts) {
        Ok(table) => Ok(Answered::to(&visit, &table).await?),
        Err(flaw) => Err(flaw),
    };
    screen(&visit, form, Some(answered)).await
}

async fn screen(
    visit: &Visit,
    form: ListForm,
    answered: Option<Result<Answered, String>>,
) -> Result<Response, PageError> {
    let schemes: Schemes = visit.client.query(SCHEMES, &json!({})).await?;
    let (answered, flaw) = match answered {
        Some(Ok(answered)) => (Some(answered), None),
        Some(Err(flaw)) => (None, Some(flaw)),
        None => (None, None),
    };
    let page = visit.page(visit.texts.say("list-title"));
    let page = match answered.as_ref().map(|answered| &answered.inputs) {
        Some(inputs) if (1..=MOST_SHOWN).contains(&inputs.len()) => page.asking(DOCUMENT, &json!({ "inputs": inputs })),
        _ => page,
    };
    let screen = Screen {
        page,
        schemes: schemes.schemes,
        form,
        flaw,
        answered,
    };
    Ok(rendered(&screen))
}

/// The answers, in the list's order.
struct Answered {
    inputs: Vec<Value>,
    rows: Vec<Row>,
    /// How many lines have each outcome, those that cannot be read last.
    counts: Vec<String>,
}

struct Row {
    number: u64,
    recipient: String,
    scheme: String,
    outcome: String,
    class: String,
    messages: Vec<String>,
    /// Where the same is asked with all that the answer rests on.
    whole: Option<String>,
}

impl Answered {
    async fn to(visit: &Visit, table: &InputTable) -> Result<Self, PageError> {
        let texts = visit.texts;
        let asked: Vec<Result<FundingRequest, RowFlaw>> = table.lines.iter().map(question).collect();
        let inputs: Vec<Value> = asked.iter().flatten().map(input).collect();
        let told = if inputs.is_empty() {
            Vec::new()
        } else {
            let answers: Answers = visit.client.query(DOCUMENT, &json!({ "inputs": inputs })).await?;
            answers.funding_checks
        };
        let counts = counts(&told, asked.iter().filter(|asked| asked.is_err()).count(), texts);
        let mut told = told.into_iter();
        let rows = table.lines.iter().zip(&asked).map(|(line, asked)| match asked {
            Ok(request) => Row::answered(line, request, told.next(), texts),
            Err(flaw) => Row::unread(line, flaw, texts),
        });
        Ok(Self {
            rows: rows.collect(),
            counts,
            inputs,
        })
    }
}

/// What a line asks; or what is wrong with it, whatever the registers know.
fn question(line: &Line) -> Result<FundingRequest, RowFlaw> {
    let mut request = line.request.clone()?;
    if let Some(flaw) = &line.lost_zero {
        // The organisation number says whom it is for; what a spreadsheet made of the other number is not asked.
        if request.organisation_number.is_none() {
            return Err(flaw.clone());
        }
        request.municipality_number = None;
    }
    request.check().map_err(|error| RowFlaw::of(&error))?;
    if request.amount.get() > LARGEST {
        return Err(RowFlaw {
            column: Some("beløp".to_owned()),
            code: "INVALID_AMOUNT",
            reason: "beløpet er større enn det kan spørres om".to_owned(),
        });
    }
    Ok(request)
}

fn input(request: &FundingRequest) -> Value {
    json!({
        "scheme": request.scheme,
        "chapter": request.chapter,
        "post": request.post,
        "activity": request.activity,
        "recipient": {
            "organisationNumber": request.organisation_number,
            "municipalityNumber": request.municipality_number,
        },
        "year": request.year,
        "amount": request.amount.get(),
        "targetGroup": request.target_group.map(|group| json!(group)),
        "useFrom": request.use_from,
        "useUntil": request.use_until,
        "caseReference": request.case_reference,
    })
}

fn counts(told: &[Told], unread: usize, texts: Texts) -> Vec<String> {
    let outcomes = ["CLEAR", "BLOCKED", "NEEDS_CASE_OFFICER", "UNDETERMINED"];
    let each = outcomes.map(|outcome| {
        let count = told.iter().filter(|told| told.outcome == outcome).count();
        (texts.code("outcome", outcome), count)
    });
    let unread = (texts.say("list-bad-line"), unread);
    let all = each.into_iter().chain([unread]);
    all.filter(|(_, count)| *count > 0)
        .map(|(name, count)| format!("{name}: {count}"))
        .collect()
}

impl Row {
    fn answered(line: &Line, request: &FundingRequest, told: Option<Told>, texts: Texts) -> Self {
        let (outcome, reasons) = told.map_or_else(
            || ("UNDETERMINED".to_owned(), Vec::new()),
            |told| (told.outcome, told.reasons),
        );
        let quoted = |reason: Reason| match reason.rule {
            Some(rule) => format!("{} ({})", reason.message, rule.source),
            None => reason.message,
        };
        Self {
            number: line.number,
            recipient: line.recipient.clone(),
            scheme: line.scheme.clone(),
            class: outcome.to_lowercase(),
            outcome: texts.code("outcome", &outcome),
            messages: reasons.into_iter().map(quoted).collect(),
            whole: whole(request),
        }
    }

    fn unread(line: &Line, flaw: &RowFlaw, texts: Texts) -> Self {
        let column = flaw.column.as_ref();
        let column = column.map(|column| format!("«{column}»: ")).unwrap_or_default();
        Self {
            number: line.number,
            recipient: line.recipient.clone(),
            scheme: line.scheme.clone(),
            class: "bad_line".to_owned(),
            outcome: texts.say("list-bad-line"),
            messages: vec![format!("{column}{}.", flaw.reason)],
            whole: None,
        }
    }
}

/// The page that asks the same for one applicant; none where its form cannot say all of it.
fn whole(request: &FundingRequest) -> Option<String> {
    let scheme = request.scheme.as_ref()?;
    if request.chapter.is_some() || request.post.is_some() || request.activity.is_some() {
        return None;
    }
    let ((Some(recipient), None) | (None, Some(recipient))) =
        (&request.organisation_number, &request.municipality_number)
    else {
        return None;
    };
    let ore = request.amount.get();
    let group = request.target_group.map(|group| json!(group));
    let page = "/for-vedtak?";
    let mut address = form_urlencoded::Serializer::for_suffix(page.to_owned(), page.len());
    address
        .append_pair("mottaker", recipient)
        .append_pair("ordning", scheme)
        .append_pair("aar", &request.year.to_string())
        .append_pair("belop", &format!("{},{:02}", ore / 100, ore % 100))
        .append_pair("malgruppe", group.as_ref().and_then(Value::as_str).unwrap_or_default())
        .append_pair("fra", &request.use_from.map(|day| day.to_string()).unwrap_or_default())
        .append_pair("til", &request.use_until.map(|day| day.to_string()).unwrap_or_default())
        .append_pair("sak", &request.case_reference);
    Some(address.finish())
}

#[derive(Template)]
#[template(path = "check_list.html")]
struct Screen {
    page: PageFrame,
    schemes: Vec<SchemeName>,
    form: ListForm,
    flaw: Option<String>,
    answered: Option<Answered>,
}
