//! The register: what each source said, and when the gateway learnt it, on SQLite. It judges nothing.
//!
//! A batch and the position behind it are one transaction; every version of a record is kept.

mod rows;
mod store;

use std::str::FromStr;
use std::time::Duration;

use jiff::Timestamp;
use programgrant_contract::{Gap, Position, Record, SetAside, SourceId};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Row, SqlitePool};

pub use store::Stored;

/// Why the register could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// The address itself may hold a password and is not repeated.
    #[error("store.url: no SQLite address such as \"sqlite:programgrant.db\"")]
    Address,
    #[error("store.url: the database cannot be opened")]
    Open(#[source] sqlx::Error),
    #[error("the register's database failed")]
    Database(#[from] sqlx::Error),
    #[error("the register's database has another layout")]
    Migration(#[from] sqlx::migrate::MigrateError),
    #[error("{table} row {key:?} cannot be read: {reason}")]
    Corrupt { table: &'static str, key: String, reason: String },
}

/// The version in force of a record, with what the gateway knows about it.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredRecord {
    pub source: SourceId,
    pub record: Record,
    pub received_at: Timestamp,
    /// Since when the source no longer lists it.
    pub vanished_at: Option<Timestamp>,
}

/// A record that stands aside now.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredSetAside {
    pub source: SourceId,
    pub set_aside: SetAside,
    pub seen_at: Timestamp,
}

/// What is known about a source itself.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SourceStatus {
    pub walked: bool,
    pub heard_at: Option<Timestamp>,
    pub changed_at: Option<Timestamp>,
    pub gaps: Vec<Gap>,
    pub last_error: Option<String>,
}

/// The store of what was heard.
#[derive(Debug, Clone)]
pub struct Register {
    /// One connection: SQLite has one writer, and a queue in front of it beats its busy handler.
    writer: SqlitePool,
    readers: SqlitePool,
}

impl Register {
    /// Opens or makes the database, and brings it to the present layout.
    pub async fn open(url: &str) -> Result<Self, RegisterError> {
        if !url.starts_with("sqlite:") {
            return Err(RegisterError::Address);
        }
        let options = SqliteConnectOptions::from_str(url).map_err(|_| RegisterError::Address)?;
        let options = options
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(5));
        let writer = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await.map_err(RegisterError::Open)?;
        sqlx::migrate!("schema/migrations/sqlite").run(&writer).await?;
        let readers = SqlitePoolOptions::new().max_connections(4).connect_with(options.read_only(true)).await?;
        let register = Self { writer, readers };
        for source in SourceId::ALL {
            sqlx::query("INSERT OR IGNORE INTO source (id) VALUES (?)").bind(source.as_str()).execute(&register.writer).await?;
        }
        Ok(register)
    }

    /// Whether the store answers.
    pub async fn is_reachable(&self) -> bool {
        sqlx::query("SELECT 1").execute(&self.readers).await.is_ok()
    }

    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    /// Where the source's adapter stopped.
    pub async fn position(&self, source: SourceId) -> Result<Option<Position>, RegisterError> {
        let position: Option<String> =
            sqlx::query_scalar("SELECT position FROM source WHERE id = ?").bind(source.as_str()).fetch_one(&self.readers).await?;
        Ok(position.map(Position::from_text))
    }

    /// Notes why a round failed; nothing that was heard is touched.
    pub async fn note_failure(&self, source: SourceId, reason: &str) -> Result<(), RegisterError> {
        sqlx::query("UPDATE source SET last_error = ? WHERE id = ?").bind(reason).bind(source.as_str()).execute(&self.writer).await?;
        Ok(())
    }

    /// Everything that a picture needs and `since` has not: one consistent reading.
    pub async fn changes(&self, since: u64) -> Result<Changes, RegisterError> {
        let mut reading = self.readers.begin().await?;
        let generation: i64 = sqlx::query_scalar("SELECT number FROM generation").fetch_one(&mut *reading).await?;
        let since = i64::try_from(since).unwrap_or(i64::MAX);
        let records = sqlx::query(rows::SELECT_RECORDS).bind(since).fetch_all(&mut *reading).await?;
        let set_aside =
            sqlx::query("SELECT source, key, content, seen_at FROM set_aside ORDER BY source, seen_at DESC, key").fetch_all(&mut *reading).await?;
        let statuses = sqlx::query("SELECT id, walked, heard_at, changed_at, gaps, last_error FROM source").fetch_all(&mut *reading).await?;
        Ok(Changes {
            generation: generation.unsigned_abs(),
            records: records.iter().map(rows::record).collect::<Result<_, _>>()?,
            set_aside: set_aside.iter().map(rows::set_aside).collect::<Result<_, _>>()?,
            statuses: statuses.iter().map(rows::status).collect::<Result<_, _>>()?,
        })
    }

    /// Every version of a record that was ever stored, oldest first.
    pub async fn versions(&self, source: SourceId, id: &str) -> Result<Vec<StoredRecord>, RegisterError> {
        let versions = sqlx::query(rows::SELECT_VERSIONS).bind(source.as_str()).bind(id).fetch_all(&self.readers).await?;
        versions.iter().map(rows::record).collect()
    }

    /// How many records of that source are in force.
    pub async fn count(&self, source: SourceId) -> Result<u64, RegisterError> {
        let row = sqlx::query("SELECT count(*) AS number FROM record WHERE source = ?").bind(source.as_str()).fetch_one(&self.readers).await?;
        Ok(row.get::<i64, _>("number").unsigned_abs())
    }
}

/// What came since a generation.
#[derive(Debug)]
pub struct Changes {
    pub generation: u64,
    /// New and changed records.
    pub records: Vec<StoredRecord>,
    /// All that stand aside now, newest first within a source.
    pub set_aside: Vec<StoredSetAside>,
    pub statuses: Vec<(SourceId, SourceStatus)>,
}

#[cfg(test)]
mod tests;
