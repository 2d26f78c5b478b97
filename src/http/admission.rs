//! What a request must pass before it is executed, whichever way it came in.

use std::net::IpAddr;

use async_graphql::{Request, Variables};

use super::refusal::Refusal;
use crate::access::Caller;

/// How a request came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Get,
    Post,
    /// A WebSocket or an event stream: subscriptions may be followed.
    Stream,
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
    /// Where it came from, as far as it is known: the public is told apart by it.
    pub address: Option<IpAddr>,
}

/// What lets requests in.
#[derive(Debug, Default)]
pub struct Admission {}

impl Admission {
    /// A look at a request's bytes, before they are read as JSON.
    #[allow(clippy::unused_self, reason = "as the limits have it")]
    pub const fn look_at(&self, _body: &[u8]) -> Result<(), Refusal> {
        Ok(())
    }

    /// The request, ready to be executed.
    #[allow(clippy::unused_async, reason = "documents are read on bounded workers")]
    pub async fn admit(&self, incoming: Incoming, _way: Way, _caller: &Caller) -> Result<Request, Refusal> {
        let query = incoming.query.filter(|query| !query.trim().is_empty());
        let query = query.ok_or_else(|| Refusal::bad_request("The request has no `query`."))?;
        let request = Request::new(query).variables(incoming.variables);
        Ok(match incoming.operation_name {
            Some(name) => request.operation_name(name),
            None => request,
        })
    }
}
