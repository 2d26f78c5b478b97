//! A login under way: what the browser takes to the issuer, what it must bring back, and where it wanted to go.

use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use oauth2::basic::{
    BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, Client, ClientId, CsrfToken, EndpointNotSet, EndpointSet, ExtraTokenFields,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, StandardRevocableToken,
    StandardTokenResponse, TokenUrl,
};
use reqwest::Url;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::csrf::random_text;
use super::provider::{Endpoints, ExchangeError, Provider};
use super::{LoginError, LoginFlaw};
use crate::config::{ConfigError, LoginSettings};

/// How long a person may take at the issuer.
pub const PATIENCE: SignedDuration = SignedDuration::from_mins(10);
/// How long the assertion of who we are is good, in seconds.
const ASSERTION: i64 = 60;
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// The longest code that is passed on.
const LONGEST_CODE: usize = 2048;
/// The longest path that is kept.
const LONGEST_PATH: usize = 1024;
/// Every employee of a body may represent it.
const EMPLOYEE: &str = "ansattporten:orgno";
const RESOURCE: &str = "urn:altinn:resource:";

/// What the cookie of a login under way holds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Attempt {
    state: String,
    nonce: String,
    verifier: String,
    /// Where to go afterwards: a path of ours.
    pub to: String,
    began: Timestamp,
}

/// What the issuer sends a browser back with.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Callback {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

/// What the token endpoint gives besides an access token, which nobody here needs.
#[derive(Debug, Serialize, Deserialize)]
struct IdTokenField {
    id_token: Option<String>,
}

impl ExtraTokenFields for IdTokenField {}

type Flow<Authorization = EndpointNotSet, Token = EndpointNotSet> = Client<
    BasicErrorResponse,
    StandardTokenResponse<IdTokenField, BasicTokenType>,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    Authorization,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    Token,
>;

/// Who we are at the issuer.
pub struct Registration {
    settings: LoginSettings,
    header: Header,
    key: EncodingKey,
}

#[derive(Serialize)]
struct Assertion<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    jti: String,
    iat: i64,
    exp: i64,
}

impl Registration {
    /// Reads the key, and signs once to see that it can.
    pub fn new(settings: &LoginSettings) -> Result<Self, ConfigError> {
        let path = &settings.key_file;
        let flaw = |reason: String| ConfigError::key("login.key_file", format!("{}: {reason}", path.display()));
        let pem = std::fs::read(path).map_err(|error| flaw(error.to_string()))?;
        let no_key = "no RSA key of 2048 bits or more, in PEM and not encrypted";
        let key = EncodingKey::from_rsa_pem(&pem).map_err(|_| flaw(no_key.to_owned()))?;
        let mut header = Header::new(Algorithm::RS256);
        header.kid = Some(settings.kid.clone());
        let registration = Self {
            settings: settings.clone(),
            header,
            key,
        };
        let signs = registration.assertion(Timestamp::UNIX_EPOCH).is_some();
        signs.then_some(registration).ok_or_else(|| flaw(no_key.to_owned()))
    }

    /// That it is us who ask (RFC 7523), good for one question; `None` where it cannot be signed.
    fn assertion(&self, now: Timestamp) -> Option<String> {
        let (client_id, iat) = (self.settings.client_id.as_str(), now.as_second());
        let claims = Assertion {
            iss: client_id,
            sub: client_id,
            aud: &self.settings.issuer,
            jti: random_text::<16>()?,
            iat,
            exp: iat + ASSERTION,
        };
        jsonwebtoken::encode(&self.header, &claims, &self.key).ok()
    }

    fn flow(&self, endpoints: &Endpoints) -> Flow<EndpointSet, EndpointSet> {
        Flow::new(ClientId::new(self.settings.client_id.clone()))
            .set_auth_type(AuthType::RequestBody)
            .set_auth_uri(AuthUrl::from_url(endpoints.authorization.clone()))
            .set_token_uri(TokenUrl::from_url(endpoints.token.clone()))
            .set_redirect_uri(RedirectUrl::from_url(self.settings.redirect_url.url()))
    }

    /// Begins a login: where the browser is sent, and what its cookie must hold.
    pub fn begin(&self, endpoints: &Endpoints, to: String, now: Timestamp) -> Option<(Url, Attempt)> {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let attempt = Attempt {
            state: random_text::<32>()?,
            nonce: random_text::<32>()?,
            verifier: verifier.into_secret(),
            to,
            began: now,
        };
        let flow = self.flow(endpoints);
        let request = flow
            .authorize_url(|| CsrfToken::new(attempt.state.clone()))
            .add_scope(Scope::new("openid".to_owned()))
            .add_extra_param("nonce", attempt.nonce.clone())
            .set_pkce_challenge(challenge);
        let request = match &self.settings.resource {
            Some(resource) => request.add_extra_param("authorization_details", json!([detail(resource)]).to_string()),
            None => request,
        };
        let (url, _) = request.url();
        Some((url, attempt))
    }

    /// The ID token for the code that a browser brought.
    pub async fn redeem(
        &self,
        (provider, endpoints): (&Provider, &Endpoints),
        attempt: &Attempt,
        code: String,
        now: Timestamp,
    ) -> Result<String, LoginError> {
        let assertion = self.assertion(now).ok_or(LoginError::NoRandomness)?;
        let flow = self.flow(endpoints);
        let asked = flow
            .exchange_code(AuthorizationCode::new(code))
            .set_pkce_verifier(PkceCodeVerifier::new(attempt.verifier.clone()))
            .add_extra_param("client_assertion_type", ASSERTION_TYPE)
            .add_extra_param("client_assertion", assertion)
            .request_async(provider)
            .await;
        let tokens = asked.map_err(|error| refused(&error))?;
        tokens
            .extra_fields()
            .id_token
            .clone()
            .ok_or(LoginError::Refused(LoginFlaw::NoIdToken))
    }
}

/// What the issuer refused is the browser's to begin anew; anything else is the issuer's to mend. Neither text is repeated: it may hold
/// the code or a token.
fn refused(error: &RequestTokenError<ExchangeError, BasicErrorResponse>) -> LoginError {
    match error {
        RequestTokenError::ServerResponse(answer) => {
            tracing::info!(
                error = answer.error().as_ref(),
                "the issuer did not take the code of a login"
            );
            LoginError::Refused(LoginFlaw::Code)
        }
        RequestTokenError::Request(error) => {
            tracing::warn!(%error, "the issuer cannot be asked for the token of a login");
            LoginError::Unavailable
        }
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
            tracing::warn!("the issuer's answer to the code of a login cannot be read");
            LoginError::Unavailable
        }
    }
}

/// What is asked for beside who the person is: a body to act for (Rich Authorization Requests, RFC 9396).
fn detail(resource: &str) -> Value {
    if resource == EMPLOYEE {
        return json!({ "type": EMPLOYEE });
    }
    // Altinn 2 has a service code and edition, Altinn 3 a name.
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_service = resource
        .strip_prefix(RESOURCE)
        .and_then(|rest| rest.split_once(':'))
        .is_some_and(|(code, edition)| is_number(code) && is_number(edition));
    let kind = if is_service { "service" } else { "resource" };
    json!({ "type": format!("ansattporten:altinn:{kind}"), "resource": resource })
}

impl Attempt {
    pub fn nonce(&self) -> &str {
        &self.nonce
    }

    /// The code, if this is what the browser was sent for, by this issuer.
    pub fn code(
        &self,
        callback: Callback,
        issuer: &str,
        endpoints: &Endpoints,
        now: Timestamp,
    ) -> Result<String, LoginFlaw> {
        if callback.state.as_deref() != Some(self.state.as_str()) {
            return Err(LoginFlaw::State);
        }
        if now.duration_since(self.began) >= PATIENCE {
            return Err(LoginFlaw::TooLate);
        }
        // Another issuer's answer would have us bring it the code of this one (RFC 9207).
        let is_from_there = match callback.iss.as_deref() {
            Some(stated) => stated == issuer,
            None => !endpoints.says_issuer,
        };
        if !is_from_there {
            return Err(LoginFlaw::Issuer);
        }
        if callback.error.is_some() {
            return Err(LoginFlaw::Denied);
        }
        callback
            .code
            .filter(|code| !code.is_empty() && code.len() <= LONGEST_CODE)
            .ok_or(LoginFlaw::NoCode)
    }
}

/// A path of ours to go to after a login; `/` for whatever could lead elsewhere, or to the login again.
pub fn local_path(asked: Option<&str>, origin: &str) -> String {
    const HOME: &str = "/";
    let asked = asked.unwrap_or(HOME);
    let is_plain = asked.len() <= LONGEST_PATH && asked.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let second = asked.as_bytes().get(1);
    let is_path = asked.starts_with('/') && second != Some(&b'/');
    // As a browser will read it.
    let stays = || {
        let base = Url::parse(origin).ok()?;
        let there = base.join(asked).ok()?;
        let is_of_login = ["/login", "/logout"]
            .iter()
            .any(|path| there.path() == *path || there.path().starts_with(&format!("{path}/")));
        Some(there.origin() == base.origin() && !there.path().starts_with("//") && !is_of_login)
    };
    if is_plain && is_path && stays() == Some(true) {
        asked.to_owned()
    } else {
        HOME.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_ours_is_kept_and_nothing_else() {
        let kept = |asked: &str| local_path(Some(asked), "https://g.example");
        for path in [
            "/",
            "/tilskudd/2021?status=PAID&q=a%20b",
            "/a//b",
            "/loginn",
            "/graphiql#x",
        ] {
            assert_eq!(kept(path), path);
        }
        for path in [
            "",
            "a",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example/",
            "/%0a\n",
            "/\t/evil.example",
            "/\u{0}",
            "javascript:alert(1)",
            "/é",
            "/.//evil.example",
            "/a/..//evil.example",
            "/login",
            "/login?to=/",
            "/login/callback",
            "/logout",
            "/a/../login",
            &format!("/{}", "a".repeat(2000)),
            " /a",
            "/a b",
        ] {
            assert_eq!(kept(path), "/", "{path:?}");
        }
        assert_eq!(local_path(None, "https://g.example"), "/");
    }

    #[test]
    fn what_is_asked_for_is_called_as_the_issuer_calls_it() {
        let of = |resource: &str| detail(resource)["type"].as_str().expect("text").to_owned();
        assert_eq!(of("urn:altinn:resource:programgrant"), "ansattporten:altinn:resource");
        assert_eq!(of("urn:altinn:resource:2480:40"), "ansattporten:altinn:service");
        assert_eq!(of("urn:altinn:resource:a:b"), "ansattporten:altinn:resource");
        assert_eq!(of("ansattporten:orgno"), "ansattporten:orgno");
    }
}
