//! Refusals of the journal in the caller's words: a stable code, a sentence, the argument at fault.

use programgrant_core::journal::JournalRefusal;

use super::super::mutation::UserError;
use super::super::refusal::user_error;
use crate::guard::JournalError;

pub fn told(error: &JournalError) -> UserError {
    match error {
        JournalError::Guard(error) => user_error(error),
        JournalError::Refused(refusal) => UserError {
            code: refusal.code().to_owned(),
            message: refusal.to_string(),
            path: argument(refusal).map(|argument| argument.split('.').map(str::to_owned).collect()),
        },
    }
}

/// The argument at fault, from the outermost name inwards; `None` where it is what stands, and no argument.
const fn argument(refusal: &JournalRefusal) -> Option<&'static str> {
    Some(match refusal {
        JournalRefusal::NegativeAmount { argument }
        | JournalRefusal::TextMissing { argument }
        | JournalRefusal::TextTooLong { argument, .. } => argument,
        JournalRefusal::IdempotencyConflict => "idempotencyKey",
        JournalRefusal::AllocationDecided { .. } | JournalRefusal::NothingToCorrect => "corrects",
        JournalRefusal::DeadlinePassed { .. } => "deadline",
        JournalRefusal::OutsideProgramme { .. } => "from",
        JournalRefusal::YearOutsideProgramme
        | JournalRefusal::YearMissing
        | JournalRefusal::NotByYear
        | JournalRefusal::YearNotOver { .. } => "year",
        JournalRefusal::GivesNoSupport { .. } => "environment",
        JournalRefusal::MoreThanAvailable { .. } | JournalRefusal::UnspentNotRepaid { .. } => "input.spent",
        JournalRefusal::GoalsNotAnswered { .. } => "input.goals",
        JournalRefusal::PartsExceedWhole => "input.measures",
        JournalRefusal::RankingIncomplete { .. } => "order",
        JournalRefusal::RegionFull { .. } | JournalRefusal::NotAssessedByAnother { .. } => "chosen",
        _ => return None,
    })
}
