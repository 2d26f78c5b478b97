//! What a source of the state accounts' kind is told in the configuration.

use std::path::PathBuf;

use programgrant_contract::{Address, Connection, Host, SettingsError};
use serde::Deserialize;

use crate::StateAccounts;

/// The largest file that is read, in bytes unpacked: several times a full year.
const FILE_LIMIT: u64 = 1 << 30;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where the files lie.
    folder: Option<PathBuf>,
    /// Under which address they are published.
    url: Option<Address>,
    /// A file with the bearer token, for `url`; read again when the token is refused.
    token_file: Option<PathBuf>,
}

impl programgrant_contract::Settings for Settings {
    const SECRETS: &'static [&'static str] = &["TOKEN"];

    fn open(self, host: &Host<'_>) -> Result<Connection, SettingsError> {
        let posts = host.posts.clone();
        let accounts = match (self.folder, self.url) {
            (Some(folder), None) if self.token_file.is_some() => {
                let reason = format!("{} is a folder and takes no token", folder.display());
                return Err(SettingsError::new("token_file", reason));
            }
            (Some(folder), None) => StateAccounts::new(host.path(&folder), posts, FILE_LIMIT),
            (None, Some(url)) => {
                let http = host.http(self.token_file.as_deref())?;
                StateAccounts::at(http, url.url(), posts, FILE_LIMIT)
            }
            (Some(_), Some(_)) => {
                return Err(SettingsError::new(
                    "url",
                    "stands beside folder; the files come from one of them",
                ));
            }
            (None, None) => return Err(SettingsError::new("folder", "is missing, and so is url")),
        };
        Ok(Connection {
            source: Box::new(accounts),
            exclusions: Err("the state accounts keep nobody out"),
        })
    }
}
