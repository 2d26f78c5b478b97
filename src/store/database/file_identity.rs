//! Whether an SQLite file is still the one that its path names. A file that was moved or deleted under an open connection takes
//! whatever is written to it along, and nobody finds it again.

use std::io;
use std::path::PathBuf;

use super::file_of;

/// A file, by its path and by itself.
#[derive(Debug)]
pub struct FileIdentity {
    path: PathBuf,
    identity: Identity,
}

/// Device and inode; where a system has none, that the file is there.
type Identity = (u64, u64);

impl FileIdentity {
    /// The file of an SQLite address; `None` for a database in memory.
    pub fn of(url: &str) -> Option<Self> {
        let path = file_of(url)?;
        let identity = identity(&path).ok()?;
        Some(Self { path, identity })
    }

    /// An error where the path names another file by now, or none.
    pub fn check(&self) -> Result<(), sqlx::Error> {
        if identity(&self.path)? == self.identity {
            return Ok(());
        }
        Err(io::Error::new(io::ErrorKind::NotFound, "the database file was moved or replaced").into())
    }
}

#[cfg(unix)]
fn identity(path: &std::path::Path) -> io::Result<Identity> {
    use std::os::unix::fs::MetadataExt;
    let metadata = std::fs::metadata(path)?;
    Ok((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn identity(path: &std::path::Path) -> io::Result<Identity> {
    std::fs::metadata(path).map(|_| (0, 0))
}
