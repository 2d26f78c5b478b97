//! Operations of the public schema, asked within the process. Pages and files are clients like any other: under the same limits, within
//! their caller's reach, in the access log.

use std::net::IpAddr;
use std::sync::Arc;

use async_graphql::Variables;
use axum::body::Bytes;
use axum::http::request::Parts;
use programgrant_core::access::Caller;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

use super::admission::{Incoming, Transport};
use super::answering::AnswerMaker;
use super::graphql;
use super::negotiation::Media;
use super::reference::RequestId;
use super::refusal::Refusal;
use super::state::{AppState, Service};
use crate::config::Catalogue;
use crate::telemetry::access_log;

/// Asks as one caller. What it asks one after the other is answered by one configuration. Cheap to clone.
#[derive(Clone)]
pub struct LocalClient {
    state: AppState,
    service: Arc<Service>,
    caller: Caller,
    /// Where the caller came from: the public is told apart by it.
    address: Option<IpAddr>,
    reference: RequestId,
}

/// Why an operation has no answer.
#[derive(Debug, Error)]
pub enum QueryError {
    /// It was not executed.
    #[error("{}", .0.message)]
    Refused(Refusal),
    /// It was executed, and something of it failed: a part is never handed on as the whole.
    #[error("{}", said(.0))]
    Failed(Vec<OperationError>),
    /// The answer is not of the shape that was asked for.
    #[error("the answer cannot be read: {0}")]
    Unreadable(#[from] serde_json::Error),
}

impl QueryError {
    /// The code of the first error, as `schema/errors.md` lists them.
    pub fn code(&self) -> &str {
        match self {
            Self::Refused(refusal) => refusal.code,
            Self::Failed(errors) => errors.first().map_or("INTERNAL", |error| &error.extensions.code),
            Self::Unreadable(_) => "INTERNAL",
        }
    }
}

fn said(errors: &[OperationError]) -> String {
    let messages: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
    messages.join(" ")
}

/// One error of an answer.
#[derive(Debug, Clone, Deserialize)]
pub struct OperationError {
    pub message: String,
    pub extensions: ErrorExtensions,
}

/// What stands beside an error's message.
#[derive(Debug, Clone, Deserialize)]
pub struct ErrorExtensions {
    pub code: String,
}

/// An answer as it is written.
#[derive(Deserialize)]
struct Written<T> {
    data: Option<T>,
    #[serde(default = "Vec::new")]
    errors: Vec<OperationError>,
}

impl LocalClient {
    /// Asks as this caller, in the name of this request.
    pub fn new(state: &AppState, caller: Caller, address: Option<IpAddr>, reference: RequestId) -> Self {
        Self {
            service: state.service(),
            state: state.clone(),
            caller,
            address,
            reference,
        }
    }

    /// Asks in the name of a request that came in over HTTP.
    pub fn for_request(state: &AppState, caller: Caller, parts: &Parts) -> Self {
        let reference = graphql::arrival(parts).reference;
        Self::new(state, caller, graphql::address(&parts.extensions), reference)
    }

    /// What whoever asks may name the request by.
    pub const fn reference(&self) -> &RequestId {
        &self.reference
    }

    /// In whose name the catalogue of data speaks; `None` where nobody said it.
    pub fn catalogue(&self) -> Option<&Catalogue> {
        self.service.catalogue.as_ref()
    }

    /// The schema that it asks, as a client reads it.
    pub fn schema() -> String {
        crate::graphql::sdl()
    }

    /// The data of an answer without errors. Queries alone, as by GET.
    pub async fn query<T: DeserializeOwned>(
        &self,
        document: &str,
        variables: &serde_json::Value,
    ) -> Result<T, QueryError> {
        self.data(document, variables, Transport::Get).await
    }

    /// The same of a command, as by POST: it is carried out. That its caller means it is for whoever sends it to find out.
    pub async fn command<T: DeserializeOwned>(
        &self,
        document: &str,
        variables: &serde_json::Value,
    ) -> Result<T, QueryError> {
        self.data(document, variables, Transport::Post).await
    }

    async fn data<T: DeserializeOwned>(
        &self,
        document: &str,
        variables: &serde_json::Value,
        transport: Transport,
    ) -> Result<T, QueryError> {
        let text = self
            .text(document, variables, transport)
            .await
            .inspect_err(|refusal| access_log::refused(Some(&self.caller), refusal.status.as_u16(), refusal.code))
            .map_err(QueryError::Refused)?;
        let Written { data, errors } = serde_json::from_slice(&text)?;
        match data {
            Some(data) if errors.is_empty() => Ok(data),
            _ => Err(QueryError::Failed(errors)),
        }
    }

    /// The answer's JSON.
    async fn text(
        &self,
        document: &str,
        variables: &serde_json::Value,
        transport: Transport,
    ) -> Result<Bytes, Refusal> {
        let incoming = Incoming {
            query: Some(document.to_owned()),
            variables: Variables::from_json(variables.clone()),
            is_own: true,
            address: self.address,
            ..Incoming::default()
        };
        let admitted = self.service.admission.admit(incoming, transport, &self.caller).await?;
        let snapshot = self.service.snapshot(self.caller.clone());
        let answers = &self.service.answers;
        let key = answers.key(&admitted.reading, &snapshot, Media::GraphqlResponse);
        let maker = AnswerMaker {
            schema: &self.state.schema,
            answers,
            reference: &self.reference,
        };
        Ok(maker.answer(key, admitted, snapshot).await.answer.body)
    }
}
