//! Refusals of the journal in the caller's words: a stable code, a sentence, the argument at fault.

use programgrant_core::journal::JournalRefusal;

use super::super::mutation::UserError;
use super::super::refusal::user_error;
use crate::guard::JournalError;

pub fn told(error: &JournalError) -> UserError {
    match error {
        JournalError::Guard(error) => user_error(error),
        JournalError::Refused(refusal) => {
            let (message, argument) = words(refusal);
            UserError {
                code: refusal.code().to_owned(),
                message,
                path: argument.map(|argument| argument.split('.').map(str::to_owned).collect()),
            }
        }
    }
}

fn words(refusal: &JournalRefusal) -> (String, Option<&'static str>) {
    let (message, argument): (String, &'static str) = match refusal {
        JournalRefusal::IdempotencyConflict => (
            "The key was used before, for a command with other content.".into(),
            "idempotencyKey",
        ),
        JournalRefusal::UnknownRecord => ("There is none of that id.".into(), "id"),
        JournalRefusal::TextMissing { argument } => (format!("{argument} says nothing."), argument),
        JournalRefusal::AllocationState { state } => (
            format!("The allocation is {}, which does not allow this.", state.as_str()),
            "allocation",
        ),
        JournalRefusal::AllocationDecided { by } => (
            format!("{by} is decided for that year. Say that the new version corrects it."),
            "corrects",
        ),
        JournalRefusal::NothingToCorrect => (
            "What is to be corrected is not the decided allocation of that programme year.".into(),
            "corrects",
        ),
        JournalRefusal::FigureMissing => (
            "An amount is not known, because a figure that it rests on is missing. What is not known cannot be decided.".into(),
            "allocation",
        ),
        JournalRefusal::CommentUnanswered { comment } => (format!("Comment {comment} has no answer."), "allocation"),
        JournalRefusal::ConsultationOpen { until } => (format!("The consultation lasts until {until}."), "allocation"),
        JournalRefusal::ConsultationClosed => ("There is no consultation now.".into(), "allocation"),
        JournalRefusal::AlreadyAnswered => ("It was answered.".into(), "id"),
        JournalRefusal::DeadlinePassed { deadline } => (format!("The last day was {deadline}."), "deadline"),
        JournalRefusal::DeadlineNotPassed { deadline } => {
            (format!("Applications are in time until {deadline}."), "announcement")
        }
        JournalRefusal::AlreadyApplied { application } => (
            format!("The municipality has applied: {application}."),
            "announcement",
        ),
        JournalRefusal::AlreadyTakesPart => ("The municipality takes part.".into(), "municipality"),
        JournalRefusal::TakesNoPart => ("The municipality takes no part.".into(), "municipality"),
        JournalRefusal::OutsideRegion => (
            "The municipality lies in another region than the one that was announced for.".into(),
            "announcement",
        ),
        JournalRefusal::ApplicationState { state } => (
            format!("The application is {}, which does not allow this.", state.as_str()),
            "application",
        ),
        JournalRefusal::Withdrawn { application } => (format!("{application} was withdrawn."), "application"),
        JournalRefusal::AlreadySelected { selection } => (format!("The choice was made: {selection}."), "announcement"),
        JournalRefusal::RegionFull {
            most,
            taking_part,
            chosen,
        } => (
            format!("A region has at most {most}: {taking_part} take part or were chosen, and these are {chosen}."),
            "chosen",
        ),
        JournalRefusal::PlacesUnknown => (
            "The programme does not say how many municipalities a region may have.".into(),
            "announcement",
        ),
        JournalRefusal::NotAssessedByAnother { application } => (
            format!("{application} was assessed by nobody but the one who chooses. Who assessed may not alone choose."),
            "chosen",
        ),
        JournalRefusal::AlreadyAssessed => ("This body has assessed the application.".into(), "application"),
        JournalRefusal::PoliticalDecisionMissing => (
            "The municipal council has not decided, or its decision lies in the future.".into(),
            "application",
        ),
        JournalRefusal::OutsideProgramme { from, until } => (
            format!("From {from} to {until} is no part of the programme, or ends before it begins."),
            "from",
        ),
        JournalRefusal::AlreadyDecided => ("An earlier decision stands.".into(), "id"),
        JournalRefusal::YearOutsideProgramme => ("The programme has no budget that year.".into(), "year"),
        JournalRefusal::NotConcerned { municipality } => (
            format!("{municipality} receives nothing by it."),
            "subject",
        ),
    };
    (message, Some(argument))
}
