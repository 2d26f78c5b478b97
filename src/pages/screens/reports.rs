//! *Årsrapporter*: what is due from whom, what was reported, and what is left; forms that report a year and that answer a report.

use askama::Template;
use axum::extract::{RawForm, State};
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::failure::PageError;
use super::super::format;
use super::super::forms::{self, FilledForm, Objection};
use super::super::frame::PageFrame;
use super::super::text::Texts;
use super::super::visit::{Visit, rendered};
use super::BodyName;
use crate::http::AppState;

const PATH: &str = "/rapporter";

const DOCUMENT: &str = "query Reports($programme: ID!) {
  programmeUse(programme: $programme) {
    goals { id text }
    measures { id terms { title } }
    dueReports { year due isLate municipality { name } report { id } }
    reports {
      id year number state granted broughtForward spent repaid carriedOver reply
      municipality { name } goals { goal achievement text } hours { applications reports }
    }
  }
}";

const SUBMIT: &str = "mutation SubmitReport($input: YearlyReportInput!, $key: ID!) {
  done: submitYearlyReport(input: $input, idempotencyKey: $key) { errors { code message } }
}";

const APPROVE: &str = "mutation ApproveReport($id: ID!, $reason: String!, $key: ID!) {
  done: approveYearlyReport(report: $id, reason: $reason, idempotencyKey: $key) { errors { code message } }
}";

const RETURN: &str = "mutation ReturnReport($id: ID!, $reason: String!, $key: ID!) {
  done: returnYearlyReport(report: $id, reason: $reason, idempotencyKey: $key) { errors { code message } }
}";

pub const ACHIEVEMENTS: [&str; 4] = ["REACHED", "PARTLY_REACHED", "NOT_REACHED", "TOO_EARLY"];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    programme_use: ProgrammeUse,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProgrammeUse {
    goals: Vec<Goal>,
    measures: Vec<Measure>,
    due_reports: Vec<DueReport>,
    reports: Vec<Report>,
}

#[derive(Deserialize)]
struct Measure {
    id: String,
    terms: Titled,
}

#[derive(Deserialize)]
struct Titled {
    title: String,
}

impl Measure {
    /// What the form says of it; `None` where nothing is filled in.
    fn part(&self, filled: &FilledForm) -> Result<Option<Value>, &'static str> {
        let spent = filled.get(&format!("del-{}", self.id));
        let people = filled.get(&format!("folk-{}", self.id));
        if spent.is_empty() && people.is_empty() {
            return Ok(None);
        }
        let counted = (!people.is_empty()).then(|| people.parse::<u32>().map_err(|_| "form-bad-number"));
        Ok(Some(json!({
            "measure": self.id, "spent": forms::ore(spent).ok_or("form-bad-amount")?, "people": counted.transpose()?,
        })))
    }
}

#[derive(Deserialize)]
struct Goal {
    id: String,
    text: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DueReport {
    year: i32,
    due: Date,
    is_late: bool,
    municipality: Option<BodyName>,
    report: Option<super::IdOf>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    id: String,
    year: i32,
    number: u32,
    state: String,
    granted: Option<i64>,
    brought_forward: Option<i64>,
    spent: i64,
    repaid: i64,
    carried_over: Option<i64>,
    reply: Option<String>,
    municipality: Option<BodyName>,
    goals: Vec<ReportedGoal>,
    hours: Hours,
}

#[derive(Deserialize)]
struct ReportedGoal {
    goal: String,
    achievement: String,
    text: String,
}

#[derive(Deserialize)]
struct Hours {
    applications: u32,
    reports: u32,
}

/// The mutation and what it is given; the error is the text of what is wrong.
fn command(filled: &FilledForm, visit: &Visit, used: &ProgrammeUse) -> Result<(&'static str, Value), &'static str> {
    let key = filled.get("nokkel");
    let answered = json!({ "id": filled.get("rapport"), "reason": filled.get("tekst"), "key": key });
    match filled.get("gjor") {
        "send" => {
            let amount = |name: &str| forms::ore(filled.get(name)).ok_or("form-bad-amount");
            let hours = |name: &str| filled.get(name).parse::<u32>().map_err(|_| "form-bad-number");
            let measures = used
                .measures
                .iter()
                .filter_map(|measure| measure.part(filled).transpose());
            let measures: Vec<Value> = measures.collect::<Result<_, _>>()?;
            let goals: Vec<Value> = used
                .goals
                .iter()
                .map(|goal| {
                    json!({
                        "goal": goal.id, "achievement": filled.get(&format!("grad-{}", goal.id)),
                        "text": filled.get(&format!("om-{}", goal.id)),
                    })
                })
                .collect();
            let is_known = |goal: &Value| {
                goal["achievement"]
                    .as_str()
                    .is_some_and(|code| ACHIEVEMENTS.contains(&code))
            };
            if !goals.iter().all(is_known) {
                return Err("form-no-decision");
            }
            let input = json!({
                "programme": visit.programme(), "year": filled.get("aar").parse::<i32>().map_err(|_| "form-bad-number")?,
                "spent": amount("brukt")?, "repaid": amount("tilbake")?, "measures": measures, "goals": goals,
                "hours": { "applications": hours("soknader")?, "reports": hours("rapporter")? },
            });
            Ok((SUBMIT, json!({ "input": input, "key": key })))
        }
        "godkjenn" => Ok((APPROVE, answered)),
        "returner" => Ok((RETURN, answered)),
        _ => Err("form-no-decision"),
    }
}

pub async fn show(visit: Visit) -> Result<Response, PageError> {
    let answer = ask(&visit).await?;
    screen(&visit, answer, FilledForm::default(), None)
}

pub async fn send(
    State(state): State<AppState>,
    visit: Visit,
    headers: HeaderMap,
    RawForm(form): RawForm,
) -> Result<Response, PageError> {
    let filled = FilledForm::read(&form);
    forms::check(&state, &visit, &headers, filled.get("form_token"))?;
    let answer = ask(&visit).await?;
    let objection = forms::attempt(&visit, command(&filled, &visit, &answer)).await?;
    match objection {
        None => Ok(forms::done(PATH, None)),
        Some(objection) => screen(&visit, answer, filled, Some(objection)),
    }
}

fn variables(visit: &Visit) -> Value {
    json!({ "programme": visit.programme() })
}

async fn ask(visit: &Visit) -> Result<ProgrammeUse, PageError> {
    let answer: Answer = visit.client.query(DOCUMENT, &variables(visit)).await?;
    Ok(answer.programme_use)
}

fn screen(
    visit: &Visit,
    answer: ProgrammeUse,
    form: FilledForm,
    objection: Option<Objection>,
) -> Result<Response, PageError> {
    let texts = visit.texts;
    let achievements: Vec<(&'static str, String)> =
        ACHIEVEMENTS.map(|code| (code, texts.code("achievement", code))).into();
    let screen = Screen {
        page: visit
            .page(texts.say("reports-title"))
            .asking(DOCUMENT, &variables(visit)),
        due: answer.due_reports.iter().map(|due| DueRow::of(due, texts)).collect(),
        reports: answer
            .reports
            .iter()
            .map(|report| ReportRow::of(report, &answer.goals, visit))
            .collect(),
        may_report: visit.role() == "MUNICIPALITY",
        goals: answer.goals,
        measures: answer.measures,
        achievements,
        key: forms::fresh_key()?,
        form,
        objection,
    };
    Ok(rendered(&screen))
}

#[derive(Template)]
#[template(path = "reports.html")]
struct Screen {
    page: PageFrame,
    due: Vec<DueRow>,
    reports: Vec<ReportRow>,
    may_report: bool,
    goals: Vec<Goal>,
    measures: Vec<Measure>,
    achievements: Vec<(&'static str, String)>,
    key: String,
    form: FilledForm,
    objection: Option<Objection>,
}

struct DueRow {
    municipality: String,
    year: i32,
    due: String,
    state: String,
}

impl DueRow {
    fn of(due: &DueReport, texts: Texts) -> Self {
        let state = match (&due.report, due.is_late) {
            (Some(_), _) => "report-there",
            (None, true) => "report-late",
            (None, false) => "report-not-yet",
        };
        Self {
            municipality: BodyName::of(due.municipality.as_ref(), texts),
            year: due.year,
            due: format::day(texts, due.due),
            state: texts.say(state),
        }
    }
}

struct ReportRow {
    id: String,
    title: String,
    state: String,
    /// Name and amount, in the order of the reckoning.
    amounts: Vec<(String, String)>,
    goals: Vec<(String, String)>,
    hours: String,
    reply: Option<String>,
    may_answer: bool,
}

impl ReportRow {
    fn of(report: &Report, goals: &[Goal], visit: &Visit) -> Self {
        let texts = visit.texts;
        let told = |amount: Option<i64>| amount.map_or_else(|| texts.say("not-delivered"), format::kroner);
        let amounts = [
            ("report-granted", told(report.granted)),
            ("report-brought-forward", told(report.brought_forward)),
            ("report-spent", format::kroner(report.spent)),
            ("report-repaid", format::kroner(report.repaid)),
            ("report-carried-over", told(report.carried_over)),
        ];
        let of_goal = |reported: &ReportedGoal| {
            let goal = goals.iter().find(|goal| goal.id == reported.goal);
            let achieved = texts.code("achievement", &reported.achievement);
            let text = goal.map_or_else(|| reported.goal.clone(), |goal| goal.text.clone());
            (text, format!("{achieved}. {}", reported.text))
        };
        let title = [
            ("municipality", BodyName::of(report.municipality.as_ref(), texts)),
            ("year", report.year.to_string()),
            ("number", report.number.to_string()),
        ];
        let hours = [
            ("applications", report.hours.applications.to_string()),
            ("reports", report.hours.reports.to_string()),
        ];
        Self {
            id: report.id.clone(),
            title: texts.fill("report-of", &title),
            state: texts.code("report-state", &report.state),
            amounts: amounts
                .into_iter()
                .map(|(name, told)| (texts.say(name), told))
                .collect(),
            goals: report.goals.iter().map(of_goal).collect(),
            hours: texts.fill("report-hours", &hours),
            reply: report.reply.clone(),
            may_answer: visit.role() == "PROGRAMME_OFFICE" && report.state == "SUBMITTED",
        }
    }
}
