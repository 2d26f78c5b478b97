//! What came of one source's rounds: counted for the metrics, and kept when the configuration is read anew.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::workers::breaker::Breaker;

/// Counts rounds.
#[derive(Debug, Default)]
pub struct PollStats {
    tried: AtomicBool,
    ok: AtomicU64,
    failed: AtomicU64,
    is_open: AtomicBool,
}

impl PollStats {
    pub(in crate::workers) fn ended(&self, well: bool, breaker: Breaker) {
        let count = if well { &self.ok } else { &self.failed };
        count.fetch_add(1, Ordering::Relaxed);
        self.is_open.store(breaker.is_open(), Ordering::Relaxed);
        self.tried();
    }

    /// A round has ended, here or in the gateway that asks the source.
    pub(crate) fn tried(&self) {
        self.tried.store(true, Ordering::Release);
    }

    /// Another gateway asks the source, and has a breaker of its own.
    pub(in crate::workers) fn left_to_another(&self) {
        self.is_open.store(false, Ordering::Relaxed);
    }

    pub fn was_tried(&self) -> bool {
        self.tried.load(Ordering::Acquire)
    }

    /// Rounds that ended well.
    pub fn ok(&self) -> u64 {
        self.ok.load(Ordering::Relaxed)
    }

    /// Rounds that failed.
    pub fn failed(&self) -> u64 {
        self.failed.load(Ordering::Relaxed)
    }

    /// Whether the source is only probed.
    pub fn is_open(&self) -> bool {
        self.is_open.load(Ordering::Relaxed)
    }
}
