//! Backups as files: an unfinished one has another name, a finished one is on the disk, and one that is read is never touched.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
use sqlx::{AnyConnection, AssertSqlSafe, ConnectOptions, Connection};
use tempfile::{TempDir, TempPath};

use super::Error;
use crate::store::database::copy::{self, CopyError, End, Sums};
use crate::store::database::{BACKUP, Database, Dialect, file_of};

/// The file of an SQLite address, where there is none.
pub fn missing(url: &str) -> Option<PathBuf> {
    file_of(url).filter(|path| !path.exists())
}

/// A backup that is being written, in a folder of its own beside the place where it will be.
pub struct Unfinished {
    folder: TempDir,
    path: PathBuf,
}

impl Unfinished {
    pub fn beside(file: &Path) -> Result<Self, Error> {
        if file.symlink_metadata().is_ok() {
            return Err(Error::Exists(file.to_owned()));
        }
        let at = |error| Error::File {
            path: file.to_owned(),
            error,
        };
        let parent = file
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        // Its owner alone may look into it: the key that signs receipts is in there.
        let folder = tempfile::Builder::new()
            .prefix(".unfinished-backup-")
            .tempdir_in(parent)
            .map_err(at)?;
        let path = folder.path().join("backup.db");
        owners_alone(&mut OpenOptions::new())
            .write(true)
            .create_new(true)
            .open(&path)
            .map_err(at)?;
        Ok(Self { folder, path })
    }

    pub async fn open(&self) -> Result<Database, Error> {
        Database::open(&address(&self.path))
            .await
            .map_err(|error| Error::Open("the backup", error))
    }

    /// Marks it as a backup with the sums over what it holds, and brings it to the disk in one file, then to its name.
    pub async fn finish(self, file: &Path, sums: &Sums) -> Result<(), Error> {
        // With a write-ahead log there would be files beside it that belong to it.
        let mut connection = options(&self.path)
            .journal_mode(SqliteJournalMode::Delete)
            .connect()
            .await
            .map_err(unreadable)?;
        for statement in [
            format!("CREATE TABLE {BACKUP} (sums TEXT NOT NULL) STRICT"),
            format!("INSERT INTO {BACKUP} (sums) VALUES ($1)"),
        ] {
            let statement = sqlx::query(AssertSqlSafe(statement));
            statement
                .bind(sums.to_string())
                .execute(&mut connection)
                .await
                .map_err(unreadable)?;
        }
        connection.close().await.map_err(unreadable)?;
        let at = |error| Error::File {
            path: file.to_owned(),
            error,
        };
        File::open(&self.path)
            .and_then(|written| written.sync_all())
            .map_err(at)?;
        let path = TempPath::try_from_path(&self.path).map_err(at)?;
        path.persist_noclobber(file).map_err(|error| match error.error.kind() {
            std::io::ErrorKind::AlreadyExists => Error::Exists(file.to_owned()),
            _ => at(error.error),
        })?;
        let parent = self.folder.path().parent().unwrap_or(Path::new("."));
        File::open(parent).and_then(|parent| parent.sync_all()).map_err(at)
    }
}

/// A copy of a backup to read from, so that a backup of an earlier version can be brought to the present layout.
pub struct Working<'a> {
    backup: &'a Path,
    _folder: TempDir,
    path: PathBuf,
    /// Whether every table holds what it held when the backup was made.
    is_intact: bool,
}

impl<'a> Working<'a> {
    pub async fn of(backup: &'a Path) -> Result<Self, Error> {
        let at = |error| Error::File {
            path: backup.to_owned(),
            error,
        };
        let mut from = File::open(backup).map_err(at)?;
        let folder = tempfile::tempdir().map_err(at)?;
        let path = folder.path().join("backup.db");
        let mut to = owners_alone(&mut OpenOptions::new())
            .write(true)
            .create_new(true)
            .open(&path)
            .map_err(at)?;
        std::io::copy(&mut from, &mut to).map_err(at)?;
        let noted = take_sums(&path).await.map_err(|_| Error::NoBackup(backup.to_owned()))?;
        // What cannot be read is not intact; the chain may be able to say where.
        let is_intact = sums(&path).await.is_ok_and(|found| found == noted);
        Ok(Self {
            backup,
            _folder: folder,
            path,
            is_intact,
        })
    }

    pub async fn open(&self) -> Result<Database, Error> {
        Database::open(&address(&self.path))
            .await
            .map_err(|error| Error::Open("the backup", error))
    }

    /// What the chain does not cover: the register, and the file's own structure.
    pub async fn check(&self, open: &Database) -> Result<(), Error> {
        let found: Result<String, _> = sqlx::query_scalar("PRAGMA integrity_check(1)")
            .fetch_one(open.readers())
            .await;
        let is_whole = self.is_intact && found.is_ok_and(|found| found == "ok");
        if is_whole {
            Ok(())
        } else {
            Err(Error::Damaged(self.backup.to_owned()))
        }
    }
}

/// Reads the sums that were noted in a backup, and makes the copy a store again.
async fn take_sums(path: &Path) -> Result<String, sqlx::Error> {
    let mut connection = options(path).connect().await?;
    let noted = sqlx::query_scalar(AssertSqlSafe(format!("SELECT sums FROM {BACKUP}")))
        .fetch_one(&mut connection)
        .await?;
    sqlx::query(AssertSqlSafe(format!("DROP TABLE {BACKUP}")))
        .execute(&mut connection)
        .await?;
    connection.close().await?;
    Ok(noted)
}

/// The sums over what is in the file, in the layout that it has.
async fn sums(path: &Path) -> Result<String, CopyError> {
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(&address(path)).await?;
    let sums = copy::sums(&mut End {
        connection: &mut connection,
        dialect: Dialect::Sqlite,
    })
    .await?;
    connection.close().await?;
    Ok(sums.to_string())
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new().filename(path).disable_statement_logging()
}

/// The address of a file, whatever signs its name holds.
fn address(path: &Path) -> String {
    format!(
        "sqlite:{}",
        path.display()
            .to_string()
            .replace('%', "%25")
            .replace('?', "%3F")
            .replace('#', "%23")
    )
}

fn unreadable(error: sqlx::Error) -> Error {
    CopyError::from(error).into()
}

#[cfg(unix)]
fn owners_alone(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600)
}

#[cfg(not(unix))]
fn owners_alone(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}
