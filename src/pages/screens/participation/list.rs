//! What county governors have announced; forms that announce and that end a participation.

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::super::failure::PageError;
use super::super::super::format;
use super::super::super::forms::{self, Objection};
use super::super::super::frame::PageFrame;
use super::super::super::visit::{Visit, rendered};
use super::super::BodyName;
use crate::http::AppState;

const DOCUMENT: &str = "query Announcements($programme: ID!) {
  programme(id: $programme) { signUp }
  announcements(programme: $programme) { id year text deadline region { name } selection { id } }
}";

const ANNOUNCE: &str = "mutation Announce($programme: ID!, $text: String!, $deadline: Date!, $year: Int, $region: String, $key: ID!) {
  done: announceProgramme(programme: $programme, text: $text, deadline: $deadline, year: $year, region: $region, idempotencyKey: $key) { errors { code message } }
}";

const END: &str = "mutation End($programme: ID!, $municipality: String!, $lastDay: Date, $reason: String!, $reference: String!, $key: ID!) {
  done: endParticipation(programme: $programme, municipality: $municipality, lastDay: $lastDay, reason: $reason, reference: $reference, idempotencyKey: $key) { errors { code message } }
}";

#[derive(Deserialize)]
struct Answer {
    programme: Option<Terms>,
    announcements: Vec<Announcement>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Terms {
    sign_up: String,
}

#[derive(Deserialize)]
struct Announcement {
    id: String,
    year: Option<i32>,
    text: String,
    deadline: Date,
    region: BodyName,
    selection: Option<super::super::IdOf>,
}

/// One of the page's forms, as it was filled in.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct ListForm {
    gjor: String,
    tekst: String,
    frist: String,
    aar: String,
    region: String,
    kommune: String,
    dag: String,
    referanse: String,
    nokkel: String,
    lest: String,
    form_token: String,
}

impl ListForm {
    /// The mutation and what it is given; the error is the text of what is wrong.
    fn command(&self, visit: &Visit) -> Result<(&'static str, Value), &'static str> {
        let day = |text: &str| text.parse::<Date>().map_err(|_| "bad-day");
        let given = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
        let year = given(&self.aar).map(|text| text.parse::<i32>()).transpose();
        let programme = visit.programme();
        match self.gjor.as_str() {
            "kunngjor" => Ok((
                ANNOUNCE,
                json!({
                    "programme": programme, "text": self.tekst, "deadline": day(&self.frist)?.to_string(),
                    "year": year.map_err(|_| "form-bad-year")?, "region": given(&self.region), "key": self.nokkel,
                }),
            )),
            "avslutt" if !forms::was_read(&self.lest) => Err("form-not-read"),
            "avslutt" => Ok((
                END,
                json!({
                    "programme": programme, "municipality": self.kommune.trim(),
                    "lastDay": given(&self.dag).map(|text| day(&text)).transpose()?.map(|day| day.to_string()),
                    "reason": self.tekst, "reference": self.referanse, "key": self.nokkel,
                }),
            )),
            _ => Err("form-no-decision"),
        }
    }
}

pub async fn show(visit: Visit) -> Result<Response, PageError> {
    screen(&visit, ListForm::default(), None).await
}

pub async fn command(
    State(state): State<AppState>,
    visit: Visit,
    headers: HeaderMap,
    axum::Form(form): axum::Form<ListForm>,
) -> Result<Response, PageError> {
    forms::check(&state, &visit, &headers, &form.form_token)?;
    let objection = forms::attempt(&visit, form.command(&visit)).await?;
    match objection {
        None => Ok(forms::done("/deltakelse", None)),
        Some(objection) => screen(&visit, form, Some(objection)).await,
    }
}

async fn screen(visit: &Visit, form: ListForm, objection: Option<Objection>) -> Result<Response, PageError> {
    let (texts, variables) = (visit.texts, json!({ "programme": visit.programme() }));
    let answer: Answer = visit.client.query(DOCUMENT, &variables).await?;
    let row = |announcement: &Announcement| Row {
        address: super::address(&announcement.id),
        region: announcement.region.name.clone(),
        year: announcement.year.map(|year| year.to_string()),
        deadline: format::day(texts, announcement.deadline),
        state: texts.say(if announcement.selection.is_some() {
            "announcement-selected"
        } else if visit.is_past(announcement.deadline) {
            "announcement-assessing"
        } else {
            "announcement-open"
        }),
        text: announcement.text.clone(),
    };
    let screen = Screen {
        page: visit
            .page(texts.say("participation-title"))
            .asking(DOCUMENT, &variables),
        rows: answer.announcements.iter().map(row).collect(),
        is_yearly: answer.programme.is_some_and(|terms| terms.sign_up == "YEARLY"),
        may_command: matches!(visit.role(), "COUNTY_GOVERNOR" | "PROGRAMME_OFFICE"),
        is_office: visit.role() == "PROGRAMME_OFFICE",
        key: forms::fresh_key()?,
        form,
        objection,
    };
    Ok(rendered(&screen))
}

#[derive(Template)]
#[template(path = "participation.html")]
struct Screen {
    page: PageFrame,
    rows: Vec<Row>,
    is_yearly: bool,
    may_command: bool,
    is_office: bool,
    key: String,
    form: ListForm,
    objection: Option<Objection>,
}

struct Row {
    address: String,
    region: String,
    year: Option<String>,
    deadline: String,
    state: String,
    text: String,
}
