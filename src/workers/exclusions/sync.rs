//! One source's exclusions kept as wanted: round by round it stores the intent, tells the system, and stores the outcome, with a deadline, a breaker
//! and patience where the system asks for it. One gateway at a time tells a system anything.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures::FutureExt;
use jiff::Timestamp;
use programgrant_contract::{Exclusions, RetryAfter, SourceError, SyncReport};
use programgrant_core::exclusions::{Wanted, wanted};
use programgrant_schema::{Exclusion, SourceId};
use tokio::sync::Mutex;

use crate::config::Schedule;
use crate::store::Dependencies;
use crate::store::database::Leadership;
use crate::store::exclusions::{Begun, Ended, ExclusionStore, ExclusionStoreError};
use crate::workers::breaker::Breaker;
use crate::workers::intake::wished;

/// What stands is looked at again after so many of the source's own pauses,
const RECHECK: u32 = 10;
/// and at least this often, unless the source is asked more seldom.
const LONGEST_RECHECK: Duration = Duration::from_mins(1);
/// How often a gateway that does not tell a system tries whether it should.
const FOLLOWING: Duration = Duration::from_secs(1);
/// Exchanges that one statement may take, and those that a round takes besides.
const EXCHANGES: (u32, u32) = (3, 2);

/// Why a round left something undone.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// Nothing could be said.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// Some could be settled and some could not.
    #[error("{failed} of {all} exclusions are not settled; the first, {first}: {error}")]
    Some {
        failed: usize,
        all: usize,
        first: String,
        error: SourceError,
        wish: Option<RetryAfter>,
    },
    /// A participant whom no system could know.
    #[error("{0} has no organisation number; no exclusion is written")]
    Nameless(String),
    #[error("the gateway could not remember what it writes")]
    ExclusionStore(#[from] ExclusionStoreError),
    #[error("the gateway failed while it told the system")]
    Defect,
    /// Not a failure, and noted nowhere.
    #[error("another gateway tells this system")]
    Elsewhere,
}

/// Keeps one system's exclusions.
pub struct ExclusionSync {
    id: SourceId,
    system: Box<dyn Exclusions>,
    /// What is wanted follows from the reference data of the moment.
    dependencies: Dependencies,
    schedule: Schedule,
    memory: ExclusionStore,
    leadership: Leadership,
    /// One round at a time.
    pace: Mutex<Pace>,
}

#[derive(Default)]
struct Pace {
    breaker: Breaker,
    not_before: Option<Timestamp>,
}

impl ExclusionSync {
    pub fn new(
        (id, system): (SourceId, Box<dyn Exclusions>),
        dependencies: Dependencies,
        schedule: Schedule,
        memory: ExclusionStore,
        leadership: Leadership,
    ) -> Self {
        Self {
            id,
            system,
            dependencies,
            schedule,
            memory,
            leadership,
            pace: Mutex::default(),
        }
    }

    pub const fn source(&self) -> SourceId {
        self.id
    }

    /// A round, whatever comes of it; the pause until the next. A defect of ours with one system must not end its keeping.
    pub async fn round_contained(&self) -> Duration {
        match AssertUnwindSafe(self.round()).catch_unwind().await {
            Ok(Ok(())) => recheck(self.schedule.every.get()),
            Ok(Err(SyncError::Elsewhere)) => FOLLOWING,
            Ok(Err(_)) => self.pause().await,
            Err(_) => {
                self.pace.lock().await.breaker.failed();
                if let Err(error) = self
                    .memory
                    .note_failure(
                        self.source(),
                        &SyncError::Defect.to_string(),
                        self.dependencies.clock.now(),
                    )
                    .await
                {
                    tracing::error!(source = %self.source(), %error, "a failure could not be noted");
                }
                self.pause().await
            }
        }
    }

    /// Makes the system hold what is wanted, unless another gateway does.
    pub async fn round(&self) -> Result<(), SyncError> {
        let mut pace = self.pace.lock().await;
        if !self.leadership.leads().await {
            *pace = Pace::default();
            return Err(SyncError::Elsewhere);
        }
        let outcome = match self.keep().await {
            // The lead was lost while the system was told; whoever has it now puts it right.
            Err(SyncError::ExclusionStore(ExclusionStoreError::Superseded(_))) => Err(SyncError::Elsewhere),
            outcome => outcome,
        };
        match &outcome {
            Ok(()) | Err(SyncError::Elsewhere) => *pace = Pace::default(),
            Err(error) => {
                tracing::warn!(source = %self.source(), %error, cause = ?std::error::Error::source(error), "exclusions are not as wanted");
                pace.breaker.failed();
                pace.not_before = error.wish().and_then(|wish| {
                    self.dependencies
                        .clock
                        .now()
                        .checked_add(wished(wish, self.dependencies.clock.now()))
                        .ok()
                });
            }
        }
        outcome
    }

    async fn keep(&self) -> Result<(), SyncError> {
        let source = self.source();
        let wanted = wanted(&self.dependencies.reference(), source);
        let begun = self.memory.begin(source, &wanted.exclusions).await?;
        let told = self.tell(&wanted, &begun).await;
        let judged = told
            .as_ref()
            .map_or_else(|error| Err(error.clone().into()), |report| self.judge(&wanted, report));
        let text = judged.as_ref().err().map(ToString::to_string);
        let ended = Ended {
            report: told.as_ref().ok(),
            error: text.as_deref(),
            at: self.dependencies.clock.now(),
        };
        self.memory.end(source, &begun, &ended).await?;
        judged
    }

    async fn tell(&self, wanted: &Wanted, begun: &Begun) -> Result<SyncReport, SourceError> {
        let (each, besides) = EXCHANGES;
        let statements = u32::try_from(begun.written.len()).unwrap_or(u32::MAX);
        let limit = self
            .schedule
            .deadline
            .get()
            .saturating_mul(statements.saturating_mul(each).saturating_add(besides));
        let telling = self
            .system
            .sync(&wanted.exclusions, &begun.written, self.dependencies.clock.now());
        tokio::time::timeout(limit, telling)
            .await
            .unwrap_or_else(|_| Err(SourceError::outage("no whole answer within the time for a round")))
    }

    fn judge(&self, wanted: &Wanted, report: &SyncReport) -> Result<(), SyncError> {
        let failures: Vec<(&Exclusion, &SourceError)> = report.failures().collect();
        if let Some((first, error)) = failures.first() {
            let now = self.dependencies.clock.now();
            let wish = failures
                .iter()
                .filter_map(|(_, error)| error.retry_after())
                .max_by_key(|wish| wished(*wish, now));
            let first = format!("{} on {}", first.participant.name, first.post);
            return Err(SyncError::Some {
                failed: failures.len(),
                all: report.outcomes.len(),
                first,
                error: (*error).clone(),
                wish,
            });
        }
        wanted
            .nameless
            .first()
            .map_or(Ok(()), |first| Err(SyncError::Nameless(first.clone())))
    }

    /// How long to wait after a failure: the breaker's pause, or longer where the system wished for it.
    async fn pause(&self) -> Duration {
        let pace = self.pace.lock().await;
        let now = self.dependencies.clock.now();
        let wish = pace
            .not_before
            .map_or(Duration::ZERO, |instant| wished(RetryAfter::At(instant), now));
        pace.breaker
            .pause(self.schedule.every.get())
            .max(wish.min(self.schedule.fresh_within.get() / 2))
    }
}

impl SyncError {
    /// How long the system wished to be left alone.
    const fn wish(&self) -> Option<RetryAfter> {
        match self {
            Self::Source(error) => error.retry_after(),
            Self::Some { wish, .. } => *wish,
            Self::Nameless(_) | Self::ExclusionStore(_) | Self::Defect | Self::Elsewhere => None,
        }
    }
}

fn recheck(every: Duration) -> Duration {
    every.saturating_mul(RECHECK).min(LONGEST_RECHECK).max(every)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_is_looked_at_every_minute_or_so() {
        for (every, pause) in [(1, 10), (5, 50), (30, 60), (60, 60), (300, 300)] {
            assert_eq!(recheck(Duration::from_secs(every)), Duration::from_secs(pause));
        }
    }
}
