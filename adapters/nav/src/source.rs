//! NAV, read: the inbox, file by file.

use std::path::PathBuf;

use async_trait::async_trait;
use programgrant_contract::{Batch, Position, Receipt, Source, SourceError, Years};

use crate::pull::Pull;

/// NAV's drop folder, read.
#[derive(Debug, Clone)]
pub struct Nav {
    inbox: PathBuf,
    limit: u64,
}

impl Nav {
    /// `limit` is in bytes per file; a larger file is refused, and the others are read.
    pub fn new(inbox: PathBuf, limit: u64) -> Self {
        Self { inbox, limit }
    }
}

#[async_trait]
impl Source for Nav {
    /// Files hold whatever years they hold: the folder is read whole.
    async fn pull(&self, position: Option<&Position>, _years: Years) -> Result<Batch, SourceError> {
        let pull = Pull::new(
            self.inbox.clone(),
            self.limit,
            position.and_then(Position::decode).unwrap_or_default(),
        );
        let reading = tokio::task::spawn_blocking(move || pull.run()).await;
        reading.unwrap_or_else(|_| Err(SourceError::outage("reading the inbox broke off")))
    }

    /// Files stay in the folder: there is nothing to forget.
    async fn acknowledge(&self, _receipt: &Receipt) -> Result<(), SourceError> {
        Ok(())
    }
}
