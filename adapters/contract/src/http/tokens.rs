//! Bearer tokens, and those that come from a file or the environment.

use std::path::PathBuf;

use async_trait::async_trait;

use super::Secret;
use crate::error::SourceError;

/// Where bearer tokens come from.
#[async_trait]
pub trait TokenSource: Send + Sync {
    /// The token to use; another one than was refused, where there is another.
    async fn token(&self, refused: Option<&Secret>) -> Result<Secret, SourceError>;
}

/// A bearer token that somebody else renews in a file, read when it is needed, so that a renewed one needs no restart.
pub struct TokenFile(pub PathBuf);

#[async_trait]
impl TokenSource for TokenFile {
    async fn token(&self, _refused: Option<&Secret>) -> Result<Secret, SourceError> {
        let text = tokio::fs::read_to_string(&self.0)
            .await
            .map_err(|_| SourceError::refused("the token file cannot be read"))?;
        match text.trim() {
            token if is_token(token) => Ok(Secret::new(token)),
            _ => Err(SourceError::refused("the token file holds no token")),
        }
    }
}

/// A bearer token that cannot be renewed.
pub struct FixedToken(pub Secret);

#[async_trait]
impl TokenSource for FixedToken {
    async fn token(&self, _refused: Option<&Secret>) -> Result<Secret, SourceError> {
        Ok(self.0.clone())
    }
}

/// Whether a text can be sent as a token (RFC 6750 § 2.1): visible ASCII without blanks.
pub(super) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|letter| letter.is_ascii_graphic())
}
