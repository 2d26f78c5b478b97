//! Exclusions kept in the back-office systems: what is wanted there follows from the programmes, a round for each system makes
//! it stand, and what became of it is shown to readers from memory. How a system is told is its adapter's.

mod sync;

use std::collections::BTreeMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use async_trait::async_trait;
use jiff::Timestamp;
use programgrant_contract::{Exclusions, HeldExclusion};
use programgrant_core::exclusions::{Wanted, wanted};
use programgrant_schema::SourceId;
use sync::ExclusionSync;

use super::Worker;
use crate::config::Schedule;
use crate::store::Dependencies;
use crate::store::database::{Database, Notification};
use crate::store::exclusions::{Account, ExclusionStore, ExclusionStoreError, NEWS};

pub use sync::SyncError;

/// One system's exclusions as their readers see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExclusionState {
    /// How many there should be.
    pub wanted: usize,
    /// How many of them were seen to stand in the last round. Of the others nobody knows.
    pub standing: usize,
    /// What stands there and is somebody else's; `None` where the system does not say.
    pub foreign: Option<Vec<HeldExclusion>>,
    /// When all last stood as wanted.
    pub kept_at: Option<Timestamp>,
    /// When that was last tried.
    pub tried_at: Option<Timestamp>,
    pub last_error: Option<String>,
}

/// A source, how often it is told, and who tells it; or why nobody does.
pub type Told = (SourceId, Schedule, Result<Box<dyn Exclusions>, &'static str>);

/// The systems' exclusions at one moment. The state accounts have none.
pub type ExclusionStatus = BTreeMap<SourceId, ExclusionState>;

/// Keeps every system's exclusions.
pub struct ExclusionWorker {
    memory: ExclusionStore,
    /// What is wanted of each follows from the reference data of the moment.
    dependencies: Dependencies,
    managers: Vec<SourceId>,
    /// Why a system is told nothing.
    untold: BTreeMap<SourceId, &'static str>,
    systems: Vec<ExclusionSync>,
    board: ArcSwap<ExclusionStatus>,
}

impl ExclusionWorker {
    /// Reads what was last known; no system is told anything yet. `told` are the configured systems, and who writes to each or why
    /// nobody does.
    pub async fn open(
        told: Vec<Told>,
        dependencies: &Dependencies,
        database: &Database,
    ) -> Result<Self, ExclusionStoreError> {
        let reference = dependencies.reference();
        let managers = reference.sources.iter().filter(|source| source.manages_grants);
        let managers: Vec<SourceId> = managers.map(|source| source.id).collect();
        let memory = ExclusionStore::open(database.clone(), managers.iter().copied()).await?;
        let mut untold: BTreeMap<_, _> = managers
            .iter()
            .map(|source| (*source, "the source is not configured"))
            .collect();
        let mut systems: Vec<ExclusionSync> = Vec::new();
        for (source, schedule, system) in told {
            if !managers.contains(&source) {
                continue;
            }
            match system {
                Err(reason) => drop(untold.insert(source, reason)),
                Ok(system) => {
                    untold.remove(&source);
                    let leadership = database.leadership(format!("exclusions:{source}"));
                    let (memory, dependencies) = (memory.clone(), dependencies.clone());
                    systems.push(ExclusionSync::new(
                        (source, system),
                        dependencies,
                        schedule,
                        memory,
                        leadership,
                    ));
                }
            }
        }
        let exclusions = Self {
            memory,
            dependencies: dependencies.clone(),
            managers,
            untold,
            systems,
            board: ArcSwap::default(),
        };
        exclusions.refresh().await?;
        Ok(exclusions)
    }

    /// What is known now. Never waits.
    pub fn status(&self) -> Arc<ExclusionStatus> {
        self.board.load_full()
    }

    /// One round for every system, side by side.
    pub async fn sync_all(&self) -> Vec<(SourceId, Result<(), SyncError>)> {
        let rounds = self
            .systems
            .iter()
            .map(async |sync| (sync.source(), sync.round().await));
        let outcomes = futures::future::join_all(rounds).await;
        self.refresh_or_log().await;
        outcomes
    }

    async fn sync_for_ever(&self, sync: &ExclusionSync) {
        loop {
            let pause = sync.round_contained().await;
            self.refresh_or_log().await;
            tokio::time::sleep(pause).await;
        }
    }

    async fn keep_fresh(&self) {
        let mut news = self.memory.subscribe();
        self.refresh_or_log().await;
        loop {
            match news.next().await {
                Notification::Said(what) if &*what != NEWS => continue,
                Notification::Said(_) | Notification::Missed => news.skip(),
            }
            self.refresh_or_log().await;
        }
    }

    async fn refresh(&self) -> Result<(), ExclusionStoreError> {
        let accounts = self.memory.read().await?;
        let reference = self.dependencies.reference();
        let states = self.managers.iter().map(|source| {
            let wanted = wanted(&reference, *source);
            (*source, self.state(*source, &wanted, accounts.get(source)))
        });
        self.board.store(Arc::new(states.collect()));
        Ok(())
    }

    async fn refresh_or_log(&self) {
        if let Err(error) = self.refresh().await {
            tracing::error!(%error, "what is known of the exclusions stays as it was");
        }
    }

    fn state(&self, source: SourceId, wanted: &Wanted, account: Option<&Account>) -> ExclusionState {
        let account = account.cloned().unwrap_or_default();
        let untold = self.untold.get(&source).map(|reason| (*reason).to_owned());
        // What stood when a system was last told may have been wanted by another programme file.
        let is_wanted_still = |exclusion: &&_| untold.is_none() && wanted.exclusions.contains(exclusion);
        ExclusionState {
            wanted: wanted.exclusions.len() + wanted.nameless.len(),
            standing: account.standing.iter().filter(is_wanted_still).count(),
            foreign: account.foreign,
            kept_at: account.kept_at,
            tried_at: account.tried_at,
            last_error: untold.or(account.last_error),
        }
    }
}

#[async_trait]
impl Worker for ExclusionWorker {
    /// Keeps every system's exclusions as far as no other gateway does, and shows what other gateways did, for ever.
    async fn run(&self) {
        let rounds = futures::future::join_all(self.systems.iter().map(async |sync| self.sync_for_ever(sync).await));
        tokio::join!(rounds, self.keep_fresh());
    }
}
