//! A session: what the sealed cookie holds of it, and until when it lasts. No name of a person, no national identity number; the role
//! is looked up each time.

use axum::http::HeaderValue;
use jiff::{SignedDuration, Timestamp};
use programgrant_core::access::Caller;
use programgrant_schema::OrganisationNumber;
use serde::{Deserialize, Serialize};

use super::csrf::FormSecret;
use crate::config::LoginSettings;
use crate::identity::LoggedIn;
use crate::store::sessions::{ALL, EndedSession};

/// How far the last use may lie back before the cookie is written anew.
const WRITTEN_ANEW: SignedDuration = SignedDuration::from_mins(1);

/// What the cookie of a session holds.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoginSession {
    /// On which terms it began: it ends with them.
    terms: Terms,
    /// What the issuer calls it.
    sid: Option<String>,
    /// What we call it: never the same for two logins.
    id: String,
    pub acting: Option<OrganisationNumber>,
    /// Tells two people of the body apart and says nothing else; empty where nobody is acted for.
    pub subject: String,
    began: Timestamp,
    seen: Timestamp,
    ends: Timestamp,
    pub secret: FormSecret,
}

/// Who was asked, as whom, and by which entitlement a body could be represented.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    pub issuer: String,
    client_id: String,
    resource: Option<String>,
}

impl Terms {
    pub fn of(settings: &LoginSettings) -> Self {
        Self {
            issuer: settings.issuer.clone(),
            client_id: settings.client_id.clone(),
            resource: settings.resource.clone(),
        }
    }
}

impl LoginSession {
    pub fn begin(settings: &LoginSettings, who: LoggedIn, id: String, secret: FormSecret, now: Timestamp) -> Self {
        Self {
            terms: Terms::of(settings),
            sid: who.sid,
            id,
            acting: who.acting,
            subject: who.subject,
            began: now,
            seen: now,
            ends: later(now, settings.absolute.signed()),
            secret,
        }
    }

    /// The names by which it may have been ended: ours, and the issuer's where it has one.
    pub fn names(&self) -> [String; 2] {
        let own = own_name(&self.id);
        let sid = self.sid.as_deref().map_or_else(|| own.clone(), issuers_name);
        [own, sid]
    }

    /// Its end at the latest; limits that were made shorter since hold for it, too.
    pub fn ends(&self, settings: &LoginSettings) -> Timestamp {
        self.ends.min(later(self.began, settings.absolute.signed()))
    }

    /// When it ends if nothing more is asked.
    pub fn idle_until(&self, settings: &LoginSettings) -> Timestamp {
        later(self.seen, settings.idle.signed()).min(self.ends(settings))
    }

    /// Whether it stands by the clock and by what is configured.
    pub fn stands(&self, settings: &LoginSettings, now: Timestamp) -> bool {
        self.terms == Terms::of(settings) && now < self.idle_until(settings)
    }

    /// Whether one of these ends is its own.
    pub fn was_ended(&self, ended: &[EndedSession]) -> bool {
        let own = own_name(&self.id);
        ended.iter().any(|ended| {
            let was_there = self.began <= ended.at;
            ended.session == own || was_there && (ended.session == ALL || Some(&ended.session) == self.names().get(1))
        })
    }

    /// The same used now, where its last use lies so far back that this is worth a cookie.
    pub fn used(&self, settings: &LoginSettings, now: Timestamp) -> Option<Self> {
        let is_later = now.duration_since(self.seen) >= WRITTEN_ANEW.min(settings.idle.signed() / 4);
        is_later.then(|| Self {
            seen: now,
            ..self.clone()
        })
    }
}

/// Under which a session is ended by us.
fn own_name(id: &str) -> String {
    format!("id:{id}")
}

/// Under which it is ended by the issuer.
pub fn issuers_name(sid: &str) -> String {
    format!("sid:{sid}")
}

pub fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// Who is logged in, as a page needs to know it.
pub struct SignedIn {
    pub caller: Caller,
    /// When the session ends if nothing more is asked.
    pub idle_until: Timestamp,
    /// When it ends at the latest.
    pub until: Timestamp,
    /// `Set-Cookie` for the answer, where the session's cookie is to be written anew.
    pub renewed: Option<HeaderValue>,
    pub(super) session: LoginSession,
}

impl SignedIn {
    /// What a form of this page must carry.
    pub fn form_token(&self) -> String {
        self.session.secret.token()
    }

    /// Whether a form carries what one of this session's pages gave it.
    pub fn takes(&self, form_token: &str) -> bool {
        self.session.secret.takes(form_token)
    }
}
