//! What the front door leads to: one configuration of the gateway in service, replaced as a whole when it is read anew.

use std::sync::Arc;

use arc_swap::ArcSwap;
use axum::http::HeaderMap;
use tokio_util::sync::CancellationToken;

use super::admission::Admission;
use super::caller;
use super::refusal::Refusal;
use crate::access::Caller;
use crate::api::{self, Schema, Snapshot};
use crate::config::{Config, ConfigError};
use crate::gateway::Gateway;
use crate::telemetry::Metrics;

/// A gateway and those who stand before it, as one configuration wants them.
pub struct Service {
    pub gateway: Arc<Gateway>,
    pub admission: Admission,
}

impl Service {
    /// Before this gateway, what the configuration asks for.
    pub fn new(config: &Config, gateway: Arc<Gateway>) -> Result<Self, ConfigError> {
        Ok(Self { gateway, admission: Admission::new(config, None)? })
    }

    /// The same in this one's place: what callers have used of their budgets goes along, where the limits stay.
    pub fn renewed(&self, config: &Config, gateway: Arc<Gateway>) -> Result<Self, ConfigError> {
        let admission = Admission::new(config, Some(&self.admission))?;
        Ok(Self { admission, ..Self::new(config, gateway)? })
    }

    /// Who asks; a token or header that cannot be believed is refused.
    #[allow(clippy::unused_async, reason = "keys of an issuer may have to be fetched")]
    pub async fn caller(&self, headers: &HeaderMap) -> Result<Caller, Refusal> {
        caller::of(headers)
    }

    /// What a request of this caller sees.
    pub fn snapshot(&self, caller: Caller) -> Snapshot {
        Snapshot::take(&self.gateway, caller)
    }
}

/// The way in. Cheap to clone; all clones lead to the same service.
#[derive(Clone)]
pub struct FrontDoor {
    service: Arc<ArcSwap<Service>>,
    pub schema: Schema,
    pub metrics: Arc<Metrics>,
    /// The gateway was told to stop: it is no longer ready, and answers all the same.
    pub draining: CancellationToken,
    /// The gateway listens no longer: streams end.
    pub closing: CancellationToken,
}

impl FrontDoor {
    pub fn new(service: Service) -> Self {
        let service = Arc::new(ArcSwap::from_pointee(service));
        let metrics = Arc::new(Metrics::new());
        Self { service, schema: api::schema(), metrics, draining: CancellationToken::new(), closing: CancellationToken::new() }
    }

    /// The service of this moment. A request takes it once and keeps it to its end.
    pub fn service(&self) -> Arc<Service> {
        self.service.load_full()
    }

    /// Puts another service in its place; requests under way keep theirs.
    pub fn replace(&self, service: Service) -> Arc<Service> {
        self.service.swap(Arc::new(service))
    }
}
