//! A folder of its own for each test, and the adapter that reads it by a mapping.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use programgrant_contract::suite::{YEARS, latest, walk};
use programgrant_contract::{Batch, Position, Source as _, SourceError};
use programgrant_schema::{AwardStatement, Content, OrganisationNumber, RecordId};
use programgrant_table::sheet::ReadLimits;
use programgrant_table::{Mapping, Means, Outcome, Place, Refusal, RowReading, Table, Totals};
use tempfile::TempDir;

/// The municipality that the registers of these tests know.
pub const KNOWN: &str = "940244145";

/// `[record]` of a list with the columns of [`HEADER`].
pub const RECORD: &str = r#"
[record]
key = "Saksnr"
year = "År"
post = { value = "291.62" }
organisation_number = "Orgnr"
municipality_number = "Kommunenr"
name = "Mottaker"
status = { column = "Status", words = { "Mottatt" = "APPLIED", "Innvilget" = "GRANTED", "Avslag" = "REFUSED" } }
applied = "Søkt"
granted = "Tildelt"
skip = [{ column = "Saksnr", is = ["Sum"] }]
"#;

pub const HEADER: &str = "Saksnr;År;Orgnr;Kommunenr;Mottaker;Status;Søkt;Tildelt";

/// A mapping of that `[file]` and [`RECORD`].
pub fn mapping_of(file: &str) -> Mapping {
    mapping(&format!("[file]\n{file}\n{RECORD}"))
}

pub fn mapping(text: &str) -> Mapping {
    Mapping::parse("liste.toml", text).unwrap_or_else(|error| panic!("{error}"))
}

/// Why the mapping is refused.
pub fn refused_mapping(text: &str) -> String {
    Mapping::parse("liste.toml", text).expect_err("refused").to_string()
}

/// One row of such a list.
pub fn row(key: &str, amount: &str) -> String {
    format!("{key};2021;940244145;4012;Bamble;Innvilget;{amount};{amount}")
}

/// A whole list of those rows.
pub fn list(rows: &[String]) -> String {
    format!("{HEADER}\r\n{}\r\n", rows.join("\r\n"))
}

pub fn knows(number: OrganisationNumber) -> bool {
    number.to_string() == KNOWN
}

pub fn means(mapping: Mapping, limits: ReadLimits) -> Means {
    Means {
        mapping: Arc::new(mapping),
        knows: Arc::new(knows),
        limits,
    }
}

/// Reads bytes as `preview` does.
pub fn read(mapping: &Mapping, name: &str, bytes: &[u8]) -> Result<(Vec<RowReading>, Totals), Refusal> {
    let directory = TempDir::new().expect("a folder");
    let path = directory.path().join("file");
    fs::write(&path, bytes).expect("written");
    let mut rows = Vec::new();
    let file = fs::File::open(&path).expect("opened");
    let totals = programgrant_table::read(mapping, file, name, &knows, &mut |row| rows.push(row))?;
    Ok((rows, totals))
}

/// What each row came to, in short.
pub fn told(rows: &[RowReading]) -> Vec<String> {
    let tell = |row: &RowReading| match &row.outcome {
        Outcome::Record(record) => format!("{}: {}", row.place, record.id),
        Outcome::SetAside(aside) => format!("{}: aside: {}", row.place, aside.reason),
        Outcome::Skipped => format!("{}: skipped", row.place),
        Outcome::Repeated => format!("{}: repeated", row.place),
    };
    rows.iter().map(tell).collect()
}

pub struct Folder {
    pub path: PathBuf,
    pub table: Table,
    pub position: Option<Position>,
    pub directory: TempDir,
}

/// The instant that it is in these tests: long after any file was written.
pub fn far_ahead() -> Timestamp {
    "2200-01-01T00:00:00Z".parse().expect("an instant")
}

impl Folder {
    pub fn new(mapping: Mapping) -> Self {
        Self::with(mapping, ReadLimits::DEFAULT)
    }

    pub fn with(mapping: Mapping, limits: ReadLimits) -> Self {
        let directory = TempDir::new().expect("a temporary folder");
        let path = directory.path().join("in");
        fs::create_dir(&path).expect("a folder");
        Self {
            table: table(&path, mapping, limits),
            path,
            position: None,
            directory,
        }
    }

    /// The same folder by another mapping.
    pub fn read_by(&mut self, mapping: Mapping) {
        self.table = table(&self.path, mapping, ReadLimits::DEFAULT);
    }

    pub fn put(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path.join(name);
        let before = fs::metadata(&path).ok().and_then(|file| file.modified().ok());
        fs::write(&path, bytes).expect("written");
        // Two writes may fall within one tick of the file system's clock.
        if let Some(before) = before {
            let file = fs::File::options().write(true).open(&path).expect("opened");
            file.set_modified(before + std::time::Duration::from_secs(2))
                .expect("set");
        }
    }

    pub fn remove(&self, name: &str) {
        fs::remove_file(self.path.join(name)).expect("removed");
    }

    /// Lays a file there and then its ok-file.
    pub fn deliver(&self, name: &str, bytes: impl AsRef<[u8]>) {
        self.put(name, bytes);
        self.put(&format!("{name}.ok"), "");
    }

    pub async fn try_walk(&mut self) -> Result<Walk, SourceError> {
        walk(&self.table, &mut self.position).await.map(Walk)
    }

    pub async fn walk(&mut self) -> Walk {
        self.try_walk().await.expect("the folder can be read")
    }

    pub async fn pull(&self, position: Option<&Position>) -> Batch {
        self.table.pull(position, YEARS).await.expect("the folder can be read")
    }
}

pub fn table(path: &Path, mapping: Mapping, limits: ReadLimits) -> Table {
    Table::new(
        means(mapping, limits),
        Place::Folder(path.to_owned()),
        Arc::new(far_ahead),
    )
}

/// The batches of one walk.
#[derive(Debug)]
pub struct Walk(pub Vec<Batch>);

impl Walk {
    pub fn ids(&self) -> Vec<String> {
        latest(&self.0).into_keys().map(|id| id.as_str().to_owned()).collect()
    }

    pub fn award(&self, id: &str) -> AwardStatement {
        match latest(&self.0)
            .remove(&RecordId::new(id))
            .expect("the record came")
            .content
        {
            Content::Award(award) => award,
            other => panic!("no award: {other:?}"),
        }
    }

    pub fn scopes(&self) -> Vec<Option<&str>> {
        self.0.iter().map(|batch| batch.scope.as_deref()).collect()
    }

    /// The gaps that are open at the end, as `place: reason`.
    pub fn gaps(&self) -> Vec<String> {
        let last = self.0.last().expect("a batch");
        last.gaps
            .iter()
            .map(|gap| format!("{}: {}", gap.place, gap.reason))
            .collect()
    }

    pub fn set_aside(&self) -> Vec<String> {
        let asides = self.0.iter().flat_map(|batch| &batch.set_aside);
        asides.map(|row| format!("{}: {}", row.place, row.reason)).collect()
    }

    /// Nothing came and nothing is wrong.
    pub fn is_silent(&self) -> bool {
        self.ids().is_empty() && self.gaps().is_empty() && self.set_aside().is_empty() && self.scopes() == [None]
    }
}
