//! One announcement: its applications as the visitor sees them, and what may be done with each.

use askama::Template;
use axum::extract::{Path, RawForm, State};
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::json;

use super::super::super::failure::PageError;
use super::super::super::format;
use super::super::super::forms::{self, FilledForm, Objection};
use super::super::super::frame::PageFrame;
use super::super::super::text::Texts;
use super::super::super::visit::{Visit, rendered};
use super::super::BodyName;
use super::commands::{AnnouncementForm, RECOMMENDATIONS};
use crate::http::AppState;

const APPLICATION: &str = "applications {
      id state inhabitants challenges progress motivation appliedAt
      municipality { name organisationNumber }
      politicalDecision { reference on }
      assessments { recommendation text by { name organisationNumber } at } placings
    }
    rankings { order reason municipality { name } }";

/// All announcements: there are few, and one is found among them.
fn document(sees_applications: bool) -> String {
    let applications = if sees_applications { APPLICATION } else { "" };
    format!(
        "query Announcement($programme: ID!) {{
  viewer {{ functions {{ function programme region {{ organisationNumber }} }} }}
  announcements(programme: $programme) {{
    id year rankedByApplicants text deadline announcedAt region {{ name organisationNumber }}
    selection {{ chosen reason reference at }}
    {applications}
  }}
}}"
    )
}

#[derive(Deserialize)]
struct Answer {
    viewer: Viewer,
    announcements: Vec<Announcement>,
}

#[derive(Deserialize)]
struct Viewer {
    functions: Vec<Held>,
}

#[derive(Deserialize)]
struct Held {
    function: String,
    programme: String,
    region: Option<Number>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Number {
    organisation_number: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    name: String,
    organisation_number: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Announcement {
    id: String,
    text: String,
    deadline: Date,
    announced_at: Timestamp,
    region: Body,
    year: Option<i32>,
    ranked_by_applicants: bool,
    selection: Option<Selection>,
    #[serde(default)]
    applications: Vec<Application>,
    #[serde(default)]
    rankings: Vec<Ranking>,
}

#[derive(Deserialize)]
struct Ranking {
    order: Vec<String>,
    reason: String,
    municipality: Option<BodyName>,
}

#[derive(Deserialize)]
struct Selection {
    chosen: Vec<String>,
    reason: String,
    reference: String,
    at: Timestamp,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Application {
    id: String,
    state: String,
    inhabitants: Option<u64>,
    challenges: String,
    progress: String,
    motivation: String,
    applied_at: Timestamp,
    municipality: Option<Body>,
    political_decision: Option<Decision>,
    assessments: Vec<Assessment>,
    placings: Option<Vec<u32>>,
}

#[derive(Deserialize)]
struct Decision {
    reference: String,
    on: Date,
}

#[derive(Deserialize)]
struct Assessment {
    recommendation: String,
    text: String,
    by: Body,
    at: Timestamp,
}

pub async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response, PageError> {
    screen(&visit, &id, &FilledForm::default(), None).await
}

pub async fn command(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    headers: HeaderMap,
    RawForm(form): RawForm,
) -> Result<Response, PageError> {
    let filled = FilledForm::read(&form);
    forms::check(&state, &visit, &headers, filled.get("form_token"))?;
    let objection = forms::attempt(&visit, AnnouncementForm(&filled).command(&id)).await?;
    match objection {
        None => Ok(forms::done(&super::address(&id), None)),
        Some(objection) => screen(&visit, &id, &filled, Some(objection)).await,
    }
}

async fn screen(
    visit: &Visit,
    id: &str,
    filled: &FilledForm,
    objection: Option<Objection>,
) -> Result<Response, PageError> {
    let (texts, variables) = (visit.texts, json!({ "programme": visit.programme() }));
    let has_role = matches!(visit.role(), "MUNICIPALITY" | "COUNTY_GOVERNOR" | "PROGRAMME_OFFICE");
    let sees = has_role || visit.does("RESOURCE_GROUP");
    let document = document(sees);
    let answer: Answer = visit.client.query(&document, &variables).await?;
    let mut announcements = answer.announcements.iter();
    let announcement = announcements
        .find(|announcement| announcement.id == id)
        .ok_or(PageError::NotFound)?;
    let may = Possible::of(visit, announcement, &answer.viewer.functions);
    let title = texts.with("announcement-title", "region", &announcement.region.name);
    let selection = announcement.selection.as_ref().map(|selection| {
        let told = [
            ("at", format::instant(texts, selection.at)),
            ("reference", selection.reference.clone()),
            ("count", selection.chosen.len().to_string()),
        ];
        (texts.fill("selection-made", &told), selection.reason.clone())
    });
    let screen = Screen {
        page: visit.page(title).asking(&document, &variables),
        text: announcement.text.clone(),
        announced: format::instant(texts, announcement.announced_at),
        deadline: format::day(texts, announcement.deadline),
        year: announcement.year.map(|year| year.to_string()),
        rankings: announcement.rankings(texts),
        selection,
        rows: announcement
            .applications
            .iter()
            .map(|application| Row::of(application, visit, &may))
            .collect(),
        may,
        recommendations: RECOMMENDATIONS
            .map(|code| (code, texts.code("recommendation", code)))
            .into(),
        key: forms::fresh_key()?,
        challenges: filled.get("utfordringer").to_owned(),
        progress: filled.get("status").to_owned(),
        motivation: filled.get("motivasjon").to_owned(),
        objection,
    };
    Ok(rendered(&screen))
}

/// What the visitor may do, as the announcement stands; the names are those of the forms.
struct Possible(Vec<&'static str>);

impl Possible {
    fn of(visit: &Visit, announcement: &Announcement, functions: &[Held]) -> Self {
        let number = announcement.region.organisation_number.as_deref().unwrap_or_default();
        let governs = visit.role() == "PROGRAMME_OFFICE" || visit.is_body(number);
        let advises = functions.iter().any(|held| {
            let reaches = |region: &Number| region.organisation_number == number;
            held.function == "RESOURCE_GROUP"
                && held.programme == visit.programme()
                && held.region.as_ref().is_none_or(reaches)
        });
        let is_over = visit.is_past(announcement.deadline);
        let is_chosen = announcement.selection.is_some();
        let own = announcement
            .applications
            .iter()
            .filter(|application| application.is_own(visit));
        let has_applied = own.into_iter().any(|application| application.state != "WITHDRAWN");
        let has_rival = announcement
            .applications
            .iter()
            .any(|application| application.state == "SUBMITTED" && !application.is_own(visit));
        Self::among([
            (
                "sok",
                visit.role() == "MUNICIPALITY" && !is_over && !is_chosen && !has_applied,
            ),
            ("vurder", (governs || advises) && !is_chosen),
            (
                "ranger",
                announcement.ranked_by_applicants && is_over && !is_chosen && has_applied && has_rival,
            ),
            ("velg", governs && is_over && !is_chosen),
            ("begynn", governs && is_chosen),
        ])
    }

    fn among<const N: usize>(all: [(&'static str, bool); N]) -> Self {
        Self(all.into_iter().filter(|(_, may)| *may).map(|(name, _)| name).collect())
    }

    fn may(&self, name: &str) -> bool {
        self.0.contains(&name)
    }
}

impl Announcement {
    /// The rankings that the visitor sees, each in a sentence.
    fn rankings(&self, texts: Texts) -> Vec<String> {
        let name = |id: &String| {
            let mut applications = self.applications.iter();
            let known = applications.find(|application| application.id == *id);
            let municipality = known.and_then(|application| application.municipality.as_ref());
            municipality.map_or_else(|| texts.say("recipient-unknown"), |known| known.name.clone())
        };
        let told = |ranking: &Ranking| {
            let order: Vec<String> = ranking.order.iter().map(name).collect();
            let told = [
                ("municipality", BodyName::of(ranking.municipality.as_ref(), texts)),
                ("order", order.join(", ")),
                ("reason", ranking.reason.clone()),
            ];
            texts.fill("ranked-by", &told)
        };
        self.rankings.iter().map(told).collect()
    }
}

impl Application {
    fn is_own(&self, visit: &Visit) -> bool {
        let number = self
            .municipality
            .as_ref()
            .and_then(|known| known.organisation_number.as_deref());
        number.is_some_and(|number| visit.is_body(number))
    }
}

#[derive(Template)]
#[template(path = "announcement.html")]
struct Screen {
    page: PageFrame,
    text: String,
    announced: String,
    deadline: String,
    year: Option<String>,
    rankings: Vec<String>,
    selection: Option<(String, String)>,
    rows: Vec<Row>,
    may: Possible,
    recommendations: Vec<(&'static str, String)>,
    key: String,
    challenges: String,
    progress: String,
    motivation: String,
    objection: Option<Objection>,
}

struct Row {
    id: String,
    name: String,
    state: String,
    size: String,
    challenges: String,
    progress: String,
    motivation: String,
    applied: String,
    decision: String,
    assessments: Vec<AssessmentRow>,
    /// What the other applicants think of it, where they are asked and the visitor is told.
    placings: Option<String>,
    possible: Possible,
}

struct AssessmentRow {
    by: String,
    at: String,
    recommendation: String,
    text: String,
}

impl Row {
    fn of(application: &Application, visit: &Visit, may: &Possible) -> Self {
        let texts = visit.texts;
        let is_own = application.is_own(visit);
        let state = application.state.as_str();
        let mine = |assessment: &Assessment| {
            assessment
                .by
                .organisation_number
                .as_deref()
                .is_some_and(|number| visit.is_body(number))
        };
        let decision = application.political_decision.as_ref();
        let municipality = application.municipality.as_ref();
        Self {
            id: application.id.clone(),
            name: municipality.map_or_else(|| texts.say("recipient-unknown"), |known| known.name.clone()),
            state: texts.code("application-state", state),
            size: application.inhabitants.map_or_else(
                || texts.say("inhabitants-unknown"),
                |count| texts.with("inhabitants", "count", format::grouped(count)),
            ),
            challenges: application.challenges.clone(),
            progress: application.progress.clone(),
            motivation: application.motivation.clone(),
            applied: format::instant(texts, application.applied_at),
            decision: decision.map_or_else(|| texts.say("council-missing"), |decision| told(decision, texts)),
            assessments: application
                .assessments
                .iter()
                .map(|one| AssessmentRow::of(one, texts))
                .collect(),
            placings: application.placings.as_ref().map(|places| placed(places, texts)),
            possible: Possible::among([
                ("ranger", may.may("ranger") && state == "SUBMITTED" && !is_own),
                (
                    "vurder",
                    may.may("vurder") && state == "SUBMITTED" && !application.assessments.iter().any(mine),
                ),
                ("velg", may.may("velg") && state == "SUBMITTED"),
                ("begynn", may.may("begynn") && state == "CHOSEN"),
                (
                    "vedtak",
                    is_own && decision.is_none() && matches!(state, "SUBMITTED" | "CONDITIONALLY_CHOSEN"),
                ),
                (
                    "trekk",
                    is_own && matches!(state, "SUBMITTED" | "CHOSEN" | "CONDITIONALLY_CHOSEN"),
                ),
            ]),
        }
    }
}

fn placed(places: &[u32], texts: Texts) -> String {
    let places: Vec<String> = places.iter().map(u32::to_string).collect();
    match places.as_slice() {
        [] => texts.say("placings-none"),
        _ => texts.with("placings", "places", places.join(", ")),
    }
}

fn told(decision: &Decision, texts: Texts) -> String {
    texts.fill(
        "council-decided",
        &[
            ("reference", decision.reference.clone()),
            ("day", format::day(texts, decision.on)),
        ],
    )
}

impl AssessmentRow {
    fn of(assessment: &Assessment, texts: Texts) -> Self {
        Self {
            by: assessment.by.name.clone(),
            at: format::instant(texts, assessment.at),
            recommendation: texts.code("recommendation", &assessment.recommendation),
            text: assessment.text.clone(),
        }
    }
}
