//! The two cookies: of a login under way, and of a session. Behind TLS their prefix binds them to this host, all of it and nobody
//! else; without TLS, on this machine, there is no such prefix.

use axum::http::{HeaderMap, HeaderValue, header};
use cookie::time::Duration;
use cookie::{Cookie, SameSite};

/// How cookies are called and bound.
#[derive(Debug, Clone, Copy)]
pub struct Cookies {
    is_secure: bool,
}

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CookieKind {
    Attempt,
    Session,
}

impl CookieKind {
    /// What its content is sealed for.
    pub const fn purpose(self) -> &'static str {
        match self {
            Self::Attempt => "attempt",
            Self::Session => "session",
        }
    }
}

impl Cookies {
    pub const fn new(is_secure: bool) -> Self {
        Self { is_secure }
    }

    pub const fn name(self, kind: CookieKind) -> &'static str {
        match (self.is_secure, kind) {
            (true, CookieKind::Attempt) => "__Host-programgrant-login",
            (true, CookieKind::Session) => "__Host-programgrant",
            (false, CookieKind::Attempt) => "programgrant-login",
            (false, CookieKind::Session) => "programgrant",
        }
    }

    /// Its value in a request; of two that are called alike nobody knows which is ours.
    pub fn find(self, headers: &HeaderMap, kind: CookieKind) -> Option<String> {
        let lists = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|list| list.to_str().ok());
        let mut found = lists
            .flat_map(Cookie::split_parse)
            .filter_map(Result::ok)
            .filter(|cookie| cookie.name() == self.name(kind));
        let first = found.next()?;
        found.next().is_none().then(|| first.value().to_owned())
    }

    /// Sets it. Without an age it ends with the browser.
    pub fn set(self, kind: CookieKind, value: String, seconds: Option<i64>) -> Option<HeaderValue> {
        let mut cookie = Cookie::build((self.name(kind), value))
            .path("/")
            .http_only(true)
            .secure(self.is_secure)
            .same_site(SameSite::Lax);
        if let Some(seconds) = seconds {
            cookie = cookie.max_age(Duration::seconds(seconds));
        }
        HeaderValue::from_str(&cookie.build().to_string()).ok()
    }

    /// Takes it back.
    pub fn remove(self, kind: CookieKind) -> Option<HeaderValue> {
        self.set(kind, String::new(), Some(0))
    }
}
