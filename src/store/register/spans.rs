//! The history as it is written: in the transaction of what changed, one row for what changed and none for what did not. Reading it is
//! left to `past`.

use jiff::Timestamp;
use programgrant_schema::SourceId;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use super::store::{Write, json};
use super::{Register, RegisterError};

/// Records that the last picture in the history does not have as they stand; what an older program stored meanwhile among them.
const END_RECORDS: &str = "UPDATE record_span SET until_generation = CASE WHEN record.generation > $2 THEN $2 ELSE record.generation END FROM record \
    WHERE record.generation > $1 AND record_span.source = record.source AND record_span.id = record.id \
    AND record_span.until_generation IS NULL AND record_span.from_generation < record.generation";
/// One that was touched and shown nowhere yet belongs to the picture that is in force.
const BEGIN_RECORDS: &str = "INSERT INTO record_span (source, id, from_generation, version, revision, changed_at, received_at, listed_in, vanished_at, changed_before) \
    SELECT source, id, CASE WHEN generation > $2 THEN $2 ELSE generation END, version, revision, changed_at, received_at, listed_in, vanished_at, changed_before \
    FROM record WHERE generation > $1 \
    ON CONFLICT (source, id, from_generation) DO UPDATE SET version = excluded.version, revision = excluded.revision, \
    changed_at = excluded.changed_at, received_at = excluded.received_at, listed_in = excluded.listed_in, \
    vanished_at = excluded.vanished_at, changed_before = excluded.changed_before, until_generation = NULL";
const END_SET_ASIDE: &str = "UPDATE set_aside_span SET until_generation = $1 WHERE until_generation IS NULL AND NOT EXISTS ( \
    SELECT 1 FROM set_aside AS now WHERE now.source = set_aside_span.source AND now.key = set_aside_span.key \
    AND now.content = set_aside_span.content AND now.seen_at = set_aside_span.seen_at)";
const BEGIN_SET_ASIDE: &str = "INSERT INTO set_aside_span (source, key, from_generation, content, seen_at) \
    SELECT now.source, now.key, $1, now.content, now.seen_at FROM set_aside AS now WHERE NOT EXISTS ( \
    SELECT 1 FROM set_aside_span AS open WHERE open.source = now.source AND open.key = now.key AND open.until_generation IS NULL)";

/// So many hearings of a span are known to the instant.
const HEARINGS: usize = 100;

impl Register {
    /// Begins the history with what is known now, unless it has begun.
    pub async fn begin_history(&self, now: Timestamp) -> Result<(), RegisterError> {
        let mut writing = self.database.write().await?;
        let select = format!("SELECT number FROM generation{}", self.database.dialect.for_update());
        let generation = sqlx::query_scalar::<_, i64>(AssertSqlSafe(select))
            .fetch_one(&mut *writing)
            .await?;
        let pictures: i64 = sqlx::query_scalar("SELECT count(*) FROM (SELECT 1 FROM picture LIMIT 1) AS any_of_them")
            .fetch_one(&mut *writing)
            .await?;
        if pictures == 0 {
            let now = now.as_microsecond();
            remember_picture(&mut writing, generation, now).await?;
            let sources = sqlx::query("SELECT id FROM source ORDER BY id")
                .fetch_all(&mut *writing)
                .await?;
            for source in &sources {
                remember_source(&mut writing, source.get("id"), now, 0).await?;
            }
        }
        Ok(writing.commit().await?)
    }

    /// How far apart two hearings of a source may lie without a break between them, in microseconds.
    pub(super) fn limit(&self, source: SourceId) -> i64 {
        let limit = self.limits.get(&source).copied().unwrap_or(super::USUAL_LIMIT);
        i64::try_from(limit.as_micros()).unwrap_or(i64::MAX)
    }
}

impl Write<'_> {
    /// Writes down what this batch has changed, if it has.
    pub(super) async fn remember(&mut self, changed: bool, limit: i64) -> Result<(), RegisterError> {
        if changed {
            remember_picture(self.connection, self.generation, self.now).await?;
        }
        remember_source(self.connection, self.source.as_str(), self.now, limit).await
    }
}

/// Puts a generation into the history. Time there never runs backwards, whatever clock `now` was read from.
pub(super) async fn remember_picture(
    connection: &mut AnyConnection,
    generation: i64,
    now: i64,
) -> Result<(), RegisterError> {
    let last = sqlx::query(
        "SELECT CAST(COALESCE(max(generation), -1) AS BIGINT) AS generation, CAST(COALESCE(max(since), $1) AS BIGINT) AS since FROM picture",
    )
    .bind(now)
    .fetch_one(&mut *connection)
    .await?;
    let (before, since): (i64, i64) = (last.get("generation"), last.get("since"));
    for statement in [END_RECORDS, BEGIN_RECORDS] {
        sqlx::query(statement)
            .bind(before)
            .bind(generation)
            .execute(&mut *connection)
            .await?;
    }
    for statement in [END_SET_ASIDE, BEGIN_SET_ASIDE] {
        sqlx::query(statement)
            .bind(generation)
            .execute(&mut *connection)
            .await?;
    }
    sqlx::query("INSERT INTO picture (generation, since) VALUES ($1, $2)")
        .bind(generation)
        .bind(now.max(since))
        .execute(&mut *connection)
        .await?;
    Ok(())
}

/// A source's state, as far as it makes a span of its own.
#[derive(PartialEq)]
struct State {
    walked: i64,
    changed_at: Option<i64>,
    gaps: String,
    last_error: Option<String>,
}

/// Moves the source's span on, or begins another where its state is another or it was not heard for longer than its limit.
pub(super) async fn remember_source(
    connection: &mut AnyConnection,
    source: &str,
    now: i64,
    limit: i64,
) -> Result<(), RegisterError> {
    let row = sqlx::query("SELECT walked, heard_at, changed_at, gaps, last_error FROM source WHERE id = $1")
        .bind(source)
        .fetch_one(&mut *connection)
        .await?;
    let (state, heard_at) = (state(&row), row.get::<Option<i64>, _>("heard_at"));
    let open = sqlx::query(
        "SELECT since, walked, changed_at, gaps, last_error, heard_until, widest, hearings FROM source_span WHERE source = $1 ORDER BY since DESC LIMIT 1",
    )
    .bind(source)
    .fetch_optional(&mut *connection)
    .await?;
    let since = open.as_ref().map(|open| open.get::<i64, _>("since"));
    if let Some(open) = open.filter(|open| self::state(open) == state) {
        let heard_until = open.get::<Option<i64>, _>("heard_until");
        if heard_at == heard_until {
            return Ok(());
        }
        let apart = heard_at.zip(heard_until).map(|(now, before)| now - before);
        if let Some((now, apart)) = heard_at.zip(apart.filter(|apart| (0..=limit).contains(apart))) {
            return move_on(connection, source, &open, now, apart).await;
        }
    }
    // A clock that was set back takes nothing away.
    let since = since.map_or(now, |since| if now < since { since + 1 } else { now });
    begin(connection, source, since, &state, heard_at).await
}

fn state(row: &AnyRow) -> State {
    State {
        walked: row.get("walked"),
        changed_at: row.get("changed_at"),
        gaps: row.get("gaps"),
        last_error: row.get("last_error"),
    }
}

/// The source was heard again, so long after it was last heard.
async fn move_on(
    connection: &mut AnyConnection,
    source: &str,
    open: &AnyRow,
    now: i64,
    apart: i64,
) -> Result<(), RegisterError> {
    let mut hearings = hearings(open)?;
    hearings.push(now);
    hearings.drain(..hearings.len().saturating_sub(HEARINGS));
    sqlx::query("UPDATE source_span SET heard_until = $3, widest = $4, hearings = $5 WHERE source = $1 AND since = $2")
        .bind(source)
        .bind(open.get::<i64, _>("since"))
        .bind(now)
        .bind(apart.max(open.get("widest")))
        .bind(json(&hearings))
        .execute(&mut *connection)
        .await?;
    Ok(())
}

/// The latest hearings of a span.
pub(super) fn hearings(span: &AnyRow) -> Result<Vec<i64>, RegisterError> {
    let text = span.get::<String, _>("hearings");
    serde_json::from_str(&text).map_err(|error| RegisterError::Corrupt {
        table: "source_span",
        key: text,
        reason: error.to_string(),
    })
}

/// Of two states at one instant the later stays.
async fn begin(
    connection: &mut AnyConnection,
    source: &str,
    since: i64,
    state: &State,
    heard_at: Option<i64>,
) -> Result<(), RegisterError> {
    sqlx::query(
        "INSERT INTO source_span (source, since, walked, changed_at, gaps, last_error, heard_from, heard_until, widest, hearings) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7, 0, $8) \
         ON CONFLICT (source, since) DO UPDATE SET walked = excluded.walked, changed_at = excluded.changed_at, gaps = excluded.gaps, \
         last_error = excluded.last_error, heard_from = excluded.heard_from, heard_until = excluded.heard_until, widest = 0, \
         hearings = excluded.hearings",
    )
    .bind(source)
    .bind(since)
    .bind(state.walked)
    .bind(state.changed_at)
    .bind(&state.gaps)
    .bind(&state.last_error)
    .bind(heard_at)
    .bind(json(&heard_at.as_slice()))
    .execute(&mut *connection)
    .await?;
    Ok(())
}
