//! What a cookie holds is readable by us alone: AES-256-GCM-SIV, which forgives a nonce that comes twice, since several gateways draw
//! them under one key. A text sealed for one purpose opens for no other.

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::store::sessions::KEY;

/// The longest text that is opened: a browser keeps no longer cookie.
const LONGEST: usize = 4096;

/// Seals and opens.
pub struct Seal(RandomizedNonceKey);

impl Seal {
    pub fn new(key: &[u8; KEY]) -> Option<Self> {
        RandomizedNonceKey::new(&AES_256_GCM_SIV, key).map(Self).ok()
    }

    /// Nonce, then what was sealed, as text; `None` where there is no randomness.
    pub fn close(&self, purpose: &str, value: &impl Serialize) -> Option<String> {
        let mut text = serde_json::to_vec(value).ok()?;
        let nonce = self.0.seal_in_place_append_tag(Aad::from(purpose), &mut text).ok()?;
        Some(URL_SAFE_NO_PAD.encode([nonce.as_ref().as_slice(), &text].concat()))
    }

    /// What was sealed for this purpose by a gateway over this store.
    pub fn open<T: DeserializeOwned>(&self, purpose: &str, text: &str) -> Option<T> {
        if text.len() > LONGEST {
            return None;
        }
        let mut bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (nonce, sealed) = bytes.split_at_mut_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let opened = self.0.open_in_place(nonce, Aad::from(purpose), sealed).ok()?;
        serde_json::from_slice(opened).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_under_its_key_for_its_purpose_and_unchanged() {
        let (one, other) = (
            Seal::new(&[1; KEY]).expect("a key"),
            Seal::new(&[2; KEY]).expect("a key"),
        );
        let sealed = one.close("session", &"Bamble").expect("sealed");
        assert!(!sealed.contains("Bamble"));
        assert_eq!(one.open("session", &sealed), Some("Bamble".to_owned()));
        assert_eq!(other.open::<String>("session", &sealed), None);
        assert_eq!(one.open::<String>("attempt", &sealed), None);
        assert_ne!(one.close("session", &"Bamble"), Some(sealed.clone()), "each time anew");
        for at in 0..sealed.len() {
            let mut changed = sealed.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).expect("ASCII");
            assert_eq!(one.open::<String>("session", &changed), None, "{at}");
        }
        for text in ["", "A", "é", &"A".repeat(5000)] {
            assert_eq!(one.open::<String>("session", text), None, "{text}");
        }
    }
}
