//! What the pages are told of their place.

use reqwest::Url;
use serde::Deserialize;

use super::ConfigError;

/// `[pages]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageSettings {
    /// The address of the accessibility statement that a public body must have; no page has a link to it where it is left out.
    pub accessibility_statement: Option<String>,
}

impl PageSettings {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        match &self.accessibility_statement {
            Some(address) if !is_public(address) => Err(ConfigError::key(
                "pages.accessibility_statement",
                "no https address without a password, such as \"https://uustatus.no/nb/erklaringer/publisert/…\"",
            )),
            _ => Ok(()),
        }
    }
}

/// The link stands on every page: it leads nobody to what is not encrypted.
fn is_public(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| {
        url.scheme() == "https" && url.has_host() && url.username().is_empty() && url.password().is_none()
    })
}
