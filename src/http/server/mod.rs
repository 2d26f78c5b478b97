//! Connections below the router: how many there may be, how long each may take to ask, and how all end when the gateway stops.

mod connections;
mod listener;
mod tls;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderValue, StatusCode, Version, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum_server::tls_rustls::RustlsAcceptor;
use axum_server::{Handle, Server};
use connections::{Connection, Connections};
use futures::{FutureExt, StreamExt};
use listener::{Listener, Peer};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tracing::Instrument;

use super::{AppState, REQUEST_LIMIT, Refusal, middleware, router};
use crate::app::metrics;
use crate::config;
use crate::telemetry::{self, Asked};

pub use connections::open_files;
pub use tls::{Certificate, ServerTls};

/// A body that is larger than this, or does not say how large it is, waits for one of few places: together they would fill the
/// memory.
const SMALL_BODY: u64 = 64 * 1024;
const LARGE_BODIES: usize = 32;
/// How much is read of a body that is too large, so that its sender comes to listen.
const MOST_THROWN_AWAY: usize = 8 * REQUEST_LIMIT;
/// How often what was counted is summed up, so that it takes no more room than its sum.
const SUM_UP: Duration = Duration::from_secs(5);
/// Where requests are counted.
const GRAPHQL: &str = "/graphql";

/// A listener and its address; port 0 picks a free one.
pub async fn bind(listen: SocketAddr) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(listen).await?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// Serves until `shutdown` ends, with the bounds that hold where none are configured; requests under way are answered.
pub async fn serve(
    listener: TcpListener,
    state: AppState,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    serve_within(listener, state, &config::Server::default(), None, shutdown).await
}

/// Serves until `shutdown` ends. Then the gateway is unready; after the drain delay it listens no longer, streams end, and
/// requests under way are answered within the grace period.
pub async fn serve_within(
    socket: TcpListener,
    state: AppState,
    limits: &config::Server,
    tls: Option<&ServerTls>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let connections = Connections::new(limits);
    let metrics = Router::new()
        .route("/metrics", get(metrics))
        .layer(from_fn(middleware::finish))
        .with_state((state.clone(), Arc::clone(&connections)));
    let attending = Attending {
        state: state.clone(),
        body_timeout: limits.body_timeout.get(),
        large: Arc::new(Semaphore::new(LARGE_BODIES)),
        is_secure: tls.is_some(),
    };
    let (app, metrics) = match limits.metrics_listen {
        Some(address) => (
            router(state.clone()),
            serve_metrics(TcpListener::bind(address).await?, metrics).right_future(),
        ),
        None => (
            router(state.clone()).merge(metrics),
            std::future::pending().left_future(),
        ),
    };
    let app = app.layer(from_fn_with_state(attending, attend));
    let handle = Handle::new();
    let leave = async {
        shutdown.await;
        take_leave(&state, limits, &handle).await;
        std::future::pending::<()>().await;
    };
    let listener = Listener {
        socket,
        connections: Arc::clone(&connections),
    };
    tokio::select! {
        served = listen(listener, limits, tls, handle.clone(), app) => served?,
        served = metrics => served?,
        () = leave => {}
        () = connections.reaper() => {}
        () = sum_up(&state) => {}
    }
    // Streams are no requests to the server; they, too, are let go to their end.
    let _ = tokio::time::timeout(limits.grace.get(), connections.all_gone()).await;
    Ok(())
}

async fn listen(
    listener: Listener,
    limits: &config::Server,
    tls: Option<&ServerTls>,
    handle: Handle<Peer>,
    app: Router,
) -> io::Result<()> {
    let mut server = Server::<Peer>::from_listener(listener).handle(handle);
    let builder = server.http_builder();
    builder
        .http1()
        .max_headers(limits.headers)
        .max_buf_size(limits.header_bytes);
    let header_list = u32::try_from(limits.header_bytes).unwrap_or(u32::MAX);
    builder
        .http2()
        .max_header_list_size(header_list)
        .max_concurrent_streams(limits.streams);
    let app = app.into_make_service_with_connect_info::<Peer>();
    match tls {
        Some(tls) => {
            server
                .acceptor(RustlsAcceptor::new(tls.0.clone()).handshake_timeout(limits.header_timeout.get()))
                .serve(app)
                .await
        }
        None => server.serve(app).await,
    }
}

/// On an address of their own, where whoever asks is not the public.
async fn serve_metrics(listener: TcpListener, metrics: Router) -> io::Result<()> {
    axum::serve(listener, metrics).await
}

async fn metrics(State((state, connections)): State<(AppState, Arc<Connections>)>) -> Response {
    let text = metrics::render(&state.metrics, &state.service().gateway, connections.count()).await;
    (
        [
            (header::CONTENT_TYPE, telemetry::METRICS_TYPE),
            (header::CACHE_CONTROL, "no-store"),
        ],
        text,
    )
        .into_response()
}

async fn sum_up(state: &AppState) {
    let mut look = tokio::time::interval(SUM_UP);
    loop {
        look.tick().await;
        state.metrics.sum_up();
    }
}

async fn take_leave(state: &AppState, limits: &config::Server, handle: &Handle<Peer>) {
    state.draining.cancel();
    if let Some(delay) = limits.drain_delay {
        tracing::info!(%delay, "unready, and still listening");
        tokio::time::sleep(delay.get()).await;
    }
    tracing::info!(
        connections = handle.connection_count(),
        "listening no longer; requests under way are answered"
    );
    state.closing.cancel();
    handle.graceful_shutdown(Some(limits.grace.get()));
}

/// What stands between connections and the router.
#[derive(Clone)]
struct Attending {
    state: AppState,
    body_timeout: Duration,
    large: Arc<Semaphore>,
    is_secure: bool,
}

/// Attends to one request of one connection.
async fn attend(
    State(attending): State<Attending>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    mut request: Request,
    next: Next,
) -> Response {
    let Peer {
        address,
        connection: Some(connection),
    } = peer
    else {
        return next.run(request).await;
    };
    let version = request.version();
    connection.reads_body(version == Version::HTTP_2);
    request.extensions_mut().insert(ConnectInfo(address));
    let (body_timeout, large) = (attending.body_timeout, Arc::clone(&attending.large));
    request.extensions_mut().insert(Arrival {
        connection: Arc::clone(&connection),
        body_timeout,
        large,
    });
    let mut response = if request.uri().path() == GRAPHQL {
        attending.count(request, next).await
    } else {
        next.run(request).await
    };
    if !is_stream(&response) && attending.state.draining.is_cancelled() && version < Version::HTTP_2 {
        response
            .headers_mut()
            .insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    if attending.is_secure {
        response.headers_mut().insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000"),
        );
    }
    response
}

impl Attending {
    async fn count(&self, request: Request, next: Next) -> Response {
        let since = Instant::now();
        let span = telemetry::request_span(request.headers());
        let (response, asked) = Asked::of(next.run(request)).instrument(span.clone()).await;
        let status = response.status().as_u16();
        self.state.metrics.count(&asked, status, since.elapsed());
        telemetry::finish(&span, &asked, status);
        response
    }
}

/// A request that comes in over one of the server's connections.
#[derive(Clone)]
struct Arrival {
    connection: Arc<Connection>,
    body_timeout: Duration,
    large: Arc<Semaphore>,
}

/// Reads a request whole, in bounded time, before anybody works on it, and keeps its connection while it is answered. What is
/// left of a request that is not read stands in the way of the next one: its connection ends with the refusal, and says so.
pub(super) async fn whole(mut request: Request, next: Next) -> Response {
    let Some(incoming) = request.extensions_mut().remove::<Arrival>() else {
        return next.run(request).await;
    };
    let version = request.version();
    match incoming.read(request).await {
        Ok(request) => {
            let _answering = incoming.connection.answers();
            let response = next.run(request).await;
            if is_stream(&response) {
                incoming.connection.streams();
            }
            response
        }
        Err(refusal) => middleware::unread(refusal, version),
    }
}

impl Arrival {
    async fn read(&self, request: Request) -> Result<Request, Refusal> {
        let (parts, body) = request.into_parts();
        if body.is_end_stream() {
            return Ok(Request::from_parts(parts, body));
        }
        let stated = body.size_hint().exact();
        let is_too_large = stated.is_some_and(|size| size > REQUEST_LIMIT as u64);
        // Whoever asks first whether to send it is spared doing so.
        if is_too_large && parts.headers.contains_key(header::EXPECT) {
            return Err(too_large());
        }
        let reading = async {
            // The semaphore is never closed.
            let _large = if stated.is_none_or(|size| size > SMALL_BODY) {
                self.large.acquire().await.ok()
            } else {
                None
            };
            take(body).await
        };
        match tokio::time::timeout(self.body_timeout, reading).await {
            Ok(taken) => Ok(Request::from_parts(parts, Body::from(taken?))),
            Err(_) if is_too_large => Err(too_large()),
            Err(_) => Err(Refusal::new(
                StatusCode::REQUEST_TIMEOUT,
                "REQUEST_TIMEOUT",
                "The request did not come in time.",
            )),
        }
    }
}

/// All of a body. One that is too large is taken off the line and thrown away, as far as that goes: whoever is still sending
/// would not hear the refusal.
async fn take(body: Body) -> Result<Bytes, Refusal> {
    let (mut pieces, mut taken, mut size) = (body.into_data_stream(), Vec::new(), 0);
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| Refusal::bad_request("The request broke off."))?;
        size += piece.len();
        if size <= REQUEST_LIMIT {
            taken.extend_from_slice(&piece);
        } else if size <= MOST_THROWN_AWAY {
            taken = Vec::new();
        } else {
            break;
        }
    }
    if size <= REQUEST_LIMIT {
        Ok(taken.into())
    } else {
        Err(too_large())
    }
}

fn too_large() -> Refusal {
    Refusal::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "REQUEST_TOO_LARGE",
        "The request is larger than 1 MiB.",
    )
}

/// A WebSocket or an event stream.
fn is_stream(response: &Response) -> bool {
    let content_type = response
        .headers()
        .get(header::CONTENT_TYPE)
        .map_or(&[][..], HeaderValue::as_bytes);
    response.status() == StatusCode::SWITCHING_PROTOCOLS || content_type.starts_with(b"text/event-stream")
}
