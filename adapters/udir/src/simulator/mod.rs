//! Udir, simulated: serves the documented interface in full and goes wrong on demand.

mod exclusions;
mod pages;
mod say;
mod system;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, put};
use programgrant_contract::simulation::{Fault, Simulator, UnknownFault, fault, find_fault};
use programgrant_contract::{HeldExclusion, Simulation};
use programgrant_schema::{Record, RecordId};
use tokio::net::TcpListener;
use tokio::sync::Notify;

use self::system::System;

/// The ways to go wrong that are Udir's own.
pub mod own_fault {
    /// `totaltAntall`, and with it the page count, grows in mid-walk, every time.
    pub const PAGE_COUNT_CHANGES: &str = "page-count-changes";
    /// The `ETag` changes once in mid-walk; the walk after that comes through.
    pub const ETAG_CHANGES: &str = "etag-changes";
    /// `503` with `Retry-After` in seconds.
    pub const RETRY_AFTER_SECONDS: &str = "retry-after-seconds";
    /// `429` with `Retry-After` as a date.
    pub const RETRY_AFTER_DATE: &str = "retry-after-date";
    /// No answer, however long one waits.
    pub const SLOW: &str = "slow";
    /// Each year's first record comes once more on the last page, in an older version.
    pub const SAME_ID_TWICE: &str = "same-id-twice";
}

const FAULTS: &[Fault] = &[
    Fault {
        name: fault::CUT,
        what: "a 200 whose body is cut short",
    },
    Fault {
        name: fault::THROTTLED,
        what: "429 with Retry-After in seconds",
    },
    Fault {
        name: fault::REFUSED,
        what: "403 as application/problem+json",
    },
    Fault {
        name: fault::OUTAGE,
        what: "503 with Retry-After in seconds",
    },
    Fault {
        name: fault::NOT_READY,
        what: "the ETag changes with every page, so that no walk is of one version",
    },
    Fault {
        name: fault::BAD_RECORD,
        what: "one more record comes, with an unknown status word",
    },
    Fault {
        name: fault::UNKNOWN_FIELDS,
        what: "fields that nobody knows, on every level",
    },
    Fault {
        name: fault::TWICE,
        what: "every record comes twice, on different pages",
    },
    Fault {
        name: fault::NOT_SET,
        what: "503 to every PUT of an exclusion; DELETE works",
    },
    Fault {
        name: fault::ANSWER_LOST,
        what: "exclusions are stored and lifted, and the answer is 503",
    },
    Fault {
        name: own_fault::PAGE_COUNT_CHANGES,
        what: "totaltAntall grows in mid-walk, every time",
    },
    Fault {
        name: own_fault::ETAG_CHANGES,
        what: "the ETag changes once in mid-walk; the next walk comes through",
    },
    Fault {
        name: own_fault::RETRY_AFTER_SECONDS,
        what: "503 with Retry-After: 3",
    },
    Fault {
        name: own_fault::RETRY_AFTER_DATE,
        what: "429 with Retry-After as an HTTP date",
    },
    Fault {
        name: own_fault::SLOW,
        what: "no answer within any deadline",
    },
    Fault {
        name: own_fault::SAME_ID_TWICE,
        what: "the first record of a year comes again in an older version on the last page",
    },
];

/// A fixed day, so that a run does not depend on when it takes place.
const RETRY_DATE: &str = "Sun, 22 Nov 2026 08:49:37 GMT";

/// Udir's system, serving until it is dropped.
pub struct UdirSimulator {
    address: SocketAddr,
    shared: Shared,
    stop: Arc<Notify>,
}

type Shared = Arc<Mutex<System>>;

fn lock(shared: &Shared) -> MutexGuard<'_, System> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How it is started.
pub const SIMULATION: Simulation = Simulation::Listens {
    above: 1,
    start: |listener| Ok(Box::new(UdirSimulator::start(TcpListener::from_std(listener)?))),
};

impl UdirSimulator {
    /// Serves on `listener`, on the current runtime.
    ///
    /// # Panics
    ///
    /// Outside a runtime, or if the listener is bound to nothing.
    pub fn start(listener: TcpListener) -> Self {
        let address = listener.local_addr().expect("a bound listener has an address");
        let shared = Shared::default();
        let stop = Arc::new(Notify::new());
        let (router, stopped) = (router(&shared), Arc::clone(&stop));
        // A graceful end also closes connections that are kept alive, which ending the task alone would not.
        tokio::spawn(async move {
            axum::serve(listener, router)
                .with_graceful_shutdown(async move { stopped.notified().await })
                .await
        });
        Self { address, shared, stop }
    }

    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Answers `401` from now on to whoever does not bring this bearer token.
    pub fn require_token(&self, token: impl Into<String>) {
        lock(&self.shared).token = Some(token.into());
    }
}

impl Drop for UdirSimulator {
    fn drop(&mut self) {
        self.stop.notify_one();
    }
}

impl Simulator for UdirSimulator {
    fn publish(&self, records: &[Record]) {
        lock(&self.shared).publish(records);
    }

    fn withdraw(&self, id: &RecordId) {
        lock(&self.shared).records.retain(|record| record.id != *id);
    }

    fn faults(&self) -> &'static [Fault] {
        FAULTS
    }

    fn set_fault(&self, fault: Option<&str>) -> Result<(), UnknownFault> {
        let fault = find_fault(FAULTS, fault)?;
        let mut system = lock(&self.shared);
        system.fault = fault;
        system.fault_is_spent = false;
        Ok(())
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        vec![("base_url", self.base_url())]
    }

    fn exclusions(&self) -> Vec<HeldExclusion> {
        lock(&self.shared)
            .exclusions
            .values()
            .map(exclusions::Held::to_exclusion)
            .collect()
    }
}

fn router(shared: &Shared) -> Router {
    Router::new()
        .route("/v1/tildelinger", get(pages::list))
        .route("/v1/sperrer", get(exclusions::list))
        .route(
            "/v1/sperrer/{kapittel}/{post}/{orgnr}",
            put(exclusions::store).delete(exclusions::lift),
        )
        .fallback(no_such_path)
        .method_not_allowed_fallback(no_such_method)
        .layer(from_fn_with_state(Arc::clone(shared), gate))
        .with_state(Arc::clone(shared))
}

async fn no_such_path(State(shared): State<Shared>) -> Response {
    lock(&shared).problem(StatusCode::NOT_FOUND, "IKKE_FUNNET", "There is nothing here")
}

async fn no_such_method(State(shared): State<Shared>) -> Response {
    lock(&shared).problem(
        StatusCode::METHOD_NOT_ALLOWED,
        "METODE_IKKE_TILLATT",
        "The method is not allowed here",
    )
}

/// What stands before every call: the token, and the faults that have nothing to do with what is asked.
async fn gate(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    if let Some(refusal) = lock(&shared).refusal(request.headers()) {
        return refusal;
    }
    let fault = lock(&shared).fault;
    let busy = StatusCode::TOO_MANY_REQUESTS;
    match fault {
        Some(fault::THROTTLED) => later(&shared, busy, "1"),
        Some(fault::OUTAGE) => later(&shared, StatusCode::SERVICE_UNAVAILABLE, "1"),
        Some(own_fault::RETRY_AFTER_SECONDS) => later(&shared, StatusCode::SERVICE_UNAVAILABLE, "3"),
        Some(own_fault::RETRY_AFTER_DATE) => later(&shared, busy, RETRY_DATE),
        Some(fault::REFUSED) => {
            lock(&shared).problem(StatusCode::FORBIDDEN, "INGEN_TILGANG", "The caller has no access")
        }
        Some(own_fault::SLOW) => std::future::pending().await,
        _ => next.run(request).await,
    }
}

fn later(shared: &Shared, status: StatusCode, retry_after: &'static str) -> Response {
    let (code, title) = match status {
        StatusCode::TOO_MANY_REQUESTS => ("FOR_MANGE_KALL", "Too many calls"),
        _ => ("UTILGJENGELIG", "The service is not available"),
    };
    let mut response = lock(shared).problem(status, code, title);
    response
        .headers_mut()
        .insert(RETRY_AFTER, HeaderValue::from_static(retry_after));
    response
}
