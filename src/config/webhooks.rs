//! Whom the gateway tells of what happens, and where.

use std::fmt;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use programgrant_contract::Secret;
use programgrant_core::webhook::EVENTS;
use programgrant_schema::OrganisationNumber;
use reqwest::Url;
use serde::{Deserialize, Deserializer};

use super::{ConfigError, PREFIX};

/// A shorter secret could be guessed from what it signs.
const SHORTEST_SECRET: usize = 24;
/// What stands before a secret that is written as base64.
const BASE64: &str = "whsec_";

/// One organisation's address.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    pub organisation: OrganisationNumber,
    /// Where to; https, or http to this machine.
    #[serde(deserialize_with = "address")]
    pub url: Url,
    /// The file that holds the secret under which messages are signed.
    pub secret_file: Option<PathBuf>,
    /// What it wants to hear of; everything that it may, when left out.
    pub events: Option<Vec<String>>,
}

/// The address may be a secret in itself: it is shown without its path.
impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.url.host_str().unwrap_or_default();
        f.debug_struct("Webhook")
            .field("organisation", &self.organisation)
            .field("host", &host)
            .field("events", &self.events)
            .finish_non_exhaustive()
    }
}

impl Webhook {
    /// Whether its organisation wants to hear of such events.
    pub fn wants(&self, kind: &str) -> bool {
        self.events
            .as_ref()
            .is_none_or(|events| events.iter().any(|event| event == kind))
    }

    /// The signing key: from the environment, else from the file.
    pub fn key(&self) -> Result<Secret, ConfigError> {
        let key = format!("webhooks.{}.secret_file", self.organisation);
        let variable = format!("{PREFIX}WEBHOOKS__{}__SECRET", self.organisation);
        let text = match (std::env::var(&variable), &self.secret_file) {
            (Ok(secret), _) => secret,
            (Err(_), Some(path)) => std::fs::read_to_string(path)
                .map_err(|error| ConfigError::key(&key, format!("{}: {error}", path.display())))?,
            (Err(_), None) => {
                return Err(ConfigError::key(
                    key,
                    format!("is missing, and {variable} is not set; nothing is sent unsigned"),
                ));
            }
        };
        let secret = text.trim();
        if signing_key(secret).is_none_or(|key| key.len() < SHORTEST_SECRET) {
            let reason = format!(
                "a secret of at least {SHORTEST_SECRET} bytes is needed, as it stands or as {BASE64} and base64"
            );
            return Err(ConfigError::key(key, reason));
        }
        Ok(Secret::new(secret))
    }

    pub(super) fn resolve_paths(&mut self, base: &Path) {
        if let Some(path) = &mut self.secret_file {
            *path = base.join(&path);
        }
    }

    fn flaw(&self) -> Option<(&'static str, String)> {
        let is_here = self.url.host_str().is_some_and(is_loopback);
        let unknown = self
            .events
            .iter()
            .flatten()
            .find(|event| !EVENTS.contains(&event.as_str()));
        if !self.url.username().is_empty() || self.url.password().is_some() {
            Some((
                "url",
                "holds a name or a password; messages are signed instead".to_owned(),
            ))
        } else if self.url.scheme() != "https" && !(self.url.scheme() == "http" && is_here) {
            Some(("url", "must be https, unless it is on this machine".to_owned()))
        } else {
            unknown.map(|event| {
                (
                    "events",
                    format!("{event:?} is no event; there are {}", EVENTS.join(", ")),
                )
            })
        }
    }
}

/// The text itself is not repeated: it may be a secret.
fn address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Url, D::Error> {
    Url::parse(&String::deserialize(deserializer)?).map_err(|_| serde::de::Error::custom("no address"))
}

/// The bytes that sign.
pub fn signing_key(secret: &str) -> Option<Vec<u8>> {
    match secret.strip_prefix(BASE64) {
        Some(encoded) => STANDARD.decode(encoded).ok(),
        None => Some(secret.as_bytes().to_vec()),
    }
}

/// Whether a variable's key, its prefix cut off, is a webhook's secret: those are read where they are used.
pub(super) fn is_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    key.starts_with("webhooks__") && key.ends_with("__secret")
}

pub(super) fn check(webhooks: &[Webhook]) -> Result<(), ConfigError> {
    for (place, webhook) in webhooks.iter().enumerate() {
        if webhooks[..place]
            .iter()
            .any(|other| other.organisation == webhook.organisation)
        {
            return Err(ConfigError::key(
                format!("webhooks[{place}].organisation"),
                format!("{} stands here twice", webhook.organisation),
            ));
        }
        if let Some((key, reason)) = webhook.flaw() {
            return Err(ConfigError::key(format!("webhooks[{place}].{key}"), reason));
        }
    }
    Ok(())
}

fn is_loopback(host: &str) -> bool {
    let address = host
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    fn refused(webhook: &str) -> Option<String> {
        Config::parse(&format!("[[webhooks]]\norganisation = \"970018131\"\n{webhook}"))
            .err()
            .map(|error| error.to_string())
    }

    #[test]
    fn where_to_is_an_address_that_nobody_listens_in_on() {
        for url in [
            "https://hooks.example/a?b=c",
            "http://127.0.0.1:9/x",
            "http://localhost/x",
            "http://[::1]/x",
        ] {
            assert_eq!(refused(&format!("url = {url:?}")), None, "{url}");
        }
        for url in [
            "http://hooks.example/",
            "http://127.0.0.1.example/",
            "http://10.0.0.1/",
            "ftp://hooks.example/",
            "https://me:secret@hooks.example/",
        ] {
            let reason = refused(&format!("url = {url:?}")).unwrap_or_else(|| panic!("{url} was let through"));
            assert!(reason.starts_with("webhooks[0].url: "), "{reason}");
            assert!(!reason.contains("secret"), "{reason}");
        }
    }

    #[test]
    fn a_secret_in_the_file_an_unknown_event_and_an_organisation_twice_are_refused() {
        let url = "url = \"https://hooks.example/\"\n";
        assert!(refused(&format!("{url}secret = \"x\"")).is_some_and(|reason| reason.contains("secret")));
        let reason = refused(&format!("{url}events = [\"no.programgrant.case.closed\"]"));
        assert!(reason.is_some_and(|reason| {
            reason.starts_with("webhooks[0].events: \"no.programgrant.case.closed\" is no event")
        }));
        let twice = refused(&format!("{url}[[webhooks]]\norganisation = \"970018131\"\n{url}"));
        assert_eq!(
            twice.as_deref(),
            Some("webhooks[1].organisation: 970018131 stands here twice")
        );
    }

    #[test]
    fn a_signing_key_is_long_enough_whichever_way_it_is_written() {
        let folder = tempfile::tempdir().expect("a folder");
        for (text, is_sound) in [
            ("", false),
            ("short", false),
            ("a secret of many letters indeed\n", true),
            ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", true),
            ("whsec_c2hvcnQ=", false),
            ("whsec_not base64 at all, however long it is", false),
        ] {
            let path = folder.path().join("secret");
            std::fs::write(&path, text).expect("written");
            let settings = format!(
                "[[webhooks]]\norganisation = \"970018131\"\nurl = \"https://hooks.example/\"\nsecret_file = {:?}",
                path.display().to_string()
            );
            let config = Config::parse(&settings).expect("sound");
            assert_eq!(config.webhooks[0].key().is_ok(), is_sound, "{text}");
        }
    }
}
