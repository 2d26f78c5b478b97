//! The words of the gateway: money, identities, the dated register of municipalities, schemes, awards and programmes.
//!
//! Pure values, no I/O and no clock. Each Norwegian word stands once in its type's documentation and in `glossary.md`.
#![allow(
    missing_docs,
    reason = "fields and variants whose name says all; types carry the documentation"
)]

mod award;
mod example;
mod exclusion;
mod figure;
mod indicator;
mod municipality;
mod ore;
mod organisation;
mod post_names;
mod programme;
mod record;
mod reference;
mod scheme;
mod set_aside;
mod source;

pub use award::{AwardStatus, Disbursement, ReportedRecipient, TargetGroup};
pub use example::{ALLOCATION_EXAMPLE, INDICATOR_FILES, INDICATORS_DESCRIBED};
pub use exclusion::{Exclusion, Participant};
pub use figure::Figure;
pub use indicator::{IndicatorId, IndicatorIdError, MissingFigure, Observation};
pub use municipality::{
    Municipality, MunicipalityId, MunicipalityNumber, MunicipalityNumberError, MunicipalityRegister, NumberChange,
    NumberPeriod, Numbers, Reading, ReferenceTables,
};
pub use ore::{Ore, OreError};
pub use organisation::{Organisation, OrganisationNumber, OrganisationNumberError, Organisations};
pub use post_names::{PostName, PostNames};
pub use programme::{
    Ban, DecidedPart, Goal, GoalKind, PILOT, Participation, Programme, ProgrammeFile, ProgrammeScheme, Programmes,
    Rule, RuleState, SUCCESSOR, Scope, SignUp, YearlyDeadline, days_of_year,
};
pub use record::{
    Accounts, AccountsLine, Appropriation, AwardStatement, Content, Correction, MunicipalGrants, Payer, Payment,
    Record, RecordId,
};
pub use reference::ReferenceError;
pub use scheme::{BudgetPost, BudgetPostError, BudgetYears, Determination, GrantScheme, Prevention, SchemeId};
pub use set_aside::{Gap, SetAside};
pub use source::{Delivery, SourceId, SourceIdError, SourceProfile, SourceProfiles};
