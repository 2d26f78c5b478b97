//! Walks the audit chain from its first entry and holds it against itself, against the claims and cases that it led to, and
//! against a receipt that was handed out.

use std::collections::HashMap;
use std::fmt;

use programgrant_core::ledger::{EventKind, GENESIS, Receipt, hash};

use super::read::{Picture, Standing, Which};
use super::sql::SqlStore;
use super::store::StoreError;
use crate::telemetry::progress;

/// The first thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainFlaw {
    pub sequence: i64,
    pub reason: String,
}

impl fmt::Display for ChainFlaw {
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
    /// Hash of the last entry of each claim, case and record.
    last: HashMap<String, String>,
    /// Why the ledger is suspended, as the entries say.
    suspended: Option<String>,
}

impl Walk {
    fn step(
        &mut self,
        sequence: i64,
        content: &str,
        previous_hash: &str,
        stated_hash: &str,
        subject: &str,
    ) -> Result<(), ChainFlaw> {
        let expected = self.sequence + 1;
        let flaw = |reason: &str| ChainFlaw {
            sequence: expected,
            reason: reason.to_owned(),
        };
        if sequence != expected {
            return Err(flaw("it is missing"));
        }
        if previous_hash != self.hash {
            return Err(flaw("it is not bound to the entry before it"));
        }
        if hash(previous_hash, content) != stated_hash {
            return Err(flaw("its content is not what was hashed"));
        }
        let entry: programgrant_core::ledger::Entry =
            serde_json::from_str(content).map_err(|error| flaw(&format!("it cannot be read: {error}")))?;
        if entry.sequence != sequence || entry.what.subject() != subject {
            return Err(flaw("its columns say otherwise than its content"));
        }
        stated_hash.clone_into(&mut self.hash);
        self.sequence = sequence;
        match entry.what {
            EventKind::Suspended => self.suspended = entry.reason,
            EventKind::Resumed => self.suspended = None,
            EventKind::Claim(_) | EventKind::Case(_) | EventKind::Journal(_) => {
                self.last.insert(subject.to_owned(), self.hash.clone());
            }
        }
        Ok(())
    }
}

/// Entries that are held against each other before a gateway answers.
const END: i64 = 1000;
/// Entries after which others have their turn.
const TURN: usize = 100;
/// And after which whoever looks on is told.
const PAGE: i64 = 100;

impl SqlStore {
    /// Walks the whole chain; `Err` within is the first flaw. A receipt shows whether the chain's tail was cut.
    pub async fn verify(&self, receipt: Option<&Receipt>) -> Result<Result<Soundness, ChainFlaw>, StoreError> {
        told(self.walk(receipt).await)
    }

    /// The end of the chain, its head, and the claims that hold slots: what can be told before a gateway answers.
    pub async fn verify_end(&self) -> Result<Result<(), ChainFlaw>, StoreError> {
        told(self.look_at_end().await)
    }

    async fn look_at_end(&self) -> Result<(), Unsound> {
        let mut picture = self.picture().await?;
        let (head, suspended) = picture.standing().await?;
        let sequence = (head.sequence - END).max(0);
        let flaw = |reason: &str| ChainFlaw {
            sequence,
            reason: reason.to_owned(),
        };
        let hash = picture.hash_of(sequence).await?.ok_or_else(|| flaw("it is missing"))?;
        let mut walk = Walk {
            sequence,
            hash,
            ..Walk::default()
        };
        picture.walk(&mut walk, |_, _| ()).await?;
        walk.suspended = picture
            .last_of_ledger()
            .await?
            .filter(|link| link.entry.what == EventKind::Suspended)
            .and_then(|link| link.entry.reason);
        expect_head(&walk, &head, suspended.as_deref())?;
        picture.expect_standing(Which::Occupying, |_| Ok(())).await
    }

    async fn walk(&self, receipt: Option<&Receipt>) -> Result<Soundness, Unsound> {
        let mut walk = Walk {
            hash: GENESIS.to_owned(),
            ..Walk::default()
        };
        let mut receipt_hash = None;
        let mut picture = self.picture().await?;
        // Where the end cannot be read, the walk comes upon it and says why.
        let of = picture.standing().await.map_or(0, |(head, _)| head.sequence);
        let note = |sequence: i64, hash: &str| {
            if sequence % PAGE == 0 || sequence == of {
                progress::reached(sequence.unsigned_abs(), of.unsigned_abs());
            }
            if receipt.is_some_and(|receipt| receipt.sequence == sequence) {
                receipt_hash = Some(hash.to_owned());
            }
        };
        progress::doing(format_args!("entries of the chain"));
        picture.walk(&mut walk, note).await?;
        if let Some(receipt) = receipt.filter(|receipt| receipt.sequence > 0) {
            let reason = match receipt_hash {
                None => "it is missing, and a receipt for it was handed out",
                Some(hash) if hash != receipt.hash => "it is another than the one that a receipt was handed out for",
                Some(_) => "",
            };
            if !reason.is_empty() {
                return Err(ChainFlaw {
                    sequence: receipt.sequence.min(walk.sequence + 1),
                    reason: reason.to_owned(),
                }
                .into());
            }
        }
        picture.verify_tables(walk).await
    }
}

/// Why a walk ended early.
enum Unsound {
    Flaw(ChainFlaw),
    Store(StoreError),
}

impl From<ChainFlaw> for Unsound {
    fn from(flaw: ChainFlaw) -> Self {
        Self::Flaw(flaw)
    }
}

impl From<StoreError> for Unsound {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// What cannot be read because it is damaged is a flaw, too; what cannot be reached is none.
fn told<T>(outcome: Result<T, Unsound>) -> Result<Result<T, ChainFlaw>, StoreError> {
    match outcome {
        Ok(sound) => Ok(Ok(sound)),
        Err(Unsound::Flaw(flaw)) => Ok(Err(flaw)),
        Err(Unsound::Store(error)) if error.is_damage() => Ok(Err(ChainFlaw {
            sequence: 0,
            reason: error.to_string(),
        })),
        Err(Unsound::Store(error)) => Err(error),
    }
}

/// The head is where the chain ends, and the ledger is suspended as its entries say.
fn expect_head(walk: &Walk, head: &Receipt, suspended: Option<&str>) -> Result<(), ChainFlaw> {
    if head.sequence != walk.sequence || head.hash != walk.hash {
        let sequence = head.sequence.min(walk.sequence) + 1;
        return Err(ChainFlaw {
            sequence,
            reason: format!(
                "the ledger's head is entry {}, the chain ends with {}",
                head.sequence, walk.sequence
            ),
        });
    }
    if suspended != walk.suspended.as_deref() {
        let reason = "the ledger was suspended or resumed behind the chain's back".to_owned();
        return Err(ChainFlaw {
            sequence: walk.sequence,
            reason,
        });
    }
    Ok(())
}

impl Picture {
    /// From where the walk is to the chain's end.
    async fn walk(&mut self, walk: &mut Walk, mut note: impl FnMut(i64, &str)) -> Result<(), Unsound> {
        loop {
            let page = self.entries_after(walk.sequence).await?;
            if page.is_empty() {
                return Ok(());
            }
            for turn in page.chunks(TURN) {
                for row in turn {
                    walk.step(row.sequence, &row.content, &row.previous_hash, &row.hash, &row.subject)?;
                    note(row.sequence, &row.hash);
                }
                tokio::task::yield_now().await;
            }
        }
    }

    /// The head, the claims, the cases, the journal and the slots are what the chain led to.
    async fn verify_tables(&mut self, walk: Walk) -> Result<Soundness, Unsound> {
        let (head, suspended) = self.standing().await?;
        expect_head(&walk, &head, suspended.as_deref())?;
        let mut last = walk.last;
        for which in [Which::Claims, Which::Cases, Which::Journal] {
            let is_last = |kept: &Standing| {
                let is_last = last.remove(&kept.id).as_ref() == Some(&kept.hash);
                if is_last {
                    Ok(())
                } else {
                    Err("does not stand as its last entry left it")
                }
            };
            self.expect_standing(which, is_last).await?;
        }
        if let Some(id) = last.keys().next() {
            return Err(ChainFlaw {
                sequence: walk.sequence,
                reason: format!("{id} is in the chain and not in the ledger"),
            }
            .into());
        }
        if let Some(claim) = self.slot_of_nobody().await? {
            return Err(ChainFlaw {
                sequence: walk.sequence,
                reason: format!("{claim} holds slots and is not in the ledger"),
            }
            .into());
        }
        Ok(Soundness {
            entries: walk.sequence,
            head,
        })
    }

    async fn expect_standing(
        &mut self,
        which: Which,
        mut check: impl FnMut(&Standing) -> Result<(), &'static str>,
    ) -> Result<(), Unsound> {
        let mut after = String::new();
        loop {
            let page = self.standing_after(which, &after).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after.clone_from(&last.id);
            for kept in &page {
                let flaw = |reason: &str| ChainFlaw {
                    sequence: kept.sequence,
                    reason: format!("{} {reason}", kept.id),
                };
                check(kept).map_err(flaw)?;
                kept.flaw.map_or(Ok(()), |reason| Err(flaw(reason)))?;
            }
            tokio::task::yield_now().await;
        }
    }
}
