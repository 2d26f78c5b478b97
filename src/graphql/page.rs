//! Lists in pieces: a limit that is checked, and a token that says where the next piece begins.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::ApiError;

/// A checked limit.
pub fn limit(limit: i32) -> Result<usize, ApiError> {
    usize::try_from(limit)
        .ok()
        .filter(|limit| (1..=1000).contains(limit))
        .ok_or(ApiError::InvalidLimit(limit))
}

/// The token after which a list goes on behind `key`.
pub fn token(list: &str, key: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{list}:{key}"))
}

/// The key in a token of this list.
pub fn key(list: &str, token: &str) -> Result<String, ApiError> {
    let text = URL_SAFE_NO_PAD
        .decode(token)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok());
    let key = text
        .as_deref()
        .and_then(|text| text.strip_prefix(list))
        .and_then(|rest| rest.strip_prefix(':'));
    key.map(str::to_owned).ok_or(ApiError::InvalidContinuationToken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_leads_back_to_its_key_and_another_lists_token_does_not() {
        assert_eq!(key("a", &token("a", "0301")), Ok("0301".to_owned()));
        for bad in [token("b", "0301"), String::new(), "%%".to_owned()] {
            assert_eq!(key("a", &bad), Err(ApiError::InvalidContinuationToken));
        }
    }

    #[test]
    fn a_limit_is_from_one_to_a_thousand() {
        assert_eq!((limit(1), limit(1000)), (Ok(1), Ok(1000)));
        for bad in [0, -1, 1001, i32::MIN] {
            assert_eq!(limit(bad), Err(ApiError::InvalidLimit(bad)));
        }
    }
}
