//! Documents that were looked at before: a manifest names each by the hash of its text, in the form that GraphQL Code Generator's
//! client preset writes (`persisted-documents.json`). Nothing is ever added while the gateway runs.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};

/// The longest part of a wrong name that an error repeats.
const SHOWN: usize = 80;

/// Why a manifest was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    #[error("is no JSON object of hash and text: {0}")]
    NotAManifest(String),
    #[error("{0:?} is not the hash (SHA-256 or SHA-1, in hexadecimal digits) of the document that it names")]
    WrongHash(String),
    #[error("{name:?} names a document that is refused: {flaw}")]
    Refused { name: String, flaw: String },
}

/// The documents of a manifest, by the hexadecimal digits of their hash.
#[derive(Debug, Clone, Default)]
pub struct Trusted {
    documents: BTreeMap<String, Arc<str>>,
}

impl Trusted {
    /// Reads a manifest; one wrong entry refuses it all.
    pub fn parse(text: &str) -> Result<Self, ManifestError> {
        let entries: BTreeMap<String, String> =
            serde_json::from_str(text).map_err(|error| ManifestError::NotAManifest(error.to_string()))?;
        let mut documents = BTreeMap::new();
        for (name, document) in entries {
            if !is_name_of(&name, &document) {
                return Err(ManifestError::WrongHash(name.chars().take(SHOWN).collect()));
            }
            documents.insert(digits(&name).to_ascii_lowercase(), document.into());
        }
        Ok(Self { documents })
    }

    /// The text that an identifier names: the digits alone, or behind `sha256:`.
    pub fn text(&self, identifier: &str) -> Option<&Arc<str>> {
        self.documents.get(&digits(identifier).to_ascii_lowercase())
    }

    /// Whether a text, sent as it is, is one of them.
    pub fn holds(&self, text: &str) -> bool {
        let is_named = |algorithm| {
            let name = hex::encode(digest(algorithm, text.as_bytes()));
            self.documents.contains_key(&name)
        };
        !self.documents.is_empty() && (is_named(&SHA256) || is_named(&SHA1_FOR_LEGACY_USE_ONLY))
    }

    /// Names and texts.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.documents.iter().map(|(name, text)| (name.as_str(), text.as_ref()))
    }
}

/// Whether an identifier is the hash of a text.
pub fn is_name_of(identifier: &str, text: &str) -> bool {
    is_hash_of(&digits(identifier).to_ascii_lowercase(), text)
}

fn digits(identifier: &str) -> &str {
    identifier.strip_prefix("sha256:").unwrap_or(identifier)
}

fn is_hash_of(hash: &str, text: &str) -> bool {
    let algorithm = match hash.len() {
        64 => &SHA256,
        40 => &SHA1_FOR_LEGACY_USE_ONLY,
        _ => return false,
    };
    hex::encode(digest(algorithm, text.as_bytes())) == hash
}
