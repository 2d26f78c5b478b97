//! A folder of files as DFØ lays them, and records as they are expected of it.

use std::collections::HashSet;
use std::fs;
use std::path::PathBuf;

use programgrant_contract::Batch;
use programgrant_contract::suite::walk;
use programgrant_schema::{
    Accounts, AccountsLine, Appropriation, BudgetPost, Content, Ore, Record, RecordId, SetAside,
};
use programgrant_state_accounts::StateAccounts;
use programgrant_state_accounts::simulator::StateAccountsSimulator;

pub const UDIR: &str = "970018131";
pub const POT: BudgetPost = BudgetPost::new(226, 64);
pub const LANGUAGE: BudgetPost = BudgetPost::new(231, 63);
pub const INCLUSION: BudgetPost = BudgetPost::new(846, 63);
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

pub fn year(year: i16, lines: Vec<AccountsLine>) -> Record {
    record(&format!("statsregnskapet_aar_{year}"), Accounts::Year { year, lines })
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
        year(2021, vec![line(POT, UDIR, 10), line(POT, "974761319", 4_050_000_000)]),
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
