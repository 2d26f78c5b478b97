//! What a request must pass before it is executed, whichever way it came in: it is looked at, read once, measured, judged, and paid for;
//! then it waits for its turn.

mod reading;

use std::net::IpAddr;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use async_graphql::parser::types::OperationType;
use async_graphql::{Request, Variables};
use axum::http::StatusCode;
use programgrant_core::access::{Caller, Role};

use super::concurrency::{Concurrency, Turn};
use super::rate_limit::RateLimits;
use super::refusal::Refusal;
use crate::config::{AuthMode, Config, ConfigError, DocumentLimits, Documents, Limits};
use crate::graphql;
use crate::graphql::document::{self, Judge, ManifestError, SchemaCosts, Trusted};
use crate::graphql::executor::Prepared;

use reading::{KnownRequest, Readings};

pub use reading::{Question, Reading, Sent};

/// What looking at a request costs, whatever it asks, and one that is refused.
const LOOK: u64 = 1;
const REFUSED: u64 = 100;
/// What an answer as of an earlier instant costs besides: a picture may have to be built for it.
const PAST: u64 = 1_000;
/// Documents up to so many bytes are read where they arrive: that takes less than handing them over, and keeps the guard's calls
/// out of the queue.
const SMALL: usize = 2048;

static COSTS: LazyLock<SchemaCosts> = LazyLock::new(|| {
    let costs = SchemaCosts::of(&graphql::schema().sdl());
    graphql::WEIGHTS.iter().fold(costs, |costs, weight| {
        costs.weighing(weight.parent, weight.field, weight.expected, weight.takes)
    })
});

static JUDGE: LazyLock<Judge> = LazyLock::new(|| Judge::of(&graphql::schema().sdl(), graphql::check_scalar));

/// How a request came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    Get,
    /// GET by who takes an event stream.
    GetStream,
    Post,
    /// A WebSocket or an event stream: subscriptions may be followed.
    Stream,
}

impl Transport {
    /// GET changes nothing, and without a stream nothing can be followed.
    fn check(self, kind: OperationType) -> Result<(), Refusal> {
        const QUERIES: &str =
            "GET runs queries alone; send mutations with POST, and follow subscriptions over a stream.";
        match (self, kind) {
            (Self::Get, OperationType::Mutation | OperationType::Subscription)
            | (Self::GetStream, OperationType::Mutation) => Err(Refusal {
                allow: Some("POST"),
                ..Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", QUERIES)
            }),
            _ => Ok(()),
        }
    }
}

/// A request that is let in.
#[derive(Debug)]
pub struct Admitted {
    pub reading: Arc<Reading>,
    /// Where it has just been made.
    prepared: Option<Prepared>,
    readings: Arc<Readings>,
    /// How many fields its answer may have.
    pub most: graphql::MostFields,
    /// Ends with it.
    turn: Option<Turn>,
}

impl Admitted {
    pub fn kind(&self) -> OperationType {
        self.reading.cost.kind
    }

    /// Ready to be executed: its document holds the one operation that is meant, variables put in. Its turn goes along.
    pub fn into_request(self) -> Request {
        let planned = self.prepared().planned;
        let mut request = Request::new(self.reading.text.as_ref()).data(self.most);
        if let Some(instant) = self.reading.instant {
            request = request.data(graphql::AsOf(instant));
        }
        if let Some(turn) = self.turn {
            request = request.data(turn);
        }
        request.set_parsed_query(planned.into_document());
        request
    }

    /// The one operation that is meant, with its variables.
    pub fn prepared(&self) -> Prepared {
        self.prepared
            .clone()
            .unwrap_or_else(|| self.readings.prepared(&self.reading))
    }
}

/// A request as it was sent.
#[derive(Debug, Clone, Default)]
pub struct Incoming {
    pub query: Option<String>,
    /// The member `documentId`: names a trusted document (GraphQL over HTTP, appendix A).
    pub document_id: Option<String>,
    pub operation_name: Option<String>,
    pub variables: Variables,
    pub extensions: serde_json::Map<String, serde_json::Value>,
    /// Whether its document is this program's own, as those of pages and files are: whoever asks has not written it.
    pub is_own: bool,
    /// Where it came from, as far as it is known: the public is told apart by it.
    pub address: Option<IpAddr>,
    /// To the letter, where it may come again.
    pub sent: Option<Sent>,
    /// What was read of it when it came before, by this admission; then nothing else is looked at.
    pub known: Option<Arc<KnownRequest>>,
}

/// What lets requests in.
#[derive(Debug)]
pub struct Admission {
    limits: Limits,
    documents: Documents,
    trusted: Trusted,
    readings: Arc<Readings>,
    concurrency: Arc<Concurrency>,
    /// None in open mode.
    budgets: Option<Arc<RateLimits>>,
    /// Whether callers prove who they are.
    mode: AuthMode,
}

impl Admission {
    /// As the configuration wants it. What the previous one has counted is kept where the limits are the same.
    pub fn new(config: &Config, previous: Option<&Self>) -> Result<Self, ConfigError> {
        Self::counting(config, previous, config.auth.mode != AuthMode::Open)
    }

    fn counting(config: &Config, previous: Option<&Self>, counts: bool) -> Result<Self, ConfigError> {
        LazyLock::force(&COSTS);
        LazyLock::force(&JUDGE);
        let trusted = config
            .documents
            .manifest
            .as_deref()
            .map(|path| manifest(path, &config.limits.document))
            .transpose()?
            .unwrap_or_default();
        let same = previous.filter(|previous| previous.limits == config.limits);
        let kept = same.and_then(|previous| previous.budgets.clone());
        let budgets = counts.then(|| kept.unwrap_or_else(|| Arc::new(RateLimits::new(&config.limits.budget))));
        Ok(Self {
            limits: config.limits.clone(),
            documents: config.documents.clone(),
            trusted,
            readings: Arc::new(Readings::new(&config.limits.document, config.caches.documents)),
            concurrency: same.map_or_else(
                || Arc::new(Concurrency::new(&config.limits)),
                |previous| Arc::clone(&previous.concurrency),
            ),
            budgets,
            mode: config.auth.mode,
        })
    }

    /// What was read of the request when it came before, to the letter.
    pub fn known(&self, sent: &Sent) -> Option<Arc<KnownRequest>> {
        self.readings.known_request(sent)
    }

    /// A look at a request's bytes, before they are read as JSON.
    pub fn look_at(&self, body: &[u8]) -> Result<(), Refusal> {
        document::scan_json(body, &self.limits.document).map_err(Refusal::from)
    }

    /// The request, ready to be executed; a turn to do so comes with it and ends with it.
    pub async fn admit(&self, incoming: Incoming, transport: Transport, caller: &Caller) -> Result<Admitted, Refusal> {
        let address = incoming.address;
        self.charge(caller, address, LOOK)?;
        match self.read(incoming, transport, caller).await {
            Ok((reading, prepared)) => {
                self.charge(caller, address, price(&reading))?;
                let turn = self.concurrency.turn(&reading.cost).await?;
                Ok(Admitted {
                    reading,
                    prepared,
                    readings: Arc::clone(&self.readings),
                    most: graphql::MostFields(self.limits.document.cost),
                    turn,
                })
            }
            Err(refusal) => {
                self.charge(caller, address, REFUSED)?;
                Err(refusal)
            }
        }
    }

    fn charge(&self, caller: &Caller, address: Option<IpAddr>, cost: u64) -> Result<(), Refusal> {
        self.budgets
            .as_ref()
            .map_or(Ok(()), |budgets| budgets.charge(caller, address, cost))
    }

    async fn read(
        &self,
        incoming: Incoming,
        transport: Transport,
        caller: &Caller,
    ) -> Result<(Arc<Reading>, Option<Prepared>), Refusal> {
        let (reading, prepared) = match &incoming.known {
            Some(known) => {
                self.check_trust(known.is_trusted, caller)?;
                (Arc::clone(&known.reading), None)
            }
            // Apart, because it takes much more room than a request that is known.
            None => Box::pin(self.read_anew(incoming, caller)).await?,
        };
        transport.check(reading.cost.kind)?;
        if reading.instant.is_some() {
            self.check_history(caller)?;
        }
        Ok((reading, prepared))
    }

    async fn read_anew(
        &self,
        incoming: Incoming,
        caller: &Caller,
    ) -> Result<(Arc<Reading>, Option<Prepared>), Refusal> {
        let (text, is_trusted) = self.text(&incoming)?;
        self.check_trust(is_trusted, caller)?;
        let Incoming {
            operation_name,
            variables,
            sent,
            ..
        } = incoming;
        let question = reading::question(&text, operation_name.as_deref(), &variables);
        let (reading, prepared) = if let Some(known) = self.readings.known(&question) {
            (known, None)
        } else {
            let is_small = text.len() <= SMALL;
            let readings = Arc::clone(&self.readings);
            let work = move || readings.read(question, &text, operation_name.as_deref(), variables);
            let read = if is_small {
                work()
            } else {
                self.concurrency.read(work).await?
            };
            let (reading, prepared) = read?;
            (reading, Some(prepared))
        };
        // Most of what is asked once is never asked again to the letter.
        if let Some(sent) = sent.filter(|_| prepared.is_none()) {
            let reading = Arc::clone(&reading);
            self.readings.keep_request(sent, KnownRequest { is_trusted, reading });
        }
        Ok((reading, prepared))
    }

    /// The past is told to those who say who they are.
    fn check_history(&self, caller: &Caller) -> Result<(), Refusal> {
        if self.mode == AuthMode::Jwt && caller.token.is_none() {
            let message = "What was known at an earlier instant (`asOf`) is not for everybody: bring a token.";
            return Err(Refusal {
                challenge: Some("Bearer"),
                ..Refusal::new(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", message)
            });
        }
        Ok(())
    }

    /// The document's text, whether it was sent or named, and whether it is trusted: the configuration names it, or it is our own.
    fn text(&self, incoming: &Incoming) -> Result<(Arc<str>, bool), Refusal> {
        let sent = incoming.query.as_deref().filter(|query| !query.trim().is_empty());
        let text = match (named(incoming)?, sent) {
            (Some(name), Some(sent)) if !document::is_name_of(name, sent) => {
                return Err(Refusal::bad_request(
                    "The request sends another document than it names.",
                ));
            }
            (Some(name), None) => {
                let text = self.trusted.text(name).ok_or_else(unknown_document)?;
                return Ok((Arc::clone(text), true));
            }
            // Where it was named besides, it is run, and not registered: the next caller is asked for it again.
            (_, Some(sent)) => sent,
            (None, None) => return Err(Refusal::bad_request("The request has no `query`.")),
        };
        Ok((text.into(), incoming.is_own || self.trusted.holds(text)))
    }

    /// Where the configuration wants it, the public asks documents alone that it names.
    fn check_trust(&self, is_trusted: bool, caller: &Caller) -> Result<(), Refusal> {
        let is_public = caller.role == Role::Public && caller.token.is_none();
        if self.documents.require_for_public && is_public && !is_trusted {
            let message = "Without a token only documents that are known here may be run; name one by its hash.";
            return Err(Refusal::new(StatusCode::FORBIDDEN, "DOCUMENT_NOT_TRUSTED", message));
        }
        Ok(())
    }
}

/// What a request costs besides the look at it.
fn price(reading: &Reading) -> u64 {
    let size = &reading.cost.size;
    let past = if reading.instant.is_some() { PAST } else { 0 };
    size.cost
        .saturating_add(past)
        .saturating_add(size.introspection_cost / 10)
}

/// The identifier of a trusted document: `documentId`, or `extensions.persistedQuery` as Apollo's clients send it.
fn named(incoming: &Incoming) -> Result<Option<&str>, Refusal> {
    let persisted = incoming
        .extensions
        .get("persistedQuery")
        .filter(|value| !value.is_null());
    let hash = persisted.map(|persisted| {
        let hash = persisted.get("sha256Hash").and_then(serde_json::Value::as_str);
        hash.ok_or_else(|| Refusal::bad_request("extensions.persistedQuery has no `sha256Hash`."))
    });
    match (incoming.document_id.as_deref(), hash.transpose()?) {
        (Some(_), Some(_)) => Err(Refusal::bad_request(
            "The request names its document twice: documentId and persistedQuery.",
        )),
        (id, hash) => Ok(id.or(hash)),
    }
}

/// The code is the one that Apollo's clients know; nothing is ever registered.
fn unknown_document() -> Refusal {
    Refusal {
        document: true,
        ..Refusal::new(
            StatusCode::BAD_REQUEST,
            "PERSISTED_QUERY_NOT_FOUND",
            "No document of that hash is known here.",
        )
    }
}

/// Reads a manifest. A document that would be refused when it is asked for is refused here.
fn manifest(path: &Path, limits: &DocumentLimits) -> Result<Trusted, ConfigError> {
    let refused = |reason: String| ConfigError::key("documents.manifest", format!("{}: {reason}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| refused(error.to_string()))?;
    let trusted = Trusted::parse(&text).map_err(|error| refused(error.to_string()))?;
    for (name, text) in trusted.iter() {
        let flaw = document::read(text, limits)
            .and_then(|document| JUDGE.judge(document))
            .err();
        if let Some(flaw) = flaw {
            return Err(refused(
                ManifestError::Refused {
                    name: name.to_owned(),
                    flaw: flaw.to_string(),
                }
                .to_string(),
            ));
        }
    }
    Ok(trusted)
}

#[cfg(test)]
mod tests;
