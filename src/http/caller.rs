//! Who asks. In open mode that is Utdanningsdirektoratet, unless the caller says otherwise: nothing is proved, so open mode is for
//! a loopback address alone; it lets one person try out what takes two. Otherwise a token says it.

use std::net::IpAddr;

use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode, header};
use programgrant_core::access::{Caller, Office, Role};

use super::refusal::Refusal;
use crate::identity::TokenRefused;

/// An organisation number, or one and a subject behind a slash: `889640782/saksbehandler`.
const HEADER: &str = "programgrant-caller";
/// Utdanningsdirektoratet.
const OFFICE: &str = "970018131";
/// The subject where none is stated.
const SUBJECT: &str = "open";
/// The most characters that a subject may have.
const LONGEST_SUBJECT: usize = 100;

const BAD_CALLER: &str =
    "The header programgrant-caller is neither an organisation number nor one with a subject behind a slash.";

/// What a refused token is told, besides why (RFC 6750).
const INVALID: &str = "Bearer error=\"invalid_token\"";
const INSUFFICIENT: &str = "Bearer error=\"insufficient_scope\"";

/// The header `Authorization`; of several nobody knows which is meant. One that is no text is none that could be believed.
pub fn authorization(headers: &HeaderMap) -> Result<Option<&str>, Refusal> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let first = values.next();
    if values.next().is_some() {
        return Err(Refusal::bad_request("The request has several headers Authorization."));
    }
    Ok(first.map(|value| value.to_str().unwrap_or_default()))
}

/// Whether the caller says who it is without proving it.
pub fn is_named(headers: &HeaderMap) -> bool {
    headers.contains_key(HEADER)
}

impl From<TokenRefused> for Refusal {
    fn from(refused: TokenRefused) -> Self {
        let (status, challenge, retry_after) = match refused {
            TokenRefused::Invalid(_) => (StatusCode::UNAUTHORIZED, Some(INVALID), None),
            TokenRefused::Scope | TokenRefused::Resource => (StatusCode::FORBIDDEN, Some(INSUFFICIENT), None),
            TokenRefused::Unavailable { retry_after } => (StatusCode::SERVICE_UNAVAILABLE, None, Some(retry_after)),
        };
        Self {
            retry_after,
            challenge,
            ..Self::new(status, refused.code(), refused.to_string())
        }
    }
}

/// The caller that the header names. Open mode is for this machine: a page elsewhere could have its own name lead here, and its
/// browser would take us for the page's own server.
pub fn of(headers: &HeaderMap) -> Result<Caller, Refusal> {
    if !is_for_this_machine(headers) {
        let message =
            "In open mode the gateway is asked under a name of this machine: localhost or a loopback address.";
        return Err(Refusal::new(StatusCode::FORBIDDEN, "ORIGIN_REFUSED", message));
    }
    let mut stated = headers.get_all(HEADER).iter();
    let text = match (stated.next(), stated.next()) {
        (None, _) => Some(OFFICE),
        (Some(value), None) => value.to_str().ok().map(str::trim),
        // Who of several is meant is not known.
        (Some(_), Some(_)) => None,
    };
    text.and_then(named).ok_or_else(|| Refusal::bad_request(BAD_CALLER))
}

fn is_for_this_machine(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(header::HOST) else {
        return true;
    };
    let authority = host.to_str().ok().and_then(|host| host.parse::<Authority>().ok());
    authority.is_some_and(|authority| {
        let name = authority.host();
        let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        name.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
    })
}

fn named(text: &str) -> Option<Caller> {
    let (organisation, subject) = text.split_once('/').unwrap_or((text, SUBJECT));
    let is_sound =
        !subject.is_empty() && subject.len() <= LONGEST_SUBJECT && subject.bytes().all(|byte| byte.is_ascii_graphic());
    let acting = organisation.parse().ok().filter(|_| is_sound)?;
    Some(Caller {
        acting: Some(acting),
        subject: subject.to_owned(),
        role: Role::ProgrammeOffice,
        office: Office::Everybody,
        ..Caller::public()
    })
}

/// The programme office, for the program's own questions.
///
/// # Panics
///
/// If the number above failed its check digit.
pub fn office() -> Caller {
    named(OFFICE).expect("a number with its check digit")
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn open_mode_answers_under_names_of_this_machine_alone() {
        let asked = |host: &'static str| {
            of(&HeaderMap::from_iter([(header::HOST, HeaderValue::from_static(host))])).map_err(|refusal| refusal.code)
        };
        for host in [
            "localhost:4000",
            "LOCALHOST",
            "127.0.0.1:4000",
            "127.1.2.3",
            "[::1]:4000",
        ] {
            assert_eq!(asked(host), Ok(office()), "{host}");
        }
        for host in ["evil.example", "localhost.evil.example:4000", "10.0.0.1:4000", ""] {
            assert_eq!(asked(host), Err("ORIGIN_REFUSED"), "{host}");
        }
        assert_eq!(of(&HeaderMap::new()), Ok(office()));
    }

    #[test]
    fn who_says_to_be_two_is_neither() {
        let name = axum::http::HeaderName::from_static(HEADER);
        let named = |names: &[&'static str]| {
            of(&names
                .iter()
                .map(|text| (name.clone(), HeaderValue::from_static(text)))
                .collect())
        };
        assert!(named(&["986128433/a"]).is_ok());
        assert_eq!(
            named(&["986128433/a", "889640782/b"]).map_err(|refusal| refusal.code),
            Err("BAD_REQUEST")
        );
    }
}
