//! Everything in force, as it comes off the database: many records to a row. What stands in a block is read by whoever takes it, on whichever
//! thread, so that the database is never waited for by whoever reads, nor the other way.

use jiff::Timestamp;
use programgrant_schema::{Record, RecordId};
use sqlx::{AnyConnection, Row};

use super::rows::{self, instant_of};
use super::{RegisterError, StoredRecord, content};
use crate::store::database::Dialect;

/// Records, not all of them read yet.
pub struct Block(Form);

enum Form {
    Records(Vec<StoredRecord>),
    Lines(String),
}

/// How many places of the table make a block: enough that a statement costs nothing beside them, and little to have at hand. In
/// tests, where there are few, two.
const PLACES: i64 = if cfg!(test) { 2 } else { 1_024 };

/// Each record of a block on a line of its own, its parts parted by tabs: neither stands in what JSON quotes.
const SELECT_BLOCK: &str = "SELECT group_concat(format('%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s', source, json_quote(id), json_quote(reference), \
    revision, changed_at, received_at, listed_in, generation, vanished_at, changed_before, content), char(10)) FROM record WHERE rowid > $1 AND rowid <= $2";

impl From<Vec<StoredRecord>> for Block {
    fn from(records: Vec<StoredRecord>) -> Self {
        Self(Form::Records(records))
    }
}

impl Block {
    pub fn records(self) -> Result<Vec<StoredRecord>, RegisterError> {
        match self.0 {
            Form::Records(records) => Ok(records),
            Form::Lines(lines) => lines.split('\n').map(record).collect(),
        }
    }
}

/// Hands over everything that is in force.
pub async fn hand_over_all(
    reading: &mut AnyConnection,
    dialect: Dialect,
    take: &mut (dyn FnMut(Block) + Send),
) -> Result<(), RegisterError> {
    match dialect {
        Dialect::Postgres => rows::hand_over(reading, 0, take).await,
        Dialect::Sqlite => hand_over_blocks(reading, take).await,
    }
}

/// Block by block in the order of the table, which is the order in which records came.
async fn hand_over_blocks(
    reading: &mut AnyConnection,
    take: &mut (dyn FnMut(Block) + Send),
) -> Result<(), RegisterError> {
    let last: i64 = sqlx::query_scalar("SELECT COALESCE(max(rowid), 0) FROM record")
        .fetch_one(&mut *reading)
        .await?;
    let mut from = 0;
    while from < last {
        let until = from.saturating_add(PLACES);
        let row = sqlx::query(SELECT_BLOCK)
            .bind(from)
            .bind(until)
            .fetch_one(&mut *reading)
            .await?;
        if let Some(lines) = row.get::<Option<String>, _>(0) {
            take(Block(Form::Lines(lines)));
        }
        from = until;
    }
    Ok(())
}

fn record(line: &str) -> Result<StoredRecord, RegisterError> {
    let corrupt = |reason: String| RegisterError::Corrupt {
        table: "record",
        key: line.chars().take(200).collect(),
        reason,
    };
    let mut parts = line.splitn(11, '\t');
    let mut part = || parts.next().ok_or_else(|| corrupt("a part is missing".to_owned()));
    let (source, id, reference) = (rows::source(part()?, "record")?, part()?, part()?);
    let mut number = || -> Result<Option<i64>, RegisterError> {
        let text = part()?;
        let number = (!text.is_empty()).then(|| text.parse()).transpose();
        number.map_err(|_| corrupt(format!("{text:?} is no number")))
    };
    let instant = |number: Option<i64>| -> Result<Option<Timestamp>, RegisterError> {
        number.map(|number| instant_of(number, "record")).transpose()
    };
    let (revision, changed_at, received_at) = (number()?, instant(number()?)?, instant(number()?)?);
    let (listed_in, touched_in) = (number()?.unwrap_or_default(), number()?.unwrap_or_default());
    let (vanished_at, changed_before) = (instant(number()?)?, instant(number()?)?);
    let text = |quoted: &str| serde_json::from_str::<String>(quoted).map_err(|error| corrupt(error.to_string()));
    Ok(StoredRecord {
        source,
        received_at: received_at.ok_or_else(|| corrupt("it was received at no time".to_owned()))?,
        listed_in: listed_in.unsigned_abs(),
        touched_in: touched_in.unsigned_abs(),
        vanished_at,
        changed_before,
        record: Record {
            id: RecordId::new(text(id)?),
            reference: text(reference)?,
            revision,
            changed_at,
            item: None,
            content: content::read(part()?).map_err(|error| corrupt(error.to_string()))?,
        },
    })
}
