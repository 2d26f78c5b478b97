//! What every request goes through, from its connection to the router and back. One future and no layers of the router's: each of
//! those is a future of its own, and copies all that lies within it, for every request.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, Version, header};
use axum::response::Response;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tower::{Service, ServiceExt, service_fn};
use tower_http::compression::Compression;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate, SizeAbove};
use tracing::Instrument;

use super::connections::Connection;
use super::listener::Peer;
use crate::config;
use crate::http::{AppState, Refusal, RefusalPage, UnreadBody, body, cors, middleware, wants_page};
use crate::telemetry::{self, Asked};

/// The smallest answer that is worth compressing, in bytes.
const WORTH_COMPRESSING: u64 = 1024;
/// These are compressed as they are.
const FONTS: NotForContentType = NotForContentType::const_new("font/");
/// A body that is larger than this, or does not say how large it is, waits for one of few places: together they would fill the
/// memory.
const SMALL_BODY: u64 = 64 * 1024;
const LARGE_BODIES: usize = 32;
/// Addresses of programs alone: what is refused there is never a page.
const OF_PROGRAMS: [&str; 4] = ["/graphql", "/health/live", "/health/ready", "/metrics"];
/// Where requests are counted.
const GRAPHQL: [&str; 2] = ["/graphql", "/graphiql/query"];

/// What stands between connections and the router. Cheap to clone.
#[derive(Clone)]
pub struct Front(Arc<Attending>);

struct Attending {
    state: AppState,
    router: Router,
    page: Option<RefusalPage>,
    body_timeout: Duration,
    large: Semaphore,
    is_secure: bool,
}

impl Front {
    pub fn new(
        (state, router): (AppState, Router),
        page: Option<RefusalPage>,
        limits: &config::Server,
        is_secure: bool,
    ) -> Self {
        Self(Arc::new(Attending {
            state,
            router,
            page,
            body_timeout: limits.body_timeout.get(),
            large: Semaphore::new(LARGE_BODIES),
            is_secure,
        }))
    }

    /// Attends to one request of one connection.
    pub async fn answer(&self, peer: Peer, request: Request) -> Response {
        let attending = &*self.0;
        let Peer {
            address,
            connection: Some(connection),
        } = peer
        else {
            return attending.route(request).await;
        };
        let version = request.version();
        connection.reads_body(version == Version::HTTP_2);
        let mut response = attending.count(address, &connection, request).await;
        if !is_stream(&response) && attending.state.draining.is_cancelled() && version < Version::HTTP_2 {
            let headers = response.headers_mut();
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        if attending.is_secure {
            response.headers_mut().insert(
                header::STRICT_TRANSPORT_SECURITY,
                HeaderValue::from_static("max-age=31536000"),
            );
        }
        response
    }
}

impl Attending {
    async fn count(&self, address: SocketAddr, connection: &Arc<Connection>, request: Request) -> Response {
        if !GRAPHQL.contains(&request.uri().path()) {
            return self.compress(address, connection, request).await;
        }
        let since = Instant::now();
        let span = telemetry::request_span(request.headers());
        // Whoever takes a future holds it twice: what is carried through several is put apart.
        let answering = Asked::of(Box::pin(self.compress(address, connection, request)));
        let (response, asked) = answering.instrument(span.clone()).await;
        let status = response.status().as_u16();
        self.state.metrics.count(&asked, status, since.elapsed());
        telemetry::finish(&span, &asked, status);
        response
    }

    /// For those who take it. Event streams are never held back to be compressed.
    async fn compress(&self, address: SocketAddr, connection: &Arc<Connection>, request: Request) -> Response {
        if !request.headers().contains_key(header::ACCEPT_ENCODING) {
            return self.surround(address, connection, request).await;
        }
        let answer = service_fn(|request| async { Ok(self.surround(address, connection, request).await) });
        let worth_it = DefaultPredicate::new()
            .and(SizeAbove::new(WORTH_COMPRESSING))
            .and(FONTS);
        let answering = Compression::new(answer).compress_when(worth_it).oneshot(request);
        let answered = Box::pin(answering).await;
        answered.map_or_else(|never: Infallible| match never {}, |response| response.map(Body::new))
    }

    async fn surround(&self, address: SocketAddr, connection: &Arc<Connection>, request: Request) -> Response {
        let service = self.state.service();
        let answer = |request| Box::pin(middleware::within(&service, middleware::caught(self.route(request))));
        let opened = |request| cors::allow_origins(&service, request, answer);
        let whole = |request| self.told(request, |request| self.whole(connection, request, opened));
        middleware::finish(request, Some(address), whole).await
    }

    /// What no page of the routes has said: to a browser it is said by one all the same.
    async fn told<F: Future<Output = Response>>(&self, request: Request, inner: impl FnOnce(Request) -> F) -> Response {
        let Some(page) = self.page.as_ref().filter(|_| is_a_browsers(&request)) else {
            return inner(request).await;
        };
        let (parts, content) = request.into_parts();
        let mut response = inner(Request::from_parts(parts.clone(), content)).await;
        match response.extensions_mut().remove::<Refusal>() {
            Some(refusal) => middleware::caught(page(refusal, parts, response)).await,
            None => response,
        }
    }

    async fn route(&self, request: Request) -> Response {
        let answered = self.router.clone().call(request).await;
        answered.unwrap_or_else(|never| match never {})
    }

    /// Reads a request whole, in bounded time, before anybody works on it, and keeps its connection while it is answered. What is
    /// left of a request that is not read stands in the way of the next one: its connection ends with the refusal, and says so.
    async fn whole<F: Future<Output = Response>>(
        &self,
        connection: &Arc<Connection>,
        request: Request,
        inner: impl FnOnce(Request) -> F,
    ) -> Response {
        let (mut parts, content) = request.into_parts();
        match self.read(&parts, content).await {
            Ok(content) => {
                let _answering = connection.answers();
                let response = inner(Request::from_parts(parts, content)).await;
                if is_stream(&response) {
                    connection.streams();
                }
                response
            }
            Err(refusal) if body::is_told_by_its_page(parts.uri.path()) => {
                let version = parts.version;
                parts.extensions.insert(UnreadBody(refusal));
                middleware::ending(inner(Request::from_parts(parts, Body::empty())).await, version)
            }
            Err(refusal) => middleware::unread(refusal, parts.version),
        }
    }

    async fn read(&self, parts: &Parts, content: Body) -> Result<Body, Refusal> {
        if content.is_end_stream() {
            return Ok(content);
        }
        let stated = content.size_hint().exact();
        let is_too_large = stated.is_some_and(|size| size > body::LIMIT as u64);
        // Whoever asks first whether to send it is spared doing so.
        if is_too_large && parts.headers.contains_key(header::EXPECT) {
            return Err(body::too_large());
        }
        let reading = async {
            // The semaphore is never closed.
            let _large = if stated.is_none_or(|size| size > SMALL_BODY) {
                self.large.acquire().await.ok()
            } else {
                None
            };
            body::whole(content).await
        };
        match tokio::time::timeout(self.body_timeout, reading).await {
            Ok(taken) => Ok(Body::from(taken?)),
            Err(_) if is_too_large => Err(body::too_large()),
            Err(_) => Err(Refusal::new(
                StatusCode::REQUEST_TIMEOUT,
                "REQUEST_TIMEOUT",
                "The request did not come in time.",
            )),
        }
    }
}

fn is_a_browsers(request: &Request) -> bool {
    wants_page(request.headers()) && !OF_PROGRAMS.contains(&request.uri().path())
}

/// A WebSocket or an event stream.
fn is_stream(response: &Response) -> bool {
    let content_type = response
        .headers()
        .get(header::CONTENT_TYPE)
        .map_or(&[][..], HeaderValue::as_bytes);
    response.status() == StatusCode::SWITCHING_PROTOCOLS || content_type.starts_with(b"text/event-stream")
}
