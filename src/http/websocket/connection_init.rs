//! What `connection_init` says of who connects, as the headers of a request would: a browser can set none on an upgrade.

use std::collections::HashSet;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, Value};

/// What the payload may bring, in any case.
const TAKEN: [&str; 2] = ["authorization", "programgrant-caller"];

/// The upgrade's headers with what the payload says in their place; `None` where it says something that is no header, or says one
/// twice.
pub fn headers(upgrade: &HeaderMap, payload: &Map<String, Value>) -> Option<HeaderMap> {
    let (mut headers, mut said) = (upgrade.clone(), HashSet::new());
    for (name, value) in payload {
        let Some(taken) = TAKEN.into_iter().find(|taken| name.eq_ignore_ascii_case(taken)) else {
            continue;
        };
        if !said.insert(taken) {
            return None;
        }
        let mut value = HeaderValue::from_str(value.as_str()?).ok()?;
        value.set_sensitive(true);
        headers.insert(HeaderName::from_static(taken), value);
    }
    Some(headers)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(payload: &Value) -> Option<String> {
        let upgrade = HeaderMap::from_iter([(
            HeaderName::from_static("authorization"),
            HeaderValue::from_static("Bearer upgrade"),
        )]);
        let headers = headers(&upgrade, payload.as_object().expect("an object"))?;
        headers
            .get("authorization")
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
    }

    #[test]
    fn the_payload_outranks_the_upgrade_and_nonsense_is_nobody() {
        assert_eq!(told(&json!({})).as_deref(), Some("Bearer upgrade"));
        assert_eq!(
            told(&json!({ "Authorization": "Bearer payload" })).as_deref(),
            Some("Bearer payload")
        );
        assert_eq!(
            told(&json!({ "authorization": "Bearer payload", "cookie": "x" })).as_deref(),
            Some("Bearer payload")
        );
        assert_eq!(
            told(&json!({ "Authorization": "Bearer payload", "authorization": "Bearer other" })),
            None
        );
        for nonsense in [
            json!({ "Authorization": 7 }),
            json!({ "Authorization": null }),
            json!({ "authorization": "Bearer \n" }),
        ] {
            assert_eq!(told(&nonsense), None, "{nonsense}");
        }
    }
}
