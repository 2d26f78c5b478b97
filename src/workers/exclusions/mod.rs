//! Exclusions kept in the back-office systems: what is wanted there follows from the programmes, a round for each system makes
//! it stand, and what became of it is shown to readers from memory. How a system is told is its adapter's.

mod sync;

use std::collections::BTreeMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use jiff::Timestamp;
use programgrant_contract::HeldExclusion;
use programgrant_core::exclusions::{DIRECTORATES, Wanted, wanted};
use programgrant_core::reference::Reference;
use programgrant_schema::SourceId;
use sync::Keeper;

use crate::adapters::connect_exclusions;
use crate::clock::Clock;
use crate::config::{ConfigError, Sources};
use crate::store::database::{Database, Notice};
use crate::store::exclusions::{Account, Memory, MemoryError, NEWS};

pub use sync::KeepError;

/// Why the keepers could not start.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Memory(#[from] MemoryError),
}

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

/// The systems' exclusions at one moment. The state accounts have none.
pub type Board = BTreeMap<SourceId, ExclusionState>;

/// Keeps every system's exclusions.
pub struct Keepers {
    memory: Memory,
    wanted: BTreeMap<SourceId, Wanted>,
    /// Why a system is told nothing.
    untold: BTreeMap<SourceId, &'static str>,
    systems: Vec<Keeper>,
    board: ArcSwap<Board>,
}

impl Keepers {
    /// Reads what was last known; no system is told anything yet.
    pub async fn open(
        sources: &Sources,
        reference: &Reference,
        database: &Database,
        clock: &Clock,
    ) -> Result<Self, OpenError> {
        let memory = Memory::open(database.clone()).await?;
        let wanted: BTreeMap<_, _> = DIRECTORATES
            .into_iter()
            .map(|source| (source, wanted(reference, source)))
            .collect();
        let mut systems: Vec<Keeper> = Vec::new();
        for system in connect_exclusions(sources)? {
            let source = system.id();
            let Some((schedule, wanted)) = sources.schedule(source).zip(wanted.get(&source).cloned()) else {
                continue;
            };
            let leadership = database.leadership(format!("exclusions:{source}"));
            systems.push(Keeper::new(
                system,
                wanted,
                schedule,
                memory.clone(),
                leadership,
                clock.clone(),
            ));
        }
        let is_told = |source: &SourceId| systems.iter().any(|keeper| keeper.source() == *source);
        let untold = DIRECTORATES
            .into_iter()
            .filter(|source| !is_told(source))
            .map(|source| (source, why_untold(sources, source)))
            .collect();
        let keepers = Self {
            memory,
            wanted,
            untold,
            systems,
            board: ArcSwap::default(),
        };
        keepers.refresh().await?;
        Ok(keepers)
    }

    /// What is known now. Never waits.
    pub fn board(&self) -> Arc<Board> {
        self.board.load_full()
    }

    /// Keeps every system's exclusions as far as no other gateway does, and shows what other gateways did, for ever.
    pub async fn run(&self) {
        let rounds =
            futures::future::join_all(self.systems.iter().map(async |keeper| self.keep_for_ever(keeper).await));
        tokio::join!(rounds, self.keep_fresh());
    }

    /// One round for every system, side by side.
    pub async fn keep_all(&self) -> Vec<(SourceId, Result<(), KeepError>)> {
        let rounds = self
            .systems
            .iter()
            .map(async |keeper| (keeper.source(), keeper.round().await));
        let outcomes = futures::future::join_all(rounds).await;
        self.refresh_or_log().await;
        outcomes
    }

    async fn keep_for_ever(&self, keeper: &Keeper) {
        loop {
            let pause = keeper.round_contained().await;
            self.refresh_or_log().await;
            tokio::time::sleep(pause).await;
        }
    }

    async fn keep_fresh(&self) {
        let mut news = self.memory.subscribe();
        self.refresh_or_log().await;
        loop {
            match news.next().await {
                Notice::Said(what) if &*what != NEWS => continue,
                Notice::Said(_) | Notice::Missed => news.skip(),
            }
            self.refresh_or_log().await;
        }
    }

    async fn refresh(&self) -> Result<(), MemoryError> {
        let accounts = self.memory.read().await?;
        let states = self
            .wanted
            .iter()
            .map(|(source, wanted)| (*source, self.state(*source, wanted, accounts.get(source))));
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

fn why_untold(sources: &Sources, source: SourceId) -> &'static str {
    match sources.schedule(source) {
        Some(_) => "no outbox is configured; exclusions are not written",
        None => "the source is not configured",
    }
}
