//! What an adapter exports: one description, from which the gateway reads its settings, opens a source of that kind and, in a
//! demonstration, simulates the system. What every source takes besides its own settings is the gateway's.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use figment::value::Value;
use jiff::Timestamp;
use programgrant_schema::{BudgetPost, Delivery, GrantScheme, OrganisationNumber};
use serde::de::DeserializeOwned;

use crate::http::Secret;
use crate::simulation::Simulator;
use crate::{Exclusions, Source};

/// A kind of source.
pub struct Adapter {
    /// What the configuration calls it; the id of a source that names no kind.
    pub kind: &'static str,
    /// The owner's name, for people, where the configuration gives none.
    pub name: &'static str,
    pub delivery: Delivery,
    /// Whether the system manages grants, so that it is asked by year, bound to the guard, and told whom to keep out.
    pub manages_grants: bool,
    pub settings: SettingsType,
    /// `None` where the simulator is not compiled in.
    pub simulation: Option<Simulation>,
}

/// The type of an adapter's settings. Its fields are the keys; with `deny_unknown_fields`, so that no key is passed over.
pub trait Settings: DeserializeOwned {
    /// Names of secrets that the environment may hold, such as `TOKEN`, or `AUTH__TOKEN` within a table. None of them is a key.
    const SECRETS: &'static [&'static str] = &[];

    /// Makes a source of them. Nobody is asked anything yet.
    fn open(self, host: &Host<'_>) -> Result<Connection, SettingsError>;

    /// The schemes that the settings themselves state, by no source as yet.
    fn schemes(&self, _host: &Host<'_>) -> Result<Vec<GrantScheme>, SettingsError> {
        Ok(Vec::new())
    }
}

/// What can be done with settings whose type only the adapter knows.
#[derive(Clone, Copy)]
pub struct SettingsType {
    /// Why the values are none; the error of an unknown key tells which there are.
    pub check: fn(&Value) -> Result<(), Box<figment::Error>>,
    /// What [`Settings::open`] does.
    pub open: fn(&Value, &Host<'_>) -> Result<Connection, SettingsError>,
    /// What [`Settings::schemes`] says.
    pub schemes: fn(&Value, &Host<'_>) -> Result<Vec<GrantScheme>, SettingsError>,
    pub secrets: &'static [&'static str],
}

impl SettingsType {
    pub const fn of<S: Settings>() -> Self {
        Self {
            check: |value| S::deserialize(value).map(drop).map_err(Box::new),
            open: |value, host| {
                let settings = S::deserialize(value).map_err(|error| SettingsError::new("", error.to_string()))?;
                settings.open(host)
            },
            schemes: |value, host| {
                let settings = S::deserialize(value).map_err(|error| SettingsError::new("", error.to_string()))?;
                settings.schemes(host)
            },
            secrets: S::SECRETS,
        }
    }
}

/// A source that is opened.
pub struct Connection {
    pub source: Box<dyn Source>,
    /// Whoever keeps exclusions there, or why nobody does.
    pub exclusions: Result<Box<dyn Exclusions>, &'static str>,
}

/// Tells the time, by the gateway's clock.
pub type Now = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What the gateway gives to a source that it opens: an adapter reads no environment and no clock of its own.
pub struct Host<'a> {
    /// The time for one exchange.
    pub deadline: Duration,
    /// What relative paths are relative to.
    pub folder: &'a Path,
    /// The secret of that name in the environment.
    pub secret: &'a dyn Fn(&str) -> Option<Secret>,
    /// The posts of the state budget that anybody asks for.
    pub posts: &'a HashSet<BudgetPost>,
    pub now: Now,
    /// Who asks.
    pub user_agent: &'static str,
    /// Whether the reference registers know an organisation number as a municipality's or one of its sub-units'.
    pub knows: Arc<dyn Fn(OrganisationNumber) -> bool + Send + Sync>,
}

/// Why no source can be made of the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsError {
    /// The adapter's own key; empty where it is no key's fault.
    pub key: &'static str,
    pub reason: String,
}

impl SettingsError {
    pub fn new(key: &'static str, reason: impl Into<String>) -> Self {
        let reason = reason.into();
        Self { key, reason }
    }

    pub(crate) fn stated_twice(key: &'static str) -> Self {
        Self::new(key, "the same credential stands in the environment, too; state it once")
    }
}

impl Host<'_> {
    pub fn path(&self, path: &Path) -> PathBuf {
        self.folder.join(path)
    }

    /// The secret of that name in the environment or in the file that the key names.
    pub fn secret(&self, name: &str, key: &'static str, file: Option<&Path>) -> Result<Option<Secret>, SettingsError> {
        let Some(file) = file else {
            return Ok((self.secret)(name));
        };
        if (self.secret)(name).is_some() {
            return Err(SettingsError::stated_twice(key));
        }
        let path = self.path(file);
        let text = std::fs::read_to_string(&path)
            .map_err(|error| SettingsError::new(key, format!("{}: {error}", path.display())))?;
        Ok(Some(Secret::new(text.trim_end_matches(['\r', '\n']))))
    }
}

/// How a simulated system is started.
#[derive(Clone, Copy)]
pub enum Simulation {
    /// It listens, that many ports above the first. The listener does not block.
    Listens {
        above: u16,
        start: fn(std::net::TcpListener) -> io::Result<Box<dyn Simulator>>,
    },
    /// It lays files into a folder of that name.
    Lays {
        folder: &'static str,
        start: fn(&Path) -> io::Result<Box<dyn Simulator>>,
    },
}
