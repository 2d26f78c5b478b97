//! One operation of a connection, from its admission to its end.

use std::panic::AssertUnwindSafe;

use async_graphql::Response;
use async_graphql::parser::types::OperationType;
use futures::{FutureExt, StreamExt};
use serde_json::{Value, json};
use tokio::sync::mpsc::Sender;

use super::protocol::Operation;
use crate::api::{self, Live};
use crate::http::Refusal;
use crate::http::admission::{Incoming, Way};
use crate::http::door::FrontDoor;

/// What an operation has to say.
pub struct Output {
    pub operation: Operation,
    pub said: Said,
}

/// What it is.
pub enum Said {
    Next(Box<Response>),
    Refused(Refusal),
    Failed,
    Completed,
    /// The server drains: who follows is told nothing, and follows again elsewhere.
    Left,
}

impl Said {
    /// A defect of ours, as a client may know it.
    pub fn failure() -> Value {
        json!([{ "message": "The gateway failed.", "extensions": { "code": "INTERNAL" } }])
    }
}

/// Runs it; a defect of ours ends this operation alone.
pub async fn run(operation: Operation, incoming: Incoming, live: Live, door: FrontDoor, outputs: Sender<Output>) {
    let said = AssertUnwindSafe(answer(&operation, incoming, live, &door, &outputs)).catch_unwind().await;
    let last = said.unwrap_or(Said::Failed);
    say(&outputs, &operation, last).await;
}

/// Everything but the last word.
async fn answer(operation: &Operation, incoming: Incoming, live: Live, door: &FrontDoor, outputs: &Sender<Output>) -> Said {
    let mut request = match door.service().admission.admit(incoming, Way::Stream, &live.caller).await {
        Ok(request) => request,
        Err(refusal) => return Said::Refused(refusal),
    };
    let is_followed = api::operation_type(&mut request) == Some(OperationType::Subscription);
    let mut responses = live.answers(request);
    loop {
        let response = tokio::select! {
            () = door.closing.cancelled(), if is_followed => return Said::Left,
            response = responses.next() => response,
        };
        let Some(response) = response else { return Said::Completed };
        say(outputs, operation, Said::Next(Box::new(response))).await;
    }
}

/// A connection that has ended hears nothing more.
async fn say(outputs: &Sender<Output>, operation: &Operation, said: Said) {
    let _ = outputs.send(Output { operation: operation.clone(), said }).await;
}
