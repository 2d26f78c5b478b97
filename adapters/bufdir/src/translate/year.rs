//! A year's pages put together: of one case that stands on two pages the later counts.

use std::collections::BTreeMap;

use programgrant_schema::{Record, RecordId, SetAside};

/// What one whole walk brought home.
#[derive(Debug, Default)]
pub struct Year {
    records: BTreeMap<RecordId, Record>,
    set_aside: BTreeMap<RecordId, SetAside>,
    /// Set aside without an id.
    nameless: Vec<SetAside>,
}

impl Year {
    pub fn add(&mut self, item: Result<Record, Box<SetAside>>) {
        match item {
            Ok(record) => {
                let superseded = self
                    .records
                    .get(&record.id)
                    .is_some_and(|known| is_later(known.revision, record.revision));
                if !superseded {
                    self.records.insert(record.id.clone(), record);
                }
            }
            Err(bad) => {
                let Some(id) = bad.record.clone() else {
                    return self.nameless.push(*bad);
                };
                let superseded = self
                    .set_aside
                    .get(&id)
                    .is_some_and(|known| is_later(known.revision, bad.revision));
                if !superseded {
                    self.set_aside.insert(id, *bad);
                }
            }
        }
    }

    /// The records, and those set aside. A bad version yields only to a good one that is known to be later; beside an
    /// earlier one both are told, since what was last readable still stands.
    pub fn finish(mut self) -> (Vec<Record>, Vec<SetAside>) {
        self.set_aside.retain(|id, bad| {
            !self
                .records
                .get(id)
                .is_some_and(|good| is_later(good.revision, bad.revision))
        });
        let set_aside = self.set_aside.into_values().chain(self.nameless).collect();
        (self.records.into_values().collect(), set_aside)
    }
}

/// Whether both revisions are known and the first is the later.
fn is_later(one: Option<i64>, other: Option<i64>) -> bool {
    one.zip(other).is_some_and(|(one, other)| one > other)
}
