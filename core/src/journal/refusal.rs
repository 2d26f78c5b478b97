//! Why a command to the journal was not carried out. Nothing was written.

use jiff::civil::Date;
use programgrant_schema::OrganisationNumber;
use strum::{IntoStaticStr, VariantNames};

use super::allocations::AllocationState;
use super::record::JournalId;
use super::selection::ApplicationState;

/// The names are codes that clients know.
#[derive(Debug, Clone, PartialEq, Eq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum JournalRefusal {
    /// The key was used for another command.
    IdempotencyConflict,
    /// There is no such record, or none that the caller sees.
    UnknownRecord,
    /// A text that must be there is empty: which.
    TextMissing { argument: &'static str },
    /// The allocation's state does not allow it.
    #[strum(serialize = "WRONG_STATE")]
    AllocationState { state: AllocationState },
    /// An allocation of that programme year is decided; a new one must say that it corrects it.
    AllocationDecided { by: JournalId },
    /// What is to be corrected is not the decided allocation of that year.
    NothingToCorrect,
    /// Amounts that rest on a missing figure are not known, and cannot be decided.
    FigureMissing,
    /// A comment has no answer.
    CommentUnanswered { comment: JournalId },
    /// A consultation still runs.
    ConsultationOpen { until: Date },
    /// There is no consultation, or its last day has passed.
    ConsultationClosed,
    /// It was answered.
    AlreadyAnswered,
    /// The last day has passed.
    DeadlinePassed { deadline: Date },
    /// Applications are still in time.
    DeadlineNotPassed { deadline: Date },
    /// The municipality has applied.
    AlreadyApplied { application: JournalId },
    /// The municipality takes part.
    AlreadyTakesPart,
    /// The municipality takes no part.
    TakesNoPart,
    /// The municipality lies in another region.
    OutsideRegion,
    /// The application's state does not allow it.
    #[strum(serialize = "WRONG_STATE")]
    ApplicationState { state: ApplicationState },
    #[strum(serialize = "APPLICATION_WITHDRAWN")]
    Withdrawn { application: JournalId },
    /// The announcement's choice was made.
    AlreadySelected { selection: JournalId },
    /// More than the programme allows in a region.
    RegionFull {
        most: u16,
        taking_part: usize,
        chosen: usize,
    },
    /// The programme does not say how many a region may have.
    PlacesUnknown,
    /// An application was assessed by nobody but the one who chooses, or by nobody.
    NotAssessedByAnother { application: JournalId },
    /// This body has assessed the application.
    AlreadyAssessed,
    /// The municipal council has not decided.
    PoliticalDecisionMissing,
    /// A day lies outside the programme, or the last before the first.
    OutsideProgramme { from: Date, until: Date },
    /// An earlier decision says that already, or says otherwise.
    AlreadyDecided,
    /// The year is none of the programme's.
    YearOutsideProgramme,
    /// Only a receiver of the allocation objects to it.
    NotConcerned { municipality: OrganisationNumber },
}

impl JournalRefusal {
    pub fn code(&self) -> &'static str {
        self.into()
    }
}
