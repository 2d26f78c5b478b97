//! The last file by name is the list. The last good one stays while a later one is refused.

use super::listing::{FoundFile, Listing};
use super::{Delivered, FolderPull, Found, WHOLE_LIST};
use crate::cursor::ReadFile;
use crate::reading::Refusal;

impl FolderPull {
    pub(super) fn snapshot(&mut self, listing: &Listing) -> Found {
        let current = self
            .cursor
            .read
            .iter()
            .next_back()
            .map(|(name, read)| (name.clone(), read.clone()));
        for file in listing.iter().rev() {
            if let Some((name, read)) = &current {
                let is_earlier = file.name < *name;
                if is_earlier || (file.name == *name && read.stamp == file.stamp) {
                    break;
                }
            }
            if !file.is_whole {
                continue;
            }
            if let Some(reason) = self.refusal_of(file) {
                self.gap(&file.name, reason);
                continue;
            }
            match self.read_snapshot(file) {
                Ok(delivered) => return self.became(file, delivered),
                Err(refusal) => self.refuse(file, &refusal),
            }
        }
        // What is announced before the list by name would not be the list.
        if let Some((name, _)) = &current
            && listing.announced.iter().all(|announced| announced < name)
            && listing.get(name).is_some()
        {
            return Found::nothing();
        }
        self.note_missing(listing);
        Found::nothing()
    }

    fn read_snapshot(&self, file: &FoundFile) -> Result<Delivered, Refusal> {
        let mut input = self.open(file, None)?;
        let (mut list, mut delivered) = (self.means.list(), Delivered::default());
        list.survey(&mut input)?;
        list.check_columns()?;
        delivered.take(&mut list, &mut input)?;
        self.check_unchanged(file)?;
        Ok(delivered)
    }

    /// The file is the list from now on.
    fn became(&mut self, file: &FoundFile, delivered: Delivered) -> Found {
        let read = ReadFile {
            stamp: file.stamp.clone(),
            ordinal: 0,
        };
        self.cursor.refused.retain(|name, _| *name > file.name);
        self.cursor.read = [(file.name.clone(), read)].into();
        Found {
            delivered,
            scope: Some(WHOLE_LIST.to_owned()),
            more: false,
        }
    }
}
