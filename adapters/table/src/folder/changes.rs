//! Every file once, in the order of the names: a later row of a key replaces an earlier one, and a file that comes late is still the
//! earlier one.

use super::listing::{FoundFile, Listing};
use super::{Delivered, FolderPull, Found};
use crate::cursor::ReadFile;
use crate::reading::Refusal;

/// Room for the rows of one file between the revisions of two: more than a file may have, and its header.
const ROWS_PER_FILE: i64 = 1 << 32;
/// Room for files that come late, between two.
const LATE_FILES: i64 = 1 << 10;

impl FolderPull {
    pub(super) fn changes(&mut self, listing: &Listing) -> Found {
        self.note_missing(listing);
        self.note_overdue(listing);
        let mut found = Found::nothing();
        let mut is_taken = false;
        for file in listing.iter() {
            if !self.is_due(file) {
                continue;
            }
            if is_taken {
                found.more = true;
                break;
            }
            let Some(ordinal) = self.ordinal(&file.name) else {
                self.gap(
                    &file.name,
                    "came late, and between its neighbours is no room for one more",
                );
                continue;
            };
            match self.read_changes(file, ordinal) {
                Ok(delivered) => {
                    let stamp = file.stamp.clone();
                    self.cursor.read.insert(file.name.clone(), ReadFile { stamp, ordinal });
                    (found.delivered, is_taken) = (delivered, true);
                }
                Err(refusal) => self.refuse(file, &refusal),
            }
        }
        found
    }

    /// Whether the file is to be read; says what is wrong with one that was read or refused before.
    fn is_due(&mut self, file: &FoundFile) -> bool {
        if let Some(reason) = self.refusal_of(file) {
            self.gap(&file.name, reason);
            return false;
        }
        match self.cursor.read.get(&file.name) {
            None => file.is_whole,
            Some(read) if read.stamp == file.stamp => false,
            // Another mapping reads the same file anew.
            Some(read) if read.stamp.mapping != file.stamp.mapping => file.is_whole,
            Some(read) if (read.stamp.size, read.stamp.modified) == (file.stamp.size, file.stamp.modified) => false,
            Some(_) => {
                self.gap(&file.name, "was changed after it was read; what was read stands");
                false
            }
        }
    }

    /// The file's place among those that were read; `None` where there is no room between its neighbours.
    fn ordinal(&self, name: &str) -> Option<i64> {
        if let Some(read) = self.cursor.read.get(name) {
            return Some(read.ordinal);
        }
        let before = self
            .cursor
            .read
            .range(..name.to_owned())
            .next_back()
            .map_or(0, |(_, read)| read.ordinal);
        let after = self
            .cursor
            .read
            .range(name.to_owned()..)
            .next()
            .map(|(_, read)| read.ordinal);
        match after {
            None => before.checked_add(LATE_FILES),
            Some(after) => {
                let between = before + (after - before) / 2;
                (between > before).then_some(between)
            }
        }
    }

    fn read_changes(&self, file: &FoundFile, ordinal: i64) -> Result<Delivered, Refusal> {
        let mut input = self.open(file, ordinal.checked_mul(ROWS_PER_FILE))?;
        let (mut list, mut delivered) = (self.means.list(), Delivered::default());
        // A few changes of JSON need not have every member between them.
        list.survey(&mut input)?;
        delivered.take(&mut list, &mut input)?;
        self.check_unchanged(file)?;
        Ok(delivered)
    }
}
