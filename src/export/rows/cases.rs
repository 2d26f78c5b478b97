//! Cases as rows.

use jiff::Timestamp;
use programgrant_schema::Ore;
use serde::Deserialize;
use serde_json::json;

use super::place_headings;
use crate::export::question::{Asker, BodyAnswer, IdAnswer, Named, PlaceAnswer, body_cells, named_cells};
use crate::export::table::{CellKind, CellValue, ExportRow, Heading, heading};
use crate::export::{ExportError, Subset};

/// How many are asked for at first.
const PAGE: u32 = 200;

const CASES: &str = "query ExportCases($limit: Int!, $after: String, $scheme: ID, $municipality: String, $state: [CaseState!]) { \
    doubleFundingCases(limit: $limit, continuationToken: $after, scheme: $scheme, municipality: $municipality, state: $state) { \
    items { id kind state year toHoldBack toPayBack openedAt changedAt decision \
    municipality { id organisationNumber number name } scheme { id name } decidedBy { organisationNumber name } \
    awards { id } reasons { code message } } continuationToken } }";

const KINDS: &[&str] = &[
    "ALLOCATION_DIFFERENCE",
    "APPLICATION_FROM_PARTICIPANT",
    "AWARD_TO_PARTICIPANT",
    "AWARD_WITHOUT_CLAIM",
    "OVERLAPPING_PERIOD",
    "POT_DIFFERENCE",
    "SOURCES_DISAGREE",
    "UNRESOLVED_RECIPIENT",
];
const CASE_STATES: &[&str] = &["OPEN", "CONFIRMED", "DISMISSED", "SETTLED"];
const DECISIONS: &[&str] = &["CONFIRM", "DISMISS", "SETTLE"];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    double_funding_cases: Page,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    items: Vec<CaseAnswer>,
    continuation_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CaseAnswer {
    id: String,
    kind: String,
    state: String,
    year: i32,
    to_hold_back: Ore,
    to_pay_back: Ore,
    opened_at: Timestamp,
    changed_at: Timestamp,
    decision: Option<String>,
    municipality: Option<PlaceAnswer>,
    scheme: Option<Named>,
    decided_by: Option<BodyAnswer>,
    awards: Vec<IdAnswer>,
    reasons: Vec<ReasonAnswer>,
}

#[derive(Deserialize)]
struct ReasonAnswer {
    code: String,
    message: String,
}

/// Every case, the newest first.
pub struct CaseRows {
    subset: Subset,
    size: u32,
    token: Option<String>,
    ended: bool,
}

pub fn case_headings() -> Vec<Heading> {
    let text = |name: &str, title: &str| heading(name, title, CellKind::Text);
    let mut all = vec![
        text("case_id", "Sak"),
        heading("kind", "Slag", CellKind::Word(KINDS)),
        heading("state", "Tilstand", CellKind::Word(CASE_STATES)),
        heading("year", "Tilskuddsår", CellKind::Whole),
    ];
    all.extend(place_headings());
    all.extend([
        text("scheme", "Ordning"),
        text("scheme_name", "Ordningens navn"),
        heading("to_hold_back_kr", "Å holde tilbake (kr)", CellKind::Amount),
        heading("to_pay_back_kr", "Å kreve tilbake (kr)", CellKind::Amount),
        text("awards", "Tildelinger"),
        text("reason_codes", "Grunnenes koder"),
        text("reasons", "Grunner"),
        heading("opened_at", "Åpnet", CellKind::Instant),
        heading("changed_at", "Sist endret", CellKind::Instant),
        text("decided_by_number", "Avgjort av (organisasjonsnummer)"),
        text("decided_by", "Avgjort av"),
        heading("decision", "Avgjørelse", CellKind::Word(DECISIONS)),
    ]);
    all
}

impl CaseRows {
    pub fn new(subset: &Subset) -> Self {
        Self {
            subset: subset.clone(),
            size: PAGE,
            token: None,
            ended: false,
        }
    }

    pub async fn next(&mut self, asker: &mut Asker) -> Result<Option<Vec<ExportRow>>, ExportError> {
        if self.ended {
            return Ok(None);
        }
        let page = loop {
            match self.ask(asker).await {
                Err(error) if error.is_too_much() && self.size > 1 => self.size /= 2,
                page => break page?,
            }
        };
        self.ended = page.continuation_token.is_none();
        self.token = page.continuation_token;
        let is_asked = |case: &&CaseAnswer| self.subset.year.is_none_or(|year| i32::from(year) == case.year);
        Ok(Some(page.items.iter().filter(is_asked).map(case_row).collect()))
    }

    async fn ask(&self, asker: &mut Asker) -> Result<Page, ExportError> {
        let states = (!self.subset.status.is_empty()).then_some(&self.subset.status);
        let variables = json!({
            "limit": self.size, "after": self.token, "scheme": self.subset.scheme,
            "municipality": self.subset.municipality, "state": states,
        });
        let answer: Answer = asker.ask(CASES, &variables).await?;
        Ok(answer.double_funding_cases)
    }
}

fn case_row(case: &CaseAnswer) -> ExportRow {
    let joined = |texts: Vec<&str>, joint: &str| texts.join(joint);
    let awards = joined(case.awards.iter().map(|award| award.id.as_str()).collect(), " ");
    let codes = joined(case.reasons.iter().map(|reason| reason.code.as_str()).collect(), " ");
    let reasons = joined(case.reasons.iter().map(|reason| reason.message.as_str()).collect(), " ");
    let mut row: ExportRow = vec![
        (&case.id).into(),
        (&case.kind).into(),
        (&case.state).into(),
        case.year.into(),
    ];
    row.extend(PlaceAnswer::cells(case.municipality.as_ref()));
    row.extend(named_cells(case.scheme.as_ref()));
    row.extend::<[CellValue; 7]>([
        case.to_hold_back.into(),
        case.to_pay_back.into(),
        awards.into(),
        codes.into(),
        reasons.into(),
        case.opened_at.into(),
        case.changed_at.into(),
    ]);
    row.extend(body_cells(case.decided_by.as_ref()));
    row.push(case.decision.as_ref().into());
    row
}
