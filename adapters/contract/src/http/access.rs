//! The one door through which a source goes out by HTTP: what its settings and the environment say becomes a client. A credential that is
//! stated twice, or that nothing would use, is refused.

use std::path::PathBuf;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::assertion::{Assertions, Signature};
use super::auth::{Grant, KeyName};
use super::tls::{self, Trust};
use super::token_service::{ANSWER_LIMIT, TokenService};
use super::tokens::is_token;
use super::{Address, Auth, Credential, FixedToken, Http, Secret, Tls, TokenFile, TokenSource};
use crate::adapter::{Host, SettingsError};

/// The largest reply that is read, in bytes.
const REPLY_LIMIT: usize = 32 << 20;

/// The secrets that [`Host::http`] reads from the environment; `TOKEN` for a kind that has the key `token_file`.
pub const HTTP_SECRETS: &[&str] = &["TOKEN", "AUTH__TOKEN", "AUTH__PASSWORD", "AUTH__KEY", "TLS__KEY"];

/// What the settings of a source that is asked by HTTP say of how: the keys `token_file`, `auth` and `tls`.
#[derive(Default)]
pub struct HttpAccess {
    /// A bearer token, as `auth` may state one, too.
    pub token_file: Option<PathBuf>,
    pub auth: Option<Auth>,
    pub tls: Option<Tls>,
}

impl Host<'_> {
    /// A client of the source's own for that address: a deadline for every exchange, no redirects, so that no token travels elsewhere.
    pub fn http(&self, address: &Address, access: HttpAccess) -> Result<Http, SettingsError> {
        let HttpAccess { token_file, auth, tls } = access;
        self.refuse_unread(auth.as_ref(), tls.as_ref())?;
        if tls.is_some() && !address.is_encrypted() {
            return Err(SettingsError::new("tls", "the source's address is no https address"));
        }
        if auth.is_some() && !address.is_private_to_us() {
            let reason =
                "the source's address is neither https nor this machine; credentials would travel in the clear";
            return Err(SettingsError::new("auth", reason));
        }
        let trust = tls.map(|tls| tls.read(self)).transpose()?.unwrap_or_default();
        let token = self.bearer("TOKEN", "token_file", token_file)?;
        let credential = match (token, auth) {
            (Some(_), Some(_)) => {
                let reason = "token_file, or TOKEN in the environment, states the credential already; state it once";
                return Err(SettingsError::new("auth", reason));
            }
            (Some(token), None) => Some(Credential::Bearer(token)),
            (None, Some(auth)) => Some(self.credential(auth, &trust)?),
            (None, None) => None,
        };
        let client = trust.to_source(self.client()).build();
        let client = client.map_err(|error| SettingsError::new("tls", error.to_string()))?;
        Ok(Http::with(client, REPLY_LIMIT, credential))
    }

    /// For a source that is read from a folder, of a kind that may also be asked by HTTP: nothing of that may be stated.
    pub fn no_http(&self, access: &HttpAccess) -> Result<(), SettingsError> {
        for (key, is_stated) in [
            (
                "token_file",
                access.token_file.is_some() || (self.secret)("TOKEN").is_some(),
            ),
            ("auth", access.auth.is_some()),
            ("tls", access.tls.is_some()),
        ] {
            if is_stated {
                return Err(SettingsError::new(key, "goes with `url`; nobody is asked for a folder"));
            }
        }
        self.refuse_unread(None, None)
    }

    fn client(&self) -> reqwest::ClientBuilder {
        reqwest::Client::builder()
            .timeout(self.deadline)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .user_agent(self.user_agent)
    }

    /// A secret that nobody reads is meant for something that then would be asked without it.
    fn refuse_unread(&self, auth: Option<&Auth>, tls: Option<&Tls>) -> Result<(), SettingsError> {
        for (name, key, is_read) in [
            ("AUTH__TOKEN", "auth", matches!(auth, Some(Auth::Bearer { .. }))),
            ("AUTH__PASSWORD", "auth", matches!(auth, Some(Auth::Basic { .. }))),
            ("AUTH__KEY", "auth", matches!(auth, Some(Auth::Maskinporten(_)))),
            ("TLS__KEY", "tls", tls.is_some()),
        ] {
            if !is_read && (self.secret)(name).is_some() {
                let reason = format!("{name} stands in the environment, and nothing that is configured here uses it");
                return Err(SettingsError::new(key, reason));
            }
        }
        Ok(())
    }

    fn credential(&self, auth: Auth, trust: &Trust) -> Result<Credential, SettingsError> {
        let missing = |key| {
            SettingsError::new(
                key,
                "is missing, and so is what it would hold in the environment; state one of them",
            )
        };
        match auth {
            Auth::Maskinporten(grant) => {
                let key = self.secret("AUTH__KEY", "auth.key_file", grant.key_file.as_deref())?;
                let key = key.ok_or_else(|| missing("auth.key_file"))?;
                self.token_service(grant, &key, trust).map(Credential::Bearer)
            }
            Auth::Bearer { token_file } => {
                let token = self.bearer("AUTH__TOKEN", "auth.token_file", token_file)?;
                token.map(Credential::Bearer).ok_or_else(|| missing("auth.token_file"))
            }
            Auth::Basic {
                username,
                password_file,
            } => {
                let password = self.secret("AUTH__PASSWORD", "auth.password_file", password_file.as_deref())?;
                let password = password.filter(|password| !password.expose().is_empty());
                let password = password.ok_or_else(|| missing("auth.password_file"))?;
                Ok(Credential::Basic { username, password })
            }
        }
    }

    /// A token from the environment, or from a file that somebody else renews and that may still be to come.
    fn bearer(
        &self,
        name: &str,
        key: &'static str,
        file: Option<PathBuf>,
    ) -> Result<Option<Arc<dyn TokenSource>>, SettingsError> {
        match ((self.secret)(name), file) {
            (Some(_), Some(_)) => Err(SettingsError::stated_twice(key)),
            (Some(token), None) if is_token(token.expose()) => Ok(Some(Arc::new(FixedToken(token)))),
            (Some(_), None) => Err(SettingsError::new(
                key,
                "what stands in the environment cannot be sent as a token",
            )),
            (None, Some(path)) => Ok(Some(Arc::new(TokenFile(self.path(&path))))),
            (None, None) => Ok(None),
        }
    }

    fn token_service(
        &self,
        grant: Box<Grant>,
        key: &Secret,
        trust: &Trust,
    ) -> Result<Arc<dyn TokenSource>, SettingsError> {
        let key_of_key = "auth.key_file";
        let signature = match &grant.key_name {
            KeyName::Kid(kid) => Signature::Kid(kid.clone()),
            KeyName::Certificate(path) => {
                let key_of_chain = "auth.certificate_file";
                let path = self.path(path);
                let chain = tls::certificates(key_of_chain, &path)?;
                let encoded = chain.iter().map(|certificate| STANDARD.encode(certificate)).collect();
                tls::belong_together((key_of_chain, &path), chain, key_of_key, key)?;
                Signature::X5c(encoded)
            }
        };
        let place = grant.key_file.as_deref().map(|path| self.path(path));
        let place = place.map_or("the environment".to_owned(), |path| path.display().to_string());
        let url = grant.token_url.url();
        let assertions = Assertions::new(grant, signature, key).ok_or_else(|| {
            let reason = format!("{place}: holds no RSA key of 2048 bits or more in PEM, or it is encrypted");
            SettingsError::new(key_of_key, reason)
        })?;
        let client = trust.to_token_service(self.client()).build();
        let client = client.map_err(|error| SettingsError::new("auth.token_url", error.to_string()))?;
        let http = Http::new(client, ANSWER_LIMIT, None);
        Ok(Arc::new(TokenService::new(
            http,
            url,
            assertions,
            Arc::clone(&self.now),
        )))
    }
}
