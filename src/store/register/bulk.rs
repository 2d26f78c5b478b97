//! Writing in bulk: what a batch puts in force goes to the database many records to a statement. What is written is decided in
//! memory, against what was read before; here it is gathered and written, in the order in which it came.

use std::collections::HashSet;

use programgrant_schema::RecordId;
use serde::Serialize;
use sqlx::AssertSqlSafe;

use super::RegisterError;
use super::order;
use super::store::{InForce, Statement, Write, json};
use crate::store::database::Dialect;

/// So many records go into one statement.
const RECORDS: usize = 1_000;
/// And about so many bytes, whatever they hold: a batch is never held a second time.
const BYTES: usize = 4 << 20;

/// What is decided and not yet written: each record once, so that the order within does not matter.
#[derive(Default)]
pub(super) struct Pending {
    ids: HashSet<RecordId>,
    versions: Rows,
    places: Rows,
    touches: Rows,
}

/// A version that nobody has said before.
#[derive(Serialize)]
struct Version<'a> {
    id: &'a str,
    #[serde(rename = "version")]
    number: i64,
    reference: &'a str,
    revision: Option<i64>,
    changed_at: Option<i64>,
    content: &'a str,
    /// In hexadecimal: JSON has no bytes.
    digest: String,
}

/// That version in force.
#[derive(Serialize)]
struct InPlace<'a> {
    id: &'a str,
    version: i64,
    scope: Option<&'a str>,
    changed_before: Option<i64>,
}

/// The version in force, listed again.
#[derive(Serialize)]
struct Touched<'a> {
    id: &'a str,
    scope: Option<&'a str>,
    revision: Option<i64>,
    changed_at: Option<i64>,
    changed_before: Option<i64>,
}

impl Pending {
    /// Whether what comes next about that record must find what is gathered written.
    pub(super) fn must_be_written_before(&self, id: &RecordId) -> bool {
        self.ids.len() >= RECORDS || self.versions.0.len() >= BYTES || self.ids.contains(id)
    }

    /// Puts the statement in force; says whether that is news.
    pub(super) fn hold(&mut self, statement: &Statement, known: Option<&InForce>) -> bool {
        let changed_before =
            known.and_then(|known| order::changed_before(statement.changed_at, known.changed_at, known.changed_before));
        let Some(known) = known.filter(|known| known.says(statement)) else {
            self.put(statement, known.map_or(1, |known| known.version + 1), changed_before);
            return true;
        };
        // Only where it is listed, whether it is listed at all, and its stamps can be news.
        let is_restamped = (known.revision, known.changed_at) != (statement.revision, statement.changed_at);
        if known.vanished || is_restamped || known.scope != statement.scope {
            self.ids.insert(statement.id.clone());
            self.touches.push(&Touched {
                id: statement.id.as_str(),
                scope: statement.scope.as_deref(),
                revision: statement.revision,
                changed_at: statement.changed_at,
                changed_before,
            });
        }
        known.vanished || is_restamped
    }

    fn put(&mut self, statement: &Statement, version: i64, changed_before: Option<i64>) {
        let id = statement.id.as_str();
        self.ids.insert(statement.id.clone());
        self.versions.push(&Version {
            id,
            number: version,
            reference: &statement.reference,
            revision: statement.revision,
            changed_at: statement.changed_at,
            content: &statement.content,
            digest: hex::encode(&statement.digest),
        });
        self.places.push(&InPlace {
            id,
            version,
            scope: statement.scope.as_deref(),
            changed_before,
        });
    }
}

impl Write<'_> {
    /// Writes what is gathered; nothing is pending after.
    pub(super) async fn write_out(&mut self, pending: &mut Pending) -> Result<(), RegisterError> {
        let Pending {
            versions,
            places,
            touches,
            ..
        } = std::mem::take(pending);
        if let Some(versions) = versions.array() {
            self.add_versions(&versions).await?;
        }
        if let Some(places) = places.array() {
            self.put_in_force(&places).await?;
        }
        if let Some(touches) = touches.array() {
            self.touch(&touches).await?;
        }
        Ok(())
    }

    async fn add_versions(&mut self, versions: &str) -> Result<(), RegisterError> {
        let digest = match self.dialect {
            Dialect::Sqlite => "unhex(each.value ->> 'digest')",
            Dialect::Postgres => "decode(each.value ->> 'digest', 'hex')",
        };
        let insert = format!(
            "INSERT INTO record_version (source, id, version, reference, revision, changed_at, content, digest, received_at) \
             SELECT $1, each.value ->> 'id', CAST(each.value ->> 'version' AS BIGINT), each.value ->> 'reference', \
             CAST(each.value ->> 'revision' AS BIGINT), CAST(each.value ->> 'changed_at' AS BIGINT), each.value ->> 'content', \
             {digest}, $3 FROM {}",
            self.dialect.each("$2")
        );
        sqlx::query(AssertSqlSafe(insert))
            .bind(self.source.as_str())
            .bind(versions)
            .bind(self.now)
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }

    async fn put_in_force(&mut self, places: &str) -> Result<(), RegisterError> {
        // A cross join: SQLite must go from what is given to what is stored, never the other way.
        let insert = format!(
            "INSERT INTO record (source, id, version, scope, reference, revision, changed_at, content, digest, received_at, generation, listed_in, changed_before) \
             SELECT added.source, added.id, added.version, each.value ->> 'scope', added.reference, added.revision, added.changed_at, \
             added.content, added.digest, added.received_at, $3, $3, CAST(each.value ->> 'changed_before' AS BIGINT) \
             FROM {} CROSS JOIN record_version AS added WHERE added.source = $1 AND added.id = each.value ->> 'id' \
             AND added.version = CAST(each.value ->> 'version' AS BIGINT) \
             ON CONFLICT (source, id) DO UPDATE SET version = excluded.version, scope = excluded.scope, reference = excluded.reference, \
             revision = excluded.revision, changed_at = excluded.changed_at, content = excluded.content, digest = excluded.digest, \
             received_at = excluded.received_at, generation = excluded.generation, changed_before = excluded.changed_before, \
             listed_in = CASE WHEN record.vanished_at IS NULL THEN record.listed_in ELSE excluded.listed_in END, vanished_at = NULL",
            self.dialect.each("$2")
        );
        sqlx::query(AssertSqlSafe(insert))
            .bind(self.source.as_str())
            .bind(places)
            .bind(self.generation)
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }

    /// Lists versions again; one that had vanished counts as received now.
    async fn touch(&mut self, touches: &str) -> Result<(), RegisterError> {
        // Not an UPDATE ... FROM: SQLite would go through all that the source ever said, and through what is given for each of it.
        let update = format!(
            "INSERT INTO record (source, id, version, scope, reference, revision, changed_at, content, digest, received_at, generation, listed_in, changed_before) \
             SELECT listed.source, listed.id, listed.version, each.value ->> 'scope', listed.reference, CAST(each.value ->> 'revision' AS BIGINT), \
             CAST(each.value ->> 'changed_at' AS BIGINT), listed.content, listed.digest, $4, $3, $3, \
             CAST(each.value ->> 'changed_before' AS BIGINT) \
             FROM {} CROSS JOIN record AS listed WHERE listed.source = $1 AND listed.id = each.value ->> 'id' \
             ON CONFLICT (source, id) DO UPDATE SET scope = excluded.scope, revision = excluded.revision, changed_at = excluded.changed_at, \
             generation = excluded.generation, changed_before = excluded.changed_before, \
             received_at = CASE WHEN record.vanished_at IS NULL THEN record.received_at ELSE excluded.received_at END, \
             listed_in = CASE WHEN record.vanished_at IS NULL THEN record.listed_in ELSE excluded.listed_in END, vanished_at = NULL",
            self.dialect.each("$2")
        );
        sqlx::query(AssertSqlSafe(update))
            .bind(self.source.as_str())
            .bind(touches)
            .bind(self.generation)
            .bind(self.now)
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }
}

/// Rows on their way into a JSON array.
#[derive(Default)]
struct Rows(String);

impl Rows {
    fn push(&mut self, row: &impl Serialize) {
        self.0.push(if self.0.is_empty() { '[' } else { ',' });
        self.0.push_str(&json(row));
    }

    /// The array; `None` where it would be empty.
    fn array(mut self) -> Option<String> {
        if self.0.is_empty() {
            return None;
        }
        self.0.push(']');
        Some(self.0)
    }
}
