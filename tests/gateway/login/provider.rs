//! An issuer that says what the test wants: about itself, for a code, and with which key.

use std::sync::LazyLock;

use programgrant::clock::{Clock, ClockHand};
use programgrant::demo::login::LoginDesk;
use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::browser::{Browser, Came, parameter};
use super::place::{Gate, config};
use crate::tokens::issuer::{Signer, party, replace};
use crate::tokens::{BAMBLE, VENDOR};
use crate::world::NOON;

pub const CLIENT: &str = "programgrant-here";
pub const RESOURCE: &str = "urn:altinn:resource:programgrant";
/// Nobody listens there: a test's browser knows where the pages are.
pub const ORIGIN: &str = "https://tilskudd.example";

/// Our own key, as the operator's file has it. Made once: it takes its time.
static KEY: LazyLock<String> = LazyLock::new(|| LoginDesk::default().admit("http://x").expect("a key"));

/// The issuer, its key, and a gateway behind TLS of somebody else's that asks it.
pub struct Provider {
    pub server: MockServer,
    pub signer: Signer,
    pub gate: Gate,
    pub hand: ClockHand,
    _folder: tempfile::TempDir,
}

impl Provider {
    pub async fn new() -> Self {
        Self::with(&json!({}), &format!("resource = {RESOURCE:?}\n")).await
    }

    /// One that says these things otherwise of itself, and a gateway with more lines of `[login]`.
    pub async fn with(metadata: &Value, login: &str) -> Self {
        let (server, signer) = (MockServer::start().await, Signer::p256("k"));
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("key.pem");
        std::fs::write(&file, KEY.as_str()).expect("written");
        let name = name(&server);
        let mut said = json!({
            "issuer": name, "authorization_endpoint": format!("{name}authorize?given=1"), "token_endpoint": format!("{name}token"),
            "end_session_endpoint": format!("{name}endsession"), "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": true,
        });
        replace(&mut said, metadata);
        answer(&server, "GET", "/.well-known/openid-configuration", &said).await;
        answer(&server, "GET", "/jwks", &json!({ "keys": [signer.jwk()] })).await;
        let settings = format!(
            "[auth]\nmode = \"jwt\"\n[[auth.issuers]]\nissuer = {name:?}\njwks_url = \"{name}jwks\"\nscope_prefix = \"udir\"\n\
             [login]\nissuer = {name:?}\nclient_id = {CLIENT:?}\nkey_file = {:?}\nkid = \"ours\"\nredirect_url = \"{ORIGIN}/login/callback\"\n{login}",
            file.display().to_string()
        );
        let store = format!("sqlite:{}", folder.path().join("store.db").display());
        let (clock, hand) = Clock::manual(NOON.parse().expect("an instant"));
        let gate = Gate::at_a_free_port(&config(&settings, &store), &clock).await;
        Self {
            server,
            signer,
            gate,
            hand,
            _folder: folder,
        }
    }

    pub fn name(&self) -> String {
        name(&self.server)
    }

    /// Sends a browser off; where to, and what it keeps.
    pub async fn begin(&self) -> (Browser, String) {
        let mut browser = Browser::default();
        let begun = browser.open(&self.gate.url("/login")).await;
        (browser, begun.location())
    }

    /// What a sound ID token says to this login, changed as said.
    pub fn id_token(&self, sent: &str, more: &Value) -> Value {
        let now: jiff::Timestamp = NOON.parse().expect("an instant");
        let now = now.as_second();
        let mut claims = json!({
            "iss": self.name(), "aud": CLIENT, "sub": "person-1", "sid": "session-1", "acr": "substantial", "nonce": parameter(sent, "nonce"),
            "iat": now, "exp": now + 120, "consumer": party(VENDOR), "client_orgno": VENDOR,
            "authorization_details": [{ "type": "ansattporten:altinn:resource", "resource": RESOURCE, "authorized_parties": [{ "orgno": party(BAMBLE) }] }],
        });
        replace(&mut claims, more);
        claims
    }

    /// From now on, this for a code.
    pub async fn gives(&self, answer_to_code: &Value) {
        self.server.reset().await;
        answer(&self.server, "GET", "/jwks", &json!({ "keys": [self.signer.jwk()] })).await;
        answer(&self.server, "POST", "/token", answer_to_code).await;
    }

    /// From now on, this ID token.
    pub async fn gives_token(&self, token: &str) {
        self.gives(&json!({ "access_token": "a", "token_type": "Bearer", "expires_in": 120, "id_token": token }))
            .await;
    }

    /// The way back, as a sound issuer has it.
    pub fn back(&self, sent: &str) -> String {
        let (state, name) = (parameter(sent, "state"), self.name());
        let mut url = reqwest::Url::parse(&self.gate.url("/login/callback")).expect("an address");
        url.query_pairs_mut()
            .extend_pairs([("code", "c-1"), ("state", &state), ("iss", &name)]);
        url.into()
    }

    /// A whole login with that ID token's claims changed; what came of it, and the browser.
    pub async fn log_in(&self, more: &Value) -> (Came, Browser) {
        let (mut browser, sent) = self.begin().await;
        let claims = self.id_token(&sent, more);
        self.gives_token(&self.signer.token(&claims)).await;
        let came = browser.open(&self.back(&sent)).await;
        (came, browser)
    }

    /// How often codes were brought.
    pub async fn redeemed(&self) -> Vec<wiremock::Request> {
        let asked = self.server.received_requests().await.expect("recorded");
        asked
            .into_iter()
            .filter(|request| request.url.path() == "/token")
            .collect()
    }
}

fn name(server: &MockServer) -> String {
    format!("{}/", server.uri())
}

async fn answer(server: &MockServer, by: &str, at: &str, body: &Value) {
    let answer = ResponseTemplate::new(200).set_body_json(body);
    Mock::given(method(by))
        .and(path(at))
        .respond_with(answer)
        .mount(server)
        .await;
}
