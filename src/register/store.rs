//! Storing a batch: records, what stands aside, what has vanished, and the position, in one transaction.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use programgrant_contract::{Batch, Record, RecordId, SetAside, SourceId};
use serde::Serialize;
use sha2::{Digest, Sha256};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use super::{NEWS, Place, Register, RegisterError};
use crate::database::Dialect;

/// What storing a batch did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    /// Whether the register now says something that it did not say before.
    pub changed: bool,
}

impl Register {
    /// Stores a batch and the position behind it, all or nothing; nothing where anybody has stored one since the place was read
    /// from which it was pulled. A batch that ends the walk means that the source is heard.
    pub async fn store(&self, source: SourceId, pulled_from: &Place, batch: &Batch, now: Timestamp) -> Result<Stored, RegisterError> {
        let dialect = self.database.dialect;
        let mut writing = self.database.write().await?;
        let write = Write { connection: &mut writing, dialect, source, scope: batch.scope.as_deref(), now: now.as_microsecond(), generation: 0 };
        let changed = write.batch(pulled_from, batch).await?;
        writing.notify(NEWS).await?;
        writing.commit().await?;
        Ok(Stored { changed })
    }
}

struct Write<'a> {
    connection: &'a mut AnyConnection,
    dialect: Dialect,
    source: SourceId,
    scope: Option<&'a str>,
    now: i64,
    generation: i64,
}

/// The version in force, as far as a newcomer must know it.
struct InForce {
    version: i64,
    revision: Option<i64>,
    digest: Vec<u8>,
    scope: Option<String>,
    vanished: bool,
}

impl Write<'_> {
    async fn batch(mut self, pulled_from: &Place, batch: &Batch) -> Result<bool, RegisterError> {
        self.stand_at(pulled_from).await?;
        self.take_generation().await?;
        let mut changed = self.records(&batch.records).await?;
        changed |= self.replace_set_aside(&batch.set_aside, &batch.records).await?;
        changed |= self.mark_vanished(batch).await?;
        changed |= self.source(batch, changed).await?;
        if changed {
            sqlx::query("UPDATE generation SET number = $1").bind(self.generation).execute(&mut *self.connection).await?;
        }
        Ok(changed)
    }

    /// Keeps everybody else from storing anything of this source, if nobody has since the batch was pulled.
    async fn stand_at(&mut self, pulled_from: &Place) -> Result<(), RegisterError> {
        let select = format!("SELECT batches FROM source WHERE id = $1{}", self.dialect.for_update());
        let select = sqlx::query_scalar::<_, i64>(AssertSqlSafe(select)).bind(self.source.as_str());
        let batches = select.fetch_one(&mut *self.connection).await?;
        if batches == pulled_from.batches { Ok(()) } else { Err(RegisterError::Superseded(self.source)) }
    }

    /// One at a time: a reader of generation n must have been able to see all of those before it.
    async fn take_generation(&mut self) -> Result<(), RegisterError> {
        let select = format!("SELECT number FROM generation{}", self.dialect.for_update());
        let number = sqlx::query_scalar::<_, i64>(AssertSqlSafe(select)).fetch_one(&mut *self.connection).await?;
        self.generation = number + 1;
        Ok(())
    }

    /// Puts records in force, each unless a later version is; says whether anything changed.
    async fn records(&mut self, records: &[Record]) -> Result<bool, RegisterError> {
        let mut in_force = self.in_force(records).await?;
        let mut changed = false;
        for record in records {
            let content = json(&record.content);
            let digest = Sha256::digest(content.as_bytes()).to_vec();
            let known = in_force.get(&record.id);
            let Some(version) = self.next_version(record, known, &digest).await? else {
                changed |= known.is_some_and(|known| known.vanished && known.digest == digest);
                continue;
            };
            self.put(record, version, &content, &digest).await?;
            let scope = self.scope.map(str::to_owned);
            in_force.insert(record.id.clone(), InForce { version, revision: record.revision, digest, scope, vanished: false });
            changed = true;
        }
        Ok(changed)
    }

    /// What is in force of these records, read in one go.
    async fn in_force(&mut self, records: &[Record]) -> Result<HashMap<RecordId, InForce>, RegisterError> {
        let ids: Vec<&str> = records.iter().map(|record| record.id.as_str()).collect();
        let select = format!(
            "SELECT id, version, revision, digest, scope, vanished_at FROM record WHERE source = $1 AND id IN (SELECT each.value FROM {})",
            self.dialect.each_text("$2")
        );
        let select = sqlx::query(AssertSqlSafe(select)).bind(self.source.as_str()).bind(json(&ids));
        let rows = select.fetch_all(&mut *self.connection).await?;
        let in_force = |row: &AnyRow| InForce {
            version: row.get("version"),
            revision: row.get("revision"),
            digest: row.get("digest"),
            scope: row.get("scope"),
            vanished: row.get::<Option<i64>, _>("vanished_at").is_some(),
        };
        Ok(rows.iter().map(|row| (RecordId::new(row.get::<String, _>("id")), in_force(row))).collect())
    }

    /// The version under which the record goes in force; `None` where a later one is, or where it is the same again.
    async fn next_version(&mut self, record: &Record, known: Option<&InForce>, digest: &[u8]) -> Result<Option<i64>, RegisterError> {
        let Some(known) = known else { return Ok(Some(1)) };
        let is_older = matches!((record.revision, known.revision), (Some(new), Some(old)) if new < old);
        if is_older {
            return Ok(None);
        }
        if known.digest == digest {
            // Only where it is listed, whether it is listed at all, and its revision can be news.
            if known.vanished || known.scope.as_deref() != self.scope || known.revision != record.revision {
                self.touch(record).await?;
            }
            return Ok(None);
        }
        let is_repetition = record.revision.is_none() && self.scope.is_none() && self.was_stored_before(record, digest).await?;
        Ok((!is_repetition).then_some(known.version + 1))
    }

    /// Where a source gives no order, an old version that is delivered again must not pass for a new one.
    async fn was_stored_before(&mut self, record: &Record, digest: &[u8]) -> Result<bool, RegisterError> {
        let before: i64 = sqlx::query_scalar("SELECT count(*) FROM record_version WHERE source = $1 AND id = $2 AND digest = $3")
            .bind(self.source.as_str())
            .bind(record.id.as_str())
            .bind(digest)
            .fetch_one(&mut *self.connection)
            .await?;
        Ok(before > 0)
    }

    async fn put(&mut self, record: &Record, version: i64, content: &str, digest: &[u8]) -> Result<(), RegisterError> {
        sqlx::query(
            "INSERT INTO record_version (source, id, version, reference, revision, changed_at, content, digest, received_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(self.source.as_str())
        .bind(record.id.as_str())
        .bind(version)
        .bind(&record.reference)
        .bind(record.revision)
        .bind(record.changed_at.map(Timestamp::as_microsecond))
        .bind(content)
        .bind(digest)
        .bind(self.now)
        .execute(&mut *self.connection)
        .await?;
        sqlx::query(
            "INSERT INTO record (source, id, version, scope, reference, revision, changed_at, content, digest, received_at, generation) \
             SELECT source, id, version, $4, reference, revision, changed_at, content, digest, received_at, $5 \
             FROM record_version WHERE source = $1 AND id = $2 AND version = $3 \
             ON CONFLICT (source, id) DO UPDATE SET version = excluded.version, scope = excluded.scope, reference = excluded.reference, \
             revision = excluded.revision, changed_at = excluded.changed_at, content = excluded.content, digest = excluded.digest, \
             received_at = excluded.received_at, generation = excluded.generation, vanished_at = NULL",
        )
        .bind(self.source.as_str())
        .bind(record.id.as_str())
        .bind(version)
        .bind(self.scope)
        .bind(self.generation)
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    /// Lists a version again; one that had vanished counts as received now.
    async fn touch(&mut self, record: &Record) -> Result<(), RegisterError> {
        sqlx::query(
            "UPDATE record SET scope = $3, revision = $4, changed_at = $5, generation = $6, \
             received_at = CASE WHEN vanished_at IS NULL THEN received_at ELSE $7 END, vanished_at = NULL WHERE source = $1 AND id = $2",
        )
        .bind(self.source.as_str())
        .bind(record.id.as_str())
        .bind(self.scope)
        .bind(record.revision)
        .bind(record.changed_at.map(Timestamp::as_microsecond))
        .bind(self.generation)
        .bind(self.now)
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    /// Clears what a later good version or a new listing answers, then adds what stands aside now.
    async fn replace_set_aside(&mut self, set_aside: &[SetAside], good: &[Record]) -> Result<bool, RegisterError> {
        let mut changed = false;
        let rows =
            sqlx::query("SELECT key, scope FROM set_aside WHERE source = $1").bind(self.source.as_str()).fetch_all(&mut *self.connection).await?;
        let standing: HashMap<&str, Option<&str>> = rows.iter().map(|row| (row.get("key"), row.get("scope"))).collect();
        for record in good.iter().filter(|record| standing.contains_key(record.id.as_str())) {
            changed |= self.clear(record).await?;
        }
        if let here @ Some(_) = self.scope {
            let stays: HashSet<&str> = set_aside.iter().map(key).collect();
            for (key, _) in standing.iter().filter(|(key, scope)| **scope == here && !stays.contains(*key)) {
                changed |= self.remove_set_aside(key).await?;
            }
        }
        let revisions: HashMap<&RecordId, Option<i64>> = good.iter().map(|record| (&record.id, record.revision)).collect();
        for record in set_aside {
            let later = record.record.as_ref().and_then(|id| revisions.get(id).copied().flatten());
            let is_answered = record.revision.is_some_and(|revision| later.is_some_and(|later| later > revision));
            if !is_answered {
                changed |= self.add_set_aside(record).await?;
            }
        }
        Ok(changed)
    }

    /// A good version clears the one set aside before it, unless it is known to be older or is the one that was known already.
    async fn clear(&mut self, good: &Record) -> Result<bool, RegisterError> {
        let cleared = sqlx::query(
            "DELETE FROM set_aside WHERE source = $1 AND key = $2 AND CASE WHEN revision IS NOT NULL AND $3 IS NOT NULL THEN $3 > revision \
             ELSE EXISTS (SELECT 1 FROM record WHERE source = $1 AND id = $2 AND generation = $4) END",
        )
        .bind(self.source.as_str())
        .bind(good.id.as_str())
        .bind(good.revision)
        .bind(self.generation)
        .execute(&mut *self.connection)
        .await?;
        Ok(cleared.rows_affected() > 0)
    }

    async fn remove_set_aside(&mut self, key: &str) -> Result<bool, RegisterError> {
        let removed = sqlx::query("DELETE FROM set_aside WHERE source = $1 AND key = $2")
            .bind(self.source.as_str())
            .bind(key)
            .execute(&mut *self.connection)
            .await?;
        Ok(removed.rows_affected() > 0)
    }

    async fn add_set_aside(&mut self, record: &SetAside) -> Result<bool, RegisterError> {
        let added = sqlx::query(
            "INSERT INTO set_aside (source, key, scope, revision, content, seen_at) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (source, key) DO UPDATE SET scope = excluded.scope, revision = excluded.revision, content = excluded.content, seen_at = excluded.seen_at \
             WHERE set_aside.content <> excluded.content OR set_aside.scope IS DISTINCT FROM excluded.scope",
        )
        .bind(self.source.as_str())
        .bind(key(record))
        .bind(self.scope)
        .bind(record.revision)
        .bind(json(record))
        .bind(self.now)
        .execute(&mut *self.connection)
        .await?;
        Ok(added.rows_affected() > 0)
    }

    /// Within a heading that was listed whole, a record that is missing is no longer reported. It is marked, never removed.
    async fn mark_vanished(&mut self, batch: &Batch) -> Result<bool, RegisterError> {
        let Some(scope) = self.scope else { return Ok(false) };
        let aside = batch.set_aside.iter().filter_map(|aside| aside.record.as_ref());
        let listed: Vec<&str> = batch.records.iter().map(|record| &record.id).chain(aside).map(RecordId::as_str).collect();
        let update = format!(
            "UPDATE record SET vanished_at = $1, generation = $2 \
             WHERE source = $3 AND scope = $4 AND vanished_at IS NULL AND id NOT IN (SELECT each.value FROM {})",
            self.dialect.each_text("$5")
        );
        let update = sqlx::query(AssertSqlSafe(update)).bind(self.now).bind(self.generation).bind(self.source.as_str()).bind(scope);
        let marked = update.bind(json(&listed)).execute(&mut *self.connection).await?;
        Ok(marked.rows_affected() > 0)
    }

    /// Stores the position and the source's own state; says whether its gaps changed.
    async fn source(&mut self, batch: &Batch, changed: bool) -> Result<bool, RegisterError> {
        let heard = !batch.more;
        let gaps = json(&batch.gaps);
        let gaps_before: String =
            sqlx::query_scalar("SELECT gaps FROM source WHERE id = $1").bind(self.source.as_str()).fetch_one(&mut *self.connection).await?;
        let gaps_changed = gaps_before != gaps;
        sqlx::query(
            "UPDATE source SET position = $2, gaps = $3, batches = batches + 1, walked = CASE WHEN $4 THEN 1 ELSE walked END, heard_at = CASE WHEN $4 THEN $5 ELSE heard_at END, \
             changed_at = CASE WHEN $6 THEN $5 ELSE changed_at END, last_error = CASE WHEN $4 THEN NULL ELSE last_error END WHERE id = $1",
        )
        .bind(self.source.as_str())
        .bind(batch.next.as_str())
        .bind(gaps)
        .bind(heard)
        .bind(self.now)
        .bind(changed || gaps_changed)
        .execute(&mut *self.connection)
        .await?;
        Ok(gaps_changed)
    }
}

/// The record's id where it could be read, its place otherwise.
fn key(record: &SetAside) -> &str {
    record.record.as_ref().map_or(record.place.as_str(), RecordId::as_str)
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("plain data with text keys has a JSON form")
}
