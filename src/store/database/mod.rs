//! The store's two shapes behind one door: SQLite inside the process, or PostgreSQL for several gateways. Every statement is
//! written once, with `$1` for its parameters; where the two languages differ, [`Dialect`] says how.

mod catalogue;
mod change_feed;
pub mod copy;
mod file_identity;
mod leadership;
mod opening;
mod pulse;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use file_identity::FileIdentity;
use jiff::Timestamp;
use leadership::LeaderSession;
use pulse::{Beat, Pulse};
use sqlx::{Any, AnyPool, Transaction};

pub use change_feed::{ChangeFeed, FeedSubscription, Notification, Writing};
pub use leadership::{Lead, Leadership};
pub use opening::{OpenError, file_of, layout};

/// Which of the two it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    fn of(url: &str) -> Option<Self> {
        match url.split_once(':')?.0 {
            "sqlite" => Some(Self::Sqlite),
            "postgres" | "postgresql" => Some(Self::Postgres),
            _ => None,
        }
    }

    /// A table with one column, `value`, from the JSON array in the parameter: `each.value ->> 'name'` reads a field as text.
    pub fn each(self, parameter: &str) -> String {
        match self {
            Self::Sqlite => format!("json_each({parameter}) AS each"),
            Self::Postgres => format!("json_array_elements(CAST({parameter} AS json)) AS each(value)"),
        }
    }

    /// The same for a JSON array of texts: `each.value` is the text.
    pub fn each_text(self, parameter: &str) -> String {
        match self {
            Self::Sqlite => format!("json_each({parameter}) AS each"),
            Self::Postgres => format!("json_array_elements_text(CAST({parameter} AS json)) AS each(value)"),
        }
    }

    /// Whether a column is among the texts of the JSON array in the parameter. Each is looked up in the column's index, also where the
    /// table was small when it was last counted.
    pub fn among(self, column: &str, parameter: &str) -> String {
        match self {
            Self::Sqlite => format!("{column} IN (SELECT value FROM json_each({parameter}))"),
            Self::Postgres => {
                format!("{column} = ANY (ARRAY(SELECT json_array_elements_text(CAST({parameter} AS json))))")
            }
        }
    }

    /// A table `each` from the JSON array of objects in the parameter, with these fields as its columns: whole numbers are `BIGINT`,
    /// anything else is `TEXT`. Each object is read once, however many fields it has.
    pub fn each_with(self, parameter: &str, fields: &[(&str, &str)]) -> String {
        let field = |(name, kind): &(&str, &str)| match self {
            Self::Sqlite => format!("each.value ->> '{name}' AS {name}"),
            Self::Postgres => format!("{name} {kind}"),
        };
        let fields = fields.iter().map(field).collect::<Vec<_>>().join(", ");
        match self {
            Self::Sqlite => format!("(SELECT {fields} FROM json_each({parameter}) AS each) AS each"),
            Self::Postgres => format!("json_to_recordset(CAST({parameter} AS json)) AS each({fields})"),
        }
    }

    /// So many rows of so many parameters, in the order in which they are bound. SQLite looks each up by its name where it has one, and by
    /// then the names before it are gone through.
    pub fn rows(self, rows: usize, columns: usize) -> String {
        let parameter = |nth: usize| match self {
            Self::Sqlite => "?".to_owned(),
            Self::Postgres => format!("${nth}"),
        };
        let row = |nth: usize| {
            let parameters: Vec<String> = (1..=columns).map(|own| parameter(nth * columns + own)).collect();
            format!("({})", parameters.join(", "))
        };
        (0..rows).map(row).collect::<Vec<_>>().join(", ")
    }

    /// Ends a `SELECT` whose rows this transaction is about to change. SQLite has locked everything by then.
    pub const fn for_update(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR UPDATE",
        }
    }

    /// Begins a transaction that writes. SQLite takes its one write lock at once, so that nothing fails half-way.
    const fn begin_writing(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN",
        }
    }

    /// Begins a transaction that sees one state of the database throughout.
    const fn begin_reading(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN",
            Self::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        }
    }
}

/// An open database.
#[derive(Clone)]
pub struct Database {
    pub dialect: Dialect,
    url: Arc<str>,
    /// SQLite has one writer, and a queue in front of it beats its busy handler: one connection.
    writer: AnyPool,
    readers: AnyPool,
    news: ChangeFeed,
    /// Only where there may be other gateways.
    session: Option<Arc<LeaderSession>>,
    /// Only where it is a file.
    file_identity: Option<Arc<FileIdentity>>,
    pulse: Arc<Pulse>,
}

/// The address may hold a password and is never shown.
impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database")
            .field("dialect", &self.dialect)
            .finish_non_exhaustive()
    }
}

impl Database {
    /// Opens the database, makes it where SQLite may, and brings it to the present layout.
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        let dialect = Dialect::of(url).ok_or(OpenError::Address)?;
        sqlx::any::install_default_drivers();
        let (writer, readers) = match dialect {
            Dialect::Sqlite => opening::sqlite(url).await?,
            Dialect::Postgres => {
                let pool = opening::postgres(url).await?;
                (pool.clone(), pool)
            }
        };
        let session = (dialect == Dialect::Postgres).then(|| LeaderSession::start(url));
        let news = ChangeFeed::open(dialect, url).await.map_err(OpenError::Open)?;
        let file_identity = (dialect == Dialect::Sqlite)
            .then(|| FileIdentity::of(url).map(Arc::new))
            .flatten();
        Ok(Self {
            dialect,
            url: url.into(),
            writer,
            readers,
            news,
            session,
            file_identity,
            pulse: Arc::default(),
        })
    }

    /// The address, for those who need a connection of their own. It may hold a password.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A transaction that writes.
    pub async fn write(&self) -> Result<Writing, sqlx::Error> {
        // Until it is committed, it is a doubt.
        let beat = Beat::new(Arc::clone(&self.pulse));
        self.is_in_place()?;
        let transaction = self.writer.begin_with(self.dialect.begin_writing()).await?;
        Ok(Writing::new(
            transaction,
            self.dialect,
            self.news.clone(),
            self.file_identity.clone(),
            beat,
        ))
    }

    /// A transaction that sees one state of the database throughout.
    pub async fn read(&self) -> Result<Transaction<'static, Any>, sqlx::Error> {
        self.is_in_place()?;
        self.readers.begin_with(self.dialect.begin_reading()).await
    }

    /// Single statements that read.
    pub fn readers(&self) -> &AnyPool {
        &self.readers
    }

    /// Single statements that write.
    pub fn writer(&self) -> &AnyPool {
        &self.writer
    }

    /// What is committed from now on, by any gateway.
    pub fn subscribe(&self) -> FeedSubscription {
        self.news.subscribe()
    }

    /// A task that one gateway at a time does, by its name, such as `poll:udir`.
    pub fn leadership(&self, name: impl Into<String>) -> Leadership {
        Leadership::new(name.into(), self.session.clone())
    }

    /// An error where an SQLite file was moved or replaced since it was opened.
    fn is_in_place(&self) -> Result<(), sqlx::Error> {
        self.file_identity
            .as_ref()
            .map_or(Ok(()), |file_identity| file_identity.check())
    }

    /// What the database's clock shows, at a moment that lies within the time that asking took; `None` where the machine's is its.
    pub async fn time(&self) -> Result<Option<Timestamp>, sqlx::Error> {
        if self.dialect == Dialect::Sqlite {
            return Ok(None);
        }
        let now = sqlx::query_scalar("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)");
        let now: i64 = now.fetch_one(&self.readers).await?;
        Timestamp::from_microsecond(now)
            .map(Some)
            .map_err(|error| sqlx::Error::Decode(error.into()))
    }

    /// How this gateway stands to the tasks that one gateway at a time does; nothing where there is but one.
    pub fn leads(&self) -> BTreeMap<String, Lead> {
        self.session
            .as_ref()
            .map_or_else(BTreeMap::new, |session| session.leads())
    }

    /// Gives up every lead; whoever asks next may have it.
    pub async fn give_up_leads(&self) {
        if let Some(session) = &self.session {
            session.close().await;
        }
    }

    /// Gives up every lead and ends every connection.
    pub async fn close(&self) {
        self.give_up_leads().await;
        self.news.close();
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// How long a caller waits for a connection before the database counts as not reachable.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);

/// SQLite's one writer is queued for, and the one in front may be storing a large batch.
const QUEUEING: Duration = Duration::from_secs(30);

/// The table that makes a store's copy a backup: it holds the sums over all others.
pub const BACKUP: &str = "_backup";
