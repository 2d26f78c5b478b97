//! How people log in: the one issuer that is asked who they are, as which of its clients, and how long a session lasts.

use std::path::{Path, PathBuf};

use reqwest::Url;
use serde::Deserialize;

use super::{Address, Auth, AuthMode, ConfigError, Span};

/// Where the issuer sends a browser back to.
const CALLBACK: &str = "/login/callback";

/// `[login]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoginSettings {
    /// One of `auth.issuers`, to the letter.
    pub issuer: String,
    /// Our name at the issuer.
    pub client_id: String,
    /// The private key that we show who we are with (`private_key_jwt`): RSA, PEM.
    pub key_file: PathBuf,
    /// The issuer's name of that key.
    pub kid: String,
    /// Our own address for the way back, as the issuer knows it; its origin is that of the pages.
    pub redirect_url: Address,
    /// By which a person may act for a body; left out: nobody who logs in acts for any.
    pub resource: Option<String>,
    /// A session that is not used for so long has ended.
    #[serde(default = "idle")]
    pub idle: Span,
    /// A session that began so long ago has ended.
    #[serde(default = "absolute")]
    pub absolute: Span,
}

/// Half an hour.
const fn idle() -> Span {
    Span::from_secs(30 * 60)
}

/// A working day.
const fn absolute() -> Span {
    Span::from_secs(8 * 60 * 60)
}

impl LoginSettings {
    /// Whether the pages stand behind TLS. Without, which is for this machine alone, cookies cannot be bound to it.
    pub fn is_secure(&self) -> bool {
        self.redirect_url.url().scheme() == "https"
    }

    /// The pages' own address: scheme, host and port.
    pub fn origin(&self) -> String {
        self.redirect_url.url().origin().ascii_serialization()
    }

    pub(super) fn resolve_paths(&mut self, base: &Path) {
        self.key_file = base.join(&self.key_file);
    }

    pub(super) fn check(&self, auth: &Auth) -> Result<(), ConfigError> {
        self.flaw(auth).map_or(Ok(()), |(key, reason)| {
            Err(ConfigError::key(format!("login.{key}"), reason))
        })
    }

    fn flaw(&self, auth: &Auth) -> Option<(&'static str, String)> {
        let is_word = |text: &str| !text.is_empty() && !text.contains(char::is_whitespace);
        if auth.mode == AuthMode::Open {
            return Some((
                "issuer",
                "in open mode nobody logs in; set auth.mode = \"jwt\"".to_owned(),
            ));
        }
        let Some(issuer) = auth.issuers.iter().find(|issuer| issuer.issuer == self.issuer) else {
            return Some(("issuer", format!("{} is none of auth.issuers", self.issuer)));
        };
        for (key, text) in [("client_id", &self.client_id), ("kid", &self.kid)] {
            if !is_word(text) {
                return Some((key, "is empty or holds a blank".to_owned()));
            }
        }
        if let Some(reason) = way_back(&self.redirect_url.url(), self.redirect_url.is_private_to_us()) {
            return Some(("redirect_url", reason.to_owned()));
        }
        if let Some(resource) = &self.resource {
            let is_taken = issuer.resources.is_empty() || issuer.resources.contains(resource);
            if !is_word(resource) || !is_taken {
                return Some((
                    "resource",
                    "is none of the resources that its issuer's entry lists".to_owned(),
                ));
            }
        }
        (self.idle > self.absolute).then(|| ("idle", "is longer than `absolute`".to_owned()))
    }
}

/// What is wrong with the address of the way back.
fn way_back(url: &Url, is_private: bool) -> Option<&'static str> {
    if !is_private {
        Some("must be https; http is only for a loopback address")
    } else if url.path() != CALLBACK || url.query().is_some() || url.fragment().is_some() {
        Some("must end in /login/callback")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    const AUTH: &str = "[auth]\nmode = \"jwt\"\n[[auth.issuers]]\nissuer = \"https://i.example/\"\njwks_url = \"https://i.example/jwk\"\n\
        scope_prefix = \"udir\"\nresources = [\"urn:altinn:resource:a\"]\n";

    fn read(changed: &str) -> Result<Config, String> {
        let key = changed.split(' ').next().unwrap_or_default();
        let lines = [
            "issuer = \"https://i.example/\"",
            "client_id = \"c\"",
            "key_file = \"key.pem\"",
            "kid = \"k\"",
            "redirect_url = \"https://g.example/login/callback\"",
        ];
        let kept: Vec<&str> = lines
            .into_iter()
            .filter(|line| !line.starts_with(&format!("{key} ")))
            .collect();
        let text = format!("{AUTH}[login]\n{}\n{changed}\n", kept.join("\n"));
        Config::parse(&text).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_left_out_has_its_default() {
        let login = read("").expect("sound").login.expect("there");
        assert_eq!(
            (login.idle.to_string(), login.absolute.to_string()),
            ("30m".to_owned(), "8h".to_owned())
        );
        assert_eq!((login.resource.as_deref(), login.is_secure()), (None, true));
        assert_eq!(login.origin(), "https://g.example");
        let here = read("redirect_url = \"http://127.0.0.1:4000/login/callback\"")
            .expect("sound")
            .login;
        assert!(here.is_some_and(|login| !login.is_secure() && login.origin() == "http://127.0.0.1:4000"));
        assert!(read("resource = \"urn:altinn:resource:a\"").is_ok());
    }

    #[test]
    fn what_would_be_unsafe_is_refused_by_its_key() {
        for (line, reason) in [
            (
                "issuer = \"https://j.example/\"",
                "login.issuer: https://j.example/ is none of auth.issuers",
            ),
            (
                "issuer = \"https://i.example\"",
                "login.issuer: https://i.example is none of auth.issuers",
            ),
            ("client_id = \"\"", "login.client_id: is empty"),
            ("kid = \"a b\"", "login.kid: is empty or holds a blank"),
            (
                "redirect_url = \"http://g.example/login/callback\"",
                "login.redirect_url: must be https",
            ),
            (
                "redirect_url = \"https://g.example/\"",
                "login.redirect_url: must end in /login/callback",
            ),
            (
                "redirect_url = \"https://g.example/login/callback?a=b\"",
                "login.redirect_url: must end",
            ),
            (
                "resource = \"urn:altinn:resource:b\"",
                "login.resource: is none of the resources",
            ),
            ("idle = \"9h\"", "login.idle: is longer than `absolute`"),
            ("absolute = \"10m\"", "login.idle: is longer than `absolute`"),
            ("idle = \"0s\"", "login.idle"),
            ("client_secret = \"x\"", "login.client_secret: unknown key"),
            ("key = \"-----BEGIN\"", "login.key: unknown key"),
        ] {
            let refused = read(line).err().unwrap_or_else(|| panic!("{line} was let through"));
            assert!(refused.contains(reason), "{refused}");
        }
    }

    #[test]
    fn in_open_mode_nobody_logs_in() {
        let text = "[login]\nissuer = \"i\"\nclient_id = \"c\"\nkey_file = \"k\"\nkid = \"k\"\nredirect_url = \"https://g.example/login/callback\"";
        let refused = Config::parse(text).expect_err("open").to_string();
        assert!(
            refused.starts_with("login.issuer: in open mode nobody logs in"),
            "{refused}"
        );
    }
}
