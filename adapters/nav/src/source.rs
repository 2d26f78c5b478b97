//! Arbeids- og velferdsdirektoratet (NAV): semicolon CSV files in a drop folder, read in the order of their sequence numbers.
//!
//! One row is one record; joining rows into awards is left to the gateway. Exclusions go the other way, through a second folder.
#![allow(
    missing_docs,
    reason = "fields and variants whose name says all; types carry the documentation"
)]

mod cell;
mod exclusions;
mod folder;
mod outbox;
mod progress;
mod pull;
pub mod simulator;
mod translate;
mod wire;

use std::path::PathBuf;

use async_trait::async_trait;
use programgrant_contract::{Batch, Position, Receipt, Source, SourceError, Years};
use programgrant_schema::{Profile, SourceId};

use crate::pull::Pull;

pub use exclusions::NavOutbox;

/// NAV's drop folder, read.
#[derive(Debug, Clone)]
pub struct Nav {
    profile: Profile,
    inbox: PathBuf,
    limit: u64,
}

impl Nav {
    /// `limit` is in bytes per file; a larger file is refused, and the others are read.
    pub fn new(inbox: PathBuf, limit: u64) -> Self {
        Self {
            profile: SourceId::Nav.profile(),
            inbox,
            limit,
        }
    }
}

#[async_trait]
impl Source for Nav {
    fn profile(&self) -> &Profile {
        &self.profile
    }

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
