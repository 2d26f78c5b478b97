//! The state accounts (DFØ): yearly files in a folder, read as a stream and reduced to one sum per post and body.
//!
//! One pull reads one file that has changed. A file is believed whole or, where that is in doubt, not at all.
#![allow(
    missing_docs,
    reason = "fields and variants whose name says all; types and methods carry the documentation"
)]

mod folder;
pub mod simulator;
mod translate;
mod wire;

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use programgrant_contract::{Batch, Position, Receipt, Source, SourceError, Years};
use programgrant_schema::{BudgetPost, Gap, Profile, Record, RecordId, SetAside, SourceId};
use serde::{Deserialize, Serialize};

use crate::folder::{Folder, Stamp};
use crate::translate::Reading;
use crate::wire::{FileName, Unreadable};

/// The folder that holds DFØ's files.
#[derive(Debug, Clone)]
pub struct StateAccounts {
    profile: Profile,
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
            profile: SourceId::StateAccounts.profile(),
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
    fn profile(&self) -> &Profile {
        &self.profile
    }

    async fn pull(&self, position: Option<&Position>, _years: Years) -> Result<Batch, SourceError> {
        let reader = Arc::clone(&self.reader);
        let walked = position.and_then(Position::decode);
        let step = tokio::task::spawn_blocking(move || reader.step(walked));
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

/// The position: which version of each file has been read, and by which measure.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Walked {
    measure: Measure,
    /// By file name. `None` where the file must be read again although it has not changed. A vanished file stays here.
    files: BTreeMap<String, Option<Stamp>>,
}

/// What decides, besides the file itself, what is read from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Measure {
    posts: Vec<String>,
    limit: u64,
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
    fn resume(&self, walked: Option<Walked>) -> Walked {
        let measure = self.measure();
        match walked {
            Some(walked) if walked.measure == measure => walked,
            Some(walked) => Walked {
                measure,
                files: walked.files.into_keys().map(|name| (name, None)).collect(),
            },
            None => Walked {
                measure,
                files: BTreeMap::new(),
            },
        }
    }

    /// Reads the first changed file that can be read.
    fn step(&self, walked: Option<Walked>) -> Result<Batch, SourceError> {
        let mut walked = self.resume(walked);
        let present = self.folder.list()?;
        let gaps = vanished(&walked, &present);
        let is_changed =
            |file: FileName, stamp: &Stamp| walked.files.get(&file.to_string()).copied().flatten() != Some(*stamp);
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
                    walked.files.insert(file.to_string(), Some(stamp));
                    let (scope, more) = (Some(file.id()), changed.len() > 1);
                    return Ok(Batch {
                        records,
                        set_aside,
                        scope,
                        gaps,
                        more,
                        ..Batch::empty(Position::encode(&walked))
                    });
                }
            }
        }
        failure.map_or_else(
            || {
                Ok(Batch {
                    gaps,
                    ..Batch::empty(Position::encode(&walked))
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
fn vanished(walked: &Walked, present: &BTreeMap<FileName, Stamp>) -> Vec<Gap> {
    let names = walked
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
