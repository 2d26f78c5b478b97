//! Whose pages may ask: a browser says in `Origin` where a request was made; whoever is no browser says nothing.

use axum::http::{HeaderMap, header};

use crate::config::HttpSettings;

/// Whether a request may come from where it says: from no page, from one of ours, or from one of a configured origin.
pub fn is_allowed(headers: &HeaderMap, settings: &HttpSettings) -> bool {
    let mut origins = headers.get_all(header::ORIGIN).iter();
    match (origins.next(), origins.next()) {
        (None, _) => true,
        (Some(origin), None) => origin
            .to_str()
            .is_ok_and(|origin| is_ours(origin, headers) || is_configured(origin, settings)),
        // Which of several a page had is not known.
        (Some(_), Some(_)) => false,
    }
}

/// Whether another origin than ours is let in by the configuration.
pub fn is_configured(origin: &str, settings: &HttpSettings) -> bool {
    settings.origins.iter().any(|allowed| allowed == origin)
}

/// The scheme is not compared: TLS may end in front of the gateway.
pub fn is_ours(origin: &str, headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let authority = origin
        .strip_prefix("https://")
        .or_else(|| origin.strip_prefix("http://"));
    matches!((authority, host), (Some(authority), Some(host)) if authority.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

    use super::is_allowed;
    use crate::config::HttpSettings;

    fn allows(headers: &[(HeaderName, &'static str)]) -> bool {
        let settings = HttpSettings {
            origins: vec!["https://tilskudd.example".to_owned()],
            ..HttpSettings::default()
        };
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| (name.clone(), HeaderValue::from_static(value)))
            .collect();
        is_allowed(&headers, &settings)
    }

    #[test]
    fn our_own_pages_configured_ones_and_none_may_ask() {
        let ours = (header::HOST, "gateway.example:4000");
        assert!(allows(std::slice::from_ref(&ours)));
        assert!(allows(&[ours.clone(), (header::ORIGIN, "http://Gateway.example:4000")]));
        assert!(allows(&[ours, (header::ORIGIN, "https://tilskudd.example")]));
    }

    #[test]
    fn no_other_page_may() {
        let ours = (header::HOST, "gateway.example:4000");
        let others = [
            "https://evil.example",
            "null",
            "",
            "https://gateway.example",
            "https://tilskudd.example.evil.example",
            "gateway.example:4000",
        ];
        for origin in others {
            assert!(!allows(&[ours.clone(), (header::ORIGIN, origin)]), "{origin}");
        }
        assert!(
            !allows(&[(header::ORIGIN, "https://gateway.example")]),
            "without a host nothing is ours"
        );
    }
}
