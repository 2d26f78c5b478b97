//! Pictures of the past: each is built from the history beside the threads that answer, one at a time, and kept within a bound of bytes.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use moka::future::Cache;
use programgrant_core::calendar::norwegian_date;
use programgrant_core::reference::Reference;
use programgrant_core::view::{Builder, News, Statement, View};
use programgrant_schema::{RecordId, SourceId};
use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::store::register::{KnownThen, Register, RegisterError};

/// What the pictures that are kept may weigh together.
const KEPT: u64 = 128 * 1024 * 1024;
/// A reading that takes longer has lost its database.
const READING: Duration = Duration::from_secs(10);

/// Why nothing can be told of an instant.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The history begins later, or has not begun.
    #[error("the history begins later")]
    Before { begins: Option<Timestamp> },
    #[error(transparent)]
    Register(#[from] RegisterError),
    #[error("the history does not answer")]
    Late,
    #[error("the gateway failed while it built a picture of the past")]
    Defect,
}

/// What makes a picture another: the generation, which reference data have in common with records, and the day on which these are read.
type Key = (u64, Date);

/// What can be told of the past.
#[derive(Clone)]
pub struct History {
    register: Register,
    pictures: Cache<Key, Arc<View>>,
    /// Whoever builds a picture holds it.
    turn: Arc<Mutex<()>>,
}

impl History {
    pub fn new(register: Register) -> Self {
        let weigh = |_: &Key, view: &Arc<View>| u32::try_from(view.weight()).unwrap_or(u32::MAX);
        Self {
            register,
            pictures: Cache::builder().max_capacity(KEPT).weigher(weigh).build(),
            turn: Arc::default(),
        }
    }

    /// The picture that was in force at an instant, with the sources as they stood then. Where it is the one that is current now, nothing is
    /// built; otherwise it is told by the reference data that are asked for.
    pub async fn view(
        &self,
        at: Timestamp,
        (current, now): (Arc<View>, Timestamp),
        reference: impl Future<Output = Result<Arc<Reference>, HistoryError>>,
    ) -> Result<Arc<View>, HistoryError> {
        let Some(known) = within(self.register.known_at(at)).await? else {
            let begins = within(self.register.history_begins()).await?;
            return Err(HistoryError::Before { begins });
        };
        let key = (known.generation, norwegian_date(at));
        let picture = if key == (current.generation, norwegian_date(now)) {
            current
        } else if let Some(kept) = self.pictures.get(&key).await {
            kept
        } else {
            self.build_in_turn(key, known.clone(), reference.await?).await?
        };
        Ok(Arc::new(picture.with_statuses(&known.statuses)))
    }

    /// All that was ever said of these records up to a generation, in one reading.
    pub async fn statements(
        &self,
        generation: u64,
        records: &[(SourceId, RecordId)],
    ) -> Result<Vec<Statement>, HistoryError> {
        within(self.register.statements(generation, records)).await
    }

    /// Builds a picture when it is its turn. Who gives up waiting for it leaves it to those who ask next.
    async fn build_in_turn(
        &self,
        key: Key,
        known: KnownThen,
        reference: Arc<Reference>,
    ) -> Result<Arc<View>, HistoryError> {
        let history = self.clone();
        let building = tokio::spawn(async move {
            let _turn = history.turn.lock().await;
            // Whoever had the turn before may have built the same.
            if let Some(kept) = history.pictures.get(&key).await {
                return Ok(kept);
            }
            let view = Arc::new(history.build(known, reference).await?);
            history.pictures.insert(key, Arc::clone(&view)).await;
            Ok(view)
        });
        building.await.map_err(|_| HistoryError::Defect)?
    }

    async fn build(&self, known: KnownThen, reference: Arc<Reference>) -> Result<View, HistoryError> {
        let picture = within(self.register.picture(known.generation)).await?;
        let building = tokio::task::spawn_blocking(move || {
            let mut builder = Builder::new(reference);
            picture.records.into_iter().for_each(|stored| builder.add(stored));
            builder.finish(&News {
                generation: known.generation,
                set_aside: Some(&picture.set_aside),
                statuses: &known.statuses,
            })
        });
        building.await.map_err(|_| HistoryError::Defect)
    }
}

async fn within<T>(reading: impl Future<Output = Result<T, RegisterError>>) -> Result<T, HistoryError> {
    Ok(timeout(READING, reading).await.map_err(|_| HistoryError::Late)??)
}
