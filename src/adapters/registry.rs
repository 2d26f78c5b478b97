//! The one place that knows which adapter reads which system, and which simulator stands in for it.

use std::collections::HashSet;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use programgrant_bufdir::Bufdir;
use programgrant_bufdir::simulator::BufdirSimulator;
use programgrant_contract::simulation::Simulator;
use programgrant_contract::{Exclusions, Http, Source, TokenSource};
use programgrant_helsedir::simulator::HelsedirSimulator;
use programgrant_helsedir::{Credentials, Helsedir};
use programgrant_nav::simulator::NavSimulator;
use programgrant_nav::{Nav, NavOutbox};
use programgrant_schema::{BudgetPost, SourceId};
use programgrant_state_accounts::StateAccounts;
use programgrant_state_accounts::simulator::StateAccountsSimulator;
use programgrant_udir::Udir;
use programgrant_udir::simulator::UdirSimulator;
use tokio::net::TcpListener;

use super::secrets::{FixedToken, TokenFile, from_environment, from_file};
use crate::config::{self, ConfigError, Schedule, Sources, Span};

/// The largest reply that is read, in bytes.
const REPLY_LIMIT: usize = 32 << 20;
/// The largest file of NAV's that is read, in bytes.
const NAV_FILE_LIMIT: u64 = 64 << 20;
/// The largest file of the state accounts that is read, in bytes: several times a full year.
const ACCOUNTS_FILE_LIMIT: u64 = 1 << 30;

/// An adapter for every configured source. `posts` are the posts of the state accounts that anybody asks for.
pub(crate) fn connect(sources: &Sources, posts: &HashSet<BudgetPost>) -> Result<Vec<Box<dyn Source>>, ConfigError> {
    let mut adapters: Vec<Box<dyn Source>> = Vec::new();
    if let Some(settings) = &sources.udir {
        adapters.push(Box::new(udir(settings)?));
    }
    if let Some(nav) = &sources.nav {
        adapters.push(Box::new(Nav::new(nav.inbox.clone(), NAV_FILE_LIMIT)));
    }
    if let Some(settings) = &sources.helsedir {
        adapters.push(Box::new(helsedir(settings)?));
    }
    if let Some(settings) = &sources.bufdir {
        adapters.push(Box::new(bufdir(settings)?));
    }
    if let Some(accounts) = &sources.state_accounts {
        adapters.push(Box::new(StateAccounts::new(
            accounts.folder.clone(),
            posts.clone(),
            ACCOUNTS_FILE_LIMIT,
        )));
    }
    Ok(adapters)
}

/// Whoever writes exclusions to each configured system. NAV takes none without an `outbox`, the state accounts never do.
pub fn connect_exclusions(sources: &Sources) -> Result<Vec<Box<dyn Exclusions>>, ConfigError> {
    let mut adapters: Vec<Box<dyn Exclusions>> = Vec::new();
    if let Some(settings) = &sources.udir {
        adapters.push(Box::new(udir(settings)?));
    }
    if let Some(outbox) = sources.nav.as_ref().and_then(|nav| nav.outbox.clone()) {
        adapters.push(Box::new(NavOutbox::new(outbox)));
    }
    if let Some(settings) = &sources.helsedir {
        adapters.push(Box::new(helsedir(settings)?));
    }
    if let Some(settings) = &sources.bufdir {
        adapters.push(Box::new(bufdir(settings)?));
    }
    Ok(adapters)
}

fn udir(settings: &config::Udir) -> Result<Udir, ConfigError> {
    let http = http(SourceId::Udir, settings.schedule(), settings.token_file.as_ref())?;
    Ok(Udir::new(http, settings.base_url.url()))
}

fn helsedir(settings: &config::Helsedir) -> Result<Helsedir, ConfigError> {
    let http = http(SourceId::Helsedir, settings.schedule(), None)?;
    Ok(Helsedir::new(http, settings.url.url(), credentials(settings)?))
}

fn bufdir(settings: &config::Bufdir) -> Result<Bufdir, ConfigError> {
    let http = http(SourceId::Bufdir, settings.schedule(), settings.token_file.as_ref())?;
    Ok(Bufdir::new(http, settings.url.url()))
}

/// A client of its own for each source: a deadline for every exchange, no redirects, so that no token travels elsewhere.
fn http(source: SourceId, schedule: Schedule, token_file: Option<&PathBuf>) -> Result<Http, ConfigError> {
    let client = reqwest::Client::builder()
        .timeout(schedule.deadline.get())
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .user_agent(concat!("programgrant/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| ConfigError::key(format!("sources.{source}"), error))?;
    let tokens: Option<Arc<dyn TokenSource>> = match (from_environment(source, "TOKEN"), token_file) {
        (Some(token), _) => Some(Arc::new(FixedToken(token))),
        (None, Some(path)) => Some(Arc::new(TokenFile(path.clone()))),
        (None, None) => None,
    };
    Ok(Http::new(client, REPLY_LIMIT, tokens))
}

fn credentials(helsedir: &config::Helsedir) -> Result<Option<Credentials>, ConfigError> {
    let password = match (
        from_environment(SourceId::Helsedir, "PASSWORD"),
        &helsedir.password_file,
    ) {
        (Some(password), _) => Some(password),
        (None, Some(path)) => Some(from_file("sources.helsedir.password_file", path)?),
        (None, None) => None,
    };
    match (helsedir.username.clone(), password) {
        (Some(username), Some(password)) => Ok(Some(Credentials { username, password })),
        (None, None) => Ok(None),
        (Some(_), None) => Err(ConfigError::key(
            "sources.helsedir.username",
            "stands without password_file (or the password in the environment)",
        )),
        (None, Some(_)) => Err(ConfigError::key(
            "sources.helsedir.password_file",
            "stands without username",
        )),
    }
}

/// The five simulated systems. They serve until dropped.
pub struct Simulators {
    udir: UdirSimulator,
    nav: NavSimulator,
    helsedir: HelsedirSimulator,
    bufdir: BufdirSimulator,
    state_accounts: StateAccountsSimulator,
    folder: PathBuf,
}

/// Where a simulated system is, and the configuration that finds it.
pub struct Simulated {
    pub source: SourceId,
    pub place: String,
    /// Lines for `[sources.…]`.
    pub settings: String,
}

/// Starts the simulated systems: those with an address on the three ports after `listen` that end in 1, 3 and 4 for a port
/// that ends in 0 (any free ports for port 0), those with a folder in `nav/` and `dfo/` under `folder`.
pub async fn simulate(listen: SocketAddr, folder: &Path) -> io::Result<Simulators> {
    let listener = async |offset: u16| {
        let port = if listen.port() == 0 {
            0
        } else {
            listen.port().saturating_add(offset)
        };
        TcpListener::bind(SocketAddr::new(listen.ip(), port)).await
    };
    Ok(Simulators {
        udir: UdirSimulator::start(listener(1).await?),
        nav: NavSimulator::new(folder.join("nav/in"), folder.join("nav/out"))?,
        helsedir: HelsedirSimulator::start(listener(3).await?),
        bufdir: BufdirSimulator::start(listener(4).await?),
        state_accounts: StateAccountsSimulator::new(folder.join("dfo"))?,
        folder: folder.to_owned(),
    })
}

impl Simulators {
    pub fn get(&self, source: SourceId) -> &dyn Simulator {
        match source {
            SourceId::Udir => &self.udir,
            SourceId::Nav => &self.nav,
            SourceId::Helsedir => &self.helsedir,
            SourceId::Bufdir => &self.bufdir,
            SourceId::StateAccounts => &self.state_accounts,
        }
    }

    /// Where each system is.
    pub fn places(&self) -> Vec<Simulated> {
        let (inbox, outbox, dfo) = (
            self.folder.join("nav/in"),
            self.folder.join("nav/out"),
            self.folder.join("dfo"),
        );
        let simulated = |source, place: String, settings: String| Simulated {
            source,
            place,
            settings,
        };
        vec![
            simulated(
                SourceId::Udir,
                self.udir.base_url(),
                format!("base_url = {:?}", self.udir.base_url()),
            ),
            simulated(
                SourceId::Nav,
                inbox.display().to_string(),
                format!("inbox = {:?}\noutbox = {:?}", inbox.display(), outbox.display()),
            ),
            simulated(
                SourceId::Helsedir,
                self.helsedir.url(),
                format!("url = {:?}", self.helsedir.url()),
            ),
            simulated(
                SourceId::Bufdir,
                self.bufdir.url(),
                format!("url = {:?}", self.bufdir.url()),
            ),
            simulated(
                SourceId::StateAccounts,
                dfo.display().to_string(),
                format!("folder = {:?}", dfo.display()),
            ),
        ]
    }

    /// The part of a configuration that finds these systems.
    pub fn settings(&self, every: Span) -> String {
        let section = |simulated: &Simulated| {
            format!(
                "[sources.{}]\n{}\nevery = \"{every}\"\n",
                simulated.source, simulated.settings
            )
        };
        self.places().iter().map(section).collect::<Vec<_>>().join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn written(nav: &str) -> Vec<SourceId> {
        let text = format!(
            "[auth]\nmode = \"open\"\n[sources.udir]\nbase_url = \"http://127.0.0.1:1\"\n[sources.nav]\ninbox = \"in\"\n{nav}\n\
             [sources.helsedir]\nurl = \"http://127.0.0.1:3/soap\"\n[sources.bufdir]\nurl = \"http://127.0.0.1:4/graphql\"\n\
             [sources.state_accounts]\nfolder = \"dfo\"\n"
        );
        let config = Config::parse(&text).expect("a configuration");
        connect_exclusions(&config.sources)
            .expect("adapters")
            .iter()
            .map(|adapter| adapter.id())
            .collect()
    }

    #[test]
    fn exclusions_are_written_to_every_system_that_takes_them() {
        assert_eq!(
            written("outbox = \"out\""),
            [SourceId::Udir, SourceId::Nav, SourceId::Helsedir, SourceId::Bufdir]
        );
        assert_eq!(written(""), [SourceId::Udir, SourceId::Helsedir, SourceId::Bufdir]);
    }
}
