//! The lists of exclusions that the gateway lays into the outbox, as NAV reads them.

use std::fs;
use std::path::Path;

use programgrant_contract::HeldExclusion;
use programgrant_schema::Ore;

use crate::wire::{self, Sheet};
use crate::{cell, folder};

const COLUMNS: [&str; 8] = ["orgnr", "kommnr", "navn", "fra", "til", "program", "malgruppe", "hjemmel"];
/// Chapter and post as NAV writes them; the list's name says that it is about these.
const SUBJECT: &str = "0621.63";
/// More than any list of participants.
const LIMIT: u64 = 16 << 20;

/// The newest list that is complete and agrees with its sum and count; each list is whole and replaces the one before.
pub fn newest(outbox: &Path) -> Vec<HeldExclusion> {
    let names = fs::read_dir(outbox).into_iter().flatten().flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let mut stems: Vec<String> = names.filter_map(|name| name.strip_suffix(".csv").filter(|stem| is_list(stem)).map(str::to_owned)).collect();
    stems.sort_unstable();
    stems.iter().rev().find_map(|stem| read(outbox, stem)).unwrap_or_default()
}

fn is_list(stem: &str) -> bool {
    stem.strip_prefix("SPERRE_0621_63_").is_some_and(|instant| instant.len() == 14 && cell::is_digits(instant))
}

/// `None` where the list is not complete or not as the page says.
fn read(outbox: &Path, stem: &str) -> Option<Vec<HeldExclusion>> {
    let contents = folder::read(&outbox.join(format!("{stem}.csv")), LIMIT).ok()?;
    let ok = fs::read(outbox.join(format!("{stem}.ok"))).ok()?;
    if ok.trim_ascii() != contents.sha256.as_bytes() {
        return None;
    }
    let text = wire::decode(&contents.bytes).ok()?;
    let mut sheet = Sheet::open(&text, &COLUMNS).ok()?;
    let mut exclusions = Vec::new();
    while let Some(line) = sheet.next_line().ok()? {
        let [orgnr, _, _, fra, til, ..] = line.cells;
        let (from, until) = (cell::date(fra).ok()?, cell::date(til).ok()?);
        exclusions.push(HeldExclusion { organisation_number: orgnr.to_owned(), subject: SUBJECT.to_owned(), from, until });
    }
    let is_whole = usize::try_from(sheet.trailer.rows).is_ok_and(|rows| rows == exclusions.len()) && sheet.trailer.sum == Ore::ZERO;
    exclusions.sort();
    is_whole.then_some(exclusions)
}
