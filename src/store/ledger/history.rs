//! Reading what has happened to a claim or a case: the last entries of those that a command does not meet as it expects to.

use std::collections::BTreeSet;

use programgrant_core::ledger::{Command, Entry, UnitOfWork, missed};
use sqlx::AnyConnection;

use super::rows;
use super::sql::SqlStore;
use super::store::StoreError;

/// Entries of a claim that are looked at: enough for the last command, and for a restore some commands ago.
const ENTRIES: i64 = 8;

impl SqlStore {
    /// Reads the entries of what a command does not meet as it expects to.
    pub(super) async fn load_past(
        &self,
        connection: &mut AnyConnection,
        commands: &[Command],
        work: &mut UnitOfWork,
    ) -> Result<(), StoreError> {
        let missed: BTreeSet<String> = commands.iter().filter_map(|command| missed(command, work)).collect();
        for subject in missed {
            let rows = sqlx::query(
                "SELECT sequence, content, previous_hash, hash FROM audit WHERE subject = $1 ORDER BY sequence DESC LIMIT $2",
            );
            let rows = rows.bind(&subject).bind(ENTRIES).fetch_all(&mut *connection).await?;
            let entries = rows.iter().rev().map(|row| Ok(rows::link(row)?.entry));
            let entries = entries.collect::<Result<Vec<Entry>, StoreError>>()?;
            work.past.insert(subject, entries);
        }
        Ok(())
    }
}
