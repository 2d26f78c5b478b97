//! The environment: which variables override a key, and that none which was meant to do so is passed over.

use std::collections::BTreeSet;
use std::ffi::OsString;

use figment::Figment;
use figment::error::Kind;
use figment::providers::Env;

use super::{Config, ConfigError, PREFIX, sources, webhooks};

/// What every variable of this program begins with.
const NAME: &str = "PROGRAMGRANT_";
/// Read by `migrate`.
const ELSEWHERE: [&str; 2] = ["PROGRAMGRANT_MIGRATE_FROM", "PROGRAMGRANT_MIGRATE_TO"];
/// No key of the configuration; asking for it tells which there are.
pub(super) const NO_KEY: &str = "?";

/// The variables that override keys, without the secrets: those are read where they are used, since as values of a
/// configuration they would be parsed, and could be printed.
pub(super) fn overriding() -> Figment {
    let is_secret =
        |key: &figment::value::UncasedStr| sources::is_secret(key.as_str()) || webhooks::is_secret(key.as_str());
    Figment::from(Env::prefixed(PREFIX).filter(move |key| !is_secret(key)).split("__"))
}

/// Refuses a variable that looks like one of ours and would be passed over, or that says nothing. `figment` is all that is set, since
/// the sources' keys are those of their kinds.
pub(super) fn check(
    variables: impl Iterator<Item = (OsString, OsString)>,
    figment: &Figment,
) -> Result<(), ConfigError> {
    let lossy = |(name, value): (OsString, OsString)| (name.to_string_lossy().into_owned(), value);
    let ours = |(name, _): &(String, OsString)| {
        name.get(..NAME.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(NAME))
    };
    let variables: Vec<(String, OsString)> = variables.map(lossy).filter(ours).collect();
    let names: BTreeSet<&str> = variables.iter().map(|(name, _)| name.as_str()).collect();
    let mut known = BTreeSet::new();
    for (name, value) in &variables {
        if ELSEWHERE.contains(&name.as_str()) || is_service_link(name, &names) {
            continue;
        }
        if known.is_empty() {
            known = keys(figment);
        }
        if !is_key(name, &known) {
            return Err(ConfigError::key(
                "environment",
                format!("{name} is no key; did you mean {}?", nearest(name, &known)),
            ));
        }
        let reason = match value.to_str() {
            Some(value) if !value.trim().is_empty() => continue,
            Some(_) => "is empty; unset it, or say what it is to be",
            None => "is no text in UTF-8",
        };
        return Err(ConfigError::key("environment", format!("{name} {reason}")));
    }
    Ok(())
}

/// Whether a variable overrides a key, or the table that holds some.
fn is_key(name: &str, known: &BTreeSet<String>) -> bool {
    let is_secret = name.strip_prefix(PREFIX).is_some_and(webhooks::is_secret) && name == name.to_ascii_uppercase();
    let table = format!("{name}__");
    is_secret
        || known.contains(name)
        || (name != "PROGRAMGRANT_" && known.iter().any(|key| key.starts_with(&table)) && name.starts_with(PREFIX))
}

/// What Kubernetes sets in every container for a service called `programgrant`, or for one whose name begins so and goes on; the
/// latter is told from a mistake by its `…_SERVICE_HOST`, which is always there.
fn is_service_link(name: &str, names: &BTreeSet<&str>) -> bool {
    let parts: Vec<&str> = name.split('_').collect();
    let mut services = (1..parts.len())
        .filter(|at| is_link(&parts[*at..]))
        .map(|at| parts[..at].join("_"));
    let is_there = |service: &str| names.contains(format!("{service}_SERVICE_HOST").as_str());
    services.any(|service| service == "PROGRAMGRANT" || (!service.contains("__") && is_there(&service)))
}

/// `SERVICE_HOST`, `SERVICE_PORT`, `SERVICE_PORT_HTTP`, `PORT`, `PORT_4000_TCP`, `PORT_4000_TCP_ADDR`.
fn is_link(parts: &[&str]) -> bool {
    let is_number = |text: &str| text.parse::<u16>().is_ok();
    match parts {
        ["SERVICE", "HOST"] | ["PORT"] => true,
        ["SERVICE", "PORT", name @ ..] => name.iter().all(|part| !part.is_empty()),
        ["PORT", port, "TCP" | "UDP" | "SCTP"] | ["PORT", port, "TCP" | "UDP" | "SCTP", "PROTO" | "PORT" | "ADDR"] => {
            is_number(port)
        }
        _ => false,
    }
}

/// The variable that was probably meant. Underscores are what most are wrong about.
fn nearest<'a>(name: &str, known: &'a BTreeSet<String>) -> &'a str {
    let letters = |text: &str| text.replace('_', "").to_ascii_uppercase();
    let meant = letters(name);
    let nearest = known
        .iter()
        .min_by_key(|key| (strsim::damerau_levenshtein(&letters(key), &meant), key.len()));
    nearest.map_or("PROGRAMGRANT__STORE__URL", String::as_str)
}

/// The variable of every key: what the configuration's own types say that they know.
fn keys(figment: &Figment) -> BTreeSet<String> {
    let mut found: BTreeSet<String> = ELSEWHERE.iter().map(|name| (*name).to_owned()).collect();
    found.extend(sources::keys(figment).iter().map(|key| variable(key)));
    let mut tables = vec![String::new()];
    while let Some(table) = tables.pop() {
        let within = |key: &str| {
            if table.is_empty() {
                key.to_owned()
            } else {
                format!("{table}.{key}")
            }
        };
        let asked = Figment::new().merge((within(NO_KEY), 1)).extract::<Config>();
        match asked.map_err(|error| error.kind) {
            Err(Kind::UnknownField(name, expected)) if name == NO_KEY => {
                tables.extend(expected.iter().map(|key| within(key)));
            }
            _ => drop(found.insert(variable(&table.replace('.', "__")))),
        }
    }
    found
}

pub(super) fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(names: &[(&str, &str)]) -> Option<String> {
        let variables = names
            .iter()
            .map(|(name, value)| (OsString::from(name), OsString::from(value)));
        check(variables, &Figment::new()).err().map(|error| error.to_string())
    }

    #[test]
    fn a_variable_that_is_none_of_ours_names_the_key_that_was_meant() {
        for (name, meant) in [
            ("PROGRAMGRANT_STORE_URL", "PROGRAMGRANT__STORE__URL"),
            ("PROGRAMGRANT__STORE_URL", "PROGRAMGRANT__STORE__URL"),
            ("PROGRAMGRANT_STORE__URL", "PROGRAMGRANT__STORE__URL"),
            ("PROGRAMGRANT__STORE__ULR", "PROGRAMGRANT__STORE__URL"),
            ("PROGRAMGRANT__STORE____URL", "PROGRAMGRANT__STORE__URL"),
            ("PROGRAMGRANT___STORE__URL", "PROGRAMGRANT__STORE__URL"),
            ("PROGRAMGRANT__STORE.URL", "PROGRAMGRANT__STORE__URL"),
            ("programgrant__store__url", "PROGRAMGRANT__STORE__URL"),
            ("Programgrant_Listen", "PROGRAMGRANT__LISTEN"),
            ("PROGRAMGRANT__AUTHMODE", "PROGRAMGRANT__AUTH__MODE"),
            ("PROGRAMGRANT_SOURCES_UDIR_TOKEN", "PROGRAMGRANT__SOURCES__UDIR__TOKEN"),
            (
                "PROGRAMGRANT__SOURCES__UDIR__AUTH_TOKEN",
                "PROGRAMGRANT__SOURCES__UDIR__AUTH__TOKEN",
            ),
            (
                "PROGRAMGRANT__SOURCES__UDIR__TLS__KY",
                "PROGRAMGRANT__SOURCES__UDIR__TLS__KEY",
            ),
            (
                "programgrant__sources__udir__token",
                "PROGRAMGRANT__SOURCES__UDIR__TOKEN",
            ),
            (
                "PROGRAMGRANT__SERVER__HEADER_TIME_OUT",
                "PROGRAMGRANT__SERVER__HEADER_TIMEOUT",
            ),
            (
                "PROGRAMGRANT__LIMITS__DOCUMENT__BYTE",
                "PROGRAMGRANT__LIMITS__DOCUMENT__BYTES",
            ),
            ("PROGRAMGRANT_MIGRATE_FORM", "PROGRAMGRANT_MIGRATE_FROM"),
        ] {
            let error = refused(&[(name, "x")]).unwrap_or_else(|| panic!("{name} is passed over"));
            assert!(
                error.contains(name) && error.ends_with(&format!("did you mean {meant}?")),
                "{name}: {error}"
            );
        }
        for name in [
            "PROGRAMGRANT_",
            "PROGRAMGRANT__",
            "PROGRAMGRANT_X",
            "PROGRAMGRANT_SERVICE",
            "PROGRAMGRANT_PORT_X_TCP",
            "PROGRAMGRANT_GATEWAY_PORT",
        ] {
            assert!(refused(&[(name, "x")]).is_some(), "{name}");
        }
    }

    #[test]
    fn keys_tables_secrets_and_what_is_read_elsewhere_are_let_through() {
        for name in [
            "PROGRAMGRANT__STORE__URL",
            "PROGRAMGRANT__SOURCES__UDIR__BASE_URL",
            "PROGRAMGRANT__SOURCES",
            "PROGRAMGRANT__WEBHOOKS",
            "PROGRAMGRANT__WEBHOOKS__970018131__SECRET",
            "PROGRAMGRANT__SOURCES__HELSEDIR__PASSWORD",
            "PROGRAMGRANT__SOURCES__HELSEDIR__AUTH__PASSWORD",
            "PROGRAMGRANT__SOURCES__UDIR__AUTH__TOKEN",
            "PROGRAMGRANT__SOURCES__BUFDIR__AUTH__KEY",
            "PROGRAMGRANT__SOURCES__UDIR__AUTH__KIND",
            "PROGRAMGRANT__SOURCES__UDIR__AUTH",
            "PROGRAMGRANT__SOURCES__UDIR__TLS__KEY",
            "PROGRAMGRANT__SOURCES__UDIR__TLS__CA_FILE",
            "PROGRAMGRANT_MIGRATE_TO",
            "PROGRAMGRANTS",
            "PROGRAM_GRANT_X",
            "RUST_LOG",
        ] {
            assert_eq!(refused(&[(name, "x")]), None, "{name}");
        }
    }

    #[test]
    fn service_links_are_passed_over() {
        for name in [
            "PROGRAMGRANT_SERVICE_HOST",
            "PROGRAMGRANT_SERVICE_PORT",
            "PROGRAMGRANT_SERVICE_PORT_HTTP",
            "PROGRAMGRANT_PORT",
            "PROGRAMGRANT_PORT_4000_TCP",
            "PROGRAMGRANT_PORT_4000_TCP_PROTO",
            "PROGRAMGRANT_PORT_4000_UDP_PORT",
            "PROGRAMGRANT_PORT_4000_SCTP_ADDR",
        ] {
            assert_eq!(refused(&[(name, "tcp://10.0.0.1:4000")]), None, "{name}");
        }
        let host = ("PROGRAMGRANT_GATEWAY_SERVICE_HOST", "10.0.0.1");
        for name in [
            "PROGRAMGRANT_GATEWAY_SERVICE_PORT",
            "PROGRAMGRANT_GATEWAY_PORT_4000_TCP_ADDR",
            "PROGRAMGRANT_GATEWAY_PORT",
        ] {
            assert_eq!(refused(&[(name, "x"), host]), None, "{name}");
            assert!(
                refused(&[(name, "x")]).is_some(),
                "{name} without its host is a mistake"
            );
        }
    }

    #[test]
    fn a_variable_says_something() {
        assert_eq!(
            refused(&[("PROGRAMGRANT__LISTEN", " ")]).as_deref(),
            Some("environment: PROGRAMGRANT__LISTEN is empty; unset it, or say what it is to be")
        );
        assert!(refused(&[("PROGRAMGRANT__SOURCES__UDIR__TOKEN", "")]).is_some());
    }

    #[test]
    fn every_documented_key_is_known() {
        // The document shows a source that is called otherwise than its kind.
        let list = Figment::from(figment::providers::Serialized::default("sources.imdi.kind", "table"));
        let (known, mut table) = (keys(&list), String::new());
        for line in include_str!("../../docs/gateway.toml")
            .lines()
            .map(|line| line.trim_start_matches("# "))
        {
            let header = line.strip_prefix('[').and_then(|rest| rest.split_once(']'));
            if let Some((name, _)) = header {
                // A list is one value.
                table = if line.starts_with("[[") {
                    String::new()
                } else {
                    format!("{}__", name.replace('.', "__"))
                };
                continue;
            }
            let key = line
                .split_once(" = ")
                .map(|(key, _)| key)
                .filter(|key| key.bytes().all(|letter| letter.is_ascii_lowercase() || letter == b'_'));
            let Some(key) = key.filter(|_| !table.is_empty()) else {
                continue;
            };
            assert!(known.contains(&variable(&format!("{table}{key}"))), "{table}{key}");
        }
        assert!(known.len() > 70, "{known:?}");
    }
}
