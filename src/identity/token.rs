//! A token as it was sent, and what it claims once its signature is checked. Claims that say who a person is are not read.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, crypto};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Deserializer};

use super::grant_types::{Detail, Party};
use super::keys::Key;
use super::{TokenFlaw, TokenRefused};
use crate::config::Issuer;

/// The longest token that is read, in bytes.
const LONGEST: usize = 8 << 10;
/// How far an issuer's clock may be ahead. Behind it may not be: what has expired has expired.
const LEEWAY: SignedDuration = SignedDuration::from_secs(30);

/// The token of a header `Authorization: Bearer …`.
pub fn bearer(authorization: &str) -> Result<&str, TokenFlaw> {
    let (scheme, token) = authorization.trim().split_once(' ').ok_or(TokenFlaw::NoBearer)?;
    let token = token.trim_start();
    let is_one =
        scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    is_one.then_some(token).ok_or(TokenFlaw::NoBearer)
}

/// A token whose signature nobody has looked at: it says where its key is, and nothing else.
pub struct Unverified<'a, C = Claims> {
    message: &'a str,
    signature: &'a str,
    algorithm: Algorithm,
    key_id: String,
    claims: C,
}

/// What every kind of token claims.
pub trait Issued: DeserializeOwned {
    /// What the header may say that it is.
    const TYPES: &'static [&'static str];

    fn issuer(&self) -> &str;
}

impl Issued for Claims {
    const TYPES: &'static [&'static str] = &["jwt", "at+jwt", "application/at+jwt"];

    fn issuer(&self) -> &str {
        &self.iss
    }
}

/// The header, as far as it is minded. Keys and addresses of keys that a token brings along are not read.
#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    #[serde(default)]
    crit: Presence,
    #[serde(default)]
    b64: Presence,
    #[serde(default)]
    enc: Presence,
    #[serde(default)]
    zip: Presence,
}

/// What a token claims, as far as it is minded; a claim of these that comes twice makes it unreadable. `client_id` is none of
/// them: it names a program and nobody's authority. Never shown, so not `Debug`.
#[derive(Deserialize)]
pub struct Claims {
    pub iss: String,
    exp: i64,
    nbf: Option<i64>,
    iat: Option<i64>,
    pub jti: Option<String>,
    pub sub: Option<String>,
    scope: Option<String>,
    aud: Option<Audience>,
    #[serde(default)]
    nonce: Presence,
    #[serde(default)]
    at_hash: Presence,
    /// The national identity number: that there is one says that a person logged in.
    #[serde(default)]
    pub pid: Presence,
    /// How surely the person was recognised.
    pub acr: Option<String>,
    pub consumer: Option<Party>,
    pub supplier: Option<Party>,
    #[serde(default)]
    pub delegation_source: Presence,
    pub client_orgno: Option<String>,
    pub authorization_details: Option<Vec<Detail>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    fn names(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Several(several) => several,
        }
    }

    /// Whether it names this one and nobody else.
    pub fn is_only(&self, name: &str) -> bool {
        matches!(self.names(), [only] if only == name)
    }
}

/// Whether something is there; what it says is not read.
#[derive(Default)]
pub struct Presence(bool);

impl Presence {
    pub const fn is_there(&self) -> bool {
        self.0
    }
}

impl<'de> Deserialize<'de> for Presence {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self(true))
    }
}

impl<'a, C: Issued> Unverified<'a, C> {
    /// Takes a token apart.
    pub fn read(token: &'a str) -> Result<Self, TokenFlaw> {
        if token.len() > LONGEST {
            return Err(TokenFlaw::TooLong);
        }
        let (message, signature) = token.rsplit_once('.').ok_or(TokenFlaw::Unreadable)?;
        let (header, payload) = message
            .split_once('.')
            .filter(|(_, payload)| !payload.contains('.'))
            .ok_or(TokenFlaw::Unreadable)?;
        let header: Header = decode(header)?;
        let algorithm = algorithm(&header.alg).ok_or(TokenFlaw::Algorithm)?;
        if [&header.crit, &header.b64, &header.enc, &header.zip]
            .iter()
            .any(|asked| asked.is_there())
            || !is_one_of(C::TYPES, header.typ.as_deref())
        {
            return Err(TokenFlaw::Header);
        }
        let key_id = header.kid.filter(|id| !id.is_empty()).ok_or(TokenFlaw::Key)?;
        Ok(Self {
            message,
            signature,
            algorithm,
            key_id,
            claims: decode(payload)?,
        })
    }

    /// Who is said to have issued it.
    pub fn issuer(&self) -> &str {
        self.claims.issuer()
    }

    /// Which of the issuer's keys is said to have signed it.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// What it claims, if that key has signed it.
    pub fn verified(self, key: &Key) -> Result<C, TokenFlaw> {
        let key = key.decoding(self.algorithm).ok_or(TokenFlaw::Algorithm)?;
        let is_signed = crypto::verify(self.signature, self.message.as_bytes(), key, self.algorithm);
        if is_signed.unwrap_or(false) {
            Ok(self.claims)
        } else {
            Err(TokenFlaw::Signature)
        }
    }
}

/// The four that are accepted.
pub fn algorithm(name: &str) -> Option<Algorithm> {
    match name {
        "RS256" => Some(Algorithm::RS256),
        "RS384" => Some(Algorithm::RS384),
        "RS512" => Some(Algorithm::RS512),
        "ES256" => Some(Algorithm::ES256),
        _ => None,
    }
}

fn is_one_of(types: &[&str], typ: Option<&str>) -> bool {
    typ.is_none_or(|typ| types.iter().any(|known| typ.eq_ignore_ascii_case(known)))
}

/// A part of a token. The parser's own text might quote the token and goes nowhere.
fn decode<T: DeserializeOwned>(part: &str) -> Result<T, TokenFlaw> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| TokenFlaw::Unreadable)?;
    serde_json::from_slice(&bytes).map_err(|_| TokenFlaw::Unreadable)
}

impl Claims {
    /// Whether it is meant for this service, now; when it ends.
    pub fn check(&self, issuer: &Issuer, now: Timestamp) -> Result<Timestamp, TokenRefused> {
        let until = in_time(self.exp, [self.nbf, self.iat], now)?;
        if self.nonce.is_there() || self.at_hash.is_there() {
            return Err(TokenFlaw::NoAccessToken.into());
        }
        if issuer
            .audience
            .as_deref()
            .is_some_and(|audience| !self.is_for(audience))
        {
            return Err(TokenFlaw::Audience.into());
        }
        if issuer
            .scope_prefix
            .as_deref()
            .is_some_and(|prefix| !self.has_scope(prefix))
        {
            return Err(TokenRefused::Scope);
        }
        Ok(until)
    }

    fn is_for(&self, audience: &str) -> bool {
        let names = self.aud.as_ref().map(Audience::names).unwrap_or_default();
        names.iter().any(|one| one == audience)
    }

    /// Whether some scope begins with the prefix and a colon, and goes on.
    fn has_scope(&self, prefix: &str) -> bool {
        let is_ours = |scope: &str| {
            scope
                .strip_prefix(prefix)
                .and_then(|rest| rest.strip_prefix(':'))
                .is_some_and(|rest| !rest.is_empty())
        };
        self.scope.as_deref().unwrap_or_default().split(' ').any(is_ours)
    }
}

/// Whether it has begun and has not ended; when it ends.
pub fn in_time(exp: i64, starts: [Option<i64>; 2], now: Timestamp) -> Result<Timestamp, TokenFlaw> {
    let until = instant(exp)?;
    if now >= until {
        return Err(TokenFlaw::Expired);
    }
    for start in starts.into_iter().flatten() {
        if instant(start)?.duration_since(now) > LEEWAY {
            return Err(TokenFlaw::NotYet);
        }
    }
    Ok(until)
}

fn instant(seconds: i64) -> Result<Timestamp, TokenFlaw> {
    Timestamp::from_second(seconds).map_err(|_| TokenFlaw::Unreadable)
}
