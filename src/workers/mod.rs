//! What goes on beside the answers: asking the sources, keeping exclusions, reconciling, telling organisations, looking after time.

pub mod breaker;
pub mod events;
pub mod exclusions;
pub mod expiry;
pub mod intake;
pub mod reconciliation;
pub mod registers;
pub mod timekeeper;
pub mod webhooks;

use async_trait::async_trait;

use crate::store::snapshot::SnapshotStore;

/// Something that goes on beside the answers until its task is dropped.
#[async_trait]
pub trait Worker: Send + Sync + 'static {
    async fn run(&self);
}

/// Shows what any gateway has stored.
#[async_trait]
impl Worker for SnapshotStore {
    async fn run(&self) {
        self.keep_fresh().await;
    }
}
