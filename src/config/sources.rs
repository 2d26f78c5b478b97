//! The back-office systems: where each is, how often it is asked and how long its answers count as fresh.

use std::net::IpAddr;
use std::path::PathBuf;

use jiff::civil::Date;
use programgrant_schema::SourceId;
use reqwest::Url;
use serde::Deserialize;

use super::{ConfigError, Span};

/// Keys that hold a secret: read from the environment where they are used, or from the file that `…_file` names, and never
/// from the configuration.
pub const SECRETS: [&str; 3] = [
    "sources__udir__token",
    "sources__bufdir__token",
    "sources__helsedir__password",
];

/// Where a system answers: an http or https address with a host.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Address(Url);

impl Address {
    pub fn url(&self) -> Url {
        self.0.clone()
    }

    /// Whether nobody on the way can change what is read there: https, or this machine.
    pub fn is_private_to_us(&self) -> bool {
        let host = self.0.host_str().unwrap_or_default();
        let is_loopback = host
            .trim_matches(['[', ']'])
            .parse()
            .map_or(host == "localhost", |address: IpAddr| address.is_loopback());
        self.0.scheme() == "https" || is_loopback
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

/// The configured systems; one that is left out is never heard.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sources {
    pub udir: Option<Udir>,
    pub nav: Option<Nav>,
    pub helsedir: Option<Helsedir>,
    pub bufdir: Option<Bufdir>,
    pub state_accounts: Option<StateAccounts>,
}

/// Keys that every source takes. (`flatten` would lose the refusal of unknown keys, so each source repeats them.)
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// From the end of one round to the start of the next.
    pub every: Span,
    /// How old an answer may be before it is stale.
    pub fresh_within: Span,
    /// The time for one exchange with the system.
    pub deadline: Span,
}

/// Keys that the directorates' systems take besides.
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

/// A day, as a TOML date or as text.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "DayForm")]
struct Day(Date);

#[derive(Deserialize)]
#[serde(untagged)]
enum DayForm {
    Toml(toml::value::Datetime),
    Text(String),
}

impl TryFrom<DayForm> for Day {
    type Error = String;

    fn try_from(form: DayForm) -> Result<Self, Self::Error> {
        let text = match form {
            DayForm::Toml(date) => date.to_string(),
            DayForm::Text(text) => text,
        };
        let day = text.parse::<Date>().ok().filter(|day| day.to_string() == text);
        day.map(Self)
            .ok_or_else(|| format!("{text:?} is no day such as 2027-01-01"))
    }
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

/// A source's own keys with the keys that every source takes.
macro_rules! source {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)*
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

        impl $name {
            pub fn schedule(&self) -> Schedule {
                Schedule { every: self.every, fresh_within: self.fresh_within, deadline: self.deadline }
            }

            pub fn directorate(&self) -> Directorate {
                Directorate { protocol: self.protocol, claims_required_from: self.claims_required_from.map(|day| day.0), years_from: self.years_from }
            }
        }
    };
}

source! {
    /// Utdanningsdirektoratet.
    Udir {
        /// `/v1/…` is added to it.
        base_url: Address,
        /// A file with the bearer token; read again when the token is refused.
        token_file: Option<PathBuf>,
    }
}

source! {
    /// Arbeids- og velferdsdirektoratet.
    Nav {
        inbox: PathBuf,
        /// Where exclusions are written.
        outbox: Option<PathBuf>,
    }
}

source! {
    /// Helsedirektoratet.
    Helsedir {
        url: Address,
        username: Option<String>,
        password_file: Option<PathBuf>,
    }
}

source! {
    /// Barne-, ungdoms- og familiedirektoratet.
    Bufdir {
        url: Address,
        /// A file with the bearer token; read again when the token is refused.
        token_file: Option<PathBuf>,
    }
}

/// DFØ's state accounts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StateAccounts {
    pub folder: PathBuf,
    #[serde(default = "every")]
    every: Span,
    #[serde(default = "fresh_within")]
    fresh_within: Span,
    #[serde(default = "deadline")]
    deadline: Span,
}

impl StateAccounts {
    pub fn schedule(&self) -> Schedule {
        Schedule {
            every: self.every,
            fresh_within: self.fresh_within,
            deadline: self.deadline,
        }
    }
}

impl Sources {
    /// How many are configured.
    pub fn count(&self) -> usize {
        let are_there = [
            self.udir.is_some(),
            self.nav.is_some(),
            self.helsedir.is_some(),
            self.bufdir.is_some(),
            self.state_accounts.is_some(),
        ];
        are_there.into_iter().filter(|is_there| *is_there).count()
    }

    /// The schedule of a source; `None` where it is not configured.
    pub fn schedule(&self, id: SourceId) -> Option<Schedule> {
        match id {
            SourceId::Udir => self.udir.as_ref().map(Udir::schedule),
            SourceId::Nav => self.nav.as_ref().map(Nav::schedule),
            SourceId::Helsedir => self.helsedir.as_ref().map(Helsedir::schedule),
            SourceId::Bufdir => self.bufdir.as_ref().map(Bufdir::schedule),
            SourceId::StateAccounts => self.state_accounts.as_ref().map(StateAccounts::schedule),
        }
    }

    /// What a directorate's source takes besides; `None` where it is not configured or no directorate's.
    pub fn directorate(&self, id: SourceId) -> Option<Directorate> {
        match id {
            SourceId::Udir => self.udir.as_ref().map(Udir::directorate),
            SourceId::Nav => self.nav.as_ref().map(Nav::directorate),
            SourceId::Helsedir => self.helsedir.as_ref().map(Helsedir::directorate),
            SourceId::Bufdir => self.bufdir.as_ref().map(Bufdir::directorate),
            SourceId::StateAccounts => None,
        }
    }

    pub(super) fn paths(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        let udir = self.udir.iter_mut().filter_map(|udir| udir.token_file.as_mut());
        let nav = self
            .nav
            .iter_mut()
            .flat_map(|nav| [Some(&mut nav.inbox), nav.outbox.as_mut()])
            .flatten();
        let helsedir = self
            .helsedir
            .iter_mut()
            .filter_map(|helsedir| helsedir.password_file.as_mut());
        let bufdir = self.bufdir.iter_mut().filter_map(|bufdir| bufdir.token_file.as_mut());
        let accounts = self.state_accounts.iter_mut().map(|accounts| &mut accounts.folder);
        udir.chain(nav).chain(helsedir).chain(bufdir).chain(accounts)
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        for id in SourceId::ALL {
            if let Some(years_from) = self
                .directorate(id)
                .map(|directorate| directorate.years_from)
                .filter(|year| !(2000..=2100).contains(year))
            {
                return Err(ConfigError::key(
                    format!("sources.{id}.years_from"),
                    format!("{years_from} is no plausible year"),
                ));
            }
        }
        Ok(())
    }
}
