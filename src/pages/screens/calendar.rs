//! *Frister i kalenderen*: an address for a calendar program, made and revoked by forms, and what such a program gets there without logging in.

use askama::Template;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use programgrant_core::access::Caller;
use serde::Deserialize;
use serde_json::json;

use super::super::failure::PageError;
use super::super::format;
use super::super::frame::PageFrame;
use super::super::visit::{Visit, rendered};
use crate::calendars::{CalendarError, CalendarState, Calendars, KeptCalendar, MOST, tag};
use crate::export::{self, ExportFormat, ExportRequest, Subset, What, WriteSink};
use crate::http::{self, AppState, LocalClient, forms};

/// The screen's address.
pub const PAGE: &str = "/frister/kalender";
/// What the secret stands behind.
const FEED: &str = "/kalender/";
const ENDING: &str = ".ics";
/// How much of an id is shown.
const MARK: usize = 8;

impl From<CalendarError> for PageError {
    fn from(error: CalendarError) -> Self {
        match error {
            CalendarError::TooMany => Self::BadInput(error.to_string()),
            CalendarError::Store(error) => {
                tracing::error!(%error, "the calendars' addresses cannot be read or written");
                Self::Unavailable {
                    code: "LEDGER_UNREACHABLE".to_owned(),
                    status: StatusCode::SERVICE_UNAVAILABLE,
                }
            }
            CalendarError::NoRandomness => Self::Internal,
        }
    }
}

fn calendars(state: &AppState) -> Calendars {
    Calendars::new(state.service().gateway.database.clone())
}

pub async fn show(State(state): State<AppState>, visit: Visit) -> Result<Response, PageError> {
    screen(&state, &visit, None).await
}

/// What every form of the screen carries.
#[derive(Deserialize)]
pub struct CalendarForm {
    #[serde(default)]
    form_token: String,
}

/// Makes an address, and shows it: it is not to be had again.
pub async fn make(
    State(state): State<AppState>,
    Extension(visit): Extension<Visit>,
    headers: HeaderMap,
    Form(form): Form<CalendarForm>,
) -> Result<Response, PageError> {
    check_form(&state, &headers, &form).await?;
    let owner = visit.organisation().ok_or(PageError::Forbidden)?;
    let secret = match calendars(&state).make(owner, visit.now).await {
        Err(CalendarError::TooMany) => {
            return Err(PageError::BadInput(visit.texts.count("calendar-too-many", MOST)));
        }
        made => made?,
    };
    let address = format!("{}{FEED}{secret}{ENDING}", origin(&state, &headers));
    screen(&state, &visit, Some(address)).await
}

/// Revokes one of the body's own; those of others are not there.
pub async fn revoke(
    State(state): State<AppState>,
    Extension(visit): Extension<Visit>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Form(form): Form<CalendarForm>,
) -> Result<Response, PageError> {
    check_form(&state, &headers, &form).await?;
    let owner = visit.organisation().ok_or(PageError::Forbidden)?;
    if calendars(&state).revoke(owner, &id, visit.now).await? {
        Ok(Redirect::to(PAGE).into_response())
    } else {
        Err(PageError::NotFound)
    }
}

/// A form of a page that whoever is logged in was given; in open mode of one of these pages.
async fn check_form(state: &AppState, headers: &HeaderMap, form: &CalendarForm) -> Result<(), PageError> {
    let service = state.service();
    let signed_in = service.signed_in(headers).await.map_err(|_| PageError::Forbidden)?;
    let checked = match signed_in {
        Some(signed_in) => forms::check(&service, headers, &signed_in, &form.form_token),
        None if service.is_open() => forms::check_sender(&service, headers),
        None => return Err(PageError::Forbidden),
    };
    checked.map_err(|_| PageError::Forbidden)
}

/// Under which the calendar program reaches us: as configured, else as the browser says that it did. Nothing, where it does not say.
fn origin(state: &AppState, headers: &HeaderMap) -> String {
    let service = state.service();
    let configured = service.own_origin();
    let stated = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
    configured
        .or_else(|| stated.filter(|stated| *stated != "null").map(str::to_owned))
        .unwrap_or_default()
}

async fn screen(state: &AppState, visit: &Visit, made: Option<String>) -> Result<Response, PageError> {
    let texts = visit.texts;
    let may_make = visit.organisation().is_some() && (visit.is_open || visit.form_token.is_some());
    let standing = match visit.organisation().filter(|_| may_make) {
        Some(owner) => calendars(state).standing(owner).await?,
        None => Vec::new(),
    };
    let row = |kept: KeptCalendar| {
        let mark = kept.id.chars().take(MARK).collect();
        (kept.id, mark, format::instant(texts, kept.made_at))
    };
    let shown = Screen {
        page: visit.page(texts.say("calendar-title")),
        may_make,
        made,
        standing: standing.into_iter().map(row).collect(),
    };
    let mut response = rendered(&shown);
    // The address is in it.
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

#[derive(Template)]
#[template(path = "calendar.html")]
struct Screen {
    page: PageFrame,
    may_make: bool,
    /// The new address, which is shown this once.
    made: Option<String>,
    /// Id, what tells it from others at a glance, and when it was made.
    standing: Vec<(String, String, String)>,
}

/// What a calendar program gets: what the public may read, so that whoever gets hold of an address learns nothing that is not public. No header
/// says who asks.
pub async fn feed(State(state): State<AppState>, Path(file): Path<String>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let Some(secret) = file.strip_suffix(ENDING) else {
        return http::nothing_here().await.into_response();
    };
    let owner = match calendars(&state).find(secret).await {
        Ok(CalendarState::Standing { owner }) => owner,
        Ok(CalendarState::Revoked) => return (StatusCode::GONE, "Adressen er trukket tilbake.\n").into_response(),
        Ok(CalendarState::Unknown) => return http::nothing_here().await.into_response(),
        Err(error) => {
            tracing::error!(%error, "a calendar's address cannot be looked up");
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
    };
    let client = LocalClient::for_request(&state, Caller::public(), &parts);
    let now = state.service().gateway.dependencies.clock.now();
    match calendar(client, owner, now).await {
        Ok(text) => answered(&parts.headers, text),
        Err(error) => {
            tracing::warn!(%error, "a calendar has no answer now");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

/// The days that concern a body: of a municipality not those of other participants.
async fn calendar(client: LocalClient, owner: String, now: jiff::Timestamp) -> Result<Vec<u8>, export::ExportError> {
    const DOCUMENT: &str =
        "query CalendarOf($organisation: String!) { municipality(organisationNumber: $organisation) { id } }";
    let answer: serde_json::Value = client.query(DOCUMENT, &json!({ "organisation": owner })).await?;
    let request = ExportRequest {
        what: What::Deadlines,
        format: ExportFormat::Ics,
        subset: Subset {
            municipality: (!answer["municipality"].is_null()).then_some(owner),
            ..Subset::default()
        },
        now,
        patience: std::time::Duration::ZERO,
        csv_name: None,
    };
    let mut text = Vec::new();
    export::write(client, &request, &mut WriteSink(&mut text)).await?;
    Ok(text)
}

/// With a tag, so that a program that has it already need not fetch it again.
fn answered(headers: &HeaderMap, text: Vec<u8>) -> Response {
    let tag = format!("\"{}\"", tag(&text));
    let has_it = headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|known| known.trim().trim_start_matches("W/") == tag);
    let mut response = if has_it {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let kind = [(header::CONTENT_TYPE, ExportFormat::Ics.media_type())];
        (kind, text).into_response()
    };
    let kept = response.headers_mut();
    kept.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    kept.insert("x-robots-tag", HeaderValue::from_static("noindex"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        kept.insert(header::ETAG, tag);
    }
    response
}
