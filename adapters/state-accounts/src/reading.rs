//! One published file, read: its record or the reason that there is none, and the rows that stand aside.

use std::collections::HashSet;
use std::io::{Read, Seek};

use programgrant_schema::{BudgetPost, Record, RecordId, SetAside};

use crate::archive;
use crate::cursor::{Measure, READING};
use crate::translate::{self, Reading};
use crate::wire::{Form, Published, Unreadable};

/// What is read of the files.
#[derive(Debug)]
pub struct Wanted {
    /// The posts whose every line is kept; of the others only what reached municipalities.
    pub posts: HashSet<BudgetPost>,
    /// The largest file that is read, in bytes unpacked.
    pub limit: u64,
}

/// What one file comes to.
#[derive(Debug)]
pub struct Outcome {
    pub records: Vec<Record>,
    pub set_aside: Vec<SetAside>,
}

impl Wanted {
    pub fn measure(&self) -> Measure {
        let mut posts: Vec<BudgetPost> = self.posts.iter().copied().collect();
        posts.sort_unstable();
        Measure {
            reading: READING,
            posts: posts.iter().map(BudgetPost::to_string).collect(),
            limit: self.limit,
        }
    }

    /// Reads the whole file of `size` bytes. A file that is not to be believed is an outcome, too; an error is the disk's alone.
    pub fn read(&self, published: Published, opened: impl Read + Seek, size: u64) -> Result<Outcome, Unreadable> {
        let read = |opened: &mut dyn Read| translate::file(published, opened, &self.posts);
        let reading = if size > self.limit {
            let limit = self.limit;
            Err(Unreadable::refused(
                None,
                format!("the file has {size} bytes; the limit is {limit}"),
            ))
        } else {
            match published.form {
                Form::Csv => read(&mut { opened }),
                Form::Zip => archive::unpack(opened, published.file, self.limit, read),
            }
        };
        match reading {
            Ok(Reading { content, set_aside }) => Ok(Outcome {
                records: vec![translate::record(published.file, content)],
                set_aside,
            }),
            Err(Unreadable::Refused { line, reason }) => Ok(Outcome::refused(published, line, reason)),
            Err(Unreadable::Io) => Err(Unreadable::Io),
        }
    }
}

impl Outcome {
    /// A file that is not believed at all.
    pub fn refused(published: Published, line: Option<u64>, reason: String) -> Self {
        let place = line.map_or_else(|| published.to_string(), |line| format!("{}:{line}", published.place()));
        Self {
            records: Vec::new(),
            set_aside: vec![SetAside {
                record: Some(RecordId::new(published.file.id())),
                year: published.file.year(),
                ..SetAside::at(place, reason)
            }],
        }
    }

    /// Whether both say the same, wherever they say it.
    pub fn agrees(&self, other: &Self) -> bool {
        let asides = |outcome: &Self| -> Vec<_> {
            let what = |aside: &SetAside| (aside.reason.clone(), aside.post, aside.year);
            outcome.set_aside.iter().map(what).collect()
        };
        self.records == other.records && asides(self) == asides(other)
    }
}
