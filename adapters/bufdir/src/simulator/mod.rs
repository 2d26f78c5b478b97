//! Bufdir's endpoint, simulated: a GraphQL server with the documented interface in full. Its cases are what was published
//! to it; no clock runs, so continuation tokens expire on demand.

mod faults;
mod interface;
mod office;
mod resolvers;
mod speak;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use jiff::Timestamp;
use office::Office;
use programgrant_contract::simulation::{Fault, Simulator, UnknownFault, fault, find_fault};
use programgrant_contract::{HeldExclusion, Secret, Simulation};
use programgrant_schema::{Record, RecordId};
use resolvers::Interface;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// When a case changed whose record does not say: 1 January 2022.
const FIRST_CHANGE: Timestamp = Timestamp::constant(1_640_995_200, 0);

/// The office, as the server and its owner share it.
#[derive(Clone, Default)]
struct Desk(Arc<Mutex<Office>>);

impl Desk {
    /// What a panicking test left behind is still the office.
    fn office(&self) -> MutexGuard<'_, Office> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A simulated Bufdir, serving until it is dropped.
pub struct BufdirSimulator {
    address: SocketAddr,
    desk: Desk,
    /// Dropped with the simulator, which ends the server and its open connections.
    _serving: oneshot::Sender<()>,
}

/// How it is started.
pub const SIMULATION: Simulation = Simulation::Listens {
    above: 4,
    start: |listener| Ok(Box::new(BufdirSimulator::start(TcpListener::from_std(listener)?))),
};

impl BufdirSimulator {
    /// Serves on the listener, on the runtime that this is called in.
    ///
    /// # Panics
    ///
    /// Outside a Tokio runtime, or if the listener is not bound.
    pub fn start(listener: TcpListener) -> Self {
        let address = listener.local_addr().expect("a listener is bound to an address");
        let desk = Desk::default();
        let counter = Counter {
            interface: resolvers::schema(desk.clone()),
            desk: desk.clone(),
        };
        let router = Router::new().route("/graphql", post(serve)).with_state(counter);
        let (serving, ended) = oneshot::channel::<()>();
        let server = axum::serve(listener, router).with_graceful_shutdown(async {
            let _ = ended.await;
        });
        tokio::spawn(server.into_future());
        Self {
            address,
            desk,
            _serving: serving,
        }
    }

    /// The endpoint's address.
    pub fn url(&self) -> String {
        format!("http://{}/graphql", self.address)
    }

    /// The interface in GraphQL's schema language.
    pub fn sdl() -> String {
        resolvers::schema(Desk::default()).sdl()
    }

    /// From now on a request needs one of these bearer tokens.
    pub fn require_tokens(&self, valid: &[&str]) {
        self.desk.office().tokens = Some(valid.iter().copied().map(Secret::new).collect());
    }

    /// From now on no page holds more than `most` cases, whatever limit is asked for.
    pub fn page_size(&self, most: usize) {
        self.desk.office().page_size = Some(most.max(1));
    }

    /// Lets every continuation token that is out expire.
    pub fn expire_tokens(&self) {
        self.desk.office().expire_tokens();
    }
}

impl Simulator for BufdirSimulator {
    fn publish(&self, records: &[Record]) {
        let said: Vec<_> = records
            .iter()
            .map(|record| speak::tilsagn(record, FIRST_CHANGE))
            .collect();
        let mut office = self.desk.office();
        for tilsagn in said {
            office.put(tilsagn);
        }
    }

    fn withdraw(&self, id: &RecordId) {
        self.desk.office().take(id.as_str());
    }

    fn faults(&self) -> &'static [Fault] {
        faults::FAULTS
    }

    fn set_fault(&self, fault: Option<&str>) -> Result<(), UnknownFault> {
        self.desk.office().fault = find_fault(faults::FAULTS, fault)?;
        Ok(())
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        vec![("url", self.url())]
    }

    fn exclusions(&self) -> Vec<HeldExclusion> {
        let exclusion = |sperre: interface::Sperre| HeldExclusion {
            organisation_number: sperre.organisasjonsnummer,
            subject: speak::activity_word(sperre.aktivitetstype).to_owned(),
            from: sperre.fra.0,
            until: sperre.til.0,
        };
        self.desk.office().sperrer().into_iter().map(exclusion).collect()
    }
}

/// What a request is served with.
#[derive(Clone)]
struct Counter {
    interface: Interface,
    desk: Desk,
}

impl Counter {
    fn lets_in(&self, headers: &HeaderMap) -> bool {
        let brought = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "));
        self.desk
            .office()
            .tokens
            .as_ref()
            .is_none_or(|valid| valid.iter().any(|token| brought == Some(token.expose())))
    }
}

async fn serve(State(counter): State<Counter>, headers: HeaderMap, body: Bytes) -> Response {
    if !counter.lets_in(&headers) {
        return faults::unauthorised();
    }
    let fault = counter.desk.office().fault;
    if let Some(response) = faults::instead(fault).await {
        return response;
    }
    let is_json = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"application/json"));
    if !is_json {
        return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response();
    }
    let Ok(request) = serde_json::from_slice::<async_graphql::Request>(&body) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let Ok(mut answer) = serde_json::to_value(counter.interface.execute(request).await) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    if fault == Some(fault::ANSWER_LOST) && faults::is_to_a_mutation(&answer) {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    faults::tamper(fault, &mut answer);
    let mut text = answer.to_string().into_bytes();
    if fault == Some(fault::CUT) {
        text.truncate(text.len() / 2);
    }
    ([(header::CONTENT_TYPE, "application/json")], text).into_response()
}
