//! Everything that is found or known through rows, found for the first time: what is independent of each other on threads of its own.

use std::collections::{BTreeSet, HashSet};
use std::num::NonZero;
use std::thread;

use programgrant_schema::MunicipalityId;

use super::Award;
use super::index::{AlikeKey, Index, Whereabouts, alike_key, report_key, whereabouts};
use super::row::Row;
use super::rows::{Place, Rows};
use super::sorted::Sorted;
use super::sums::ReadySums;
use super::tally::Step;
use crate::reference::Reference;

/// How many threads are used at most.
const THREADS: usize = 4;
/// So many rows are worth a thread; in tests, where there are few, two are.
const WORTH: usize = if cfg!(test) { 2 } else { 10_000 };

/// A row, in the order of the ids, by what is the same of rows that may be one.
type Alike = (AlikeKey, u32, Place);

impl Index {
    /// Finds everything for the first time. `places` are those of all rows, in the order of their ids.
    pub fn index_all(&mut self, places: &[Place], reference: &Reference) {
        let alike = self.sort_all(places);
        let mut gone: HashSet<Whereabouts> = HashSet::new();
        for (_, row) in self.rows.places() {
            if !row.is_living() {
                self.gone.count(&whereabouts(row), Step::Comes);
                gone.insert(whereabouts(row));
            }
            self.tellers.count(row, Step::Comes);
        }
        let mut touched = BTreeSet::new();
        for group in alike.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 1) {
            let places: Vec<Place> = group.iter().map(|(_, _, place)| *place).collect();
            self.join(&places, &mut touched);
        }
        drop(alike);
        for at in gone {
            self.restate(at, &mut touched);
        }
        self.count_all(places, reference);
        self.tellers.settle();
    }

    fn sort_all(&mut self, places: &[Place]) -> Vec<Alike> {
        let rows = &self.rows;
        let (by_recipient, alike, by_record) = thread::scope(|scope| {
            let by_recipient = scope.spawn(|| by_recipient(rows, places));
            let alike = scope.spawn(|| alike(rows, places));
            let by_record = by_record(rows, places);
            (by_recipient.join(), alike.join(), by_record)
        });
        let (Ok(by_recipient), Ok(alike)) = (by_recipient, alike) else {
            panic!("sorting rows has failed")
        };
        self.by_id = Sorted::from_sorted(places);
        self.by_recipient = by_recipient;
        self.alike = Sorted::from_sorted(&alike.iter().map(|alike| alike.2).collect::<Vec<_>>());
        self.by_record = by_record;
        self.reports = reports(&self.rows, places);
        alike
    }

    /// Each thread counts a part of the awards, and the parts are added up.
    fn count_all(&mut self, places: &[Place], reference: &Reference) {
        let rows = &self.rows;
        let parts = places.chunks(places.len().div_ceil(threads(places.len())).max(1));
        let counted: Vec<ReadySums> = thread::scope(|scope| {
            let counting: Vec<_> = parts
                .map(|part| scope.spawn(move || count(rows, part, reference)))
                .collect();
            let counted = counting.into_iter().map(thread::ScopedJoinHandle::join);
            counted.map(|sums| sums.expect("counting awards has failed")).collect()
        });
        let id = |place| rows.get(place).map(Row::id);
        for sums in counted {
            self.sums.absorb(sums, &id);
        }
    }
}

impl Rows {
    /// The places of all rows in the order of their ids and, within one id, of their records.
    pub fn in_order(&self) -> Vec<Place> {
        let mut places: Vec<Place> = self.places().map(|(place, _)| place).collect();
        let key = |place: &Place| self.get(*place).map(|row| (row.id(), row.record()));
        let part = places.len().div_ceil(threads(places.len())).max(1);
        thread::scope(|scope| {
            for part in places.chunks_mut(part) {
                scope.spawn(|| part.sort_by(|a, b| key(a).cmp(&key(b))));
            }
        });
        // What is sorted in parts, and what came in order, is put together in one pass.
        places.sort_by(|a, b| key(a).cmp(&key(b)));
        places
    }
}

fn threads(rows: usize) -> usize {
    let there = thread::available_parallelism().map_or(1, NonZero::get);
    (rows / WORTH).clamp(1, there.min(THREADS))
}

fn by_recipient(rows: &Rows, places: &[Place]) -> Sorted<Place> {
    let mut ranked: Vec<(Option<MunicipalityId>, i16, u32, Place)> = (0..)
        .zip(places)
        .filter_map(|(rank, place)| rows.get(*place).map(|row| (row.recipient, row.year, rank, *place)))
        .collect();
    ranked.sort_unstable();
    Sorted::from_sorted(&ranked.iter().map(|ranked| ranked.3).collect::<Vec<_>>())
}

fn alike(rows: &Rows, places: &[Place]) -> Vec<Alike> {
    let mut alike: Vec<Alike> = (0..)
        .zip(places)
        .filter_map(|(rank, place)| rows.get(*place).map(|row| (alike_key(row), rank, *place)))
        .collect();
    alike.sort_unstable();
    alike
}

/// Few say it.
fn reports(rows: &Rows, places: &[Place]) -> Sorted<Place> {
    let says_it = |place: &Place| rows.get(*place).is_some_and(|row| row.report_due().is_some());
    let mut reports: Vec<Place> = places.iter().copied().filter(says_it).collect();
    let key = |place: &Place| rows.get(*place).map(report_key);
    reports.sort_by(|one, other| key(one).cmp(&key(other)));
    Sorted::from_sorted(&reports)
}

fn by_record(rows: &Rows, places: &[Place]) -> Sorted<(Place, u32)> {
    let mut records: Vec<(Place, u32)> = Vec::with_capacity(places.len());
    for place in places {
        let states = rows.get(*place).into_iter().flat_map(Row::states);
        records.extend((0..).zip(states).map(|(nth, _)| (*place, nth)));
    }
    let record = |(place, nth): (Place, u32)| rows.get(place).map(|row| (row.heading.source, row.nth_record(nth)));
    records.sort_by(|a, b| record(*a).cmp(&record(*b)));
    Sorted::from_sorted(&records)
}

fn count(rows: &Rows, places: &[Place], reference: &Reference) -> ReadySums {
    let mut sums = ReadySums::default();
    let id = |place| rows.get(place).map(Row::id);
    for place in places {
        if let Some(award) = Award::at(rows, *place).filter(|award| award.beside().is_none()) {
            sums.count(award, *place, (Step::Comes, &id), reference);
        }
    }
    sums
}
