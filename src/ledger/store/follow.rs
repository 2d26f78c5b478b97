//! Reading the ledger as it goes on: what has become of cases since a place in the chain, and which clearances are about to end.

use jiff::Timestamp;
use sqlx::Row;
use sqlx::any::AnyRow;

use super::StoreError;
use super::rows;
use super::sql::SqlStore;
use crate::ledger::case::Case;
use crate::ledger::chain::What;
use crate::ledger::claim::Claim;

/// A case as one entry of the chain left it.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseEntry {
    pub sequence: i64,
    pub hash: String,
    pub at: Timestamp,
    pub case: Case,
    /// Whether the entry opened the case.
    pub is_first: bool,
}

impl SqlStore {
    /// Entries about cases behind a place in the chain, oldest first and no more than `limit`, and the place up to which they are all.
    pub async fn case_entries_after(&self, sequence: i64, limit: i64) -> Result<(Vec<CaseEntry>, i64), StoreError> {
        // One picture: what is committed between two statements would be passed over.
        let mut picture = self.database.read().await?;
        let head: i64 = sqlx::query_scalar("SELECT sequence FROM ledger").fetch_one(&mut *picture).await?;
        let rows = sqlx::query(
            "SELECT sequence, content, previous_hash, hash, \
             (SELECT min(sequence) FROM audit AS earlier WHERE earlier.subject = audit.subject) AS opened \
             FROM audit WHERE sequence > $1 AND subject LIKE 'sak-%' ORDER BY sequence LIMIT $2",
        );
        let rows = rows.bind(sequence).bind(limit).fetch_all(&mut *picture).await?;
        let entries = rows.iter().filter_map(|row| case_entry(row).transpose()).collect::<Result<Vec<_>, _>>()?;
        let is_all = i64::try_from(rows.len()).is_ok_and(|read| read < limit);
        let last = if is_all { Some(head) } else { rows.last().map(|row| row.try_get("sequence")).transpose()? };
        Ok((entries, last.unwrap_or(head)))
    }

    /// Clearances that are not confirmed and end after `now`, but not after `until`.
    pub async fn clearances_ending(&self, now: Timestamp, until: Timestamp) -> Result<Vec<Claim>, StoreError> {
        let rows = sqlx::query("SELECT id, body FROM claim WHERE state = 'CLEARED' AND expires_at > $1 AND expires_at <= $2 ORDER BY expires_at, id");
        let rows = rows.bind(now.as_microsecond()).bind(until.as_microsecond()).fetch_all(self.database.readers()).await?;
        rows.iter().map(|row| rows::body(row, "claim")).collect()
    }
}

fn case_entry(row: &AnyRow) -> Result<Option<CaseEntry>, StoreError> {
    let link = rows::link(row)?;
    let What::Case(case) = link.entry.what else { return Ok(None) };
    let opened: i64 = row.try_get("opened")?;
    Ok(Some(CaseEntry { sequence: link.entry.sequence, hash: link.hash, at: link.entry.at, case: *case, is_first: opened == link.entry.sequence }))
}
