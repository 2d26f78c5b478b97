//! What a source of Udir's kind is told in the configuration.

use std::path::PathBuf;

use programgrant_contract::{Address, Auth, Connection, HTTP_SECRETS, Host, HttpAccess, SettingsError, Tls};
use serde::Deserialize;

use crate::Udir;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// `/v1/…` is added to it.
    base_url: Address,
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
        let udir = Udir::new(host.http(&self.base_url, access)?, self.base_url.url());
        Ok(Connection {
            source: Box::new(udir.clone()),
            exclusions: Ok(Box::new(udir)),
        })
    }
}
