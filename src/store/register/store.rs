//! Storing a batch: records, what stands aside, what has vanished, and the position, in one transaction. What another heading lists
//! is left to `listing`, what stands aside to `set_aside`, repeated items to `items`, the writing itself to `bulk`.

use std::collections::HashMap;

use jiff::Timestamp;
use programgrant_contract::Batch;
use programgrant_schema::{Record, RecordId, SourceId};
use serde::Serialize;
use sha2::{Digest, Sha256};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use super::bulk::Pending;
use super::{NEWS, Place, Register, RegisterError, content, order};
use crate::store::database::Dialect;

/// What storing a batch did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    /// Whether the register now says something that it did not say before.
    pub changed: bool,
}

impl Register {
    /// Stores a batch and the position behind it, all or nothing; nothing where anybody has stored one since the place was read
    /// from which it was pulled. A batch that ends the walk means that the source is heard.
    pub async fn store(
        &self,
        source: SourceId,
        pulled_from: &Place,
        batch: &Batch,
        now: Timestamp,
    ) -> Result<Stored, RegisterError> {
        let dialect = self.database.dialect;
        let mut writing = self.database.write().await?;
        let write = Write {
            connection: &mut writing,
            dialect,
            source,
            scope: batch.scope.as_deref(),
            now: now.as_microsecond(),
            generation: 0,
        };
        let changed = write.batch(pulled_from, batch, self.limit(source)).await?;
        writing.notify(NEWS).await?;
        writing.commit().await?;
        Ok(Stored { changed })
    }
}

pub(super) struct Write<'a> {
    pub(super) connection: &'a mut AnyConnection,
    pub(super) dialect: Dialect,
    pub(super) source: SourceId,
    pub(super) scope: Option<&'a str>,
    pub(super) now: i64,
    pub(super) generation: i64,
}

/// The version in force, as far as a newcomer must know it.
pub(super) struct InForce {
    pub(super) version: i64,
    pub(super) scope: Option<String>,
    pub(super) revision: Option<i64>,
    pub(super) changed_at: Option<i64>,
    pub(super) changed_before: Option<i64>,
    pub(super) reference: String,
    pub(super) digest: Vec<u8>,
    pub(super) vanished: bool,
}

impl InForce {
    /// Whether it says what the statement says: what other systems know the record by is a part of it.
    pub(super) fn says(&self, statement: &Statement) -> bool {
        self.digest == statement.digest && self.reference == statement.reference
    }

    /// Whether another heading than this one lists it, as far as is known.
    pub(super) fn is_listed_elsewhere(&self, scope: &str) -> bool {
        !self.vanished && self.scope.as_deref().is_some_and(|own| own != scope)
    }
}

/// What is said of a record, as it is stored.
#[derive(Clone)]
pub(super) struct Statement {
    pub(super) id: RecordId,
    pub(super) scope: Option<String>,
    pub(super) reference: String,
    pub(super) revision: Option<i64>,
    pub(super) changed_at: Option<i64>,
    pub(super) content: String,
    pub(super) digest: Vec<u8>,
}

impl Write<'_> {
    async fn batch(mut self, pulled_from: &Place, batch: &Batch, limit: i64) -> Result<bool, RegisterError> {
        self.stand_at(pulled_from).await?;
        self.take_generation().await?;
        let arrived = self.first_time(batch).await?;
        let held = self.records(&arrived.records).await?;
        let mut changed = held.values().any(|is_news| *is_news);
        changed |= self.replace_set_aside(&arrived, &held).await?;
        changed |= self.mark_vanished(batch).await?;
        changed |= self.source(batch, changed).await?;
        if changed {
            sqlx::query("UPDATE generation SET number = $1")
                .bind(self.generation)
                .execute(&mut *self.connection)
                .await?;
        }
        self.remember(changed, limit).await?;
        Ok(changed)
    }

    /// Keeps everybody else from storing anything of this source, if nobody has since the batch was pulled.
    async fn stand_at(&mut self, pulled_from: &Place) -> Result<(), RegisterError> {
        let select = format!("SELECT batches FROM source WHERE id = $1{}", self.dialect.for_update());
        let select = sqlx::query_scalar::<_, i64>(AssertSqlSafe(select)).bind(self.source.as_str());
        let batches = select.fetch_one(&mut *self.connection).await?;
        if batches == pulled_from.batches {
            Ok(())
        } else {
            Err(RegisterError::Superseded(self.source))
        }
    }

    /// One at a time: a reader of generation n must have been able to see all of those before it.
    async fn take_generation(&mut self) -> Result<(), RegisterError> {
        let select = format!("SELECT number FROM generation{}", self.dialect.for_update());
        let number = sqlx::query_scalar::<_, i64>(AssertSqlSafe(select))
            .fetch_one(&mut *self.connection)
            .await?;
        self.generation = number + 1;
        Ok(())
    }

    /// Puts records in force: under a heading each, elsewhere each unless a later version is. Says of those that hold
    /// whether they are news.
    async fn records(&mut self, records: &[&Record]) -> Result<HashMap<RecordId, bool>, RegisterError> {
        let mut in_force = self.in_force(records.iter().map(|record| &record.id)).await?;
        let others = self.other_listings().await?;
        let mut all = HashMap::new();
        let mut pending = Pending::default();
        for record in records {
            if pending.must_be_written_before(&record.id) {
                self.write_out(&mut pending).await?;
            }
            let statement = self.statement(record);
            let known = in_force.get(&record.id);
            let Some(held) = self.which_holds(statement, known, others.get(&record.id)).await? else {
                continue;
            };
            *all.entry(record.id.clone()).or_insert(false) |= pending.hold(&held, known);
            let after = after(held, known);
            in_force.insert(record.id.clone(), after);
        }
        self.write_out(&mut pending).await?;
        Ok(all)
    }

    fn statement(&self, record: &Record) -> Statement {
        // The digest is of the words, not of how the column holds them.
        let digest = Sha256::digest(json(&record.content).as_bytes()).to_vec();
        let changed_at = record.changed_at.map(Timestamp::as_microsecond);
        // Within one reading the stamps decide as they stand; across readings they are no more than an order among arrivals.
        let revision = if self.scope.is_some() {
            record.revision
        } else {
            order::believed(record.revision, changed_at, self.now)
        };
        Statement {
            id: record.id.clone(),
            scope: self.scope.map(str::to_owned),
            reference: record.reference.clone(),
            revision,
            changed_at,
            content: content::write(&record.content),
            digest,
        }
    }

    /// What is in force of these records, read in one go.
    pub(super) async fn in_force(
        &mut self,
        ids: impl Iterator<Item = &RecordId>,
    ) -> Result<HashMap<RecordId, InForce>, RegisterError> {
        let ids: Vec<&str> = ids.map(RecordId::as_str).collect();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let select = format!(
            "SELECT id, version, scope, revision, changed_at, changed_before, reference, digest, vanished_at FROM record \
             WHERE source = $1 AND id IN (SELECT each.value FROM {})",
            self.dialect.each_text("$2")
        );
        let select = sqlx::query(AssertSqlSafe(select))
            .bind(self.source.as_str())
            .bind(json(&ids));
        let rows = select.fetch_all(&mut *self.connection).await?;
        let in_force = |row: &AnyRow| InForce {
            version: row.get("version"),
            scope: row.get("scope"),
            revision: row.get("revision"),
            changed_at: row.get("changed_at"),
            changed_before: row.get("changed_before"),
            reference: row.get("reference"),
            digest: row.get("digest"),
            vanished: row.get::<Option<i64>, _>("vanished_at").is_some(),
        };
        Ok(rows
            .iter()
            .map(|row| (RecordId::new(row.get::<String, _>("id")), in_force(row)))
            .collect())
    }

    /// The statement that holds after this one has come; `None` where the one in force still does.
    async fn which_holds(
        &mut self,
        statement: Statement,
        known: Option<&InForce>,
        others: Option<&Vec<Statement>>,
    ) -> Result<Option<Statement>, RegisterError> {
        if self.scope.is_some() {
            return self.which_heading_holds(statement, known, others).await;
        }
        let is_older = |known: &InForce| {
            order::is_older(
                statement.revision,
                order::believed(known.revision, known.changed_at, self.now),
            )
        };
        Ok((!known.is_some_and(is_older)).then_some(statement))
    }

    /// Stores the position and the source's own state; says whether its gaps changed.
    async fn source(&mut self, batch: &Batch, changed: bool) -> Result<bool, RegisterError> {
        let heard = !batch.more;
        let gaps = json(&batch.gaps);
        let gaps_before: String = sqlx::query_scalar("SELECT gaps FROM source WHERE id = $1")
            .bind(self.source.as_str())
            .fetch_one(&mut *self.connection)
            .await?;
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

/// What is in force once the statement is.
fn after(statement: Statement, known: Option<&InForce>) -> InForce {
    let is_same = known.is_some_and(|known| known.says(&statement));
    InForce {
        version: known.map_or(1, |known| known.version + i64::from(!is_same)),
        changed_before: known
            .and_then(|known| order::changed_before(statement.changed_at, known.changed_at, known.changed_before)),
        scope: statement.scope,
        revision: statement.revision,
        changed_at: statement.changed_at,
        reference: statement.reference,
        digest: statement.digest,
        vanished: false,
    }
}

pub(super) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("plain data with text keys has a JSON form")
}
