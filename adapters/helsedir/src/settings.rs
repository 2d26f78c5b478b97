//! What a source of Helsedirektoratet's kind is told in the configuration.

use std::path::PathBuf;

use programgrant_contract::{Address, Auth, Connection, Host, HttpAccess, SettingsError, Tls};
use serde::Deserialize;

use crate::{Credentials, Helsedir};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    url: Address,
    /// Of the `UsernameToken` (WS-Security).
    username: Option<String>,
    /// A file with its password.
    password_file: Option<PathBuf>,
    /// Of HTTP, beside the `UsernameToken`.
    auth: Option<Auth>,
    tls: Option<Tls>,
}

impl Settings {
    fn credentials(&self, host: &Host<'_>) -> Result<Option<Credentials>, SettingsError> {
        let password = host.secret("PASSWORD", "password_file", self.password_file.as_deref())?;
        match (self.username.clone(), password) {
            (Some(username), Some(password)) => Ok(Some(Credentials { username, password })),
            (None, None) => Ok(None),
            (Some(_), None) => Err(SettingsError::new(
                "username",
                "stands without password_file (or the password in the environment)",
            )),
            (None, Some(_)) => Err(SettingsError::new("password_file", "stands without username")),
        }
    }
}

impl programgrant_contract::Settings for Settings {
    const SECRETS: &'static [&'static str] = &["PASSWORD", "AUTH__TOKEN", "AUTH__PASSWORD", "AUTH__KEY", "TLS__KEY"];

    fn open(self, host: &Host<'_>) -> Result<Connection, SettingsError> {
        let credentials = self.credentials(host)?;
        let access = HttpAccess {
            token_file: None,
            auth: self.auth,
            tls: self.tls,
        };
        let helsedir = Helsedir::new(host.http(&self.url, access)?, self.url.url(), credentials);
        Ok(Connection {
            source: Box::new(helsedir.clone()),
            exclusions: Ok(Box::new(helsedir)),
        })
    }
}
