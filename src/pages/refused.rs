//! What the interface refuses, said as a page: to a browser at an address where nothing is, or whose login came to nothing. Programs are told in
//! the interface's own form, with the same status.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::frame::PageFrame;
use super::text::Texts;
use super::visit::{Visit, dressed, rendered};
use crate::http::{AppState, Refusal, RefusalPage, wants_page};

/// Codes with words of their own, by the texts' family.
const FAMILIES: [(&str, &str); 8] = [
    ("LOGIN_REFUSED", "login-refused"),
    ("LOGIN_UNAVAILABLE", "login-unavailable"),
    ("FORM_REFUSED", "form-refused"),
    ("SESSION_REQUIRED", "session-required"),
    ("METHOD_NOT_ALLOWED", "method"),
    ("DEADLINE_EXCEEDED", "late"),
    ("REQUEST_TIMEOUT", "not-in-time"),
    ("REQUEST_TOO_LARGE", "body-too-large"),
];
/// After these it helps to log in anew.
const LOG_IN_ANEW: [&str; 3] = ["LOGIN_REFUSED", "LOGIN_UNAVAILABLE", "SESSION_REQUIRED"];

/// Puts a page in the place of a refusal, for whoever asked for one.
pub async fn as_page(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if !wants_page(request.headers()) {
        return next.run(request).await;
    }
    let (parts, content) = request.into_parts();
    let asked = Request::from_parts(parts.clone(), content);
    let mut response = next.run(asked).await;
    let refusal = response.extensions_mut().remove::<Refusal>();
    let Some(refusal) = refusal.or_else(|| unsaid(&response)) else {
        return response;
    };
    let visit = Visit::at_a_loss(&state, &parts).await;
    in_place_of(response, &refusal, &visit)
}

/// The same for what is refused or given up around all routes. Whatever stood in the way there, nothing is asked for the page.
pub fn around(state: AppState) -> RefusalPage {
    Arc::new(move |refusal, parts, response| {
        let visit = Visit::unasked(&state, &parts);
        Box::pin(async move { in_place_of(response, &refusal, &visit) })
    })
}

fn in_place_of(response: Response, refusal: &Refusal, visit: &Visit) -> Response {
    let (mut told, _) = response.into_parts();
    // The router has said how long the answer is that the page takes the place of.
    told.headers.remove(header::CONTENT_LENGTH);
    let mut page = dressed(visit, show(refusal, visit));
    // When to come again, what is allowed, cookies: what the refusal says beside its words stays said.
    page.headers_mut().extend(told.headers);
    page.headers_mut().insert(
        header::VARY,
        HeaderValue::from_static("accept, accept-language, authorization, cookie"),
    );
    page
}

/// What the router says of a method by the status alone.
fn unsaid(response: &Response) -> Option<Refusal> {
    let is_bare =
        response.status() == StatusCode::METHOD_NOT_ALLOWED && !response.headers().contains_key(header::CONTENT_TYPE);
    is_bare.then(|| {
        Refusal::new(
            response.status(),
            "METHOD_NOT_ALLOWED",
            "This address takes another method.",
        )
    })
}

fn show(refusal: &Refusal, visit: &Visit) -> Response {
    let (texts, family) = (visit.texts, family(refusal));
    let page = Refused {
        page: visit.page(texts.say(&format!("error-{family}"))),
        advice: texts.say(&format!("error-{family}-advice")),
        reason: reason(refusal, texts),
        code: refusal.code,
        reference: visit.client.reference().as_str(),
        login: visit.login().filter(|_| LOG_IN_ANEW.contains(&refusal.code)),
    };
    (refusal.status, rendered(&page)).into_response()
}

/// The texts that tell of it.
fn family(refusal: &Refusal) -> &'static str {
    let known = FAMILIES.iter().find(|(code, _)| *code == refusal.code);
    known.map_or_else(|| by_status(refusal.status), |(_, family)| family)
}

fn by_status(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "not-found",
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => "forbidden",
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => "unavailable",
        status if status.is_client_error() => "bad-input",
        _ => "internal",
    }
}

/// What went wrong, in a sentence, where more is known than the code says.
fn reason(refusal: &Refusal, texts: Texts) -> Option<String> {
    let flaw: &'static str = refusal.login_flaw?.into();
    Some(texts.say(&format!("login-flaw-{flaw}")))
}

#[derive(Template)]
#[template(path = "refused.html")]
struct Refused<'a> {
    page: PageFrame,
    advice: String,
    reason: Option<String>,
    code: &'static str,
    reference: &'a str,
    login: Option<String>,
}

#[cfg(test)]
mod tests {
    use strum::VariantArray;

    use super::super::text::Language;
    use super::*;
    use crate::http::{CODES, LoginFlaw};

    #[test]
    fn whatever_is_refused_has_its_words_in_every_language() {
        for texts in Language::VARIANTS.iter().copied().map(Texts) {
            let statuses =
                [400, 401, 403, 404, 405, 429, 500, 503].map(|status| StatusCode::from_u16(status).expect("one"));
            let codes = CODES.iter().copied().chain(FAMILIES.map(|(code, _)| code));
            for code in codes {
                for status in statuses {
                    let family = family(&Refusal::new(status, code, ""));
                    for key in [format!("error-{family}"), format!("error-{family}-advice")] {
                        assert_ne!(texts.say(&key), key);
                    }
                }
            }
            for flaw in LoginFlaw::VARIANTS {
                let refusal = Refusal {
                    login_flaw: Some(*flaw),
                    ..Refusal::bad_request("")
                };
                let reason = reason(&refusal, texts).expect("a reason");
                assert!(!reason.starts_with("login-flaw-"), "{reason}");
            }
        }
    }
}
