//! Reading the ledger as it goes on: what has become of claims and cases since a place in the chain, and which clearances are about to
//! end.

use jiff::{SignedDuration, Timestamp};
use programgrant_core::ledger::{CaseEntry, Claim, ClaimId, EventKind, Link};
use sqlx::Row;
use sqlx::any::AnyRow;

use super::rows::{self, json};
use super::sql::{SqlStore, query};
use super::store::StoreError;

/// A clearance that is not confirmed, and from when until when it is good as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Clearance {
    pub claim: Claim,
    pub since: Timestamp,
    pub until: Timestamp,
}

/// Entries that are read at once.
const PAGE: i64 = 1000;

impl SqlStore {
    /// What each entry behind a place in the chain says, oldest first, and the place up to which that is all.
    pub async fn entered_after(&self, mut sequence: i64) -> Result<(Vec<EventKind>, i64), StoreError> {
        let mut picture = self.database.read().await?;
        let head: i64 = sqlx::query_scalar("SELECT sequence FROM ledger")
            .fetch_one(&mut *picture)
            .await?;
        let statement = format!(
            "SELECT sequence, content, previous_hash, hash FROM audit WHERE sequence > $1 ORDER BY sequence LIMIT {PAGE}"
        );
        let mut entered = Vec::new();
        while sequence < head {
            let rows = query(&statement).bind(sequence).fetch_all(&mut *picture).await?;
            let Some(last) = rows.last() else { break };
            sequence = last.try_get("sequence")?;
            for row in &rows {
                entered.push(rows::link(row)?.entry.what);
            }
        }
        Ok((entered, head))
    }

    /// These claims as they stand now, those that are there.
    pub async fn claims_of(&self, ids: &[&ClaimId]) -> Result<Vec<Claim>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let among = self.database.dialect.among("id", "$1");
        let select = format!("SELECT id, body FROM claim WHERE {among} ORDER BY id");
        let rows = query(&select)
            .bind(json(&ids))
            .fetch_all(self.database.readers())
            .await?;
        rows.iter().map(|row| rows::body(row, "claim")).collect()
    }

    /// Entries about cases behind a place in the chain, oldest first and no more than `limit`, and the place up to which they are all.
    pub async fn case_entries_after(&self, sequence: i64, limit: i64) -> Result<(Vec<CaseEntry>, i64), StoreError> {
        // One picture: what is committed between two statements would be passed over.
        let mut picture = self.database.read().await?;
        let head: i64 = sqlx::query_scalar("SELECT sequence FROM ledger")
            .fetch_one(&mut *picture)
            .await?;
        let rows = sqlx::query(
            "SELECT sequence, content, previous_hash, hash, \
             (SELECT min(sequence) FROM audit AS earlier WHERE earlier.subject = audit.subject) AS opened \
             FROM audit WHERE sequence > $1 AND subject LIKE 'sak-%' ORDER BY sequence LIMIT $2",
        );
        let rows = rows.bind(sequence).bind(limit).fetch_all(&mut *picture).await?;
        let entries = rows
            .iter()
            .filter_map(|row| case_entry(row).transpose())
            .collect::<Result<Vec<_>, _>>()?;
        let is_all = i64::try_from(rows.len()).is_ok_and(|read| read < limit);
        let last = if is_all {
            Some(head)
        } else {
            rows.last().map(|row| row.try_get("sequence")).transpose()?
        };
        Ok((entries, last.unwrap_or(head)))
    }

    /// Clearances that are not confirmed and end within that time, by the ledger's clock, and what that clock shows.
    pub async fn clearances_ending(&self, within: SignedDuration) -> Result<(Vec<Clearance>, Timestamp), StoreError> {
        let now = self.now().await?;
        let until = now.checked_add(within).unwrap_or(Timestamp::MAX);
        let rows = sqlx::query(
            "SELECT audit.sequence, content, previous_hash, audit.hash FROM claim JOIN audit ON audit.sequence = claim.sequence \
             WHERE state = 'CLEARED' AND expires_at > $1 AND expires_at <= $2 ORDER BY expires_at, id",
        );
        let rows = rows
            .bind(now.as_microsecond())
            .bind(until.as_microsecond())
            .fetch_all(self.database.readers())
            .await?;
        let clearances = rows.iter().filter_map(|row| rows::link(row).map(clearance).transpose());
        Ok((clearances.collect::<Result<_, _>>()?, now))
    }
}

/// The clearance that an entry has left.
fn clearance(link: Link) -> Option<Clearance> {
    let EventKind::Claim(claim) = link.entry.what else {
        return None;
    };
    Some(Clearance {
        since: link.entry.at,
        until: claim.expires_at?,
        claim: *claim,
    })
}

fn case_entry(row: &AnyRow) -> Result<Option<CaseEntry>, StoreError> {
    let link = rows::link(row)?;
    let EventKind::Case(case) = link.entry.what else {
        return Ok(None);
    };
    let opened: i64 = row.try_get("opened")?;
    Ok(Some(CaseEntry {
        sequence: link.entry.sequence,
        hash: link.hash,
        at: link.entry.at,
        case: *case,
        is_first: opened == link.entry.sequence,
    }))
}
