//! Secrets from a file or the environment. They are read when they are needed, so that a renewed one needs no restart.

use std::path::PathBuf;

use async_trait::async_trait;
use programgrant_contract::{Secret, SourceError, TokenSource};
use programgrant_schema::SourceId;

use crate::config::ConfigError;

/// A bearer token that somebody else renews in a file.
pub struct TokenFile(pub PathBuf);

#[async_trait]
impl TokenSource for TokenFile {
    async fn token(&self, _renew: bool) -> Result<Secret, SourceError> {
        let text = tokio::fs::read_to_string(&self.0)
            .await
            .map_err(|_| SourceError::refused("the token file cannot be read"))?;
        match text.trim() {
            token if token.is_empty() || token.contains(char::is_whitespace) => {
                Err(SourceError::refused("the token file holds no token"))
            }
            token => Ok(Secret::new(token)),
        }
    }
}

/// A bearer token from the environment; it cannot be renewed.
pub struct FixedToken(pub Secret);

#[async_trait]
impl TokenSource for FixedToken {
    async fn token(&self, _renew: bool) -> Result<Secret, SourceError> {
        Ok(self.0.clone())
    }
}

/// The secret in `PROGRAMGRANT__SOURCES__…__{NAME}`.
pub fn from_environment(source: SourceId, name: &str) -> Option<Secret> {
    let variable = format!("PROGRAMGRANT__SOURCES__{}__{name}", source.as_str().to_uppercase());
    std::env::var(variable).ok().map(Secret::new)
}

/// The secret in the file that a configuration key names.
pub fn from_file(key: &str, path: &PathBuf) -> Result<Secret, ConfigError> {
    let text =
        std::fs::read_to_string(path).map_err(|error| ConfigError::key(key, format!("{}: {error}", path.display())))?;
    Ok(Secret::new(text.trim_end_matches(['\r', '\n'])))
}
