//! Whom the gateway is held against, each a process of its own: a bare handler that sends the same bytes, and the library as it
//! comes, over the same picture.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use async_graphql::{Request, Response};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::routing::post;
use axum::{Json, Router};
use programgrant::app::Gateway;
use programgrant::clock::Clock;
use programgrant::config::Config;
use programgrant::graphql::{Mutation, Query, Snapshot, Subscription};
use programgrant::http;

type Library = async_graphql::Schema<Query, Mutation, Subscription>;

/// Sends what a file holds, a head and a body as the gateway sent them, to whoever asks.
#[tokio::main]
pub async fn bare(file: &str) {
    let reply = Bytes::from(std::fs::read(file).expect("a reply"));
    let end = reply.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
    let head = std::str::from_utf8(&reply[..end]).expect("text");
    let headers: HeaderMap = head.lines().skip(1).filter_map(header).collect();
    let body = reply.slice(end + 4..);
    let send = move |_: Bytes| std::future::ready((headers.clone(), body.clone()));
    serve(Router::new().route("/graphql", post(send.clone())).fallback(send)).await;
}

/// Those that the server itself does not write.
fn header(line: &str) -> Option<(HeaderName, HeaderValue)> {
    let (name, value) = line.split_once(": ")?;
    let is_ours = !matches!(name, "content-length" | "date" | "transfer-encoding");
    is_ours
        .then(|| Some((name.parse().ok()?, value.parse().ok()?)))
        .flatten()
}

/// async-graphql as its documentation shows it: the document is read and validated each time, no limit is held and nobody is
/// turned away.
#[tokio::main]
pub async fn stock(config: &str) {
    let config = Config::load(Path::new(config)).expect("a configuration");
    let gateway = Gateway::open(&config, Clock::system()).await.expect("a gateway");
    for (source, outcome) in gateway.poll_all().await {
        outcome.unwrap_or_else(|error| panic!("{source}: {error}"));
    }
    let schema = Library::build(Query, Mutation::default(), Subscription).finish();
    serve(
        Router::new()
            .route("/graphql", post(answer))
            .with_state((schema, Arc::new(gateway))),
    )
    .await;
}

async fn answer(
    State((schema, gateway)): State<(Library, Arc<Gateway>)>,
    Json(request): Json<Request>,
) -> Json<Response> {
    Json(
        schema
            .execute(request.data(Snapshot::take(&gateway, http::caller::office())))
            .await,
    )
}

async fn serve(routes: Router) {
    let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0)))
        .await
        .expect("a port");
    println!("http://{}", listener.local_addr().expect("an address"));
    axum::serve(listener, routes).await.expect("it serves");
}
