//! `graphql-transport-ws` as a conversation: what the client says goes in, what follows from it comes out. Pure: it knows no
//! socket, no clock and nobody's schema.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::Response;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::close_codes::CloseReason;
use crate::http::admission::Incoming;
use crate::http::json::object as strict_object;
use crate::http::reference::RequestId;
use crate::http::{Refusal, body};

/// The most bytes that the documents and variables of one connection's operations may come to.
const HELD_LIMIT: usize = 1 << 20;

/// One operation: its id, and a number that tells it from others that had the same id before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    id: Arc<str>,
    pub serial: u64,
}

/// What follows from a message.
#[derive(Debug)]
pub enum Step {
    Nothing,
    Say(String),
    /// Say that the operation of that id is not begun.
    Refuse(String, Refusal),
    /// Find out who this is; the payload of `connection_init`.
    Identify(Map<String, Value>),
    Start(Operation, Incoming),
    Stop(Operation),
    Close(CloseReason),
}

/// How far a client has come.
#[derive(Debug, PartialEq, Eq)]
enum Stage {
    Silent,
    Asked,
    Acknowledged,
}

/// An operation under way.
#[derive(Debug)]
struct Active {
    serial: u64,
    size: usize,
}

/// One connection's conversation.
#[derive(Debug)]
pub struct Conversation {
    stage: Stage,
    active: HashMap<Arc<str>, Active>,
    /// The most operations at once.
    limit: usize,
    serial: u64,
}

/// A message's outer form.
#[derive(Deserialize)]
struct Message<'a> {
    #[serde(rename = "type")]
    kind: String,
    id: Option<Value>,
    #[serde(borrow)]
    payload: Option<&'a RawValue>,
}

/// What the protocol asks of a subscription's payload. As a request it is read more strictly, like any other.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code, reason = "the form is what counts")]
struct Subscribe {
    query: String,
    operation_name: Option<String>,
    variables: Option<Map<String, Value>>,
    extensions: Option<Map<String, Value>>,
}

impl Conversation {
    pub fn new(limit: usize) -> Self {
        Self {
            stage: Stage::Silent,
            active: HashMap::new(),
            limit,
            serial: 0,
        }
    }

    /// Whether the client has asked to be let in.
    pub fn has_begun(&self) -> bool {
        self.stage != Stage::Silent
    }

    /// What follows from a message; whatever is none of the protocol ends the connection.
    pub fn hear(&mut self, message: &[u8]) -> Step {
        let size = message.len();
        let Ok(message) = serde_json::from_slice::<Message>(message) else {
            return Step::Close(CloseReason::invalid());
        };
        let step = match message.kind.as_str() {
            "connection_init" => object(message.payload).map(|payload| self.begin(payload.unwrap_or_default())),
            "ping" => object(message.payload).map(|payload| Step::Say(pong(payload))),
            "pong" => object(message.payload).map(|_| Step::Nothing),
            "subscribe" => id(message.id)
                .zip(message.payload)
                .and_then(|(id, payload)| self.subscribe(id, payload, size)),
            "complete" => id(message.id).map(|id| self.stop(&id)),
            // What only a server says is no message of a client's.
            _ => None,
        };
        step.unwrap_or_else(|| Step::Close(CloseReason::invalid()))
    }

    fn begin(&mut self, payload: Map<String, Value>) -> Step {
        if self.has_begun() {
            return Step::Close(CloseReason::too_many_initialisations());
        }
        self.stage = Stage::Asked;
        Step::Identify(payload)
    }

    fn subscribe(&mut self, id: String, payload: &RawValue, size: usize) -> Option<Step> {
        serde_json::from_str::<Subscribe>(payload.get()).ok()?;
        if self.stage != Stage::Acknowledged {
            return Some(Step::Close(CloseReason::unauthorised()));
        }
        if self.active.contains_key(id.as_str()) {
            return Some(Step::Close(CloseReason::subscriber_exists(&id)));
        }
        if self.active.len() >= self.limit
            || self.active.values().map(|active| active.size).sum::<usize>() + size > HELD_LIMIT
        {
            return Some(Step::Refuse(id, too_many()));
        }
        let incoming = match body::read(payload.get().as_bytes()) {
            Ok(incoming) => incoming,
            Err(refusal) => return Some(Step::Refuse(id, refusal)),
        };
        self.serial += 1;
        let operation = Operation {
            id: id.into(),
            serial: self.serial,
        };
        self.active.insert(
            Arc::clone(&operation.id),
            Active {
                serial: operation.serial,
                size,
            },
        );
        Some(Step::Start(operation, incoming))
    }

    /// An id that is not, or no longer, known is no mistake: messages may cross.
    fn stop(&mut self, id: &str) -> Step {
        let ended = self.active.remove_entry(id);
        ended.map_or(Step::Nothing, |(id, active)| {
            Step::Stop(Operation {
                id,
                serial: active.serial,
            })
        })
    }

    /// Lets the client in.
    pub fn acknowledge(&mut self) -> String {
        self.stage = Stage::Acknowledged;
        json!({ "type": "connection_ack" }).to_string()
    }

    /// A result; nothing for an operation that has ended. One that was not executed is an error and ends the operation.
    pub fn next(&mut self, operation: &Operation, response: &Response) -> Option<String> {
        if was_refused(response) {
            return self.end(operation).then(|| error(&operation.id, response));
        }
        self.is_active(operation).then(|| {
            text(&Next {
                id: &operation.id,
                kind: "next",
                payload: response,
            })
        })
    }

    /// An operation that was not let in, or that a defect of ours has ended.
    pub fn refuse(&mut self, operation: &Operation, refusal: &Refusal, reference: &RequestId) -> Option<String> {
        self.end(operation).then(|| refused(&operation.id, refusal, reference))
    }

    /// Ends an operation that has nothing more to say.
    pub fn complete(&mut self, operation: &Operation) -> Option<String> {
        self.end(operation)
            .then(|| json!({ "id": operation.id, "type": "complete" }).to_string())
    }

    fn end(&mut self, operation: &Operation) -> bool {
        self.is_active(operation) && self.active.remove(&operation.id).is_some()
    }

    /// Whether it is under way, under its id and not another of the same.
    pub fn is_active(&self, operation: &Operation) -> bool {
        self.active
            .get(&operation.id)
            .is_some_and(|active| active.serial == operation.serial)
    }
}

/// A payload that may be left out.
#[allow(clippy::option_option, reason = "the outer one says whether the message is sound")]
fn object(payload: Option<&RawValue>) -> Option<Option<Map<String, Value>>> {
    match payload.map(RawValue::get) {
        None | Some("null") => Some(None),
        Some(payload) => strict_object(payload).map(Some),
    }
}

fn id(id: Option<Value>) -> Option<String> {
    match id {
        Some(Value::String(id)) if !id.is_empty() => Some(id),
        _ => None,
    }
}

fn pong(payload: Option<Map<String, Value>>) -> String {
    payload
        .map_or_else(
            || json!({ "type": "pong" }),
            |payload| json!({ "type": "pong", "payload": payload }),
        )
        .to_string()
}

/// Says of an operation, begun or not, that it was refused.
pub fn refused(id: &str, refusal: &Refusal, reference: &RequestId) -> String {
    error(id, &reference.stamp(refusal.outcome()))
}

fn error(id: &str, outcome: &Response) -> String {
    json!({ "id": id, "type": "error", "payload": outcome.errors }).to_string()
}

/// Written as it stands: a value of JSON would sort its keys.
#[derive(Serialize)]
struct Next<'a> {
    id: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    payload: &'a Response,
}

fn text(next: &Next<'_>) -> String {
    serde_json::to_string(next).expect("an answer is JSON")
}

fn too_many() -> Refusal {
    Refusal::new(
        StatusCode::TOO_MANY_REQUESTS,
        "TOO_MANY_OPERATIONS",
        "Too many operations are under way on this connection.",
    )
}

/// Whether nothing was executed: then there is no data, and no error has a place in them.
fn was_refused(response: &Response) -> bool {
    response.data == async_graphql::Value::Null
        && !response.errors.is_empty()
        && response.errors.iter().all(|error| error.path.is_empty())
}

#[cfg(test)]
#[path = "protocol_tests.rs"]
mod tests;
