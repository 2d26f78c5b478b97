//! What an issuer says of a login: who logged in and for which body (`OpenID` Connect Core § 2), and that a session has ended
//! (Back-Channel Logout § 2.4). Whether the person may do anything is not said here.

use jiff::{SignedDuration, Timestamp};
use programgrant_schema::OrganisationNumber;
use serde::Deserialize;
use serde_json::Value;

use super::grant_types::{self, Detail};
use super::token::{Audience, Issued, Presence, in_time};
use super::{Identity, TokenFlaw, TokenRefused, is_national_number, person};

/// The event that a logout token tells of.
const LOGOUT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// The longest name of a session, and the longest id of a token.
const LONGEST_NAME: usize = 255;
/// How old a logout token may be.
const OLDEST_LOGOUT: SignedDuration = SignedDuration::from_mins(5);

/// What a login must answer to.
#[derive(Debug, Clone, Copy)]
pub struct ExpectedLogin<'a> {
    pub issuer: &'a str,
    pub client_id: &'a str,
    pub nonce: &'a str,
    /// By which a person may act for a body; nobody acts for any, where there is none.
    pub resource: Option<&'a str>,
}

/// Who logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedIn {
    /// The body that the person acts for; `None`: for nobody.
    pub acting: Option<OrganisationNumber>,
    /// Who within the body: opaque, as for tokens. Empty where nobody is acted for.
    pub subject: String,
    /// What the issuer calls the session.
    pub sid: Option<String>,
}

/// That a session has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedOut {
    pub sid: String,
    /// The id of the token that says so.
    pub token: String,
    /// Until when that token is good.
    pub until: Timestamp,
}

#[derive(Deserialize)]
struct IdToken {
    iss: String,
    aud: Audience,
    azp: Option<String>,
    exp: i64,
    iat: i64,
    nbf: Option<i64>,
    nonce: Option<String>,
    sub: Option<String>,
    sid: Option<String>,
    acr: Option<String>,
    authorization_details: Option<Vec<Detail>>,
}

impl Issued for IdToken {
    const TYPES: &'static [&'static str] = &["jwt"];

    fn issuer(&self) -> &str {
        &self.iss
    }
}

#[derive(Deserialize)]
struct LogoutToken {
    iss: String,
    aud: Audience,
    exp: i64,
    iat: i64,
    jti: Option<String>,
    sid: Option<String>,
    events: Option<serde_json::Map<String, Value>>,
    /// There must be none: a token that says who logged in says nothing of an end.
    #[serde(default)]
    nonce: Presence,
}

impl Issued for LogoutToken {
    const TYPES: &'static [&'static str] = &["jwt", "logout+jwt", "application/logout+jwt"];

    fn issuer(&self) -> &str {
        &self.iss
    }
}

impl Identity {
    /// Who logged in, as the answer to this login says.
    pub async fn logged_in(
        &self,
        token: &str,
        expected: ExpectedLogin<'_>,
        now: Timestamp,
    ) -> Result<LoggedIn, TokenRefused> {
        let (claims, issuer, _) = self.verified::<IdToken>(token, now).await?;
        if issuer.issuer != expected.issuer {
            return Err(TokenFlaw::Issuer.into());
        }
        let is_for_us = claims.aud.is_only(expected.client_id)
            && claims.azp.as_deref().is_none_or(|party| party == expected.client_id);
        if !is_for_us {
            return Err(TokenFlaw::Audience.into());
        }
        in_time(claims.exp, [claims.nbf, Some(claims.iat)], now)?;
        if claims.nonce.as_deref() != Some(expected.nonce) {
            return Err(TokenFlaw::Nonce.into());
        }
        let details = claims.authorization_details.as_deref();
        let acting = match expected.resource {
            Some(resource) => grant_types::represented(details, claims.acr.as_deref(), resource)?,
            None => None,
        };
        // Looked at also where it is not kept: whoever sends national identity numbers for names is not logged in.
        let subject = person(&claims.iss, claims.sub.as_deref())?;
        Ok(LoggedIn {
            subject: if acting.is_some() { subject } else { String::new() },
            acting,
            sid: claims.sid.map(name).transpose()?,
        })
    }

    /// Which session of this issuer and client has ended.
    pub async fn logged_out(
        &self,
        token: &str,
        (issuer, client_id): (&str, &str),
        now: Timestamp,
    ) -> Result<LoggedOut, TokenRefused> {
        let (claims, known, _) = self.verified::<LogoutToken>(token, now).await?;
        if known.issuer != issuer {
            return Err(TokenFlaw::Issuer.into());
        }
        if !claims.aud.is_only(client_id) {
            return Err(TokenFlaw::Audience.into());
        }
        let until = in_time(claims.exp, [Some(claims.iat), None], now)?;
        if now.as_second().saturating_sub(claims.iat) > OLDEST_LOGOUT.as_secs() {
            return Err(TokenFlaw::Expired.into());
        }
        let is_event = claims
            .events
            .as_ref()
            .is_some_and(|events| events.get(LOGOUT).is_some_and(Value::is_object));
        if !is_event || claims.nonce.is_there() {
            return Err(TokenFlaw::Event.into());
        }
        Ok(LoggedOut {
            sid: name(claims.sid.ok_or(TokenFlaw::Session)?)?,
            token: name(claims.jti.ok_or(TokenFlaw::Unreadable)?)?,
            until,
        })
    }
}

/// A name that may be kept.
fn name(text: String) -> Result<String, TokenFlaw> {
    let is_sound = !text.is_empty()
        && text.len() <= LONGEST_NAME
        && text.bytes().all(|byte| byte.is_ascii_graphic())
        && !is_national_number(&text);
    if is_sound { Ok(text) } else { Err(TokenFlaw::Session) }
}
