//! Where people log in to the demonstration: what Ansattporten is to a browser (`OpenID` Connect, code flow with PKCE), for a person
//! who may act for one body of each role. It asks for no password and proves nothing.

use std::collections::{HashMap, HashSet};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand;
use aws_lc_rs::rsa::{KeySize, PublicKeyComponents};
use aws_lc_rs::signature::{KeyPair, RsaKeyPair};
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use programgrant_core::access::Role;
use reqwest::Url;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::login_page::{self, NoLogin, bad};
use super::tokens::{Issuing, NOBODY, RESOURCE, SimulatedIssuer, body, represented, role_name, text};

/// The gateway's name here.
pub const CLIENT: &str = "programgrant-demo";
/// How long a code is good.
const CODE: SignedDuration = SignedDuration::from_secs(60);
/// How long an ID token is good, in seconds.
const ID_TOKEN: i64 = 120;
/// The cookie that says which session here a browser has.
const COOKIE: &str = "ansattporten-demo";
const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const LOGOUT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// Neither is a person: two that a body may have, so that what takes two can be tried.
pub(super) const PEOPLE: [(&str, &str); 2] = [("caseworker", "saksbehandler"), ("manager", "leder")];
/// What is kept of those who never came back.
const MOST: usize = 1000;
/// Whoever acts for nobody.
pub(super) const ONESELF: &str = "oneself";

/// What is known at the desk: the one client, who is at the door, which codes were handed out.
#[derive(Default)]
pub struct LoginDesk(Mutex<Books>);

#[derive(Default)]
struct Books {
    client: Option<Registered>,
    /// By the id that the page's form carries.
    waiting: HashMap<String, Authorize>,
    codes: HashMap<String, Granted>,
    /// Assertions that were shown.
    shown: HashSet<String>,
}

#[derive(Clone)]
struct Registered {
    origin: String,
    key: PublicKeyComponents<Vec<u8>>,
}

/// What a browser is sent with.
#[derive(Clone, Deserialize)]
struct Authorize {
    client_id: String,
    redirect_uri: String,
    response_type: String,
    scope: String,
    state: String,
    nonce: String,
    code_challenge: String,
    code_challenge_method: String,
    authorization_details: Option<String>,
}

struct Granted {
    asked: Authorize,
    subject: String,
    /// The body that is acted for.
    organisation: Option<&'static str>,
    sid: String,
    at: Timestamp,
}

impl Books {
    fn wait(&mut self, id: String, asked: Authorize) {
        if self.waiting.len() >= MOST {
            self.waiting.clear();
        }
        self.waiting.insert(id, asked);
    }

    fn grant(&mut self, code: String, granted: Granted) {
        if self.codes.len() >= MOST {
            self.codes.clear();
        }
        self.codes.insert(code, granted);
    }
}

impl LoginDesk {
    fn books(&self) -> MutexGuard<'_, Books> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a gateway for its client, and makes it a key, in PEM.
    pub fn admit(&self, origin: &str) -> io::Result<String> {
        let failed = |_| io::Error::other("no key for the demonstration's logins");
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(failed)?;
        let der: Pkcs8V1Der<'static> = pair.as_der().map_err(failed)?;
        self.books().client = Some(Registered {
            origin: origin.to_owned(),
            key: PublicKeyComponents::from(pair.public_key()),
        });
        Ok(pem(der.as_ref()))
    }

    fn client(&self, id: &str) -> Option<Registered> {
        self.books().client.clone().filter(|_| id == CLIENT)
    }
}

fn pem(der: &[u8]) -> String {
    let encoded = STANDARD.encode(der);
    let lines: Vec<&str> = (0..encoded.len())
        .step_by(64)
        .map(|at| &encoded[at..encoded.len().min(at + 64)])
        .collect();
    format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        lines.join("\n")
    )
}

impl Registered {
    fn way_back(&self) -> String {
        format!("{}/login/callback", self.origin)
    }
}

/// Its doors, beside that for its keys.
pub(super) fn routes() -> Router<Arc<Issuing>> {
    Router::new()
        .route("/ansattporten/.well-known/openid-configuration", get(metadata))
        .route("/ansattporten/authorize", get(authorize).post(choose))
        .route("/ansattporten/token", post(token))
        .route("/ansattporten/endsession", get(end))
}

async fn metadata(State(issuing): State<Arc<Issuing>>) -> Json<Value> {
    let name = issuing.name(SimulatedIssuer::Ansattporten);
    Json(json!({
        "issuer": name, "jwks_uri": format!("{name}jwks"),
        "authorization_endpoint": format!("{name}authorize"), "token_endpoint": format!("{name}token"),
        "end_session_endpoint": format!("{name}endsession"),
        "response_types_supported": ["code"], "subject_types_supported": ["pairwise"], "scopes_supported": ["openid"],
        "id_token_signing_alg_values_supported": ["ES256"], "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"], "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
        "authorization_details_types_supported": ["ansattporten:altinn:resource"],
        "authorization_response_iss_parameter_supported": true,
        "backchannel_logout_supported": true, "backchannel_logout_session_supported": true,
    }))
}

impl Authorize {
    /// Whether it comes from the one client, and asks for what there is.
    fn check(&self, desk: &LoginDesk) -> Result<Registered, NoLogin> {
        let client = desk
            .client(&self.client_id)
            .ok_or(bad("Den som sendte deg hit, er ikke kjent her."))?;
        if self.redirect_uri != client.way_back() {
            return Err(bad("Adressen tilbake er en annen enn den som er avtalt."));
        }
        let is_code = self.response_type == "code" && self.scope.split(' ').any(|scope| scope == "openid");
        if !is_code || self.code_challenge_method != "S256" || self.code_challenge.len() != 43 {
            return Err(bad("Her brukes bare kodeflyten i OpenID Connect, med PKCE etter S256."));
        }
        if self.state.is_empty() || self.nonce.is_empty() {
            return Err(bad("Forespørselen mangler «state» eller «nonce»."));
        }
        Ok(client)
    }

    /// Whether bodies may be chosen.
    fn asks_for_bodies(&self) -> Result<bool, NoLogin> {
        let Some(details) = &self.authorization_details else {
            return Ok(false);
        };
        let details: Value =
            serde_json::from_str(details).map_err(|_| bad("«authorization_details» kan ikke leses."))?;
        let is_ours =
            |detail: &Value| detail["resource"] == RESOURCE && detail["type"] == "ansattporten:altinn:resource";
        match details.as_array() {
            Some(details) if !details.is_empty() && details.iter().all(is_ours) => Ok(true),
            _ => Err(bad("«authorization_details» ber om noe som ikke gis her.")),
        }
    }

    fn back(&self, more: &[(&str, &str)], issuer: &str) -> Result<String, NoLogin> {
        let mut back = Url::parse(&self.redirect_uri).map_err(|_| bad("Adressen tilbake kan ikke leses."))?;
        back.query_pairs_mut()
            .extend_pairs(more)
            .append_pair("state", &self.state)
            .append_pair("iss", issuer);
        Ok(back.into())
    }
}

fn unique() -> Result<String, NoLogin> {
    let mut bytes = [0; 16];
    rand::fill(&mut bytes).map_err(|_| {
        NoLogin(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Det mangler tilfeldighet å lage nøkler av.",
        )
    })?;
    Ok(text(&bytes))
}

async fn authorize(
    State(issuing): State<Arc<Issuing>>,
    asked: Result<Query<Authorize>, QueryRejection>,
) -> Result<Response, NoLogin> {
    let Query(asked) = asked.map_err(|_| bad("Det mangler noe i adressen."))?;
    let client = asked.check(&issuing.desk)?;
    let bodies = asked.asks_for_bodies()?;
    let id = unique()?;
    issuing.desk.books().wait(id.clone(), asked);
    Ok(login_page::choice(&id, bodies, &client.origin))
}

#[derive(Deserialize)]
struct Chosen {
    id: String,
    #[serde(default)]
    person: String,
    choice: String,
}

async fn choose(
    State(issuing): State<Arc<Issuing>>,
    chosen: Result<Form<Chosen>, FormRejection>,
) -> Result<Response, NoLogin> {
    let Form(chosen) = chosen.map_err(|_| bad("Skjemaet kan ikke leses."))?;
    let asked = issuing.desk.books().waiting.remove(&chosen.id);
    let asked = asked.ok_or(bad("Siden er brukt alt, eller innloggingen har ventet for lenge."))?;
    let issuer = issuing.name(SimulatedIssuer::Ansattporten);
    if chosen.choice == "cancel" {
        let back = asked.back(&[("error", "access_denied")], &issuer)?;
        return Ok((StatusCode::SEE_OTHER, [(header::LOCATION, back)]).into_response());
    }
    let role = Role::ALL.into_iter().find(|role| role_name(*role) == chosen.choice);
    let organisation = match role {
        Some(role) if asked.asks_for_bodies()? => Some(body(role).0),
        None if chosen.choice == ONESELF => None,
        _ => return Err(bad("Valget finnes ikke.")),
    };
    let subject = PEOPLE
        .iter()
        .find(|(value, _)| *value == chosen.person)
        .unwrap_or(&PEOPLE[0])
        .0;
    let (code, sid) = (unique()?, unique()?);
    let back = asked.back(&[("code", &code)], &issuer)?;
    let granted = Granted {
        asked,
        subject: subject.to_owned(),
        organisation,
        sid: sid.clone(),
        at: issuing.clock.now(),
    };
    issuing.desk.books().grant(code, granted);
    let cookie = format!("{COOKIE}={sid}; Path=/ansattporten; HttpOnly; SameSite=Lax");
    Ok((
        StatusCode::SEE_OTHER,
        [(header::LOCATION, back), (header::SET_COOKIE, cookie)],
    )
        .into_response())
}

#[derive(Deserialize)]
struct Redeem {
    grant_type: String,
    code: String,
    redirect_uri: String,
    client_id: Option<String>,
    code_verifier: String,
    client_assertion_type: String,
    client_assertion: String,
}

#[derive(Deserialize)]
struct Assertion {
    sub: String,
    jti: String,
    exp: i64,
    iat: i64,
}

fn oauth(error: &'static str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response()
}

fn failed<E>(_: E) -> Response {
    let told = Json(json!({ "error": "server_error" }));
    (StatusCode::INTERNAL_SERVER_ERROR, told).into_response()
}

async fn token(
    State(issuing): State<Arc<Issuing>>,
    asked: Result<Form<Redeem>, FormRejection>,
) -> Result<Json<Value>, Response> {
    let Form(asked) = asked.map_err(|_| oauth("invalid_request"))?;
    let now = issuing.clock.now();
    if asked.grant_type != "authorization_code" {
        return Err(oauth("unsupported_grant_type"));
    }
    if !is_the_client(&issuing, &asked, now) {
        return Err(oauth("invalid_client"));
    }
    // Once: whoever comes with it again finds nothing.
    let granted = issuing.desk.books().codes.remove(&asked.code);
    let granted = granted
        .filter(|granted| now.duration_since(granted.at) < CODE)
        .filter(|granted| granted.asked.redirect_uri == asked.redirect_uri)
        .filter(|granted| text(&Sha256::digest(&asked.code_verifier)) == granted.asked.code_challenge)
        .ok_or_else(|| oauth("invalid_grant"))?;
    let claims = id_token(&issuing.name(SimulatedIssuer::Ansattporten), &granted, now.as_second());
    let signed = issuing
        .signed(SimulatedIssuer::Ansattporten, "JWT", &claims)
        .map_err(failed)?;
    let access = unique().map_err(failed)?;
    Ok(Json(json!({
        "access_token": access, "id_token": signed, "token_type": "Bearer", "expires_in": ID_TOKEN, "scope": "openid"
    })))
}

/// Whether the gateway shows that it is who it says, with an assertion that nobody has shown before.
fn is_the_client(issuing: &Issuing, asked: &Redeem, now: Timestamp) -> bool {
    let id = asked.client_id.as_deref().unwrap_or(CLIENT);
    let Some(client) = issuing.desk.client(id) else {
        return false;
    };
    let key = DecodingKey::from_rsa_raw_components(&client.key.n, &client.key.e);
    let mut terms = Validation::new(Algorithm::RS256);
    // By the demonstration's own clock, below.
    terms.validate_exp = false;
    terms.set_audience(&[issuing.name(SimulatedIssuer::Ansattporten)]);
    terms.set_issuer(&[CLIENT]);
    let Ok(shown) = jsonwebtoken::decode::<Assertion>(&asked.client_assertion, &key, &terms) else {
        return false;
    };
    let claims = shown.claims;
    let is_timely = claims.exp > now.as_second() && claims.exp - claims.iat <= 120;
    asked.client_assertion_type == ASSERTION
        && claims.sub == CLIENT
        && is_timely
        && issuing.desk.books().shown.insert(claims.jti)
}

fn id_token(issuer: &str, granted: &Granted, now: i64) -> Value {
    let mut claims = json!({
        "iss": issuer, "aud": granted.asked.client_id, "sub": granted.subject, "pid": NOBODY, "sid": granted.sid, "acr": "high",
        "amr": ["demonstration"], "nonce": granted.asked.nonce, "iat": now, "auth_time": now, "exp": now + ID_TOKEN,
    });
    if let Some(organisation) = granted.organisation {
        claims["authorization_details"] = represented(organisation);
    }
    claims
}

#[derive(Deserialize)]
struct Leaving {
    client_id: Option<String>,
    post_logout_redirect_uri: Option<String>,
}

/// Ends the browser's session here, tells the gateway, and sends the browser home.
async fn end(
    State(issuing): State<Arc<Issuing>>,
    asked: Result<Query<Leaving>, QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let Ok(Query(asked)) = asked else {
        return bad("Adressen kan ikke leses.").into_response();
    };
    let client = issuing.desk.client(asked.client_id.as_deref().unwrap_or(CLIENT));
    if let (Some(client), Some(sid)) = (&client, session_of(&headers))
        && let Err(error) = tell(&issuing, &client.origin, &sid).await
    {
        tracing::warn!(%error, "the gateway was not told that a session of the demonstration has ended");
    }
    let gone = (header::SET_COOKIE, format!("{COOKIE}=; Path=/ansattporten; Max-Age=0"));
    let home = client.map(|client| format!("{}/", client.origin));
    match asked
        .post_logout_redirect_uri
        .filter(|back| Some(back) == home.as_ref())
    {
        Some(back) => (StatusCode::SEE_OTHER, [gone, (header::LOCATION, back)]).into_response(),
        None => ([gone], login_page::left()).into_response(),
    }
}

fn session_of(headers: &HeaderMap) -> Option<String> {
    let lists = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|list| list.to_str().ok());
    lists
        .flat_map(cookie::Cookie::split_parse)
        .filter_map(Result::ok)
        .find(|cookie| cookie.name() == COOKIE)
        .map(|cookie| cookie.value().to_owned())
}

/// The back channel: one signed word that a session has ended.
async fn tell(issuing: &Issuing, origin: &str, sid: &str) -> anyhow::Result<()> {
    let now = issuing.clock.now().as_second();
    let id = unique().map_err(|NoLogin(_, reason)| anyhow::anyhow!(reason))?;
    let claims = json!({
        "iss": issuing.name(SimulatedIssuer::Ansattporten), "aud": CLIENT, "iat": now, "exp": now + ID_TOKEN, "jti": id, "sid": sid,
        "events": { LOGOUT: {} },
    });
    let token = issuing.signed(SimulatedIssuer::Ansattporten, "logout+jwt", &claims)?;
    let client = reqwest::Client::builder()
        .no_proxy()
        .timeout(std::time::Duration::from_secs(5))
        .build()?;
    let body = format!("logout_token={token}");
    let request = client
        .post(format!("{origin}/login/backchannel"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(body);
    request.send().await?.error_for_status()?;
    Ok(())
}
