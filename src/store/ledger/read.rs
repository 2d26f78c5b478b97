//! Reading the ledger: claims and cases by what they are about, and a claim's history from the chain.

use jiff::Timestamp;
use programgrant_core::ledger::{
    Case, CaseId, CaseState, Claim, ClaimId, ClaimState, GENESIS, Link, MERGED, Receipt, Successors, as_told_behind,
};
use sqlx::any::AnyRow;
use sqlx::{Any, Executor, Row, Transaction};

use super::load;
use super::rows::{self, json};
use super::sql::{SqlStore, query, target_range};
use super::store::StoreError;

/// Which claims; what is `None` or empty does not narrow.
#[derive(Debug, Clone, Default)]
pub struct ClaimFilter {
    pub subject: Option<String>,
    /// Any of these; empty for all.
    pub recipients: Vec<String>,
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
    /// Any of these; empty for all.
    pub municipalities: Vec<String>,
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
        if self.is_suspended {
            Self {
                claim: as_told_behind(self.claim),
                ..self
            }
        } else {
            self
        }
    }
}

impl SqlStore {
    /// The claim of that id.
    pub async fn claim(&self, id: &ClaimId) -> Result<Option<KeptClaim>, StoreError> {
        self.expect_known_layout().await?;
        let row =
            sqlx::query("SELECT id, body, claim.sequence, claim.hash, suspended FROM claim, ledger WHERE id = $1");
        let row = row.bind(id.as_str()).fetch_optional(self.database.readers()).await?;
        Ok(row
            .as_ref()
            .map(kept_claim)
            .transpose()?
            .map(|kept| self.as_known(kept)))
    }

    /// Claims in the order of their ids.
    pub async fn claims(&self, filter: &ClaimFilter) -> Result<Vec<KeptClaim>, StoreError> {
        self.expect_known_layout().await?;
        let states: Vec<&str> = filter.states.iter().map(|state| state.as_str()).collect();
        let statement = format!(
            "SELECT id, body, claim.sequence, claim.hash, suspended FROM claim, ledger WHERE ($1 = '' OR subject = $1) AND ($2 = '[]' OR recipient IN (SELECT each.value FROM {})) AND ($3 = 0 OR year = $3) \
             AND ($4 = '[]' OR state IN (SELECT each.value FROM {})) AND id > $5 ORDER BY id LIMIT $6",
            self.database.dialect.each_text("$2"),
            self.database.dialect.each_text("$4")
        );
        let rows = query(&statement)
            .bind(filter.subject.as_deref().unwrap_or_default())
            .bind(json(&filter.recipients))
            .bind(i64::from(filter.year.unwrap_or_default()))
            .bind(json(&states))
            .bind(filter.after.as_deref().unwrap_or_default())
            .bind(filter.limit)
            .fetch_all(self.database.readers())
            .await?;
        rows.iter().map(|row| Ok(self.as_known(kept_claim(row)?))).collect()
    }

    /// A ledger that does not hold together is suspended, whether that could be written down or not.
    fn as_known(&self, kept: KeptClaim) -> KeptClaim {
        KeptClaim {
            is_suspended: kept.is_suspended || self.watch.flaw().is_some(),
            ..kept
        }
    }

    /// Every entry about a claim, a case or the ledger itself, oldest first.
    pub async fn history(&self, subject: &str) -> Result<Vec<Link>, StoreError> {
        self.expect_known_layout().await?;
        let rows = sqlx::query(
            "SELECT sequence, content, previous_hash, hash FROM audit WHERE subject = $1 ORDER BY sequence",
        );
        rows.bind(subject)
            .fetch_all(self.database.readers())
            .await?
            .iter()
            .map(rows::link)
            .collect()
    }

    pub async fn case(&self, id: &CaseId) -> Result<Option<Case>, StoreError> {
        self.expect_known_layout().await?;
        let row = sqlx::query("SELECT id, body FROM double_funding_case WHERE id = $1");
        let row = row.bind(id.as_str()).fetch_optional(self.database.readers()).await?;
        row.as_ref()
            .map(|row| rows::body(row, "double_funding_case"))
            .transpose()
    }

    /// Cases, newest first.
    pub async fn cases(&self, filter: &CaseFilter) -> Result<Vec<Case>, StoreError> {
        self.expect_known_layout().await?;
        let states: Vec<&str> = filter.states.iter().map(|state| state.as_str()).collect();
        let (opened_at, id) = match &filter.after {
            Some((opened_at, id)) => (opened_at.as_microsecond(), id.as_str()),
            None => (i64::MAX, ""),
        };
        let statement = format!(
            "SELECT id, body FROM double_funding_case WHERE ($1 = '' OR programme = $1) AND ($2 = '' OR scheme = $2) \
             AND ($3 = '[]' OR municipality IN (SELECT each.value FROM {})) AND ($4 = '[]' OR kind IN (SELECT each.value FROM {})) \
             AND ($5 = '[]' OR state IN (SELECT each.value FROM {})) AND (opened_at < $6 OR (opened_at = $6 AND id > $7)) \
             ORDER BY opened_at DESC, id LIMIT $8",
            self.database.dialect.each_text("$3"),
            self.database.dialect.each_text("$4"),
            self.database.dialect.each_text("$5")
        );
        let rows = query(&statement)
            .bind(filter.programme.as_deref().unwrap_or_default())
            .bind(filter.scheme.as_deref().unwrap_or_default())
            .bind(json(&filter.municipalities))
            .bind(json(&filter.kinds))
            .bind(json(&states))
            .bind(opened_at)
            .bind(id)
            .bind(filter.limit)
            .fetch_all(self.database.readers())
            .await?;
        rows.iter().map(|row| rows::body(row, "double_funding_case")).collect()
    }

    /// What was stated of each recipient that nobody knew.
    pub async fn unresolved_recipients(&self) -> Result<Vec<String>, StoreError> {
        let stated: Vec<String> =
            sqlx::query_scalar("SELECT DISTINCT recipient FROM claim WHERE recipient LIKE 'unresolved:%'")
                .fetch_all(self.database.readers())
                .await?;
        let stated = stated
            .iter()
            .filter_map(|recipient| recipient.strip_prefix("unresolved:"));
        Ok(stated.map(str::to_owned).collect())
    }

    /// The chain's head and why the ledger is suspended, if it is.
    pub async fn standing(&self) -> Result<(Receipt, Option<String>), StoreError> {
        standing(self.database.readers()).await
    }
}

async fn standing(from: impl Executor<'_, Database = Any>) -> Result<(Receipt, Option<String>), StoreError> {
    let row = sqlx::query("SELECT sequence, hash, suspended FROM ledger")
        .fetch_one(from)
        .await?;
    Ok((
        Receipt {
            sequence: row.try_get("sequence")?,
            hash: row.try_get("hash")?,
        },
        row.try_get("suspended")?,
    ))
}

fn kept_claim(row: &AnyRow) -> Result<KeptClaim, StoreError> {
    let receipt = Receipt {
        sequence: row.try_get("sequence")?,
        hash: row.try_get("hash")?,
    };
    let suspended: Option<String> = row.try_get("suspended")?;
    Ok(KeptClaim {
        claim: rows::body(row, "claim")?,
        receipt,
        is_suspended: suspended.is_some(),
    })
}

/// A claim or case as it stands, and what is wrong with it.
pub struct Standing {
    pub id: String,
    /// The entry that it stands by.
    pub sequence: i64,
    pub hash: String,
    pub flaw: Option<&'static str>,
}

/// Which rows are held against the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Claims that hold a slot, or should not and do.
    Occupying,
    Claims,
    Cases,
    Journal,
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
    pub(in crate::store::ledger) async fn picture(&self) -> Result<Picture, StoreError> {
        Ok(Picture(self.database.read().await?))
    }
}

impl Picture {
    pub(in crate::store::ledger) async fn standing(&mut self) -> Result<(Receipt, Option<String>), StoreError> {
        standing(&mut *self.0).await
    }

    pub(in crate::store::ledger) async fn entries_after(&mut self, sequence: i64) -> Result<Vec<EntryRow>, StoreError> {
        let rows = sqlx::query(
            "SELECT sequence, subject, content, previous_hash, hash FROM audit WHERE sequence > $1 ORDER BY sequence LIMIT $2",
        );
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

    /// The hash of an entry; that of nothing before the first.
    pub(in crate::store::ledger) async fn hash_of(&mut self, sequence: i64) -> Result<Option<String>, StoreError> {
        if sequence == 0 {
            return Ok(Some(GENESIS.to_owned()));
        }
        Ok(sqlx::query_scalar("SELECT hash FROM audit WHERE sequence = $1")
            .bind(sequence)
            .fetch_optional(&mut *self.0)
            .await?)
    }

    /// The last entry about the ledger itself.
    pub(in crate::store::ledger) async fn last_of_ledger(&mut self) -> Result<Option<Link>, StoreError> {
        let last = sqlx::query(
            "SELECT sequence, content, previous_hash, hash FROM audit WHERE subject = 'ledger' ORDER BY sequence DESC LIMIT 1",
        );
        last.fetch_optional(&mut *self.0)
            .await?
            .as_ref()
            .map(rows::link)
            .transpose()
    }

    /// Rows held against their last entries, and claims against their slots, in the order of their ids.
    pub(in crate::store::ledger) async fn standing_after(
        &mut self,
        which: Which,
        id: &str,
    ) -> Result<Vec<Standing>, StoreError> {
        let states = ClaimState::ALL
            .into_iter()
            .filter(|state| state.occupies())
            .map(|state| format!("'{}'", state.as_str()));
        let occupying = states.collect::<Vec<_>>().join(", ");
        let (table, columns, wanted) = match which {
            Which::Occupying => (
                "claim",
                CLAIM_COLUMNS,
                format!("AND (kept.state IN ({occupying}) OR EXISTS (SELECT 1 FROM slot WHERE slot.claim = kept.id))"),
            ),
            Which::Claims => ("claim", CLAIM_COLUMNS, String::new()),
            Which::Cases => ("double_funding_case", "", String::new()),
            Which::Journal => ("journal", "", String::new()),
        };
        let statement = format!(
            "SELECT kept.id, kept.body, kept.hash, audit.sequence, audit.content, audit.hash AS entered, {columns} \
             (SELECT max(sequence) FROM audit AS later WHERE later.subject = kept.id) AS last \
             FROM {table} AS kept LEFT JOIN audit ON audit.sequence = kept.sequence AND audit.subject = kept.id \
             WHERE kept.id > $1 {wanted} ORDER BY kept.id LIMIT $2"
        );
        let successors = load::successors(&mut self.0).await?;
        let rows = query(&statement).bind(id).bind(PAGE).fetch_all(&mut *self.0).await?;
        rows.iter().map(|row| standing_row(row, which, &successors)).collect()
    }

    /// A claim that has slots and is not there.
    pub(in crate::store::ledger) async fn slot_of_nobody(&mut self) -> Result<Option<String>, StoreError> {
        let nobody =
            "SELECT claim FROM slot WHERE NOT EXISTS (SELECT 1 FROM claim WHERE claim.id = slot.claim) LIMIT 1";
        Ok(sqlx::query_scalar(nobody).fetch_optional(&mut *self.0).await?)
    }
}

/// A claim's slots in one text: how many places, and the least and the greatest of each that all of them have in common.
const CLAIM_COLUMNS: &str = "kept.state, kept.fence, (SELECT count(*) || ' ' || min(month_from) || ' ' || max(month_from) || ' ' || min(month_until) || ' ' || max(month_until) \
    || ' ' || min(target_from) || ' ' || max(target_from) || ' ' || min(target_until) || ' ' || max(target_until) || ' ' || min(lane) || ' ' || max(lane) \
    || ' ' || min(party) || ' ' || max(party) || ' ' || min(activity) || ' ' || max(activity) \
    FROM slot WHERE slot.claim = kept.id) AS slots, (SELECT max(party) FROM slot WHERE slot.claim = kept.id) AS party,";

fn standing_row(row: &AnyRow, which: Which, successors: &Successors) -> Result<Standing, StoreError> {
    let (id, body): (String, String) = (row.try_get("id")?, row.try_get("body")?);
    let (hash, sequence, last): (String, Option<i64>, Option<i64>) =
        (row.try_get("hash")?, row.try_get("sequence")?, row.try_get("last")?);
    let entered: Option<String> = row.try_get("entered")?;
    let content: Option<String> = row.try_get("content")?;
    let kind = match which {
        Which::Occupying | Which::Claims => "claim",
        Which::Cases => "case",
        Which::Journal => "journal",
    };
    let is_as_entered = content.is_some_and(|content| content.ends_with(&format!("\"what\":{{\"{kind}\":{body}}}}}")));
    let flaw = if sequence.is_none() || last != sequence || entered.as_ref() != Some(&hash) {
        Some("does not stand as its last entry left it")
    } else if !is_as_entered {
        Some("was changed after its last entry")
    } else if kind == "claim" && !has_its_slots(row, successors)? {
        Some("has slots that are not those that its state holds")
    } else {
        None
    };
    Ok(Standing {
        id,
        sequence: sequence.or(last).unwrap_or_default(),
        hash,
        flaw,
    })
}

/// Whether the claim's columns and its slots are those that its body speaks of.
fn has_its_slots(row: &AnyRow, successors: &Successors) -> Result<bool, StoreError> {
    let claim: Claim = rows::body(row, "claim")?;
    let (state, fence, held): (String, i64, Option<String>) =
        (row.try_get("state")?, row.try_get("fence")?, row.try_get("slots")?);
    let party: Option<String> = row.try_get("party")?;
    // A merger may have made it one party with others.
    let party = party
        .filter(|party| party.starts_with(MERGED))
        .unwrap_or_else(|| claim.id.to_string());
    let expected = claim.state.occupies().then(|| slots(&claim, successors, &party));
    Ok(state == claim.state.as_str() && fence == claim.fence && held == expected)
}

/// The slots that the claim holds while it holds any, in the words of the database.
fn slots(claim: &Claim, successors: &Successors, party: &str) -> String {
    let (application, lane) = (&claim.application, claim.lane.number());
    let (places, months) = (successors.keyed(&claim.reach).places().count(), application.months());
    let (from, until) = (months.start().number(), months.end().number());
    let (first, last) = target_range(application);
    let activity = application.activity.as_deref().unwrap_or_default();
    format!(
        "{places} {from} {from} {until} {until} {first} {first} {last} {last} {lane} {lane} {party} {party} {activity} {activity}"
    )
}
