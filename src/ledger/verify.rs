//! Walks the audit chain from its first entry and holds it against itself, against the claims and cases that it led to, and
//! against a receipt that was handed out.

use std::collections::HashMap;
use std::fmt;

use super::chain::{GENESIS, Link, Receipt, What, hash};
use super::store::{Picture, SqlStore, StoreError};

/// The first thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    pub sequence: i64,
    pub reason: String,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "entry {}: {}", self.sequence, self.reason)
    }
}

/// A walk that found the chain sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Soundness {
    pub entries: i64,
    pub head: Receipt,
}

/// One entry after the other.
#[derive(Default)]
struct Walk {
    sequence: i64,
    hash: String,
    /// Hash of the last entry of each claim and case.
    last: HashMap<String, String>,
    /// Why the ledger is suspended, as the entries say.
    suspended: Option<String>,
}

impl Walk {
    fn step(&mut self, sequence: i64, content: &str, previous_hash: &str, stated_hash: &str, subject: &str) -> Result<(), Flaw> {
        let expected = self.sequence + 1;
        let flaw = |reason: &str| Flaw { sequence: expected, reason: reason.to_owned() };
        if sequence != expected {
            return Err(flaw("it is missing"));
        }
        if previous_hash != self.hash {
            return Err(flaw("it is not bound to the entry before it"));
        }
        if hash(previous_hash, content) != stated_hash {
            return Err(flaw("its content is not what was hashed"));
        }
        let entry: super::chain::Entry = serde_json::from_str(content).map_err(|error| flaw(&format!("it cannot be read: {error}")))?;
        if entry.sequence != sequence || entry.what.subject() != subject {
            return Err(flaw("its columns say otherwise than its content"));
        }
        stated_hash.clone_into(&mut self.hash);
        self.sequence = sequence;
        match entry.what {
            What::Suspended => self.suspended = entry.reason,
            What::Resumed => self.suspended = None,
            What::Claim(_) | What::Case(_) => {
                self.last.insert(subject.to_owned(), self.hash.clone());
            }
        }
        Ok(())
    }
}

impl SqlStore {
    /// Walks the whole chain; `Err` within is the first flaw. A receipt shows whether the chain's tail was cut.
    pub async fn verify(&self, receipt: Option<&Receipt>) -> Result<Result<Soundness, Flaw>, StoreError> {
        let mut walk = Walk { hash: GENESIS.to_owned(), ..Walk::default() };
        let mut receipt_hash = None;
        let mut picture = self.picture().await?;
        loop {
            let page = picture.entries_after(walk.sequence).await?;
            if page.is_empty() {
                break;
            }
            for row in page {
                if let Err(flaw) = walk.step(row.sequence, &row.content, &row.previous_hash, &row.hash, &row.subject) {
                    return Ok(Err(flaw));
                }
                if receipt.is_some_and(|receipt| receipt.sequence == row.sequence) {
                    receipt_hash = Some(row.hash);
                }
            }
        }
        if let Some(receipt) = receipt.filter(|receipt| receipt.sequence > 0) {
            let reason = match receipt_hash {
                None => "it is missing, and a receipt for it was handed out",
                Some(hash) if hash != receipt.hash => "it is another than the one that a receipt was handed out for",
                Some(_) => "",
            };
            if !reason.is_empty() {
                return Ok(Err(Flaw { sequence: receipt.sequence.min(walk.sequence + 1), reason: reason.to_owned() }));
            }
        }
        picture.verify_tables(walk).await
    }
}

impl Picture {
    /// The head, the claims, the cases and the slots are what the chain led to.
    async fn verify_tables(&mut self, walk: Walk) -> Result<Result<Soundness, Flaw>, StoreError> {
        let (head, suspended) = self.standing().await?;
        if head.sequence != walk.sequence || head.hash != walk.hash {
            let sequence = head.sequence.min(walk.sequence) + 1;
            return Ok(Err(Flaw {
                sequence,
                reason: format!("the ledger's head is entry {}, the chain ends with {}", head.sequence, walk.sequence),
            }));
        }
        if suspended != walk.suspended {
            let reason = "the ledger was suspended or resumed behind the chain's back".to_owned();
            return Ok(Err(Flaw { sequence: walk.sequence, reason }));
        }
        let mut last = walk.last;
        for kept in self.standing_rows().await? {
            let flaw = |reason: &str| Flaw { sequence: kept.sequence, reason: format!("{} {reason}", kept.id) };
            if last.remove(&kept.id).as_ref() != Some(&kept.hash) {
                return Ok(Err(flaw("does not stand as its last entry left it")));
            }
            if !kept.is_as_entered {
                return Ok(Err(flaw("was changed after its last entry")));
            }
        }
        if let Some(id) = last.keys().next() {
            return Ok(Err(Flaw { sequence: walk.sequence, reason: format!("{id} is in the chain and not in the ledger") }));
        }
        if let Some(claim) = self.misplaced_slot().await? {
            return Ok(Err(Flaw { sequence: walk.sequence, reason: format!("the slots of {claim} are not those that its state holds") }));
        }
        Ok(Ok(Soundness { entries: walk.sequence, head }))
    }
}

/// Whether the value that stands is the one that the entry holds.
pub(super) fn is_as_entered(link: &Link, body: &str) -> bool {
    let value = match &link.entry.what {
        What::Claim(claim) => serde_json::to_string(claim),
        What::Case(case) => serde_json::to_string(case),
        What::Suspended | What::Resumed => return false,
    };
    value.is_ok_and(|value| value == body)
}
