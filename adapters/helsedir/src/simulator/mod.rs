//! A simulated Helsedirektoratet: `desk` answers the four calls over SOAP, `speech` says canonical records in the system's
//! words, `faults` lists the ways to go wrong.

mod desk;
mod faults;
mod queue;
mod speech;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use programgrant_contract::simulation::{Fault, Simulator, UnknownFault, find_fault};
use programgrant_contract::{HeldExclusion, Simulation};
use programgrant_schema::{Record, RecordId};
use queue::Queue;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::Credentials;

pub use faults::{
    BAD_GATEWAY, DIALECT, DOCUMENT_TYPE, FAULT_200, HTML, NO_PURGE, NO_REFERENCES, REDELIVERED, REFUSED_200, SLOW,
    THOUSANDS,
};

/// Serves on the runtime that it is started on, until it is dropped.
pub struct HelsedirSimulator {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    /// Closed on drop, which ends the server and every answer that is being held back.
    _open: watch::Sender<()>,
}

/// What the system knows.
#[derive(Default)]
struct State {
    queue: Queue,
    exclusions: desk::Exclusions,
    credentials: Option<Credentials>,
    fault: Option<&'static str>,
    purges: usize,
}

/// How it is started.
pub const SIMULATION: Simulation = Simulation::Listens {
    above: 3,
    start: |listener| Ok(Box::new(HelsedirSimulator::start(TcpListener::from_std(listener)?))),
};

impl HelsedirSimulator {
    /// # Panics
    ///
    /// Outside a tokio runtime.
    #[must_use]
    pub fn start(listener: TcpListener) -> Self {
        let address = listener.local_addr().expect("a bound listener has an address");
        let state = Arc::new(Mutex::new(State::default()));
        let (open, closing) = watch::channel(());
        let desk = desk::router(Arc::clone(&state), closing.clone());
        tokio::spawn(async move {
            axum::serve(listener, desk)
                .with_graceful_shutdown(closed(closing))
                .await
        });
        Self {
            address,
            state,
            _open: open,
        }
    }

    /// Where the operations are served.
    pub fn url(&self) -> String {
        format!("http://{}/soap", self.address)
    }

    /// From now on only callers with these credentials are served.
    pub fn require_credentials(&self, credentials: Credentials) {
        self.state().credentials = Some(credentials);
    }

    /// How many items are in the queue.
    pub fn queued(&self) -> usize {
        self.state().queue.len()
    }

    /// How many calls have removed items so far.
    pub fn purges(&self) -> usize {
        self.state().purges
    }

    fn state(&self) -> MutexGuard<'_, State> {
        locked(&self.state)
    }
}

/// A panic elsewhere leaves the state as whole as it was: every change is one step.
fn locked(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Resolves once the simulator is dropped.
async fn closed(mut closing: watch::Receiver<()>) {
    while closing.changed().await.is_ok() {}
}

impl Simulator for HelsedirSimulator {
    fn publish(&self, records: &[Record]) {
        let mut state = self.state();
        for record in records {
            state.queue.publish(record);
        }
    }

    fn withdraw(&self, id: &RecordId) {
        self.state().queue.withdraw(id);
    }

    fn faults(&self) -> &'static [Fault] {
        faults::ALL
    }

    fn set_fault(&self, fault: Option<&str>) -> Result<(), UnknownFault> {
        let fault = find_fault(faults::ALL, fault)?;
        let mut state = self.state();
        state.fault = fault;
        state.queue.go_wrong(fault);
        Ok(())
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        vec![("url", self.url())]
    }

    fn exclusions(&self) -> Vec<HeldExclusion> {
        self.state().exclusions.standing()
    }
}
