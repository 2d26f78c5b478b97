//! The queue: items by age, each under an archive reference of its own, visible from the oldest on.

use std::collections::{HashMap, HashSet};

use jiff::ToSpan as _;
use jiff::civil::{DateTime, date};
use programgrant_contract::simulation::fault;
use programgrant_schema::{Record, RecordId};

use super::faults::{REDELIVERED, THOUSANDS};
use super::speech::{self, Said};
use crate::translate::OSLO;

const THOUSANDS_OF_ITEMS: u32 = 2_500;

/// One item of the queue.
#[derive(Clone)]
pub struct Queued {
    pub archive_reference: String,
    pub said: Said,
    case: String,
    /// Put here by a fault, which takes it away again.
    by_fault: bool,
    /// Has been removed before.
    again: bool,
}

#[derive(Default)]
pub struct Queue {
    items: Vec<Queued>,
    references_given: u32,
    /// The latest `Endret` of each case.
    changed: HashMap<String, DateTime>,
    redelivers: bool,
}

impl Queue {
    pub fn len(&self) -> usize {
        self.items.len()
    }

    pub fn oldest(&self, most: usize) -> &[Queued] {
        &self.items[..most.min(self.items.len())]
    }

    /// Queues the record as the newest item, with a later `Endret` than any before it.
    pub fn publish(&mut self, record: &Record) {
        let case = record.id.as_str().to_owned();
        let stated = record.changed_at.map(|instant| OSLO.to_datetime(instant));
        let next = self.changed.get(&case).map(|last| last.saturating_add(1.second()));
        let changed = stated.max(next).unwrap_or_else(|| date(2021, 4, 29).at(13, 5, 0, 0));
        self.changed.insert(case.clone(), changed);
        self.push(case, speech::say(record, changed), false);
    }

    pub fn withdraw(&mut self, id: &RecordId) {
        self.items.retain(|item| item.case != id.as_str());
    }

    /// Removes the items of these references, and says how many there were.
    pub fn remove(&mut self, references: &HashSet<String>) -> usize {
        let (removed, kept): (Vec<Queued>, Vec<Queued>) = std::mem::take(&mut self.items)
            .into_iter()
            .partition(|item| references.contains(&item.archive_reference));
        let count = removed.len();
        self.items = kept;
        if self.redelivers {
            self.items.extend(
                removed
                    .into_iter()
                    .filter(|item| !item.again)
                    .map(|item| Queued { again: true, ..item }),
            );
        }
        count
    }

    /// Puts into the queue what the fault brings, and takes out what an earlier one brought.
    pub fn go_wrong(&mut self, fault: Option<&str>) {
        self.items.retain(|item| !item.by_fault);
        self.redelivers = fault == Some(REDELIVERED);
        if fault == Some(fault::BAD_RECORD) {
            self.push("21/9999".to_owned(), speech::unreadable("21/9999"), true);
        }
        if fault == Some(THOUSANDS) {
            for number in 0..THOUSANDS_OF_ITEMS {
                let case = format!("21/{}", 100_000 + number);
                let said = speech::refused_application(&case);
                self.push(case, said, true);
            }
        }
    }

    fn push(&mut self, case: String, said: Said, by_fault: bool) {
        self.references_given += 1;
        let archive_reference = format!("AR{:08}", self.references_given);
        self.items.push(Queued {
            archive_reference,
            said,
            case,
            by_fault,
            again: false,
        });
    }
}
