//! What a source of Bufdir's kind is told in the configuration.

use std::path::PathBuf;

use programgrant_contract::{Address, Auth, Connection, HTTP_SECRETS, Host, HttpAccess, SettingsError, Tls};
use serde::Deserialize;

use crate::Bufdir;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// That of the one endpoint.
    url: Address,
    /// A file with the bearer token; read again when the token is refused.
    token_file: Option<PathBuf>,
    auth: Option<Auth>,
    tls: Option<Tls>,
}

impl programgrant_contract::Settings for Settings {
    const SECRETS: &'static [&'static str] = HTTP_SECRETS;

    fn open(self, host: &Host<'_>) -> Result<Connection, SettingsError> {
        let access = HttpAccess {
            token_file: self.token_file,
            auth: self.auth,
            tls: self.tls,
        };
        let bufdir = Bufdir::new(host.http(&self.url, access)?, self.url.url());
        Ok(Connection {
            source: Box::new(bufdir.clone()),
            exclusions: Ok(Box::new(bufdir)),
        })
    }
}
