//! What lies in the folder: which files, under which sequence number, complete or not, and what their bytes are.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::cell;
use crate::wire::Refusal;

/// An `.ok` file holds nothing or a SHA-256; more than this is neither.
const OK_LIMIT: u64 = 256;

/// What lies under one name, `NAV_TILSK_{YYYYMM}_{NNNN}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    pub stem: String,
    pub csv: Option<Csv>,
    pub has_ok: bool,
}

/// A `.csv` from outside: enough to tell cheaply that it is still the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Csv {
    pub size: u64,
    pub modified: Option<Timestamp>,
}

impl Delivery {
    pub fn csv_name(&self) -> String {
        format!("{}.csv", self.stem)
    }
}

/// Everything that bears one of NAV's names, by sequence number and then by name.
pub fn list(inbox: &Path) -> io::Result<BTreeMap<u16, Vec<Delivery>>> {
    let mut stems = BTreeMap::new();
    for entry in fs::read_dir(inbox)? {
        let name = entry?.file_name();
        if let Some((stem, sequence)) = name.to_str().and_then(parse_name) {
            stems.insert(stem.to_owned(), sequence);
        }
    }
    let mut deliveries: BTreeMap<u16, Vec<Delivery>> = BTreeMap::new();
    for (stem, sequence) in stems {
        // Both are looked up, for a file may have come while the folder was being listed.
        let ok = fs::metadata(inbox.join(format!("{stem}.ok"))).ok();
        let csv = fs::metadata(inbox.join(format!("{stem}.csv")))
            .ok()
            .filter(fs::Metadata::is_file);
        let csv = csv.map(|csv| Csv {
            size: csv.len(),
            modified: csv.modified().ok().and_then(|instant| instant.try_into().ok()),
        });
        deliveries.entry(sequence).or_default().push(Delivery {
            stem,
            csv,
            has_ok: ok.is_some_and(|ok| ok.is_file()),
        });
    }
    Ok(deliveries)
}

/// The name without its ending, and the sequence number in it.
fn parse_name(name: &str) -> Option<(&str, u16)> {
    let stem = name.strip_suffix(".csv").or_else(|| name.strip_suffix(".ok"))?;
    let (month, sequence) = stem.strip_prefix("NAV_TILSK_")?.split_once('_')?;
    let is_shaped = month.len() == 6 && sequence.len() == 4 && cell::is_digits(month) && cell::is_digits(sequence);
    is_shaped
        .then(|| sequence.parse().ok())
        .flatten()
        .map(|sequence| (stem, sequence))
}

/// The bytes of a file and their SHA-256 in lowercase hexadecimal.
pub struct Contents {
    pub bytes: Vec<u8>,
    pub sha256: String,
}

/// Reads a file of at most `limit` bytes.
pub fn read(path: &Path, limit: u64) -> Result<Contents, Refusal> {
    let bytes = read_up_to(path, limit).map_err(|_| Refusal::new("cannot be read"))?;
    let bytes = bytes.ok_or_else(|| Refusal(format!("is larger than {limit} bytes")))?;
    let sha256 = format!("{:x}", Sha256::digest(&bytes));
    Ok(Contents { bytes, sha256 })
}

/// Holds the `.ok` file against the sum: empty it vouches for any bytes, otherwise for those alone.
pub fn check_ok(path: &Path, sha256: &str) -> Result<(), Refusal> {
    let bytes = read_up_to(path, OK_LIMIT)
        .map_err(|_| Refusal::new("its .ok cannot be read"))?
        .unwrap_or_else(|| vec![b'?']);
    let vouched = bytes.trim_ascii();
    if vouched.is_empty() || vouched == sha256.as_bytes() {
        Ok(())
    } else {
        Err(Refusal::new("the hash in its .ok does not agree"))
    }
}

/// The file's bytes; `None` where there are more than `limit`.
fn read_up_to(path: &Path, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    let file = File::open(path)?;
    if file.metadata()?.len() > limit {
        return Ok(None);
    }
    // The file may grow while it is read.
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    let is_within = u64::try_from(bytes.len()).is_ok_and(|length| length <= limit);
    Ok(is_within.then_some(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_navs_names_count() {
        assert_eq!(
            parse_name("NAV_TILSK_202103_0007.csv"),
            Some(("NAV_TILSK_202103_0007", 7))
        );
        assert_eq!(
            parse_name("NAV_TILSK_202103_0007.ok"),
            Some(("NAV_TILSK_202103_0007", 7))
        );
        let others = [
            "NAV_TILSK_202103_0007.csv.tmp",
            "NAV_TILSK_202103_0007.CSV",
            "nav_tilsk_202103_0007.csv",
            "NAV_TILSK_202103_007.csv",
            "NAV_TILSK_202103_00007.csv",
            "NAV_TILSK_20213_0007.csv",
            "NAV_TILSK_202103-0007.csv",
            "NAV_TILSK_202103_00+7.csv",
            "NAV_TILSK_202103_0007_1.csv",
            " NAV_TILSK_202103_0007.csv",
            "SPERRE_0621_63_20210301120000.csv",
        ];
        for name in others {
            assert_eq!(parse_name(name), None, "{name}");
        }
    }
}
