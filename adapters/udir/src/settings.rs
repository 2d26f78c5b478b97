//! What a source of Udir's kind is told in the configuration.

use std::path::PathBuf;

use programgrant_contract::{Address, Connection, Host, SettingsError};
use serde::Deserialize;

use crate::Udir;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// `/v1/…` is added to it.
    base_url: Address,
    /// A file with the bearer token; read again when the token is refused.
    token_file: Option<PathBuf>,
}

impl programgrant_contract::Settings for Settings {
    const SECRETS: &'static [&'static str] = &["TOKEN"];

    fn open(self, host: &Host<'_>) -> Result<Connection, SettingsError> {
        let udir = Udir::new(host.http(self.token_file.as_deref())?, self.base_url.url());
        Ok(Connection {
            source: Box::new(udir.clone()),
            exclusions: Ok(Box::new(udir)),
        })
    }
}
