//! Operations over event streams, as `graphql-sse` has it in its distinct connections: one stream for each.

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use async_graphql::{Executor, Request, Response as Outcome, ServerError};
use axum::http::{HeaderValue, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::stream::{self, BoxStream};
use futures::{FutureExt, StreamExt};
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, Span};

use super::reference::Reference;
use super::refusal::Refusal;
use super::{answer, frame};
use crate::api::Live;
use crate::clock::Clock;

/// How often a silent stream says that it is alive.
const ALIVE: Duration = Duration::from_secs(12);
/// How often the time is compared with the end of the token.
const LOOK: Duration = Duration::from_secs(1);

/// What ends a stream that would go on.
pub struct Ends {
    /// The server drains: the stream breaks off without a word of completion, so that its client comes again elsewhere.
    pub closing: CancellationToken,
    pub clock: Clock,
    /// When the token expires.
    pub until: Option<Timestamp>,
}

/// Executes a request; whatever follows is sent as it comes.
pub fn follow(live: &Live, request: Request, ends: Ends, reference: Reference) -> Response {
    let outcomes = live.execute_stream(request, None);
    let following = Following { outcomes, ends, reference, span: Span::current(), is_over: false };
    respond(stream::unfold(following, Following::step).flat_map(stream::iter).boxed())
}

/// A refusal, told in a stream that ends at once.
pub fn refuse(refusal: &Refusal, reference: &Reference) -> Response {
    let outcome = reference.stamp(outcome(refusal.code, &refusal.message));
    respond(stream::iter([next(&outcome), complete()]).boxed())
}

fn respond(events: BoxStream<'static, Event>) -> Response {
    let mut response = Sse::new(events.map(Ok::<_, Infallible>)).keep_alive(KeepAlive::new().interval(ALIVE)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // A proxy that gathers what it passes on would hold events back.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

/// A stream under way.
struct Following {
    outcomes: BoxStream<'static, Outcome>,
    ends: Ends,
    reference: Reference,
    span: Span,
    is_over: bool,
}

impl Following {
    /// The next events; `None` ends the stream.
    async fn step(mut self) -> Option<(Vec<Event>, Self)> {
        if self.is_over {
            return None;
        }
        let span = self.span.clone();
        let outcome = tokio::select! {
            biased;
            () = self.ends.closing.cancelled() => return None,
            () = expired(&self.ends) => Some(Err(outcome("TOKEN_EXPIRED", "The token has expired; the stream ends."))),
            outcome = AssertUnwindSafe(self.outcomes.next()).catch_unwind().instrument(span) => match outcome {
                Ok(outcome) => outcome.map(Ok),
                Err(cause) => {
                    let refusal = self.span.in_scope(|| frame::internal(cause.as_ref()));
                    Some(Err(self::outcome(refusal.code, &refusal.message)))
                }
            },
        };
        self.is_over = !matches!(outcome, Some(Ok(_)));
        let told = outcome.map(|(Ok(outcome) | Err(outcome))| next(&self.reference.stamp(outcome)));
        let last = self.is_over.then(complete);
        Some((told.into_iter().chain(last).collect(), self))
    }
}

async fn expired(ends: &Ends) {
    let Some(until) = ends.until else { return std::future::pending().await };
    let mut look = tokio::time::interval(LOOK);
    while ends.clock.now() < until {
        look.tick().await;
    }
}

fn outcome(code: &'static str, message: &str) -> Outcome {
    let mut error = ServerError::new(message, None);
    error.extensions.get_or_insert_default().set("code", code);
    Outcome::from_errors(vec![error])
}

fn next(outcome: &Outcome) -> Event {
    // JSON is UTF-8.
    Event::default().event("next").data(String::from_utf8_lossy(&answer::text(outcome)))
}

fn complete() -> Event {
    Event::default().event("complete").data("")
}
