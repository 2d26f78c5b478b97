//! What the front door leads to: one configuration of the gateway in service, replaced as a whole when it is read anew.

use std::ops::Deref;
use std::sync::Arc;

use arc_swap::ArcSwap;
use axum::http::HeaderMap;
use programgrant_core::access::Caller;
use programgrant_schema::OrganisationNumber;
use tokio_util::sync::CancellationToken;

use super::admission::Admission;
use super::answers::AnswerCache;
use super::caller;
use super::refusal::Refusal;
use crate::app::Gateway;
use crate::config::{AuthMode, Catalogue, Config, ConfigError, HttpSettings, PageSettings, WebSocketSettings};
use crate::graphql::{self, Schema, Snapshot};
use crate::identity::{Identified, Identity, TokenMemory};
use crate::login::{Login, SignedIn};
use crate::telemetry::{Metrics, access_log};

/// A gateway and those who stand before it, as one configuration wants them.
pub struct Service {
    pub gateway: Arc<Gateway>,
    pub admission: Admission,
    pub http: HttpSettings,
    pub websocket: WebSocketSettings,
    pub answers: AnswerCache,
    /// Where people log in; `None` where nobody does.
    pub login: Option<Login>,
    /// In whose name the catalogue of data speaks.
    pub catalogue: Option<Catalogue>,
    pub pages: PageSettings,
    identity: Arc<Identity>,
    tokens: TokenMemory,
    mode: AuthMode,
}

impl Service {
    /// Before this gateway, what the configuration asks for.
    pub fn new(config: &Config, gateway: Arc<Gateway>) -> Result<Self, ConfigError> {
        let identity = Arc::new(Identity::new(&config.auth)?);
        Self::with(config, gateway, Admission::new(config, None)?, identity)
    }

    /// The same in the place of this one: where it believes the same issuers, their keys need not be fetched again, and where the
    /// limits stay, what callers have used of their budgets goes along.
    pub fn renewed(&self, config: &Config, gateway: Arc<Gateway>) -> Result<Self, ConfigError> {
        let same = self.identity.is_as(&config.auth);
        let identity = if same {
            Arc::clone(&self.identity)
        } else {
            Arc::new(Identity::new(&config.auth)?)
        };
        Self::with(
            config,
            gateway,
            Admission::new(config, Some(&self.admission))?,
            identity,
        )
    }

    /// What is left to do once another has taken its place: who logged in at an issuer that the other no longer asks is out.
    pub async fn dismiss(&self, config: &Config) {
        if let Some(login) = &self.login {
            login.end_all_unless(config).await;
        }
    }

    fn with(
        config: &Config,
        gateway: Arc<Gateway>,
        admission: Admission,
        identity: Arc<Identity>,
    ) -> Result<Self, ConfigError> {
        Ok(Self {
            login: Login::new(config, &gateway, &identity)?,
            gateway,
            admission,
            http: config.http.clone(),
            websocket: config.websocket,
            catalogue: config.catalogue.clone(),
            pages: config.pages.clone(),
            // What was remembered under another configuration is forgotten.
            answers: AnswerCache::of(config.caches.answers),
            tokens: TokenMemory::of(config.caches.tokens),
            identity,
            mode: config.auth.mode,
        })
    }

    /// Who asks; a token or header that cannot be believed is refused.
    pub async fn caller(&self, headers: &HeaderMap) -> Result<Caller, Refusal> {
        let authorization = caller::authorization(headers)?;
        let is_named = caller::is_named(headers);
        match (authorization, self.mode) {
            (Some(_), _) if is_named && self.identity.reads_tokens() => {
                Err(Refusal::bad_request("A token says who asks; so must no other header."))
            }
            (Some(authorization), _) if self.identity.reads_tokens() => self.bearer(authorization).await,
            (_, AuthMode::Open) => caller::of(headers),
            (_, AuthMode::Jwt) if is_named => Err(Refusal::bad_request(
                "The header programgrant-caller proves nothing; a token does.",
            )),
            (_, AuthMode::Jwt) => Ok(Caller::public()),
        }
    }

    /// The address of the pages, where it is configured: people log in there.
    pub fn own_origin(&self) -> Option<String> {
        self.login.as_ref().map(Login::origin)
    }

    /// Whether nobody need prove who they are.
    pub fn is_open(&self) -> bool {
        self.mode == AuthMode::Open
    }

    /// In open mode somebody of that body, in the role that the registers give it; otherwise whom the headers prove.
    pub async fn represented(&self, headers: &HeaderMap, body: Option<OrganisationNumber>) -> Result<Caller, Refusal> {
        let caller = self.caller(headers).await?;
        let access = self.gateway.access();
        Ok(match body.filter(|_| self.is_open()) {
            Some(body) => Caller {
                acting: Some(access.acting_for(body)),
                role: access.role_of(body),
                office: access.office_of(body),
                ..caller
            },
            None => caller,
        })
    }

    /// Who is logged in at a browser; for pages alone, and never asked by `/graphql`.
    pub async fn signed_in(&self, headers: &HeaderMap) -> Result<Option<SignedIn>, Refusal> {
        match &self.login {
            Some(login) => Ok(login.caller(headers).await?),
            None => Ok(None),
        }
    }

    /// Whom the value of a header `Authorization` proves, wherever it stood.
    pub async fn bearer(&self, authorization: &str) -> Result<Caller, Refusal> {
        let now = self.gateway.dependencies.clock.now();
        // Read before the token is checked: keys that are stated meanwhile make it be checked again.
        let keys = self.identity.keys();
        if let Some(identified) = self.tokens.recall(authorization, now, keys) {
            return Ok(self.known(identified));
        }
        let identified = self
            .identity
            .identify(Some(authorization), now)
            .await
            .map_err(Refusal::from);
        let identified =
            identified.inspect_err(|refusal| access_log::refused(None, refusal.status.as_u16(), refusal.code))?;
        let Some(identified) = identified else {
            return Ok(Caller::public());
        };
        self.tokens.remember(authorization, &identified, now, keys);
        Ok(self.known(identified))
    }

    /// The caller that a token proves, in the role of its body; a sub-unit is the organisation that it belongs to.
    fn known(&self, identified: Identified) -> Caller {
        let Identified {
            acting,
            through,
            subject,
            token,
            until,
            key_until: _,
        } = identified;
        let access = self.gateway.access();
        Caller {
            acting: Some(access.acting_for(acting)),
            through,
            subject,
            role: access.role_of(acting),
            office: access.office_of(acting),
            token,
            until: Some(until),
        }
    }

    /// What a request of this caller sees.
    pub fn snapshot(&self, caller: Caller) -> Snapshot {
        Snapshot::take(&self.gateway, caller)
    }
}

/// The way in. Cheap to clone; all clones lead to the same service.
#[derive(Clone)]
pub struct AppState(Arc<Entrance>);

/// What all clones share. One count is held for each clone, and none for what stands in it.
pub struct Entrance {
    service: ArcSwap<Service>,
    pub schema: Schema,
    pub metrics: Arc<Metrics>,
    /// The gateway was told to stop: it is no longer ready, and answers all the same.
    pub draining: CancellationToken,
    /// The gateway listens no longer: streams end.
    pub closing: CancellationToken,
}

impl AppState {
    pub fn new(service: Service) -> Self {
        Self(Arc::new(Entrance {
            service: ArcSwap::from_pointee(service),
            schema: graphql::schema(),
            metrics: Arc::new(Metrics::new()),
            draining: CancellationToken::new(),
            closing: CancellationToken::new(),
        }))
    }
}

impl Deref for AppState {
    type Target = Entrance;

    fn deref(&self) -> &Entrance {
        &self.0
    }
}

impl Entrance {
    /// The service of this moment. A request takes it once and keeps it to its end.
    pub fn service(&self) -> Arc<Service> {
        self.service.load_full()
    }

    /// Puts another service in its place; requests under way keep theirs.
    pub fn replace(&self, service: Service) -> Arc<Service> {
        self.service.swap(Arc::new(service))
    }
}
