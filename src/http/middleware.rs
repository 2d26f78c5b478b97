//! What surrounds every answer: its reference, a deadline, refusals in their final form, and what a browser must not do with it.

use std::any::Any;
use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version, header};
use axum::response::{IntoResponse, Response};
use futures::FutureExt;

use super::negotiation::{Accepted, Media};
use super::reference::{self, RequestId};
use super::refusal::Refusal;
use super::state::Service;
use super::{host, response};
use crate::telemetry::access_log;

/// Where an answer does not say otherwise. Nothing of the interface is ever shown as a page, and nothing is kept.
const HEADERS: [(HeaderName, HeaderValue); 7] = [
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
    ),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), geolocation=(), microphone=()"),
    ),
];

/// What is known of a request before it is routed.
#[derive(Debug, Clone)]
pub struct Arrival {
    pub reference: RequestId,
    pub accepted: Accepted,
    /// Where it came from, as far as that is known.
    pub address: Option<SocketAddr>,
}

/// Gives the request its reference, and the answer its last form.
pub async fn finish<F: Future<Output = Response>>(
    mut request: Request,
    address: Option<SocketAddr>,
    inner: impl FnOnce(Request) -> F,
) -> Response {
    let (reference, is_for_head) = (RequestId::of(request.headers()), request.method() == Method::HEAD);
    let accepted = Accepted::of(request.headers());
    request.extensions_mut().insert(Arrival {
        reference: reference.clone(),
        accepted,
        address,
    });
    let answering = async {
        let version = request.version();
        let response = match host::settle(&mut request) {
            Ok(()) => inner(request).await,
            Err(refusal) => unread(refusal, version),
        };
        tracing::debug!(status = response.status().as_u16(), "answered");
        response
    };
    let mut response = access_log::under(reference.as_str(), answering).await;
    if let Some(refusal) = response.extensions_mut().remove::<Refusal>() {
        let media = accepted.answer.unwrap_or(Media::Json);
        response = response::refused(&refusal, media, &reference, is_for_head, response);
    }
    guard(response.headers_mut(), &reference);
    response
}

/// The answer to a request whose body stands unread in the way of the next one: its connection ends, and the answer says so.
pub fn unread(refusal: Refusal, version: Version) -> Response {
    ending(refusal.into_response(), version)
}

/// The answer, after which its connection ends.
pub fn ending(mut response: Response, version: Version) -> Response {
    if version < Version::HTTP_2 {
        response
            .headers_mut()
            .insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

fn guard(headers: &mut HeaderMap, reference: &RequestId) {
    headers.reserve(HEADERS.len() + 1);
    headers.insert(reference::HEADER, reference.header());
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(value);
    }
}

/// Gives up on what takes too long.
pub async fn within(service: &Service, answering: impl Future<Output = Response>) -> Response {
    let deadline = service.http.deadline.get();
    tokio::time::timeout(deadline, answering).await.unwrap_or_else(|_| {
        tracing::warn!(?deadline, "gave up: it took too long");
        late().into_response()
    })
}

/// A panic becomes an answer.
pub async fn caught(answering: impl Future<Output = Response>) -> Response {
    let outcome = AssertUnwindSafe(answering).catch_unwind().await;
    outcome.unwrap_or_else(|cause| internal(cause.as_ref()).into_response())
}

/// The refusal after the deadline.
pub fn late() -> Refusal {
    const LATE: &str =
        "The answer took too long. Whether a command was carried out is not known: send it again with its key.";
    Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "DEADLINE_EXCEEDED", LATE)
}

/// The refusal after a panic; what it said goes to the log.
pub fn internal(cause: &(dyn Any + Send)) -> Refusal {
    let text = cause
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| cause.downcast_ref::<&str>().copied());
    tracing::error!(cause = text.unwrap_or("unknown"), "panicked");
    Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL", "The gateway failed.")
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use axum::Router;
    use axum::middleware::{Next, from_fn};
    use axum::routing::get;

    use super::{Request, caught, finish};
    use crate::telemetry;

    /// Keeps what is logged.
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("whole").write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    async fn breaks() -> &'static str {
        panic!("an inner text")
    }

    #[tokio::test]
    async fn a_panic_is_told_with_the_reference_that_its_log_line_has() {
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .event_format(telemetry::LogLine::for_people())
            .with_writer(move || writer.clone())
            .finish();
        // With one subscriber alone, an event on another test's thread may settle for all that nobody listens.
        let _another = tracing::Dispatch::new(tracing_subscriber::registry());
        let _guard = tracing::subscriber::set_default(subscriber);
        let router = Router::new()
            .route("/", get(breaks))
            .layer(from_fn(|request: Request, next: Next| {
                finish(request, None, |request| caught(next.run(request)))
            }));
        let (listener, address) = crate::http::bind(([127, 0, 0, 1], 0).into())
            .await
            .expect("a free port");
        let serving = tokio::spawn(async move { axum::serve(listener, router).await });
        let response = reqwest::get(format!("http://{address}/")).await.expect("an answer");
        serving.abort();
        assert_eq!(response.status(), 500);
        let header = response.headers()["x-request-id"].to_str().expect("text").to_owned();
        let text = response.text().await.expect("text");
        let answer: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let extensions = &answer["errors"][0]["extensions"];
        assert_eq!(
            (extensions["code"].as_str(), extensions["reference"].as_str()),
            (Some("INTERNAL"), Some(header.as_str()))
        );
        assert!(!text.contains("inner"));
        let logged = String::from_utf8(log.0.lock().expect("whole").clone()).expect("text");
        assert!(
            logged
                .lines()
                .any(|line| line.contains("an inner text") && line.contains(&header)),
            "{logged}"
        );
    }
}
