//! Who is served at the same time. Questions share the processors; calls of the guard have a queue of their own, so that no storm
//! of questions keeps an award waiting. Whoever waits too long, or comes when too many wait, is refused with `Retry-After`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_graphql::parser::types::OperationType;
use axum::http::StatusCode;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::refusal::Refusal;
use crate::config::Limits;
use crate::graphql::document::QueryCost;

/// The longest that a request waits for its turn.
const QUEUE_TIMEOUT: Duration = Duration::from_secs(5);
/// What `Retry-After` says then.
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// What a directorate's system asks in the middle of an award.
const GUARD_FIELDS: [&str; 4] = ["fundingCheck", "fundingChecks", "fundingClaim", "__typename"];

/// A turn; it ends when this is dropped.
pub type Turn = OwnedSemaphorePermit;

/// One queue.
#[derive(Debug)]
struct Queue {
    turns: Arc<Semaphore>,
    waiting: AtomicUsize,
    most_waiting: usize,
}

impl Queue {
    fn new(turns: usize, most_waiting: usize) -> Self {
        Self {
            turns: Arc::new(Semaphore::new(turns)),
            waiting: AtomicUsize::new(0),
            most_waiting,
        }
    }

    async fn turn(&self) -> Result<Turn, Refusal> {
        if let Ok(turn) = Arc::clone(&self.turns).try_acquire_owned() {
            return Ok(turn);
        }
        let _place = QueuePosition::take(&self.waiting, self.most_waiting).ok_or_else(overloaded)?;
        let waiting = tokio::time::timeout(QUEUE_TIMEOUT, Arc::clone(&self.turns).acquire_owned());
        match Box::pin(waiting).await {
            Ok(Ok(turn)) => Ok(turn),
            _ => Err(overloaded()),
        }
    }
}

/// A place in the queue, given up also by whoever goes away.
struct QueuePosition<'a>(&'a AtomicUsize);

impl<'a> QueuePosition<'a> {
    fn take(waiting: &'a AtomicUsize, most: usize) -> Option<Self> {
        let place = Self(waiting);
        // Its own place included; a refused one is given up at once.
        (waiting.fetch_add(1, Ordering::Relaxed) < most).then_some(place)
    }
}

impl Drop for QueuePosition<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// All queues.
#[derive(Debug)]
pub struct Concurrency {
    reading: Queue,
    questions: Queue,
    guard: Queue,
}

impl Concurrency {
    pub fn new(limits: &Limits) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let questions = if limits.questions == 0 {
            processors * 2
        } else {
            limits.questions
        };
        Self {
            reading: Queue::new(processors, limits.waiting),
            questions: Queue::new(questions, limits.waiting),
            guard: Queue::new(limits.guard_calls, limits.waiting),
        }
    }

    /// Does work that keeps a processor busy, apart from the threads that answer.
    pub async fn read<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refusal> {
        let turn = self.reading.turn().await?;
        let work = tokio::task::spawn_blocking(move || {
            let result = work();
            drop(turn);
            result
        });
        work.await
            .map_err(|_| Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL", "The gateway failed."))
    }

    /// A turn to execute; what is followed holds none, since it does nothing most of the time.
    pub async fn turn(&self, cost: &QueryCost) -> Result<Option<Turn>, Refusal> {
        let queue = match cost.kind {
            OperationType::Subscription => return Ok(None),
            OperationType::Mutation => &self.guard,
            OperationType::Query if cost.roots.iter().all(|name| GUARD_FIELDS.contains(&name.as_str())) => &self.guard,
            OperationType::Query => &self.questions,
        };
        queue.turn().await.map(Some)
    }
}

fn overloaded() -> Refusal {
    let refusal = Refusal::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "OVERLOADED",
        "More is asked than can be answered now. Ask again.",
    );
    Refusal {
        retry_after: Some(RETRY_AFTER),
        ..refusal
    }
}
