//! What a source of the state accounts' kind is told in the configuration.

use std::path::PathBuf;

use programgrant_contract::{Connection, Host, SettingsError};
use serde::Deserialize;

use crate::StateAccounts;

/// The largest file that is read, in bytes: several times a full year.
const FILE_LIMIT: u64 = 1 << 30;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where the files lie.
    folder: PathBuf,
}

impl programgrant_contract::Settings for Settings {
    fn open(self, host: &Host<'_>) -> Result<Connection, SettingsError> {
        let accounts = StateAccounts::new(host.path(&self.folder), host.posts.clone(), FILE_LIMIT);
        Ok(Connection {
            source: Box::new(accounts),
            exclusions: Err("the state accounts keep nobody out"),
        })
    }
}
