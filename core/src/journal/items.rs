//! The journal as it stands, and one command carried out on it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::allocations::{AllocationComment, AllocationVersion};
use super::command::{JournalCommand, JournalRequest};
use super::evaluations::{Evaluation, ZeroPoint};
use super::measures::Measure;
use super::objections::Objection;
use super::participations::DecidedParticipation;
use super::ranking::Ranking;
use super::record::{Act, Acts, JournalId, JournalRecord, KeptBasis};
use super::refusal::JournalRefusal;
use super::reports::YearlyReport;
use super::selection::{Announcement, Assessment, ParticipationApplication, Selection};
use super::support::{Agreement, Gathering, SupportRequest};
use super::{allocations, evaluations, measures, objections, participations, ranking, reports, selection, support};

/// Every record as it stands.
#[derive(Debug, Clone, Default)]
pub struct Journal {
    records: BTreeMap<JournalId, Arc<JournalRecord>>,
    /// What each command was about and what was commanded.
    commands: HashMap<String, (JournalId, String)>,
}

/// What a command has come to.
#[derive(Debug, Clone, PartialEq)]
pub enum JournalOutcome {
    /// It was carried out before, on this record.
    Repeated(JournalId),
    /// Records to be written, the one that the command is about first.
    Written(Vec<JournalRecord>),
}

/// What a command's judgement may go by besides its words.
pub(super) struct At<'a> {
    pub journal: &'a Journal,
    pub act: Act,
    pub key: &'a str,
}

pub(super) type Judged = Result<Vec<JournalRecord>, JournalRefusal>;

impl Journal {
    /// Puts a record in the place of what it was before.
    pub fn put(&mut self, record: JournalRecord) {
        let id = record.id().clone();
        for act in record.acts().into_iter().flat_map(Acts::iter) {
            self.commands
                .insert(act.command.clone(), (id.clone(), act.hash.clone()));
        }
        self.records.insert(id, Arc::new(record));
    }

    pub fn get(&self, id: &JournalId) -> Option<&JournalRecord> {
        self.records.get(id).map(Arc::as_ref)
    }

    pub fn len(&self) -> usize {
        self.records.len()
    }

    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Judges a command by what stands here; nothing is changed.
    ///
    /// # Panics
    ///
    /// If a command had no JSON form, which plain data has.
    pub fn carry_out(&self, command: &JournalCommand, now: Timestamp) -> Result<JournalOutcome, JournalRefusal> {
        let act = act(command, now);
        if let Some((id, hash)) = self.commands.get(&act.command) {
            return if *hash == act.hash {
                Ok(JournalOutcome::Repeated(id.clone()))
            } else {
                Err(JournalRefusal::IdempotencyConflict)
            };
        }
        let at = At {
            journal: self,
            act,
            key: &command.key,
        };
        judge(&at, &command.what).map(JournalOutcome::Written)
    }
}

fn judge(at: &At<'_>, what: &JournalRequest) -> Judged {
    match what {
        JournalRequest::Draft { .. }
        | JournalRequest::Propose { .. }
        | JournalRequest::Consult { .. }
        | JournalRequest::Comment { .. }
        | JournalRequest::AnswerComment { .. }
        | JournalRequest::DecideAllocation { .. }
        | JournalRequest::WithdrawAllocation { .. } => allocations::judge(at, what),
        JournalRequest::Announce { .. }
        | JournalRequest::Apply { .. }
        | JournalRequest::AddPoliticalDecision { .. }
        | JournalRequest::WithdrawApplication { .. }
        | JournalRequest::Assess { .. }
        | JournalRequest::Select { .. } => selection::judge(at, what),
        JournalRequest::Rank { .. } => ranking::judge(at, what),
        JournalRequest::Begin { .. } | JournalRequest::End { .. } => participations::judge(at, what),
        JournalRequest::Object { .. } | JournalRequest::AnswerObjection { .. } => objections::judge(at, what),
        JournalRequest::Measure(what) => measures::judge(at, what),
        JournalRequest::Support(what) => support::judge(at, what),
        JournalRequest::Report(what) => reports::judge(at, what),
        JournalRequest::Evaluation(what) => evaluations::judge(at, what),
    }
}

fn act(command: &JournalCommand, now: Timestamp) -> Act {
    let mut id = Sha256::new();
    let organisation = command.by.organisation.to_string();
    for part in [organisation.as_str(), &command.by.subject, &command.key] {
        id.update(part.len().to_be_bytes());
        id.update(part);
    }
    let said = serde_json::to_string(&command.what).expect("plain data with text keys has a JSON form");
    Act {
        by: command.by.clone(),
        function: command.function,
        at: now,
        command: hex::encode(&id.finalize()[..16]),
        hash: hex::encode(Sha256::digest(said)),
    }
}

/// The longest text of a record, in characters.
const LONGEST_TEXT: usize = 8_000;

/// Refuses a text that says nothing, or more than anybody reads.
pub(super) fn said(text: &str, argument: &'static str) -> Result<String, JournalRefusal> {
    let text = text.trim();
    if text.is_empty() {
        return Err(JournalRefusal::TextMissing { argument });
    }
    if text.chars().count() > LONGEST_TEXT {
        let most = LONGEST_TEXT;
        return Err(JournalRefusal::TextTooLong { argument, most });
    }
    Ok(text.to_owned())
}

/// One kind's record of an id, and all of them.
macro_rules! kinds {
    ($($one:ident $all:ident $variant:ident $kind:ty;)*) => {
        impl Journal {
            $(
                pub fn $one(&self, id: &JournalId) -> Option<&$kind> {
                    match self.get(id)? {
                        JournalRecord::$variant(record) => Some(record),
                        _ => None,
                    }
                }

                pub fn $all(&self) -> impl Iterator<Item = &$kind> {
                    self.records.values().filter_map(|record| match record.as_ref() {
                        JournalRecord::$variant(record) => Some(record.as_ref()),
                        _ => None,
                    })
                }
            )*
        }
    };
}

kinds! {
    basis bases Basis KeptBasis;
    allocation allocations Allocation AllocationVersion;
    comment comments Comment AllocationComment;
    announcement announcements Announcement Announcement;
    application applications Application ParticipationApplication;
    assessment assessments Assessment Assessment;
    ranking rankings Ranking Ranking;
    selection selections Selection Selection;
    participation participations Participation DecidedParticipation;
    objection objections Objection Objection;
    measure measures Measure Measure;
    agreement agreements Agreement Agreement;
    support_request support_requests SupportRequest SupportRequest;
    gathering gatherings Gathering Gathering;
    report reports Report YearlyReport;
    zero_point zero_points ZeroPoint ZeroPoint;
    evaluation evaluations Evaluation Evaluation;
}
