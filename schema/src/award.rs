//! Awards as the systems report them: one canonical set of words for what each calls by its own.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::Ore;

/// Where an application or award stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AwardStatus {
    /// Søkt: received, not decided.
    Applied,
    /// Innvilget: decided, money promised.
    Granted,
    /// Avslått: decided against.
    Refused,
    /// Avvist: rejected on form.
    Dismissed,
    /// Trukket: taken back by the applicant.
    Withdrawn,
    /// Utbetalt: at least partly paid.
    Paid,
    /// Tilbakebetalt: paid back, wholly or in part.
    Repaid,
    /// Inngår i programmet: a share of the pot, not paid by this system.
    InProgramme,
}

impl AwardStatus {
    /// Whether money was promised under the award itself; a share of the pot is not.
    pub const fn is_granted(self) -> bool {
        match self {
            Self::Granted | Self::Paid | Self::Repaid => true,
            Self::Applied | Self::Refused | Self::Dismissed | Self::Withdrawn | Self::InProgramme => false,
        }
    }
}

/// Målgruppe: whom a measure is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TargetGroup {
    ChildrenAndYoung,
    Adults,
    All,
    Other,
}

/// The recipient to the letter as the system holds it: any part may be missing, outdated or a sub-unit's.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct ReportedRecipient {
    pub organisation_number: Option<String>,
    /// The municipality number, leading zeros included.
    pub number: Option<String>,
    pub name: Option<String>,
}

/// Utbetaling: one payment; negative when money went back.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Disbursement {
    pub on: Date,
    pub amount: Ore,
    pub reference: Option<String>,
}
