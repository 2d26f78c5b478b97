//! What a source of the state accounts' kind is told in the configuration.

use std::path::PathBuf;

use programgrant_contract::{Address, Auth, Connection, HTTP_SECRETS, Host, HttpAccess, SettingsError, Tls};
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
    auth: Option<Auth>,
    tls: Option<Tls>,
}

impl programgrant_contract::Settings for Settings {
    const SECRETS: &'static [&'static str] = HTTP_SECRETS;

    fn open(self, host: &Host<'_>) -> Result<Connection, SettingsError> {
        let posts = host.posts.clone();
        let access = HttpAccess {
            token_file: self.token_file,
            auth: self.auth,
            tls: self.tls,
        };
        let accounts = match (self.folder, self.url) {
            (Some(folder), None) => {
                host.no_http(&access)?;
                StateAccounts::new(host.path(&folder), posts, FILE_LIMIT)
            }
            (None, Some(url)) => {
                let http = host.http(&url, access)?;
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
