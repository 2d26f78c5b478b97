//! What a source of NAV's kind is told in the configuration.

use std::path::PathBuf;

use programgrant_contract::{Connection, Host, SettingsError};
use serde::Deserialize;

use crate::{Nav, NavOutbox};

/// The largest file that is read, in bytes.
const FILE_LIMIT: u64 = 64 << 20;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where NAV lays its files.
    inbox: PathBuf,
    /// Where exclusions are written; left out: none are.
    outbox: Option<PathBuf>,
}

impl programgrant_contract::Settings for Settings {
    fn open(self, host: &Host<'_>) -> Result<Connection, SettingsError> {
        Ok(Connection {
            source: Box::new(Nav::new(host.path(&self.inbox), FILE_LIMIT)),
            exclusions: match self.outbox {
                Some(outbox) => Ok(Box::new(NavOutbox::new(host.path(&outbox)))),
                None => Err("no outbox is configured; exclusions are not written"),
            },
        })
    }
}
