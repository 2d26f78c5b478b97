//! Sperre: what the gateway wants a system to hold so that a participant is not funded twice, and the promises of whoever
//! writes it there. How an adapter goes about it is left to [`crate::sync`] and to the adapter.

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;
use programgrant_schema::Exclusion;
use serde::{Deserialize, Serialize};

use crate::error::SourceError;

/// Refuses what no system can be told.
pub fn check(exclusion: &Exclusion) -> Result<(), SourceError> {
    exclusion.flaw().map_or(Ok(()), |flaw| Err(SourceError::refused(flaw)))
}

/// A back-office system, told whom to keep out.
#[async_trait]
pub trait Exclusions: Send + Sync {
    /// Makes the system hold `wanted`, and nothing else of what the gateway has ever written there.
    ///
    /// `written` is all that the gateway may have written and not seen lifted, `wanted` included or not: see [`intent`] and
    /// [`SyncReport::remembered`]. `at` is the time of the call.
    ///
    /// * What is wanted stands afterwards, once. What was written and is no longer wanted is lifted; where dates or words
    ///   changed, the old statement goes before the new one comes, so that never both stand.
    /// * May be repeated: nothing changes where all is as wanted. A call that broke off half-way, or whose answer was lost, is
    ///   completed by the next.
    /// * One exclusion that fails does not stop those of other participants and schemes; each has its own [`SyncOutcome`]. An error for
    ///   the whole means that nothing could be said, and that the system may hold anything between `written` and `wanted`.
    /// * An old statement is not lifted for a new one that the system has no words for: it stands until it can be replaced.
    /// * What somebody else set is left alone, and reported where the system can list what it holds.
    async fn sync(&self, wanted: &[Exclusion], written: &[Exclusion], at: Timestamp)
    -> Result<SyncReport, SourceError>;
}

/// What a call to [`Exclusions::sync`] came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncReport {
    /// One for every exclusion that was wanted or written, in no particular order.
    pub outcomes: Vec<ExclusionOutcome>,
    /// What stands there and is not ours; `None` where the system cannot list what it holds.
    pub foreign: Option<Vec<HeldExclusion>>,
}

/// What became of one exclusion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExclusionOutcome {
    pub exclusion: Exclusion,
    pub outcome: SyncOutcome,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SyncOutcome {
    /// It is wanted, and stands.
    Stands,
    /// It is not wanted, and stands no longer (or only in a wanted one that says the same).
    Lifted,
    /// Nobody knows whether it stands: ask again.
    Failed(SourceError),
}

/// What a system holds, in its own words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct HeldExclusion {
    pub organisation_number: String,
    /// Chapter and post, or the activity.
    pub subject: String,
    pub from: Date,
    pub until: Date,
}

/// What must be on record as written before [`Exclusions::sync`] is called, so that a crash in mid-call forgets nothing.
pub fn intent(wanted: &[Exclusion], written: &[Exclusion]) -> Vec<Exclusion> {
    let mut all = Vec::with_capacity(wanted.len() + written.len());
    for exclusion in written.iter().chain(wanted) {
        if !all.contains(exclusion) {
            all.push(exclusion.clone());
        }
    }
    all
}

impl SyncReport {
    /// What must be on record as written after the call: all that may still stand.
    pub fn remembered(&self) -> Vec<Exclusion> {
        let may_stand = self
            .outcomes
            .iter()
            .filter(|outcome| outcome.outcome != SyncOutcome::Lifted);
        may_stand.map(|outcome| outcome.exclusion.clone()).collect()
    }

    /// The exclusions about which nothing is known, each with the reason.
    pub fn failures(&self) -> impl Iterator<Item = (&Exclusion, &SourceError)> {
        self.outcomes.iter().filter_map(|outcome| match &outcome.outcome {
            SyncOutcome::Failed(error) => Some((&outcome.exclusion, error)),
            SyncOutcome::Stands | SyncOutcome::Lifted => None,
        })
    }
}

impl ExclusionOutcome {
    pub fn new(exclusion: &Exclusion, outcome: SyncOutcome) -> Self {
        Self {
            exclusion: exclusion.clone(),
            outcome,
        }
    }
}

impl SyncOutcome {
    /// That outcome where the call succeeded; otherwise the failure.
    pub fn of(result: Result<(), SourceError>, success: Self) -> Self {
        match result {
            Ok(()) => success,
            Err(error) => Self::Failed(error),
        }
    }
}
