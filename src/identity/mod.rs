//! Who a token says that its bearer is: the acting organisation, and whom it acts through. Never what it may do.

mod grant_types;
mod keys;
mod login;
mod memory;
mod token;

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use keys::KeyRing;
use programgrant_schema::OrganisationNumber;
use sha2::{Digest, Sha256};
use token::{Claims, Issued, Unverified};

use crate::config::{Auth, ConfigError, Issuer};

pub use keys::asking_client;
pub use login::{ExpectedLogin, LoggedIn, LoggedOut};
pub use memory::TokenMemory;

/// The subject of a body's machines: they are one, whoever runs them.
const MACHINE: &str = "system";
/// The longest token id that is kept.
const LONGEST_TOKEN_ID: usize = 100;

/// What a token proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identified {
    /// The body in whose name is asked.
    pub acting: OrganisationNumber,
    /// The body that does the asking, where it is another.
    pub through: Option<OrganisationNumber>,
    /// Who within the body: opaque, the same from token to token.
    pub subject: String,
    /// The token's id (`jti`).
    pub token: Option<String>,
    /// When it ends.
    pub until: Timestamp,
    /// Until when the key that proves it is used without its issuer being asked again.
    pub key_until: Timestamp,
}

/// The codes of those that are refused, listed in `schema/errors.md`.
pub const CODES: &[&str] = &["INVALID_TOKEN", "INSUFFICIENT_SCOPE", "IDENTITY_UNAVAILABLE"];

/// Why nobody is identified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefused {
    #[error("The token is not accepted: {0}.")]
    Invalid(#[from] TokenFlaw),
    #[error("The token's scope does not cover this service.")]
    Scope,
    #[error("The token's entitlement is none that this service takes.")]
    Resource,
    /// Its issuer's keys cannot be had, so nobody knows.
    #[error("The token cannot be checked now: its issuer does not answer.")]
    Unavailable { retry_after: Duration },
}

impl TokenRefused {
    /// Stable, listed in `schema/errors.md`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => CODES[0],
            Self::Scope | Self::Resource => CODES[1],
            Self::Unavailable { .. } => CODES[2],
        }
    }
}

/// What is wrong with a token. The texts quote nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenFlaw {
    #[error("the header Authorization is not one bearer token")]
    NoBearer,
    #[error("it is too long")]
    TooLong,
    #[error("it is no signed JWT that can be read")]
    Unreadable,
    #[error("its header asks for what is not supported")]
    Header,
    #[error("its algorithm is not accepted, or is not its key's")]
    Algorithm,
    #[error("its issuer is not known here")]
    Issuer,
    #[error("its key is not among its issuer's")]
    Key,
    #[error("its signature is wrong")]
    Signature,
    #[error("it has expired")]
    Expired,
    #[error("it is not valid yet")]
    NotYet,
    #[error("it is meant for another audience")]
    Audience,
    #[error("it says who logged in, and is no access token")]
    NoAccessToken,
    #[error("it names no organisation to act for")]
    NobodyToActFor,
    #[error("it names an organisation that is none of Norway's, or whose number is wrong")]
    Organisation,
    #[error("it has two meanings")]
    Ambiguous,
    #[error("it has authorization details of an unknown kind")]
    Details,
    #[error("it does not say which person, or how surely it knows")]
    Person,
    #[error("it answers another login")]
    Nonce,
    #[error("it does not say which session")]
    Session,
    #[error("it does not say that a session has ended")]
    Event,
}

/// Reads tokens of the issuers that are configured.
pub struct Identity {
    issuers: Vec<Arc<Issuer>>,
    keys: KeyRing,
}

impl Identity {
    /// Nothing is fetched before a token needs it.
    pub fn new(auth: &Auth) -> Result<Self, ConfigError> {
        Ok(Self {
            issuers: auth.issuers.iter().cloned().map(Arc::new).collect(),
            keys: KeyRing::new()?,
        })
    }

    /// Whether this configuration believes the same issuers, on the same terms.
    pub fn is_as(&self, auth: &Auth) -> bool {
        self.issuers.iter().map(AsRef::as_ref).eq(&auth.issuers)
    }

    /// Whether any token could be believed.
    pub const fn reads_tokens(&self) -> bool {
        !self.issuers.is_empty()
    }

    /// Changes with the issuers' keys: what was proved by others is proved no longer.
    pub fn keys(&self) -> u64 {
        self.keys.version()
    }

    /// Whom the header `Authorization` proves; `None` where there is none.
    pub async fn identify(
        &self,
        authorization: Option<&str>,
        now: Timestamp,
    ) -> Result<Option<Identified>, TokenRefused> {
        let Some(authorization) = authorization else {
            return Ok(None);
        };
        let identified = self.believe(token::bearer(authorization)?, now).await;
        if let Err(refused) = &identified {
            tracing::debug!(%refused, "a token is refused");
        }
        identified.map(Some)
    }

    /// What a token claims, by whichever configured issuer signed it, and until when its key is used without asking again.
    async fn verified<C: Issued>(
        &self,
        token: &str,
        now: Timestamp,
    ) -> Result<(C, &Arc<Issuer>, Timestamp), TokenRefused> {
        let token = Unverified::<C>::read(token)?;
        let issuer = self
            .issuers
            .iter()
            .find(|issuer| issuer.issuer == token.issuer())
            .ok_or(TokenFlaw::Issuer)?;
        let (key, key_until) = self.keys.find(issuer, token.key_id(), now).await?;
        Ok((token.verified(&key)?, issuer, key_until))
    }

    async fn believe(&self, token: &str, now: Timestamp) -> Result<Identified, TokenRefused> {
        let (claims, issuer, key_until) = self.verified::<Claims>(token, now).await?;
        let until = claims.check(issuer, now)?;
        let parties = grant_types::resolve(&claims, &issuer.resources)?;
        let subject = if parties.person {
            person(&claims.iss, claims.sub.as_deref())?
        } else {
            MACHINE.to_owned()
        };
        Ok(Identified {
            acting: parties.acting,
            through: parties.through,
            subject,
            token: token_id(&claims),
            until,
            key_until,
        })
    }
}

/// Tells a person apart from others, and says nothing of the person.
fn person(issuer: &str, subject: Option<&str>) -> Result<String, TokenFlaw> {
    let subject = subject.filter(|subject| !subject.is_empty()).ok_or(TokenFlaw::Person)?;
    // Of a national identity number even the hash would betray it: there are few enough to try them all.
    if is_national_number(subject) {
        return Err(TokenFlaw::Person);
    }
    let mut hash = Sha256::new();
    hash.update(issuer.as_bytes());
    hash.update([0]);
    hash.update(subject.as_bytes());
    Ok(URL_SAFE_NO_PAD.encode(&hash.finalize()[..16]))
}

/// The token's id, as far as it is one that may stand in a log.
fn token_id(claims: &Claims) -> Option<String> {
    let is_plain =
        |id: &String| !id.is_empty() && id.len() <= LONGEST_TOKEN_ID && id.bytes().all(|byte| byte.is_ascii_graphic());
    let holds_national_number = |id: &String| {
        id.split(|sign: char| !sign.is_ascii_digit())
            .any(|digits| digits.len() == 11)
    };
    claims
        .jti
        .clone()
        .filter(|id| is_plain(id) && !holds_national_number(id))
}

/// Eleven digits, however they are set off.
fn is_national_number(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    digits == 11 && !text.bytes().any(|byte| byte.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests;
