//! Whether what would change something was sent by one of our own pages: by what the browser says of where it comes from, and by the
//! token that the page was given. Whoever is no browser has `/graphql` and a token of its own.

use axum::http::{HeaderMap, StatusCode, header};

use super::refusal::Refusal;
use super::state::Service;
use super::{caller, origin};
use crate::login::{LoginError, SignedIn};

/// What a browser says of who sends; no script can set it.
const SITE: &str = "sec-fetch-site";
const SAME_ORIGIN: &str = "same-origin";
/// Where a question of a page carries the token that a form has as a field.
pub const TOKEN_HEADER: &str = "x-csrf-token";
/// The field of every form that carries the token.
pub const TOKEN_FIELD: &str = "form_token";

/// Refuses a form that no page of ours sent. Where people log in, ours is the configured origin; elsewhere the host that is asked.
pub fn check_sender(service: &Service, headers: &HeaderMap) -> Result<(), Refusal> {
    let own = service.login.as_ref().map(crate::login::Login::origin);
    let is_ours = |stated: &str| match &own {
        Some(own) => stated == own,
        None => origin::is_ours(stated, headers),
    };
    if is_from_us(headers, is_ours) {
        Ok(())
    } else {
        Err(LoginError::Form.into())
    }
}

/// The same for a form of whoever is logged in, with the token that it carries.
pub fn check(service: &Service, headers: &HeaderMap, signed_in: &SignedIn, form_token: &str) -> Result<(), Refusal> {
    check_sender(service, headers)?;
    if signed_in.takes(form_token) {
        Ok(())
    } else {
        Err(LoginError::Form.into())
    }
}

fn is_from_us(headers: &HeaderMap, is_ours: impl Fn(&str) -> bool) -> bool {
    let (Ok(site), Ok(stated)) = (only(headers, SITE), only(headers, header::ORIGIN.as_str())) else {
        return false;
    };
    match (site, stated) {
        // Under `Referrer-Policy: no-referrer` a browser hides the origin of its forms also from us.
        (Some(SAME_ORIGIN), None | Some("null")) => true,
        (Some(SAME_ORIGIN) | None, Some(stated)) => is_ours(stated),
        _ => false,
    }
}

/// Whether the browser itself says that a page of ours asks.
fn says_same_origin(headers: &HeaderMap) -> bool {
    only(headers, SITE) == Ok(Some(SAME_ORIGIN))
}

/// A header that stands once or not at all.
fn only<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, ()> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(drop),
        (Some(_), Some(_)) => Err(()),
    }
}

/// Who asks by a page's own script, if that is sure.
pub async fn asker(service: &Service, headers: &HeaderMap) -> Result<SignedIn, Refusal> {
    if service.login.is_none() {
        return Err(no_login());
    }
    if !says_same_origin(headers) {
        return Err(LoginError::Form.into());
    }
    check_sender(service, headers)?;
    if headers.contains_key(header::AUTHORIZATION) || caller::is_named(headers) {
        return Err(Refusal::bad_request(
            "Here the session says who asks; so must no header.",
        ));
    }
    let signed_in = service.signed_in(headers).await?.ok_or(LoginError::NoSession)?;
    let token = only(headers, TOKEN_HEADER).ok().flatten().unwrap_or_default();
    check(service, headers, &signed_in, token)?;
    Ok(signed_in)
}

/// The refusal where nobody logs in.
pub fn no_login() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "NOT_FOUND", "Nobody logs in at this gateway.")
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderName, HeaderValue};

    use super::is_from_us;

    fn is_taken(headers: &[(&'static str, &'static str)]) -> bool {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        is_from_us(&headers, |origin| origin == "https://g.example")
    }

    #[test]
    fn what_our_own_pages_send_is_taken() {
        let ours = ("origin", "https://g.example");
        let same = ("sec-fetch-site", "same-origin");
        assert!(is_taken(&[ours]), "an older browser");
        assert!(is_taken(&[same]) && is_taken(&[same, ours]));
        assert!(is_taken(&[same, ("origin", "null")]), "no-referrer");
    }

    #[test]
    fn what_anybody_else_sends_is_not() {
        let ours = ("origin", "https://g.example");
        for site in ["cross-site", "same-site", "none", "SAME-ORIGIN", ""] {
            assert!(!is_taken(&[("sec-fetch-site", site)]), "{site}");
            assert!(!is_taken(&[("sec-fetch-site", site), ours]), "{site}");
        }
        for origin in [
            "https://evil.example",
            "null",
            "http://g.example",
            "https://g.example.evil.example",
            "",
        ] {
            assert!(!is_taken(&[("origin", origin)]), "{origin}");
        }
        assert!(!is_taken(&[
            ("sec-fetch-site", "same-origin"),
            ("origin", "https://evil.example")
        ]));
        assert!(!is_taken(&[]), "who says nothing is no browser");
    }
}
