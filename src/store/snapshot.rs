//! Keeping the current picture: what changed in the register is read, a new picture is built beside the old one and put in its
//! place in one step.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::{Arc, PoisonError, mpsc};
use std::time::Duration;

use arc_swap::ArcSwap;
use jiff::Timestamp;
use jiff::civil::{Date, date};
use programgrant_core::calendar::norwegian_date;
use programgrant_core::reference::{JOURNAL, Reference, Registered};
use programgrant_core::view::{
    Builder, News, Part, PartMaker, SourceStatus, Statement, StoredRecord, StoredSetAside, View,
};
use programgrant_schema::{RecordId, ReferenceError, SourceId};
use tokio::sync::{Mutex, watch};
use tokio::time::timeout;

use crate::clock::Clock;
use crate::store::database::Notification;
use crate::store::history::{History, HistoryError};
use crate::store::ledger::{SqlStore, StoreError};
use crate::store::register::{Block, DatedSaying, NEWS, Register, RegisterError};

/// A reading that takes longer has lost its database.
const READING: Duration = Duration::from_secs(10);
/// So many changed records are followed one by one, however few there were before.
const FEW: u64 = 10_000;
/// How many threads put records into a whole picture at most.
const MAKERS: usize = 4;
/// How many blocks of records may wait for each of them.
const WAITING: usize = 1;
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

/// The current picture.
pub struct SnapshotStore {
    register: Register,
    /// The reference data as files, tables and programmes have them, whatever the registers said since.
    base: Arc<Reference>,
    clock: Clock,
    /// Where slots are kept under the names of municipalities.
    ledger: SqlStore,
    current: ArcSwap<View>,
    /// Whoever makes the next picture holds it.
    turn: Mutex<()>,
    history: History,
    generation: watch::Sender<u64>,
}

impl SnapshotStore {
    /// Builds the first picture from the register, whatever the sources do.
    pub async fn open(
        register: Register,
        base: Arc<Reference>,
        clock: Clock,
        ledger: SqlStore,
    ) -> Result<Self, RefreshError> {
        let mut registered = register.registered_at(clock.now()).await?;
        registered.keep(|register| is_asked(&base, register));
        let reference = Arc::new(base.on(clock.today(), &Arc::new(registered))?);
        let (view, said) = read_all(&register, &reference).await?;
        let (view, reference) = match told(&reference, said, &base, clock.today())? {
            None => (view, reference),
            // Something was said between the two readings, which is rare enough to read again.
            Some(reference) => (read_all(&register, &reference).await?.0, reference),
        };
        key_slots(&ledger, &reference).await?;
        let generation = watch::Sender::new(view.generation);
        Ok(Self {
            history: History::new(register.clone()),
            register,
            base,
            clock,
            ledger,
            current: ArcSwap::from_pointee(view),
            turn: Mutex::default(),
            generation,
        })
    }

    /// The reference data as files, tables and programmes have them, whatever was said or decided since.
    pub fn filed(&self) -> &Reference {
        &self.base
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
        let _turn = self.turn.lock().await;
        let current = self.current();
        let changed = timeout(READING, self.register.count_since(current.generation));
        let (view, is_told_otherwise) = if is_mostly_new(&current, changed.await.map_err(|_| RefreshError::Late)??) {
            self.whole_after(&current, today).await?
        } else {
            self.next_after(&current, today).await?
        };
        let generation = view.generation;
        self.current.store(Arc::new(view));
        self.generation
            .send_if_modified(|shown| std::mem::replace(shown, generation) != generation || is_told_otherwise);
        Ok(())
    }

    /// The picture after `current`, and whether other reference data tell it. What has not changed is shared.
    async fn next_after(&self, current: &Arc<View>, today: Date) -> Result<(View, bool), RefreshError> {
        let mut blocks = Vec::new();
        let mut take = |block: Block| blocks.push(block);
        let changes = timeout(READING, self.register.changes(current.generation, &mut take))
            .await
            .map_err(|_| RefreshError::Late)??;
        let reference = self.reference_after(current, changes.said, today).await?;
        let is_told_otherwise = reference.is_some();
        self.key_slots(reference.as_ref()).await?;
        let news = Heard {
            generation: changes.generation,
            set_aside: changes.set_aside,
            statuses: changes.statuses.into_iter().collect(),
        };
        let current = Arc::clone(current);
        // Built beside the threads that answer.
        let building = tokio::task::spawn_blocking(move || {
            let mut records = Vec::new();
            for block in blocks {
                records.append(&mut block.records()?);
            }
            Ok::<View, RegisterError>(next(&current, records, reference.as_ref(), &news))
        });
        let view = building.await.map_err(|_| RefreshError::Defect)??;
        Ok((view, is_told_otherwise))
    }

    /// The same, built from everything.
    async fn whole_after(&self, current: &Arc<View>, today: Date) -> Result<(View, bool), RefreshError> {
        let (view, said) = read_all(&self.register, &current.reference).await?;
        let Some(reference) = self.reference_after(current, said, today).await? else {
            return Ok((view, false));
        };
        drop(view);
        self.key_slots(Some(&reference)).await?;
        Ok((read_all(&self.register, &reference).await?.0, true))
    }

    async fn key_slots(&self, reference: Option<&Arc<Reference>>) -> Result<(), RefreshError> {
        if let Some(reference) = reference {
            timeout(READING, key_slots(&self.ledger, reference))
                .await
                .map_err(|_| RefreshError::Late)??;
        }
        Ok(())
    }

    /// The reference data that the next picture is told by, where they are others than those of `current`.
    async fn reference_after(
        &self,
        current: &Arc<View>,
        said: Vec<DatedSaying>,
        today: Date,
    ) -> Result<Option<Arc<Reference>>, RefreshError> {
        let (shown, base) = (Arc::clone(&current.reference), Arc::clone(&self.base));
        let telling = tokio::task::spawn_blocking(move || told(&shown, said, &base, today));
        Ok(telling.await.map_err(|_| RefreshError::Defect)??)
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

/// Whether so much has changed that building from everything costs less than following what changed.
fn is_mostly_new(current: &View, changed: u64) -> bool {
    let shown: usize = current.sources().map(|source| source.records + source.vanished).sum();
    changed > FEW && changed > u64::try_from(shown / 2).unwrap_or(u64::MAX)
}

/// Before anybody is shown that municipalities have merged, their slots lie together.
async fn key_slots(ledger: &SqlStore, reference: &Reference) -> Result<(), StoreError> {
    let successions: Vec<_> = reference.register.successions(EARLIER).collect();
    ledger.key_slots(&successions).await
}

/// Whether the configuration has the register asked; what one said that is asked no longer tells nobody anything.
fn is_asked(base: &Reference, register: SourceId) -> bool {
    register == JOURNAL || base.sources.iter().any(|source| source.id == register)
}

/// What a reading brings beside records.
struct Heard {
    generation: u64,
    set_aside: Vec<StoredSetAside>,
    statuses: BTreeMap<SourceId, SourceStatus>,
}

impl Heard {
    fn news(&self) -> News<'_> {
        News {
            generation: self.generation,
            set_aside: Some(&self.set_aside),
            statuses: &self.statuses,
        }
    }
}

/// The picture of everything in force, and what the reference registers have said. Records are put into the picture while further ones
/// are read, on several threads.
async fn read_all(register: &Register, reference: &Arc<Reference>) -> Result<(View, Vec<DatedSaying>), RefreshError> {
    let makers = std::thread::available_parallelism().map_or(1, NonZero::get).min(MAKERS);
    let (sender, blocks) = mpsc::sync_channel::<(usize, Block)>(makers * WAITING);
    let blocks = Arc::new(std::sync::Mutex::new(blocks));
    let making: Vec<_> = (0..makers)
        .map(|_| {
            let (blocks, maker) = (Arc::clone(&blocks), PartMaker::new(Arc::clone(reference)));
            tokio::task::spawn_blocking(move || make(&blocks, maker))
        })
        .collect();
    drop(blocks);
    // The reading waits for the makers here, so that what is read is never far ahead. One that failed says so when it is joined.
    let mut numbers = 0..;
    let mut take = move |block| drop(numbers.next().map(|number| sender.send((number, block))));
    let changes = register.changes(0, &mut take).await;
    drop(take);
    let (mut parts, mut maker) = (BTreeMap::new(), None);
    for made in making {
        let (made, by) = made.await.map_err(|_| RefreshError::Defect)??;
        parts.extend(made);
        maker = Some(by);
    }
    let (changes, maker) = (changes?, maker.ok_or(RefreshError::Defect)?);
    let heard = Heard {
        generation: changes.generation,
        set_aside: changes.set_aside,
        statuses: changes.statuses.into_iter().collect(),
    };
    let finishing =
        tokio::task::spawn_blocking(move || Builder::of_parts(parts.into_values(), maker).finish(&heard.news()));
    let view = finishing.await.map_err(|_| RefreshError::Defect)?;
    Ok((view, changes.said))
}

/// What one thread has made of the blocks that it took.
type Made = (Vec<(usize, Part)>, PartMaker);

/// Makes parts of blocks until there are no more.
fn make(
    blocks: &std::sync::Mutex<mpsc::Receiver<(usize, Block)>>,
    mut maker: PartMaker,
) -> Result<Made, RegisterError> {
    let mut parts = Vec::new();
    let next = || blocks.lock().unwrap_or_else(PoisonError::into_inner).recv().ok();
    while let Some((number, block)) = next() {
        parts.push((number, maker.part(block.records()?)));
    }
    Ok((parts, maker))
}

/// The reference data with what was said, where that makes others of them: something was said anew, or another day has come.
fn told(
    shown: &Reference,
    said: Vec<DatedSaying>,
    base: &Reference,
    today: Date,
) -> Result<Option<Arc<Reference>>, ReferenceError> {
    let mut registered = Registered::clone(&shown.registered);
    for (saying, since) in said {
        if is_asked(base, saying.register()) {
            registered.take(saying, since);
        }
    }
    if registered == *shown.registered && !shown.register.turns_between(today) {
        return Ok(None);
    }
    base.on(today, &Arc::new(registered))
        .map(|reference| Some(Arc::new(reference)))
}

/// The picture after `current`: a new one, or the same where only the sources' own state is new.
fn next(current: &View, changed: Vec<StoredRecord>, reference: Option<&Arc<Reference>>, heard: &Heard) -> View {
    match reference {
        None if current.generation == heard.generation => current.with_statuses(&heard.statuses),
        None => current.next(changed, &heard.news()),
        Some(reference) if changed.is_empty() => current.told_by(reference, &heard.news()),
        Some(reference) => current.next(changed, &heard.news()).told_by(reference, &heard.news()),
    }
}
