//! Rows to values. What cannot be read back is an error that names the row, never a record less.

use futures::TryStreamExt;
use jiff::Timestamp;
use programgrant_schema::{Record, RecordId, SourceId, SourceIdError};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::blocks::Block;
use super::{RegisterError, SourceStatus, StoredRecord, StoredSetAside, content};

/// In their order, which costs least to build from.
const SELECT_RECORDS: &str = "SELECT source, id, reference, revision, changed_at, content, received_at, listed_in, generation, vanished_at, changed_before \
    FROM record WHERE generation > $1 ORDER BY source, id";
/// In no order: for one, SQLite would go through all records there are by their ids, and not through the few by their generation.
const SELECT_CHANGED: &str = "SELECT source, id, reference, revision, changed_at, content, received_at, listed_in, generation, vanished_at, changed_before \
    FROM record WHERE generation > $1";
pub const SELECT_VERSIONS: &str = "SELECT source, id, reference, revision, changed_at, content, received_at, \
    CAST(0 AS BIGINT) AS listed_in, CAST(0 AS BIGINT) AS generation, CAST(NULL AS BIGINT) AS vanished_at, CAST(NULL AS BIGINT) AS changed_before \
    FROM record_version WHERE source = $1 AND id = $2 ORDER BY version";

/// How many records are handed over at once.
const CHUNK: usize = 4_096;

/// Hands over the records that `since` has not, as they come off the database: never all of them at once.
pub async fn hand_over(
    reading: &mut AnyConnection,
    since: i64,
    take: &mut (dyn FnMut(Block) + Send),
) -> Result<(), RegisterError> {
    let select = if since == 0 { SELECT_RECORDS } else { SELECT_CHANGED };
    let mut found = sqlx::query(select).bind(since).fetch(reading);
    let mut chunk = Vec::new();
    while let Some(row) = found.try_next().await? {
        chunk.push(record(&row)?);
        if chunk.len() == CHUNK {
            take(std::mem::take(&mut chunk).into());
        }
    }
    take(chunk.into());
    Ok(())
}

pub fn record(row: &AnyRow) -> Result<StoredRecord, RegisterError> {
    let id: String = row.get("id");
    let corrupt = |reason: String| RegisterError::Corrupt {
        table: "record",
        key: id.clone(),
        reason,
    };
    Ok(StoredRecord {
        source: source(row.get("source"), "record")?,
        received_at: instant(row.get("received_at")).map_err(corrupt)?,
        listed_in: row.get::<i64, _>("listed_in").unsigned_abs(),
        touched_in: row.get::<i64, _>("generation").unsigned_abs(),
        vanished_at: row
            .get::<Option<i64>, _>("vanished_at")
            .map(instant)
            .transpose()
            .map_err(corrupt)?,
        changed_before: row
            .get::<Option<i64>, _>("changed_before")
            .map(instant)
            .transpose()
            .map_err(corrupt)?,
        record: Record {
            id: RecordId::new(id.clone()),
            reference: row.get("reference"),
            revision: row.get("revision"),
            changed_at: row
                .get::<Option<i64>, _>("changed_at")
                .map(instant)
                .transpose()
                .map_err(corrupt)?,
            item: None,
            content: content::read(row.get("content")).map_err(|error| corrupt(error.to_string()))?,
        },
    })
}

pub fn set_aside(row: &AnyRow) -> Result<StoredSetAside, RegisterError> {
    let corrupt = |reason: String| RegisterError::Corrupt {
        table: "set_aside",
        key: row.get("key"),
        reason,
    };
    Ok(StoredSetAside {
        source: source(row.get("source"), "set_aside")?,
        set_aside: serde_json::from_str(row.get::<&str, _>("content")).map_err(|error| corrupt(error.to_string()))?,
        seen_at: instant(row.get("seen_at")).map_err(corrupt)?,
    })
}

pub fn status(row: &AnyRow) -> Result<(SourceId, SourceStatus), RegisterError> {
    let id: String = row.get("id");
    let corrupt = |reason: String| RegisterError::Corrupt {
        table: "source",
        key: id.clone(),
        reason,
    };
    let status = SourceStatus {
        walked: row.get::<i64, _>("walked") != 0,
        heard_at: row
            .get::<Option<i64>, _>("heard_at")
            .map(instant)
            .transpose()
            .map_err(corrupt)?,
        changed_at: row
            .get::<Option<i64>, _>("changed_at")
            .map(instant)
            .transpose()
            .map_err(corrupt)?,
        gaps: serde_json::from_str(row.get::<&str, _>("gaps")).map_err(|error| corrupt(error.to_string()))?,
        last_error: row.get("last_error"),
    };
    Ok((source(&id, "source")?, status))
}

pub fn source(text: &str, table: &'static str) -> Result<SourceId, RegisterError> {
    text.parse().map_err(|error: SourceIdError| RegisterError::Corrupt {
        table,
        key: text.to_owned(),
        reason: error.to_string(),
    })
}

/// An instant that stands in that table.
pub fn instant_of(microseconds: i64, table: &'static str) -> Result<Timestamp, RegisterError> {
    instant(microseconds).map_err(|reason| RegisterError::Corrupt {
        table,
        key: microseconds.to_string(),
        reason,
    })
}

fn instant(microseconds: i64) -> Result<Timestamp, String> {
    Timestamp::from_microsecond(microseconds).map_err(|error| error.to_string())
}
