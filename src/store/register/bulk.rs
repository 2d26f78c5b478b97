//! Writing in bulk: what a batch puts in force goes to the database many records to a statement. What is written is decided in
//! memory, against what was read before; here it is gathered and written, in the order in which it came.

use std::collections::HashSet;

use programgrant_schema::RecordId;
use serde::Serialize;
use sqlx::AssertSqlSafe;

use super::RegisterError;
use super::order;
use super::store::{InForce, Statement, Write, json};

/// So many records are gathered.
const RECORDS: usize = 1_000;
/// And about so many bytes, whatever they hold: a batch is never held a second time.
const BYTES: usize = 4 << 20;
/// So many go into one statement, the most that fit first: few statements, and each of them prepared once.
const STATEMENTS: [usize; 3] = [100, 10, 1];

/// What is decided and not yet written: each record once, so that the order within does not matter.
#[derive(Default)]
pub(super) struct Pending {
    ids: HashSet<RecordId>,
    puts: Vec<Put>,
    /// About how many bytes these hold.
    bytes: usize,
    touches: Rows,
}

/// A version that nobody has said before, in force.
struct Put {
    statement: Statement,
    version: i64,
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
        self.ids.len() >= RECORDS || self.bytes >= BYTES || self.ids.contains(id)
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
        self.ids.insert(statement.id.clone());
        self.bytes += statement.content.len();
        self.puts.push(Put {
            statement: statement.clone(),
            version,
            changed_before,
        });
    }
}

impl Write<'_> {
    /// Writes what is gathered; nothing is pending after.
    pub(super) async fn write_out(&mut self, pending: &mut Pending) -> Result<(), RegisterError> {
        let Pending { puts, touches, .. } = std::mem::take(pending);
        let mut rest = puts.as_slice();
        for size in STATEMENTS {
            while rest.len() >= size {
                let (now, later) = rest.split_at(size);
                self.add_versions(now).await?;
                self.put_in_force(now).await?;
                rest = later;
            }
        }
        if let Some(touches) = touches.array() {
            self.touch(&touches).await?;
        }
        Ok(())
    }

    async fn add_versions(&mut self, puts: &[Put]) -> Result<(), RegisterError> {
        let insert = format!(
            "INSERT INTO record_version (source, id, version, reference, revision, changed_at, content, digest, received_at) VALUES {}",
            self.dialect.rows(puts.len(), 9)
        );
        let mut insert = sqlx::query(AssertSqlSafe(insert));
        for Put { statement, version, .. } in puts {
            insert = insert
                .bind(self.source.as_str())
                .bind(statement.id.as_str())
                .bind(version)
                .bind(&statement.reference)
                .bind(statement.revision)
                .bind(statement.changed_at)
                .bind(&statement.content)
                .bind(&statement.digest)
                .bind(self.now);
        }
        insert.execute(&mut *self.connection).await?;
        Ok(())
    }

    async fn put_in_force(&mut self, puts: &[Put]) -> Result<(), RegisterError> {
        let insert = format!(
            "INSERT INTO record (source, id, version, scope, reference, revision, changed_at, content, digest, received_at, generation, listed_in, changed_before) VALUES {} \
             ON CONFLICT (source, id) DO UPDATE SET version = excluded.version, scope = excluded.scope, reference = excluded.reference, \
             revision = excluded.revision, changed_at = excluded.changed_at, content = excluded.content, digest = excluded.digest, \
             received_at = excluded.received_at, generation = excluded.generation, changed_before = excluded.changed_before, \
             listed_in = CASE WHEN record.vanished_at IS NULL THEN record.listed_in ELSE excluded.listed_in END, vanished_at = NULL",
            self.dialect.rows(puts.len(), 13)
        );
        let mut insert = sqlx::query(AssertSqlSafe(insert));
        for Put {
            statement,
            version,
            changed_before,
        } in puts
        {
            insert = insert
                .bind(self.source.as_str())
                .bind(statement.id.as_str())
                .bind(version)
                .bind(&statement.scope)
                .bind(&statement.reference)
                .bind(statement.revision)
                .bind(statement.changed_at)
                .bind(&statement.content)
                .bind(&statement.digest)
                .bind(self.now)
                .bind(self.generation)
                .bind(self.generation)
                .bind(*changed_before);
        }
        insert.execute(&mut *self.connection).await?;
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
