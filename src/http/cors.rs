//! Answers for pages of other origins that the configuration lets in. All others are told nothing, and their browsers keep them
//! out. The list may change while the gateway runs, so it is read for each request. Our own, because tower-http's layer answers
//! every OPTIONS itself, whoever asks and at whatever address.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::origin;
use super::state::Service;

/// Lets the pages of configured origins read what they asked for.
pub async fn allow_origins<F: Future<Output = Response>>(
    service: &Service,
    request: Request,
    inner: impl FnOnce(Request) -> F,
) -> Response {
    if service.http.origins.is_empty() {
        return inner(request).await;
    }
    let stated = request.headers().get(header::ORIGIN).cloned();
    let allowed = stated.filter(|stated| {
        stated
            .to_str()
            .is_ok_and(|stated| origin::is_configured(stated, &service.http))
    });
    let asks_first =
        request.method() == Method::OPTIONS && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = match &allowed {
        Some(_) if asks_first => preflight(),
        _ => inner(request).await,
    };
    response
        .headers_mut()
        .append(header::VARY, HeaderValue::from_static("origin"));
    if let Some(allowed) = allowed {
        open(response.headers_mut(), allowed);
    }
    response
}

fn preflight() -> Response {
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
        (
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "accept, authorization, content-type, if-none-match, programgrant-caller, x-request-id",
        ),
        (header::ACCESS_CONTROL_MAX_AGE, "600"),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

fn open(headers: &mut HeaderMap, allowed: HeaderValue) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
    headers.insert(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static("etag, retry-after, x-request-id"),
    );
}
