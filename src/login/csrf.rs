//! The token that a form carries, so that no page elsewhere can send it: the session's secret, under another mask each time it is
//! written, since a compressed page could otherwise be asked for it letter by letter.

use aws_lc_rs::{constant_time, rand};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

/// In bytes.
const LENGTH: usize = 32;

/// What only the pages of one session know.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormSecret(String);

impl FormSecret {
    /// `None` where there is no randomness.
    pub fn new() -> Option<Self> {
        random::<LENGTH>().map(|secret| Self(URL_SAFE_NO_PAD.encode(secret)))
    }

    fn bytes(&self) -> Option<Vec<u8>> {
        let bytes = URL_SAFE_NO_PAD.decode(&self.0).ok()?;
        (bytes.len() == LENGTH).then_some(bytes)
    }

    /// A token for one form: a mask, and the secret under it. Empty, which no check takes, where there is no randomness.
    pub fn token(&self) -> String {
        let masked = random::<LENGTH>().zip(self.bytes()).map(|(mask, secret)| {
            let under: Vec<u8> = mask.iter().zip(secret).map(|(mask, byte)| mask ^ byte).collect();
            URL_SAFE_NO_PAD.encode([mask.as_slice(), &under].concat())
        });
        masked.unwrap_or_default()
    }

    /// Whether a token is one of this secret's.
    pub fn takes(&self, token: &str) -> bool {
        let (Ok(bytes), Some(secret)) = (URL_SAFE_NO_PAD.decode(token), self.bytes()) else {
            return false;
        };
        let Some((mask, under)) = bytes.split_at_checked(LENGTH) else {
            return false;
        };
        let told: Vec<u8> = mask.iter().zip(under).map(|(mask, byte)| mask ^ byte).collect();
        under.len() == LENGTH && constant_time::verify_slices_are_equal(&told, &secret).is_ok()
    }
}

/// Fresh random bytes.
pub fn random<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).ok()?;
    Some(bytes)
}

/// Fresh random bytes as text.
pub fn random_text<const N: usize>() -> Option<String> {
    random::<N>().map(|bytes| URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_token_of_a_secret_is_taken_and_no_other() {
        let (one, other) = (FormSecret::new().expect("random"), FormSecret::new().expect("random"));
        let (first, second) = (one.token(), one.token());
        assert_ne!(first, second, "another mask");
        assert!(one.takes(&first) && one.takes(&second));
        assert!(!other.takes(&first));
        let changed = first.chars().rev().collect::<String>();
        for token in [
            "",
            "A",
            &changed,
            &first[..first.len() - 4],
            &format!("{first}AAAA"),
            &one.0,
            "é",
        ] {
            assert!(!one.takes(token), "{token}");
        }
    }
}
