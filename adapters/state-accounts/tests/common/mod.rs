//! A folder of files as DFØ lays them, and records as they are expected of it.
#![allow(dead_code, reason = "each test binary takes what it needs")]

use std::collections::HashSet;
use std::fs;
use std::path::PathBuf;

use programgrant_contract::Batch;
use programgrant_contract::suite::walk;
use programgrant_schema::{
    Accounts, AccountsLine, Appropriation, BudgetPost, Content, Figure, MunicipalGrants, Ore, Record, RecordId,
    SetAside,
};
use programgrant_state_accounts::StateAccounts;
use programgrant_state_accounts::simulator::StateAccountsSimulator;

pub const UDIR: &str = "970018131";
pub const POT: BudgetPost = BudgetPost::new(226, 64);
pub const LANGUAGE: BudgetPost = BudgetPost::new(231, 63);
pub const INCLUSION: BudgetPost = BudgetPost::new(846, 63);
/// A post whose lines nobody asks for.
pub const NOBODYS: BudgetPost = BudgetPost::new(571, 60);
pub const YEAR_2021: &str = "statsregnskapet_aar_2021";
pub const APPROPRIATIONS: &str = "bevilgninger_full_historikk";

pub fn posts() -> HashSet<BudgetPost> {
    HashSet::from([POT, LANGUAGE, INCLUSION])
}

pub fn ore(amount: i64) -> Ore {
    Ore::new(amount).expect("in range")
}

pub fn line(post: BudgetPost, body: &str, amount: i64) -> AccountsLine {
    AccountsLine {
        post,
        body: body.to_owned(),
        amount: ore(amount),
    }
}

pub fn record(id: &str, accounts: Accounts) -> Record {
    Record {
        id: RecordId::new(id),
        reference: format!("{id}.csv"),
        revision: None,
        changed_at: None,
        item: None,
        content: Content::Accounts(accounts),
    }
}

/// A year whose file has no column `Artskonto_id`.
pub fn year(year: i16, lines: Vec<AccountsLine>) -> Record {
    told(year, lines, None)
}

/// A year of which it is known what reached municipalities.
pub fn told(year: i16, lines: Vec<AccountsLine>, municipal: impl Into<Option<Vec<MunicipalGrants>>>) -> Record {
    let municipal = municipal.into();
    let content = Accounts::Year { year, lines, municipal };
    record(&format!("statsregnskapet_aar_{year}"), content)
}

pub fn grants(post: BudgetPost, amount: i64, name: Option<&str>, ministry: Option<&str>) -> MunicipalGrants {
    MunicipalGrants {
        post,
        amount: Figure::Stated(ore(amount)),
        name: name.map(str::to_owned),
        ministry: ministry.map(str::to_owned),
    }
}

pub fn sample() -> Vec<Record> {
    let vote = |year, voted, revisions| Appropriation {
        year,
        post: POT,
        voted: ore(voted),
        revisions: ore(revisions),
    };
    vec![
        year(
            2020,
            vec![
                line(POT, UDIR, 123_456_789),
                line(LANGUAGE, "974761319", 0),
                line(LANGUAGE, "Øvrige (6 virksomheter)", -7),
            ],
        ),
        told(
            2021,
            vec![line(POT, UDIR, 10), line(POT, "974761319", 4_050_000_000)],
            vec![
                grants(
                    POT,
                    4_050_000_007,
                    Some("Programfinansiering"),
                    Some("Kunnskapsdepartementet"),
                ),
                grants(NOBODYS, -7, None, None),
            ],
        ),
        record(
            APPROPRIATIONS,
            Accounts::Appropriations {
                lines: vec![vote(2020, 3_930_000_000, -1), vote(2021, 0, 4_050_000_011)],
            },
        ),
    ]
}

/// A folder in a place of its own, with nothing in it.
pub struct Drop {
    pub place: tempfile::TempDir,
}

impl Drop {
    pub fn new() -> Self {
        let drop = Self {
            place: tempfile::tempdir().expect("a temporary folder"),
        };
        fs::create_dir(drop.folder()).expect("made");
        drop
    }

    pub fn folder(&self) -> PathBuf {
        self.place.path().join("dfo")
    }

    pub fn source(&self) -> StateAccounts {
        StateAccounts::new(self.folder(), posts(), 1 << 20)
    }

    pub fn simulator(&self) -> StateAccountsSimulator {
        StateAccountsSimulator::new(self.folder()).expect("a simulator")
    }

    /// Puts a fixture where DFØ would, in one step.
    pub fn put(&self, fixture: &str, id: &str) {
        let from = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(fixture);
        let temporary = self.place.path().join("part");
        fs::copy(from, &temporary).expect("the fixture is there");
        fs::rename(temporary, self.folder().join(format!("{id}.csv"))).expect("renamed");
    }

    pub async fn read(&self) -> Vec<Batch> {
        walk(&self.source(), &mut None).await.expect("the folder is readable")
    }

    /// The only batch of a folder with the only file.
    pub async fn read_one(&self) -> Batch {
        let mut batches = self.read().await;
        assert_eq!(batches.len(), 1, "{batches:#?}");
        batches.remove(0)
    }

    pub async fn read_fixture(fixture: &str, id: &str) -> Batch {
        let drop = Self::new();
        drop.put(fixture, id);
        drop.read_one().await
    }
}

/// What reached municipalities by the only record, a year's.
pub fn municipal(batch: &Batch) -> Option<&[MunicipalGrants]> {
    match batch.records.as_slice() {
        [
            Record {
                content: Content::Accounts(Accounts::Year { municipal, .. }),
                ..
            },
        ] => municipal.as_deref(),
        other => panic!("not one year: {other:#?}"),
    }
}

/// The lines of the only record, a year's.
pub fn lines(batch: &Batch) -> &[AccountsLine] {
    match batch.records.as_slice() {
        [
            Record {
                content: Content::Accounts(Accounts::Year { lines, .. }),
                ..
            },
        ] => lines,
        other => panic!("not one year: {other:#?}"),
    }
}

/// Place, reason, post and year of each.
pub fn whereabouts(set_aside: &[SetAside]) -> Vec<(&str, &str, Option<BudgetPost>, Option<i16>)> {
    set_aside
        .iter()
        .map(|aside| (aside.place.as_str(), aside.reason.as_str(), aside.post, aside.year))
        .collect()
}

pub fn latin1(text: &str) -> Vec<u8> {
    let letters = text.chars().map(u8::try_from);
    letters.map(|letter| letter.expect("in ISO-8859-1")).collect()
}

/// An archive of those files.
pub fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
    packed(members, zip::CompressionMethod::Deflated)
}

/// An archive of one file that is stored as it is.
pub fn stored(name: &str, bytes: &[u8]) -> Vec<u8> {
    packed(&[(name, bytes)], zip::CompressionMethod::Stored)
}

fn packed(members: &[(&str, &[u8])], method: zip::CompressionMethod) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        let options = zip::write::SimpleFileOptions::default().compression_method(method);
        writer.start_file(*name, options).expect("begun");
        std::io::Write::write_all(&mut writer, bytes).expect("written");
    }
    writer.finish().expect("finished").into_inner()
}
