//! In whose name the catalogue of data speaks. Without it there is none.

use programgrant_schema::OrganisationNumber;
use reqwest::Url;
use serde::Deserialize;

use super::ConfigError;

/// `[catalogue]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// Under which others reach this gateway.
    pub address: String,
    /// Who answers for the data.
    pub publisher: OrganisationNumber,
    pub publisher_name: String,
    /// Whom readers may ask.
    pub contact_name: String,
    pub contact_email: String,
    /// The address of the licence; none is stated where it is left out.
    pub licence: Option<String>,
}

impl Catalogue {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let refused = |key: &str, reason: &str| Err(ConfigError::key(format!("catalogue.{key}"), reason));
        if !is_address(&self.address) {
            return refused("address", "no http or https address without a password");
        }
        if self.licence.as_deref().is_some_and(|licence| !is_address(licence)) {
            return refused("licence", "no http or https address without a password");
        }
        let is_email = |text: &str| {
            let parts = text.split_once('@');
            parts.is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
                && !text.contains(char::is_whitespace)
        };
        if !is_email(&self.contact_email) {
            return refused("contact_email", "no e-mail address");
        }
        for (key, text) in [
            ("publisher_name", &self.publisher_name),
            ("contact_name", &self.contact_name),
        ] {
            if text.trim().is_empty() {
                return refused(key, "is empty");
            }
        }
        Ok(())
    }
}

fn is_address(text: &str) -> bool {
    let url = Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    url.is_some_and(|url| url.username().is_empty() && url.password().is_none() && url.fragment().is_none())
}
