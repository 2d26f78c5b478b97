//! Operations over event streams, as `graphql-sse` has it in its distinct connections: one stream for each. Framed by hand, because
//! axum's `Event` leaves out a data field that is empty, and `complete` has one.

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use async_graphql::{Executor, Request, Response as Outcome};
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::stream::{self, BoxStream};
use futures::{FutureExt, StreamExt};
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, Span};

use super::reference::RequestId;
use super::refusal::Refusal;
use super::{middleware, response};
use crate::clock::Clock;
use crate::graphql::Live;

/// How often a silent stream says that it is alive.
const ALIVE: Duration = Duration::from_secs(12);
/// How often the time is compared with the end of the token.
const LOOK: Duration = Duration::from_secs(1);
/// Says nothing.
const COMMENT: &str = ":\n\n";

/// What ends a stream that would go on.
pub struct Ends {
    /// The server drains: the stream breaks off without a word of completion, so that its client comes again elsewhere.
    pub closing: CancellationToken,
    pub clock: Clock,
    /// When the token expires.
    pub until: Option<Timestamp>,
}

/// Executes a request; whatever follows is sent as it comes.
pub fn follow(live: &Live, request: Request, ends: Ends, reference: RequestId) -> Response {
    let outcomes = live.execute_stream(request, None);
    let following = EventStream {
        outcomes,
        ends,
        reference,
        span: Span::current(),
        is_over: false,
    };
    respond(
        stream::unfold(following, EventStream::step)
            .flat_map(stream::iter)
            .boxed(),
    )
}

/// A refusal, told in a stream that ends at once.
pub fn refuse(refusal: &Refusal, reference: &RequestId) -> Response {
    let outcome = reference.stamp(refusal.outcome());
    respond(stream::iter([next(&outcome), complete()]).boxed())
}

fn respond(events: BoxStream<'static, String>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        // A proxy that gathers what it passes on would hold events back.
        (
            HeaderName::from_static("x-accel-buffering"),
            HeaderValue::from_static("no"),
        ),
    ];
    (headers, Body::from_stream(events.map(Ok::<_, Infallible>))).into_response()
}

/// A stream under way.
struct EventStream {
    outcomes: BoxStream<'static, Outcome>,
    ends: Ends,
    reference: RequestId,
    span: Span,
    is_over: bool,
}

impl EventStream {
    /// The next events; `None` ends the stream.
    async fn step(mut self) -> Option<(Vec<String>, Self)> {
        if self.is_over {
            return None;
        }
        let span = self.span.clone();
        let outcome = tokio::select! {
            biased;
            () = self.ends.closing.cancelled() => return None,
            () = tokio::time::sleep(ALIVE) => return Some((vec![COMMENT.to_owned()], self)),
            () = expired(&self.ends) => Some(Err(token_expired().outcome())),
            outcome = AssertUnwindSafe(self.outcomes.next()).catch_unwind().instrument(span) => match outcome {
                Ok(outcome) => outcome.map(Ok),
                Err(cause) => Some(Err(self.span.in_scope(|| middleware::internal(cause.as_ref())).outcome())),
            },
        };
        self.is_over = !matches!(outcome, Some(Ok(_)));
        let told = outcome.map(|(Ok(outcome) | Err(outcome))| next(&self.reference.stamp(outcome)));
        let last = self.is_over.then(complete);
        Some((told.into_iter().chain(last).collect(), self))
    }
}

async fn expired(ends: &Ends) {
    let Some(until) = ends.until else {
        return std::future::pending().await;
    };
    let mut look = tokio::time::interval(LOOK);
    while ends.clock.now() < until {
        look.tick().await;
    }
}

fn token_expired() -> Refusal {
    Refusal::new(
        StatusCode::UNAUTHORIZED,
        "TOKEN_EXPIRED",
        "The token has expired; the stream ends.",
    )
}

/// JSON holds no line breaks, so one line of data is all of it.
fn next(outcome: &Outcome) -> String {
    format!(
        "event: next\ndata: {}\n\n",
        String::from_utf8_lossy(&response::text(outcome))
    )
}

/// Its data field is empty and still there: a browser tells nobody of an event without one.
fn complete() -> String {
    "event: complete\ndata:\n\n".to_owned()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use async_graphql::{Response as Outcome, Value};
    use futures::StreamExt;
    use futures::stream::{self, BoxStream};
    use jiff::Timestamp;
    use tokio_util::sync::CancellationToken;
    use tracing::Span;

    use super::{Clock, Ends, EventStream, RequestId};

    fn following(outcomes: BoxStream<'static, Outcome>, ends: Ends) -> BoxStream<'static, String> {
        let following = EventStream {
            outcomes,
            ends,
            reference: RequestId::new(),
            span: Span::none(),
            is_over: false,
        };
        stream::unfold(following, EventStream::step)
            .flat_map(stream::iter)
            .boxed()
    }

    fn ends(until: Option<Timestamp>) -> (Ends, crate::clock::ClockHand) {
        let (clock, hand) = Clock::manual(Timestamp::UNIX_EPOCH);
        (
            Ends {
                closing: CancellationToken::new(),
                clock,
                until,
            },
            hand,
        )
    }

    #[tokio::test]
    async fn a_stream_that_ends_says_so() {
        let (ends, _hand) = ends(None);
        let told: Vec<String> = following(stream::iter([Outcome::new(Value::from(1))]).boxed(), ends)
            .collect()
            .await;
        assert_eq!(
            told,
            ["event: next\ndata: {\"data\":1}\n\n", "event: complete\ndata:\n\n"]
        );
    }

    #[tokio::test]
    async fn a_stream_ends_with_its_token() {
        let (ends, hand) = ends(Some(Timestamp::UNIX_EPOCH + Duration::from_mins(1)));
        let mut told = following(stream::pending().boxed(), ends);
        hand.advance(Duration::from_mins(1));
        assert!(
            told.next()
                .await
                .is_some_and(|event| event.starts_with("event: next") && event.contains("TOKEN_EXPIRED"))
        );
        assert!(
            told.next()
                .await
                .is_some_and(|event| event.starts_with("event: complete"))
        );
        assert_eq!(told.next().await, None);
    }

    #[tokio::test]
    async fn a_stream_breaks_off_when_the_server_drains_so_that_its_client_comes_again() {
        let (ends, _hand) = ends(None);
        ends.closing.cancel();
        assert_eq!(following(stream::pending().boxed(), ends).next().await, None);
    }

    #[tokio::test]
    async fn a_panic_ends_a_stream_without_its_text() {
        let (ends, _hand) = ends(None);
        let broken = stream::once(async { panic!("an inner text") }).boxed();
        let told = following(broken, ends).collect::<Vec<_>>().await.concat();
        assert!(
            told.contains("INTERNAL")
                && told.contains("reference")
                && told.ends_with("event: complete\ndata:\n\n")
                && !told.contains("inner")
        );
    }
}
