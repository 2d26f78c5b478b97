//! How requests are answered: in what time, and to whose pages.

use reqwest::Url;
use serde::Deserialize;

use super::{ConfigError, Span};

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpSettings {
    /// The longest that a request may take before it is refused; streams go on.
    #[serde(default = "deadline")]
    pub deadline: Span,
    /// Other origins whose pages may ask and subscribe, such as `https://tilskudd.example`. Our own is always one.
    #[serde(default)]
    pub origins: Vec<String>,
}

const fn deadline() -> Span {
    Span::from_secs(10)
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            deadline: deadline(),
            origins: Vec::new(),
        }
    }
}

impl HttpSettings {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let flawed = self.origins.iter().find(|origin| !is_origin(origin));
        flawed.map_or(Ok(()), |origin| {
            Err(ConfigError::key(
                "http.origins",
                format!("{origin:?} is no origin: scheme, host and port alone, such as \"https://tilskudd.example\""),
            ))
        })
    }
}

/// Whether it stands exactly as a browser would write it.
fn is_origin(text: &str) -> bool {
    let url = Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"));
    url.is_some_and(|url| url.origin().ascii_serialization() == text)
}

#[cfg(test)]
mod tests {
    use super::HttpSettings;

    #[test]
    fn an_origin_is_written_as_a_browser_writes_it() {
        let accepts = |origin: &str| {
            HttpSettings {
                origins: vec![origin.to_owned()],
                ..HttpSettings::default()
            }
            .check()
            .is_ok()
        };
        assert!(
            [
                "https://tilskudd.example",
                "http://localhost:5173",
                "https://[::1]:8443"
            ]
            .into_iter()
            .all(accepts)
        );
        let flawed = [
            "*",
            "null",
            "",
            "tilskudd.example",
            "https://tilskudd.example/",
            "https://Tilskudd.example",
            "https://a.example:443",
            "file:///x",
        ];
        assert!(!flawed.into_iter().any(accepts));
    }
}
