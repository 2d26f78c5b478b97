//! The issuers' keys: fetched when a token first needs them, once for all who wait, kept for an hour, and for a day while the
//! issuer does not answer. A key that nobody knows makes it fetch again, at once and then not more than once a minute.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::jwk::{
    AlgorithmParameters, EllipticCurve, EllipticCurveKeyParameters, Jwk, KeyOperations, PublicKeyUse, RSAKeyParameters,
};
use jsonwebtoken::{Algorithm, DecodingKey};
use moka::future::Cache;
use serde::Deserialize;
use serde_json::Value;

use super::token::algorithm;
use super::{TokenFlaw, TokenRefused};
use crate::config::{ConfigError, Issuer};

/// How long keys are used without asking again.
const FRESH: SignedDuration = SignedDuration::from_hours(1);
/// How long they are used while the issuer does not answer.
const USABLE: SignedDuration = SignedDuration::from_hours(24);
/// The least time from one fetch to the next, once keys are known.
const INTERVAL: SignedDuration = SignedDuration::from_secs(60);
/// The same while none are.
const FIRST_INTERVAL: SignedDuration = SignedDuration::from_secs(10);
/// The time for one fetch.
const DEADLINE: Duration = Duration::from_secs(5);
/// The largest set of keys that is read, in bytes.
const LIMIT: usize = 256 << 10;
/// The shortest RSA key that is taken, in bits.
const SHORTEST_RSA: usize = 2048;

/// A public key of an issuer.
pub struct Key {
    decoding: DecodingKey,
    /// The one algorithm that it is for, where the issuer says so.
    algorithm: Option<Algorithm>,
}

impl Key {
    /// The key, if it may check this algorithm.
    pub fn decoding(&self, algorithm: Algorithm) -> Option<&DecodingKey> {
        let fits = self.decoding.family() == algorithm.family() && self.algorithm.is_none_or(|own| own == algorithm);
        fits.then_some(&self.decoding)
    }
}

type Keys = HashMap<String, Arc<Key>>;

/// What is known of an issuer's keys.
#[derive(Clone, Default)]
struct IssuerKeys {
    keys: Arc<Keys>,
    /// When they were stated; `None` where they never were.
    heard: Option<Timestamp>,
    /// When the issuer was last asked.
    asked: Timestamp,
    /// Whether it answered.
    answered: bool,
    /// Whether it was asked for a key that it had not stated before.
    missed: bool,
}

impl IssuerKeys {
    fn is_younger(&self, than: SignedDuration, now: Timestamp) -> bool {
        self.heard.is_some_and(|heard| now.duration_since(heard) < than)
    }

    fn is_fresh(&self, now: Timestamp) -> bool {
        self.is_younger(FRESH, now)
    }

    /// Until when they are used without asking again.
    fn fresh_until(&self) -> Timestamp {
        let until = self.heard.and_then(|heard| heard.checked_add(FRESH).ok());
        until.unwrap_or(Timestamp::MIN)
    }

    fn key(&self, id: &str, now: Timestamp) -> Option<Arc<Key>> {
        self.keys.get(id).filter(|_| self.is_younger(USABLE, now)).cloned()
    }

    /// Whether this key can be had without asking.
    fn serves(&self, id: &str, now: Timestamp) -> bool {
        self.keys.contains_key(id) && self.is_fresh(now)
    }

    /// How long until the issuer may be asked again. A key may be new, so the first that is missed is asked for at once.
    fn wait(&self, now: Timestamp) -> SignedDuration {
        if self.answered && !self.missed {
            return SignedDuration::ZERO;
        }
        let interval = if self.heard.is_some() { INTERVAL } else { FIRST_INTERVAL };
        let since = now.duration_since(self.asked);
        // A clock that was set back would otherwise keep it waiting until it has caught up.
        if since.is_negative() {
            SignedDuration::ZERO
        } else {
            interval.saturating_sub(since).max(SignedDuration::ZERO)
        }
    }

    fn may_ask(&self, now: Timestamp) -> bool {
        self.wait(now).is_zero()
    }
}

/// What asks an issuer: within a deadline, itself and nobody whom it names. `key` is that of the configuration which is at fault if there is
/// none.
pub fn asking_client(key: &str, deadline: Duration) -> Result<reqwest::Client, ConfigError> {
    reqwest::Client::builder()
        .timeout(deadline)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .user_agent(concat!("programgrant/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| ConfigError::key(key, error))
}

/// The keys of all issuers. Cheap to clone; all clones know the same.
#[derive(Clone)]
pub struct KeyRing {
    http: reqwest::Client,
    /// By issuer. Only configured issuers are ever looked up, and unknown keys are not remembered.
    known: Cache<String, IssuerKeys>,
    /// How often some issuer has stated its keys.
    stated: Arc<AtomicU64>,
}

impl KeyRing {
    pub fn new() -> Result<Self, ConfigError> {
        let http = asking_client("auth.issuers", DEADLINE)?;
        Ok(Self {
            http,
            known: Cache::builder().build(),
            stated: Arc::default(),
        })
    }

    /// Changes whenever an issuer states its keys.
    pub fn version(&self) -> u64 {
        self.stated.load(Ordering::Acquire)
    }

    /// An issuer's key of that id, and until when it is used without asking again.
    pub async fn find(
        &self,
        issuer: &Arc<Issuer>,
        id: &str,
        now: Timestamp,
    ) -> Result<(Arc<Key>, Timestamp), TokenRefused> {
        let known = match self.known.get(&issuer.issuer).await {
            Some(known) if known.serves(id, now) => known,
            Some(known) if !known.may_ask(now) => known,
            _ => self.asked(issuer, id, now).await,
        };
        match known.key(id, now) {
            Some(key) => Ok((key, known.fresh_until())),
            None if known.answered => Err(TokenFlaw::Key.into()),
            None => Err(TokenRefused::Unavailable {
                retry_after: known.wait(now).unsigned_abs().max(Duration::from_secs(1)),
            }),
        }
    }

    /// What the issuer says, if it may be asked again now, and what it said otherwise.
    async fn asked(&self, issuer: &Arc<Issuer>, id: &str, now: Timestamp) -> IssuerKeys {
        let (ring, issuer, id) = (self.clone(), Arc::clone(issuer), id.to_owned());
        // A task of its own: a caller that hangs up must not make the next one ask anew.
        let asking = tokio::spawn(async move {
            let entry = ring.known.entry_by_ref(&issuer.issuer);
            entry
                .or_insert_with_if(ring.ask(&issuer, now), |known| {
                    !known.serves(&id, now) && known.may_ask(now)
                })
                .await
                .into_value()
        });
        asking.await.unwrap_or_default()
    }

    async fn ask(&self, issuer: &Issuer, now: Timestamp) -> IssuerKeys {
        let before = self.known.get(&issuer.issuer).await;
        let missed = before.as_ref().is_some_and(|before| before.is_fresh(now));
        let fetched = self.fetch(issuer).await;
        if fetched.is_ok() {
            self.stated.fetch_add(1, Ordering::AcqRel);
        }
        match (fetched, before) {
            (Ok(keys), _) => IssuerKeys {
                keys: Arc::new(keys),
                heard: Some(now),
                asked: now,
                answered: true,
                missed,
            },
            (Err(error), before) => {
                tracing::warn!(issuer = issuer.issuer, %error, "the keys of an issuer cannot be had");
                IssuerKeys {
                    asked: now,
                    answered: false,
                    ..before.unwrap_or_default()
                }
            }
        }
    }

    async fn fetch(&self, issuer: &Issuer) -> Result<Keys, FetchError> {
        let mut response = self.http.get(issuer.jwks_url.url()).send().await?;
        if response.status() != reqwest::StatusCode::OK {
            return Err(FetchError::Status(response.status().as_u16()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            if body.len() + chunk.len() > LIMIT {
                return Err(FetchError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        read(&body)
    }
}

/// Why an issuer's keys cannot be had.
#[derive(Debug, thiserror::Error)]
enum FetchError {
    #[error(transparent)]
    Http(#[from] reqwest::Error),
    #[error("answered with status {0}")]
    Status(u16),
    #[error("the set of keys is larger than 256 KiB")]
    TooLarge,
    #[error("no set of keys")]
    NoKeySet,
    #[error("the set holds no key that could be used")]
    Empty,
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Value>,
}

/// The keys of a set that can check a token's signature. Two keys of one id are neither: nobody can say which is meant.
fn read(body: &[u8]) -> Result<Keys, FetchError> {
    let set: KeySet = serde_json::from_slice(body).map_err(|_| FetchError::NoKeySet)?;
    let mut keys: HashMap<String, Vec<Key>> = HashMap::new();
    for jwk in set
        .keys
        .into_iter()
        .filter_map(|value| serde_json::from_value::<Jwk>(value).ok())
    {
        if let (Some(id), Some(key)) = (jwk.common.key_id.clone(), Key::of(&jwk)) {
            keys.entry(id).or_default().push(key);
        }
    }
    let single = keys
        .into_iter()
        .filter_map(|(id, keys)| <[Key; 1]>::try_from(keys).ok().map(|[key]| (id, Arc::new(key))));
    let keys: Keys = single.collect();
    // A set without keys is taken for a broken answer: the keys that are known stay.
    if keys.is_empty() {
        Err(FetchError::Empty)
    } else {
        Ok(keys)
    }
}

impl Key {
    /// The key of a JWK (RFC 7517), if it is one to check signatures with, strong enough, and of a kind that is taken.
    fn of(jwk: &Jwk) -> Option<Self> {
        let common = &jwk.common;
        let purpose = common.public_key_use.as_ref();
        let operations = common.key_operations.as_ref();
        let signs = purpose.is_none_or(|purpose| *purpose == PublicKeyUse::Signature)
            && operations.is_none_or(|operations| operations.contains(&KeyOperations::Verify));
        let stated = common.key_algorithm.map(|stated| algorithm(&stated.to_string()));
        let decoding = match &jwk.algorithm {
            _ if !signs || stated == Some(None) => None,
            AlgorithmParameters::RSA(key) => rsa(key),
            AlgorithmParameters::EllipticCurve(key) => p256(key),
            _ => None,
        }?;
        let algorithm = stated.flatten();
        let fits = algorithm.is_none_or(|algorithm| algorithm.family() == decoding.family());
        fits.then_some(Self { decoding, algorithm })
    }
}

fn rsa(key: &RSAKeyParameters) -> Option<DecodingKey> {
    let (modulus, exponent) = (bytes(&key.n)?, bytes(&key.e)?);
    let modulus = &modulus[modulus.iter().position(|byte| *byte != 0)?..];
    let bits = modulus.len() * 8 - modulus[0].leading_zeros() as usize;
    (bits >= SHORTEST_RSA).then(|| DecodingKey::from_rsa_raw_components(modulus, &exponent))
}

fn p256(key: &EllipticCurveKeyParameters) -> Option<DecodingKey> {
    let (x, y) = (bytes(&key.x)?, bytes(&key.y)?);
    // The point as SEC 1 writes it, uncompressed.
    let point = [&[4], x.as_slice(), y.as_slice()].concat();
    let is_p256 = key.curve == EllipticCurve::P256 && (x.len(), y.len()) == (32, 32);
    is_p256.then(|| DecodingKey::from_ec_der(&point))
}

/// Some issuers pad, against the standard; the library takes no padding.
fn bytes(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()
}
