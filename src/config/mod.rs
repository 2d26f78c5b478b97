//! The configuration: one TOML file, every key overridable by environment (`PROGRAMGRANT__STORE__URL`). An unknown key, a value
//! of the wrong kind and a setting that would be unsafe are errors that name the key.

mod allocation;
mod auth;
mod caches;
mod catalogue;
mod day;
mod document_limits;
mod duration;
mod files;
mod http;
mod limits;
mod login;
mod pages;
mod reference;
mod server;
mod sources;
mod store;
mod telemetry;
mod tls;
mod variables;
mod webhooks;
mod websocket;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Format, Toml};
use programgrant_core::access::RoleError;
use serde::Deserialize;

pub use allocation::AllocationFiles;
pub use auth::{Auth, AuthMode, Issuer};
pub use caches::Caches;
pub use catalogue::Catalogue;
pub use document_limits::DocumentLimits;
pub use duration::Span;
pub use http::HttpSettings;
pub use limits::{Budget, Documents, Limits};
pub use login::LoginSettings;
pub use pages::PageSettings;
pub use reference::ReferenceFiles;
pub use server::Server;
pub use sources::{Address, Directorate, Protocol, Schedule, Source, Sources, Surroundings};
pub use store::Store;
pub use telemetry::Telemetry;
pub use tls::Tls;
pub use webhooks::{Webhook, signing_key};
pub use websocket::WebSocketSettings;

/// The prefix of every variable that overrides a key.
const PREFIX: &str = "PROGRAMGRANT__";

/// Why the configuration was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    #[error("{0}")]
    Invalid(String),
    #[error("{key}: {reason}")]
    Key { key: String, reason: String },
}

impl ConfigError {
    pub fn key(key: impl Into<String>, reason: impl std::fmt::Display) -> Self {
        Self::Key {
            key: key.into(),
            reason: reason.to_string(),
        }
    }
}

impl From<RoleError> for ConfigError {
    fn from(RoleError { key, reason }: RoleError) -> Self {
        Self::Key { key, reason }
    }
}

/// Everything that can be set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    #[serde(default = "default_listen")]
    pub listen: SocketAddr,
    #[serde(default)]
    pub store: Store,
    #[serde(default)]
    pub programme: ProgrammeFiles,
    #[serde(default)]
    pub reference: ReferenceFiles,
    #[serde(default)]
    pub allocation: AllocationFiles,
    #[serde(default)]
    pub auth: Auth,
    /// Left out: nobody logs in.
    pub login: Option<LoginSettings>,
    #[serde(default)]
    pub guard: GuardSettings,
    #[serde(default)]
    pub limits: Limits,
    #[serde(default)]
    pub documents: Documents,
    #[serde(default)]
    pub caches: Caches,
    #[serde(default)]
    pub http: HttpSettings,
    #[serde(default)]
    pub websocket: WebSocketSettings,
    #[serde(default)]
    pub webhooks: Vec<Webhook>,
    #[serde(default, deserialize_with = "sources::unread")]
    pub sources: Sources,
    #[serde(default)]
    pub server: Server,
    pub tls: Option<Tls>,
    pub catalogue: Option<Catalogue>,
    #[serde(default)]
    pub pages: PageSettings,
    #[serde(default)]
    pub telemetry: Telemetry,
}

/// The guard's terms.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuardSettings {
    /// How long a clearance is good for before it must be confirmed.
    #[serde(default = "clearance")]
    pub clearance: Span,
}

impl Default for GuardSettings {
    fn default() -> Self {
        Self { clearance: clearance() }
    }
}

/// Thirty days.
const fn clearance() -> Span {
    Span::from_secs(30 * 24 * 60 * 60)
}

/// Programme files; the built-in pilot when left out.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgrammeFiles {
    pub files: Option<Vec<PathBuf>>,
}

fn default_listen() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 4000))
}

impl Config {
    /// Reads the file, then the environment. Relative paths are relative to the file's folder.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| ConfigError::Invalid(format!("{}: {error}", path.display())))?;
        let environment = variables::overriding();
        variables::check(
            std::env::vars_os(),
            &Figment::from(Toml::string(&text)).merge(&environment),
        )?;
        let mut config = Self::read(&text, &path.display().to_string(), environment)?;
        config.resolve_paths(path.parent().unwrap_or_else(|| Path::new("")));
        config.check()?;
        Ok(config)
    }

    /// Reads TOML text alone; its paths stay as they are.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let config = Self::read(text, "configuration", Figment::new())?;
        config.check()?;
        Ok(config)
    }

    fn read(text: &str, place: &str, environment: Figment) -> Result<Self, ConfigError> {
        let file = Figment::from(Toml::string(text));
        if file
            .extract_inner::<String>("store.url")
            .is_ok_and(|url| store::holds_password(&url))
        {
            return Err(ConfigError::key(
                "store.url",
                "holds a password; it belongs into store.password_file or PROGRAMGRANT__STORE__URL",
            ));
        }
        let figment = file.merge(environment);
        let mut config: Self = figment
            .extract()
            .map_err(|error| ConfigError::Invalid(describe(&error, place)))?;
        config.sources = Sources::read(&figment, place)?;
        Ok(config)
    }

    fn check(&self) -> Result<(), ConfigError> {
        self.auth.check(self.listen)?;
        self.login.as_ref().map_or(Ok(()), |login| login.check(&self.auth))?;
        self.http.check()?;
        self.limits.check()?;
        self.documents.check()?;
        self.websocket.check()?;
        webhooks::check(&self.webhooks)?;
        self.server.check()?;
        self.catalogue.as_ref().map_or(Ok(()), Catalogue::check)?;
        self.pages.check()?;
        self.telemetry.check()?;
        self.store.check()
    }

    fn resolve_paths(&mut self, base: &Path) {
        let absolute = |path: &mut PathBuf| *path = base.join(&path);
        self.programme.files.iter_mut().flatten().for_each(absolute);
        self.reference.resolve_paths(base);
        self.allocation.resolve_paths(base);
        self.sources.resolve_paths(base);
        self.documents.resolve_paths(base);
        self.store.resolve_paths(base);
        self.webhooks.iter_mut().for_each(|webhook| webhook.resolve_paths(base));
        self.tls.iter_mut().for_each(|tls| tls.resolve_paths(base));
        self.login.iter_mut().for_each(|login| login.resolve_paths(base));
    }
}

/// figment's first error with the key, in the words of the file.
fn describe(error: &figment::Error, place: &str) -> String {
    let from_environment = error
        .metadata
        .as_ref()
        .is_some_and(|metadata| metadata.name.contains("environment"));
    let place = if from_environment { "environment" } else { place };
    let key = error.path.join(".");
    match &error.kind {
        figment::error::Kind::UnknownField(name, expected) => {
            let key = if key.is_empty() {
                name.clone()
            } else {
                format!("{key}.{name}")
            };
            let key = if error.path.last() == Some(name) {
                error.path.join(".")
            } else {
                key
            };
            format!("{place}: {key}: unknown key; known here: {}", expected.join(", "))
        }
        kind if key.is_empty() => one_line(&format!("{place}: {kind}")),
        kind => one_line(&format!("{place}: {key}: {kind}")),
    }
}

/// A parser's picture of the place, without the drawing.
fn one_line(text: &str) -> String {
    let is_said = |line: &&str| !line.is_empty() && !line.chars().all(|sign| "|^ ".contains(sign));
    text.lines()
        .map(str::trim)
        .filter(is_said)
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests;
