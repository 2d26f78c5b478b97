//! The folder: which of DFØ's files lie in it, in which version, and a reading that notices when a file changes under it.

use std::collections::BTreeMap;
use std::fs::{self, File, Metadata};
use std::path::PathBuf;

use jiff::Timestamp;
use programgrant_contract::SourceError;
use serde::{Deserialize, Serialize};

use crate::wire::Published;

#[derive(Debug)]
pub struct Folder(PathBuf);

/// Tells one version of a file from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    size: u64,
    modified: Timestamp,
    /// A file that was replaced by renaming has another, even where size and time agree. 0 where the platform has none.
    inode: u64,
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        // A time that nobody states, or beyond year 9999, never changes; size and inode still do.
        let modified = metadata
            .modified()
            .ok()
            .and_then(|time| Timestamp::try_from(time).ok())
            .unwrap_or(Timestamp::MIN);
        Self {
            size: metadata.len(),
            modified,
            inode: inode(metadata),
        }
    }
}

#[cfg(unix)]
fn inode(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn inode(_metadata: &Metadata) -> u64 {
    0
}

impl Folder {
    pub fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// DFØ's files, years first; everything else in the folder is left alone.
    pub fn list(&self) -> Result<BTreeMap<Published, Stamp>, SourceError> {
        let unreadable = |_| SourceError::outage("the folder cannot be read");
        let mut files = BTreeMap::new();
        for entry in fs::read_dir(&self.0).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let Some(file) = entry.file_name().to_str().and_then(Published::parse) else {
                continue;
            };
            // One that has gone since it was listed is not there.
            let Ok(metadata) = fs::metadata(entry.path()) else {
                continue;
            };
            if metadata.is_file() {
                files.insert(file, Stamp::of(&metadata));
            }
        }
        Ok(files)
    }

    /// Lets `read` have the open file and its size; not ready where the file has changed meanwhile.
    pub fn read_unchanged<T>(
        &self,
        file: Published,
        read: impl FnOnce(File, u64) -> T,
    ) -> Result<(Stamp, T), SourceError> {
        let path = self.0.join(file.to_string());
        let unreadable = |_| SourceError::outage(format!("{file} cannot be read"));
        let opened = File::open(&path).map_err(unreadable)?;
        let before = Stamp::of(&opened.metadata().map_err(unreadable)?);
        let outcome = read(opened, before.size);
        let after = fs::metadata(&path).ok().map(|metadata| Stamp::of(&metadata));
        if after == Some(before) {
            Ok((before, outcome))
        } else {
            Err(SourceError::not_ready(format!("{file} changed while it was read")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{FileName, Form};

    #[test]
    fn a_file_that_changes_while_it_is_read_is_not_ready() {
        let place = tempfile::tempdir().expect("a folder");
        let folder = Folder::new(place.path().to_owned());
        let (year, form) = (FileName::Accounts { year: 2021 }, Form::Csv);
        let file = Published { file: year, form };
        let path = place.path().join(file.to_string());
        fs::write(&path, "one").expect("written");
        assert_eq!(folder.read_unchanged(file, |_, size| size).map(|(_, size)| size), Ok(3));
        let not_ready = Err(SourceError::not_ready(
            "statsregnskapet_aar_2021.csv changed while it was read",
        ));
        // It grows.
        assert_eq!(
            folder.read_unchanged(file, |_, _| fs::write(&path, "longer").expect("written")),
            not_ready
        );
        // It is replaced by one of the same size.
        let replace = |_: File, _: u64| {
            fs::write(place.path().join("new"), "LONGER").expect("written");
            fs::rename(place.path().join("new"), &path).expect("renamed");
        };
        assert_eq!(folder.read_unchanged(file, replace), not_ready);
        // It goes.
        assert_eq!(
            folder.read_unchanged(file, |_, _| fs::remove_file(&path).expect("removed")),
            not_ready
        );
    }
}
