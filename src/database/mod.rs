//! The store's two shapes behind one door: SQLite inside the process, or PostgreSQL for several gateways. Every statement is
//! written once, with `$1` for its parameters; where the two languages differ, [`Dialect`] says how.

mod catalogue;
pub mod copy;
mod leadership;
mod news;
mod seat;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use sqlx::any::AnyPoolOptions;
use sqlx::{Any, AnyPool, Executor, Transaction};

pub use leadership::Leadership;
use leadership::Session;
pub use news::{News, Notice, Subscription, Writing};
use seat::Seat;

/// Why the database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address itself may hold a password and is not repeated.
    #[error("store.url: neither an SQLite address such as \"sqlite:programgrant.db\" nor a PostgreSQL one (postgres://…)")]
    Address,
    #[error("store.url: the database cannot be opened")]
    Open(#[source] sqlx::Error),
    /// Opened as a store, it would answer as if nothing had happened since.
    #[error("store.url: the file is a backup; `programgrant restore` brings it into a store")]
    Backup,
    #[error("the database has another layout")]
    Migration(#[from] sqlx::migrate::MigrateError),
}

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
    news: News,
    /// Only where there may be other gateways.
    session: Option<Arc<Session>>,
    /// Only where it is a file.
    seat: Option<Arc<Seat>>,
}

/// The address may hold a password and is never shown.
impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database").field("dialect", &self.dialect).finish_non_exhaustive()
    }
}

impl Database {
    /// Opens the database, makes it where SQLite may, and brings it to the present layout.
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        let dialect = Dialect::of(url).ok_or(OpenError::Address)?;
        sqlx::any::install_default_drivers();
        let (writer, readers) = match dialect {
            Dialect::Sqlite => {
                let writer = sqlite(1, "").acquire_timeout(QUEUEING).connect(&with_option(url, "mode=rwc")).await.map_err(OpenError::Open)?;
                if is_backup(&writer).await.map_err(OpenError::Open)? {
                    return Err(OpenError::Backup);
                }
                sqlx::migrate!("schema/migrations/sqlite").run(&writer).await?;
                (writer, sqlite(4, "PRAGMA query_only = ON;").connect(url).await.map_err(OpenError::Open)?)
            }
            Dialect::Postgres => {
                let owner = AnyPoolOptions::new().max_connections(1).acquire_timeout(PATIENCE).connect(url).await.map_err(OpenError::Open)?;
                sqlx::migrate!("schema/migrations/postgres").run(&owner).await?;
                owner.close().await;
                let pool = postgres(8).connect(url).await.map_err(OpenError::Open)?;
                (pool.clone(), pool)
            }
        };
        let session = (dialect == Dialect::Postgres).then(|| Arc::new(Session::new(url)));
        let news = News::open(dialect, url).await.map_err(OpenError::Open)?;
        let seat = (dialect == Dialect::Sqlite).then(|| Seat::of(url).map(Arc::new)).flatten();
        Ok(Self { dialect, url: url.into(), writer, readers, news, session, seat })
    }

    /// The address, for those who need a connection of their own. It may hold a password.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A transaction that writes.
    pub async fn write(&self) -> Result<Writing, sqlx::Error> {
        self.is_in_place()?;
        let transaction = self.writer.begin_with(self.dialect.begin_writing()).await?;
        Ok(Writing::new(transaction, self.dialect, self.news.clone(), self.seat.clone()))
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
    pub fn subscribe(&self) -> Subscription {
        self.news.subscribe()
    }

    /// A task that one gateway at a time does, by its name, such as `poll:udir`.
    pub fn leadership(&self, name: impl Into<String>) -> Leadership {
        Leadership::new(name.into(), self.session.clone())
    }

    /// An error where an SQLite file was moved or replaced since it was opened.
    fn is_in_place(&self) -> Result<(), sqlx::Error> {
        self.seat.as_ref().map_or(Ok(()), |seat| seat.check())
    }

    /// Whether the database answers.
    pub async fn is_reachable(&self) -> bool {
        let answer = tokio::time::timeout(PATIENCE, sqlx::query("SELECT 1").execute(&self.readers)).await;
        self.is_in_place().is_ok() && answer.is_ok_and(|answer| answer.is_ok())
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
const PATIENCE: Duration = Duration::from_secs(3);

/// SQLite's one writer is queued for, and the one in front may be storing a large batch.
const QUEUEING: Duration = Duration::from_secs(30);

/// A gateway that is no longer seen loses its sessions, and with them its locks, within six seconds. Over a Unix socket these
/// settings mean nothing, and need not.
const SESSION: &str = "SET tcp_keepalives_idle = 2; SET tcp_keepalives_interval = 1; SET tcp_keepalives_count = 3; SET tcp_user_timeout = 5000;";

/// A transaction of a gateway that is no longer seen holds rows that the others need, so it ends, too.
const NO_IDLING: &str = "SET idle_in_transaction_session_timeout = 5000;";

/// The statements are short: compiling one took longer than all its work. And a plan that was made while a table was small is
/// wrong for good once it has grown, so each execution has its own.
const PLANS: &str = "SET jit = off; SET plan_cache_mode = force_custom_plan;";

/// Who made the tables may change the audit chain once its triggers are gone; the role under which the gateway works may not.
const ROLE: &str = "SET ROLE programgrant_gateway;";

fn postgres(connections: u32) -> AnyPoolOptions {
    AnyPoolOptions::new().max_connections(connections).acquire_timeout(PATIENCE).after_connect(|connection, _| {
        Box::pin(async move {
            connection.execute(SESSION).await?;
            connection.execute(NO_IDLING).await?;
            connection.execute(PLANS).await?;
            connection.execute(ROLE).await?;
            Ok(())
        })
    })
}

/// WAL with `synchronous=FULL`: what is committed is on the disk.
fn sqlite(connections: u32, more: &'static str) -> AnyPoolOptions {
    AnyPoolOptions::new().max_connections(connections).acquire_timeout(PATIENCE).after_connect(move |connection, _| {
        Box::pin(async move {
            let settings = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;";
            connection.execute(settings).await?;
            if !more.is_empty() {
                connection.execute(more).await?;
            }
            Ok(())
        })
    })
}

/// The table that makes a store's copy a backup: it holds the sums over all others.
pub const BACKUP: &str = "_backup";

async fn is_backup(pool: &AnyPool) -> Result<bool, sqlx::Error> {
    let marks: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_master WHERE name = $1").bind(BACKUP).fetch_one(pool).await?;
    Ok(marks > 0)
}

fn with_option(url: &str, option: &str) -> String {
    if url.contains(option) {
        return url.to_owned();
    }
    let joint = if url.contains('?') { '&' } else { '?' };
    format!("{url}{joint}{option}")
}
