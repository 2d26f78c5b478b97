//! What the gateway remembers of the exclusions that it wrote: the intent before a system is told, the outcome after.

use std::collections::BTreeMap;

use jiff::Timestamp;
use programgrant_contract::{HeldExclusion, SyncReport, intent};
use programgrant_schema::{Exclusion, SourceId};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

use crate::store::database::{Database, FeedSubscription, Writing};

/// What the memory says of itself to those who listen.
pub const NEWS: &str = "exclusions";

/// Why the memory could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum ExclusionStoreError {
    #[error("the exclusions' database failed")]
    Database(#[from] sqlx::Error),
    #[error("exclusion row {source_id:?} cannot be read: {reason}")]
    Corrupt { source_id: String, reason: String },
    /// Nothing of the outcome was stored but what may stand because of it.
    #[error("{0} was told by somebody else meanwhile")]
    Superseded(SourceId),
}

/// What is known of one system.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    /// What was wanted and seen to stand in the last round.
    pub standing: Vec<Exclusion>,
    pub foreign: Option<Vec<HeldExclusion>>,
    pub kept_at: Option<Timestamp>,
    pub tried_at: Option<Timestamp>,
    pub last_error: Option<String>,
}

/// An intent on record: what the system may hold from now on, whatever becomes of the round.
#[derive(Debug)]
pub struct Begun {
    pub written: Vec<Exclusion>,
    version: i64,
}

/// What a round came to.
pub struct Ended<'a> {
    /// `None` where nothing could be said.
    pub report: Option<&'a SyncReport>,
    /// `None` where all stands as wanted.
    pub error: Option<&'a str>,
    pub at: Timestamp,
}

/// The store of it.
#[derive(Debug, Clone)]
pub struct ExclusionStore {
    database: Database,
}

impl ExclusionStore {
    /// `sources` are those that are going to be told.
    pub async fn open(
        database: Database,
        sources: impl Iterator<Item = SourceId>,
    ) -> Result<Self, ExclusionStoreError> {
        for source in sources {
            let insert = sqlx::query("INSERT INTO exclusion (source) VALUES ($1) ON CONFLICT (source) DO NOTHING")
                .bind(source.as_str());
            insert.execute(database.writer()).await?;
        }
        Ok(Self { database })
    }

    /// What is committed from now on; the memory's own notices read [`NEWS`].
    pub fn subscribe(&self) -> FeedSubscription {
        self.database.subscribe()
    }

    pub async fn read(&self) -> Result<BTreeMap<SourceId, Account>, ExclusionStoreError> {
        let select = "SELECT source, standing, others, kept_at, tried_at, last_error FROM exclusion";
        let rows = sqlx::query(select).fetch_all(self.database.readers()).await?;
        rows.iter().map(account).collect()
    }

    /// Puts on record that `wanted` may be written.
    pub async fn begin(&self, source: SourceId, wanted: &[Exclusion]) -> Result<Begun, ExclusionStoreError> {
        let mut writing = self.database.write().await?;
        let (written, version) = self.written(&mut writing, source).await?;
        let begun = Begun {
            written: intent(wanted, &written),
            version: version + 1,
        };
        remember(&mut writing, source, &begun.written, begun.version).await?;
        writing.commit().await?;
        Ok(begun)
    }

    /// Puts the outcome on record. Where somebody else has begun since, what this round may have written is added to what they
    /// remember, and nothing else.
    pub async fn end(&self, source: SourceId, begun: &Begun, ended: &Ended<'_>) -> Result<(), ExclusionStoreError> {
        let mut writing = self.database.write().await?;
        let (written, version) = self.written(&mut writing, source).await?;
        if version != begun.version {
            remember(&mut writing, source, &intent(&begun.written, &written), version + 1).await?;
            writing.commit().await?;
            return Err(ExclusionStoreError::Superseded(source));
        }
        if let Some(report) = ended.report {
            remember(&mut writing, source, &report.remembered(), version + 1).await?;
        }
        note(&mut writing, source, ended).await?;
        writing.notify(NEWS).await?;
        Ok(writing.commit().await?)
    }

    /// Notes why a round failed; what may stand is not touched.
    pub async fn note_failure(&self, source: SourceId, reason: &str, at: Timestamp) -> Result<(), ExclusionStoreError> {
        let mut writing = self.database.write().await?;
        note(
            &mut writing,
            source,
            &Ended {
                report: None,
                error: Some(reason),
                at,
            },
        )
        .await?;
        writing.notify(NEWS).await?;
        Ok(writing.commit().await?)
    }

    async fn written(
        &self,
        writing: &mut Writing,
        source: SourceId,
    ) -> Result<(Vec<Exclusion>, i64), ExclusionStoreError> {
        let select = format!(
            "SELECT source, written, version FROM exclusion WHERE source = $1{}",
            self.database.dialect.for_update()
        );
        let row = sqlx::query(AssertSqlSafe(select))
            .bind(source.as_str())
            .fetch_one(&mut **writing)
            .await?;
        Ok((list(&row, row.get("written"))?, row.get("version")))
    }
}

async fn remember(
    writing: &mut Writing,
    source: SourceId,
    written: &[Exclusion],
    version: i64,
) -> Result<(), ExclusionStoreError> {
    let update = sqlx::query("UPDATE exclusion SET written = $2, version = $3 WHERE source = $1").bind(source.as_str());
    update.bind(json(written)).bind(version).execute(&mut **writing).await?;
    Ok(())
}

async fn note(writing: &mut Writing, source: SourceId, ended: &Ended<'_>) -> Result<(), ExclusionStoreError> {
    let standing: Vec<&Exclusion> = ended.report.map(standing).unwrap_or_default();
    let foreign = ended.report.and_then(|report| report.foreign.as_deref());
    // A system that said nothing this time is shown with the strangers that it named last.
    let update = sqlx::query(
        "UPDATE exclusion SET standing = $2, others = COALESCE($3, others), kept_at = COALESCE($4, kept_at), tried_at = $5, last_error = $6 \
         WHERE source = $1",
    );
    let kept_at = ended.error.is_none().then(|| ended.at.as_microsecond());
    let update = update
        .bind(source.as_str())
        .bind(json(&standing))
        .bind(foreign.map(json))
        .bind(kept_at);
    update
        .bind(ended.at.as_microsecond())
        .bind(ended.error)
        .execute(&mut **writing)
        .await?;
    Ok(())
}

fn standing(report: &SyncReport) -> Vec<&Exclusion> {
    let stands = report
        .outcomes
        .iter()
        .filter(|outcome| outcome.outcome == programgrant_contract::SyncOutcome::Stands);
    stands.map(|outcome| &outcome.exclusion).collect()
}

fn account(row: &AnyRow) -> Result<(SourceId, Account), ExclusionStoreError> {
    let source: SourceId = row
        .get::<&str, _>("source")
        .parse()
        .map_err(|error| corrupt(row, &error))?;
    let account = Account {
        standing: list(row, row.get("standing"))?,
        foreign: row
            .get::<Option<&str>, _>("others")
            .map(|others| list(row, others))
            .transpose()?,
        kept_at: instant(row, "kept_at")?,
        tried_at: instant(row, "tried_at")?,
        last_error: row.get("last_error"),
    };
    Ok((source, account))
}

fn instant(row: &AnyRow, column: &str) -> Result<Option<Timestamp>, ExclusionStoreError> {
    let microseconds: Option<i64> = row.get(column);
    microseconds
        .map(Timestamp::from_microsecond)
        .transpose()
        .map_err(|error| corrupt(row, &error))
}

fn list<T: DeserializeOwned>(row: &AnyRow, text: &str) -> Result<Vec<T>, ExclusionStoreError> {
    serde_json::from_str(text).map_err(|error| corrupt(row, &error))
}

fn corrupt(row: &AnyRow, reason: &dyn std::fmt::Display) -> ExclusionStoreError {
    ExclusionStoreError::Corrupt {
        source_id: row.get("source"),
        reason: reason.to_string(),
    }
}

fn json<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).expect("plain data with text keys has a JSON form")
}
