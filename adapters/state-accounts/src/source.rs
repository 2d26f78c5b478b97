//! The state accounts, read: a changed file a pull, from a folder or from where they are published.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use programgrant_contract::{Batch, Http, Position, Receipt, Source, SourceError, Years};
use programgrant_schema::{BudgetPost, Gap};
use reqwest::Url;

use crate::cursor::Cursor;
use crate::folder::{Folder, Stamp};
use crate::reading::{Outcome, Wanted};
use crate::site::Site;
use crate::wire::{FileName, Published, Unreadable};

/// DFØ's files.
#[derive(Debug, Clone)]
pub struct StateAccounts(Place);

#[derive(Debug, Clone)]
enum Place {
    Folder(Arc<Reader>),
    Site(Arc<Site>),
}

/// What the blocking part of a pull works with.
#[derive(Debug)]
struct Reader {
    folder: Folder,
    wanted: Wanted,
}

impl StateAccounts {
    /// Keeps the rows of `posts` and what reached municipalities on any; `limit` is in bytes per file.
    pub fn new(folder: PathBuf, posts: HashSet<BudgetPost>, limit: u64) -> Self {
        Self(Place::Folder(Arc::new(Reader {
            folder: Folder::new(folder),
            wanted: Wanted { posts, limit },
        })))
    }

    /// The same from the archives that lie under `base`.
    pub fn at(http: Http, base: Url, posts: HashSet<BudgetPost>, limit: u64) -> Self {
        let wanted = Arc::new(Wanted { posts, limit });
        Self(Place::Site(Arc::new(Site::new(http, base, wanted))))
    }
}

#[async_trait]
impl Source for StateAccounts {
    async fn pull(&self, position: Option<&Position>, years: Years) -> Result<Batch, SourceError> {
        match &self.0 {
            Place::Folder(reader) => {
                let reader = Arc::clone(reader);
                let cursor = position.and_then(Position::decode);
                blocking(move || reader.step(cursor)).await?
            }
            Place::Site(site) => site.step(position.and_then(Position::decode), years.to).await,
        }
    }

    async fn acknowledge(&self, _receipt: &Receipt) -> Result<(), SourceError> {
        Ok(())
    }
}

/// Reads where it may take its time.
pub async fn blocking<T: Send + 'static>(read: impl FnOnce() -> T + Send + 'static) -> Result<T, SourceError> {
    let step = tokio::task::spawn_blocking(read);
    step.await
        .map_err(|_| SourceError::outage("the reading was broken off"))
}

/// What lies in the folder of one file: itself, an archive of it, or both.
type Versions = BTreeMap<Published, Stamp>;

impl Reader {
    /// Where the walk stands; another measure means that every file is read again.
    fn resume(&self, cursor: Option<Cursor>) -> Cursor {
        let measure = self.wanted.measure();
        match cursor {
            Some(cursor) if cursor.measure == measure => cursor,
            Some(cursor) => Cursor {
                measure,
                files: cursor.files.into_keys().map(|name| (name, None)).collect(),
            },
            None => Cursor {
                measure,
                files: BTreeMap::new(),
            },
        }
    }

    /// Reads the first changed file that can be read.
    fn step(&self, cursor: Option<Cursor>) -> Result<Batch, SourceError> {
        let mut cursor = self.resume(cursor);
        let mut present: BTreeMap<FileName, Versions> = BTreeMap::new();
        for (published, stamp) in self.folder.list()? {
            present.entry(published.file).or_default().insert(published, stamp);
        }
        let gaps = vanished(&cursor, &present);
        let is_changed = |file: FileName, versions: &Versions| was_read(&cursor, file) != as_read(versions);
        let changed: Vec<(FileName, &Versions)> = present
            .iter()
            .filter(|(file, versions)| is_changed(**file, versions))
            .map(|(file, versions)| (*file, versions))
            .collect();
        let mut failure = None;
        for (file, versions) in &changed {
            // A file that cannot be read just now holds nobody up: its failure is told once the others are through.
            match self.read(versions) {
                Err(error) => failure = failure.or(Some(error)),
                Ok((read, Outcome { records, set_aside })) => {
                    cursor.files.retain(|name, _| file_of(name) != Some(*file));
                    cursor.files.extend(as_read(&read));
                    let (scope, more) = (Some(file.id()), changed.len() > 1);
                    return Ok(Batch {
                        records,
                        set_aside,
                        scope,
                        gaps,
                        more,
                        ..Batch::empty(Position::encode(&cursor))
                    });
                }
            }
        }
        failure.map_or_else(
            || {
                Ok(Batch {
                    gaps,
                    ..Batch::empty(Position::encode(&cursor))
                })
            },
            Err,
        )
    }

    /// The file in each form in which it lies there. Which of two is the right one, nobody can tell: they must say the same.
    fn read(&self, versions: &Versions) -> Result<(Versions, Outcome), SourceError> {
        let mut read: Vec<(Published, Stamp, Outcome)> = Vec::new();
        for published in versions.keys() {
            let (stamp, outcome) = self.read_one(*published)?;
            read.push((*published, stamp, outcome));
        }
        let stamps = read.iter().map(|(published, stamp, _)| (*published, *stamp)).collect();
        let mut outcomes = read.into_iter().map(|(published, _, outcome)| (published, outcome));
        let Some((first, outcome)) = outcomes.next() else {
            return Err(SourceError::not_ready("the file has gone"));
        };
        let other = outcomes.find(|(_, other)| !outcome.agrees(other));
        Ok((
            stamps,
            other.map_or(outcome, |(second, _)| {
                let reason = format!("{first} and {second} do not say the same; one of them must go");
                Outcome::refused(first, None, reason)
            }),
        ))
    }

    fn read_one(&self, published: Published) -> Result<(Stamp, Outcome), SourceError> {
        let (stamp, outcome) = self
            .folder
            .read_unchanged(published, |opened, size| self.wanted.read(published, opened, size))?;
        let outcome = outcome.map_err(|error| match error {
            Unreadable::Io | Unreadable::Refused { .. } => SourceError::outage(format!("{published} cannot be read")),
        })?;
        Ok((stamp, outcome))
    }
}

fn file_of(name: &str) -> Option<FileName> {
    Published::parse(name).map(|published| published.file)
}

/// What was read of the file, as the position has it.
fn was_read(cursor: &Cursor, file: FileName) -> BTreeMap<String, Option<Stamp>> {
    let of_file = cursor.files.iter().filter(|(name, _)| file_of(name) == Some(file));
    of_file.map(|(name, stamp)| (name.clone(), *stamp)).collect()
}

/// The same as the position will have it.
fn as_read(versions: &Versions) -> BTreeMap<String, Option<Stamp>> {
    let name = |(published, stamp): (&Published, &Stamp)| (published.to_string(), Some(*stamp));
    versions.iter().map(name).collect()
}

/// The files that were there at an earlier pull and are not there now, in any form.
fn vanished(cursor: &Cursor, present: &BTreeMap<FileName, Versions>) -> Vec<Gap> {
    let names = cursor
        .files
        .keys()
        .filter(|name| file_of(name).is_none_or(|file| !present.contains_key(&file)));
    names.map(|name| gap(name)).collect()
}

/// A file that was read and is there no longer.
pub fn gap(name: &str) -> Gap {
    Gap {
        place: name.to_owned(),
        reason: "was read and has vanished".to_owned(),
    }
}
