//! Opening a database. The first connection says at once and in its own words what is wrong; only then come the pools, which would
//! try again in silence until their time is up.

use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use sqlx::any::AnyPoolOptions;
use sqlx::migrate::Migrator;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AnyConnection, AnyPool, Connection, Executor};
use tokio::time::timeout;

use super::{ACQUIRE_TIMEOUT, BACKUP, Dialect, QUEUEING};

/// Why the database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address itself may hold a password and is not repeated.
    #[error(
        "store.url: neither an SQLite address such as \"sqlite:programgrant.db\" nor a PostgreSQL one (postgres://…)"
    )]
    Address,
    #[error("store.url: the database cannot be opened: {0}")]
    Open(sqlx::Error),
    #[error("store.url: {}: {error}", path.display())]
    File { path: PathBuf, error: io::Error },
    /// Opened as a store, it would answer as if nothing had happened since.
    #[error("store.url: the file is a backup; `programgrant restore` brings it into a store")]
    Backup,
    #[error("store.url: the server is PostgreSQL {0}, and 14 or later is needed")]
    TooOld(String),
    #[error(
        "store.url: the database lacks the extension btree_gist, and this role may not create it: {0}. The database's owner runs in it: CREATE EXTENSION btree_gist;"
    )]
    Extension(sqlx::Error),
    #[error("store.url: the database cannot be brought to the present layout")]
    Migration(#[from] sqlx::migrate::MigrateError),
}

/// How each is brought to the present layout.
static SQLITE: Migrator = sqlx::migrate!("schema/migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("schema/migrations/postgres");

/// The number of the layout that this program knows.
pub fn layout(dialect: Dialect) -> i64 {
    layout_of(match dialect {
        Dialect::Sqlite => &SQLITE,
        Dialect::Postgres => &POSTGRES,
    })
}

fn layout_of(migrator: &Migrator) -> i64 {
    migrator
        .iter()
        .map(|migration| migration.version)
        .max()
        .unwrap_or_default()
}

/// The layout since which a claim has one row for each place.
const ONE_ROW_FOR_A_PLACE: i64 = 11;

/// The first PostgreSQL whose sessions end when they are silent, as a number of its own making.
const OLDEST: i64 = 140_000;

/// A gateway that is no longer seen loses its sessions, and with them its locks, within six seconds. Over a Unix socket these
/// settings mean nothing, and need not.
pub const SESSION: &str = "SET tcp_keepalives_idle = 2; SET tcp_keepalives_interval = 1; SET tcp_keepalives_count = 3; SET tcp_user_timeout = 5000;";

/// A transaction of a gateway that is no longer seen holds rows that the others need, so it ends, too.
const NO_IDLING: &str = "SET idle_in_transaction_session_timeout = 5000;";

/// The statements are short: compiling one took longer than all its work. And a plan that was made while a table was small is
/// wrong for good once it has grown, so each execution has its own.
const PLANS: &str = "SET jit = off; SET plan_cache_mode = force_custom_plan;";

/// Who made the tables may change the audit chain once its triggers are gone; the role under which the gateway works may not.
const ROLE: &str = "SET ROLE programgrant_gateway;";

const SETTINGS: &[&str] = &[SESSION, NO_IDLING, PLANS, ROLE];

/// WAL with `synchronous=FULL`: what is committed is on the disk.
const DURABLE: &str =
    "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;";
/// The log is worked into the file every 32 MB: by the default of 4 MB every other batch of the ledger had to wait for it, and wrote the
/// same pages again. And whoever writes has the pages at hand that all batches touch.
const WRITER: &[&str] = &[DURABLE, "PRAGMA wal_autocheckpoint = 8000; PRAGMA cache_size = -16384;"];
const READER: &[&str] = &[DURABLE, "PRAGMA query_only = ON;"];

/// Opens an SQLite file, makes it where there is none, and brings it to the present layout: who writes, and who reads.
pub async fn sqlite(url: &str) -> Result<(AnyPool, AnyPool), OpenError> {
    if let Some(path) = file_of(url) {
        be_there(&path).map_err(|error| OpenError::File { path, error })?;
    }
    let writing = with_option(url, "mode=rwc");
    let first = first(&writing)
        .await
        .map_err(|error| in_the_systems_words(url).unwrap_or(error))?;
    // It stays until the pools stand: what lies in memory goes with its last connection.
    let writer = pool(1, WRITER)
        .acquire_timeout(QUEUEING)
        .after_release(is_sound)
        .connect(&writing)
        .await
        .map_err(OpenError::Open)?;
    let readers = pool(4, READER)
        .after_release(is_sound)
        .connect(url)
        .await
        .map_err(OpenError::Open)?;
    first.close().await.map_err(OpenError::Open)?;
    Ok((writer, readers))
}

async fn first(url: &str) -> Result<AnyConnection, OpenError> {
    let mut first = connect(url, WRITER).await.map_err(OpenError::Open)?;
    if is_backup(&mut first).await.map_err(OpenError::Open)? {
        return Err(OpenError::Backup);
    }
    migrate(&SQLITE, &mut first).await?;
    Ok(first)
}

/// Why the file cannot be written, if that is so.
fn in_the_systems_words(url: &str) -> Option<OpenError> {
    let path = file_of(url)?;
    let error = may_be_written(&path).err()?;
    Some(OpenError::File { path, error })
}

#[cfg(unix)]
fn may_be_written(path: &Path) -> io::Result<()> {
    Ok(rustix::fs::access(path, rustix::fs::Access::WRITE_OK)?)
}

#[cfg(not(unix))]
fn may_be_written(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Opens a PostgreSQL database and brings it to the present layout.
pub async fn postgres(url: &str) -> Result<AnyPool, OpenError> {
    let mut owner = connect(url, &[]).await.map_err(OpenError::Open)?;
    let version = "SELECT current_setting('server_version'), CAST(current_setting('server_version_num') AS BIGINT)";
    let (version, number): (String, i64) = sqlx::query_as(version)
        .fetch_one(&mut owner)
        .await
        .map_err(OpenError::Open)?;
    if number < OLDEST {
        return Err(OpenError::TooOld(version));
    }
    have_extension(&mut owner).await?;
    migrate(&POSTGRES, &mut owner).await?;
    set(&mut owner, SETTINGS).await.map_err(OpenError::Open)?;
    owner.close().await.map_err(OpenError::Open)?;
    pool(8, SETTINGS).connect(url).await.map_err(OpenError::Open)
}

/// The ledger's exclusion constraint needs it. Asked for before anything is changed, so that a start without the right leaves all as it was.
async fn have_extension(owner: &mut AnyConnection) -> Result<(), OpenError> {
    if has_extension(owner).await? {
        return Ok(());
    }
    match owner.execute("CREATE EXTENSION IF NOT EXISTS btree_gist").await {
        Ok(_) => Ok(()),
        // Another gateway, which starts at the same time, may have been first.
        Err(_) if has_extension(owner).await? => Ok(()),
        Err(error) => Err(OpenError::Extension(error)),
    }
}

async fn has_extension(owner: &mut AnyConnection) -> Result<bool, OpenError> {
    let there = sqlx::query_scalar("SELECT count(*) FROM pg_extension WHERE extname = 'btree_gist'");
    let there: i64 = there.fetch_one(owner).await.map_err(OpenError::Open)?;
    Ok(there > 0)
}

/// Brings a store to the present layout, and says so where the ledger's slots were brought along.
async fn migrate(migrator: &Migrator, connection: &mut AnyConnection) -> Result<(), OpenError> {
    let newest = sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM _sqlx_migrations");
    // A new database has no such table.
    let before: i64 = newest.fetch_one(&mut *connection).await.unwrap_or_default();
    migrator.run(&mut *connection).await?;
    if (1..ONE_ROW_FOR_A_PLACE).contains(&before) {
        let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM slot")
            .fetch_one(&mut *connection)
            .await
            .map_err(OpenError::Open)?;
        tracing::info!(
            rows,
            from = before,
            to = layout_of(migrator),
            "the ledger's slots have one row for each claim and place; they are the same slots as before"
        );
    }
    Ok(())
}

async fn connect(url: &str, settings: &'static [&'static str]) -> Result<AnyConnection, sqlx::Error> {
    let connecting = async {
        let mut connection = AnyConnection::connect(url).await?;
        set(&mut connection, settings).await?;
        Ok(connection)
    };
    let late = || {
        io::Error::new(
            io::ErrorKind::TimedOut,
            format!("no answer within {} seconds", ACQUIRE_TIMEOUT.as_secs()),
        )
    };
    timeout(ACQUIRE_TIMEOUT, connecting)
        .await
        .unwrap_or_else(|_| Err(late().into()))
}

async fn set(connection: &mut AnyConnection, settings: &'static [&'static str]) -> Result<(), sqlx::Error> {
    for setting in settings {
        connection.execute(*setting).await?;
    }
    Ok(())
}

fn pool(connections: u32, settings: &'static [&'static str]) -> AnyPoolOptions {
    AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .after_connect(move |connection, _| {
            Box::pin(async move {
                // The pool tries again and in the end says only that its time is up.
                set(connection, settings)
                    .await
                    .inspect_err(|error| tracing::error!(%error, "a new connection to the database is of no use"))
            })
        })
}

/// Whether a connection may be used again. SQLite ends a transaction by itself where the disk is full or fails; the driver goes on
/// counting it as open and would refuse every later one. A PostgreSQL session whose transaction the server ended is found out by
/// the pool's own question.
fn is_sound(
    connection: &mut AnyConnection,
    _: sqlx::pool::PoolConnectionMetadata,
) -> futures::future::BoxFuture<'_, Result<bool, sqlx::Error>> {
    Box::pin(async move {
        // The rollback of a dropped transaction is only queued; this comes behind it.
        connection.ping().await?;
        let is_open = connection.is_in_transaction();
        if is_open {
            tracing::warn!("the database ended a transaction by itself; its connection is thrown away");
        }
        Ok(!is_open)
    })
}

/// The file of an SQLite address; `None` for a database in memory, and for other addresses.
pub fn file_of(url: &str) -> Option<PathBuf> {
    let options = SqliteConnectOptions::from_str(url)
        .ok()
        .filter(|_| url.starts_with("sqlite:"))?;
    // An address in memory has a name and no file.
    (!url.contains(":memory:") && !url.contains("mode=memory")).then(|| options.get_filename().to_owned())
}

/// Makes the file where there is none: the system says why it cannot, and SQLite does not. One that is there is not opened, since
/// closing it again would take away the locks that this process has on it.
fn be_there(path: &Path) -> io::Result<()> {
    match std::fs::metadata(path) {
        Ok(found) if found.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => match std::fs::File::create_new(path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
            _ => Ok(()),
        },
        Err(error) => Err(error),
    }
}

async fn is_backup(connection: &mut AnyConnection) -> Result<bool, sqlx::Error> {
    let marks: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_master WHERE name = $1")
        .bind(BACKUP)
        .fetch_one(connection)
        .await?;
    Ok(marks > 0)
}

fn with_option(url: &str, option: &str) -> String {
    if url.contains(option) {
        return url.to_owned();
    }
    let joint = if url.contains('?') { '&' } else { '?' };
    format!("{url}{joint}{option}")
}
