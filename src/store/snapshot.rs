//! Keeping the current picture: what changed in the register is read, a new picture is built beside the old one and put in its
//! place in one step.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use jiff::Timestamp;
use jiff::civil::{Date, date};
use programgrant_core::calendar::norwegian_date;
use programgrant_core::reference::{Reference, Registered};
use programgrant_core::view::{Material, SourceStatus, Statement, StoredRecord, StoredSetAside, View};
use programgrant_schema::{RecordId, ReferenceError, SourceId};
use tokio::sync::{Mutex, watch};
use tokio::time::timeout;

use crate::clock::Clock;
use crate::store::database::Notification;
use crate::store::history::{History, HistoryError};
use crate::store::ledger::{SqlStore, StoreError};
use crate::store::register::{NEWS, Register, RegisterError};

/// A reading that takes longer has lost its database.
const READING: Duration = Duration::from_secs(10);
/// Whoever merged by then never had slots of its own here: the first tables that the gateway brought along end with that day.
const EARLIER: Date = date(2024, 1, 1);
/// How often it is looked whether another day has begun.
const LOOKING: Duration = Duration::from_secs(1);

/// Why the snapshot was not replaced.
#[derive(Debug, thiserror::Error)]
pub enum RefreshError {
    #[error(transparent)]
    Register(#[from] RegisterError),
    /// What the reference registers have said does not fit what the files and the programmes say.
    #[error(transparent)]
    Reference(#[from] ReferenceError),
    /// Slots could not be kept under the names of merged municipalities.
    #[error(transparent)]
    Ledger(#[from] StoreError),
    #[error("the register does not answer")]
    Late,
    #[error("the gateway failed while it built the view")]
    Defect,
}

impl From<RefreshError> for HistoryError {
    fn from(error: RefreshError) -> Self {
        match error {
            RefreshError::Register(error) => Self::Register(error),
            RefreshError::Late => Self::Late,
            RefreshError::Reference(_) | RefreshError::Ledger(_) | RefreshError::Defect => Self::Defect,
        }
    }
}

/// The current picture, and what it was built from.
pub struct SnapshotStore {
    register: Register,
    /// The reference data as files, tables and programmes have them, whatever the registers said since.
    base: Arc<Reference>,
    clock: Clock,
    /// Where slots are kept under the names of municipalities.
    ledger: SqlStore,
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
    registered: Arc<Registered>,
}

impl SnapshotStore {
    /// Builds the first picture from the register, whatever the sources do.
    pub async fn open(
        register: Register,
        base: Arc<Reference>,
        clock: Clock,
        ledger: SqlStore,
    ) -> Result<Self, RefreshError> {
        let mut loaded = Loaded::default();
        loaded.read(&register, &base).await?;
        let reference = Arc::new(base.on(clock.today(), &loaded.registered)?);
        key_slots(&ledger, &reference).await?;
        let current = ArcSwap::from_pointee(loaded.build(&reference));
        let generation = watch::Sender::new(loaded.generation);
        Ok(Self {
            history: History::new(register.clone()),
            register,
            base,
            clock,
            ledger,
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
        let reference = async { Ok(self.reference_at(instant).await?) };
        self.history.view(instant, (self.current(), now), reference).await
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

    /// The reference data in force at that instant: files, tables and programmes as they are now, with what the registers had said by
    /// then, as it was on that day. Built beside the threads that answer.
    pub async fn reference_at(&self, at: Timestamp) -> Result<Arc<Reference>, RefreshError> {
        let mut registered = timeout(READING, self.register.registered_at(at))
            .await
            .map_err(|_| RefreshError::Late)??;
        registered.keep(|register| is_asked(&self.base, register));
        let base = Arc::clone(&self.base);
        let building =
            tokio::task::spawn_blocking(move || base.on(norwegian_date(at), &Arc::new(registered)).map(Arc::new));
        Ok(building.await.map_err(|_| RefreshError::Defect)??)
    }

    /// The reference data as what the registers say would make them: today, and once all that they announce has come.
    pub fn would_be(&self, registered: &Arc<Registered>) -> [Result<Reference, ReferenceError>; 2] {
        [self.clock.today(), Date::MAX].map(|day| self.base.on(day, registered))
    }

    /// Reads what changed and shows it. Readers of the old picture are not disturbed; on a failure it stays, and ages.
    pub async fn refresh(&self) -> Result<(), RefreshError> {
        let today = self.clock.today();
        if self.turns_on(today) {
            timeout(READING, self.register.turn(today, self.clock.now()))
                .await
                .map_err(|_| RefreshError::Late)??;
        }
        let mut loaded = Arc::clone(&self.material).lock_owned().await;
        timeout(READING, loaded.read(&self.register, &self.base))
            .await
            .map_err(|_| RefreshError::Late)??;
        let (current, base) = (self.current(), Arc::clone(&self.base));
        // Built beside the threads that answer; the material stays locked until the snapshot is published.
        let telling = tokio::task::spawn_blocking(move || (loaded.reference(&current, &base, today), loaded, current));
        let (reference, loaded, current) = telling.await.map_err(|_| RefreshError::Defect)?;
        let reference = reference?;
        if !Arc::ptr_eq(&current.reference, &reference) {
            timeout(READING, key_slots(&self.ledger, &reference))
                .await
                .map_err(|_| RefreshError::Late)??;
        }
        let building = tokio::task::spawn_blocking(move || (loaded.next(&current, &reference), loaded));
        let (view, _locked) = building.await.map_err(|_| RefreshError::Defect)?;
        let (generation, before) = (view.generation, self.current());
        let is_told_otherwise = !Arc::ptr_eq(&before.reference, &view.reference);
        self.current.store(Arc::new(view));
        self.generation
            .send_if_modified(|shown| std::mem::replace(shown, generation) != generation || is_told_otherwise);
        Ok(())
    }

    /// Whether the municipalities are others on that day than in the picture that is shown.
    fn turns_on(&self, day: Date) -> bool {
        self.current().reference.register.turns_between(day)
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
        let mut look = tokio::time::interval(LOOKING);
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                said = news.next() => match said {
                    Notification::Said(what) if &*what != NEWS => continue,
                    Notification::Said(_) | Notification::Missed => news.skip(),
                },
                _ = look.tick() => if !self.turns_on(self.clock.today()) { continue },
            }
            self.refresh_or_log().await;
        }
    }
}

/// Before anybody is shown that municipalities have merged, their slots lie together.
async fn key_slots(ledger: &SqlStore, reference: &Reference) -> Result<(), StoreError> {
    let successions: Vec<_> = reference.register.successions(EARLIER).collect();
    ledger.key_slots(&successions).await
}

/// Whether the configuration has the register asked; what one said that is asked no longer tells nobody anything.
fn is_asked(base: &Reference, register: SourceId) -> bool {
    base.sources.iter().any(|source| source.id == register)
}

impl Loaded {
    async fn read(&mut self, register: &Register, base: &Reference) -> Result<(), RegisterError> {
        let changes = register.changes(self.generation).await?;
        self.generation = changes.generation;
        for stored in changes.records {
            self.records.insert((stored.source, stored.record.id.clone()), stored);
        }
        self.set_aside = changes.set_aside;
        self.statuses = changes.statuses.into_iter().collect();
        for (saying, since) in changes.said {
            if is_asked(base, saying.register()) {
                Arc::make_mut(&mut self.registered).take(saying, since);
            }
        }
        Ok(())
    }

    /// The reference data that the next picture is told by: those of `current` where nothing was said since and the day is as good.
    fn reference(&self, current: &View, base: &Reference, today: Date) -> Result<Arc<Reference>, ReferenceError> {
        let shown = &current.reference;
        if Arc::ptr_eq(&shown.registered, &self.registered) && !shown.register.turns_between(today) {
            return Ok(Arc::clone(shown));
        }
        base.on(today, &self.registered).map(Arc::new)
    }

    /// The picture after `current`: a new one, or the same where only the sources' own state is new.
    fn next(&self, current: &View, reference: &Arc<Reference>) -> View {
        if current.generation == self.generation && Arc::ptr_eq(&current.reference, reference) {
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
