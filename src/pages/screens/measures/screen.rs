//! The page itself: what there is, and the forms of whoever may add to it.

use askama::Template;
use axum::extract::{RawForm, State};
use axum::http::HeaderMap;
use axum::response::Response;
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
use super::commands::{SECTORS, command};
use crate::http::AppState;

const PATH: &str = "/tiltak";

const DOCUMENT: &str = "query Measures($programme: ID!, $measures: Boolean!, $support: Boolean!) {
  programmeUse(programme: $programme) {
    measures @include(if: $measures) {
      id municipality { name }
      terms { title change targetGroup services sectors from until fromPot }
      earlier { reason terms { from until fromPot } }
    }
    supportRequests @include(if: $support) { id text municipality { name } environment { name organisationNumber } given { on text hours } }
    agreements @include(if: $support) { about from until municipality { name } with { name } }
    gatherings { id title place on arrangedBy { name organisationNumber } attended { name } }
  }
}";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    programme_use: ProgrammeUse,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProgrammeUse {
    #[serde(default)]
    measures: Vec<Measure>,
    #[serde(default)]
    support_requests: Vec<SupportRequest>,
    #[serde(default)]
    agreements: Vec<Agreement>,
    gatherings: Vec<Gathering>,
}

#[derive(Deserialize)]
struct Measure {
    municipality: Option<BodyName>,
    terms: Terms,
    earlier: Vec<Earlier>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Terms {
    title: String,
    change: String,
    target_group: String,
    services: Vec<String>,
    sectors: Vec<String>,
    #[serde(flatten)]
    period: Period,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Period {
    from: Date,
    until: Date,
    from_pot: i64,
}

#[derive(Deserialize)]
struct Earlier {
    reason: String,
    terms: Period,
}

#[derive(Deserialize)]
struct SupportRequest {
    id: String,
    text: String,
    municipality: Option<BodyName>,
    environment: Body,
    given: Vec<Given>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    name: String,
    organisation_number: Option<String>,
}

impl Body {
    fn is_visitor(&self, visit: &Visit) -> bool {
        self.organisation_number
            .as_deref()
            .is_some_and(|number| visit.is_body(number))
    }
}

#[derive(Deserialize)]
struct Given {
    on: Date,
    text: String,
    hours: u32,
}

#[derive(Deserialize)]
struct Agreement {
    about: String,
    from: Date,
    until: Date,
    municipality: Option<BodyName>,
    with: BodyName,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Gathering {
    id: String,
    title: String,
    place: String,
    on: Date,
    arranged_by: Body,
    attended: Option<Vec<BodyName>>,
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
    let texts = visit.texts;
    let told = Told::of(visit);
    let variables = json!({ "programme": visit.programme(), "measures": told.measures, "support": told.support });
    let answer: Answer = visit.client.query(DOCUMENT, &variables).await?;
    let used = answer.programme_use;
    let arranges = visit.role() == "PROGRAMME_OFFICE" || visit.does("PROJECT_GROUP") || visit.does("KS");
    let screen = Screen {
        page: visit.page(texts.say("measures-title")).asking(DOCUMENT, &variables),
        told,
        measures: used
            .measures
            .iter()
            .map(|measure| MeasureRow::of(measure, texts))
            .collect(),
        support: used
            .support_requests
            .iter()
            .map(|request| SupportRow::of(request, visit))
            .collect(),
        agreements: used
            .agreements
            .iter()
            .map(|agreement| told_agreement(agreement, texts))
            .collect(),
        gatherings: used
            .gatherings
            .iter()
            .map(|gathering| GatheringRow::of(gathering, visit))
            .collect(),
        may_register: visit.role() == "MUNICIPALITY",
        may_gather: arranges || visit.role() == "COUNTY_GOVERNOR",
        names_region: arranges && visit.role() != "COUNTY_GOVERNOR",
        sectors: SECTORS.map(|code| (code, texts.code("sector", code))).into(),
        key: forms::fresh_key()?,
        form,
        objection,
    };
    Ok(rendered(&screen))
}

#[derive(Template)]
#[template(path = "measures.html")]
struct Screen {
    page: PageFrame,
    told: Told,
    measures: Vec<MeasureRow>,
    support: Vec<SupportRow>,
    agreements: Vec<String>,
    gatherings: Vec<GatheringRow>,
    may_register: bool,
    may_gather: bool,
    names_region: bool,
    sectors: Vec<(&'static str, String)>,
    key: String,
    form: FilledForm,
    objection: Option<Objection>,
}

impl Screen {
    /// What was filled into that field, where it was that form that was sent.
    fn kept(&self, form: &str, name: &str) -> &str {
        if self.form.get("gjor") == form {
            self.form.get(name)
        } else {
            ""
        }
    }
}

/// What of a programme's use is told to whoever looks: by its role, or in its functions. Gatherings are told to all of them.
struct Told {
    measures: bool,
    support: bool,
}

impl Told {
    fn of(visit: &Visit) -> Self {
        let all = visit.sees_awards() || visit.does("EVALUATOR");
        Self {
            measures: all,
            support: all || visit.does("COMPETENCE_ENVIRONMENT"),
        }
    }
}

struct MeasureRow {
    municipality: String,
    title: String,
    change: String,
    target_group: String,
    who: String,
    period: String,
    amount: String,
    earlier: Vec<String>,
}

impl MeasureRow {
    fn of(measure: &Measure, texts: Texts) -> Self {
        let terms = &measure.terms;
        let sectors = terms.sectors.iter().map(|code| texts.code("sector", code));
        let who: Vec<String> = terms.services.iter().cloned().chain(sectors).collect();
        let earlier = measure.earlier.iter().map(|earlier| {
            let told = [
                ("period", period(earlier.terms.from, earlier.terms.until, texts)),
                ("amount", format::kroner(earlier.terms.from_pot)),
                ("reason", earlier.reason.clone()),
            ];
            texts.fill("measure-was", &told)
        });
        Self {
            municipality: BodyName::of(measure.municipality.as_ref(), texts),
            title: terms.title.clone(),
            change: terms.change.clone(),
            target_group: terms.target_group.clone(),
            who: who.join(", "),
            period: period(terms.period.from, terms.period.until, texts),
            amount: format::kroner(terms.period.from_pot),
            earlier: earlier.collect(),
        }
    }
}

struct SupportRow {
    id: String,
    may_give: bool,
    title: String,
    text: String,
    given: Vec<String>,
}

impl SupportRow {
    fn of(request: &SupportRequest, visit: &Visit) -> Self {
        let texts = visit.texts;
        let parties = [
            ("municipality", BodyName::of(request.municipality.as_ref(), texts)),
            ("body", request.environment.name.clone()),
        ];
        let given = request.given.iter().map(|given| {
            let told = [
                ("day", format::day(texts, given.on)),
                ("hours", given.hours.to_string()),
                ("text", given.text.clone()),
            ];
            texts.fill("support-given", &told)
        });
        Self {
            id: request.id.clone(),
            may_give: request.environment.is_visitor(visit),
            title: texts.fill("support-asked", &parties),
            text: request.text.clone(),
            given: given.collect(),
        }
    }
}

fn period(from: Date, until: Date, texts: Texts) -> String {
    let days = [("from", format::day(texts, from)), ("until", format::day(texts, until))];
    texts.fill("from-until", &days)
}

fn told_agreement(agreement: &Agreement, texts: Texts) -> String {
    let told = [
        ("municipality", BodyName::of(agreement.municipality.as_ref(), texts)),
        ("body", agreement.with.name.clone()),
        ("period", period(agreement.from, agreement.until, texts)),
        ("about", agreement.about.clone()),
    ];
    texts.fill("agreement-told", &told)
}

struct GatheringRow {
    id: String,
    told: String,
    /// Whether the visitor arranged it and has not recorded who came.
    may_record: bool,
}

impl GatheringRow {
    fn of(gathering: &Gathering, visit: &Visit) -> Self {
        Self {
            id: gathering.id.clone(),
            told: told_gathering(gathering, visit.texts),
            may_record: gathering.attended.is_none() && gathering.arranged_by.is_visitor(visit),
        }
    }
}

fn told_gathering(gathering: &Gathering, texts: Texts) -> String {
    let attended = gathering.attended.as_ref().map(|bodies| {
        let names: Vec<&str> = bodies.iter().map(|body| body.name.as_str()).collect();
        names.join(", ")
    });
    let told = [
        ("title", gathering.title.clone()),
        ("place", gathering.place.clone()),
        ("day", format::day(texts, gathering.on)),
        ("body", gathering.arranged_by.name.clone()),
        (
            "attended",
            attended.unwrap_or_else(|| texts.say("gathering-not-recorded")),
        ),
    ];
    texts.fill("gathering-told", &told)
}
