//! An address that a system, or whoever gives tokens for it, answers at.

use std::net::IpAddr;

use reqwest::Url;
use serde::Deserialize;

/// Where a system answers: an http or https address with a host.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Address(Url);

impl Address {
    pub fn url(&self) -> Url {
        self.0.clone()
    }

    pub fn is_encrypted(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Whether nobody on the way can change what is read there: https, or this machine.
    pub fn is_private_to_us(&self) -> bool {
        let host = self.0.host_str().unwrap_or_default();
        let is_loopback = host
            .trim_matches(['[', ']'])
            .parse()
            .map_or(host == "localhost", |address: IpAddr| address.is_loopback());
        self.is_encrypted() || is_loopback
    }
}

impl TryFrom<String> for Address {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let url = Url::parse(&text)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let url = url.ok_or("no http or https address")?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(
                "the address holds a user name or a password; secrets come from a file or the environment".to_owned(),
            );
        }
        Ok(Self(url))
    }
}
