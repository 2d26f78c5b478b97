//! Copies of a whole store, register and ledger: backup, restore, and the move from one store to another. One ledger is in
//! business at a time: whatever dies half-way leaves none or one.

mod file;

use std::path::{Path, PathBuf};

use programgrant_core::ledger::Command;

use crate::clock::Clock;
use crate::store::database::copy::{self, CopyError, End, Sums};
use crate::store::database::{Database, OpenError};
use crate::store::ledger::{ChainFlaw, LedgerClock, LedgerStore, Soundness, SqlStore, StoreError};

/// Why a ledger that has moved is suspended. It stays so for good.
pub const MOVED: &str = "the ledger has moved to another store";
/// Why a restored ledger is.
pub const RESTORED: &str = "the ledger was restored from a backup and has not been reconciled";
/// Why a ledger is that has just arrived.
const ARRIVED: &str = "the ledger was moved here and is not open yet";

/// Why there is no copy.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{}: there is a file of that name", .0.display())]
    Exists(PathBuf),
    #[error("{}: {error}", path.display())]
    File { path: PathBuf, error: std::io::Error },
    #[error("{}: there is no such database", .0.display())]
    Absent(PathBuf),
    #[error("{}: no backup of a gateway's store", .0.display())]
    NoBackup(PathBuf),
    #[error("{}: the backup is damaged: it does not hold what it held when it was made", .0.display())]
    Damaged(PathBuf),
    #[error("{what}: the chain is not sound: {flaw}")]
    Unsound { what: &'static str, flaw: ChainFlaw },
    #[error("{0}")]
    Open(&'static str, #[source] OpenError),
    #[error(transparent)]
    Copy(#[from] CopyError),
    #[error(transparent)]
    Ledger(#[from] StoreError),
}

impl Error {
    /// Whether the data are to blame, and not the way in which they were asked for.
    pub const fn is_unsound(&self) -> bool {
        matches!(
            self,
            Self::Unsound { .. } | Self::Damaged(_) | Self::Copy(CopyError::Altered(_))
        )
    }
}

/// The ledger in a database, for suspending, resuming and verifying it.
pub async fn ledger(database: Database, clock: &Clock) -> Result<SqlStore, StoreError> {
    let clock = LedgerClock::of(&database, clock);
    // Terms bind clearances, and none is given here.
    SqlStore::open(
        database,
        clock,
        programgrant_core::ledger::Terms {
            clearance: jiff::SignedDuration::ZERO,
        },
    )
    .await
}

/// An SQLite file that is not there would be made, and be an empty ledger without a flaw.
pub fn expect_existing(url: &str) -> Result<(), Error> {
    file::missing(url).map_or(Ok(()), |path| Err(Error::Absent(path)))
}

/// Opens a database that is there already.
pub async fn open_existing(url: &str, what: &'static str) -> Result<Database, Error> {
    expect_existing(url)?;
    Database::open(url).await.map_err(|error| Error::Open(what, error))
}

/// Writes everything into a new SQLite file, as one moment saw it, and verifies what is in the file.
pub async fn backup(source: &Database, file: &Path, clock: &Clock) -> Result<Soundness, Error> {
    let unfinished = file::Unfinished::beside(file)?;
    let copy = unfinished.open().await?;
    let sums = transfer(source, &copy, None).await?;
    let soundness = sound(&ledger(copy.clone(), clock).await?, "the backup").await?;
    copy.close().await;
    unfinished.finish(file, &sums).await?;
    Ok(soundness)
}

/// Brings a backup into an empty store and leaves the ledger suspended there.
pub async fn restore(file: &Path, target: &Database, clock: &Clock) -> Result<Soundness, Error> {
    let working = file::Working::of(file).await?;
    let backup = working.open().await?;
    // The chain first: it can name the entry.
    sound(&ledger(backup.clone(), clock).await?, "the backup").await?;
    working.check(&backup).await?;
    transfer(
        &backup,
        target,
        Some(Suspension {
            clock,
            reason: RESTORED,
        }),
    )
    .await?;
    backup.close().await;
    sound(&ledger(target.clone(), clock).await?, "the restored ledger").await
}

/// A move that came to its end.
#[derive(Debug)]
pub struct Moved {
    pub soundness: Soundness,
    /// Why the ledger is suspended in its new store; `None` where it is open for business.
    pub suspended: Option<String>,
}

/// Moves everything into an empty store. The source is suspended for good before anything is copied, and the target opens only
/// when its copy has been found sound, so that at no moment two ledgers answer.
pub async fn migrate(source: &Database, target: &Database, clock: &Clock) -> Result<Moved, Error> {
    expect_empty(target).await?;
    let old = ledger(source.clone(), clock).await?;
    sound(&old, "the source").await?;
    let (_, before) = old.standing().await?;
    suspend_for_good(&old).await?;
    let reason = before.as_deref().filter(|reason| *reason != MOVED).unwrap_or(ARRIVED);
    transfer(source, target, Some(Suspension { clock, reason })).await?;
    let new = ledger(target.clone(), clock).await?;
    let soundness = sound(&new, "the moved ledger").await?;
    // A source that was closed already may have another copy elsewhere: somebody has to say that this one counts.
    if before.is_some() {
        return Ok(Moved {
            soundness,
            suspended: Some(reason.to_owned()),
        });
    }
    tell(
        &new,
        Command::Resume {
            by: None,
            reason: "the ledger goes on in this store".to_owned(),
            forgot: false,
        },
    )
    .await?;
    Ok(Moved {
        soundness: sound(&new, "the moved ledger").await?,
        suspended: None,
    })
}

/// What the copy is under from its first moment on.
struct Suspension<'a> {
    clock: &'a Clock,
    reason: &'a str,
}

/// Copies one moment of the source, in one transaction of the target.
async fn transfer(source: &Database, target: &Database, suspension: Option<Suspension<'_>>) -> Result<Sums, Error> {
    let mut reading = source.read().await.map_err(CopyError::from)?;
    let mut writing = target.write().await.map_err(CopyError::from)?;
    let (mut from, mut to) = (
        End {
            connection: &mut reading,
            dialect: source.dialect,
        },
        End {
            connection: &mut writing,
            dialect: target.dialect,
        },
    );
    let sums = copy::everything(&mut from, &mut to).await?;
    if let Some(Suspension { clock, reason }) = suspension {
        ledger(target.clone(), clock)
            .await?
            .suspend_within(&mut writing, reason)
            .await?;
    }
    writing.commit().await.map_err(CopyError::from)?;
    Ok(sums)
}

async fn expect_empty(target: &Database) -> Result<(), Error> {
    let mut reading = target.read().await.map_err(CopyError::from)?;
    Ok(copy::expect_empty(&mut End {
        connection: &mut reading,
        dialect: target.dialect,
    })
    .await?)
}

async fn sound(ledger: &SqlStore, what: &'static str) -> Result<Soundness, Error> {
    ledger.verify(None).await?.map_err(|flaw| Error::Unsound { what, flaw })
}

async fn suspend_for_good(ledger: &SqlStore) -> Result<(), Error> {
    tell(
        ledger,
        Command::Suspend {
            by: None,
            reason: MOVED.to_owned(),
        },
    )
    .await
}

/// Suspending and resuming are never refused.
async fn tell(ledger: &SqlStore, command: Command) -> Result<(), Error> {
    ledger.apply(&[command]).await?;
    Ok(())
}
