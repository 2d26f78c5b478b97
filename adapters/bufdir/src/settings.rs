//! What a source of Bufdir's kind is told in the configuration.

use std::path::PathBuf;

use programgrant_contract::{Address, Connection, Host, SettingsError};
use serde::Deserialize;

use crate::Bufdir;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// That of the one endpoint.
    url: Address,
    /// A file with the bearer token; read again when the token is refused.
    token_file: Option<PathBuf>,
}

impl programgrant_contract::Settings for Settings {
    const SECRETS: &'static [&'static str] = &["TOKEN"];

    fn open(self, host: &Host<'_>) -> Result<Connection, SettingsError> {
        let bufdir = Bufdir::new(host.http(self.token_file.as_deref())?, self.url.url());
        Ok(Connection {
            source: Box::new(bufdir.clone()),
            exclusions: Ok(Box::new(bufdir)),
        })
    }
}
