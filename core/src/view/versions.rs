//! What was said of one award, and when: a version for each statement of its source. Pure; what the reader may see of it is judged
//! elsewhere, version by version.

use std::collections::BTreeMap;

use jiff::Timestamp;
use programgrant_schema::{AwardStatus, Content, RecordId};

use super::build::assemble;
use super::{Award, OwnedAward, Provenance, StoredRecord};
use crate::reference::Reference;

/// How a version of a record stood, from one change until the next.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    pub version: u64,
    /// When this version came first.
    pub first_received_at: Timestamp,
    /// As it stood then: received anew where it had vanished, and under the stamps that it had.
    pub stored: StoredRecord,
}

/// An award as it stood once a statement had come.
#[derive(Debug, Clone, PartialEq)]
pub struct AwardVersion {
    pub award: OwnedAward,
    /// When the gateway learnt it.
    pub received_at: Timestamp,
    /// The statement's own.
    pub provenance: Provenance,
}

/// The award's versions, oldest first. `statements` are those of its records, by record and in the order of their versions.
pub fn versions(award: Award<'_>, statements: Vec<Statement>, reference: &Reference) -> Vec<AwardVersion> {
    let mut said = told(statements);
    said.sort_by_key(|(at, stored)| (*at, order(stored)));
    let mut standing: BTreeMap<RecordId, StoredRecord> = BTreeMap::new();
    let mut versions = Vec::new();
    for (received_at, stored) in said {
        let provenance = Provenance {
            source: stored.source,
            record: stored.record.reference.clone(),
            changed_at: stored.record.changed_at,
            received_at: stored.received_at,
        };
        standing.insert(stored.record.id.clone(), stored);
        let records = standing.values().cloned().collect();
        let then = assemble(records, reference)
            .into_iter()
            .find(|then| then.as_award().id() == award.id());
        versions.extend(then.map(|award| AwardVersion {
            award,
            received_at,
            provenance,
        }));
    }
    versions
}

/// What was said when: a version that came, one that vanished, one that was listed again. A statement that is repeated under another
/// time of change is the same one.
fn told(statements: Vec<Statement>) -> Vec<(Timestamp, StoredRecord)> {
    let mut told: Vec<(Timestamp, StoredRecord)> = Vec::new();
    let mut version = None;
    for Statement {
        version: number,
        first_received_at,
        stored,
    } in statements
    {
        let this = (stored.record.id.clone(), number);
        if version.as_ref() != Some(&this) {
            let first = StoredRecord {
                received_at: first_received_at,
                vanished_at: None,
                ..stored.clone()
            };
            told.push((first_received_at, first));
            version = Some(this);
        }
        let Some((_, last)) = told.last_mut() else { continue };
        match (last.vanished_at, stored.vanished_at) {
            (None, Some(vanished)) => told.push((vanished, stored)),
            (None, None) if stored.received_at == last.received_at => *last = stored,
            (Some(_), Some(_)) => *last = stored,
            (_, None) => told.push((stored.received_at, stored)),
        }
    }
    told
}

/// Of what came at once: applications before decisions, these before payments, corrections last, and else as their source counts.
fn order(stored: &StoredRecord) -> (u8, Option<i64>, RecordId) {
    let kind = match &stored.record.content {
        Content::Award(statement) if statement.status == AwardStatus::Applied => 0,
        Content::Award(_) => 1,
        Content::Payment(_) => 2,
        Content::Correction(_) | Content::Accounts(_) => 3,
    };
    (kind, stored.record.revision, stored.record.id.clone())
}

#[cfg(test)]
mod tests;
