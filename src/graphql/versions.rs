//! An award's versions: read for all awards that a request asks about in one go, and judged one by one.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use async_graphql::SimpleObject;
use async_graphql::dataloader::{DataLoader, Loader};
use programgrant_core::view::{Award, AwardVersion, Statement, View, versions};
use programgrant_schema::{RecordId, SourceId};

use super::award::{AwardStatus, FigureNode, ProvenanceNode};
use super::scalars::DateTime;
use super::{ApiError, Snapshot};
use crate::store::Dependencies;
use crate::store::snapshot::SnapshotStore;

/// Of how many awards one request may read the versions.
const MOST: usize = 100;

/// One version of an award as its source stated it.
#[derive(SimpleObject)]
#[graphql(name = "AwardVersion")]
pub struct AwardVersionNode {
    /// When the gateway learnt it; of an award that vanished, when it was no longer listed.
    received_at: DateTime,
    /// When the source says that it changed.
    changed_at: Option<DateTime>,
    status: AwardStatus,
    applied: FigureNode,
    granted: FigureNode,
    paid: FigureNode,
    /// Whether its source no longer listed it.
    vanished: bool,
    /// Of the statement that made this version.
    provenance: ProvenanceNode,
}

impl AwardVersionNode {
    /// All that the caller sees: each as if it were the present one.
    pub async fn all(snapshot: &Snapshot, award: Award<'_>) -> Result<Vec<Self>, ApiError> {
        let versions = snapshot
            .versions
            .loader()
            .load_one(award.id().to_owned())
            .await?
            .unwrap_or_default();
        let seen = versions
            .iter()
            .filter(|version| snapshot.reach().sees_award(version.award.as_award()));
        Ok(seen.map(Self::from).collect())
    }
}

impl From<&AwardVersion> for AwardVersionNode {
    fn from(version: &AwardVersion) -> Self {
        let award = version.award.as_award();
        Self {
            received_at: DateTime(version.received_at),
            changed_at: version.provenance.changed_at.map(DateTime),
            status: award.status().into(),
            applied: award.applied().into(),
            granted: award.granted().into(),
            paid: award.paid().into(),
            vanished: award.vanished_at().is_some(),
            provenance: (&version.provenance).into(),
        }
    }
}

/// Reads versions for one request, from the history up to the picture that it holds.
pub struct VersionReader {
    views: Arc<SnapshotStore>,
    view: Arc<View>,
    /// Few requests ask for versions.
    loader: OnceLock<DataLoader<Reading>>,
}

impl VersionReader {
    pub fn new(dependencies: &Dependencies, view: &Arc<View>) -> Self {
        Self {
            views: Arc::clone(&dependencies.views),
            view: Arc::clone(view),
            loader: OnceLock::new(),
        }
    }

    fn loader(&self) -> &DataLoader<Reading> {
        self.loader.get_or_init(|| {
            let reading = Reading {
                views: Arc::clone(&self.views),
                view: Arc::clone(&self.view),
                asked: Mutex::default(),
            };
            DataLoader::new(reading, tokio::spawn)
        })
    }
}

struct Reading {
    views: Arc<SnapshotStore>,
    view: Arc<View>,
    /// The awards that the request has asked about.
    asked: Mutex<HashSet<String>>,
}

impl Loader<String> for Reading {
    type Value = Arc<Vec<AwardVersion>>;
    type Error = ApiError;

    async fn load(&self, awards: &[String]) -> Result<HashMap<String, Self::Value>, ApiError> {
        self.count(awards)?;
        let awards: Vec<Award<'_>> = awards.iter().filter_map(|id| self.view.award(id)).collect();
        let records = awards
            .iter()
            .flat_map(|award| award.records().map(|record| (award.source(), record)));
        let records: Vec<(SourceId, RecordId)> = records.collect();
        let statements = self.views.statements(self.view.generation, &records).await?;
        let mut by_record: HashMap<(SourceId, RecordId), Vec<Statement>> = HashMap::new();
        for statement in statements {
            let record = (statement.stored.source, statement.stored.record.id.clone());
            by_record.entry(record).or_default().push(statement);
        }
        let read = |award: Award<'_>| {
            let of = |record: RecordId| by_record.get(&(award.source(), record)).cloned();
            let statements = award.records().filter_map(of).flatten().collect();
            Arc::new(versions(award, statements, &self.view.reference))
        };
        Ok(awards
            .into_iter()
            .map(|award| (award.id().to_owned(), read(award)))
            .collect())
    }
}

impl Reading {
    fn count(&self, awards: &[String]) -> Result<(), ApiError> {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.extend(awards.iter().cloned());
        if asked.len() > MOST {
            return Err(ApiError::TooMany {
                what: "awards whose versions are asked for",
                most: MOST,
            });
        }
        Ok(())
    }
}
