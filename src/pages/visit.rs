//! One visit to a page: who asks, in which language, as of which day; and the frame that every page stands in.

use std::convert::Infallible;
use std::sync::Arc;

use askama::Template;
use axum::extract::{FromRequestParts, Query, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use programgrant_core::access::Caller;
use programgrant_core::calendar;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use strum::VariantArray;

use super::failure::PageError;
use super::frame::PageFrame;
use super::preferences;
use super::text::{Language, Texts};
use crate::assets;
use crate::http::{AppState, LocalClient, QueryError, Refusal, Service, SignedIn, UnreadBody};

/// What every page asks besides its own question.
const FRAME: &str = "query Frame { viewer { role organisation { name organisationNumber } functions { function programme } } programmes { id notice ruleState from until viewerRole } }";

/// Somebody at a page. Cheap to clone.
#[derive(Clone)]
pub struct Visit(Arc<Visiting>);

pub struct Visiting {
    pub texts: Texts,
    pub client: LocalClient,
    /// The address without what stands behind `?`.
    pub path: String,
    /// The whole of it.
    pub here: String,
    /// The day that the page is shown as of; none for now.
    pub day: Option<Date>,
    pub today: Date,
    /// The instant of the visit.
    pub now: Timestamp,
    pub is_open: bool,
    pub can_log_in: bool,
    /// What forms carry, where somebody is logged in.
    pub form_token: Option<String>,
    /// Whose session it is, where there is one.
    pub signed_in: Option<SignedIn>,
    /// The session's cookie, written anew.
    renewed: Option<HeaderValue>,
    /// Where the accessibility statement is.
    statement: Option<String>,
    frame: Frame,
}

impl std::ops::Deref for Visit {
    type Target = Visiting;

    fn deref(&self) -> &Visiting {
        &self.0
    }
}

#[derive(Deserialize, Default)]
struct Frame {
    viewer: Viewer,
    programmes: Vec<ProgrammeFrame>,
}

#[derive(Deserialize, Clone, Default)]
struct Viewer {
    role: String,
    organisation: Option<Body>,
    functions: Vec<HeldFunction>,
}

#[derive(Deserialize, Clone)]
struct HeldFunction {
    function: String,
    programme: String,
}

#[derive(Deserialize, Clone)]
#[serde(rename_all = "camelCase")]
struct Body {
    name: String,
    organisation_number: String,
}

#[derive(Deserialize, Clone)]
#[serde(rename_all = "camelCase")]
struct ProgrammeFrame {
    id: String,
    notice: Option<String>,
    rule_state: String,
    /// Null where it is not published; so is the next.
    from: Option<Date>,
    until: Option<Date>,
    viewer_role: String,
}

#[derive(Deserialize)]
struct AsOf {
    /// `slik det var`: a day.
    per: Option<String>,
}

/// Screens of what the interface tells as of a day. All others take no day: what they say is of now.
const WITH_A_PAST: [&str; 5] = [
    "/kommune/",
    "/tilskudd/",
    "/programmet/",
    "/programmet.",
    "/fylkesoversikt",
];

/// Receives a visit, has the page made, and gives it its last form: an error becomes a page, and every page its headers.
pub async fn receive(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let visit = match Visit::of(&state, &parts).await {
        Ok(visit) => visit,
        Err(response) => return *response,
    };
    if let Some(UnreadBody(refusal)) = parts.extensions.get::<UnreadBody>() {
        return dressed(&visit, PageError::unread(refusal).show(&visit));
    }
    parts.extensions.insert(visit.clone());
    let mut response = next.run(Request::from_parts(parts, body)).await;
    if let Some(error) = response.extensions_mut().remove::<PageError>() {
        response = error.show(&visit);
    } else if is_unread(&response) {
        response = PageError::BadInput(visit.texts.say("bad-address")).show(&visit);
    }
    dressed(&visit, response)
}

/// Whether the router could not read an address or a form: what it says of that is no page.
fn is_unread(response: &Response) -> bool {
    response.status().is_client_error() && response.status() != StatusCode::METHOD_NOT_ALLOWED && !is_page(response)
}

fn is_page(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

/// The response with the headers of every page.
pub fn dressed(visit: &Visit, mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(assets::PAGE_POLICY),
    );
    if let Some(renewed) = visit.renewed() {
        headers.append(header::SET_COOKIE, renewed);
    }
    // A file has a language of its own.
    headers
        .entry(header::CONTENT_LANGUAGE)
        .or_insert(HeaderValue::from_static(visit.texts.language().tag()));
    headers.insert(
        header::VARY,
        HeaderValue::from_static("accept-language, authorization, cookie"),
    );
    // A form of ours may say where it came from to ourselves alone.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}

impl Visit {
    pub async fn of(state: &AppState, parts: &Parts) -> Result<Self, Box<Response>> {
        let service = state.service();
        let refused = |refusal: Refusal| Box::new(refusal.into_response());
        let (caller, signed_in) = asker(&service, &parts.headers).await.map_err(refused)?;
        let mut visiting = Visiting::new((state, &service), parts, caller, signed_in);
        let texts = visiting.texts;
        let asked = Query::<AsOf>::try_from_uri(&parts.uri)
            .ok()
            .and_then(|Query(asked)| asked.per)
            .filter(|_| WITH_A_PAST.iter().any(|screen| visiting.path.starts_with(screen)));
        let day = asked.filter(|text| !text.is_empty()).map(|text| text.parse::<Date>());
        visiting.day = day.clone().and_then(Result::ok).filter(|day| *day != visiting.today);
        let failure = match visiting.client.query(FRAME, &json!({})).await {
            Ok(frame) => {
                visiting.frame = frame;
                day.and_then(Result::err)
                    .map(|_| PageError::BadInput(texts.say("bad-day")))
            }
            Err(error) => Some(error.into()),
        };
        let visit = Self(Arc::new(visiting));
        match failure {
            Some(error) => Err(Box::new(dressed(&visit, error.show(&visit)))),
            None => Ok(visit),
        }
    }

    /// For a page that only says why there is none: for whoever asks, if that can be told, and otherwise for nobody. Nothing else fails it.
    pub async fn at_a_loss(state: &AppState, parts: &Parts) -> Self {
        let service = state.service();
        let known = asker(&service, &parts.headers).await.ok();
        let is_known = known.is_some();
        let (caller, signed_in) = known.unwrap_or_else(|| (Caller::public(), None));
        let mut visiting = Visiting::new((state, &service), parts, caller, signed_in);
        visiting.lead_back(&parts.method);
        if is_known {
            visiting.frame = visiting.client.query(FRAME, &json!({})).await.unwrap_or_default();
        }
        Self(Arc::new(visiting))
    }

    /// The same for nobody: who it is, is not even asked, and so nobody is told to log in.
    pub fn unasked(state: &AppState, parts: &Parts) -> Self {
        let service = state.service();
        let mut visiting = Visiting::new((state, &service), parts, Caller::public(), None);
        visiting.can_log_in = false;
        visiting.lead_back(&parts.method);
        Self(Arc::new(visiting))
    }
}

/// Addresses on the way in and out, to which nobody is led back.
const ON_THE_WAY: [&str; 2] = ["/login", "/logout"];

/// Who is at the page: by the session, or by what was chosen or proved otherwise.
async fn asker(service: &Service, headers: &HeaderMap) -> Result<(Caller, Option<SignedIn>), Refusal> {
    if let Some(signed_in) = service.signed_in(headers).await? {
        return Ok((signed_in.caller.clone(), Some(signed_in)));
    }
    let represented = preferences::represented(headers);
    Ok((service.represented(headers, represented).await?, None))
}

impl<S: Sync> FromRequestParts<S> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts
            .extensions
            .get::<Self>()
            .cloned()
            .expect("the pages' layer has received it"))
    }
}

impl Visiting {
    /// Before anything was asked.
    fn new(
        (state, service): (&AppState, &Service),
        parts: &Parts,
        caller: Caller,
        signed_in: Option<SignedIn>,
    ) -> Self {
        let path = parts.uri.path().to_owned();
        let now = service.gateway.dependencies.clock.now();
        Self {
            texts: Texts(preferences::preferred(&parts.headers)),
            client: LocalClient::for_request(state, caller, parts),
            here: parts
                .uri
                .path_and_query()
                .map_or_else(|| path.clone(), ToString::to_string),
            path,
            day: None,
            today: calendar::norwegian_date(now),
            now,
            is_open: service.is_open(),
            can_log_in: service.login.is_some() && signed_in.is_none(),
            form_token: signed_in.as_ref().map(SignedIn::form_token),
            statement: service.pages.accessibility_statement.clone(),
            renewed: signed_in.as_ref().and_then(|signed_in| signed_in.renewed.clone()),
            signed_in,
            frame: Frame::default(),
        }
    }

    /// Forms and what lies on the way in and out lead home, where a choice is made on a page that says why there is none.
    fn lead_back(&mut self, method: &Method) {
        let may_return = method == Method::GET && !ON_THE_WAY.iter().any(|way| self.path.starts_with(way));
        if !may_return {
            "/".clone_into(&mut self.here);
        }
    }

    /// The session's cookie, where it is to be written anew.
    pub fn renewed(&self) -> Option<HeaderValue> {
        self.renewed.clone()
    }

    /// Where to log in, to come back here; `None` where one cannot, or is.
    pub fn login(&self) -> Option<String> {
        self.can_log_in.then(|| login_address(&self.here))
    }

    /// Name and number of the body that acts, and its role's code.
    pub fn acting(&self) -> (Option<(&str, &str)>, &str) {
        let viewer = &self.frame.viewer;
        let body = viewer.organisation.as_ref();
        (
            body.map(|body| (body.name.as_str(), body.organisation_number.as_str())),
            &viewer.role,
        )
    }

    /// Asks as whoever visits, as of the day that the page is shown for: `$asOf` is among the variables.
    pub async fn ask<T: DeserializeOwned>(&self, document: &str, variables: Value) -> Result<T, QueryError> {
        let variables = as_of(variables, self.day);
        self.client.query(document, &variables).await
    }

    /// The last instant of the day that the page is shown as of; none for now.
    pub fn as_of(&self) -> Option<Timestamp> {
        self.day.and_then(end_of)
    }

    /// Whether the caller is one of those who give commands.
    pub fn commands(&self) -> bool {
        matches!(self.role(), "DIRECTORATE" | "PROGRAMME_OFFICE")
    }

    /// Whether that day is over, in Norway.
    pub fn is_past(&self, day: Date) -> bool {
        day < self.today
    }

    /// Whether the acting body has that function, beside its role, in the programme that pages are about.
    pub fn does(&self, function: &str) -> bool {
        let mut held = self.frame.viewer.functions.iter();
        held.any(|held| held.function == function && held.programme == self.programme())
    }

    /// Whether the caller is of a role that sees awards at all.
    pub fn sees_awards(&self) -> bool {
        !matches!(self.role(), "PUBLIC" | "OPERATOR")
    }

    /// Whether that is the organisation number of the body that acts.
    pub fn is_body(&self, number: &str) -> bool {
        self.body_number() == Some(number)
    }

    /// The years with a vote of the programme that pages are about, oldest first; none while they are not published.
    pub fn years(&self) -> Vec<i16> {
        let days = self
            .first_programme()
            .and_then(|programme| programme.from.zip(programme.until));
        days.map_or_else(Vec::new, |(from, until)| (from.year()..=until.year()).collect())
    }

    /// The first programme whose years are known; the first of all where none's are.
    fn first_programme(&self) -> Option<&ProgrammeFrame> {
        let mut programmes = self.frame.programmes.iter();
        let known = programmes.find(|programme| programme.from.is_some() && programme.until.is_some());
        known.or_else(|| self.frame.programmes.first())
    }

    /// The organisation number of the body that acts.
    pub fn organisation(&self) -> Option<&str> {
        let body = self.frame.viewer.organisation.as_ref();
        body.map(|body| body.organisation_number.as_str())
    }

    /// The id of the programme that pages are about.
    pub fn programme(&self) -> &str {
        self.first_programme().map_or("", |programme| programme.id.as_str())
    }

    /// The role that the interface answers by in the programme that pages are about.
    pub fn role(&self) -> &str {
        self.first_programme()
            .map_or(&self.frame.viewer.role, |programme| &programme.viewer_role)
    }

    /// The acting body's organisation number.
    pub fn body_number(&self) -> Option<&str> {
        let body = self.frame.viewer.organisation.as_ref();
        body.map(|body| body.organisation_number.as_str())
    }

    /// What keeps the day in an address that has nothing else behind `?`.
    pub fn per(&self) -> String {
        self.day.map(|day| format!("?per={day}")).unwrap_or_default()
    }

    /// What a reader must know about figures, whatever page they stand on. Another programme without published rules has none yet: what is to be
    /// known about it stands where it is told.
    fn notices(&self) -> Vec<String> {
        let programmes = self.frame.programmes.iter();
        let told =
            programmes.filter(|programme| programme.rule_state == "PUBLISHED" || programme.id == self.programme());
        told.filter_map(|programme| programme.notice.clone()).collect()
    }

    /// The frame of a page of that title.
    pub fn page(&self, title: String) -> PageFrame {
        let viewer = &self.frame.viewer;
        PageFrame {
            t: self.texts,
            title,
            here: self.here.clone(),
            path: self.path.clone(),
            is_open: self.is_open,
            stylesheets: assets::stylesheets(),
            languages: Language::VARIANTS,
            login: self.login(),
            form_token: self.form_token.clone(),
            body: viewer.organisation.clone().map(|body| body.name),
            own: viewer
                .organisation
                .clone()
                .filter(|_| viewer.role == "MUNICIPALITY")
                .map(|body| body.organisation_number),
            role: self.texts.code("role", self.role()),
            on: self.day,
            day: self.day.map(|day| super::format::day(self.texts, day)),
            per: self.day.map(|day| day.to_string()),
            notices: self.notices(),
            year: self.years().last().copied().unwrap_or_else(|| self.today.year()),
            operation: None,
            files: Vec::new(),
            statement: self.statement.clone(),
        }
    }
}

/// The variables, with the instant where there is one.
pub(super) fn as_of(mut variables: Value, day: Option<Date>) -> Value {
    if let Some(instant) = day.and_then(end_of) {
        variables["asOf"] = json!(instant.to_string());
    }
    variables
}

/// A page as it is sent.
pub fn rendered(page: &impl Template) -> Response {
    match page.render() {
        Ok(text) => Html(text).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page cannot be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Where to log in, to come back here.
fn login_address(here: &str) -> String {
    const ADDRESS: &str = "/login?";
    let mut address = form_urlencoded::Serializer::for_suffix(ADDRESS.to_owned(), ADDRESS.len());
    address.append_pair("to", here).finish()
}

/// The last instant of a day in Norway.
pub fn end_of(day: Date) -> Option<Timestamp> {
    let next = day.tomorrow().ok()?.to_zoned(calendar::norway()).ok()?;
    next.timestamp().checked_sub(1.nanosecond()).ok()
}
