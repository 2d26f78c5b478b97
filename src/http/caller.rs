//! Who asks, in open mode: Utdanningsdirektoratet, unless the caller says otherwise. Nothing is proved, so open mode is for a
//! loopback address alone; it lets one person try out what takes two.

use axum::http::HeaderMap;

use crate::ledger::Principal;

/// An organisation number, or one and a subject behind a slash: `889640782/saksbehandler`.
const HEADER: &str = "programgrant-caller";
/// Utdanningsdirektoratet.
const OFFICE: &str = "970018131";
/// The subject where none is stated.
const SUBJECT: &str = "open";
/// The most characters that a subject may have.
const LONGEST_SUBJECT: usize = 100;

/// The caller; `None` where the header says nothing that can be read.
pub fn of(headers: &HeaderMap) -> Option<Principal> {
    let text = match headers.get(HEADER) {
        None => OFFICE,
        Some(value) => value.to_str().ok()?.trim(),
    };
    let (organisation, subject) = text.split_once('/').unwrap_or((text, SUBJECT));
    let is_sound = !subject.is_empty() && subject.len() <= LONGEST_SUBJECT && subject.bytes().all(|byte| byte.is_ascii_graphic());
    is_sound.then(|| Some(Principal { organisation: organisation.parse().ok()?, subject: subject.to_owned() })).flatten()
}

/// The programme office, for the program's own questions.
///
/// # Panics
///
/// If the number above failed its check digit.
pub fn office() -> Principal {
    Principal { organisation: OFFICE.parse().expect("a number with its check digit"), subject: SUBJECT.to_owned() }
}
