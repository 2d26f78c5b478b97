//! One pull: goes through the sequence numbers, reads what is new, and says what is missing.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;

use programgrant_contract::{Batch, Position, SourceError};
use programgrant_schema::{Gap, Record, RecordId, SetAside};

use crate::cursor::{Cursor, ReadFile};
use crate::folder::{self, Csv, Delivery};
use crate::translate::{self, Delivered};
use crate::wire::Refusal;

/// The most files that one pull reads.
const FILES_PER_PULL: usize = 50;
/// About the most bytes that one pull reads of several files: a batch is stored in one go, and whoever else writes waits for it.
const BYTES_PER_PULL: u64 = 8 << 20;

/// A pull under way.
pub struct Pull {
    inbox: PathBuf,
    limit: u64,
    cursor: Cursor,
    delivered: Delivered,
    gaps: Vec<Gap>,
    files: usize,
    bytes: u64,
    /// Whether something is left for the next pull.
    more: bool,
}

impl Pull {
    /// `limit` is in bytes per file.
    pub fn new(inbox: PathBuf, limit: u64, cursor: Cursor) -> Self {
        Self {
            inbox,
            limit,
            cursor,
            delivered: Delivered::default(),
            gaps: Vec::new(),
            files: 0,
            bytes: 0,
            more: false,
        }
    }

    pub fn run(mut self) -> Result<Batch, SourceError> {
        let folder = folder::list(&self.inbox).map_err(|_| SourceError::outage("the inbox cannot be read"))?;
        let last = last_number(&folder, &self.cursor);
        let numbers: BTreeSet<u16> = (1..=last)
            .chain(folder.keys().copied())
            .chain(self.cursor.read.keys().copied())
            .collect();
        let mut missing = Vec::new();
        for number in numbers {
            let deliveries = folder.get(&number).map_or(&[][..], Vec::as_slice);
            if deliveries.is_empty() && !self.cursor.read.contains_key(&number) {
                missing.push(number);
            } else {
                self.attend(number, deliveries, number <= last);
            }
        }
        self.gaps
            .extend(missing.chunk_by(|a, b| a + 1 == *b).filter_map(missing_gap));
        if !self.more {
            self.cursor.tried.clear();
        }
        let Delivered { records, set_aside } = self.delivered;
        Ok(Batch {
            set_aside: standing(set_aside, &records),
            records,
            scope: None,
            gaps: self.gaps,
            next: Position::encode(&self.cursor),
            receipt: None,
            more: self.more,
        })
    }

    /// Looks at everything that bears one number. `is_due` where that number or a later one has been announced.
    fn attend(&mut self, number: u16, deliveries: &[Delivery], is_due: bool) {
        let read = self.cursor.read.get(&number);
        let is_news = |delivery: &Delivery| match read {
            Some(read) => !read.is_copy(delivery) && (delivery.has_ok || read.bears_name(&delivery.stem)),
            None => delivery.has_ok,
        };
        let news: Vec<(&Delivery, Csv)> = deliveries
            .iter()
            .filter(|delivery| is_news(delivery))
            .filter_map(|it| Some((it, it.csv?)))
            .collect();
        if !news.is_empty() {
            self.examine_all(number, &news);
        } else if let Some(read) = read {
            if !deliveries.iter().any(|delivery| read.is_copy(delivery)) {
                self.gaps.push(Gap {
                    place: read.csv_name(),
                    reason: "was read and has vanished; what was read stands".to_owned(),
                });
            }
        } else if is_due && let Some(delivery) = deliveries.first() {
            let reason = match (delivery.csv.is_some(), delivery.has_ok) {
                (true, _) => format!("{}.csv lies there without .ok", delivery.stem),
                (false, true) => format!("{}.ok lies there without .csv", delivery.stem),
                (false, false) => "missing: what bears this number is no file".to_owned(),
            };
            self.gaps.push(Gap {
                place: place(number),
                reason,
            });
        }
    }

    /// Reads the files in turn, unless this walk has tried them or this pull has read enough.
    fn examine_all(&mut self, number: u16, news: &[(&Delivery, Csv)]) {
        if let Some(gaps) = self.cursor.tried.get(&number) {
            self.gaps.extend(gaps.iter().cloned());
            return;
        }
        let size = news.iter().fold(0, |sum: u64, (_, csv)| sum.saturating_add(csv.size));
        let is_room = self.files < FILES_PER_PULL && self.bytes.saturating_add(size) <= self.limit.min(BYTES_PER_PULL);
        if self.files > 0 && !is_room {
            self.more = true;
            return;
        }
        self.files += news.len();
        self.bytes = self.bytes.saturating_add(size);
        let wrong = |(delivery, reason): (&Delivery, String)| Gap {
            place: delivery.csv_name(),
            reason,
        };
        let gaps: Vec<Gap> = news
            .iter()
            .filter_map(|(it, csv)| Some((*it, self.examine(number, it, *csv).err()?)))
            .map(wrong)
            .collect();
        if !gaps.is_empty() {
            self.gaps.extend(gaps.iter().cloned());
            self.cursor.tried.insert(number, gaps);
        }
    }

    /// Reads one file, or finds that it has been read. The error is what is wrong with it.
    fn examine(&mut self, number: u16, delivery: &Delivery, csv: Csv) -> Result<(), String> {
        if let Some(read) = self.cursor.read.get_mut(&number) {
            let is_same = csv.size == read.size
                && folder::read(&self.inbox.join(delivery.csv_name()), self.limit)
                    .map_err(|refusal| refusal.0)?
                    .sha256
                    == read.sha256;
            return if is_same {
                read.saw_copy(&delivery.stem, csv);
                Ok(())
            } else if read.bears_name(&delivery.stem) {
                Err("was changed after it was read; what was read stands".to_owned())
            } else {
                Err(format!(
                    "two different files bear the number {number:04}; this one is not read"
                ))
            };
        }
        let name = delivery.csv_name();
        let read = || {
            let contents = folder::read(&self.inbox.join(&name), self.limit)?;
            folder::check_ok(&self.inbox.join(format!("{}.ok", delivery.stem)), &contents.sha256)?;
            Ok((translate::file(&name, number, &contents.bytes)?, contents.sha256))
        };
        let (delivered, sha256) = read().map_err(|refusal: Refusal| refusal.0)?;
        self.delivered.records.extend(delivered.records);
        self.delivered.set_aside.extend(delivered.set_aside);
        self.cursor
            .read
            .insert(number, ReadFile::new(sha256, &delivery.stem, csv));
        Ok(())
    }
}

/// The highest number that a file was read under or an `.ok` announces. What lies beyond has not come yet; nothing up to it
/// may be missing.
fn last_number(folder: &BTreeMap<u16, Vec<Delivery>>, cursor: &Cursor) -> u16 {
    let announced = folder
        .iter()
        .filter(|(_, deliveries)| deliveries.iter().any(|delivery| delivery.has_ok))
        .map(|(number, _)| *number);
    announced.chain(cursor.read.keys().copied()).max().unwrap_or(0)
}

fn place(number: u16) -> String {
    format!("NAV_TILSK_*_{number:04}")
}

/// One gap for a run of numbers, so that a folder that starts late does not fill pages.
fn missing_gap(run: &[u16]) -> Option<Gap> {
    let (first, last) = (*run.first()?, *run.last()?);
    Some(if first == last {
        Gap {
            place: place(first),
            reason: "missing: no file bears this number".to_owned(),
        }
    } else {
        Gap {
            place: format!("{} to {last:04}", place(first)),
            reason: "missing: no file bears these numbers".to_owned(),
        }
    })
}

/// What stands aside after the batch: not what a later good row replaces, and of several bad rows of one id the last.
fn standing(set_aside: Vec<SetAside>, records: &[Record]) -> Vec<SetAside> {
    // Both come in the order of their revisions, so that the last entry of a map is the latest.
    let good: HashMap<&RecordId, Option<i64>> = records.iter().map(|record| (&record.id, record.revision)).collect();
    let bad: HashMap<RecordId, Option<i64>> = set_aside
        .iter()
        .filter_map(|row| Some((row.record.clone()?, row.revision)))
        .collect();
    let stands = |row: &SetAside, id: &RecordId| {
        bad.get(id) == Some(&row.revision) && good.get(id).is_none_or(|good| *good < row.revision)
    };
    set_aside
        .into_iter()
        .filter(|row| row.record.as_ref().is_none_or(|id| stands(row, id)))
        .collect()
}
