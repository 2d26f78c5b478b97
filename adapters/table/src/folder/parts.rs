//! All files together are the list. Each is a heading of its own, so that what one part said stands while it is refused or missing;
//! where rows of several parts disagree about a key, all of them stand aside.

use super::listing::{FoundFile, Listing};
use super::{Delivered, FolderPull, Found};
use crate::cursor::{ReadFile, Walk};
use crate::reading::Refusal;

/// The most keys about which parts may disagree before none of them is believed.
const CONTRADICTIONS: usize = 10_000;

impl FolderPull {
    pub(super) fn parts(&mut self, listing: &Listing) -> Found {
        self.note_missing(listing);
        self.note_overdue(listing);
        for file in listing.iter() {
            if let Some(reason) = self.refusal_of(file) {
                self.gap(&file.name, reason);
            }
        }
        let is_same = |(name, stamp): &(String, _)| listing.get(name).is_some_and(|file| file.stamp == *stamp);
        if self
            .cursor
            .walk
            .as_ref()
            .is_some_and(|walk| !walk.pending.iter().all(is_same))
        {
            self.cursor.walk = None;
        }
        if self.cursor.walk.is_none() && !self.begin_walk(listing) {
            return Found::nothing();
        }
        self.next_part(listing)
    }

    /// Surveys all parts where one is new or changed; false where there is nothing to hand on.
    fn begin_walk(&mut self, listing: &Listing) -> bool {
        let is_read = |file: &FoundFile| {
            self.cursor
                .read
                .get(&file.name)
                .is_some_and(|read| read.stamp == file.stamp)
        };
        let parts: Vec<FoundFile> = listing
            .iter()
            .filter(|file| file.is_whole && self.refusal_of(file).is_none())
            .cloned()
            .collect();
        if parts.iter().all(is_read) {
            return false;
        }
        let means = self.means.clone();
        let (mut list, mut pending) = (means.list(), Vec::new());
        for file in &parts {
            let surveyed = self.open(file, None).and_then(|mut input| list.survey(&mut input));
            match surveyed.and_then(|_| self.check_unchanged(file)) {
                Ok(()) => pending.push((file.name.clone(), file.stamp.clone())),
                Err(refusal) => self.refuse(file, &refusal),
            }
        }
        if let Err(refusal) = list.check_columns() {
            self.gap("the folder", format!("refused: {refusal}"));
            return false;
        }
        let contradicted = list.contradicted();
        if contradicted.len() > CONTRADICTIONS {
            let reason = format!("rows disagree about {} keys; what was read stands", contradicted.len());
            self.gap("the folder", reason);
            return false;
        }
        let is_any = !pending.is_empty();
        self.cursor.walk = is_any.then_some(Walk { pending, contradicted });
        is_any
    }

    /// Hands on the first part that is left.
    fn next_part(&mut self, listing: &Listing) -> Found {
        let Some(mut walk) = self.cursor.walk.take() else {
            return Found::nothing();
        };
        if walk.pending.is_empty() {
            return Found::nothing();
        }
        let (name, _) = walk.pending.remove(0);
        let more = !walk.pending.is_empty();
        let read = listing.get(&name).map(|file| (file, self.read_part(file, &walk)));
        self.cursor.walk = more.then_some(walk);
        match read {
            Some((file, Ok(delivered))) => {
                let read = ReadFile {
                    stamp: file.stamp.clone(),
                    ordinal: 0,
                };
                self.cursor.read.insert(name.clone(), read);
                Found {
                    delivered,
                    scope: Some(name),
                    more,
                }
            }
            Some((file, Err(refusal))) => {
                self.refuse(file, &refusal);
                Found {
                    more,
                    ..Found::nothing()
                }
            }
            None => Found {
                more,
                ..Found::nothing()
            },
        }
    }

    fn read_part(&self, file: &FoundFile, walk: &Walk) -> Result<Delivered, Refusal> {
        let mut input = self.open(file, None)?;
        let (mut list, mut delivered) = (self.means.list(), Delivered::default());
        list.remember(walk.contradicted.iter().cloned());
        delivered.take(&mut list, &mut input)?;
        self.check_unchanged(file)?;
        Ok(delivered)
    }
}
