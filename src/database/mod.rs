//! The store's two shapes behind one door: SQLite inside the process, or PostgreSQL for several gateways. Every statement is
//! written once, with `$1` for its parameters; where the two languages differ, [`Dialect`] says how.

mod catalogue;
pub mod copy;

use std::time::Duration;

use sqlx::any::AnyPoolOptions;
use sqlx::{Any, AnyPool, Executor, Transaction};

/// Why the database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address itself may hold a password and is not repeated.
    #[error("store.url: neither an SQLite address such as \"sqlite:programgrant.db\" nor a PostgreSQL one (postgres://…)")]
    Address,
    #[error("store.url: the database cannot be opened")]
    Open(#[source] sqlx::Error),
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
#[derive(Debug, Clone)]
pub struct Database {
    pub dialect: Dialect,
    url: String,
    /// SQLite has one writer, and a queue in front of it beats its busy handler: one connection.
    writer: AnyPool,
    readers: AnyPool,
}

impl Database {
    /// Opens the database, makes it where SQLite may, and brings it to the present layout.
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        let dialect = Dialect::of(url).ok_or(OpenError::Address)?;
        sqlx::any::install_default_drivers();
        let (writer, readers) = match dialect {
            Dialect::Sqlite => {
                let writer = sqlite(1, "").connect(&with_option(url, "mode=rwc")).await.map_err(OpenError::Open)?;
                sqlx::migrate!("schema/migrations/sqlite").run(&writer).await?;
                (writer, sqlite(4, "PRAGMA query_only = ON;").connect(url).await.map_err(OpenError::Open)?)
            }
            Dialect::Postgres => {
                let pool = AnyPoolOptions::new().max_connections(8).acquire_timeout(PATIENCE).connect(url).await.map_err(OpenError::Open)?;
                sqlx::migrate!("schema/migrations/postgres").run(&pool).await?;
                (pool.clone(), pool)
            }
        };
        Ok(Self { dialect, url: url.to_owned(), writer, readers })
    }

    /// The address, for those who need a connection of their own. It may hold a password.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A transaction that writes.
    pub async fn write(&self) -> Result<Transaction<'static, Any>, sqlx::Error> {
        self.writer.begin_with(self.dialect.begin_writing()).await
    }

    /// A transaction that sees one state of the database throughout.
    pub async fn read(&self) -> Result<Transaction<'static, Any>, sqlx::Error> {
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

    /// Whether the database answers.
    pub async fn is_reachable(&self) -> bool {
        sqlx::query("SELECT 1").execute(&self.readers).await.is_ok()
    }

    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// How long a caller waits for a connection before the database counts as not reachable.
const PATIENCE: Duration = Duration::from_secs(3);

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

fn with_option(url: &str, option: &str) -> String {
    if url.contains(option) {
        return url.to_owned();
    }
    let joint = if url.contains('?') { '&' } else { '?' };
    format!("{url}{joint}{option}")
}
