//! What the demonstration's logins show a person: the page where one chooses, and one page for all that comes to nothing. Whole without script
//! or style; nothing in them comes from whoever asks.

use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use programgrant_core::access::Role;

use super::login::{ONESELF, PEOPLE};
use super::tokens::{body, role_name};

/// A refusal that a person is told, in Bokmål.
pub struct NoLogin(pub StatusCode, pub &'static str);

/// What was asked for is not as it must be.
pub const fn bad(reason: &'static str) -> NoLogin {
    NoLogin(StatusCode::BAD_REQUEST, reason)
}

impl IntoResponse for NoLogin {
    fn into_response(self) -> Response {
        let Self(status, reason) = self;
        tracing::debug!(%status, reason, "a login to the demonstration came to nothing");
        let text = format!(
            "<h1>Innloggingen stoppet her</h1><p>{reason}</p>\
             <p>Gå tilbake til siden du kom fra, og begynn innloggingen på nytt derfra.</p>\
             <p>Dette er demonstrasjonens egen innlogging. Ingen er logget inn.</p>"
        );
        (status, headers("'self'"), Html(framed("Ingen innlogging", &text))).into_response()
    }
}

/// Whoever has left without a way back.
pub fn left() -> impl IntoResponse {
    let text = "<h1>Du er logget ut</h1><p>Økten i demonstrasjonens egen innlogging er over.</p>";
    (headers("'self'"), Html(framed("Logget ut", text)))
}

/// Where one chooses who to be, and for which body, where bodies are asked for. The form's way leads on to `origin`.
pub fn choice(id: &str, bodies: bool, origin: &str) -> Response {
    let person = |(index, (value, name)): (usize, &(&str, &str))| {
        let checked = if index == 0 { " checked" } else { "" };
        format!("<label><input type=\"radio\" name=\"person\" value=\"{value}\"{checked}> {name}</label>")
    };
    let people = PEOPLE.iter().enumerate().map(person).collect::<Vec<_>>().join(" ");
    let choice = |role: Role| {
        let ((number, name), role) = (body(role), role_name(role));
        format!("<li><button name=\"choice\" value=\"{role}\">{name}</button> <span>{number}, {role}</span></li>")
    };
    let offered = Role::ALL.into_iter().filter(|_| bodies);
    let choices = offered.map(choice).collect::<Vec<_>>().concat();
    let text = format!(
        "<h1>Logg inn</h1>\
         <p>Dette er demonstrasjonens egen innlogging. Den beviser ingenting: velg hvem du vil være.</p>\
         <form method=\"post\" action=\"/ansattporten/authorize\"><input type=\"hidden\" name=\"id\" value=\"{id}\">\
         <fieldset><legend>Hvem er du?</legend>{people}</fieldset>\
         <h2>Hvem representerer du?</h2><ul>{choices}<li><button name=\"choice\" value=\"{ONESELF}\">Meg selv</button> \
         <span>ingen virksomhet</span></li></ul><p><button name=\"choice\" value=\"cancel\">Avbryt</button></p></form>"
    );
    // A browser holds the form's target against this also where it is sent on.
    (headers(&format!("'self' {origin}")), Html(framed("Logg inn", &text))).into_response()
}

fn framed(title: &str, text: &str) -> String {
    format!(
        "<!doctype html><html lang=\"nb\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title} – demonstrasjon</title></head><body><main>{text}</main></body></html>"
    )
}

fn headers(form_action: &str) -> [(header::HeaderName, String); 3] {
    let policy = format!("default-src 'none'; form-action {form_action}; frame-ancestors 'none'; base-uri 'none'");
    [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::REFERRER_POLICY, "no-referrer".to_owned()),
    ]
}
