//! One operation of a connection, from its admission to its end. In the log and in its errors it has a reference of its own.

use std::panic::AssertUnwindSafe;

use async_graphql::Response;
use async_graphql::parser::types::OperationType;
use futures::{FutureExt, StreamExt};
use tokio::sync::mpsc::Sender;
use tokio::time::sleep;

use super::protocol::Operation;
use crate::graphql::Live;
use crate::http::admission::{Admitted, Incoming, Transport};
use crate::http::reference::RequestId;
use crate::http::state::AppState;
use crate::http::{Refusal, middleware};
use crate::telemetry::access_log;

/// What an operation has to say.
pub struct Output {
    pub operation: Operation,
    pub said: Said,
}

/// What it is.
pub enum Said {
    Next(Box<Response>),
    /// Nothing follows.
    Refused(Refusal, RequestId),
    Completed,
    /// The server drains: who follows is told nothing, and follows again elsewhere.
    Left,
}

/// Where an operation speaks, and under which reference.
struct Speaker {
    operation: Operation,
    outputs: Sender<Output>,
    reference: RequestId,
}

/// Runs it; a defect of ours ends this operation alone.
pub async fn run(operation: Operation, incoming: Incoming, live: Live, state: AppState, outputs: Sender<Output>) {
    let speaker = Speaker {
        operation,
        outputs,
        reference: RequestId::new(),
    };
    let answering = async {
        let said = AssertUnwindSafe(speaker.answer(incoming, live, &state))
            .catch_unwind()
            .await;
        said.unwrap_or_else(|cause| Said::Refused(middleware::internal(cause.as_ref()), speaker.reference.clone()))
    };
    let last = access_log::under(speaker.reference.as_str(), answering).await;
    speaker.say(last).await;
}

impl Speaker {
    /// Everything but the last word.
    async fn answer(&self, incoming: Incoming, live: Live, state: &AppState) -> Said {
        let admitted: Admitted = match state
            .service()
            .admission
            .admit(incoming, Transport::Stream, &live.caller)
            .await
        {
            Ok(admitted) => admitted,
            Err(refusal) => {
                access_log::refused(Some(&live.caller), refusal.status.as_u16(), refusal.code);
                return Said::Refused(refusal, self.reference.clone());
            }
        };
        let is_followed = admitted.kind() == OperationType::Subscription;
        let deadline = state.service().http.deadline.get();
        let mut responses = live.answers(admitted.into_request());
        loop {
            let response = tokio::select! {
                () = state.closing.cancelled(), if is_followed => return Said::Left,
                () = sleep(deadline), if !is_followed => return Said::Refused(middleware::late(), self.reference.clone()),
                response = responses.next() => response,
            };
            let Some(response) = response else {
                return Said::Completed;
            };
            self.say(Said::Next(Box::new(self.reference.stamp(response)))).await;
        }
    }

    /// A connection that has ended hears nothing more.
    async fn say(&self, said: Said) {
        let _ = self
            .outputs
            .send(Output {
                operation: self.operation.clone(),
                said,
            })
            .await;
    }
}
