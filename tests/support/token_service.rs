//! A token service as Maskinporten documents it, which trusts nobody: it takes each assertion once, by the clock that it is given.
#![allow(dead_code, reason = "each crate of tests uses its part")]

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::{KeySize, PublicKeyComponents};
use aws_lc_rs::signature::{KeyPair, RsaKeyPair};
use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub const AUDIENCE: &str = "https://tokens.example/";
pub const CLIENT: &str = "0a1b2c3d-programgrant";
pub const SCOPE: &str = "grants:read";
pub const KID: &str = "key-2026";
/// By how much clocks may differ, in seconds.
const LEEWAY: i64 = 10;
const LONGEST: i64 = 120;
const FORM: &str = "application/x-www-form-urlencoded";
const GRANT_TYPE: &str = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer";

/// How it goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenFault {
    /// 503, with a word of patience.
    Down,
    /// A page in HTML with status 200.
    NoJson,
    /// A token that would end the header.
    TornToken,
    /// It sends whoever asks elsewhere.
    Redirect,
}

pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// It serves until it is dropped.
pub struct TokenService {
    address: SocketAddr,
    state: Shared,
    serving: JoinHandle<()>,
}

type Shared = Arc<Mutex<Office>>;

struct Office {
    now: Clock,
    /// By `kid`, or by the first certificate of `x5c`.
    keys: HashMap<String, DecodingKey>,
    expires_in: Option<i64>,
    fault: Option<TokenFault>,
    used: HashSet<String>,
    /// Tokens and until when they are good, in seconds.
    issued: HashMap<String, i64>,
    /// Header and claims of every assertion that came, sound or not.
    heard: Vec<(Value, Value)>,
    asked: usize,
}

impl Drop for TokenService {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl TokenService {
    pub async fn start(now: Clock) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let state: Shared = Arc::new(Mutex::new(Office {
            now,
            keys: HashMap::new(),
            expires_in: Some(LONGEST),
            fault: None,
            used: HashSet::new(),
            issued: HashMap::new(),
            heard: Vec::new(),
            asked: 0,
        }));
        let app = Router::new()
            .route("/token", post(token))
            .with_state(Arc::clone(&state));
        let serving = tokio::spawn(async move { axum::serve(listener, app).await.expect("it serves") });
        Self {
            address,
            state,
            serving,
        }
    }

    pub fn url(&self) -> String {
        format!("http://{}/token", self.address)
    }

    /// Lets that key in under a `kid`, or under its certificate.
    pub fn trust(&self, name: &str, key: &RsaKeyPair) {
        let public = PublicKeyComponents::<Vec<u8>>::from(key.public_key());
        let key = DecodingKey::from_rsa_raw_components(&public.n, &public.e);
        self.office().keys.insert(name.to_owned(), key);
    }

    pub fn lasts(&self, expires_in: Option<i64>) {
        self.office().expires_in = expires_in;
    }

    pub fn set_fault(&self, fault: Option<TokenFault>) {
        self.office().fault = fault;
    }

    /// No token that was given is good any more.
    pub fn revoke_all(&self) {
        self.office().issued.clear();
    }

    pub fn asked(&self) -> usize {
        self.office().asked
    }

    /// Header and claims of every assertion that came.
    pub fn heard(&self) -> Vec<(Value, Value)> {
        self.office().heard.clone()
    }

    /// Whether the value of `Authorization` is a token that is good now; it outlives this.
    pub fn judge(&self) -> impl Fn(&str) -> bool + Clone + Send + Sync + 'static {
        let state = Arc::clone(&self.state);
        move |authorization| {
            let office = state.lock().unwrap_or_else(PoisonError::into_inner);
            let token = authorization.strip_prefix("Bearer ").unwrap_or_default();
            office.issued.get(token).is_some_and(|until| *until > office.second())
        }
    }

    fn office(&self) -> MutexGuard<'_, Office> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn token(State(state): State<Shared>, headers: HeaderMap, body: String) -> Response {
    // Whoever else asks at the same time gets to ask.
    tokio::task::yield_now().await;
    let mut office = state.lock().unwrap_or_else(PoisonError::into_inner);
    office.asked += 1;
    match office.fault {
        Some(TokenFault::Down) => {
            return (StatusCode::SERVICE_UNAVAILABLE, [("retry-after", "3")], "down").into_response();
        }
        Some(TokenFault::NoJson) => return "<html>Sign in</html>".into_response(),
        Some(TokenFault::TornToken) => return answer("torn\r\nx-evil: 1", Some(60)),
        Some(TokenFault::Redirect) => {
            return (StatusCode::TEMPORARY_REDIRECT, [("location", "http://127.0.0.1:1/")]).into_response();
        }
        None => {}
    }
    let is_form = headers.get(CONTENT_TYPE).is_some_and(|kind| kind == FORM);
    let assertion = body
        .strip_prefix(GRANT_TYPE)
        .and_then(|rest| rest.strip_prefix("&assertion="));
    let Some(assertion) = assertion.filter(|_| is_form) else {
        return refuse("invalid_request");
    };
    if let Err(error) = office.judge(assertion) {
        return refuse(error);
    }
    let token = format!("token-{}-{}", office.asked, office.used.len());
    let until = office.second() + office.expires_in.unwrap_or(i64::from(u16::MAX));
    office.issued.insert(token.clone(), until);
    answer(&token, office.expires_in)
}

fn answer(token: &str, expires_in: Option<i64>) -> Response {
    let mut body = json!({ "access_token": token, "token_type": "Bearer", "scope": SCOPE });
    if let Some(expires_in) = expires_in {
        body["expires_in"] = expires_in.into();
    }
    axum::Json(body).into_response()
}

fn refuse(error: &str) -> Response {
    let body = json!({ "error": error, "error_description": "Invalid assertion from 10.1.2.3 (trace: secret)" });
    (StatusCode::BAD_REQUEST, axum::Json(body)).into_response()
}

impl Office {
    fn second(&self) -> i64 {
        (self.now)().as_second()
    }

    /// Takes an assertion that is sound and new; otherwise the code of RFC 6749 § 5.2.
    fn judge(&mut self, assertion: &str) -> Result<(), &'static str> {
        let header = jsonwebtoken::decode_header(assertion).map_err(|_| "invalid_request")?;
        let is_rsa = [Algorithm::RS256, Algorithm::RS384, Algorithm::RS512].contains(&header.alg);
        let name = match (&header.kid, header.x5c.as_deref()) {
            (Some(kid), None) => kid,
            (None, Some([first, ..])) => first,
            _ => return Err("invalid_request"),
        };
        let key = self.keys.get(name).filter(|_| is_rsa).ok_or("invalid_client")?;
        let mut validation = Validation::new(header.alg);
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.required_spec_claims.clear();
        let claims = jsonwebtoken::decode::<Value>(assertion, key, &validation).map_err(|_| "invalid_client")?;
        let claims = claims.claims;
        self.heard
            .push((serde_json::to_value(&header).expect("a header"), claims.clone()));
        let (now, number) = (self.second(), |name: &str| claims[name].as_i64().ok_or("invalid_grant"));
        let (issued, expires) = (number("iat")?, number("exp")?);
        let is_now = (now - issued).abs() <= LEEWAY && expires > now - LEEWAY && expires - issued <= LONGEST;
        if claims["iss"] != CLIENT {
            return Err("invalid_client");
        }
        if claims["scope"] != SCOPE {
            return Err("invalid_scope");
        }
        let jti = claims["jti"]
            .as_str()
            .filter(|jti| !jti.is_empty())
            .ok_or("invalid_grant")?;
        if claims["aud"] != AUDIENCE || !is_now || !self.used.insert(jti.to_owned()) {
            return Err("invalid_grant");
        }
        Ok(())
    }
}

/// A new key: an RSA key takes its time.
pub fn rsa() -> RsaKeyPair {
    RsaKeyPair::generate(KeySize::Rsa2048).expect("a key")
}

/// As it stands in a file (PKCS #8).
pub fn pem(key: &RsaKeyPair) -> String {
    let der = key.as_der().expect("encoded");
    let text = STANDARD.encode(der.as_ref());
    let lines: Vec<&str> = (0..text.len())
        .step_by(64)
        .map(|at| &text[at..(at + 64).min(text.len())])
        .collect();
    format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        lines.join("\n")
    )
}

/// The keys of `[sources.ID.auth]` that get in, the key's file left out.
pub fn auth_settings(service: &TokenService) -> String {
    format!(
        "kind = \"maskinporten\"\ntoken_url = {:?}\naudience = \"{AUDIENCE}\"\nclient_id = \"{CLIENT}\"\nscope = \"{SCOPE}\"\nkid = \"{KID}\"\n",
        service.url()
    )
}
