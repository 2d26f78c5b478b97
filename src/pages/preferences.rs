//! What a reader chooses and keeps: a language, and in open mode the body to look at the pages as. Neither proves anything.

use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Form};
use programgrant_schema::OrganisationNumber;
use serde::Deserialize;

use super::failure::PageError;
use super::text::Language;
use super::visit::Visit;
use crate::http::{AppState, forms};

const LANGUAGE: &str = "sprak";
const BODY: &str = "virksomhet";
const A_YEAR: Duration = Duration::from_hours(365 * 24);

/// The language that was chosen, or that the browser asks for.
pub fn preferred(headers: &HeaderMap) -> Language {
    let chosen = cookie(headers, LANGUAGE).and_then(Language::of);
    let wanted = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    chosen.unwrap_or_else(|| Language::wanted(wanted.unwrap_or_default()))
}

/// The body that the pages are looked at as, in open mode.
pub fn represented(headers: &HeaderMap) -> Option<OrganisationNumber> {
    cookie(headers, BODY)?.parse().ok()
}

/// The value of the first cookie of that name.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    all.flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

/// A choice of language, and where it was made.
#[derive(Deserialize)]
pub struct LanguageChoice {
    sprak: String,
    #[serde(default)]
    til: String,
}

pub async fn language(
    State(state): State<AppState>,
    headers: HeaderMap,
    Form(choice): Form<LanguageChoice>,
) -> Result<Response, PageError> {
    check_sender(&state, &headers)?;
    let language = Language::of(&choice.sprak).ok_or(PageError::NotFound)?;
    Ok(back(&choice.til, LANGUAGE, language.tag()))
}

/// A choice of body, in open mode.
#[derive(Deserialize)]
pub struct BodyChoice {
    virksomhet: String,
    #[serde(default)]
    til: String,
}

pub async fn body(
    State(state): State<AppState>,
    Extension(visit): Extension<Visit>,
    headers: HeaderMap,
    Form(choice): Form<BodyChoice>,
) -> Result<Response, PageError> {
    check_sender(&state, &headers)?;
    if !state.service().is_open() {
        return Err(PageError::NotFound);
    }
    let number: String = choice.virksomhet.chars().filter(|sign| !sign.is_whitespace()).collect();
    if !number.is_empty() && number.parse::<OrganisationNumber>().is_err() {
        return Err(PageError::BadInput(visit.texts.say("bad-organisation-number")));
    }
    Ok(back(&choice.til, BODY, &number))
}

/// Back to where the choice was made, with what is kept of it. An empty value forgets.
fn back(to: &str, name: &str, value: &str) -> Response {
    let age = if value.is_empty() { 0 } else { A_YEAR.as_secs() };
    let kept = format!("{name}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax");
    let to = HeaderValue::from_str(local(to)).unwrap_or(HeaderValue::from_static("/"));
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response();
    if let Ok(kept) = HeaderValue::from_str(&kept) {
        response.headers_mut().insert(header::SET_COOKIE, kept);
    }
    response
}

/// An address within these pages: anything else would lead whoever chose away from them.
pub fn local(to: &str) -> &str {
    let is_local = to.starts_with('/')
        && !to.starts_with("//")
        && !to.contains('\\')
        && to.bytes().all(|byte| byte.is_ascii_graphic());
    if is_local { to } else { "/" }
}

/// A form of these pages comes from these pages.
fn check_sender(state: &AppState, headers: &HeaderMap) -> Result<(), PageError> {
    forms::check_sender(&state.service(), headers).map_err(|_| PageError::Forbidden)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_chose_is_led_back_to_these_pages_and_nowhere_else() {
        for to in ["/", "/kommune/3813?aar=2021", "/sok?q=b%C3%B8"] {
            assert_eq!(local(to), to);
        }
        for to in [
            "",
            "https://evil.example/",
            "//evil.example",
            "/\\evil.example",
            "/a\r\nb",
            "javascript:alert(1)",
        ] {
            assert_eq!(local(to), "/", "{to:?}");
        }
    }
}
