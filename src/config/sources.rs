//! The back-office systems: of which kind each source is, how often it is asked and how long its answers count as fresh. What a
//! kind wants to know besides is its adapter's.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use figment::Figment;
use figment::error::Kind;
use figment::value::{Dict, Value};
use jiff::Timestamp;
use jiff::civil::Date;
use programgrant_contract::{Adapter, Connection, Host, Now, Secret, SettingsError};
use programgrant_schema::{BudgetPost, GrantScheme, OrganisationNumber, SourceId, SourceProfile, SourceProfiles};
use serde::{Deserialize, Deserializer};

use super::day::Day;
use super::{ConfigError, Span, describe, variables};
use crate::adapters::registry::ADAPTERS;

pub use programgrant_contract::Address;

/// The configured systems, those of one kind beside each other; one that is left out is never heard.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    list: Vec<Source>,
    /// What their paths are relative to.
    folder: PathBuf,
}

/// What a source may know of the gateway that opens it.
pub struct Surroundings {
    /// The posts of the state budget that anybody asks for.
    pub posts: HashSet<BudgetPost>,
    pub now: Now,
    /// Whether the reference registers know an organisation number.
    pub knows: Arc<dyn Fn(OrganisationNumber) -> bool + Send + Sync>,
}

/// Of a source that is asked for nothing but what its settings state.
impl Default for Surroundings {
    fn default() -> Self {
        Self {
            posts: HashSet::new(),
            now: Arc::new(|| Timestamp::UNIX_EPOCH),
            knows: Arc::new(|_| false),
        }
    }
}

/// One configured system.
#[derive(Clone)]
pub struct Source {
    pub id: SourceId,
    adapter: &'static Adapter,
    name: Option<String>,
    pub schedule: Schedule,
    /// `None` where it manages no grants.
    pub directorate: Option<Directorate>,
    /// The adapter's own, known to be sound.
    settings: Value,
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("Source");
        shown.field("id", &self.id).field("kind", &self.adapter.kind);
        shown
            .field("schedule", &self.schedule)
            .field("directorate", &self.directorate);
        shown.finish_non_exhaustive()
    }
}

impl Source {
    /// The kind's name.
    pub const fn kind(&self) -> &'static str {
        self.adapter.kind
    }
}

/// When a source is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// From the end of one round to the start of the next.
    pub every: Span,
    /// How old an answer may be before it is stale.
    pub fresh_within: Span,
    /// The time for one exchange with the system.
    pub deadline: Span,
}

/// What systems that manage grants are told besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Directorate {
    pub protocol: Protocol,
    /// From which day of decision an award without a claim is a case; never when left out.
    pub claims_required_from: Option<Date>,
    /// The first grant year to ask for.
    pub years_from: i16,
}

/// How a directorate's system binds itself to the guard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Protocol {
    /// It confirms before its award becomes binding.
    #[default]
    ConfirmFirst,
    /// It cannot: its awards are binding once cleared.
    AwardOnClear,
}

/// Keys that every source takes, and those that go with the management of grants.
const SHARED: [&str; 5] = ["kind", "name", "every", "fresh_within", "deadline"];
const MANAGERS: [&str; 3] = ["protocol", "claims_required_from", "years_from"];

#[derive(Deserialize)]
struct Shared {
    name: Option<String>,
    #[serde(default = "every")]
    every: Span,
    #[serde(default = "fresh_within")]
    fresh_within: Span,
    #[serde(default = "deadline")]
    deadline: Span,
    #[serde(default)]
    protocol: Protocol,
    claims_required_from: Option<Day>,
    #[serde(default = "years_from")]
    years_from: i16,
}

const fn every() -> Span {
    Span::from_secs(30)
}

const fn fresh_within() -> Span {
    Span::from_secs(600)
}

const fn deadline() -> Span {
    Span::from_secs(5)
}

const fn years_from() -> i16 {
    2017
}

/// The adapter of a kind, and its place among all.
fn adapter(kind: &str) -> Option<(usize, &'static Adapter)> {
    ADAPTERS
        .iter()
        .copied()
        .enumerate()
        .find(|(_, adapter)| adapter.kind == kind)
}

fn shared(adapter: &Adapter) -> impl Iterator<Item = &'static str> {
    let managers: &[&str] = if adapter.manages_grants { &MANAGERS } else { &[] };
    SHARED.iter().chain(managers).copied()
}

/// The tables of the sources as they stand there; nothing where there is none.
fn tables(figment: &Figment) -> Dict {
    figment
        .find_value("sources")
        .ok()
        .and_then(Value::into_dict)
        .unwrap_or_default()
}

/// What a table says its kind is: the id, where it says nothing.
fn kind<'a>(id: &'a str, table: &'a Value) -> &'a str {
    table.find_ref("kind").and_then(Value::as_str).unwrap_or(id)
}

/// Only the form: a source's keys depend on its kind, and are read by [`Sources::read`].
pub(super) fn unread<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Sources, D::Error> {
    BTreeMap::<String, BTreeMap<String, Value>>::deserialize(deserializer).map(|_| Sources::default())
}

/// Whether a key is that of a secret, of whatever source.
pub(super) fn is_secret(key: &str) -> bool {
    let mut parts = key.splitn(3, "__");
    let is_sources = parts.next().is_some_and(|part| part.eq_ignore_ascii_case("sources")) && parts.next().is_some();
    let name = parts.next().filter(|_| is_sources);
    let mut secrets = ADAPTERS.iter().flat_map(|adapter| adapter.settings.secrets);
    name.is_some_and(|name| secrets.any(|secret| secret.eq_ignore_ascii_case(name)))
}

/// Every key of the configured sources and of one of each kind. What a source of an unknown kind takes, nobody knows; it is refused for
/// its kind, so any key of it will do.
pub(super) fn keys(figment: &Figment) -> Vec<String> {
    let tables = tables(figment);
    let of_kinds = ADAPTERS.iter().map(|known| (known.kind, *known));
    let configured = tables
        .iter()
        .filter_map(|(id, table)| Some((id.as_str(), adapter(kind(id, table))?.1)));
    let known = of_kinds.chain(configured).flat_map(|(id, adapter)| {
        let secrets = adapter.settings.secrets.iter().map(|name| (*name).to_owned());
        let own = own_keys(adapter).iter().flat_map(|key| within(adapter, key));
        let keys = shared(adapter).map(str::to_owned).chain(own).chain(secrets);
        keys.map(move |key| format!("sources__{id}__{key}"))
    });
    let unknown = tables
        .iter()
        .filter(|(id, table)| kind(id, table) != id.as_str() && adapter(kind(id, table)).is_none());
    let of_unknown = unknown.flat_map(|(id, table)| {
        let keys = table
            .as_dict()
            .into_iter()
            .flatten()
            .flat_map(|(key, value)| paths(key, value));
        keys.map(move |key| format!("sources__{id}__{key}"))
    });
    known.chain(of_unknown).collect()
}

/// A key, and those that stand in the table that it is.
fn paths(key: &str, value: &Value) -> Vec<String> {
    let inner = value.as_dict().into_iter().flat_map(Dict::keys);
    let inner = inner.map(|inner| format!("{key}__{inner}"));
    std::iter::once(key.to_owned()).chain(inner).collect()
}

/// The keys that an adapter itself takes.
fn own_keys(adapter: &Adapter) -> &'static [&'static str] {
    told(adapter, asked())
}

/// A key, or those of the table that it is.
fn within(adapter: &Adapter, key: &'static str) -> Vec<String> {
    let table = Dict::from([(key.to_owned(), Value::from(asked()))]);
    match told(adapter, table) {
        [] => vec![key.to_owned()],
        keys => keys.iter().map(|inner| format!("{key}__{inner}")).collect(),
    }
}

/// A table with a key that is none.
fn asked() -> Dict {
    Dict::from([(variables::NO_KEY.to_owned(), Value::from(1))])
}

/// What settings that are asked for a key that is none tell: which there are.
fn told(adapter: &Adapter, asked: Dict) -> &'static [&'static str] {
    match (adapter.settings.check)(&Value::from(asked)).map_err(|error| error.kind) {
        Err(Kind::UnknownField(name, keys)) if name == variables::NO_KEY => keys,
        _ => &[],
    }
}

impl Sources {
    /// Reads them in the order of their kinds, and of their ids within one kind.
    pub(super) fn read(figment: &Figment, place: &str) -> Result<Self, ConfigError> {
        let mut list = Vec::new();
        for (id, table) in tables(figment) {
            list.push(read(figment, place, &id, table)?);
        }
        list.sort_by_key(|(place, source)| (*place, source.id));
        Ok(Self {
            list: list.into_iter().map(|(_, source)| source).collect(),
            folder: PathBuf::new(),
        })
    }

    pub fn iter(&self) -> impl Iterator<Item = &Source> {
        self.list.iter()
    }

    /// `None` where it is not configured.
    pub fn get(&self, id: SourceId) -> Option<&Source> {
        self.list.iter().find(|source| source.id == id)
    }

    pub(super) fn resolve_paths(&mut self, folder: &Path) {
        folder.clone_into(&mut self.folder);
    }

    /// The file that a key of the source's own names; `None` where it names none.
    pub fn file(&self, source: &Source, key: &str) -> Option<PathBuf> {
        let name = source.settings.find_ref(key)?.as_str()?;
        Some(self.folder.join(name))
    }

    /// Opens a source.
    pub fn open(&self, source: &Source, surroundings: &Surroundings) -> Result<Connection, ConfigError> {
        self.with_host(source, surroundings, |host| {
            (source.adapter.settings.open)(&source.settings, host)
        })
    }

    /// The schemes that the sources' own settings state, each with the source that states it.
    pub fn schemes(&self) -> Result<Vec<(SourceId, GrantScheme)>, ConfigError> {
        let nowhere = Surroundings::default();
        let mut schemes = Vec::new();
        for source in &self.list {
            let stated = self.with_host(source, &nowhere, |host| {
                (source.adapter.settings.schemes)(&source.settings, host)
            })?;
            schemes.extend(stated.into_iter().map(|scheme| (source.id, scheme)));
        }
        Ok(schemes)
    }

    /// What `ask` says of a source whose settings find what they name.
    fn with_host<T>(
        &self,
        source: &Source,
        surroundings: &Surroundings,
        ask: impl FnOnce(&Host<'_>) -> Result<T, SettingsError>,
    ) -> Result<T, ConfigError> {
        let id = source.id;
        let variable = |name: &str| variables::variable(&format!("sources__{id}__{name}"));
        let host = Host {
            deadline: source.schedule.deadline.get(),
            folder: &self.folder,
            secret: &|name| std::env::var(variable(name)).ok().map(Secret::new),
            posts: &surroundings.posts,
            user_agent: concat!("programgrant/", env!("CARGO_PKG_VERSION")),
            now: Arc::clone(&surroundings.now),
            knows: Arc::clone(&surroundings.knows),
        };
        ask(&host).map_err(|error| {
            let key = [format!("sources.{id}"), error.key.to_owned()].join(".");
            ConfigError::key(key.trim_end_matches('.'), error.reason)
        })
    }

    /// What is known of each source without asking it. `left_out` are named elsewhere and not configured: one that has a kind's
    /// name is known to be of that kind.
    pub fn profiles(&self, left_out: &[SourceId]) -> SourceProfiles {
        let defaults: Vec<SourceProfile> = ADAPTERS
            .iter()
            .filter_map(|adapter| Some(profile(adapter, adapter.kind.parse().ok()?, None)))
            .collect();
        let known = SourceProfiles::new(Vec::new(), defaults.clone());
        let configured = self.list.iter().map(|source| {
            let place = adapter(source.adapter.kind).map(|(place, _)| place);
            (place, profile(source.adapter, source.id, source.name.clone()))
        });
        // Whoever tells of all grants without managing any is missing where nobody configured it, whatever the programmes name.
        let has_kind = |kind: &str| self.list.iter().any(|source| source.adapter.kind == kind);
        let accounts = defaults
            .iter()
            .filter(|profile| !profile.manages_grants && !has_kind(profile.id.as_str()));
        let left_out = left_out.iter().copied().chain(accounts.map(|profile| profile.id));
        let left_out = left_out.map(|id| (adapter(id.as_str()).map(|(place, _)| place), known.get(id)));
        let mut named: Vec<_> = configured.chain(left_out).collect();
        named.sort_by_key(|(place, profile)| (place.unwrap_or(usize::MAX), profile.id));
        SourceProfiles::new(named.into_iter().map(|(_, profile)| profile).collect(), defaults)
    }
}

fn profile(adapter: &Adapter, id: SourceId, name: Option<String>) -> SourceProfile {
    SourceProfile {
        id,
        name: name.unwrap_or_else(|| adapter.name.to_owned()),
        delivery: adapter.delivery,
        manages_grants: adapter.manages_grants,
    }
}

/// One source, and the place of its kind among all.
fn read(figment: &Figment, place: &str, key: &str, table: Value) -> Result<(usize, Source), ConfigError> {
    let refuse = |mut error: figment::Error| {
        let own = std::mem::take(&mut error.path);
        error.path = ["sources", key].map(str::to_owned).into_iter().chain(own).collect();
        error.metadata = figment.find_metadata(&error.path.join(".")).cloned();
        error
    };
    let said = |reason: String| ConfigError::Invalid(describe(&refuse(reason.into()), place));
    let id: SourceId = key.parse().map_err(|error| said(format!("{error}")))?;
    if id.is_reserved() {
        return Err(said("the id is that of a reference register".to_owned()));
    }
    if let Some(kind) = table.find_ref("kind")
        && kind.as_str().is_none()
    {
        let error = figment::Error::from(Kind::InvalidType(kind.to_actual(), "a text".to_owned())).with_path("kind");
        return Err(ConfigError::Invalid(describe(&refuse(error), place)));
    }
    let kind = kind(key, &table);
    let (order, adapter) = adapter(kind).ok_or_else(|| {
        let kinds: Vec<&str> = ADAPTERS.iter().map(|adapter| adapter.kind).collect();
        said(format!("there is no kind {kind:?}; the kinds are {}", kinds.join(", ")))
    })?;
    let (shared_keys, own): (Dict, Dict) = table
        .into_dict()
        .unwrap_or_default()
        .into_iter()
        .partition(|(key, _)| shared(adapter).any(|shared| shared == key));
    let settings = Value::from(own);
    (adapter.settings.check)(&settings).map_err(|error| {
        let error = match &error.kind {
            Kind::UnknownField(name, own) if error.path.iter().all(|part| part == name) => {
                let known: Vec<&str> = own.iter().copied().chain(shared(adapter)).collect();
                figment::Error::from(format!("unknown key; known here: {}", known.join(", "))).with_path(name)
            }
            _ => *error,
        };
        ConfigError::Invalid(describe(&refuse(error), place))
    })?;
    let shared: Shared = Value::from(shared_keys)
        .deserialize()
        .map_err(|error| ConfigError::Invalid(describe(&refuse(error), place)))?;
    if !(2000..=2100).contains(&shared.years_from) {
        let reason = format!("{} is no plausible year", shared.years_from);
        return Err(ConfigError::key(format!("sources.{id}.years_from"), reason));
    }
    let source = Source {
        id,
        adapter,
        name: shared.name,
        schedule: Schedule {
            every: shared.every,
            fresh_within: shared.fresh_within,
            deadline: shared.deadline,
        },
        directorate: adapter.manages_grants.then_some(Directorate {
            protocol: shared.protocol,
            claims_required_from: shared.claims_required_from.map(|day| day.0),
            years_from: shared.years_from,
        }),
        settings,
    };
    Ok((order, source))
}
