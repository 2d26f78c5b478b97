//! Simulated issuers of tokens, each with its own key: what Maskinporten, Ansattporten and ID-porten would issue, for every role
//! and in every shape, to whoever asks. They prove nothing and are for the demonstration alone.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use aws_lc_rs::rand;
use aws_lc_rs::rsa::{KeySize, PublicKeyComponents};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use axum::extract::{Path as InAddress, Query, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use programgrant_core::access::Role;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::login::{self, LoginDesk};
use crate::clock::Clock;

/// How long a token lasts, in seconds: a working day.
const LIFETIME: i64 = 8 * 60 * 60;
/// Every token has this scope.
const SCOPE: &str = "udir:programgrant";
/// The entitlement by which a person represents a body in the demonstration.
pub(super) const RESOURCE: &str = "urn:altinn:resource:programgrant-demo";

// Made-up bodies: the series 31 is for synthetic numbers, which pass their check and are nobody's.
const VENDOR: &str = "310240028";
const EVALUATOR: &str = "310240036";
const OPERATOR: &str = "310240044";
const STRANGER: &str = "310240052";
/// A national identity number that is nobody's: it fails its check.
pub(super) const NOBODY: &str = "00000000001";

/// The made-up bodies and what they are called.
pub const MADE_UP: [(&str, &str); 4] = [
    (VENDOR, "en oppdiktet leverandør"),
    (EVALUATOR, "en oppdiktet evaluator"),
    (OPERATOR, "en oppdiktet driftsleverandør"),
    (STRANGER, "en oppdiktet virksomhet uten rolle"),
];

/// Whom a token lets act, and through whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// Maskinporten: the body's own system.
    #[default]
    Plain,
    /// Maskinporten: a supplier, to which the body has delegated.
    Delegated,
    /// Maskinporten: a vendor's system, which the body has made its system user.
    SystemUser,
    /// Ansattporten: a person who may represent the body.
    Ansattporten,
    /// ID-porten: a person who is logged in to the body's service.
    IdPorten,
}

/// As roles are written in an address.
#[derive(Deserialize)]
#[serde(remote = "Role", rename_all = "kebab-case")]
enum RoleName {
    Public,
    Municipality,
    CountyGovernor,
    Directorate,
    ProgrammeOffice,
    Evaluator,
    Operator,
}

/// The simulated issuers. They answer until dropped.
pub struct Issuers {
    issuing: Arc<Issuing>,
    serving: JoinHandle<()>,
}

impl Drop for Issuers {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

pub(super) struct Issuing {
    address: SocketAddr,
    pub(super) clock: Clock,
    pub(super) desk: LoginDesk,
    maskinporten: RsaKeyPair,
    ansattporten: EcdsaKeyPair,
    id_porten: EcdsaKeyPair,
}

/// One of the three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum SimulatedIssuer {
    Maskinporten,
    Ansattporten,
    IdPorten,
}

impl SimulatedIssuer {
    const ALL: [Self; 3] = [Self::Maskinporten, Self::Ansattporten, Self::IdPorten];

    const fn name(self) -> &'static str {
        match self {
            Self::Maskinporten => "maskinporten",
            Self::Ansattporten => "ansattporten",
            Self::IdPorten => "idporten",
        }
    }
}

impl Shape {
    const fn issuer(self) -> SimulatedIssuer {
        match self {
            Self::Plain | Self::Delegated | Self::SystemUser => SimulatedIssuer::Maskinporten,
            Self::Ansattporten => SimulatedIssuer::Ansattporten,
            Self::IdPorten => SimulatedIssuer::IdPorten,
        }
    }
}

#[derive(Deserialize)]
struct Asked {
    #[serde(with = "RoleName")]
    role: Role,
    #[serde(default)]
    shape: Shape,
}

/// The body that stands for a role: its number, and what it is called.
pub const fn body(role: Role) -> (&'static str, &'static str) {
    match role {
        Role::Public => MADE_UP[3],
        Role::Municipality => ("940244145", "Bamble kommune"),
        Role::CountyGovernor => ("974762501", "Statsforvalteren i Vestfold og Telemark"),
        Role::Directorate => ("889640782", "NAV"),
        Role::ProgrammeOffice => ("970018131", "Utdanningsdirektoratet"),
        Role::Evaluator => MADE_UP[1],
        Role::Operator => MADE_UP[2],
    }
}

/// The role as an address of a token has it.
pub fn role_name(role: Role) -> String {
    role.as_str().to_lowercase().replace('_', "-")
}

impl Issuers {
    /// Starts them on a free port, with new keys.
    pub async fn start(clock: Clock) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
        let address = listener.local_addr()?;
        let issuing = Arc::new(tokio::task::spawn_blocking(move || Issuing::new(address, clock)).await??);
        let routes = Router::new()
            .route("/", get(index))
            .route("/token", get(token))
            .route("/{issuer}/jwks", get(jwks))
            .merge(login::routes());
        let routes = routes.with_state(Arc::clone(&issuing));
        let serving = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, routes).await {
                tracing::error!(%error, "the simulated issuers have stopped");
            }
        });
        Ok(Self { issuing, serving })
    }

    /// Where a token can be asked for.
    pub fn url(&self) -> String {
        format!("http://{}/", self.issuing.address)
    }

    /// The part of a configuration that believes them, after `[auth]`.
    pub fn settings(&self) -> String {
        let issuer = |issuer: SimulatedIssuer| {
            let (name, keys) = (self.issuing.name(issuer), format!("{}jwks", self.issuing.name(issuer)));
            format!(
                "[[auth.issuers]]\nissuer = {name:?}\njwks_url = {keys:?}\nscope_prefix = \"udir\"\nresources = [{RESOURCE:?}]\n"
            )
        };
        let organisation = |role: Role| {
            let (number, name) = body(role);
            format!(
                "[[auth.organisations]]\nnumber = {number:?}\nrole = {:?}\nname = {name:?}\n",
                role.as_str()
            )
        };
        let issuers = SimulatedIssuer::ALL.into_iter().map(issuer);
        issuers
            // The lists are of no programme, and the demonstration's office sees them.
            .chain(
                [Role::ProgrammeOffice, Role::Evaluator, Role::Operator]
                    .into_iter()
                    .map(organisation),
            )
            .collect()
    }

    /// The part of a configuration by which people log in at a gateway with that address for its pages. `folder` takes the gateway's key.
    pub async fn admit(&self, origin: &str, folder: &Path) -> anyhow::Result<String> {
        let issuing = Arc::clone(&self.issuing);
        let pem = {
            let origin = origin.to_owned();
            tokio::task::spawn_blocking(move || issuing.desk.admit(&origin)).await??
        };
        let file = folder.join("login.pem");
        std::fs::write(&file, pem)?;
        Ok(format!(
            "[login]\nissuer = {:?}\nclient_id = {:?}\nkey_file = {:?}\nkid = \"demonstration\"\nredirect_url = \"{origin}/login/callback\"\n\
             resource = {RESOURCE:?}\n",
            self.issuing.name(SimulatedIssuer::Ansattporten),
            login::CLIENT,
            file.display().to_string(),
        ))
    }

    /// A new token for the body of that role.
    pub fn token(&self, role: Role, shape: Shape) -> anyhow::Result<String> {
        Ok(self.issuing.token(role, shape)?)
    }
}

impl Issuing {
    fn new(address: SocketAddr, clock: Clock) -> io::Result<Self> {
        let failed = |_| io::Error::other("no keys for the simulated issuers");
        let curve = || EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(failed);
        let maskinporten = RsaKeyPair::generate(KeySize::Rsa2048).map_err(failed)?;
        Ok(Self {
            address,
            clock,
            desk: LoginDesk::default(),
            maskinporten,
            ansattporten: curve()?,
            id_porten: curve()?,
        })
    }

    /// An issuer as its tokens call it.
    pub(super) fn name(&self, issuer: SimulatedIssuer) -> String {
        format!("http://{}/{}/", self.address, issuer.name())
    }

    fn jwk(&self, issuer: SimulatedIssuer) -> Value {
        let name = issuer.name();
        let curve = |key: &EcdsaKeyPair| {
            // An uncompressed point: 4, then x and y of 32 bytes each.
            let (x, y) = key.public_key().as_ref()[1..].split_at(32);
            json!({ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": name, "x": text(x), "y": text(y) })
        };
        match issuer {
            SimulatedIssuer::Maskinporten => {
                let key = PublicKeyComponents::<Vec<u8>>::from(self.maskinporten.public_key());
                json!({ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": name, "n": text(&key.n), "e": text(&key.e) })
            }
            SimulatedIssuer::Ansattporten => curve(&self.ansattporten),
            SimulatedIssuer::IdPorten => curve(&self.id_porten),
        }
    }

    fn token(&self, role: Role, shape: Shape) -> io::Result<String> {
        let claims = self.claims(body(role).0, shape, self.clock.now())?;
        self.signed(shape.issuer(), "JWT", &claims)
    }

    /// Any claims, signed by that issuer.
    pub(super) fn signed(&self, issuer: SimulatedIssuer, kind: &str, claims: &Value) -> io::Result<String> {
        let algorithm = if issuer == SimulatedIssuer::Maskinporten {
            "RS256"
        } else {
            "ES256"
        };
        let header = json!({ "alg": algorithm, "kid": issuer.name(), "typ": kind });
        let message = format!(
            "{}.{}",
            text(header.to_string().as_bytes()),
            text(claims.to_string().as_bytes())
        );
        let signature = self
            .sign(issuer, message.as_bytes())
            .map_err(|_| io::Error::other("the token could not be signed"))?;
        Ok(format!("{message}.{}", text(&signature)))
    }

    fn sign(&self, issuer: SimulatedIssuer, message: &[u8]) -> Result<Vec<u8>, aws_lc_rs::error::Unspecified> {
        let random = rand::SystemRandom::new();
        let curve = |key: &EcdsaKeyPair| Ok(key.sign(&random, message)?.as_ref().to_vec());
        match issuer {
            SimulatedIssuer::Maskinporten => {
                let mut signature = vec![0; self.maskinporten.public_modulus_len()];
                self.maskinporten
                    .sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)?;
                Ok(signature)
            }
            SimulatedIssuer::Ansattporten => curve(&self.ansattporten),
            SimulatedIssuer::IdPorten => curve(&self.id_porten),
        }
    }

    fn claims(&self, organisation: &str, shape: Shape, now: Timestamp) -> io::Result<Value> {
        let mut id = [0; 16];
        rand::fill(&mut id).map_err(|_| io::Error::other("no randomness"))?;
        let now = now.as_second();
        let mut claims = json!({
            "iss": self.name(shape.issuer()), "scope": SCOPE, "token_type": "Bearer", "jti": text(&id), "iat": now, "exp": now + LIFETIME,
            "client_id": "demonstration", "client_amr": "private_key_jwt", "consumer": party(organisation),
        });
        let more = match shape {
            Shape::Plain => json!({}),
            Shape::Delegated => json!({ "supplier": party(VENDOR), "delegation_source": "https://www.altinn.no/" }),
            Shape::SystemUser => json!({ "consumer": party(VENDOR), "authorization_details": [{
                "type": "urn:altinn:systemuser", "systemuser_org": party(organisation),
                "systemuser_id": ["6a1f0d0e-0000-4000-8000-000000000000"], "system_id": format!("{VENDOR}_demo"),
            }] }),
            Shape::Ansattporten => {
                json!({ "sub": "caseworker", "pid": NOBODY, "acr": "high", "consumer": party(VENDOR),
                "authorization_details": represented(organisation) })
            }
            Shape::IdPorten => {
                json!({ "sub": "caseworker", "pid": NOBODY, "acr": "idporten-loa-high", "client_orgno": organisation })
            }
        };
        for (name, value) in more.as_object().into_iter().flatten() {
            claims[name] = value.clone();
        }
        Ok(claims)
    }
}

/// That a person may act for this body.
pub(super) fn represented(organisation: &str) -> Value {
    json!([{
        "type": "ansattporten:altinn:resource", "resource": RESOURCE,
        "authorized_parties": [{ "orgno": party(organisation), "resource": "programgrant-demo", "unit_type": "ORGL" }],
    }])
}

fn party(organisation: &str) -> Value {
    json!({ "authority": "iso6523-actorid-upis", "ID": format!("0192:{organisation}") })
}

pub(super) fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

async fn index() -> String {
    let roles = Role::ALL.map(role_name).join(", ");
    format!(
        "GET /token?role=ROLE&shape=SHAPE\nROLE: {roles}\nSHAPE: plain (default), delegated, system-user, ansattporten, id-porten\n"
    )
}

async fn token(State(issuing): State<Arc<Issuing>>, Query(asked): Query<Asked>) -> Result<String, StatusCode> {
    issuing
        .token(asked.role, asked.shape)
        .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

async fn jwks(State(issuing): State<Arc<Issuing>>, InAddress(issuer): InAddress<SimulatedIssuer>) -> Json<Value> {
    Json(json!({ "keys": [issuing.jwk(issuer)] }))
}
