//! A drop folder of its own for each test, and the adapter that reads it.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::fs;
use std::path::{Path, PathBuf};

use programgrant_contract::suite::{YEARS, latest, walk};
use programgrant_contract::{Batch, Position, Source, SourceError};
use programgrant_nav::Nav;
use programgrant_nav::simulator::NavSimulator;
use programgrant_schema::{Content, Record, RecordId};
use tempfile::TempDir;

/// Larger than any fixture.
pub const LIMIT: u64 = 1 << 20;

pub struct Folder {
    pub inbox: PathBuf,
    pub outbox: PathBuf,
    pub nav: Nav,
    pub position: Option<Position>,
    directory: TempDir,
}

impl Folder {
    /// An empty inbox and outbox.
    pub fn new() -> Self {
        Self::with_limit(LIMIT)
    }

    pub fn with_limit(limit: u64) -> Self {
        let directory = TempDir::new().expect("a temporary folder");
        let (inbox, outbox) = (directory.path().join("in"), directory.path().join("out"));
        fs::create_dir(&inbox).expect("an inbox");
        fs::create_dir(&outbox).expect("an outbox");
        Self {
            nav: Nav::new(inbox.clone(), limit),
            inbox,
            outbox,
            position: None,
            directory,
        }
    }

    pub fn simulator(&self) -> NavSimulator {
        NavSimulator::new(self.inbox.clone(), self.outbox.clone()).expect("the folders are there")
    }

    /// Keeps the folder alive without the rest.
    pub fn into_directory(self) -> TempDir {
        self.directory
    }

    pub fn put(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.inbox.join(name), bytes).expect("written");
    }

    pub fn remove(&self, name: &str) {
        fs::remove_file(self.inbox.join(name)).expect("removed");
    }

    /// Lays a complete file there, its `.ok` empty.
    pub fn deliver(&self, stem: &str, bytes: impl AsRef<[u8]>) {
        self.put(&format!("{stem}.csv"), bytes);
        self.put(&format!("{stem}.ok"), "");
    }

    /// Walks on from where the last walk stopped.
    pub async fn walk(&mut self) -> Walk {
        self.try_walk().await.expect("the folder can be read")
    }

    pub async fn try_walk(&mut self) -> Result<Walk, SourceError> {
        walk(&self.nav, &mut self.position).await.map(Walk)
    }

    pub async fn pull(&self, position: Option<&Position>) -> Batch {
        self.nav.pull(position, YEARS).await.expect("the folder can be read")
    }
}

/// The batches of one walk.
#[derive(Debug)]
pub struct Walk(pub Vec<Batch>);

impl Walk {
    /// The ids of the records that came.
    pub fn ids(&self) -> Vec<String> {
        latest(&self.0).into_keys().map(|id| id.as_str().to_owned()).collect()
    }

    pub fn content(&self, id: &str) -> Content {
        self.record(id).content
    }

    pub fn record(&self, id: &str) -> Record {
        latest(&self.0).remove(&RecordId::new(id)).expect("the record came")
    }

    /// The gaps that are open at the end, as `place: reason`.
    pub fn gaps(&self) -> Vec<String> {
        let last = self.0.last().expect("a batch");
        last.gaps
            .iter()
            .map(|gap| format!("{}: {}", gap.place, gap.reason))
            .collect()
    }

    /// What was set aside, as `place: reason`.
    pub fn set_aside(&self) -> Vec<String> {
        self.0
            .iter()
            .flat_map(|batch| &batch.set_aside)
            .map(|row| format!("{}: {}", row.place, row.reason))
            .collect()
    }

    /// Nothing came and nothing is wrong.
    pub fn is_silent(&self) -> bool {
        self.ids().is_empty() && self.gaps().is_empty() && self.set_aside().is_empty()
    }
}

pub fn fixture(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)).expect("a fixture")
}

/// A file with one grant of that many kroner, under that voucher number.
pub fn one_grant(voucher_no: u32, kroner: u32) -> String {
    let header =
        "client;period;voucher_no;voucher_type;trans_date;kap;post;aar;orgnr;kommnr;tekst;malgruppe;fra;til;belop";
    let row = format!("NA;202103;{voucher_no};IN;15.03.2021;0621;63;2021;940837685;3427;Tynset;UNGE;;;{kroner},00");
    format!("{header}\r\n{row}\r\n#SLUTT;1;{kroner},00\r\n")
}
