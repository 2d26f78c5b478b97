//! The lists of exclusions in the outbox, as files: which is the newest complete one, and how the next is laid beside it.
//! What the rows mean is left to `exclusions`.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jiff::ToSpan;
use jiff::civil::DateTime;
use programgrant_schema::Ore;
use sha2::{Digest, Sha256};

use crate::wire::{self, Sheet};
use crate::{cell, folder};

pub const COLUMNS: [&str; 8] = [
    "orgnr",
    "kommnr",
    "navn",
    "fra",
    "til",
    "program",
    "malgruppe",
    "hjemmel",
];

/// The list's name says that it is about 621.63.
const PREFIX: &str = "SPERRE_0621_63_";
const INSTANT: &str = "%Y%m%d%H%M%S";
/// More than any list of participants, in bytes.
const LIMIT: u64 = 16 << 20;

/// The cells of one exclusion, in the order of [`COLUMNS`].
pub type OutboxRow = [String; 8];

/// The outbox as it was listed.
pub struct Outbox {
    folder: PathBuf,
    /// Every name that a list bears, by its instant in local time, complete or not.
    instants: BTreeMap<DateTime, Found>,
    /// What earlier calls left that broke off while they wrote.
    unfinished: Vec<PathBuf>,
}

#[derive(Clone, Copy, Default)]
struct Found {
    has_csv: bool,
    has_ok: bool,
}

impl Outbox {
    pub fn list(folder: &Path) -> io::Result<Self> {
        let mut instants: BTreeMap<DateTime, Found> = BTreeMap::new();
        let mut unfinished = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let Some((stem, ending)) = name.to_str().and_then(|name| name.split_once('.')) else {
                continue;
            };
            let Some(instant) = instant(stem) else { continue };
            match ending {
                "csv.tmp" | "ok.tmp" => unfinished.push(entry.path()),
                "csv" => instants.entry(instant).or_default().has_csv = true,
                "ok" => instants.entry(instant).or_default().has_ok = true,
                _ => {}
            }
        }
        Ok(Self {
            folder: folder.to_owned(),
            instants,
            unfinished,
        })
    }

    /// The rows of the newest list that is complete and agrees with its sum and count: NAV reads that one and no older.
    pub fn newest(&self) -> Option<Vec<OutboxRow>> {
        self.instants
            .iter()
            .rev()
            .filter(|(_, found)| found.has_csv && found.has_ok)
            .find_map(|(instant, _)| self.read(*instant))
    }

    /// `None` where the list is not complete or not as the page says.
    fn read(&self, instant: DateTime) -> Option<Vec<OutboxRow>> {
        let contents = folder::read(&self.path(instant, "csv"), LIMIT).ok()?;
        let ok = fs::read(self.path(instant, "ok")).ok()?;
        if ok.trim_ascii() != contents.sha256.as_bytes() {
            return None;
        }
        let text = wire::decode(&contents.bytes).ok()?;
        let mut sheet = Sheet::open(&text, &COLUMNS).ok()?;
        let mut rows = Vec::new();
        while let Some(line) = sheet.next_line().ok()? {
            let [_, _, _, from, until, ..] = line.cells;
            if !line.is_whole || cell::date(from).is_err() || cell::date(until).is_err() {
                return None;
            }
            rows.push(line.cells.map(str::to_owned));
        }
        let is_whole = usize::try_from(sheet.trailer.rows).is_ok_and(|count| count == rows.len())
            && sheet.trailer.sum == Ore::ZERO;
        is_whole.then_some(rows)
    }

    /// Lays a list into the outbox whose name is later than every other there, `at` or the seconds after it: names have no
    /// more than local time to tell which is the newest, and in autumn an hour comes twice.
    pub fn lay(&self, bytes: &[u8], at: DateTime) -> io::Result<()> {
        // Nobody reads them; one that cannot be removed keeps no list from being laid.
        self.unfinished.iter().for_each(|path| drop(fs::remove_file(path)));
        let last = self.instants.last_key_value();
        let unfinished = last
            .filter(|(_, found)| found.has_csv && !found.has_ok)
            .map(|(instant, _)| *instant);
        let sha256 = format!("{:x}", Sha256::digest(bytes));
        if let Some(instant) = unfinished
            && fs::read(self.path(instant, "csv"))? == bytes
        {
            // An earlier call broke off between the two.
            return put(&self.path(instant, "ok"), sha256.as_bytes());
        }
        let after = last
            .map(|(instant, _)| instant.checked_add(1.second()))
            .transpose()
            .map_err(io::Error::other)?;
        let instant = after.map_or(at, |after| after.max(at));
        put(&self.path(instant, "csv"), bytes)?;
        put(&self.path(instant, "ok"), sha256.as_bytes())
    }

    fn path(&self, instant: DateTime, ending: &str) -> PathBuf {
        self.folder
            .join(format!("{PREFIX}{}.{ending}", instant.strftime(INSTANT)))
    }
}

/// The instant in a list's name; `None` for every other name.
fn instant(stem: &str) -> Option<DateTime> {
    let digits = stem
        .strip_prefix(PREFIX)
        .filter(|digits| digits.len() == 14 && cell::is_digits(digits))?;
    DateTime::strptime(INSTANT, digits).ok()
}

/// Writes under a temporary name and renames, so that nobody sees half a file. Where that fails, as on a full disk, nothing is left.
fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let temporary = path.with_added_extension("tmp");
    let written = write(&temporary, bytes).and_then(|()| fs::rename(&temporary, path));
    // Its own failure says less than the one that it follows.
    written.inspect_err(|_| drop(fs::remove_file(&temporary)))
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"));
        entries.collect()
    }

    #[test]
    fn what_cannot_be_written_leaves_nothing_behind() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("list.csv");
        // Whatever is written there finds the disk full.
        std::os::unix::fs::symlink("/dev/full", path.with_added_extension("tmp")).expect("linked");
        assert_eq!(
            put(&path, b"a list").map_err(|error| error.kind()),
            Err(io::ErrorKind::StorageFull)
        );
        assert_eq!(names(folder.path()), Vec::<String>::new());
        fs::create_dir(&path).expect("in the way");
        assert!(put(&path, b"a list").is_err());
        assert_eq!(names(folder.path()), ["list.csv"]);
    }

    #[test]
    fn only_lists_with_an_instant_count() {
        assert_eq!(
            instant("SPERRE_0621_63_20210301120000"),
            Some(jiff::civil::date(2021, 3, 1).at(12, 0, 0, 0))
        );
        for stem in [
            "SPERRE_0621_63_20210301120000.csv",
            "SPERRE_0621_63_20210301",
            "SPERRE_0621_63_20210231120000",
            "SPERRE_0621_63_+2021030112000",
            "SPERRE_0621_64_20210301120000",
            "sperre_0621_63_20210301120000",
            "NAV_TILSK_202103_0001",
        ] {
            assert_eq!(instant(stem), None, "{stem}");
        }
    }
}
