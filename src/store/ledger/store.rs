//! Where the ledger is kept. One transaction carries out a batch of commands: read what they concern, let the state machine
//! decide, write claims, slots and entries, commit. SQLite and PostgreSQL run the same statements.

use async_trait::async_trait;
use programgrant_core::ledger::rules::{Application, SlotScope};
use programgrant_core::ledger::{Claim, Command, CommandOutcome, Refusal};

/// Why the store could not do its work. Whether a batch was committed may be unknown: ask again with the same key.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    #[error("the ledger's database cannot be reached")]
    Unreachable(#[source] std::sync::Arc<sqlx::Error>),
    /// Two claims want one slot and the state machine did not see it: the database has the last word.
    #[error("the ledger's database refused the change")]
    Constraint(#[source] std::sync::Arc<sqlx::Error>),
    #[error("{table} row {key:?} of the ledger cannot be read: {reason}")]
    Corrupt {
        table: &'static str,
        key: String,
        reason: String,
    },
    /// A newer gateway has opened the store.
    #[error("the store has layout {found}, and this gateway knows {known}: a newer one has taken it over")]
    Newer { found: i64, known: i64 },
    /// The gateway stopped.
    #[error("the ledger is closed")]
    Closed,
}

impl StoreError {
    /// Whether the data themselves are damaged, rather than out of reach.
    pub fn is_damage(&self) -> bool {
        let Self::Unreachable(error) = self else {
            return matches!(self, Self::Corrupt { .. });
        };
        // SQLite's CORRUPT, also of an index or a sequence, and NOTADB; PostgreSQL's class of damaged data.
        let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
        code.is_some_and(|code| {
            matches!(code.as_ref(), "11" | "26" | "267" | "523" | "779") || code.starts_with("XX00")
        })
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let is_constraint = error.as_database_error().is_some_and(|database| {
            database.is_unique_violation()
                || database.is_foreign_key_violation()
                || database.is_check_violation()
                // SQLite's trigger, PostgreSQL's exclusion constraint.
                || database.code().is_some_and(|code| matches!(code.as_ref(), "1811" | "23P01"))
        });
        let error = std::sync::Arc::new(error);
        if is_constraint {
            Self::Constraint(error)
        } else {
            Self::Unreachable(error)
        }
    }
}

/// What the guard needs of a store. Every store passes the same suite.
#[async_trait]
pub trait LedgerStore: Send + Sync {
    /// Carries out commands in their order, all in one transaction; each is carried out or refused by itself. When it returns,
    /// what was done is durable.
    async fn apply(&self, commands: &[Command]) -> Result<Vec<Result<CommandOutcome, Refusal>>, StoreError>;

    /// Claims that hold a slot of the application, and whether the ledger is suspended.
    async fn occupants(&self, application: &Application, reach: &SlotScope) -> Result<(Vec<Claim>, bool), StoreError>;
}
