//! Versions of an allocation: drafted, proposed, in consultation, decided. One that is corrected stays beside its correction.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

use super::command::JournalRequest;
use super::items::{At, Judged, said};
use super::record::{Acts, JournalId, JournalKind, JournalRecord, KeptBasis};
use super::refusal::JournalRefusal;
use crate::allocation::AllocationBasis;
use crate::calendar::norwegian_date;
use crate::principal::Principal;

/// Where a version stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum AllocationState {
    /// Only the programme's office sees it.
    Draft,
    /// Shown to those concerned.
    Proposed,
    /// Those concerned may comment.
    Consultation,
    /// In force.
    Decided,
    /// Was decided, and a later decision corrects it.
    Corrected,
    /// Was taken back before it was decided.
    Withdrawn,
}

impl AllocationState {
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Whether it may still become a decision.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::Proposed | Self::Consultation)
    }

    /// Whether it is, or was, decided.
    pub const fn is_decided(self) -> bool {
        matches!(self, Self::Decided | Self::Corrected)
    }
}

/// Who decided, on which day, and under which reference in its own archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    pub by: Principal,
    pub at: Timestamp,
    pub reference: String,
}

/// One version of a programme year's allocation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AllocationVersion {
    pub id: JournalId,
    pub programme: String,
    pub year: i16,
    /// Among the versions of that programme year, from 1.
    pub number: u32,
    pub basis: JournalId,
    pub state: AllocationState,
    /// Why this version was made.
    pub reason: String,
    /// The decided version that it is to correct.
    pub corrects: Option<JournalId>,
    /// The last day of its consultation.
    pub consultation_until: Option<Date>,
    pub decision: Option<Decision>,
    pub acts: Acts,
    /// When its state last changed.
    pub changed_at: Timestamp,
}

impl AllocationVersion {
    /// Whether those concerned have been shown it: what they were shown once does not disappear when it is taken back.
    pub fn was_proposed(&self) -> bool {
        match self.state {
            AllocationState::Draft => false,
            // Put up and taken back: no command stands in between.
            AllocationState::Withdrawn => self.acts.later.len() > 1,
            _ => true,
        }
    }
}

/// What somebody concerned says in a consultation, and what is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AllocationComment {
    pub id: JournalId,
    pub programme: String,
    pub allocation: JournalId,
    pub text: String,
    pub answer: Option<Answer>,
    pub acts: Acts,
}

/// An answer, with its reason in its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub by: Principal,
    pub at: Timestamp,
    pub text: String,
}

pub(super) fn judge(at: &At<'_>, what: &JournalRequest) -> Judged {
    match what {
        JournalRequest::Draft {
            programme,
            year,
            basis,
            reason,
            corrects,
        } => draft(at, (programme, *year), basis, reason, corrects.as_ref()),
        JournalRequest::Propose { allocation } => step(at, allocation, |version| match version.state {
            AllocationState::Draft => Ok(AllocationVersion {
                state: AllocationState::Proposed,
                ..version
            }),
            state => Err(JournalRefusal::AllocationState { state }),
        }),
        JournalRequest::Consult { allocation, until } => consult(at, allocation, *until),
        JournalRequest::Comment { allocation, text } => comment(at, allocation, text),
        JournalRequest::AnswerComment { comment, text } => answer(at, comment, text),
        JournalRequest::DecideAllocation { allocation, reference } => decide(at, allocation, reference),
        JournalRequest::WithdrawAllocation { allocation, reason } => withdraw(at, allocation, reason),
        _ => Err(JournalRefusal::UnknownRecord),
    }
}

fn draft(
    at: &At<'_>,
    (programme, year): (&str, i16),
    basis: &AllocationBasis,
    reason: &str,
    corrects: Option<&JournalId>,
) -> Judged {
    let reason = said(reason, "reason")?;
    let versions = || {
        let all = at.journal.allocations();
        all.filter(|version| version.programme == programme && version.year == year)
    };
    let decided = versions().find(|version| version.state == AllocationState::Decided);
    match (decided, corrects) {
        (Some(decided), None) => {
            let by = decided.id.clone();
            return Err(JournalRefusal::AllocationDecided { by });
        }
        (decided, Some(corrects)) if decided.map(|decided| &decided.id) != Some(corrects) => {
            return Err(JournalRefusal::NothingToCorrect);
        }
        _ => {}
    }
    let kept = at
        .journal
        .bases()
        .find(|kept| kept.programme == programme && kept.basis == *basis);
    let basis_id = kept.map_or_else(
        || JournalId::of(JournalKind::Grunnlag, &at.act.by, at.key),
        |kept| kept.id.clone(),
    );
    let acts = Acts::begun(at.act.clone());
    let version = AllocationVersion {
        id: JournalId::of(JournalKind::Fordeling, &at.act.by, at.key),
        programme: programme.to_owned(),
        year,
        number: 1 + versions().map(|version| version.number).max().unwrap_or(0),
        basis: basis_id.clone(),
        state: AllocationState::Draft,
        reason,
        corrects: corrects.cloned(),
        consultation_until: None,
        decision: None,
        changed_at: at.act.at,
        acts,
    };
    let mut written = vec![JournalRecord::Allocation(Box::new(version))];
    if kept.is_none() {
        written.push(JournalRecord::Basis(Box::new(KeptBasis {
            id: basis_id,
            programme: programme.to_owned(),
            basis: basis.clone(),
        })));
    }
    Ok(written)
}

/// A version changed by one command.
fn step(
    at: &At<'_>,
    id: &JournalId,
    change: impl FnOnce(AllocationVersion) -> Result<AllocationVersion, JournalRefusal>,
) -> Judged {
    let version = at.journal.allocation(id).ok_or(JournalRefusal::UnknownRecord)?;
    Ok(vec![JournalRecord::Allocation(Box::new(changed(
        at,
        change(version.clone())?,
    )))])
}

fn changed(at: &At<'_>, version: AllocationVersion) -> AllocationVersion {
    AllocationVersion {
        acts: version.acts.and(&at.act),
        changed_at: at.act.at,
        ..version
    }
}

fn consult(at: &At<'_>, id: &JournalId, until: Date) -> Judged {
    if until < norwegian_date(at.act.at) {
        return Err(JournalRefusal::DeadlinePassed { deadline: until });
    }
    step(at, id, |version| match version.state {
        AllocationState::Proposed | AllocationState::Consultation => Ok(AllocationVersion {
            state: AllocationState::Consultation,
            consultation_until: Some(until),
            ..version
        }),
        state => Err(JournalRefusal::AllocationState { state }),
    })
}

fn comment(at: &At<'_>, id: &JournalId, text: &str) -> Judged {
    let text = said(text, "text")?;
    let version = at.journal.allocation(id).ok_or(JournalRefusal::UnknownRecord)?;
    let is_open = version.state == AllocationState::Consultation
        && version
            .consultation_until
            .is_some_and(|until| norwegian_date(at.act.at) <= until);
    if !is_open {
        return Err(JournalRefusal::ConsultationClosed);
    }
    Ok(vec![JournalRecord::Comment(Box::new(AllocationComment {
        id: JournalId::of(JournalKind::Merknad, &at.act.by, at.key),
        programme: version.programme.clone(),
        allocation: id.clone(),
        text,
        answer: None,
        acts: Acts::begun(at.act.clone()),
    }))])
}

fn answer(at: &At<'_>, id: &JournalId, text: &str) -> Judged {
    let text = said(text, "text")?;
    let comment = at.journal.comment(id).ok_or(JournalRefusal::UnknownRecord)?.clone();
    if comment.answer.is_some() {
        return Err(JournalRefusal::AlreadyAnswered);
    }
    Ok(vec![JournalRecord::Comment(Box::new(AllocationComment {
        answer: Some(Answer {
            by: at.act.by.clone(),
            at: at.act.at,
            text,
        }),
        acts: comment.acts.and(&at.act),
        ..comment
    }))])
}

fn decide(at: &At<'_>, id: &JournalId, reference: &str) -> Judged {
    let reference = said(reference, "reference")?;
    let version = at.journal.allocation(id).ok_or(JournalRefusal::UnknownRecord)?;
    let today = norwegian_date(at.act.at);
    match (version.state, version.consultation_until) {
        (AllocationState::Consultation, Some(until)) if today <= until => {
            return Err(JournalRefusal::ConsultationOpen { until });
        }
        (AllocationState::Proposed | AllocationState::Consultation, _) => {}
        (state, _) => return Err(JournalRefusal::AllocationState { state }),
    }
    let unanswered = at
        .journal
        .comments()
        .find(|comment| comment.allocation == *id && comment.answer.is_none());
    if let Some(comment) = unanswered {
        let comment = comment.id.clone();
        return Err(JournalRefusal::CommentUnanswered { comment });
    }
    let basis = at.journal.basis(&version.basis).ok_or(JournalRefusal::UnknownRecord)?;
    if basis.basis.total().is_none() {
        return Err(JournalRefusal::FigureMissing);
    }
    // Another may have been decided since this one was put up.
    let decided = at.journal.allocations().find(|other| {
        other.programme == version.programme && other.year == version.year && other.state == AllocationState::Decided
    });
    if decided.map(|decided| &decided.id) != version.corrects.as_ref() {
        return Err(match decided {
            Some(decided) => JournalRefusal::AllocationDecided { by: decided.id.clone() },
            None => JournalRefusal::NothingToCorrect,
        });
    }
    let corrected = decided.map(|decided| AllocationVersion {
        state: AllocationState::Corrected,
        changed_at: at.act.at,
        ..decided.clone()
    });
    let decided = AllocationVersion {
        state: AllocationState::Decided,
        decision: Some(Decision {
            by: at.act.by.clone(),
            at: at.act.at,
            reference,
        }),
        ..version.clone()
    };
    let written = [Some(changed(at, decided)), corrected];
    let written = written.into_iter().flatten();
    Ok(written
        .map(|version| JournalRecord::Allocation(Box::new(version)))
        .collect())
}

fn withdraw(at: &At<'_>, id: &JournalId, reason: &str) -> Judged {
    said(reason, "reason")?;
    step(at, id, |version| {
        if version.state.is_open() {
            Ok(AllocationVersion {
                state: AllocationState::Withdrawn,
                ..version
            })
        } else {
            Err(JournalRefusal::AllocationState { state: version.state })
        }
    })
}
