//! Where traces are sent. Nowhere, unless it is said.

use reqwest::Url;
use serde::Deserialize;

use super::ConfigError;

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Telemetry {
    /// A collector that speaks OTLP over HTTP; `/v1/traces` is added.
    pub otlp_endpoint: Option<String>,
}

impl Telemetry {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let Some(endpoint) = &self.otlp_endpoint else {
            return Ok(());
        };
        let url = Url::parse(endpoint)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let is_sound = url.is_some_and(|url| url.username().is_empty() && url.password().is_none());
        if is_sound {
            Ok(())
        } else {
            Err(ConfigError::key(
                "telemetry.otlp_endpoint",
                "no http or https address without a password",
            ))
        }
    }
}
