//! What those who run the gateway are told of the ledger, and the looks that find it out: at its end before anybody is answered, at
//! the whole of it afterwards.

use std::time::Duration;

use super::Guard;
use crate::store::ledger::StoreError;

/// How long until a walk that could not be ended, or an alarm that could not be written down, is tried again.
const AGAIN: Duration = Duration::from_secs(30);

impl Guard {
    /// Looks at the ledger's end, and suspends a ledger that does not hold together.
    pub async fn verify_end(&self) -> Result<(), StoreError> {
        self.store.watch().tell();
        if let Err(flaw) = self.store.verify_end().await?
            && let Err(error) = self.store.suspend_flawed(&flaw).await
        {
            tracing::error!(%error, "the suspension could not be written down; this gateway keeps to it");
        }
        // From here on it is known how the ledger and its clock stand.
        self.store.now().await.map(|_| ())
    }

    /// Walks the whole chain, once and to its end, and suspends a ledger that does not hold together.
    pub async fn verify_whole(&self) {
        while !self.store.watch().is_walked() {
            match self.walk().await {
                Ok(()) => self.store.watch().walked(),
                Err(error) => {
                    tracing::warn!(%error, "the audit chain could not be walked to its end");
                    tokio::time::sleep(AGAIN).await;
                }
            }
        }
    }

    async fn walk(&self) -> Result<(), StoreError> {
        match self.store.verify(None).await? {
            Ok(soundness) => tracing::info!(entries = soundness.entries, "the audit chain is sound"),
            Err(flaw) => self.store.suspend_flawed(&flaw).await?,
        }
        Ok(())
    }

    /// The chain need not be walked: the gateway before this one, over the same ledger, has done it.
    pub fn trust_walk_of(&self, before: &Self) {
        if before.store.watch().is_walked() {
            self.store.watch().walked();
        }
    }

    /// Codes of what is odd about the ledger and does not keep the gateway from answering.
    pub fn warnings(&self) -> Vec<&'static str> {
        self.store.watch().warnings()
    }
}
