//! Promise: of two replicas over one PostgreSQL each is stopped and started again in turn, behind a balancer that asks only who
//! is ready and tries nothing twice, while eight clients ask; no request fails, and no claim is lost or doubled.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use tokio::net::TcpListener;

use super::load::Load;
use super::{Office, Served};
use crate::postgres;
use crate::world::until;

/// Twice each.
const RESTARTS: usize = 4;
const DRAIN_DELAY: &str = "[server]\ndrain_delay = \"1s\"";
const LOOK: Duration = Duration::from_millis(50);

/// Round robin among those who are ready.
#[derive(Default)]
struct Balancer {
    replicas: Mutex<[Option<Replica>; 2]>,
    next: AtomicUsize,
    http: reqwest::Client,
}

#[derive(Clone)]
struct Replica {
    address: String,
    is_ready: bool,
}

impl Balancer {
    async fn start(self: &Arc<Self>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("bound"));
        let app = Router::new()
            .route("/graphql", post(forward))
            .with_state(Arc::clone(self));
        tokio::spawn(async move { axum::serve(listener, app).await.expect("serves") });
        for place in 0..2 {
            tokio::spawn(Arc::clone(self).watch(place));
        }
        address
    }

    /// Looks whether a replica is ready, for ever.
    async fn watch(self: Arc<Self>, place: usize) {
        let mut look = tokio::time::interval(LOOK);
        loop {
            look.tick().await;
            let Some(replica) = self.replicas.lock().expect("no panic")[place].clone() else {
                continue;
            };
            let answer = reqwest::get(format!("{}/health/ready", replica.address)).await;
            let is_ready = answer.is_ok_and(|answer| answer.status().is_success());
            if let Some(same) = self.replicas.lock().expect("no panic")[place]
                .as_mut()
                .filter(|same| same.address == replica.address)
            {
                same.is_ready = is_ready;
            }
        }
    }

    fn put(&self, place: usize, served: &Served) {
        self.replicas.lock().expect("no panic")[place] = Some(Replica {
            address: served.address().to_owned(),
            is_ready: false,
        });
    }

    fn ready(&self) -> Vec<String> {
        let replicas = self.replicas.lock().expect("no panic").clone();
        replicas
            .into_iter()
            .flatten()
            .filter(|replica| replica.is_ready)
            .map(|replica| replica.address)
            .collect()
    }
}

async fn forward(State(balancer): State<Arc<Balancer>>, body: Bytes) -> Response {
    let ready = balancer.ready();
    if ready.is_empty() {
        return (StatusCode::BAD_GATEWAY, "nobody is ready").into_response();
    }
    let address = &ready[balancer.next.fetch_add(1, Ordering::Relaxed) % ready.len()];
    let request = balancer
        .http
        .post(format!("{address}/graphql"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(body);
    match request.send().await {
        Ok(answer) => (answer.status(), answer.bytes().await.unwrap_or_default()).into_response(),
        Err(error) => (StatusCode::BAD_GATEWAY, format!("{error:?}")).into_response(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_fails_while_two_replicas_are_restarted_in_turn() {
    let office = Office::new().await;
    let store = postgres::database().await;
    let configs = ["one.toml", "other.toml"].map(|name| office.configure(name, &store, DRAIN_DELAY));
    let balancer = Arc::new(Balancer::default());
    let mut replicas = Vec::new();
    for (place, config) in configs.iter().enumerate() {
        let served = Served::start(config).await;
        balancer.put(place, &served);
        replicas.push(Some(served));
    }
    let address = balancer.start().await;
    until("both are ready", async || balancer.ready().len() == 2).await;
    let load = Load::start(&address);
    for restart in 0..RESTARTS {
        let place = restart % 2;
        load.goes_on(20).await;
        let served = replicas[place].take().expect("runs");
        assert!(served.stop().await.success(), "it ends in good order");
        let served = Served::start(&configs[place]).await;
        balancer.put(place, &served);
        replicas[place] = Some(served);
        until("both are ready again", async || balancer.ready().len() == 2).await;
    }
    load.goes_on(20).await;
    load.ends_well(&office.ledger(&store).await).await;
    for served in replicas.into_iter().flatten() {
        served.stop().await;
    }
}
