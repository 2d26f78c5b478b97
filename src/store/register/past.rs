//! The history as it is read: which picture was in force at an instant, what it was made of, and what was said of a record before.

use std::collections::BTreeMap;

use jiff::Timestamp;
use programgrant_core::view::{SourceStatus, Statement, StoredRecord, StoredSetAside};
use programgrant_schema::{RecordId, SourceId};
use serde::Serialize;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

use super::store::json;
use super::{Register, RegisterError, rows, spans};

const SELECT_RECORDS: &str = "SELECT span.source, span.id, version.reference, span.revision, span.changed_at, version.content, span.received_at, \
    span.listed_in, span.from_generation AS generation, span.vanished_at, span.changed_before \
    FROM record_span AS span JOIN record_version AS version \
    ON version.source = span.source AND version.id = span.id AND version.version = span.version \
    WHERE span.from_generation <= $1 AND (span.until_generation IS NULL OR span.until_generation > $1) ORDER BY span.source, span.id";
const SELECT_SET_ASIDE: &str = "SELECT source, key, content, seen_at FROM set_aside_span \
    WHERE from_generation <= $1 AND (until_generation IS NULL OR until_generation > $1) ORDER BY source, seen_at DESC, key";
const SELECT_SOURCES: &str = "SELECT span.source AS id, span.walked, span.changed_at, span.gaps, span.last_error, span.heard_from, span.heard_until, span.widest, span.hearings, \
    CAST(NULL AS BIGINT) AS heard_at FROM source_span AS span JOIN \
    (SELECT source, max(since) AS since FROM source_span WHERE since <= $1 GROUP BY source) AS latest \
    ON latest.source = span.source AND latest.since = span.since";

/// What was known of the sources at an instant.
#[derive(Debug, Clone)]
pub struct KnownThen {
    /// Of the picture in force then.
    pub generation: u64,
    pub statuses: BTreeMap<SourceId, SourceStatus>,
}

/// What the picture of a generation was made of, the sources' own state left out.
#[derive(Debug)]
pub struct PastPicture {
    pub records: Vec<StoredRecord>,
    pub set_aside: Vec<StoredSetAside>,
}

/// A record, as a statement asks for it.
#[derive(Serialize)]
struct Wanted<'a> {
    source: &'a str,
    id: &'a str,
}

impl Register {
    /// When the history begins; `None` where nobody has begun it.
    pub async fn history_begins(&self) -> Result<Option<Timestamp>, RegisterError> {
        let since: Option<i64> = sqlx::query_scalar("SELECT min(since) FROM picture")
            .fetch_one(self.database.readers())
            .await?;
        Ok(since.and_then(|since| Timestamp::from_microsecond(since).ok()))
    }

    /// Which picture was in force at an instant, and what was known of the sources then; `None` before the history begins.
    pub async fn known_at(&self, at: Timestamp) -> Result<Option<KnownThen>, RegisterError> {
        let mut reading = self.database.read().await?;
        let at = at.as_microsecond();
        let generation = sqlx::query_scalar::<_, Option<i64>>("SELECT max(generation) FROM picture WHERE since <= $1")
            .bind(at)
            .fetch_one(&mut *reading)
            .await?;
        let Some(generation) = generation else {
            return Ok(None);
        };
        let spans = sqlx::query(SELECT_SOURCES).bind(at).fetch_all(&mut *reading).await?;
        Ok(Some(KnownThen {
            generation: generation.unsigned_abs(),
            statuses: spans.iter().map(|span| status(span, at)).collect::<Result<_, _>>()?,
        }))
    }

    /// What the picture of a generation was made of.
    pub async fn picture(&self, generation: u64) -> Result<PastPicture, RegisterError> {
        let mut reading = self.database.read().await?;
        let generation = i64::try_from(generation).unwrap_or(i64::MAX);
        let records = sqlx::query(SELECT_RECORDS)
            .bind(generation)
            .fetch_all(&mut *reading)
            .await?;
        let set_aside = sqlx::query(SELECT_SET_ASIDE)
            .bind(generation)
            .fetch_all(&mut *reading)
            .await?;
        Ok(PastPicture {
            records: records.iter().map(rows::record).collect::<Result<_, _>>()?,
            set_aside: set_aside.iter().map(rows::set_aside).collect::<Result<_, _>>()?,
        })
    }

    /// All that was ever said of these records up to a generation, in one reading: by record, and within one in the order of its versions.
    pub async fn statements(
        &self,
        generation: u64,
        records: &[(SourceId, RecordId)],
    ) -> Result<Vec<Statement>, RegisterError> {
        let wanted: Vec<Wanted<'_>> = records
            .iter()
            .map(|(source, id)| Wanted {
                source: source.as_str(),
                id: id.as_str(),
            })
            .collect();
        let select = format!(
            "SELECT version.source, version.id, version.version, version.reference, version.content, version.received_at AS first_received_at, \
             CASE WHEN span.version IS NULL THEN version.revision ELSE span.revision END AS revision, \
             CASE WHEN span.version IS NULL THEN version.changed_at ELSE span.changed_at END AS changed_at, \
             COALESCE(span.received_at, version.received_at) AS received_at, CAST(COALESCE(span.listed_in, 0) AS BIGINT) AS listed_in, \
             CAST(COALESCE(span.from_generation, 0) AS BIGINT) AS generation, span.vanished_at, span.changed_before FROM {} \
             JOIN record_version AS version ON version.source = each.value ->> 'source' AND version.id = each.value ->> 'id' \
             LEFT JOIN record_span AS span ON span.source = version.source AND span.id = version.id AND span.version = version.version \
             AND span.from_generation <= $2 \
             WHERE version.version <= (SELECT max(latest.version) FROM record_span AS latest WHERE latest.source = version.source \
             AND latest.id = version.id AND latest.from_generation <= $2) \
             ORDER BY version.source, version.id, version.version, span.from_generation",
            self.database.dialect.each("$1")
        );
        let said = sqlx::query(AssertSqlSafe(select))
            .bind(json(&wanted))
            .bind(i64::try_from(generation).unwrap_or(i64::MAX))
            .fetch_all(self.database.readers())
            .await?;
        said.iter().map(statement).collect()
    }
}

fn statement(row: &AnyRow) -> Result<Statement, RegisterError> {
    let stored = rows::record(row)?;
    let first = row.get::<i64, _>("first_received_at");
    let first_received_at = Timestamp::from_microsecond(first).map_err(|error| RegisterError::Corrupt {
        table: "record_version",
        key: stored.record.id.to_string(),
        reason: error.to_string(),
    })?;
    Ok(Statement {
        version: row.get::<i64, _>("version").unsigned_abs(),
        first_received_at,
        stored,
    })
}

/// A source's state at an instant within its span.
fn status(row: &AnyRow, at: i64) -> Result<(SourceId, SourceStatus), RegisterError> {
    let (id, mut status) = rows::status(row)?;
    let (from, until) = (
        row.get::<Option<i64>, _>("heard_from"),
        row.get::<Option<i64>, _>("heard_until"),
    );
    let hearings = spans::hearings(row)?;
    let heard_at = from
        .zip(until)
        .map(|(from, until)| heard(from, until, row.get("widest"), &hearings, at));
    let corrupt = |reason: jiff::Error| RegisterError::Corrupt {
        table: "source_span",
        key: id.to_string(),
        reason: reason.to_string(),
    };
    status.heard_at = heard_at.map(Timestamp::from_microsecond).transpose().map_err(corrupt)?;
    Ok((id, status))
}

/// When a source was last heard, as seen from an instant. Of a span that is long, the latest hearings are known, and of those before the
/// longest time between two of them: the source was heard within that time before, and no later instant is claimed.
fn heard(from: i64, until: i64, widest: i64, hearings: &[i64], at: i64) -> i64 {
    match hearings.partition_point(|hearing| *hearing <= at) {
        _ if at >= until => until,
        0 => from.max(at.saturating_sub(widest)),
        known => hearings[known - 1],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hearing_is_never_told_later_than_it_was() {
        // Heard at 100, 130, 200, 210, 220: within the span, at most 70 pass unheard, and the last three are known.
        let heard = |at| heard(100, 220, 70, &[200, 210, 220], at);
        assert_eq!(
            [100, 110, 130, 199, 200, 215, 220, 900].map(heard),
            [100, 100, 100, 129, 200, 210, 220, 220]
        );
    }
}
