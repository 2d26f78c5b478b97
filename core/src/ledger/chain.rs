//! Revisjonskjede: every transition is one entry, each bound to the one before it by its hash. A receipt is the chain's head,
//! signed, so that a chain that was cut or restored from an old copy can be told by whoever kept one.

use std::fmt;
use std::str::FromStr;

use hmac::{Hmac, Mac};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::case::Case;
use super::claim::{Claim, Principal};
use super::command::StatedAward;
use crate::journal::JournalRecord;

/// The hash before the first entry.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What happened, to the letter: the canonical bytes are its JSON, fields in this order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub sequence: i64,
    pub at: Timestamp,
    /// `None` where the ledger's clock acted.
    pub by: Option<Principal>,
    pub reason: Option<String>,
    /// What a confirmation said of the award besides reference and amount; left out where it said nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stated: Vec<StatedAward>,
    /// Last, so that the canonical bytes end with what stands in the claim's or case's own row.
    pub what: EventKind,
}

/// Whom it happened to, as they stand after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    Claim(Box<Claim>),
    Case(Box<Case>),
    /// What the programme itself has decided, or was told.
    Journal(Box<JournalRecord>),
    /// Answers are UNDETERMINED from here on.
    Suspended,
    Resumed,
}

impl EventKind {
    /// The key under which the entry is found again.
    pub fn subject(&self) -> &str {
        match self {
            Self::Claim(claim) => claim.id.as_str(),
            Self::Case(case) => case.id.as_str(),
            Self::Journal(record) => record.id().as_str(),
            Self::Suspended | Self::Resumed => "ledger",
        }
    }
}

/// An entry with its place in the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub entry: Entry,
    /// The canonical bytes.
    pub content: String,
    pub previous_hash: String,
    pub hash: String,
}

impl Link {
    /// Puts an entry behind the one with `previous_hash`.
    ///
    /// # Panics
    ///
    /// If an entry had no JSON form, which plain data has.
    pub fn append(entry: Entry, previous_hash: &str) -> Self {
        let content = serde_json::to_string(&entry).expect("plain data with text keys has a JSON form");
        let hash = hash(previous_hash, &content);
        Self {
            entry,
            content,
            previous_hash: previous_hash.to_owned(),
            hash,
        }
    }

    /// The part of the canonical bytes that stands in the claim's, case's or record's own row: they end with it. Within a text, quotation marks are
    /// written otherwise, so that the first place is the place.
    pub fn body(&self) -> Option<&str> {
        let opening = match self.entry.what {
            EventKind::Claim(_) => "\"what\":{\"claim\":",
            EventKind::Case(_) => "\"what\":{\"case\":",
            EventKind::Journal(_) => "\"what\":{\"journal\":",
            EventKind::Suspended | EventKind::Resumed => return None,
        };
        self.content.split_once(opening)?.1.strip_suffix("}}")
    }
}

/// SHA-256 over the previous hash and the canonical bytes, hexadecimal.
pub fn hash(previous_hash: &str, content: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(previous_hash);
    hash.update(content);
    hex::encode(hash.finalize())
}

/// SHA-256 of a text, hexadecimal.
pub fn digest(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}

/// A place in the chain that somebody was told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub sequence: i64,
    pub hash: String,
}

/// Signs receipts and knows its own again: HMAC-SHA256 under a key that lives with the ledger.
#[derive(Clone)]
pub struct ReceiptSigner(String);

impl fmt::Debug for ReceiptSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal")
    }
}

/// The text is no receipt of this ledger's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no receipt that this ledger has signed")]
pub struct ReceiptError;

impl ReceiptSigner {
    pub fn new(key: impl Into<String>) -> Self {
        Self(key.into())
    }

    /// `kvittering.1.{sequence}.{hash}.{signature}`
    pub fn sign(&self, receipt: &Receipt) -> String {
        format!(
            "{}.{}",
            body(receipt),
            hex::encode(self.mac(receipt).finalize().into_bytes())
        )
    }

    pub fn verify(&self, text: &str) -> Result<Receipt, ReceiptError> {
        let mut parts = text.trim().split('.');
        let (Some("kvittering"), Some("1"), Some(sequence), Some(hash), Some(signature), None) = (
            parts.next(),
            parts.next(),
            parts.next(),
            parts.next(),
            parts.next(),
            parts.next(),
        ) else {
            return Err(ReceiptError);
        };
        let receipt = Receipt {
            sequence: i64::from_str(sequence).map_err(|_| ReceiptError)?,
            hash: hash.to_owned(),
        };
        let signature = hex::decode(signature).map_err(|_| ReceiptError)?;
        self.mac(&receipt).verify_slice(&signature).map_err(|_| ReceiptError)?;
        Ok(receipt)
    }

    fn mac(&self, receipt: &Receipt) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.as_bytes()).expect("HMAC takes a key of any length");
        mac.update(body(receipt).as_bytes());
        mac
    }
}

fn body(receipt: &Receipt) -> String {
    format!("kvittering.1.{}.{}", receipt.sequence, receipt.hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_ends_with_what_stands_in_the_row() {
        let case: Case = serde_json::from_str(
            r#"{"id":"sak-1","state":"OPEN","finding":{"kind":"POT_DIFFERENCE","subject":"\"what\":{\"case\":1}","programme":null,"municipality":null,
            "scheme":null,"year":2025,"to_hold_back":0,"to_pay_back":0,"awards":[],"claim":null,"reasons":[]},
            "opened_at":"2025-01-01T00:00:00Z","changed_at":"2025-01-01T00:00:00Z","decided_by":null,"decision":null}"#,
        )
        .expect("a case");
        let entry = |what| Entry {
            sequence: 1,
            at: case.opened_at,
            by: None,
            reason: Some(r#","what":{"case":{"what":{"claim":"#.to_owned()),
            stated: Vec::new(),
            what,
        };
        let body = serde_json::to_string(&case).expect("plain data");
        let link = Link::append(entry(EventKind::Case(Box::new(case.clone()))), GENESIS);
        assert_eq!(link.body(), Some(body.as_str()));
        assert_eq!(Link::append(entry(EventKind::Suspended), GENESIS).body(), None);
    }

    #[test]
    fn a_receipt_is_known_again_and_a_changed_one_is_not() {
        let signer = ReceiptSigner::new("a key");
        let receipt = Receipt {
            sequence: 7,
            hash: GENESIS.to_owned(),
        };
        let text = signer.sign(&receipt);
        assert_eq!(signer.verify(&text), Ok(receipt));
        assert_eq!(ReceiptSigner::new("another").verify(&text), Err(ReceiptError));
        for (index, _) in text.char_indices() {
            let mut changed = text.clone().into_bytes();
            changed[index] = if changed[index] == b'1' { b'2' } else { b'1' };
            assert_eq!(
                signer.verify(&String::from_utf8(changed).expect("ASCII")),
                Err(ReceiptError),
                "byte {index}"
            );
        }
        for text in [
            "",
            "kvittering",
            "kvittering.1.7",
            "kvittering.1.7.æ.ø",
            "kvittering.1.7.00.0",
        ] {
            assert_eq!(signer.verify(text), Err(ReceiptError), "{text}");
        }
    }
}
