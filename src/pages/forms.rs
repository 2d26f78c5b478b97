//! What all forms that change something have in common: they come from a page of this session, say what they will do and are told so, and
//! are carried out once. What each does is its screen's.

use aws_lc_rs::rand;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::Value;

use super::failure::PageError;
use super::preferences;
use super::text::Texts;
use super::visit::Visit;
use crate::http::{AppState, forms};

/// What the box holds by which somebody says to have read what a form does.
const READ: &str = "ja";
/// Where a browser keeps the last receipt that it was given.
const RECEIPT: &str = "kvittering";
/// Longer than any receipt.
const LONGEST_RECEIPT: usize = 400;

/// Refuses a form that no page of this session sent. Nothing was changed by it.
pub fn check(state: &AppState, visit: &Visit, headers: &HeaderMap, form_token: &str) -> Result<(), PageError> {
    let service = state.service();
    let sent = match &visit.signed_in {
        Some(signed_in) => forms::check(&service, headers, signed_in, form_token),
        // The session that it was made in has ended.
        None if !form_token.is_empty() => return Err(PageError::FormRefused),
        None => forms::check_sender(&service, headers),
    };
    sent.map_err(|_| PageError::FormRefused)
}

/// A key for one request, made when its form is: whoever sends the form again asks for the same.
pub fn fresh_key() -> Result<String, PageError> {
    let mut bytes = [0; 16];
    rand::fill(&mut bytes).map_err(|_| PageError::Internal)?;
    Ok(format!("side-{}", hex::encode(bytes)))
}

/// Whether the box was ticked.
pub fn was_read(ticked: &str) -> bool {
    ticked == READ
}

/// A form as it was filled in. A name may stand there several times.
#[derive(Default)]
pub struct FilledForm {
    pairs: Vec<(String, String)>,
}

impl FilledForm {
    pub fn read(bytes: &[u8]) -> Self {
        let pairs = form_urlencoded::parse(bytes).into_owned();
        Self { pairs: pairs.collect() }
    }

    /// The first of that name, without spaces around it; empty where there is none.
    pub fn get(&self, name: &str) -> &str {
        let found = self.pairs.iter().find(|(named, _)| named == name);
        found.map_or("", |(_, value)| value.trim())
    }

    pub fn all(&self, name: &str) -> Vec<&str> {
        let found = self.pairs.iter().filter(|(named, _)| named == name);
        found.map(|(_, value)| value.as_str()).collect()
    }

    /// A day; the error is the text of what is wrong.
    pub fn day(&self, name: &str) -> Result<String, &'static str> {
        let day = self.get(name).parse::<Date>().map_err(|_| "bad-day")?;
        Ok(day.to_string())
    }
}

/// Why the interface refused a command, or why it was not sent.
pub struct Objection {
    /// In the reader's language.
    pub text: String,
    /// What the interface says, and its code.
    pub said: Option<PayloadError>,
}

impl Objection {
    /// What the page itself finds wrong.
    pub fn own(texts: Texts, key: &str) -> Self {
        Self {
            text: texts.say(key),
            said: None,
        }
    }

    /// What the interface found wrong; the first of its errors.
    pub fn of(texts: Texts, errors: Vec<PayloadError>) -> Option<Self> {
        let first = errors.into_iter().next()?;
        let known = texts.code("refused", &first.code);
        let text = if known == first.code {
            texts.say("refused-other")
        } else {
            known
        };
        Some(Self {
            text,
            said: Some(first),
        })
    }
}

/// An error of a payload.
#[derive(Debug, Clone, Deserialize)]
pub struct PayloadError {
    pub code: String,
    pub message: String,
}

/// A command answered under the name `done`.
#[derive(Deserialize)]
struct Done {
    done: Payload,
}

#[derive(Deserialize)]
struct Payload {
    errors: Vec<PayloadError>,
}

/// Gives a command whose document answers it as `done`; the answer is why it was not carried out.
pub async fn give(visit: &Visit, document: &str, variables: &Value) -> Result<Option<Objection>, PageError> {
    let done: Done = visit.client.command(document, variables).await?;
    Ok(Objection::of(visit.texts, done.done.errors))
}

/// Gives the command that a form asks for, where it can be read: document and variables, or the text of what is wrong. The answer is why it was not
/// carried out.
pub async fn attempt(
    visit: &Visit,
    command: Result<(&'static str, Value), &'static str>,
) -> Result<Option<Objection>, PageError> {
    match command {
        Err(wrong) => Ok(Some(Objection::own(visit.texts, wrong))),
        Ok((document, variables)) => give(visit, document, &variables).await,
    }
}

/// The last receipt that this browser was given.
pub fn last_receipt(headers: &HeaderMap) -> Option<String> {
    preferences::cookie(headers, RECEIPT)
        .filter(|receipt| is_plain(receipt))
        .map(str::to_owned)
}

fn is_plain(receipt: &str) -> bool {
    let is_sign = |sign: u8| sign.is_ascii_alphanumeric() || sign == b'.';
    !receipt.is_empty() && receipt.len() <= LONGEST_RECEIPT && receipt.bytes().all(is_sign)
}

/// On to where it can be seen what was done, so that a page that is loaded anew does nothing anew; with the receipt, which the browser
/// keeps until it is closed.
pub fn done(to: &str, receipt: Option<&str>) -> Response {
    let to = HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static("/"));
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response();
    let kept = receipt.filter(|receipt| is_plain(receipt)).and_then(|receipt| {
        HeaderValue::from_str(&format!("{RECEIPT}={receipt}; Path=/; HttpOnly; SameSite=Lax")).ok()
    });
    if let Some(kept) = kept {
        response.headers_mut().append(header::SET_COOKIE, kept);
    }
    response
}

/// Kroner as a person types them, in øre: `1 250 000`, `1250000,50`. Nothing where it is no amount, or has parts of an øre.
pub fn ore(text: &str) -> Option<i64> {
    let text: String = text.chars().filter(|sign| !sign.is_whitespace()).collect();
    let text = text.strip_suffix("kr").unwrap_or(&text);
    let (whole, part) = text.split_once(',').unwrap_or((text, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || part.len() > 2 || !is_digits(whole) || !is_digits(part) {
        return None;
    }
    format!("{whole}{part:0<2}").parse().ok()
}

/// One thing that a form will do, or that comes next: what, who, by when, what to do meanwhile.
pub struct NextStep {
    pub label: String,
    pub text: String,
}

impl NextStep {
    pub fn new(texts: Texts, label: &str, text: String) -> Self {
        Self {
            label: texts.say(label),
            text,
        }
    }
}

/// An id as a part of an address.
pub fn segment(id: &str) -> String {
    form_urlencoded::byte_serialize(id.as_bytes())
        .collect::<String>()
        .replace('+', "%20")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_has_a_key_of_its_own() {
        let (one, other) = (fresh_key().expect("random"), fresh_key().expect("random"));
        assert!(one != other && one.len() == 37, "{one}");
    }

    #[test]
    fn an_amount_is_read_to_the_ore_or_not_at_all() {
        for (text, amount) in [
            ("1 250 000", Some(125_000_000)),
            ("1\u{a0}250\u{a0}000 kr", Some(125_000_000)),
            ("0,5", Some(50)),
            ("12,34", Some(1_234)),
            ("12,345", None),
            ("12.5", None),
            ("-5", None),
            ("", None),
            (",5", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(ore(text), amount, "{text}");
        }
    }

    #[test]
    fn what_is_kept_as_a_receipt_is_none_that_would_change_a_header() {
        assert!(is_plain("kvittering.1.5.ab.cd"));
        for other in ["", "a;b", "a b", "a\r\nb", "æ", &"a".repeat(LONGEST_RECEIPT + 1)] {
            assert!(!is_plain(other), "{other}");
        }
    }
}
