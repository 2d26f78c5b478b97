//! Keeping the current picture: what changed in the register is read, a new picture is built beside the old one and put in its
//! place in one step.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use jiff::Timestamp;
use programgrant_core::reference::Reference;
use programgrant_core::view::{Material, SourceStatus, Statement, StoredRecord, StoredSetAside, View};
use programgrant_schema::{RecordId, SourceId};
use tokio::sync::{Mutex, watch};
use tokio::time::timeout;

use crate::store::database::Notification;
use crate::store::history::{History, HistoryError};
use crate::store::register::{NEWS, Register, RegisterError};

/// A reading that takes longer has lost its database.
const READING: Duration = Duration::from_secs(10);

/// Why the snapshot was not replaced.
#[derive(Debug, thiserror::Error)]
pub enum RefreshError {
    #[error(transparent)]
    Register(#[from] RegisterError),
    #[error("the register does not answer")]
    Late,
    #[error("the gateway failed while it built the view")]
    Defect,
}

/// The current picture, and what it was built from.
pub struct SnapshotStore {
    register: Register,
    reference: Arc<Reference>,
    current: ArcSwap<View>,
    material: Arc<Mutex<Loaded>>,
    history: History,
    generation: watch::Sender<u64>,
}

/// What is in force, kept so that a new picture costs no second reading of the whole register.
#[derive(Default)]
struct Loaded {
    generation: u64,
    records: BTreeMap<(SourceId, RecordId), StoredRecord>,
    set_aside: Vec<StoredSetAside>,
    statuses: BTreeMap<SourceId, SourceStatus>,
}

impl SnapshotStore {
    /// Builds the first picture from the register, whatever the sources do.
    pub async fn open(register: Register, reference: Arc<Reference>) -> Result<Self, RegisterError> {
        let mut loaded = Loaded::default();
        loaded.read(&register).await?;
        let current = ArcSwap::from_pointee(loaded.build(&reference));
        let generation = watch::Sender::new(loaded.generation);
        Ok(Self {
            history: History::new(register.clone()),
            register,
            reference,
            current,
            material: Arc::new(Mutex::new(loaded)),
            generation,
        })
    }

    /// The current picture. Never waits.
    pub fn current(&self) -> Arc<View> {
        self.current.load_full()
    }

    /// The picture that was in force at an instant, which lies before `now`, and what was known of the sources then.
    pub async fn at(&self, instant: Timestamp, now: Timestamp) -> Result<Arc<View>, HistoryError> {
        let reference = async { Ok(self.reference_at(instant)) };
        self.history.view(instant, (self.current(), now), reference).await
    }

    /// The reference data in force at an instant.
    fn reference_at(&self, _instant: Timestamp) -> Arc<Reference> {
        Arc::clone(&self.reference)
    }

    /// All that was ever said of these records up to a generation.
    pub async fn statements(
        &self,
        generation: u64,
        records: &[(SourceId, RecordId)],
    ) -> Result<Vec<Statement>, HistoryError> {
        self.history.statements(generation, records).await
    }

    /// The generation of the current picture, as often as it changes; a receiver that is late is given the latest alone.
    pub fn generations(&self) -> watch::Receiver<u64> {
        self.generation.subscribe()
    }

    /// Reads what changed and shows it. Readers of the old picture are not disturbed; on a failure it stays, and ages.
    pub async fn refresh(&self) -> Result<(), RefreshError> {
        let mut loaded = Arc::clone(&self.material).lock_owned().await;
        timeout(READING, loaded.read(&self.register))
            .await
            .map_err(|_| RefreshError::Late)??;
        let (current, reference) = (self.current(), Arc::clone(&self.reference));
        // Built beside the threads that answer; the material stays locked until the snapshot is published.
        let building = tokio::task::spawn_blocking(move || (loaded.next(&current, &reference), loaded));
        let (view, _locked) = building.await.map_err(|_| RefreshError::Defect)?;
        let generation = view.generation;
        self.current.store(Arc::new(view));
        self.generation
            .send_if_modified(|shown| std::mem::replace(shown, generation) != generation);
        Ok(())
    }

    /// The same, where nobody waits for the outcome.
    pub async fn refresh_or_log(&self) {
        if let Err(error) = self.refresh().await {
            tracing::error!(%error, "the view stays as it was");
        }
    }

    /// Refreshes whenever any gateway has stored something, for ever. Many notices may be answered by one refresh.
    pub async fn keep_fresh(&self) {
        let mut news = self.register.subscribe();
        // What was stored since the first picture was built.
        self.refresh_or_log().await;
        loop {
            match news.next().await {
                Notification::Said(what) if &*what != NEWS => continue,
                Notification::Said(_) | Notification::Missed => news.skip(),
            }
            self.refresh_or_log().await;
        }
    }
}

impl Loaded {
    async fn read(&mut self, register: &Register) -> Result<(), RegisterError> {
        let changes = register.changes(self.generation).await?;
        self.generation = changes.generation;
        for stored in changes.records {
            self.records.insert((stored.source, stored.record.id.clone()), stored);
        }
        self.set_aside = changes.set_aside;
        self.statuses = changes.statuses.into_iter().collect();
        Ok(())
    }

    /// The picture after `current`: a new one, or the same where only the sources' own state is new.
    fn next(&self, current: &View, reference: &Arc<Reference>) -> View {
        if current.generation == self.generation {
            current.with_statuses(&self.statuses)
        } else {
            self.build(reference)
        }
    }

    fn build(&self, reference: &Arc<Reference>) -> View {
        let records: Vec<&StoredRecord> = self.records.values().collect();
        let material = Material {
            generation: self.generation,
            records: &records,
            set_aside: &self.set_aside,
            statuses: &self.statuses,
        };
        View::build(&material, reference)
    }
}
