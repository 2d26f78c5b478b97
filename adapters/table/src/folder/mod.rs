//! A folder of files, read: which of them are the list now, what is new, and what is missing.

mod changes;
mod listing;
mod parts;
mod snapshot;

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use programgrant_contract::{Batch, Position, SourceError};
use programgrant_schema::{Gap, OrganisationNumber, Record, SetAside};

use crate::cursor::{Cursor, RefusedFile};
use crate::mapping::{DeliveryForm, Mapping};
use crate::reading::{Input, List, Outcome, Refusal};
use crate::sheet::ReadLimits;
use listing::{FoundFile, Listing};

/// The most gaps that are told one by one.
const GAPS: usize = 100;
/// The heading of a list that is one.
pub const WHOLE_LIST: &str = "list";

/// What a table is read with.
#[derive(Clone)]
pub struct Means {
    pub mapping: Arc<Mapping>,
    pub knows: Arc<dyn Fn(OrganisationNumber) -> bool + Send + Sync>,
    pub limits: ReadLimits,
}

impl Means {
    pub fn list(&self) -> List<'_> {
        List::new(&self.mapping, &*self.knows, self.limits)
    }
}

/// What rows that were read say.
#[derive(Default)]
pub struct Delivered {
    pub records: Vec<Record>,
    pub set_aside: Vec<SetAside>,
}

impl Delivered {
    /// Hands on a surveyed file.
    pub fn take(&mut self, list: &mut List<'_>, input: &mut Input) -> Result<(), Refusal> {
        let (mut records, mut set_aside) = (Vec::new(), Vec::new());
        list.hand_on(input, &mut |row| match row.outcome {
            Outcome::Record(record) => records.push(*record),
            Outcome::SetAside(aside) => set_aside.push(*aside),
            Outcome::Skipped | Outcome::Repeated => {}
        })?;
        self.records.append(&mut records);
        self.set_aside.append(&mut set_aside);
        Ok(())
    }
}

/// One pull of a folder.
pub struct FolderPull {
    means: Means,
    folder: PathBuf,
    cursor: Cursor,
    gaps: Vec<Gap>,
}

/// What a pull found besides gaps.
struct Found {
    delivered: Delivered,
    scope: Option<String>,
    more: bool,
}

impl Found {
    fn nothing() -> Self {
        Self {
            delivered: Delivered::default(),
            scope: None,
            more: false,
        }
    }
}

impl FolderPull {
    pub fn new(means: Means, folder: PathBuf, position: Option<&Position>) -> Self {
        Self {
            means,
            folder,
            cursor: position.and_then(Position::decode).unwrap_or_default(),
            gaps: Vec::new(),
        }
    }

    pub fn run(mut self, now: Timestamp) -> Result<Batch, SourceError> {
        let listing = Listing::read(&self.folder, &self.means.mapping, now)
            .map_err(|_| SourceError::outage("the folder cannot be read"))?;
        self.cursor.refused.retain(|name, _| listing.get(name).is_some());
        let found = match self.means.mapping.file.delivery {
            DeliveryForm::Snapshot => self.snapshot(&listing),
            DeliveryForm::Parts => self.parts(&listing),
            DeliveryForm::Changes => self.changes(&listing),
        };
        Ok(Batch {
            records: found.delivered.records,
            set_aside: found.delivered.set_aside,
            scope: found.scope,
            gaps: bounded(self.gaps),
            next: Position::encode(&self.cursor),
            receipt: None,
            more: found.more,
        })
    }

    /// Opens a file that is whole by its name.
    fn open(&self, file: &FoundFile, revision: Option<i64>) -> Result<Input, Refusal> {
        let path = self.folder.join(&file.name);
        listing::check_ok(&path, file)?;
        let opened = File::open(&path).map_err(|_| listing::unread("cannot be read"))?;
        Ok(Input {
            file: opened,
            name: file.name.clone(),
            revision,
        })
    }

    /// Whether the file is still what it was when it was found.
    fn check_unchanged(&self, file: &FoundFile) -> Result<(), Refusal> {
        if listing::stamp(&self.folder.join(&file.name), &self.means.mapping).as_ref() == Some(&file.stamp) {
            Ok(())
        } else {
            Err(listing::unread("was changed while it was read"))
        }
    }

    /// What is remembered against the file as it lies there.
    fn refusal_of(&self, file: &FoundFile) -> Option<String> {
        let refused = self.cursor.refused.get(&file.name)?;
        (refused.stamp == file.stamp).then(|| refused.reason.clone())
    }

    /// Says that a file is refused, and remembers it until the file is another.
    fn refuse(&mut self, file: &FoundFile, refusal: &Refusal) {
        let reason = format!("refused: {refusal}");
        if !refusal.is_unread {
            let refused = RefusedFile {
                stamp: file.stamp.clone(),
                reason: reason.clone(),
            };
            self.cursor.refused.insert(file.name.clone(), refused);
        }
        self.gap(&file.name, reason);
    }

    fn gap(&mut self, place: &str, reason: impl Into<String>) {
        self.gaps.push(Gap {
            place: place.to_owned(),
            reason: reason.into(),
        });
    }

    /// Files that were read and lie there no longer, and ok-files without theirs.
    fn note_missing(&mut self, listing: &Listing) {
        let vanished: Vec<String> = self
            .cursor
            .read
            .keys()
            .filter(|name| listing.get(name).is_none())
            .cloned()
            .collect();
        for name in vanished {
            self.gap(&name, "was read and has vanished; what was read stands");
        }
        let announced: Vec<&String> = listing
            .announced
            .iter()
            .filter(|name| !self.cursor.read.contains_key(*name))
            .collect();
        for name in announced {
            self.gap(name, format!("{name}.ok lies there and announces a file that does not"));
        }
    }

    /// Files whose ok-file is missing though that of a later one is there.
    fn note_overdue(&mut self, listing: &Listing) {
        for name in listing.overdue() {
            if !self.cursor.read.contains_key(name) {
                self.gap(name, format!("lies there without {name}.ok"));
            }
        }
    }
}

/// No more gaps than anybody reads.
fn bounded(mut gaps: Vec<Gap>) -> Vec<Gap> {
    if gaps.len() > GAPS {
        let more = gaps.len() - GAPS;
        gaps.truncate(GAPS);
        gaps.push(Gap {
            place: "the folder".to_owned(),
            reason: format!("{more} more files are missing or refused"),
        });
    }
    gaps
}
