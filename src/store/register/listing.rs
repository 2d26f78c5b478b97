//! Headings: each is read whole, and what it said last is all that it says. A record that two of them list at once is in force under
//! the later statement; the other is kept beside it for as long as its own heading lists it.

use std::collections::{BTreeMap, HashMap};

use programgrant_contract::Batch;
use programgrant_schema::RecordId;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

use super::bulk::Pending;
use super::store::{InForce, Statement, Write, json};
use super::{RegisterError, order};

const COLUMNS: &str =
    "other.id, other.scope, other.reference, other.revision, other.changed_at, other.content, other.digest";

impl Write<'_> {
    /// What is listed beside what is in force, by record.
    pub(super) async fn other_listings(&mut self) -> Result<HashMap<RecordId, Vec<Statement>>, RegisterError> {
        let mut others: HashMap<RecordId, Vec<Statement>> = HashMap::new();
        if self.scope.is_some() {
            let select = format!("SELECT {COLUMNS} FROM other_listing AS other WHERE other.source = $1");
            let select = sqlx::query(AssertSqlSafe(select)).bind(self.source.as_str());
            for other in select.fetch_all(&mut *self.connection).await?.iter().map(statement) {
                others.entry(other.id.clone()).or_default().push(other);
            }
        }
        Ok(others)
    }

    /// The heading's statement holds, unless another heading lists a later one.
    pub(super) async fn which_heading_holds(
        &mut self,
        statement: Statement,
        known: Option<&InForce>,
        others: Option<&Vec<Statement>>,
    ) -> Result<Option<Statement>, RegisterError> {
        let scope = self.scope.unwrap_or_default();
        let elsewhere = known.filter(|known| known.is_listed_elsewhere(scope));
        if elsewhere.is_some_and(|known| order::is_older(statement.revision, known.revision)) {
            self.keep_beside(&statement).await?;
            return Ok(None);
        }
        let (own, rivals): (Vec<&Statement>, Vec<&Statement>) = others
            .into_iter()
            .flatten()
            .partition(|other| other.scope.as_deref() == Some(scope));
        let rival = rivals
            .into_iter()
            .filter(|_| elsewhere.is_none())
            .max_by_key(|other| other.revision);
        if let Some(rival) = rival.filter(|rival| order::is_older(statement.revision, rival.revision)) {
            self.keep_beside(&statement).await?;
            self.drop_beside(rival).await?;
            return Ok(Some(rival.clone()));
        }
        if elsewhere.is_some() {
            self.move_beside(&statement.id).await?;
        }
        for outdated in own {
            self.drop_beside(outdated).await?;
        }
        Ok(Some(statement))
    }

    /// What the heading no longer lists and another one does is in force under that one; what nobody lists has vanished. It is
    /// marked, never removed.
    pub(super) async fn mark_vanished(&mut self, batch: &Batch) -> Result<bool, RegisterError> {
        let Some(scope) = self.scope else { return Ok(false) };
        let aside = batch.set_aside.iter().filter_map(|aside| aside.record.as_ref());
        let listed: Vec<&str> = batch
            .records
            .iter()
            .map(|record| &record.id)
            .chain(aside)
            .map(RecordId::as_str)
            .collect();
        let listed = json(&listed);
        let forget = format!(
            "DELETE FROM other_listing WHERE source = $1 AND scope = $2 AND id NOT IN (SELECT each.value FROM {})",
            self.dialect.each_text("$3")
        );
        sqlx::query(AssertSqlSafe(forget))
            .bind(self.source.as_str())
            .bind(scope)
            .bind(&listed)
            .execute(&mut *self.connection)
            .await?;
        let passed_on = self.pass_on(scope, &listed).await?;
        let update = format!(
            "UPDATE record SET vanished_at = $1, generation = $2 \
             WHERE source = $3 AND scope = $4 AND vanished_at IS NULL AND id NOT IN (SELECT each.value FROM {})",
            self.dialect.each_text("$5")
        );
        let update = sqlx::query(AssertSqlSafe(update))
            .bind(self.now)
            .bind(self.generation)
            .bind(self.source.as_str())
            .bind(scope);
        let marked = update.bind(&listed).execute(&mut *self.connection).await?;
        Ok(passed_on || marked.rows_affected() > 0)
    }

    async fn pass_on(&mut self, scope: &str, listed: &str) -> Result<bool, RegisterError> {
        let select = format!(
            "SELECT {COLUMNS} FROM other_listing AS other JOIN record ON record.source = other.source AND record.id = other.id \
             WHERE other.source = $1 AND record.scope = $2 AND record.vanished_at IS NULL \
             AND other.id NOT IN (SELECT each.value FROM {}) ORDER BY other.revision IS NOT NULL, other.revision, other.scope",
            self.dialect.each_text("$3")
        );
        let select = sqlx::query(AssertSqlSafe(select))
            .bind(self.source.as_str())
            .bind(scope)
            .bind(listed);
        let rows = select.fetch_all(&mut *self.connection).await?;
        // Of several the last, which is the latest.
        let heirs: BTreeMap<RecordId, Statement> = rows
            .iter()
            .map(statement)
            .map(|other| (other.id.clone(), other))
            .collect();
        let known = self.in_force(heirs.keys()).await?;
        let mut pending = Pending::default();
        for (id, heir) in &heirs {
            if pending.must_be_written_before(id) {
                self.write_out(&mut pending).await?;
            }
            self.drop_beside(heir).await?;
            pending.hold(heir, known.get(id));
        }
        self.write_out(&mut pending).await?;
        Ok(!heirs.is_empty())
    }

    async fn keep_beside(&mut self, statement: &Statement) -> Result<(), RegisterError> {
        sqlx::query(
            "INSERT INTO other_listing (source, id, scope, reference, revision, changed_at, content, digest) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
             ON CONFLICT (source, id, scope) DO UPDATE SET reference = excluded.reference, revision = excluded.revision, \
             changed_at = excluded.changed_at, content = excluded.content, digest = excluded.digest",
        )
        .bind(self.source.as_str())
        .bind(statement.id.as_str())
        .bind(&statement.scope)
        .bind(&statement.reference)
        .bind(statement.revision)
        .bind(statement.changed_at)
        .bind(&statement.content)
        .bind(&statement.digest)
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    /// What is in force steps aside for a later statement of another heading.
    async fn move_beside(&mut self, id: &RecordId) -> Result<(), RegisterError> {
        let copy = "INSERT INTO other_listing (source, id, scope, reference, revision, changed_at, content, digest) \
             SELECT source, id, scope, reference, revision, changed_at, content, digest FROM record WHERE source = $1 AND id = $2";
        sqlx::query(copy)
            .bind(self.source.as_str())
            .bind(id.as_str())
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }

    async fn drop_beside(&mut self, statement: &Statement) -> Result<(), RegisterError> {
        sqlx::query("DELETE FROM other_listing WHERE source = $1 AND id = $2 AND scope = $3")
            .bind(self.source.as_str())
            .bind(statement.id.as_str())
            .bind(&statement.scope)
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }
}

fn statement(row: &AnyRow) -> Statement {
    Statement {
        id: RecordId::new(row.get::<String, _>("id")),
        scope: row.get("scope"),
        reference: row.get("reference"),
        revision: row.get("revision"),
        changed_at: row.get("changed_at"),
        content: row.get("content"),
        digest: row.get("digest"),
    }
}
