//! An issuer of the test's own: its keys, its endpoint that counts who comes, and tokens of any kind, sound or not.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeySize, PublicKeyComponents};
use aws_lc_rs::signature::{
    self, ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RsaEncoding,
    RsaKeyPair,
};
use axum::Router;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::BAMBLE;
use crate::world::NOON;

/// Made once: an RSA key takes its time.
static RSA: LazyLock<RsaKeyPair> = LazyLock::new(|| RsaKeyPair::generate(KeySize::Rsa2048).expect("a key"));

/// A signing key and its id.
pub struct Signer {
    pub id: String,
    key: Kind,
}

enum Kind {
    Rsa,
    P256(EcdsaKeyPair),
    P384(EcdsaKeyPair),
}

impl Signer {
    /// The RSA key that all tests share, under an id.
    pub fn rsa(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            key: Kind::Rsa,
        }
    }

    pub fn p256(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            key: Kind::P256(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key")),
        }
    }

    pub fn p384(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            key: Kind::P384(EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).expect("a key")),
        }
    }

    /// The public key, without a word on what it is for.
    pub fn jwk(&self) -> Value {
        let curve = |name: &str, key: &EcdsaKeyPair| {
            let point = &key.public_key().as_ref()[1..];
            let (x, y) = point.split_at(point.len() / 2);
            json!({ "kty": "EC", "crv": name, "kid": self.id, "x": encode(x), "y": encode(y) })
        };
        match &self.key {
            Kind::Rsa => {
                let key = PublicKeyComponents::<Vec<u8>>::from(RSA.public_key());
                json!({ "kty": "RSA", "kid": self.id, "n": encode(&key.n), "e": encode(&key.e) })
            }
            Kind::P256(key) => curve("P-256", key),
            Kind::P384(key) => curve("P-384", key),
        }
    }

    /// The algorithm that the key is usually for.
    fn algorithm(&self) -> &'static str {
        match self.key {
            Kind::Rsa => "RS256",
            Kind::P256(_) => "ES256",
            Kind::P384(_) => "ES384",
        }
    }

    fn sign(&self, algorithm: &str, message: &[u8]) -> Vec<u8> {
        let rsa = |encoding: &'static dyn RsaEncoding| {
            let mut signature = vec![0; RSA.public_modulus_len()];
            RSA.sign(encoding, &SystemRandom::new(), message, &mut signature)
                .expect("signed");
            signature
        };
        match (&self.key, algorithm) {
            (Kind::Rsa, "RS384") => rsa(&signature::RSA_PKCS1_SHA384),
            (Kind::Rsa, "RS512") => rsa(&signature::RSA_PKCS1_SHA512),
            (Kind::Rsa, "PS256") => rsa(&signature::RSA_PSS_SHA256),
            (Kind::Rsa, _) => rsa(&signature::RSA_PKCS1_SHA256),
            (Kind::P256(key) | Kind::P384(key), _) => key
                .sign(&SystemRandom::new(), message)
                .expect("signed")
                .as_ref()
                .to_vec(),
        }
    }

    /// A sound token with these claims.
    pub fn token(&self, claims: &Value) -> String {
        self.token_with(&json!({}), claims)
    }

    /// The same with more in its header, or with other things there; what is null is left out.
    pub fn token_with(&self, header: &Value, claims: &Value) -> String {
        let mut whole = json!({ "alg": self.algorithm(), "kid": self.id, "typ": "JWT" });
        replace(&mut whole, header);
        let algorithm = whole["alg"].as_str().unwrap_or_default().to_owned();
        self.token_of(&whole.to_string(), &claims.to_string(), &algorithm)
    }

    /// Any two texts, signed.
    pub fn token_of(&self, header: &str, claims: &str, algorithm: &str) -> String {
        let message = format!("{}.{}", encode(header.as_bytes()), encode(claims.as_bytes()));
        let signature = self.sign(algorithm, message.as_bytes());
        format!("{message}.{}", encode(&signature))
    }
}

pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Puts the second object's entries into the first; null takes one out.
pub fn replace(object: &mut Value, more: &Value) {
    for (name, value) in more.as_object().expect("an object") {
        let entries = object.as_object_mut().expect("an object");
        if value.is_null() {
            entries.remove(name);
        } else {
            entries.insert(name.clone(), value.clone());
        }
    }
}

/// What an issuer's endpoint answers.
struct Served {
    status: StatusCode,
    body: String,
    location: Option<String>,
}

/// An issuer with an endpoint for its keys.
pub struct Issuer {
    address: SocketAddr,
    served: Arc<Mutex<Served>>,
    fetches: Arc<AtomicUsize>,
    serving: JoinHandle<()>,
}

impl Drop for Issuer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Issuer {
    /// An issuer with these keys.
    pub async fn with(signers: &[&Signer]) -> Self {
        let served = Arc::new(Mutex::new(Served {
            status: StatusCode::OK,
            body: String::new(),
            location: None,
        }));
        let fetches = Arc::new(AtomicUsize::new(0));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (answers, counter) = (Arc::clone(&served), Arc::clone(&fetches));
        let jwks = move || {
            counter.fetch_add(1, Ordering::SeqCst);
            let served = answers.lock().expect("unharmed");
            let location = served.location.clone().map(|place| ("location", place));
            let answer = (served.status, served.body.clone());
            std::future::ready(match location {
                Some(location) => ([location], answer).into_response(),
                None => answer.into_response(),
            })
        };
        let routes = Router::new().route("/jwks", get(jwks));
        let serving = tokio::spawn(async move { axum::serve(listener, routes).await.expect("serves") });
        let issuer = Self {
            address,
            served,
            fetches,
            serving,
        };
        issuer.publish(&signers.iter().map(|signer| signer.jwk()).collect::<Vec<_>>());
        issuer
    }

    /// As its tokens call it.
    pub fn name(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// The lines that make it believed, but for what its tokens must be for.
    pub fn settings(&self) -> String {
        format!(
            "[[auth.issuers]]\nissuer = {:?}\njwks_url = \"http://{}/jwks\"",
            self.name(),
            self.address
        )
    }

    /// From now on, these keys.
    pub fn publish(&self, keys: &[Value]) {
        self.answer(StatusCode::OK, &json!({ "keys": keys }).to_string(), None);
    }

    /// From now on, this.
    pub fn answer(&self, status: StatusCode, body: &str, location: Option<&str>) {
        *self.served.lock().expect("unharmed") = Served {
            status,
            body: body.to_owned(),
            location: location.map(ToOwned::to_owned),
        };
    }

    /// How often its keys were asked for.
    pub fn fetches(&self) -> usize {
        self.fetches.load(Ordering::SeqCst)
    }

    /// What it states of Bamble's own system, changed as said.
    pub fn claims(&self, more: &Value) -> Value {
        self.claims_at(NOON.parse().expect("an instant"), more)
    }

    pub fn claims_at(&self, now: Timestamp, more: &Value) -> Value {
        let now = now.as_second();
        let mut claims = json!({
            "iss": self.name(), "scope": "other:read udir:programgrant", "iat": now, "exp": now + 120, "jti": "Hgb3zwO9g0bjmSbCCtQCxMowsZEu00lC",
            "client_id": "a3f0", "client_amr": "private_key_jwt", "token_type": "Bearer", "consumer": party(BAMBLE),
        });
        replace(&mut claims, more);
        claims
    }
}

/// An organisation as tokens write it.
pub fn party(number: &str) -> Value {
    json!({ "authority": "iso6523-actorid-upis", "ID": format!("0192:{number}") })
}
