//! The addresses of logging in and out. GET changes nothing but the way back from the issuer, which brings a state of this browser's.

use std::time::Duration;

use axum::extract::{FromRequest, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::refusal::Refusal;
use super::state::AppState;
use super::{forms, graphql, only_to_read};
use crate::login::{Callback, Login, LoginError, Redirect};

/// Its routes, beside those of `/graphql`; and that of the pages' own scripts, which the session lets in.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/login", get(begin).fallback(only_to_read))
        .route("/login/callback", get(complete).fallback(only_to_read))
        .route("/login/backchannel", post(ended_there).fallback(only_to_send))
        .route("/logout", post(leave).fallback(only_to_send))
        .route("/graphiql/query", post(graphql::from_page).fallback(only_to_send))
}

async fn only_to_send() -> Refusal {
    const SEND: &str = "This address takes POST alone.";
    Refusal {
        allow: Some("POST"),
        ..Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", SEND)
    }
}

/// After which an issuer that does not answer may be asked again.
const LATER: Duration = Duration::from_secs(10);

impl From<LoginError> for Refusal {
    fn from(error: LoginError) -> Self {
        let status = match &error {
            LoginError::Refused(_) => StatusCode::BAD_REQUEST,
            LoginError::LogoutRefused(refused) => {
                let refusal = Self::from(*refused);
                let is_later = refusal.retry_after.is_some();
                if is_later {
                    refusal.status
                } else {
                    StatusCode::BAD_REQUEST
                }
            }
            LoginError::Form => StatusCode::FORBIDDEN,
            LoginError::NoSession => StatusCode::UNAUTHORIZED,
            LoginError::Unavailable | LoginError::Busy | LoginError::Store(_) => StatusCode::SERVICE_UNAVAILABLE,
            LoginError::NoRandomness => StatusCode::INTERNAL_SERVER_ERROR,
        };
        if let LoginError::Store(error) = &error {
            tracing::error!(%error, "ended sessions cannot be read or written");
        }
        let retry_after = (status == StatusCode::SERVICE_UNAVAILABLE).then_some(LATER);
        let login_flaw = match &error {
            LoginError::Refused(flaw) => Some(*flaw),
            _ => None,
        };
        Self {
            retry_after,
            login_flaw,
            ..Self::new(status, error.code(), error.to_string())
        }
    }
}

impl IntoResponse for Redirect {
    fn into_response(self) -> Response {
        let Ok(to) = HeaderValue::from_str(&self.to) else {
            return Refusal::from(LoginError::Unavailable).into_response();
        };
        let mut response = StatusCode::SEE_OTHER.into_response();
        response.headers_mut().insert(header::LOCATION, to);
        add(response.headers_mut(), self.cookies);
        response
    }
}

fn add(headers: &mut HeaderMap, cookies: impl IntoIterator<Item = HeaderValue>) {
    for cookie in cookies {
        headers.append(header::SET_COOKIE, cookie);
    }
}

/// What stands behind the `?` of `/login`.
#[derive(Deserialize)]
struct Wanted {
    to: Option<String>,
}

/// Sends a browser to the issuer.
async fn begin(State(state): State<AppState>, uri: Uri) -> Result<Redirect, Refusal> {
    let service = state.service();
    let login = service.login.as_ref().ok_or_else(forms::no_login)?;
    let Wanted { to } = parameters(&uri)?;
    Ok(login.begin(to.as_deref()).await?)
}

/// Takes it back from there. Whatever comes of it, this login is over.
async fn complete(State(state): State<AppState>, uri: Uri, headers: HeaderMap) -> Result<Response, Refusal> {
    let service = state.service();
    let login = service.login.as_ref().ok_or_else(forms::no_login)?;
    let completed = async {
        let callback: Callback = parameters(&uri)?;
        Ok::<_, Refusal>(login.complete(&headers, callback).await?)
    };
    Ok(match completed.await {
        Ok(redirect) => redirect.into_response(),
        Err(refusal) => {
            let mut response = refusal.into_response();
            add(response.headers_mut(), login.forget_attempt());
            response
        }
    })
}

/// What a form of ours carries at least.
#[derive(Deserialize)]
struct Leaving {
    form_token: String,
}

/// Logs out at both ends. Who is logged out already is told so by the front page.
async fn leave(State(state): State<AppState>, request: Request) -> Result<Redirect, Refusal> {
    let service = state.service();
    let login = service.login.as_ref().ok_or_else(forms::no_login)?;
    let headers = request.headers().clone();
    forms::check_sender(&service, &headers)?;
    let Leaving { form_token } = form(request).await?;
    let Some(signed_in) = login.caller(&headers).await? else {
        return Ok(Login::home());
    };
    forms::check(&service, &headers, &signed_in, &form_token)?;
    Ok(login.leave(&signed_in).await?)
}

/// What an issuer sends when a session has ended there.
#[derive(Deserialize)]
struct Ended {
    logout_token: String,
}

/// Ends a session at the issuer's word (`OpenID` Connect Back-Channel Logout § 2.5).
async fn ended_there(State(state): State<AppState>, request: Request) -> Result<StatusCode, Refusal> {
    let service = state.service();
    let login = service.login.as_ref().ok_or_else(forms::no_login)?;
    let Ended { logout_token } = form(request).await?;
    login.ended_there(&logout_token).await?;
    Ok(StatusCode::OK)
}

fn parameters<T: DeserializeOwned>(uri: &Uri) -> Result<T, Refusal> {
    let read = Query::<T>::try_from_uri(uri);
    read.map(|Query(read)| read)
        .map_err(|_| Refusal::bad_request("The parameters of the address cannot be read."))
}

async fn form<T: DeserializeOwned>(request: Request) -> Result<T, Refusal> {
    let read = Form::<T>::from_request(request, &()).await;
    read.map(|Form(read)| read).map_err(|_| {
        Refusal::bad_request("The form cannot be read: application/x-www-form-urlencoded, each field once.")
    })
}
