//! Commands to the journal: what the programme itself decides, in the ledger's own transactions.

use std::sync::Arc;

use programgrant_core::journal::{Journal, JournalCommand, JournalRecord, JournalRefusal};
use programgrant_core::ledger::{Command, CommandOutcome};

use super::{Guard, GuardError};
use crate::store::ledger::StoreError;

/// Why a command to the journal was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    #[error("the journal refused it")]
    Refused(JournalRefusal),
    #[error(transparent)]
    Guard(#[from] GuardError),
}

impl Guard {
    /// The journal as it stands now.
    pub async fn journal(&self) -> Result<Arc<Journal>, StoreError> {
        self.store.journal().await
    }

    /// Carries out a command. When it returns, what was done is durable; a participation that was decided is in the picture that is shown.
    pub async fn carry_out(&self, command: JournalCommand) -> Result<JournalRecord, JournalError> {
        let outcome = self.writer.carry_out(Command::Journal(Box::new(command))).await;
        let outcome = outcome.map_err(GuardError::Ledger)?.map_err(GuardError::Refused)?;
        match outcome {
            CommandOutcome::Journal(Ok(record)) => {
                if matches!(record.as_ref(), JournalRecord::Participation(_)) {
                    self.dependencies.views.refresh_or_log().await;
                }
                Ok(*record)
            }
            CommandOutcome::Journal(Err(refusal)) => Err(JournalError::Refused(refusal)),
            _ => Err(JournalError::Guard(GuardError::Ledger(StoreError::Closed))),
        }
    }
}
