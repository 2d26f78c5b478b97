//! Why a command to the journal was not carried out. Nothing was written.

use jiff::civil::Date;
use programgrant_schema::{Ore, OrganisationNumber};
use strum::{IntoStaticStr, VariantNames};

use super::allocations::AllocationState;
use super::record::JournalId;
use super::reports::ReportState;
use super::selection::ApplicationState;

/// The names are codes that clients know; the texts are for people.
#[derive(Debug, Clone, PartialEq, Eq, IntoStaticStr, VariantNames, thiserror::Error)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum JournalRefusal {
    #[error("The key was used before, for a command with other content.")]
    IdempotencyConflict,
    #[error("There is none of that id.")]
    UnknownRecord,
    #[error("{argument} says nothing.")]
    TextMissing { argument: &'static str },
    #[error("{argument} is longer than {most} characters.")]
    TextTooLong { argument: &'static str, most: usize },
    #[error("The allocation is {}, which does not allow this.", state.as_str())]
    #[strum(serialize = "WRONG_STATE")]
    AllocationState { state: AllocationState },
    #[error("{by} is decided for that year. Say that the new version corrects it.")]
    AllocationDecided { by: JournalId },
    #[error("What is to be corrected is not the decided allocation of that programme year.")]
    NothingToCorrect,
    #[error(
        "An amount is not known, because a figure that it rests on is missing. What is not known cannot be decided."
    )]
    FigureMissing,
    #[error("Comment {comment} has no answer.")]
    CommentUnanswered { comment: JournalId },
    #[error("The consultation lasts until {until}.")]
    ConsultationOpen { until: Date },
    #[error("There is no consultation now.")]
    ConsultationClosed,
    #[error("It was answered.")]
    AlreadyAnswered,
    #[error("The last day was {deadline}.")]
    DeadlinePassed { deadline: Date },
    #[error("Applications are in time until {deadline}.")]
    DeadlineNotPassed { deadline: Date },
    #[error("The municipality has applied: {application}.")]
    AlreadyApplied { application: JournalId },
    #[error("The municipality takes part.")]
    AlreadyTakesPart,
    #[error("The programme is applied for year by year, and the year is missing.")]
    YearMissing,
    #[error("The programme is applied for once, and not for a year.")]
    NotByYear,
    #[error("The participation lasts until {until}. It can go on without a break, and cannot be taken up again later.")]
    ParticipationInterrupted { until: Date },
    #[error("Those who apply under this announcement do not rank each other's applications.")]
    NotRanked,
    #[error("The municipality has no application of its own that stands under this announcement.")]
    NotApplied,
    #[error("{application} is missing, named twice, or no other municipality's application that stands.")]
    RankingIncomplete { application: JournalId },
    #[error("The municipality takes no part.")]
    TakesNoPart,
    #[error("The municipality lies in another region than the one that was announced for.")]
    OutsideRegion,
    #[error("The application is {}, which does not allow this.", state.as_str())]
    #[strum(serialize = "WRONG_STATE")]
    ApplicationState { state: ApplicationState },
    #[error("{application} was withdrawn.")]
    #[strum(serialize = "APPLICATION_WITHDRAWN")]
    Withdrawn { application: JournalId },
    #[error("The choice was made: {selection}.")]
    AlreadySelected { selection: JournalId },
    #[error("A region has at most {most}: {taking_part} take part or were chosen, and these are {chosen}.")]
    RegionFull {
        most: u16,
        taking_part: usize,
        chosen: usize,
    },
    #[error("The programme does not say how many municipalities a region may have.")]
    PlacesUnknown,
    #[error("{application} was assessed by nobody but the one who chooses. Who assessed may not alone choose.")]
    NotAssessedByAnother { application: JournalId },
    #[error("This body has assessed the application.")]
    AlreadyAssessed,
    #[error("The municipal council has not decided, or its decision lies in the future.")]
    PoliticalDecisionMissing,
    #[error("From {from} to {until} is no part of the programme or the participation, or ends before it begins.")]
    OutsideProgramme { from: Date, until: Date },
    #[error("An earlier decision stands.")]
    AlreadyDecided,
    #[error("The programme has no budget that year.")]
    YearOutsideProgramme,
    #[error("The programme's rules are not published, so nothing can be decided by them.")]
    RulesNotPublished,
    #[error("{municipality} receives nothing by it.")]
    NotConcerned { municipality: OrganisationNumber },
    #[error("{argument} is negative.")]
    NegativeAmount { argument: &'static str },
    #[error("{on} lies ahead.")]
    LiesAhead { on: Date },
    #[error("{body} is no competence environment of that programme and region today.")]
    GivesNoSupport { body: OrganisationNumber },
    #[error("The pot may be used until {until}; the year is reported when that day has passed.")]
    YearNotOver { until: Date },
    #[error("{year} has no report that stands, or none that is approved.")]
    EarlierYearMissing { year: i16 },
    #[error("{year} was reported, and rests on these figures. It has to be sent back first.")]
    LaterYearReported { year: i16 },
    #[error("There were {} øre to use, and more was used and paid back.", available.get())]
    MoreThanAvailable { available: Ore },
    #[error("{} øre were not used. After the last day of use they are paid back.", left.get())]
    UnspentNotRepaid { left: Ore },
    #[error("The report is {}, which does not allow this.", state.as_str())]
    #[strum(serialize = "WRONG_STATE")]
    ReportState { state: ReportState },
    #[error("Goal {goal:?} of the programme is not answered, answered twice, or no goal of it.")]
    GoalsNotAnswered { goal: String },
    #[error("The measures' parts add up to more than what was used.")]
    PartsExceedWhole,
}

impl JournalRefusal {
    pub fn code(&self) -> &'static str {
        self.into()
    }
}
