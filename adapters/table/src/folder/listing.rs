//! What lies in the folder under names of the pattern, and which of it is whole, told without reading it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use crate::cursor::Stamp;
use crate::mapping::{Complete, Mapping};
use crate::reading::Refusal;

/// An ok-file that says more than a sum is not read further.
const OK_LIMIT: u64 = 256;

/// A file of the pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundFile {
    pub name: String,
    pub stamp: Stamp,
    /// Whether it is whole, as far as can be told from outside.
    pub is_whole: bool,
}

/// Everything that bears a name of the pattern, ordered by the names' bytes.
pub struct Listing {
    files: BTreeMap<String, FoundFile>,
    /// Files that an ok-file announces and that are not there.
    pub announced: BTreeSet<String>,
    goes_by_ok: bool,
}

impl Listing {
    pub fn read(folder: &Path, mapping: &Mapping, now: Timestamp) -> io::Result<Self> {
        let goes_by_ok = mapping.file.complete == Some(Complete::OkFile);
        let (mut names, mut announced) = (BTreeSet::new(), BTreeSet::new());
        let is_named = |name: &str| {
            mapping
                .file
                .pattern
                .as_ref()
                .is_some_and(|pattern| pattern.matches(name))
        };
        for entry in fs::read_dir(folder)? {
            let name = entry?.file_name();
            let Some(name) = name.to_str() else { continue };
            match name.strip_suffix(".ok").filter(|_| goes_by_ok) {
                Some(whole) if is_named(whole) => drop(announced.insert(whole.to_owned())),
                None if is_named(name) => drop(names.insert(name.to_owned())),
                Some(_) | None => {}
            }
        }
        let mut files = BTreeMap::new();
        for name in names {
            let Some(stamp) = stamp(&folder.join(&name), mapping) else {
                continue;
            };
            let is_whole = match mapping.file.complete {
                Some(Complete::OkFile) => announced.contains(&name),
                Some(Complete::Quiet) => is_quiet(&stamp, mapping, now),
                Some(Complete::Trailer | Complete::Length) | None => true,
            };
            let file = FoundFile {
                name: name.clone(),
                stamp,
                is_whole,
            };
            files.insert(name, file);
        }
        announced.retain(|name| !files.contains_key(name));
        Ok(Self {
            files,
            announced,
            goes_by_ok,
        })
    }

    pub fn get(&self, name: &str) -> Option<&FoundFile> {
        self.files.get(name)
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &FoundFile> {
        self.files.values()
    }

    /// Files without an ok-file that a later one has.
    pub fn overdue(&self) -> Vec<&String> {
        let last = self.iter().rev().find(|file| file.is_whole).map(|file| &file.name);
        let is_overdue =
            |file: &&FoundFile| self.goes_by_ok && !file.is_whole && last.is_some_and(|last| file.name < *last);
        self.iter().filter(is_overdue).map(|file| &file.name).collect()
    }
}

/// Unchanged for as long as the mapping asks. A time of change that lies ahead tells nothing.
fn is_quiet(stamp: &Stamp, mapping: &Mapping, now: Timestamp) -> bool {
    let quiet = SignedDuration::try_from(mapping.file.quiet).unwrap_or(SignedDuration::MAX);
    stamp
        .modified
        .is_some_and(|modified| now.duration_since(modified) >= quiet)
}

/// How the file is known again; `None` where there is none.
pub fn stamp(path: &Path, mapping: &Mapping) -> Option<Stamp> {
    let file = fs::metadata(path).ok().filter(Metadata::is_file)?;
    let ok = match mapping.file.complete {
        Some(Complete::OkFile) => fs::metadata(ok_path(path)).ok().filter(Metadata::is_file),
        _ => None,
    };
    Some(Stamp {
        size: file.len(),
        modified: modified(&file),
        ok: ok.as_ref().and_then(modified),
        mapping: mapping.digest.clone(),
    })
}

fn modified(file: &Metadata) -> Option<Timestamp> {
    file.modified().ok().and_then(|instant| instant.try_into().ok())
}

fn ok_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".ok");
    PathBuf::from(name)
}

/// Holds an ok-file that holds a SHA-256 against the file; any other vouches by being there.
pub fn check_ok(path: &Path, file: &FoundFile) -> Result<(), Refusal> {
    if file.stamp.ok.is_none() {
        return Ok(());
    }
    let mut text = String::new();
    let read = File::open(ok_path(path)).and_then(|ok| ok.take(OK_LIMIT).read_to_string(&mut text));
    let said = text.trim().to_ascii_lowercase();
    let is_sum = said.len() == 64 && said.bytes().all(|byte| byte.is_ascii_hexdigit());
    if read.is_err() || !is_sum {
        return Ok(());
    }
    let mut sum = Sha256::new();
    let copied = File::open(path).and_then(|mut file| io::copy(&mut file, &mut sum));
    copied.map_err(|_| unread("cannot be read"))?;
    if format!("{:x}", sum.finalize()) == said {
        Ok(())
    } else {
        Err(Refusal {
            place: None,
            reason: "the sum in its ok-file does not agree".to_owned(),
            is_unread: false,
        })
    }
}

/// A refusal that another try may lift.
pub fn unread(reason: &str) -> Refusal {
    Refusal {
        place: None,
        reason: reason.to_owned(),
        is_unread: true,
    }
}
