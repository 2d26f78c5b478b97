//! Both registers, simulated: they serve their documented answers, made from the tables that the gateway brings along, change from one
//! day to the next as they are told, and go wrong on demand.

mod answers;
mod world;

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tokio::sync::Notify;

use self::answers::Answer;
pub use self::world::{RegisterWorld, SimulatedUnit};

/// The ways to go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegisterFault {
    /// 503, with a wish for patience.
    Outage,
    /// 429, the same.
    Throttled,
    /// 403.
    Refused,
    /// A 200 whose body is cut short.
    Cut,
    /// No answer, however long one waits.
    Slow,
    /// A code, or a unit, that cannot be read.
    BadRecord,
    /// Fields that nobody knows, on every level, and none of the optional ones.
    OtherFields,
    /// The second page of a list repeats the first.
    PageRepeats,
}

/// Both registers, serving until they are dropped.
pub struct RegisterSimulator {
    address: SocketAddr,
    shared: Arc<Mutex<Shared>>,
    stop: Arc<Notify>,
}

struct Shared {
    world: RegisterWorld,
    klass_fault: Option<RegisterFault>,
    brreg_fault: Option<RegisterFault>,
    asked: Vec<String>,
}

impl RegisterSimulator {
    /// Serves on the listener, which must not block.
    pub fn start(listener: std::net::TcpListener) -> io::Result<Self> {
        let shared = Arc::new(Mutex::new(Shared {
            world: RegisterWorld::built_in(),
            klass_fault: None,
            brreg_fault: None,
            asked: Vec::new(),
        }));
        let stop = Arc::new(Notify::new());
        let address = listener.local_addr()?;
        let listener = TcpListener::from_std(listener)?;
        let router = Router::new().fallback(serve).with_state(Arc::clone(&shared));
        let stopped = Arc::clone(&stop);
        tokio::spawn(async move {
            let serving = axum::serve(listener, router).with_graceful_shutdown(async move { stopped.notified().await });
            // It ends with the simulator; whoever asks then finds nobody.
            let _ = serving.await;
        });
        Ok(Self { address, shared, stop })
    }

    /// What the gateway is configured with: the base of KLASS.
    pub fn klass_url(&self) -> String {
        format!("http://{}/api/klass/v1", self.address)
    }

    /// The base of Enhetsregisteret.
    pub fn brreg_url(&self) -> String {
        format!("http://{}/enhetsregisteret/api", self.address)
    }

    /// Lets something happen.
    pub fn change<T>(&self, change: impl FnOnce(&mut RegisterWorld) -> T) -> T {
        change(&mut self.lock().world)
    }

    pub fn set_klass_fault(&self, fault: Option<RegisterFault>) {
        self.lock().klass_fault = fault;
    }

    pub fn set_brreg_fault(&self, fault: Option<RegisterFault>) {
        self.lock().brreg_fault = fault;
    }

    /// Paths and queries that were asked for, oldest first.
    pub fn asked(&self) -> Vec<String> {
        self.lock().asked.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        lock(&self.shared)
    }
}

impl Drop for RegisterSimulator {
    fn drop(&mut self) {
        self.stop.notify_one();
    }
}

fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve(State(shared): State<Arc<Mutex<Shared>>>, request: Request) -> Response {
    let (path, query) = (
        request.uri().path().to_owned(),
        request.uri().query().unwrap_or_default().to_owned(),
    );
    let (answer, fault) = {
        let mut shared = lock(&shared);
        shared
            .asked
            .push(format!("{path}?{query}").trim_end_matches('?').to_owned());
        let fault = if path.starts_with("/api/klass") {
            shared.klass_fault
        } else {
            shared.brreg_fault
        };
        (answers::answer(&shared.world, &path, &query, fault), fault)
    };
    match fault {
        Some(RegisterFault::Slow) => std::future::pending().await,
        Some(RegisterFault::Outage) => (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "3")]).into_response(),
        Some(RegisterFault::Throttled) => (StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, "3")]).into_response(),
        Some(RegisterFault::Refused) => StatusCode::FORBIDDEN.into_response(),
        Some(RegisterFault::Cut) => {
            let cut: String = answer.body.chars().take(answer.body.chars().count() / 2).collect();
            respond(Answer { body: cut, ..answer })
        }
        _ => respond(answer),
    }
}

fn respond(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(CONTENT_TYPE, "application/json")], answer.body).into_response()
}
