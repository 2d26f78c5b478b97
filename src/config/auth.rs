//! How callers prove who they are: not at all, or by tokens of the issuers that are named here.

use std::collections::HashSet;
use std::net::SocketAddr;

use programgrant_core::access::AuthOrganisation;
use programgrant_core::journal::{BodyFunction, FunctionHolding, Functions};
use programgrant_schema::{OrganisationNumber, Programmes};
use serde::Deserialize;

use super::ConfigError;
use super::day::Day;
use super::sources::Address;

/// Who is believed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Auth {
    #[serde(default)]
    pub mode: AuthMode,
    /// Those whose tokens are believed. In open mode a token is read if any is named, and ignored otherwise.
    #[serde(default)]
    pub issuers: Vec<Issuer>,
    /// Roles beyond those that follow from the reference registers and the programmes.
    #[serde(default)]
    pub organisations: Vec<AuthOrganisation>,
    /// What bodies do in a programme beside their roles.
    #[serde(default)]
    functions: Vec<FunctionEntry>,
}

/// A body's function in one programme.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct FunctionEntry {
    organisation: OrganisationNumber,
    function: BodyFunction,
    programme: String,
    /// The county governor of the region that it is for; every region where left out.
    region: Option<OrganisationNumber>,
    /// Its first day; from the beginning where left out.
    from: Option<Day>,
    /// Its last day; until it is taken away where left out.
    until: Option<Day>,
}

/// How callers prove who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AuthMode {
    /// Not at all: everyone is the programme office. Only on a loopback address, for trying out.
    #[default]
    Open,
    /// By a token; whoever brings none is the public.
    Jwt,
}

/// One that issues tokens: Maskinporten, Ansattporten or ID-porten.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issuer {
    /// Exactly as in its tokens' `iss`, a slash at the end included.
    pub issuer: String,
    /// Where its keys are.
    pub jwks_url: Address,
    /// Some scope of a token must begin with this and a colon.
    pub scope_prefix: Option<String>,
    /// What a token's `aud` must name.
    pub audience: Option<String>,
    /// What a person of Ansattporten must be entitled to in order to act for a body: resources of Altinn
    /// (`urn:altinn:resource:…`), or `ansattporten:orgno` for every employee. Any, when left out.
    #[serde(default)]
    pub resources: Vec<String>,
}

impl Auth {
    /// What bodies do beside their roles, in programmes that are loaded.
    pub fn functions(&self, programmes: &Programmes) -> Result<Functions, ConfigError> {
        let holding = |(place, entry): (usize, &FunctionEntry)| {
            let key = |name: &str| format!("auth.functions[{place}].{name}");
            if programmes.get(&entry.programme).is_none() {
                return Err(ConfigError::key(
                    key("programme"),
                    format!("no programme {:?} is loaded", entry.programme),
                ));
            }
            let (from, until) = (entry.from.map(|day| day.0), entry.until.map(|day| day.0));
            if let (Some(from), Some(until)) = (from, until)
                && until < from
            {
                return Err(ConfigError::key(key("until"), format!("{until} is before {from}")));
            }
            Ok(FunctionHolding {
                organisation: entry.organisation,
                function: entry.function,
                programme: entry.programme.clone(),
                region: entry.region,
                from,
                until,
            })
        };
        let holdings = self.functions.iter().enumerate().map(holding);
        Ok(Functions(holdings.collect::<Result<_, _>>()?))
    }

    pub(super) fn check(&self, listen: SocketAddr) -> Result<(), ConfigError> {
        match self.mode {
            AuthMode::Open if !listen.ip().is_loopback() => {
                let reason = format!(
                    "\"open\" lets everyone in as the programme office and is only for a loopback address; listen is {listen}"
                );
                return Err(ConfigError::key("auth.mode", reason));
            }
            AuthMode::Jwt if self.issuers.is_empty() => {
                return Err(ConfigError::key(
                    "auth.issuers",
                    "\"jwt\" needs at least one issuer whose tokens are believed",
                ));
            }
            AuthMode::Open | AuthMode::Jwt => {}
        }
        let mut names = HashSet::new();
        for (index, issuer) in self.issuers.iter().enumerate() {
            issuer
                .check()
                .map_err(|(key, reason)| ConfigError::key(format!("auth.issuers[{index}].{key}"), reason))?;
            if !names.insert(&issuer.issuer) {
                return Err(ConfigError::key(
                    format!("auth.issuers[{index}].issuer"),
                    format!("{} is named twice", issuer.issuer),
                ));
            }
        }
        Ok(())
    }
}

impl Issuer {
    /// The key that is wrong, and why.
    fn check(&self) -> Result<(), (&'static str, String)> {
        let is_word = |text: &String| !text.is_empty() && !text.contains(char::is_whitespace);
        if !is_word(&self.issuer) {
            return Err(("issuer", "is empty or holds a blank".to_owned()));
        }
        if self.scope_prefix.is_none() && self.audience.is_none() {
            return Err((
                "scope_prefix",
                "stands neither here nor does `audience`: every token of the issuer would do, whomever it is meant for"
                    .to_owned(),
            ));
        }
        if self
            .scope_prefix
            .as_ref()
            .is_some_and(|prefix| !is_word(prefix) || prefix.ends_with(':'))
        {
            return Err((
                "scope_prefix",
                "is empty, holds a blank or ends in a colon; the colon is added".to_owned(),
            ));
        }
        if self.audience.as_ref().is_some_and(|audience| !is_word(audience)) {
            return Err(("audience", "is empty or holds a blank".to_owned()));
        }
        if !self.resources.iter().all(is_word) {
            return Err(("resources", "holds an entry that is empty or has a blank".to_owned()));
        }
        if !self.jwks_url.is_private_to_us() {
            return Err((
                "jwks_url",
                "must be https; http is only for a loopback address".to_owned(),
            ));
        }
        Ok(())
    }
}
