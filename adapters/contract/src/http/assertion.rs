//! The signed assertion that a token is asked for with (RFC 7523 § 3), as Maskinporten reads it.

use aws_lc_rs::rand;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;

use super::Secret;
use super::auth::Grant;

/// In seconds. Maskinporten takes at most 120, by a clock that may be ten behind ours.
const LIFETIME: i64 = 100;

/// Signs assertions, each of which is good for one token.
pub struct Assertions {
    header: Header,
    key: EncodingKey,
    grant: Box<Grant>,
}

#[derive(Serialize)]
struct Claims<'a> {
    aud: &'a str,
    iss: &'a str,
    scope: &'a str,
    iat: i64,
    exp: i64,
    jti: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    consumer_org: Option<&'a str>,
}

/// Which key signed it: its id, or its certificates in standard Base64 of DER.
pub enum Signature {
    Kid(String),
    X5c(Vec<String>),
}

impl Assertions {
    /// `None` where the key is no RSA key that can sign.
    pub fn new(grant: Box<Grant>, signature: Signature, key: &Secret) -> Option<Self> {
        let mut header = Header::new(Algorithm::RS256);
        match signature {
            Signature::Kid(kid) => header.kid = Some(kid),
            Signature::X5c(chain) => header.x5c = Some(chain),
        }
        let key = EncodingKey::from_rsa_pem(key.expose().as_bytes()).ok()?;
        let assertions = Self { header, key, grant };
        // A key that is too short shows only now.
        assertions.sign(Timestamp::UNIX_EPOCH).is_some().then_some(assertions)
    }

    /// One that was never used; `None` where it cannot be signed.
    pub fn sign(&self, now: Timestamp) -> Option<Secret> {
        let iat = now.as_second();
        let claims = Claims {
            aud: &self.grant.audience,
            iss: &self.grant.client_id,
            scope: &self.grant.scope,
            iat,
            exp: iat + LIFETIME,
            jti: unique()?,
            resource: self.grant.resource.as_deref(),
            consumer_org: self.grant.consumer_org.as_deref(),
        };
        jsonwebtoken::encode(&self.header, &claims, &self.key)
            .ok()
            .map(Secret::new)
    }
}

/// 128 random bits. Not passed in like the time: nothing is decided by them, and one that came twice would be refused.
fn unique() -> Option<String> {
    let mut bytes = [0; 16];
    rand::fill(&mut bytes).ok()?;
    Some(hex::encode(bytes))
}
