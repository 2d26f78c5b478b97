//! What is remembered of questions and of those who ask. Every memory is bounded, ends with the configuration that it was made
//! under, and can be turned off.

use serde::Deserialize;

/// `[caches]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Caches {
    /// Bytes of whole answers; 0: none is kept.
    pub answers: u64,
    /// Bytes, as far as they can be told, of documents that were read and found valid; 0: each is read anew.
    pub documents: u64,
    /// Tokens whose signature was checked; 0: each is checked anew.
    pub tokens: u64,
}

impl Default for Caches {
    fn default() -> Self {
        Self {
            answers: 64 << 20,
            documents: 32 << 20,
            tokens: 10_000,
        }
    }
}
