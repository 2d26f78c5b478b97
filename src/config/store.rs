//! Where the store is: an SQLite file or a PostgreSQL database, whose password comes from a file or the environment.

use std::fmt;
use std::path::{Path, PathBuf};

use reqwest::Url;
use serde::Deserialize;

use super::ConfigError;

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Store {
    /// `sqlite:` and a path, or `postgres://` with host and database. From the environment it may hold a password.
    #[serde(default = "default_url")]
    pub url: String,
    /// The file that holds the password for PostgreSQL.
    pub password_file: Option<PathBuf>,
}

fn default_url() -> String {
    "sqlite:programgrant.db".to_owned()
}

impl Default for Store {
    fn default() -> Self {
        Self {
            url: default_url(),
            password_file: None,
        }
    }
}

/// The address is never shown.
impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("password_file", &self.password_file)
            .finish_non_exhaustive()
    }
}

impl Store {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let Some(_) = self.password_file else { return Ok(()) };
        if self.url.starts_with("sqlite:") {
            return Err(ConfigError::key("store.password_file", "SQLite has no password"));
        }
        if holds_password(&self.url) {
            return Err(ConfigError::key(
                "store.password_file",
                "store.url holds a password already",
            ));
        }
        Ok(())
    }

    pub(super) fn resolve_paths(&mut self, base: &Path) {
        if let Some(path) = &mut self.password_file {
            *path = base.join(&path);
        }
        // An address with options, in memory or absolute stays as it is.
        if let Some(path) = self.url.strip_prefix("sqlite:")
            && !path.starts_with(['/', ':'])
            && !base.as_os_str().is_empty()
        {
            self.url = format!("sqlite:{}", base.join(path).display());
        }
    }

    /// The whole address, for the database alone: it may hold a password.
    pub fn address(&self) -> Result<String, ConfigError> {
        let Some(path) = &self.password_file else {
            return Ok(self.url.clone());
        };
        let password = std::fs::read_to_string(path);
        let password = password
            .map_err(|error| ConfigError::key("store.password_file", format!("{}: {error}", path.display())))?;
        let mut url = Url::parse(&self.url).map_err(|_| ConfigError::key("store.url", "no address"))?;
        // A percent sign is the one sign that `Url` would take for an escape.
        let password = password.trim_end_matches(['\r', '\n']).replace('%', "%25");
        url.set_password(Some(&password))
            .map_err(|()| ConfigError::key("store.url", "no host that could ask for the password"))?;
        Ok(url.into())
    }
}

/// Whether an address holds a password, in either of the places where one can stand.
pub(super) fn holds_password(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| url.password().is_some() || url.query_pairs().any(|(key, _)| key == "password"))
}
