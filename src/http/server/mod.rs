//! Connections below the router: how many there may be, how long each may take to ask, and how all end when the gateway stops.

mod connections;
mod front;
mod listener;
mod tls;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{self, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum_server::tls_rustls::RustlsAcceptor;
use axum_server::{Handle, Server};
use connections::Connections;
use front::Front;
use futures::FutureExt;
use hyper::body::Incoming;
use listener::{Listener, Peer};
use tokio::net::TcpListener;
use tower::service_fn;

use super::{AppState, Further, middleware, router};
use crate::app::metrics;
use crate::config;
use crate::telemetry;

pub use connections::open_files;
pub use tls::{Certificate, ServerTls};

/// How often what was counted is summed up, so that it takes no more room than its sum.
const SUM_UP: Duration = Duration::from_secs(5);

/// A listener and its address; port 0 picks a free one.
pub async fn bind(listen: SocketAddr) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(listen).await?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// Serves until `shutdown` ends, with the bounds that hold where none are configured; requests under way are answered. `further` are
/// the routes that rooms above mount beside the interface.
pub async fn serve(
    listener: TcpListener,
    state: AppState,
    further: impl Into<Further>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    serve_within(listener, state, further, &config::Server::default(), None, shutdown).await
}

/// Serves until `shutdown` ends. Then the gateway is unready; after the drain delay it listens no longer, streams end, and
/// requests under way are answered within the grace period.
pub async fn serve_within(
    socket: TcpListener,
    state: AppState,
    further: impl Into<Further>,
    limits: &config::Server,
    tls: Option<&ServerTls>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let (connections, mut further) = (Connections::new(limits), further.into());
    let page = further.page.take();
    let metrics = Router::new()
        .route("/metrics", get(metrics))
        .with_state((state.clone(), Arc::clone(&connections)));
    let (app, metrics) = match limits.metrics_listen {
        Some(address) => (
            router(state.clone(), further),
            serve_metrics(TcpListener::bind(address).await?, metrics).right_future(),
        ),
        None => (
            router(state.clone(), further).merge(metrics),
            std::future::pending().left_future(),
        ),
    };
    let front = Front::new((state.clone(), app), page, limits, tls.is_some());
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
        served = listen(listener, limits, tls, handle.clone(), front) => served?,
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
    front: Front,
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
    let app = service_fn(move |peer: Peer| {
        let front = front.clone();
        let answer = move |request: http::Request<Incoming>| {
            let (front, peer) = (front.clone(), peer.clone());
            async move { Ok::<_, Infallible>(front.answer(peer, request.map(Body::new)).await) }
        };
        std::future::ready(Ok::<_, Infallible>(service_fn(answer)))
    });
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
    let finished = |request, next: Next| middleware::finish(request, None, |request| next.run(request));
    axum::serve(listener, metrics.layer(from_fn(finished))).await
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
