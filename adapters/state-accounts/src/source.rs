//! The state accounts, read: a changed file a pull.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use programgrant_contract::{Batch, Position, Receipt, Source, SourceError, Years};
use programgrant_schema::{BudgetPost, Gap, Record, RecordId, SetAside};

use crate::cursor::{Cursor, Measure};
use crate::folder::{Folder, Stamp};
use crate::translate::{self, Reading};
use crate::wire::{FileName, Unreadable};

/// The folder that holds DFØ's files.
#[derive(Debug, Clone)]
pub struct StateAccounts {
    reader: Arc<Reader>,
}

/// What the blocking part of a pull works with.
#[derive(Debug)]
struct Reader {
    folder: Folder,
    posts: HashSet<BudgetPost>,
    limit: u64,
}

impl StateAccounts {
    /// Keeps the rows of `posts`; `limit` is in bytes per file.
    pub fn new(folder: PathBuf, posts: HashSet<BudgetPost>, limit: u64) -> Self {
        Self {
            reader: Arc::new(Reader {
                folder: Folder::new(folder),
                posts,
                limit,
            }),
        }
    }
}

#[async_trait]
impl Source for StateAccounts {
    async fn pull(&self, position: Option<&Position>, _years: Years) -> Result<Batch, SourceError> {
        let reader = Arc::clone(&self.reader);
        let cursor = position.and_then(Position::decode);
        let step = tokio::task::spawn_blocking(move || reader.step(cursor));
        step.await
            .map_err(|_| SourceError::outage("the reading was broken off"))?
    }

    async fn acknowledge(&self, _receipt: &Receipt) -> Result<(), SourceError> {
        Ok(())
    }
}

/// What one file comes to: its record or the reason that there is none, and the rows that stand aside.
struct Outcome {
    records: Vec<Record>,
    set_aside: Vec<SetAside>,
}

impl Reader {
    fn measure(&self) -> Measure {
        let mut posts: Vec<BudgetPost> = self.posts.iter().copied().collect();
        posts.sort_unstable();
        Measure {
            posts: posts.iter().map(BudgetPost::to_string).collect(),
            limit: self.limit,
        }
    }

    /// Where the walk stands; another measure means that every file is read again.
    fn resume(&self, cursor: Option<Cursor>) -> Cursor {
        let measure = self.measure();
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
        let present = self.folder.list()?;
        let gaps = vanished(&cursor, &present);
        let is_changed =
            |file: FileName, stamp: &Stamp| cursor.files.get(&file.to_string()).copied().flatten() != Some(*stamp);
        let changed: Vec<FileName> = present
            .iter()
            .filter(|(file, stamp)| is_changed(**file, stamp))
            .map(|(file, _)| *file)
            .collect();
        let mut failure = None;
        for file in &changed {
            // A file that cannot be read just now holds nobody up: its failure is told once the others are through.
            match self.read(*file) {
                Err(error) => failure = failure.or(Some(error)),
                Ok((stamp, Outcome { records, set_aside })) => {
                    cursor.files.insert(file.to_string(), Some(stamp));
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

    fn read(&self, file: FileName) -> Result<(Stamp, Outcome), SourceError> {
        let (stamp, reading) = self.folder.read_unchanged(file, |opened, size| {
            if size > self.limit {
                return Err(Unreadable::refused(
                    None,
                    format!("the file has {size} bytes; the limit is {}", self.limit),
                ));
            }
            translate::file(file, opened, &self.posts)
        })?;
        let outcome = match reading {
            Ok(Reading { content, set_aside }) => Outcome {
                records: vec![translate::record(file, content)],
                set_aside,
            },
            Err(Unreadable::Refused { line, reason }) => Outcome {
                records: Vec::new(),
                set_aside: vec![refused(file, line, reason)],
            },
            Err(Unreadable::Io) => return Err(SourceError::outage(format!("{file} cannot be read"))),
        };
        Ok((stamp, outcome))
    }
}

/// The files that were there at an earlier pull and are not there now.
fn vanished(cursor: &Cursor, present: &BTreeMap<FileName, Stamp>) -> Vec<Gap> {
    let names = cursor
        .files
        .keys()
        .filter(|name| FileName::parse(name).is_none_or(|file| !present.contains_key(&file)));
    names
        .map(|name| Gap {
            place: name.clone(),
            reason: "was read and has vanished".to_owned(),
        })
        .collect()
}

/// A file that is not believed at all.
fn refused(file: FileName, line: Option<u64>, reason: String) -> SetAside {
    let place = line.map_or_else(|| file.to_string(), |line| format!("{file}:{line}"));
    SetAside {
        record: Some(RecordId::new(file.id())),
        year: file.year(),
        ..SetAside::at(place, reason)
    }
}
