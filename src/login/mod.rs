//! Logging in: sends a browser to the configured issuer, believes what it brings back, and keeps who is logged in in a sealed cookie.
//! Addresses, forms and answers are HTTP's; what the person may do is the register's.

mod attempt;
mod cookies;
mod csrf;
mod provider;
mod seal;
mod session;

use std::sync::Arc;

use attempt::{Attempt, PATIENCE, Registration};
use axum::http::{HeaderMap, HeaderValue};
use cookies::{CookieKind, Cookies};
use csrf::{FormSecret, random, random_text};
use jiff::Timestamp;
use programgrant_core::access::{Caller, Role};
use provider::{ExchangeError, Provider};
use reqwest::Url;
use seal::Seal;
use session::{LoginSession, later};
use tokio::sync::{OnceCell, Semaphore};

use crate::app::Gateway;
use crate::config::{Config, ConfigError, LoginSettings};
use crate::identity::{ExpectedLogin, Identity, LoggedIn, TokenRefused};
use crate::store::sessions::{ALL, SessionStore};

pub use attempt::Callback;
pub use session::SignedIn;

/// Logins that may ask the issuer at the same time.
const AT_ONCE: usize = 32;

/// The codes of what is refused here, listed in `schema/errors.md`.
pub const CODES: &[&str] = &[
    "LOGIN_REFUSED",
    "LOGOUT_REFUSED",
    "FORM_REFUSED",
    "SESSION_REQUIRED",
    "LOGIN_UNAVAILABLE",
];

/// Why somebody is not logged in, or not out.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    #[error("The login was not completed: {0}. Begin it again at /login.")]
    Refused(LoginFlaw),
    #[error("The end of a session is not accepted: {0}.")]
    LogoutRefused(TokenRefused),
    #[error("The form was not sent by a page of this session. Open the page again and send it from there.")]
    Form,
    #[error("Nobody is logged in here, or the session has ended. Log in at /login.")]
    NoSession,
    #[error("The issuer of logins does not answer now.")]
    Unavailable,
    #[error("More people log in than can be attended to now.")]
    Busy,
    #[error("Who is logged in cannot be told now.")]
    Store(#[from] sqlx::Error),
    #[error("The gateway failed.")]
    NoRandomness,
}

/// What is wrong with what a browser brought back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum LoginFlaw {
    #[error("none was begun in this browser, or it was completed already")]
    NotBegun,
    #[error("the answer is to another login")]
    State,
    #[error("it took longer than ten minutes")]
    TooLate,
    #[error("the answer comes from another issuer")]
    Issuer,
    #[error("the issuer did not let you in")]
    Denied,
    #[error("the answer has no code")]
    NoCode,
    #[error("the issuer does not take the code; it may have been used before")]
    Code,
    #[error("the issuer did not say who logged in")]
    NoIdToken,
    #[error("what the issuer says is not believed")]
    IdToken,
}

impl LoginError {
    /// Stable, listed in `schema/errors.md`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Refused(_) => CODES[0],
            Self::LogoutRefused(TokenRefused::Unavailable { .. }) | Self::Unavailable | Self::Busy | Self::Store(_) => {
                CODES[4]
            }
            Self::LogoutRefused(_) => CODES[1],
            Self::Form => CODES[2],
            Self::NoSession => CODES[3],
            Self::NoRandomness => "INTERNAL",
        }
    }
}

/// What a browser is told: where to go, and which cookies to keep or to drop.
pub struct Redirect {
    pub to: String,
    pub cookies: Vec<HeaderValue>,
}

/// The one issuer that people log in at, and the sessions that began there.
pub struct Login {
    settings: LoginSettings,
    registration: Registration,
    provider: Provider,
    identity: Arc<Identity>,
    gateway: Arc<Gateway>,
    sessions: SessionStore,
    cookies: Cookies,
    seal: OnceCell<Seal>,
    turns: Arc<Semaphore>,
}

impl Login {
    /// As the configuration wants it; `None` where nobody logs in. Nothing is asked before somebody does.
    pub fn new(config: &Config, gateway: &Arc<Gateway>, identity: &Arc<Identity>) -> Result<Option<Self>, ConfigError> {
        let Some(settings) = &config.login else {
            return Ok(None);
        };
        if !settings.is_secure() {
            tracing::warn!(
                redirect_url = %settings.redirect_url.url(),
                "people log in over http on this machine: cookies have neither prefix nor Secure"
            );
        }
        Ok(Some(Self {
            registration: Registration::new(settings)?,
            provider: Provider::new(&settings.issuer)?,
            identity: Arc::clone(identity),
            gateway: Arc::clone(gateway),
            sessions: SessionStore::new(gateway.database.clone()),
            cookies: Cookies::new(settings.is_secure()),
            settings: settings.clone(),
            seal: OnceCell::new(),
            turns: Arc::new(Semaphore::new(AT_ONCE)),
        }))
    }

    /// The pages' own address.
    pub fn origin(&self) -> String {
        self.settings.origin()
    }

    /// The way home, for whom there is nothing to do.
    pub fn home() -> Redirect {
        Redirect {
            to: "/".to_owned(),
            cookies: Vec::new(),
        }
    }

    fn now(&self) -> Timestamp {
        self.gateway.dependencies.clock.now()
    }

    async fn seal(&self) -> Result<&Seal, LoginError> {
        let make = async || {
            let fresh = random().ok_or(LoginError::NoRandomness)?;
            Seal::new(&self.sessions.key(fresh).await?).ok_or(LoginError::NoRandomness)
        };
        self.seal.get_or_try_init(make).await
    }

    /// Begins a login: sends the browser to the issuer, and keeps where it wanted to go.
    pub async fn begin(&self, to: Option<&str>) -> Result<Redirect, LoginError> {
        let (now, seal) = (self.now(), self.seal().await?);
        let endpoints = self.provider.endpoints(now).await.map_err(unavailable)?;
        let to = attempt::local_path(to, &self.origin());
        let (url, attempt) = self
            .registration
            .begin(&endpoints, to, now)
            .ok_or(LoginError::NoRandomness)?;
        let kind = CookieKind::Attempt;
        let sealed = seal.close(kind.purpose(), &attempt).ok_or(LoginError::NoRandomness)?;
        let cookie = self.cookies.set(kind, sealed, Some(PATIENCE.as_secs()));
        Ok(Redirect {
            to: url.into(),
            cookies: vec![cookie.ok_or(LoginError::NoRandomness)?],
        })
    }

    /// Ends it: the browser is back, and brings what makes a session of it.
    pub async fn complete(&self, headers: &HeaderMap, callback: Callback) -> Result<Redirect, LoginError> {
        let (now, seal) = (self.now(), self.seal().await?);
        let attempt: Option<Attempt> = self.opened(seal, headers, CookieKind::Attempt);
        let attempt = attempt.ok_or(LoginError::Refused(LoginFlaw::NotBegun))?;
        let _turn = Arc::clone(&self.turns)
            .try_acquire_owned()
            .map_err(|_| LoginError::Busy)?;
        let endpoints = self.provider.endpoints(now).await.map_err(unavailable)?;
        let code = attempt
            .code(callback, &self.settings.issuer, &endpoints, now)
            .map_err(LoginError::Refused)?;
        let token = self
            .registration
            .redeem((&self.provider, &endpoints), &attempt, code, now)
            .await?;
        let who = self.believe(&token, &attempt, now).await?;
        // Whoever was logged in at this browser is so no longer, whatever became of that cookie.
        if let Some(before) = self.standing(seal, headers, now).await? {
            self.end(&before, false, now).await?;
        }
        tracing::info!(
            acting = who.acting.map(tracing::field::display),
            "somebody has logged in"
        );
        let (id, secret) = random_text::<16>()
            .zip(FormSecret::new())
            .ok_or(LoginError::NoRandomness)?;
        let session = LoginSession::begin(&self.settings, who, id, secret, now);
        let cookie = self.written(seal, &session).ok_or(LoginError::NoRandomness)?;
        Ok(Redirect {
            to: attempt.to.clone(),
            cookies: [Some(cookie), self.forget_attempt()].into_iter().flatten().collect(),
        })
    }

    async fn believe(&self, token: &str, attempt: &Attempt, now: Timestamp) -> Result<LoggedIn, LoginError> {
        let expected = ExpectedLogin {
            issuer: &self.settings.issuer,
            client_id: &self.settings.client_id,
            nonce: attempt.nonce(),
            resource: self.settings.resource.as_deref(),
        };
        self.identity.logged_in(token, expected, now).await.map_err(|refused| {
            tracing::warn!(%refused, "what the issuer says of a login is not believed");
            match refused {
                TokenRefused::Unavailable { .. } => LoginError::Unavailable,
                _ => LoginError::Refused(LoginFlaw::IdToken),
            }
        })
    }

    /// Takes back the cookie of a login under way: whatever becomes of it, it is over.
    pub fn forget_attempt(&self) -> Option<HeaderValue> {
        self.cookies.remove(CookieKind::Attempt)
    }

    /// Who is logged in, in the role that the register gives the body now; `None` for nobody, and where the session has ended.
    pub async fn caller(&self, headers: &HeaderMap) -> Result<Option<SignedIn>, LoginError> {
        if self.cookies.find(headers, CookieKind::Session).is_none() {
            return Ok(None);
        }
        let (now, seal) = (self.now(), self.seal().await?);
        let Some(session) = self.standing(seal, headers, now).await? else {
            return Ok(None);
        };
        let used = session.used(&self.settings, now);
        let renewed = used.as_ref().and_then(|used| self.written(seal, used));
        let session = used.unwrap_or(session);
        let (idle_until, until) = (session.idle_until(&self.settings), session.ends(&self.settings));
        Ok(Some(SignedIn {
            caller: self.known(&session, idle_until),
            idle_until,
            until,
            renewed,
            session,
        }))
    }

    /// The body that is acted for, with its role of today. Whoever acts for none is the public.
    fn known(&self, session: &LoginSession, until: Timestamp) -> Caller {
        let access = self.gateway.access();
        Caller {
            acting: session.acting.map(|acting| access.acting_for(acting)),
            subject: session.subject.clone(),
            role: session.acting.map_or(Role::Public, |acting| access.role_of(acting)),
            office: session
                .acting
                .map(|acting| access.office_of(acting))
                .unwrap_or_default(),
            until: Some(until),
            ..Caller::public()
        }
    }

    /// Logs out at both ends: the session is over for all gateways, and the browser is sent to the issuer to end it there.
    pub async fn leave(&self, signed_in: &SignedIn) -> Result<Redirect, LoginError> {
        let now = self.now();
        self.end(&signed_in.session, true, now).await?;
        let home = format!("{}/", self.origin());
        // Here it has ended, whether the issuer can be asked or not.
        let endpoints = self.provider.endpoints(now).await.ok();
        let there = endpoints.and_then(|endpoints| endpoints.end_session.clone());
        let to = there.map_or_else(|| "/".to_owned(), |there| self.farewell(there, &home));
        Ok(Redirect {
            to,
            cookies: self.cookies.remove(CookieKind::Session).into_iter().collect(),
        })
    }

    /// Without `id_token_hint`: it would hold a national identity number, and stand in addresses.
    fn farewell(&self, mut there: Url, home: &str) -> String {
        there
            .query_pairs_mut()
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("post_logout_redirect_uri", home);
        there.into()
    }

    /// Ends the session that the issuer says has ended.
    pub async fn ended_there(&self, logout_token: &str) -> Result<(), LoginError> {
        let now = self.now();
        let (issuer, client_id) = (self.settings.issuer.as_str(), self.settings.client_id.as_str());
        let said = self.identity.logged_out(logout_token, (issuer, client_id), now).await;
        let said = said.map_err(LoginError::LogoutRefused)?;
        let names = (session::issuers_name(&said.sid), format!("jti:{}", said.token));
        // Both stand until nobody could bring such a session, or such a token.
        let until = later(now, self.settings.absolute.signed()).max(said.until);
        self.sessions.end_once(issuer, (&names.0, &names.1), now, until).await?;
        Ok(())
    }

    /// Ends every session of an issuer that is no longer asked. A failure is logged: those sessions are refused here all the same.
    pub async fn end_all_unless(&self, config: &Config) {
        let issuer = &self.settings.issuer;
        if config.login.as_ref().is_some_and(|login| login.issuer == *issuer) {
            return;
        }
        let (now, names) = (self.now(), [ALL.to_owned()]);
        let until = later(now, self.settings.absolute.signed());
        match self.sessions.end(issuer, &names, now, until).await {
            Ok(()) => tracing::info!(issuer, "people log in there no longer: all sessions have ended"),
            Err(error) => tracing::error!(issuer, %error, "its sessions are not noted as ended"),
        }
    }

    async fn end(&self, session: &LoginSession, at_the_issuer: bool, now: Timestamp) -> Result<(), LoginError> {
        let [own, there] = session.names();
        let names = if at_the_issuer { vec![own, there] } else { vec![own] };
        let until = session.ends(&self.settings);
        self.sessions.end(&self.settings.issuer, &names, now, until).await?;
        Ok(())
    }

    /// The session of this browser, if it stands.
    async fn standing(
        &self,
        seal: &Seal,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Result<Option<LoginSession>, LoginError> {
        let session: Option<LoginSession> = self.opened(seal, headers, CookieKind::Session);
        let Some(session) = session.filter(|session| session.stands(&self.settings, now)) else {
            return Ok(None);
        };
        let names = session.names();
        let ended = self
            .sessions
            .ended(&self.settings.issuer, [&names[0], &names[1]])
            .await?;
        Ok((!session.was_ended(&ended)).then_some(session))
    }

    fn opened<T: serde::de::DeserializeOwned>(&self, seal: &Seal, headers: &HeaderMap, kind: CookieKind) -> Option<T> {
        let sealed = self.cookies.find(headers, kind)?;
        seal.open(kind.purpose(), &sealed)
    }

    fn written(&self, seal: &Seal, session: &LoginSession) -> Option<HeaderValue> {
        let kind = CookieKind::Session;
        self.cookies.set(kind, seal.close(kind.purpose(), session)?, None)
    }
}

fn unavailable(error: ExchangeError) -> LoginError {
    // Told already, where it was found out.
    drop(error);
    LoginError::Unavailable
}
