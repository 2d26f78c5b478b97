//! The journal read: all of it once, and afterwards what was written since. What it decides of participations becomes a saying of the
//! register within the same transaction, so that a new picture begins with it.

use std::sync::Arc;

use programgrant_core::journal::{DecidedParticipation, Journal, JournalId, JournalRecord, ParticipationChange};
use programgrant_core::ledger::UnitOfWork;
use programgrant_core::reference::ParticipationDecision;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::rows;
use super::sql::SqlStore;
use super::store::StoreError;
use crate::store::database::Writing;
use crate::store::register::{self, NEWS, RegisterError};

/// The journal up to an entry of the chain.
#[derive(Debug, Clone, Default)]
pub(super) struct KeptJournal {
    sequence: i64,
    journal: Arc<Journal>,
}

impl KeptJournal {
    fn take(&mut self, rows: &[AnyRow]) -> Result<(), StoreError> {
        for row in rows {
            let record: JournalRecord = rows::body(row, "journal")?;
            self.sequence = self.sequence.max(row.try_get("sequence")?);
            Arc::make_mut(&mut self.journal).put(record);
        }
        Ok(())
    }
}

const SELECT_SINCE: &str = "SELECT id, body, sequence FROM journal WHERE sequence > $1 ORDER BY sequence";

impl SqlStore {
    /// The journal as it stands now.
    pub async fn journal(&self) -> Result<Arc<Journal>, StoreError> {
        self.expect_known_layout().await?;
        let mut kept = KeptJournal::clone(&self.journal.load());
        let rows = sqlx::query(SELECT_SINCE).bind(kept.sequence);
        let rows = rows.fetch_all(self.database.readers()).await?;
        if !rows.is_empty() {
            kept.take(&rows)?;
            self.journal.store(kept.clone().into());
        }
        Ok(kept.journal)
    }

    /// The same within a transaction that holds the chain's head. What it reads may not be committed, and is not remembered.
    pub(super) async fn journal_within(&self, connection: &mut AnyConnection) -> Result<Journal, StoreError> {
        let mut kept = KeptJournal::clone(&self.journal.load());
        let rows = sqlx::query(SELECT_SINCE).bind(kept.sequence);
        kept.take(&rows.fetch_all(connection).await?)?;
        Ok(Arc::unwrap_or_clone(kept.journal))
    }

    /// Has the register say what was decided of participations.
    pub(super) async fn tell_of_participations(
        &self,
        writing: &mut Writing,
        work: &UnitOfWork,
    ) -> Result<(), StoreError> {
        let decided: Vec<ParticipationDecision> = work
            .changed_records
            .keys()
            .filter_map(|id| decision(&work.journal, id))
            .collect();
        if decided.is_empty() {
            return Ok(());
        }
        let dialect = self.database.dialect;
        register::decide_within(writing, dialect, &decided, work.head.now)
            .await
            .map_err(told)?;
        writing.notify(NEWS).await?;
        Ok(())
    }
}

/// The register's words for what the ledger says of its own database.
fn told(error: RegisterError) -> StoreError {
    match error {
        RegisterError::Database(error) => error.into(),
        other => StoreError::Corrupt {
            table: "reference_version",
            key: String::new(),
            reason: other.to_string(),
        },
    }
}

fn decision(journal: &Journal, id: &JournalId) -> Option<ParticipationDecision> {
    let DecidedParticipation {
        programme,
        municipality,
        change,
        from,
        use_until,
        filed,
        ..
    } = journal.participation(id)?;
    Some(ParticipationDecision {
        programme: programme.clone(),
        municipality: *municipality,
        from: *from,
        use_until: *use_until,
        annulled: *change == ParticipationChange::Annulled,
        filed: *filed,
    })
}
