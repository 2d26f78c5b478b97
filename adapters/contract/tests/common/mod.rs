//! What the tests share: settings as a kind that speaks HTTP has them, and what the gateway would give to it.
#![allow(dead_code, reason = "each test file uses its part")]

#[path = "../../../../tests/support/door.rs"]
pub mod door;
#[path = "../../../../tests/support/token_service.rs"]
pub mod token_service;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use aws_lc_rs::signature::RsaKeyPair;
use figment::Figment;
use figment::providers::{Format, Toml};
use jiff::{SignedDuration, Timestamp};
use programgrant_contract::{Address, Auth, Host, Http, HttpAccess, Now, Secret, SettingsError, SourceError, Tls};
use serde::Deserialize;
use tempfile::TempDir;

use self::token_service::{KID, TokenService, auth_settings, pem, rsa};

/// Made once: an RSA key takes its time.
pub static KEY: LazyLock<RsaKeyPair> = LazyLock::new(rsa);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    url: Address,
    token_file: Option<std::path::PathBuf>,
    auth: Option<Auth>,
    tls: Option<Tls>,
}

/// A folder with files, an environment and a clock.
pub struct Office {
    pub folder: TempDir,
    pub secrets: HashMap<&'static str, String>,
    time: Arc<Mutex<Timestamp>>,
}

impl Office {
    pub fn new() -> Self {
        let noon = "2026-11-22T12:00:00Z".parse().expect("an instant");
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            secrets: HashMap::new(),
            time: Arc::new(Mutex::new(noon)),
        }
    }

    /// One with a key, and a token service that trusts it.
    pub async fn with_key() -> (Self, TokenService) {
        let office = Self::new();
        office.write("key.pem", &pem(&KEY));
        let service = TokenService::start(office.now()).await;
        service.trust(KID, &KEY);
        (office, service)
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).expect("written");
    }

    pub fn now(&self) -> Now {
        let time = Arc::clone(&self.time);
        Arc::new(move || *time.lock().expect("whole"))
    }

    pub fn advance(&self, seconds: i64) {
        *self.time.lock().expect("whole") += SignedDuration::from_secs(seconds);
    }

    /// Opens what the text configures; the error is that of reading it.
    pub fn open(&self, text: &str) -> Result<Http, SettingsError> {
        let (url, access) = read(text)?;
        self.host(|host| host.http(&url, access))
    }

    /// What is wrong with the same for a source that is read from a folder.
    pub fn in_folder(&self, text: &str) -> Result<(), SettingsError> {
        let (_, access) = read(text)?;
        self.host(|host| host.no_http(&access))
    }

    fn host<T>(&self, use_it: impl FnOnce(&Host<'_>) -> T) -> T {
        use_it(&Host {
            deadline: Duration::from_secs(10),
            folder: self.folder.path(),
            secret: &|name| self.secrets.get(name).map(Secret::new),
            posts: &HashSet::new(),
            now: self.now(),
            knows: std::sync::Arc::new(|_| false),
            user_agent: "test",
        })
    }

    /// The error of what cannot be opened, with its key.
    pub fn refused(&self, text: &str) -> String {
        let error = self.open(text).expect_err(text);
        format!("{}: {}", error.key, error.reason)
    }
}

fn read(text: &str) -> Result<(Address, HttpAccess), SettingsError> {
    let settings: Settings = Figment::from(Toml::string(text))
        .extract()
        .map_err(|error| SettingsError::new("", error.to_string()))?;
    let access = HttpAccess {
        token_file: settings.token_file,
        auth: settings.auth,
        tls: settings.tls,
    };
    Ok((settings.url, access))
}

/// A source at that address, with the token service's key.
pub fn with_tokens(url: &str, service: &TokenService) -> String {
    format!(
        "url = {url:?}\n[auth]\nkey_file = \"key.pem\"\n{}",
        auth_settings(service)
    )
}

/// The status that a request gets.
pub async fn ask(http: &Http, url: &str) -> Result<u16, SourceError> {
    http.send(|client| client.get(url))
        .await
        .map(|reply| reply.status.as_u16())
}
