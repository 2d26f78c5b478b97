//! Storing a batch: records, what stands aside, what has vanished, and the position, in one transaction.

use std::collections::HashSet;

use jiff::Timestamp;
use programgrant_contract::{Batch, Record, SetAside, SourceId};
use serde::Serialize;
use sha2::{Digest, Sha256};
use sqlx::{Row, SqliteConnection};

use super::{Register, RegisterError};

/// What storing a batch did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    /// Whether the register now says something that it did not say before.
    pub changed: bool,
}

impl Register {
    /// Stores a batch and the position behind it, all or nothing. A batch that ends the walk means that the source is heard.
    pub async fn store(&self, source: SourceId, batch: &Batch, now: Timestamp) -> Result<Stored, RegisterError> {
        let mut transaction = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        let generation: i64 = sqlx::query_scalar("SELECT number + 1 FROM generation").fetch_one(&mut *transaction).await?;
        let mut write = Write { connection: &mut transaction, source, scope: batch.scope.as_deref(), now: now.as_microsecond(), generation };
        let mut changed = false;
        for record in &batch.records {
            changed |= write.record(record).await?;
        }
        changed |= write.replace_set_aside(&batch.set_aside, &batch.records).await?;
        changed |= write.mark_vanished(batch).await?;
        changed |= write.source(batch, changed).await?;
        if changed {
            sqlx::query("UPDATE generation SET number = ?").bind(generation).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(Stored { changed })
    }
}

struct Write<'a> {
    connection: &'a mut SqliteConnection,
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
    /// Puts one record in force unless a later version is; says whether anything changed.
    async fn record(&mut self, record: &Record) -> Result<bool, RegisterError> {
        let content = json(&record.content);
        let digest = Sha256::digest(content.as_bytes()).to_vec();
        let Some(known) = self.in_force(record).await? else {
            self.put(record, 1, &content, &digest).await?;
            return Ok(true);
        };
        let is_older = matches!((record.revision, known.revision), (Some(new), Some(old)) if new < old);
        let is_repetition = record.revision.is_none() && known.digest != digest && self.was_stored_before(record, &digest).await?;
        if is_older || is_repetition {
            return Ok(false);
        }
        if known.digest != digest {
            self.put(record, known.version + 1, &content, &digest).await?;
            return Ok(true);
        }
        // The same again: only where it is listed, whether it is listed at all, and its revision can be news.
        if known.vanished || known.scope.as_deref() != self.scope || known.revision != record.revision {
            self.touch(record).await?;
        }
        Ok(known.vanished)
    }

    async fn in_force(&mut self, record: &Record) -> Result<Option<InForce>, RegisterError> {
        let row = sqlx::query("SELECT version, revision, digest, scope, vanished_at FROM record WHERE source = ? AND id = ?")
            .bind(self.source.as_str())
            .bind(record.id.as_str())
            .fetch_optional(&mut *self.connection)
            .await?;
        Ok(row.map(|row| InForce {
            version: row.get("version"),
            revision: row.get("revision"),
            digest: row.get("digest"),
            scope: row.get("scope"),
            vanished: row.get::<Option<i64>, _>("vanished_at").is_some(),
        }))
    }

    /// Where a source gives no order, an old version that is delivered again must not pass for a new one.
    async fn was_stored_before(&mut self, record: &Record, digest: &[u8]) -> Result<bool, RegisterError> {
        let before: i64 = sqlx::query_scalar("SELECT count(*) FROM record_version WHERE source = ? AND id = ? AND digest = ?")
            .bind(self.source.as_str())
            .bind(record.id.as_str())
            .bind(digest)
            .fetch_one(&mut *self.connection)
            .await?;
        Ok(before > 0 && self.scope.is_none())
    }

    async fn put(&mut self, record: &Record, version: i64, content: &str, digest: &[u8]) -> Result<(), RegisterError> {
        sqlx::query(
            "INSERT INTO record_version (source, id, version, reference, revision, changed_at, content, digest, received_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
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
            "INSERT OR REPLACE INTO record (source, id, version, scope, reference, revision, changed_at, content, digest, received_at, generation) \
             SELECT source, id, version, ?4, reference, revision, changed_at, content, digest, received_at, ?5 \
             FROM record_version WHERE source = ?1 AND id = ?2 AND version = ?3",
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

    async fn touch(&mut self, record: &Record) -> Result<(), RegisterError> {
        sqlx::query("UPDATE record SET scope = ?, revision = ?, changed_at = ?, vanished_at = NULL, generation = ? WHERE source = ? AND id = ?")
            .bind(self.scope)
            .bind(record.revision)
            .bind(record.changed_at.map(Timestamp::as_microsecond))
            .bind(self.generation)
            .bind(self.source.as_str())
            .bind(record.id.as_str())
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }

    /// Clears what a later good version or a new listing answers, then adds what stands aside now.
    async fn replace_set_aside(&mut self, set_aside: &[SetAside], good: &[Record]) -> Result<bool, RegisterError> {
        let mut changed = false;
        for record in good {
            changed |= self.clear(record).await?;
        }
        let standing: HashSet<&str> = set_aside.iter().map(key).collect();
        if let Some(scope) = self.scope {
            let rows = sqlx::query("SELECT key FROM set_aside WHERE source = ? AND scope = ?")
                .bind(self.source.as_str())
                .bind(scope)
                .fetch_all(&mut *self.connection)
                .await?;
            for row in rows.iter().map(|row| row.get::<&str, _>("key")).filter(|key| !standing.contains(key)) {
                changed |= self.remove_set_aside(row).await?;
            }
        }
        for record in set_aside {
            let answered =
                good.iter().any(|good| record.record.as_ref() == Some(&good.id) && good.revision > record.revision && record.revision.is_some());
            if !answered {
                changed |= self.add_set_aside(record).await?;
            }
        }
        Ok(changed)
    }

    /// A good version clears the one set aside before it, unless it is known to be older or is the one that was known already.
    async fn clear(&mut self, good: &Record) -> Result<bool, RegisterError> {
        let cleared = sqlx::query(
            "DELETE FROM set_aside WHERE source = ?1 AND key = ?2 AND CASE WHEN revision IS NOT NULL AND ?3 IS NOT NULL THEN ?3 > revision \
             ELSE EXISTS (SELECT 1 FROM record WHERE source = ?1 AND id = ?2 AND generation = ?4) END",
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
        let removed = sqlx::query("DELETE FROM set_aside WHERE source = ? AND key = ?")
            .bind(self.source.as_str())
            .bind(key)
            .execute(&mut *self.connection)
            .await?;
        Ok(removed.rows_affected() > 0)
    }

    async fn add_set_aside(&mut self, record: &SetAside) -> Result<bool, RegisterError> {
        let added = sqlx::query(
            "INSERT INTO set_aside (source, key, scope, revision, content, seen_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
             ON CONFLICT (source, key) DO UPDATE SET scope = ?3, revision = ?4, content = ?5, seen_at = ?6 WHERE content <> ?5 OR scope IS NOT ?3",
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
        let listed: HashSet<&str> = batch.records.iter().map(|record| &record.id).chain(aside).map(programgrant_contract::RecordId::as_str).collect();
        let known = sqlx::query("SELECT id FROM record WHERE source = ? AND scope = ? AND vanished_at IS NULL")
            .bind(self.source.as_str())
            .bind(scope)
            .fetch_all(&mut *self.connection)
            .await?;
        let mut changed = false;
        for id in known.iter().map(|row| row.get::<&str, _>("id")).filter(|id| !listed.contains(id)) {
            sqlx::query("UPDATE record SET vanished_at = ?, generation = ? WHERE source = ? AND id = ?")
                .bind(self.now)
                .bind(self.generation)
                .bind(self.source.as_str())
                .bind(id)
                .execute(&mut *self.connection)
                .await?;
            changed = true;
        }
        Ok(changed)
    }

    /// Stores the position and the source's own state; says whether its gaps changed.
    async fn source(&mut self, batch: &Batch, changed: bool) -> Result<bool, RegisterError> {
        let heard = !batch.more;
        let gaps = json(&batch.gaps);
        let gaps_before: String =
            sqlx::query_scalar("SELECT gaps FROM source WHERE id = ?").bind(self.source.as_str()).fetch_one(&mut *self.connection).await?;
        let gaps_changed = gaps_before != gaps;
        sqlx::query(
            "UPDATE source SET position = ?2, gaps = ?3, walked = walked OR ?4, heard_at = CASE WHEN ?4 THEN ?5 ELSE heard_at END, \
             changed_at = CASE WHEN ?6 THEN ?5 ELSE changed_at END, last_error = CASE WHEN ?4 THEN NULL ELSE last_error END WHERE id = ?1",
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
    record.record.as_ref().map_or(record.place.as_str(), programgrant_contract::RecordId::as_str)
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("plain data with text keys has a JSON form")
}
