//! Time where nobody asks: what has run out runs out, and the audit chain is walked once to its end.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::Worker;
use crate::guard::Guard;

/// How often time is looked after where nobody asks.
const EVERY: Duration = Duration::from_secs(30);

/// Ends clearances and exceptions whose time is over.
pub struct Expiry(pub Arc<Guard>);

#[async_trait]
impl Worker for Expiry {
    async fn run(&self) {
        let mut tick = tokio::time::interval(EVERY);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tick.tick().await;
            // A ledger that cannot be reached has been logged, and what is due stays due.
            let _ = self.0.sweep().await;
        }
    }
}

/// Walks the whole chain, once.
pub struct ChainWalk(pub Arc<Guard>);

#[async_trait]
impl Worker for ChainWalk {
    async fn run(&self) {
        self.0.verify_whole().await;
    }
}
