//! Reading the ledger: claims and cases by what they are about, and a claim's history from the chain.

use jiff::Timestamp;
use sqlx::any::AnyRow;
use sqlx::{Any, Executor, Row, Transaction};

use super::StoreError;
use super::rows::{self, json};
use super::sql::{SqlStore, query};
use super::work::as_told_behind;
use crate::ledger::case::{Case, CaseId, CaseState};
use crate::ledger::chain::{Link, Receipt};
use crate::ledger::claim::{Claim, ClaimId, ClaimState};

/// Which claims; what is `None` or empty does not narrow.
#[derive(Debug, Clone, Default)]
pub struct ClaimFilter {
    pub subject: Option<String>,
    pub recipient: Option<String>,
    pub year: Option<i16>,
    pub states: Vec<ClaimState>,
    /// The last id of the page before.
    pub after: Option<String>,
    pub limit: i64,
}

/// Which cases; what is `None` or empty does not narrow.
#[derive(Debug, Clone, Default)]
pub struct CaseFilter {
    pub programme: Option<String>,
    pub scheme: Option<String>,
    pub municipality: Option<String>,
    pub kinds: Vec<&'static str>,
    pub states: Vec<CaseState>,
    /// Opening and id of the last case of the page before.
    pub after: Option<(Timestamp, String)>,
    pub limit: i64,
}

/// A claim with its last entry.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptClaim {
    pub claim: Claim,
    pub receipt: Receipt,
    /// The ledger may have forgotten what became of the claim.
    pub is_suspended: bool,
}

impl KeptClaim {
    /// The claim as it may be told to those who ask.
    #[must_use]
    pub fn as_told(self) -> Self {
        if self.is_suspended { Self { claim: as_told_behind(self.claim), ..self } } else { self }
    }
}

impl SqlStore {
    /// The claim of that id.
    pub async fn claim(&self, id: &ClaimId) -> Result<Option<KeptClaim>, StoreError> {
        let row = sqlx::query("SELECT id, body, claim.sequence, claim.hash, suspended FROM claim, ledger WHERE id = $1");
        let row = row.bind(id.as_str()).fetch_optional(self.database.readers()).await?;
        row.as_ref().map(kept_claim).transpose()
    }

    /// Claims in the order of their ids.
    pub async fn claims(&self, filter: &ClaimFilter) -> Result<Vec<KeptClaim>, StoreError> {
        let states: Vec<&str> = filter.states.iter().map(|state| state.as_str()).collect();
        let statement = format!(
            "SELECT id, body, claim.sequence, claim.hash, suspended FROM claim, ledger WHERE ($1 = '' OR subject = $1) AND ($2 = '' OR recipient = $2) AND ($3 = 0 OR year = $3) \
             AND ($4 = '[]' OR state IN (SELECT each.value FROM {})) AND id > $5 ORDER BY id LIMIT $6",
            self.database.dialect.each_text("$4")
        );
        let rows = query(&statement)
            .bind(filter.subject.as_deref().unwrap_or_default())
            .bind(filter.recipient.as_deref().unwrap_or_default())
            .bind(i64::from(filter.year.unwrap_or_default()))
            .bind(json(&states))
            .bind(filter.after.as_deref().unwrap_or_default())
            .bind(filter.limit)
            .fetch_all(self.database.readers())
            .await?;
        rows.iter().map(kept_claim).collect()
    }

    /// Every entry about a claim, a case or the ledger itself, oldest first.
    pub async fn history(&self, subject: &str) -> Result<Vec<Link>, StoreError> {
        let rows = sqlx::query("SELECT sequence, content, previous_hash, hash FROM audit WHERE subject = $1 ORDER BY sequence");
        rows.bind(subject).fetch_all(self.database.readers()).await?.iter().map(rows::link).collect()
    }

    pub async fn case(&self, id: &CaseId) -> Result<Option<Case>, StoreError> {
        let row = sqlx::query("SELECT id, body FROM double_funding_case WHERE id = $1");
        let row = row.bind(id.as_str()).fetch_optional(self.database.readers()).await?;
        row.as_ref().map(|row| rows::body(row, "double_funding_case")).transpose()
    }

    /// Cases, newest first.
    pub async fn cases(&self, filter: &CaseFilter) -> Result<Vec<Case>, StoreError> {
        let states: Vec<&str> = filter.states.iter().map(|state| state.as_str()).collect();
        let (opened_at, id) = match &filter.after {
            Some((opened_at, id)) => (opened_at.as_microsecond(), id.as_str()),
            None => (i64::MAX, ""),
        };
        let statement = format!(
            "SELECT id, body FROM double_funding_case WHERE ($1 = '' OR programme = $1) AND ($2 = '' OR scheme = $2) \
             AND ($3 = '' OR municipality = $3) AND ($4 = '[]' OR kind IN (SELECT each.value FROM {})) \
             AND ($5 = '[]' OR state IN (SELECT each.value FROM {})) AND (opened_at < $6 OR (opened_at = $6 AND id > $7)) \
             ORDER BY opened_at DESC, id LIMIT $8",
            self.database.dialect.each_text("$4"),
            self.database.dialect.each_text("$5")
        );
        let rows = query(&statement)
            .bind(filter.programme.as_deref().unwrap_or_default())
            .bind(filter.scheme.as_deref().unwrap_or_default())
            .bind(filter.municipality.as_deref().unwrap_or_default())
            .bind(json(&filter.kinds))
            .bind(json(&states))
            .bind(opened_at)
            .bind(id)
            .bind(filter.limit)
            .fetch_all(self.database.readers())
            .await?;
        rows.iter().map(|row| rows::body(row, "double_funding_case")).collect()
    }

    /// The chain's head and why the ledger is suspended, if it is.
    pub async fn standing(&self) -> Result<(Receipt, Option<String>), StoreError> {
        standing(self.database.readers()).await
    }
}

async fn standing(from: impl Executor<'_, Database = Any>) -> Result<(Receipt, Option<String>), StoreError> {
    let row = sqlx::query("SELECT sequence, hash, suspended FROM ledger").fetch_one(from).await?;
    Ok((Receipt { sequence: row.try_get("sequence")?, hash: row.try_get("hash")? }, row.try_get("suspended")?))
}

fn kept_claim(row: &AnyRow) -> Result<KeptClaim, StoreError> {
    let receipt = Receipt { sequence: row.try_get("sequence")?, hash: row.try_get("hash")? };
    let suspended: Option<String> = row.try_get("suspended")?;
    Ok(KeptClaim { claim: rows::body(row, "claim")?, receipt, is_suspended: suspended.is_some() })
}

/// A claim or case as it stands, beside its last entry.
pub struct Standing {
    pub id: String,
    pub sequence: i64,
    pub hash: String,
    pub is_as_entered: bool,
}

/// An entry as its row has it.
pub struct EntryRow {
    pub sequence: i64,
    pub subject: String,
    pub content: String,
    pub previous_hash: String,
    pub hash: String,
}

/// Entries that are read at once.
const PAGE: i64 = 2000;

/// One state of the whole ledger, whatever is written meanwhile.
pub struct Picture(Transaction<'static, Any>);

impl SqlStore {
    pub(in crate::ledger) async fn picture(&self) -> Result<Picture, StoreError> {
        Ok(Picture(self.database.read().await?))
    }
}

impl Picture {
    pub(in crate::ledger) async fn standing(&mut self) -> Result<(Receipt, Option<String>), StoreError> {
        standing(&mut *self.0).await
    }

    pub(in crate::ledger) async fn entries_after(&mut self, sequence: i64) -> Result<Vec<EntryRow>, StoreError> {
        let rows = sqlx::query("SELECT sequence, subject, content, previous_hash, hash FROM audit WHERE sequence > $1 ORDER BY sequence LIMIT $2");
        let rows = rows.bind(sequence).bind(PAGE).fetch_all(&mut *self.0).await?;
        let entry = |row: &AnyRow| {
            Ok(EntryRow {
                sequence: row.try_get("sequence")?,
                subject: row.try_get("subject")?,
                content: row.try_get("content")?,
                previous_hash: row.try_get("previous_hash")?,
                hash: row.try_get("hash")?,
            })
        };
        rows.iter().map(entry).collect()
    }

    pub(in crate::ledger) async fn standing_rows(&mut self) -> Result<Vec<Standing>, StoreError> {
        let mut all = Vec::new();
        for table in ["claim", "double_funding_case"] {
            let statement = format!(
                "SELECT kept.id, kept.body, kept.hash, audit.sequence, audit.content, audit.previous_hash FROM {table} AS kept \
                 LEFT JOIN audit ON audit.sequence = kept.sequence ORDER BY kept.id"
            );
            for row in query(&statement).fetch_all(&mut *self.0).await? {
                let (id, body): (String, String) = (row.try_get("id")?, row.try_get("body")?);
                let sequence: Option<i64> = row.try_get("sequence")?;
                let is_as_entered = sequence.is_some() && crate::ledger::verify::is_as_entered(&rows::link(&row)?, &body);
                all.push(Standing { id, sequence: sequence.unwrap_or_default(), hash: row.try_get("hash")?, is_as_entered });
            }
        }
        Ok(all)
    }

    /// A claim whose state column, or whose slots, are not those that its body speaks of.
    pub(in crate::ledger) async fn misplaced_slot(&mut self) -> Result<Option<String>, StoreError> {
        let rows = sqlx::query(
            "SELECT claim.id, claim.body, claim.state, claim.fence, \
             (SELECT count(*) FROM slot WHERE slot.claim = claim.id) AS slots FROM claim",
        );
        for row in rows.fetch_all(&mut *self.0).await? {
            let claim: Claim = rows::body(&row, "claim")?;
            let expected = if claim.state.occupies() { slots(&claim) } else { 0 };
            let columns_agree = row.try_get::<String, _>("state")? == claim.state.as_str() && row.try_get::<i64, _>("fence")? == claim.fence;
            if !columns_agree || row.try_get::<i64, _>("slots")? != expected {
                return Ok(Some(claim.id.to_string()));
            }
        }
        Ok(None)
    }
}

/// How many slots the claim holds while it holds any.
fn slots(claim: &Claim) -> i64 {
    let months = claim.application.months();
    let width = claim.application.targets().len() * claim.reach.places().count();
    i64::from(months.end().number() - months.start().number() + 1) * i64::try_from(width).unwrap_or(i64::MAX)
}
