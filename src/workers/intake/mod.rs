//! One source's intake: pull, store, then acknowledge, round by round. Store first: a queue that is purged leaves no other order.

mod poll_stats;
mod sanitize;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use backon::{BackoffBuilder, ExponentialBuilder};
use futures::FutureExt;
use jiff::Timestamp;
use programgrant_contract::{Batch, Position, Receipt, RetryAfter, Source, SourceError, Years};
use programgrant_schema::SourceId;
use tokio::sync::Mutex;
use tracing::Instrument;

use self::sanitize::{sanitize, visible};
use super::Worker;
use crate::clock::Clock;
use crate::config::Schedule;
use crate::store::database::Leadership;
use crate::store::ledger::StoreError;
use crate::store::register::{Register, RegisterError};
use crate::store::snapshot::SnapshotStore;
use crate::telemetry::{SPANS, progress};
use crate::workers::breaker::Breaker;

pub use poll_stats::PollStats;

/// Times that a call is repeated within a round while the breaker is closed.
const REPEATS: usize = 2;
/// A longer `Retry-After` than this ends the round; the next one asks again.
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// A pull may take many exchanges; together they may take this many deadlines.
const EXCHANGES: u32 = 60;

/// How often a gateway that does not ask a source tries whether it should.
const FOLLOWING: Duration = Duration::from_secs(1);

/// Why a round failed.
#[derive(Debug, thiserror::Error)]
pub enum RoundError {
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error("the register could not be written")]
    Register(#[from] RegisterError),
    /// What a reference register says anew cannot stand in the place of what it said.
    #[error("the new picture is not taken: {0}")]
    Picture(String),
    #[error("the ledger could not be read")]
    Ledger(#[source] StoreError),
    #[error("the gateway failed while it read what came")]
    Defect,
    /// Not a failure of the source, and noted nowhere.
    #[error("another gateway asks this source")]
    Elsewhere,
}

impl RoundError {
    /// What a client may be told.
    pub(super) fn public(&self) -> String {
        match self {
            Self::Source(error) => error.to_string(),
            Self::Register(_) => "the gateway could not store what it heard".to_owned(),
            Self::Picture(_) | Self::Ledger(_) | Self::Defect | Self::Elsewhere => self.to_string(),
        }
    }
}

/// Hears one source.
pub struct Intake {
    id: SourceId,
    source: Box<dyn Source>,
    schedule: Schedule,
    years_from: i16,
    register: Register,
    leadership: Leadership,
    views: Arc<SnapshotStore>,
    clock: Clock,
    /// One round at a time.
    state: Mutex<State>,
    rounds: Arc<PollStats>,
}

#[derive(Default)]
struct State {
    breaker: Breaker,
    not_before: Option<Timestamp>,
}

impl Intake {
    pub fn new(
        (id, source): (SourceId, Box<dyn Source>),
        schedule: Schedule,
        years_from: i16,
        register: Register,
        views: Arc<SnapshotStore>,
        clock: Clock,
    ) -> Self {
        let leadership = register.leadership(id);
        let rounds = Arc::default();
        Self {
            id,
            source,
            schedule,
            years_from,
            register,
            leadership,
            views,
            clock,
            state: Mutex::default(),
            rounds,
        }
    }

    /// This one in the place of those of another configuration: what was counted stays. A gateway that was ready does not become
    /// unready because it is told of one more source.
    #[must_use]
    pub fn after(mut self, before: &[Arc<Self>]) -> Self {
        match before.iter().find(|intake| intake.id() == self.id()) {
            Some(same) => self.rounds = Arc::clone(&same.rounds),
            None if !before.is_empty() && before.iter().all(|intake| intake.was_tried()) => self.rounds.tried(),
            None => {}
        }
        self
    }

    pub const fn id(&self) -> SourceId {
        self.id
    }

    /// Whether a round has ended, with success or without, here or in the gateway that asks the source.
    pub fn was_tried(&self) -> bool {
        self.rounds.was_tried()
    }

    pub fn rounds(&self) -> &PollStats {
        &self.rounds
    }

    pub const fn schedule(&self) -> Schedule {
        self.schedule
    }

    async fn give_up_round(&self) -> Duration {
        let mut state = self.state.lock().await;
        state.breaker.failed();
        let breaker = state.breaker;
        drop(state);
        self.note(&RoundError::Defect).await;
        self.views.refresh_or_log().await;
        self.rounds.ended(false, breaker);
        self.pause().await
    }

    /// How long to wait after a failure: the breaker's pause, or longer where the system wished for it.
    async fn pause(&self) -> Duration {
        let state = self.state.lock().await;
        let wish = state
            .not_before
            .map_or(Duration::ZERO, |instant| until(instant, self.clock.now()));
        // A system may ask for patience, but not for so much that its figures go stale.
        let longest_wish = self.schedule.fresh_within.get() / 2;
        state
            .breaker
            .pause(self.schedule.every.get())
            .max(wish.min(longest_wish))
    }

    /// Hears everything that is new, unless another gateway does. A failure is noted, and what was stored before it stays.
    pub async fn round(&self) -> Result<(), RoundError> {
        let mut state = self.state.lock().await;
        if !self.leadership.leads().await {
            return Err(self.follow(&mut state));
        }
        let span = tracing::info_span!(target: SPANS, "round", source = %self.id(), ok = tracing::field::Empty);
        let outcome = self.walk(state.breaker).instrument(span.clone()).await;
        span.record("ok", outcome.is_ok());
        match &outcome {
            Ok(()) => *state = State::default(),
            // The lead was lost while the source was asked; whoever has it now heard what came here too late.
            Err(RoundError::Register(RegisterError::Superseded(_))) => return Err(self.follow(&mut state)),
            Err(error) => {
                state.breaker.failed();
                state.not_before = wish(error, self.clock.now());
                self.note(error).await;
            }
        }
        self.views.refresh_or_log().await;
        self.rounds.ended(outcome.is_ok(), state.breaker);
        outcome
    }

    /// Leaves the source to the gateway that asks it, and starts afresh when it is this one's turn.
    fn follow(&self, state: &mut State) -> RoundError {
        *state = State::default();
        self.rounds.left_to_another();
        if self.views.current().source(self.id()).status.was_tried() {
            self.rounds.tried();
        }
        RoundError::Elsewhere
    }

    async fn note(&self, error: &RoundError) {
        tracing::warn!(source = %self.id(), error = %error, cause = ?std::error::Error::source(error), "a round failed");
        if !self.leadership.leads().await {
            return;
        }
        let (reason, now) = (visible(&error.public()), self.clock.now());
        if let Err(error) = self.register.note_failure(self.id(), &reason, now).await {
            tracing::error!(source = %self.id(), %error, "a failure could not be noted");
        }
    }

    async fn walk(&self, breaker: Breaker) -> Result<(), RoundError> {
        let mut acknowledged: Option<Receipt> = None;
        let mut records = 0;
        progress::doing(format_args!("{}", self.id()));
        loop {
            let place = self.register.place(self.id()).await?;
            let batch = self.repeat(breaker, || self.pull(place.position.as_ref())).await?;
            let batch = sanitize(batch);
            self.register.store(self.id(), &place, &batch, self.clock.now()).await?;
            records += batch.records.len();
            progress::doing(format_args!("{}: {records} records", self.id()));
            if let Some(receipt) = &batch.receipt {
                if acknowledged.as_ref() == Some(receipt) {
                    return Err(SourceError::not_ready("what was acknowledged comes again").into());
                }
                self.repeat(breaker, || self.acknowledge(receipt)).await?;
            }
            acknowledged.clone_from(&batch.receipt);
            if !batch.more {
                return Ok(());
            }
        }
    }

    async fn pull(&self, position: Option<&Position>) -> Result<Batch, SourceError> {
        let years = Years {
            from: self.years_from,
            to: self.clock.today().year(),
        };
        self.bounded(self.source.pull(position, years)).await
    }

    async fn acknowledge(&self, receipt: &Receipt) -> Result<(), SourceError> {
        self.bounded(self.source.acknowledge(receipt)).await
    }

    async fn bounded<T>(&self, call: impl Future<Output = Result<T, SourceError>>) -> Result<T, SourceError> {
        let limit = self.schedule.deadline.get().saturating_mul(EXCHANGES);
        tokio::time::timeout(limit, call)
            .await
            .unwrap_or_else(|_| Err(SourceError::outage("no whole answer within the time for a batch")))
    }

    /// Repeats a call that may succeed soon. Both calls of an adapter may be repeated without harm.
    async fn repeat<T, F: Future<Output = Result<T, SourceError>>>(
        &self,
        breaker: Breaker,
        call: impl Fn() -> F,
    ) -> Result<T, SourceError> {
        let repeats = if breaker.is_open() { 0 } else { REPEATS };
        let shortest = (self.schedule.every.get() / 20).clamp(Duration::from_millis(10), Duration::from_secs(1));
        let mut waits = ExponentialBuilder::default()
            .with_min_delay(shortest)
            .with_max_times(repeats)
            .with_jitter()
            .build();
        loop {
            let error = match call().await {
                Ok(value) => return Ok(value),
                Err(error) if error.is_retryable() => error,
                Err(error) => return Err(error),
            };
            let Some(wait) = waits.next() else { return Err(error) };
            let wait = wait.max(
                error
                    .retry_after()
                    .map_or(Duration::ZERO, |wish| wished(wish, self.clock.now())),
            );
            if wait > LONGEST_WAIT {
                return Err(error);
            }
            tracing::debug!(source = %self.id(), %error, ?wait, "asking again");
            tokio::time::sleep(wait).await;
        }
    }
}

#[async_trait]
impl Worker for Intake {
    /// Rounds on the source's own schedule, for ever.
    async fn run(&self) {
        loop {
            // A defect of ours while one source is read must not silence that source for good.
            let pause = match AssertUnwindSafe(self.round()).catch_unwind().await {
                Ok(Ok(())) => self.schedule.every.get(),
                Ok(Err(RoundError::Elsewhere)) => FOLLOWING,
                Ok(Err(_)) => self.pause().await,
                Err(_) => self.give_up_round().await,
            };
            tokio::time::sleep(pause).await;
        }
    }
}

/// Until when the system wished to be left alone.
fn wish(error: &RoundError, now: Timestamp) -> Option<Timestamp> {
    let RoundError::Source(error) = error else { return None };
    match error.retry_after()? {
        RetryAfter::In(duration) => now.checked_add(duration).ok(),
        RetryAfter::At(instant) => Some(instant),
    }
}

/// How long that is from now.
pub fn wished(wish: RetryAfter, now: Timestamp) -> Duration {
    match wish {
        RetryAfter::In(duration) => duration,
        RetryAfter::At(instant) => until(instant, now),
    }
}

/// How long until then; nothing where it is past.
pub fn until(instant: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(instant.duration_since(now)).unwrap_or(Duration::ZERO)
}
