//! *Evaluering*: the programme's goals and what was found of them, what there was before each municipality took part, what was saved; forms that tell
//! of the zero point and of what was found.

use askama::Template;
use axum::extract::{RawForm, State};
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::downloads::{FileList, Offers};
use super::super::failure::PageError;
use super::super::format;
use super::super::forms::{self, FilledForm, Objection};
use super::super::frame::PageFrame;
use super::super::text::Texts;
use super::super::visit::{Visit, rendered};
use super::BodyName;
use super::reports::ACHIEVEMENTS;
use crate::http::AppState;
use crate::output::money;

const PATH: &str = "/evaluering";

const DOCUMENT: &str = "query Evaluation($programme: ID!) {
  programmeUse(programme: $programme) {
    goals { id kind text source }
    measures { id terms { title } municipality { name } }
    evaluations { measure goal achievement text by { name } }
    municipalities {
      municipality { name }
      zeroPoint { finding { on text hours { applications reports } } }
      savedHours { year before hours saved }
    }
  }
}";

/// The indicators of one municipality: those of all would be a book.
const SERIES: &str = "query EvaluatedIndicators($programme: ID!, $municipality: ID!) {
  programmeUse(programme: $programme) {
    municipalities(municipality: $municipality) {
      indicators { name unit source madeUp figures { year atZeroPoint value } }
    }
  }
}";

const ZERO_POINT: &str = "mutation RecordZeroPoint($programme: ID!, $on: Date!, $text: String!, $hours: AdministrativeHoursInput!, $key: ID!) {
  done: recordZeroPoint(programme: $programme, on: $on, text: $text, hours: $hours, idempotencyKey: $key) { errors { code message } }
}";

const EVALUATE: &str = "mutation RecordEvaluation($input: EvaluationInput!, $key: ID!) {
  done: recordEvaluation(input: $input, idempotencyKey: $key) { errors { code message } }
}";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    programme_use: ProgrammeUse,
}

#[derive(Deserialize)]
struct ProgrammeUse {
    goals: Vec<Goal>,
    measures: Vec<Measure>,
    evaluations: Vec<Evaluation>,
    municipalities: Vec<Before>,
}

#[derive(Deserialize)]
struct Goal {
    id: String,
    kind: String,
    text: String,
    source: String,
}

#[derive(Deserialize)]
struct Measure {
    id: String,
    terms: Titled,
    municipality: Option<BodyName>,
}

#[derive(Deserialize)]
struct Titled {
    title: String,
}

#[derive(Deserialize)]
struct Evaluation {
    measure: Option<String>,
    goal: Option<String>,
    achievement: String,
    text: String,
    by: BodyName,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Before {
    municipality: BodyName,
    zero_point: Option<ZeroPoint>,
    saved_hours: Vec<HoursOfYear>,
}

#[derive(Deserialize)]
struct ZeroPoint {
    finding: Finding,
}

#[derive(Deserialize)]
struct Finding {
    on: Date,
    text: String,
    hours: Hours,
}

#[derive(Deserialize)]
struct Hours {
    applications: u32,
    reports: u32,
}

#[derive(Deserialize)]
struct HoursOfYear {
    year: i32,
    before: i64,
    hours: i64,
    saved: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SeriesAnswer {
    programme_use: SeriesUse,
}

#[derive(Deserialize)]
struct SeriesUse {
    municipalities: Vec<Indicated>,
}

#[derive(Deserialize)]
struct Indicated {
    indicators: Vec<Series>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Series {
    name: String,
    unit: String,
    source: String,
    made_up: bool,
    figures: Vec<SeriesFigure>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SeriesFigure {
    year: i32,
    at_zero_point: bool,
    value: Option<String>,
}

/// The mutation and what it is given; the error is the text of what is wrong.
fn command(filled: &FilledForm, visit: &Visit) -> Result<(&'static str, Value), &'static str> {
    let (programme, key) = (visit.programme(), filled.get("nokkel"));
    match filled.get("gjor") {
        "nullpunkt" => {
            let hours = |name: &str| filled.get(name).parse::<u32>().map_err(|_| "form-bad-number");
            Ok((
                ZERO_POINT,
                json!({
                    "programme": programme, "on": filled.day("dag")?, "text": filled.get("tekst"), "key": key,
                    "hours": { "applications": hours("soknader")?, "reports": hours("rapporter")? },
                }),
            ))
        }
        "evaluer" if ACHIEVEMENTS.contains(&filled.get("grad")) => {
            let (kind, id) = filled.get("gjelder").split_once(':').ok_or("form-no-decision")?;
            let of = |wanted: &str| (kind == wanted).then_some(id);
            let input = json!({
                "programme": programme, "measure": of("tiltak"), "goal": of("mal"), "achievement": filled.get("grad"),
                "text": filled.get("tekst"),
            });
            Ok((EVALUATE, json!({ "input": input, "key": key })))
        }
        _ => Err("form-no-decision"),
    }
}

pub async fn show(visit: Visit) -> Result<Response, PageError> {
    screen(&visit, FilledForm::default(), None).await
}

pub async fn send(
    State(state): State<AppState>,
    visit: Visit,
    headers: HeaderMap,
    RawForm(form): RawForm,
) -> Result<Response, PageError> {
    let filled = FilledForm::read(&form);
    forms::check(&state, &visit, &headers, filled.get("form_token"))?;
    let objection = forms::attempt(&visit, command(&filled, &visit)).await?;
    match objection {
        None => Ok(forms::done(PATH, None)),
        Some(objection) => screen(&visit, filled, Some(objection)).await,
    }
}

async fn screen(visit: &Visit, form: FilledForm, objection: Option<Objection>) -> Result<Response, PageError> {
    let (texts, variables) = (visit.texts, json!({ "programme": visit.programme() }));
    let answer: Answer = visit.client.query(DOCUMENT, &variables).await?;
    let evaluates = evaluates(visit);
    let used = answer.programme_use;
    let series = series(visit).await?;
    let subjects = used.subjects(evaluates, texts);
    let may_evaluate = evaluates || visit.role() == "MUNICIPALITY";
    let page = visit.page(texts.say("evaluation-title")).asking(DOCUMENT, &variables);
    let screen = Screen {
        page: if evaluates {
            page.offering(Offers::of(FileList::Evaluation, visit, &[]))
        } else {
            page
        },
        goals: used.goals.iter().map(|goal| GoalRow::of(goal, &used, texts)).collect(),
        measures: used
            .measures
            .iter()
            .filter_map(|measure| MeasureRow::of(measure, &used, texts))
            .collect(),
        before: used
            .municipalities
            .iter()
            .map(|before| BeforeRow::of(before, texts))
            .collect(),
        series,
        may_tell: visit.role() == "MUNICIPALITY",
        subjects: if may_evaluate { subjects } else { Vec::new() },
        achievements: ACHIEVEMENTS.map(|code| (code, texts.code("achievement", code))).into(),
        key: forms::fresh_key()?,
        form,
        objection,
    };
    Ok(rendered(&screen))
}

/// Whether the visitor evaluates the programme, by its role or in its function.
fn evaluates(visit: &Visit) -> bool {
    matches!(visit.role(), "PROGRAMME_OFFICE" | "EVALUATOR") || visit.does("EVALUATOR")
}

/// Of the municipality that looks; of nobody else.
async fn series(visit: &Visit) -> Result<Vec<SeriesRow>, PageError> {
    let own = visit.body_number().filter(|_| visit.role() == "MUNICIPALITY");
    let Some(own) = own else {
        return Ok(Vec::new());
    };
    let variables = json!({ "programme": visit.programme(), "municipality": own });
    let answer: SeriesAnswer = visit.client.query(SERIES, &variables).await?;
    let indicators = answer
        .programme_use
        .municipalities
        .into_iter()
        .flat_map(|one| one.indicators);
    Ok(indicators.map(|series| SeriesRow::of(&series, visit.texts)).collect())
}

impl ProgrammeUse {
    /// What can be evaluated, as a form names it.
    fn subjects(&self, evaluates: bool, texts: Texts) -> Vec<(String, String)> {
        let goals = self.goals.iter().filter(|_| evaluates);
        let goals = goals.map(|goal| (format!("mal:{}", goal.id), goal.text.clone()));
        let measures = self
            .measures
            .iter()
            .map(|measure| (format!("tiltak:{}", measure.id), measure.named(texts)));
        goals.chain(measures).collect()
    }
}

impl Measure {
    fn named(&self, texts: Texts) -> String {
        let municipality = BodyName::of(self.municipality.as_ref(), texts);
        format!("{municipality}: {}", self.terms.title)
    }
}

#[derive(Template)]
#[template(path = "evaluation.html")]
struct Screen {
    page: PageFrame,
    goals: Vec<GoalRow>,
    measures: Vec<MeasureRow>,
    before: Vec<BeforeRow>,
    series: Vec<SeriesRow>,
    may_tell: bool,
    subjects: Vec<(String, String)>,
    achievements: Vec<(&'static str, String)>,
    key: String,
    form: FilledForm,
    objection: Option<Objection>,
}

struct GoalRow {
    kind: String,
    text: String,
    source: String,
    found: Vec<String>,
}

impl GoalRow {
    fn of(goal: &Goal, used: &ProgrammeUse, texts: Texts) -> Self {
        let found = used
            .evaluations
            .iter()
            .filter(|one| one.goal.as_ref() == Some(&goal.id));
        Self {
            kind: texts.code("goal-kind", &goal.kind),
            text: goal.text.clone(),
            source: texts.with("goal-source", "source", &goal.source),
            found: found.map(|one| told(one, texts)).collect(),
        }
    }
}

struct MeasureRow {
    title: String,
    found: Vec<String>,
}

impl MeasureRow {
    /// Nothing where nobody has evaluated it.
    fn of(measure: &Measure, used: &ProgrammeUse, texts: Texts) -> Option<Self> {
        let found = used
            .evaluations
            .iter()
            .filter(|one| one.measure.as_ref() == Some(&measure.id));
        let found: Vec<String> = found.map(|one| told(one, texts)).collect();
        (!found.is_empty()).then(|| Self {
            title: measure.named(texts),
            found,
        })
    }
}

fn told(evaluation: &Evaluation, texts: Texts) -> String {
    let told = [
        ("body", evaluation.by.name.clone()),
        ("achievement", texts.code("achievement", &evaluation.achievement)),
        ("text", evaluation.text.clone()),
    ];
    texts.fill("evaluation-found", &told)
}

struct BeforeRow {
    municipality: String,
    zero_point: String,
    hours: String,
    saved: Vec<String>,
}

impl BeforeRow {
    fn of(before: &Before, texts: Texts) -> Self {
        let found = before.zero_point.as_ref().map(|found| &found.finding);
        let zero_point = found.map(|found| format!("{}: {}", format::day(texts, found.on), found.text));
        let hours = found.map(|found| {
            let hours = [
                ("applications", found.hours.applications.to_string()),
                ("reports", found.hours.reports.to_string()),
            ];
            texts.fill("report-hours", &hours)
        });
        let saved = before.saved_hours.iter().map(|saved| {
            let told = [
                ("year", saved.year.to_string()),
                ("before", saved.before.to_string()),
                ("hours", saved.hours.to_string()),
                ("saved", saved.saved.to_string().replace('-', "−")),
            ];
            texts.fill("hours-saved", &told)
        });
        Self {
            municipality: before.municipality.name.clone(),
            zero_point: zero_point.unwrap_or_else(|| texts.say("zero-point-missing")),
            hours: hours.unwrap_or_default(),
            saved: saved.collect(),
        }
    }
}

struct SeriesRow {
    name: String,
    source: String,
    figures: Vec<(String, String)>,
}

impl SeriesRow {
    fn of(series: &Series, texts: Texts) -> Self {
        let made_up = if series.made_up {
            format!(" ({})", texts.say("made-up"))
        } else {
            String::new()
        };
        let figures = series.figures.iter().map(|figure| {
            let when = if figure.at_zero_point {
                "series-zero-point"
            } else {
                "series-later"
            };
            let value = figure.value.as_deref().map(money::figure);
            (
                texts.with(when, "year", figure.year.to_string()),
                value.unwrap_or_else(|| texts.say("not-delivered")),
            )
        });
        Self {
            name: format!("{}, {}{made_up}", series.name, series.unit),
            source: series.source.clone(),
            figures: figures.collect(),
        }
    }
}
