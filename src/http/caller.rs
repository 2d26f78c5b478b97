//! Who asks, in open mode: Utdanningsdirektoratet, unless the caller says otherwise. Nothing is proved, so open mode is for a
//! loopback address alone; it lets one person try out what takes two.

use axum::http::HeaderMap;

use super::refusal::Refusal;
use crate::access::{Caller, Role};

/// An organisation number, or one and a subject behind a slash: `889640782/saksbehandler`.
const HEADER: &str = "programgrant-caller";
/// Utdanningsdirektoratet.
const OFFICE: &str = "970018131";
/// The subject where none is stated.
const SUBJECT: &str = "open";
/// The most characters that a subject may have.
const LONGEST_SUBJECT: usize = 100;

const BAD_CALLER: &str = "The header programgrant-caller is neither an organisation number nor one with a subject behind a slash.";

/// The caller that the header names.
pub fn of(headers: &HeaderMap) -> Result<Caller, Refusal> {
    let text = match headers.get(HEADER) {
        None => Some(OFFICE),
        Some(value) => value.to_str().ok().map(str::trim),
    };
    text.and_then(named).ok_or_else(|| Refusal::bad_request(BAD_CALLER))
}

fn named(text: &str) -> Option<Caller> {
    let (organisation, subject) = text.split_once('/').unwrap_or((text, SUBJECT));
    let is_sound = !subject.is_empty() && subject.len() <= LONGEST_SUBJECT && subject.bytes().all(|byte| byte.is_ascii_graphic());
    let acting = organisation.parse().ok().filter(|_| is_sound)?;
    Some(Caller { acting: Some(acting), subject: subject.to_owned(), role: Role::ProgrammeOffice, ..Caller::public() })
}

/// The programme office, for the program's own questions.
///
/// # Panics
///
/// If the number above failed its check digit.
pub fn office() -> Caller {
    named(OFFICE).expect("a number with its check digit")
}
