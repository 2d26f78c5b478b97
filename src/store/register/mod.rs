//! The register: what each source said, and when the gateway learnt it. It judges nothing.
//!
//! A batch, the position behind it and what it adds to the history are one transaction; every version of a record is kept.

mod blocks;
mod bulk;
mod content;
mod items;
mod listing;
mod order;
mod past;
mod reference;
mod rows;
mod set_aside;
mod spans;
mod store;

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use programgrant_contract::Position;
use programgrant_core::view::{SourceStatus, StoredRecord, StoredSetAside};
use programgrant_schema::SourceId;
use sqlx::Row;

use crate::store::database::{Database, FeedSubscription, Leadership};

pub use blocks::Block;
pub use past::{KnownThen, PastPicture};
pub use reference::{DatedSaying, decide_within};
pub use store::Stored;

/// What the register says of itself to those who listen.
pub const NEWS: &str = "register";
/// How old an answer may be where nothing is configured.
const USUAL_LIMIT: SignedDuration = SignedDuration::from_mins(10);

/// Why the register could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    #[error("the register's database failed")]
    Database(#[from] sqlx::Error),
    /// Nothing of the batch was stored.
    #[error("{0} was heard by somebody else meanwhile")]
    Superseded(SourceId),
    #[error("{table} row {key:?} cannot be read: {reason}")]
    Corrupt {
        table: &'static str,
        key: String,
        reason: String,
    },
}

/// Where a source's adapter stopped, and after how many batches. A batch pulled from here may be stored as long as this holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    pub position: Option<Position>,
    batches: i64,
}

/// The store of what was heard.
#[derive(Debug, Clone)]
pub struct Register {
    database: Database,
    /// How old an answer of each source may be.
    limits: Arc<HashMap<SourceId, SignedDuration>>,
}

impl Register {
    /// `sources` are those that are going to be heard.
    pub async fn open(database: Database, sources: impl Iterator<Item = SourceId>) -> Result<Self, RegisterError> {
        for source in sources {
            let insert =
                sqlx::query("INSERT INTO source (id) VALUES ($1) ON CONFLICT (id) DO NOTHING").bind(source.as_str());
            insert.execute(database.writer()).await?;
        }
        Ok(Self {
            database,
            limits: Arc::default(),
        })
    }

    /// The same, with how old an answer of each source may be: whatever was not heard for longer was not heard all the time.
    #[must_use]
    pub fn with_limits(self, limits: HashMap<SourceId, SignedDuration>) -> Self {
        Self {
            limits: Arc::new(limits),
            ..self
        }
    }

    /// What is committed from now on; the register's own notices read [`NEWS`].
    pub fn subscribe(&self) -> FeedSubscription {
        self.database.subscribe()
    }

    /// The right to ask a source: one gateway at a time.
    pub fn leadership(&self, source: SourceId) -> Leadership {
        self.database.leadership(format!("poll:{source}"))
    }

    /// Where the source's adapter stopped.
    pub async fn place(&self, source: SourceId) -> Result<Place, RegisterError> {
        let select = sqlx::query("SELECT position, batches FROM source WHERE id = $1").bind(source.as_str());
        let row = select.fetch_one(self.database.readers()).await?;
        Ok(Place {
            position: row.get::<Option<String>, _>("position").map(Position::from_text),
            batches: row.get("batches"),
        })
    }

    /// Notes why a round failed; nothing that was heard is touched.
    pub async fn note_failure(&self, source: SourceId, reason: &str, at: Timestamp) -> Result<(), RegisterError> {
        let mut writing = self.database.write().await?;
        let update = sqlx::query("UPDATE source SET last_error = $1 WHERE id = $2")
            .bind(reason)
            .bind(source.as_str());
        update.execute(&mut *writing).await?;
        spans::remember_source(&mut writing, source.as_str(), at.as_microsecond(), self.limit(source)).await?;
        writing.notify(NEWS).await?;
        Ok(writing.commit().await?)
    }

    /// Everything that a picture needs and `since` has not: one consistent reading. Records are handed over in blocks.
    pub async fn changes(&self, since: u64, take: &mut (dyn FnMut(Block) + Send)) -> Result<Changes, RegisterError> {
        let mut reading = self.database.read().await?;
        let generation: i64 = sqlx::query_scalar("SELECT number FROM generation")
            .fetch_one(&mut *reading)
            .await?;
        let since = i64::try_from(since).unwrap_or(i64::MAX);
        if since == 0 {
            blocks::hand_over_all(&mut reading, self.database.dialect, take).await?;
        } else {
            rows::hand_over(&mut reading, since, take).await?;
        }
        let set_aside =
            sqlx::query("SELECT source, key, content, seen_at FROM set_aside ORDER BY source, seen_at DESC, key")
                .fetch_all(&mut *reading)
                .await?;
        let said = sqlx::query(reference::SELECT_SAID)
            .bind(since)
            .fetch_all(&mut *reading)
            .await?;
        let statuses = sqlx::query("SELECT id, walked, heard_at, changed_at, gaps, last_error FROM source")
            .fetch_all(&mut *reading)
            .await?;
        Ok(Changes {
            generation: generation.unsigned_abs(),
            set_aside: set_aside.iter().map(rows::set_aside).collect::<Result<_, _>>()?,
            said: said.iter().map(reference::told).collect::<Result<_, _>>()?,
            statuses: statuses.iter().map(rows::status).collect::<Result<_, _>>()?,
        })
    }

    /// Every version of a record that was ever stored, oldest first.
    pub async fn versions(&self, source: SourceId, id: &str) -> Result<Vec<StoredRecord>, RegisterError> {
        let versions = sqlx::query(rows::SELECT_VERSIONS)
            .bind(source.as_str())
            .bind(id)
            .fetch_all(self.database.readers())
            .await?;
        versions.iter().map(rows::record).collect()
    }

    /// How many records in force have come or changed since a generation.
    pub async fn count_since(&self, generation: u64) -> Result<u64, RegisterError> {
        let since = i64::try_from(generation).unwrap_or(i64::MAX);
        let count = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM record WHERE generation > $1").bind(since);
        Ok(count.fetch_one(self.database.readers()).await?.unsigned_abs())
    }

    /// How many records of that source are in force.
    pub async fn count(&self, source: SourceId) -> Result<u64, RegisterError> {
        let count = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM record WHERE source = $1").bind(source.as_str());
        Ok(count.fetch_one(self.database.readers()).await?.unsigned_abs())
    }
}

/// What came since a generation.
#[derive(Debug)]
pub struct Changes {
    pub generation: u64,
    /// All that stand aside now, newest first within a source.
    pub set_aside: Vec<StoredSetAside>,
    /// What the reference registers said anew, each with the instant since when it is in force.
    pub said: Vec<DatedSaying>,
    pub statuses: Vec<(SourceId, SourceStatus)>,
}

#[cfg(test)]
mod tests;
