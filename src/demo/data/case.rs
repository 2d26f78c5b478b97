//! A case: who applied for what in which scheme, and what came of it, before any system says it in its own way.

use jiff::civil::Date;
use programgrant_schema::{
    AwardStatus, BudgetPost, Determination, GrantScheme, Ore, ReportedRecipient, SourceId, TargetGroup,
};

use crate::demo::systems;

/// One application, award or share.
#[derive(Debug, Clone)]
pub struct Case {
    pub source: SourceId,
    pub post: BudgetPost,
    pub activity: Option<String>,
    pub year: i16,
    pub recipient: ReportedRecipient,
    pub outcome: CaseOutcome,
    /// First and last day of use, where the system has a place for it.
    pub period: Option<(Date, Date)>,
    pub target_group: Option<TargetGroup>,
    /// The months of the decision and of the payments.
    pub months: (i8, &'static [i8]),
}

/// What came of it.
#[derive(Debug, Clone, Copy)]
pub enum CaseOutcome {
    Applied { applied: Ore },
    Refused { applied: Ore },
    Dismissed { applied: Ore },
    Withdrawn { applied: Ore },
    Granted { applied: Ore, granted: Ore },
    Paid { applied: Ore, granted: Ore },
    Share(Ore),
}

impl CaseOutcome {
    pub fn status(self) -> AwardStatus {
        match self {
            Self::Applied { .. } => AwardStatus::Applied,
            Self::Refused { .. } => AwardStatus::Refused,
            Self::Dismissed { .. } => AwardStatus::Dismissed,
            Self::Withdrawn { .. } => AwardStatus::Withdrawn,
            Self::Granted { .. } => AwardStatus::Granted,
            Self::Paid { .. } => AwardStatus::Paid,
            Self::Share(_) => AwardStatus::InProgramme,
        }
    }

    /// What was applied for; a share is not applied for.
    pub fn applied(self) -> Option<Ore> {
        match self {
            Self::Applied { applied }
            | Self::Refused { applied }
            | Self::Dismissed { applied }
            | Self::Withdrawn { applied }
            | Self::Granted { applied, .. }
            | Self::Paid { applied, .. } => Some(applied),
            Self::Share(_) => None,
        }
    }

    pub fn granted(self) -> Option<Ore> {
        match self {
            Self::Granted { granted, .. } | Self::Paid { granted, .. } => Some(granted),
            Self::Share(share) => Some(share),
            Self::Refused { .. } | Self::Dismissed { .. } => Some(Ore::ZERO),
            Self::Applied { .. } | Self::Withdrawn { .. } => None,
        }
    }
}

impl Case {
    /// A case of the scheme; `None` for a year in which it did not exist.
    pub fn of(scheme: &GrantScheme, year: i16, recipient: ReportedRecipient, outcome: CaseOutcome) -> Option<Self> {
        let source = scheme.sources[0];
        let months: (i8, &'static [i8]) = match (source, scheme.determination) {
            (systems::UDIR, Determination::Rule) => (2, &[3]),
            (systems::UDIR, _) => (5, &[6]),
            (systems::NAV, _) => (3, &[4, 9]),
            _ => (4, &[5, 10]),
        };
        let (post, activity) = (scheme.post_in(year)?, scheme.activity.clone());
        Some(Self {
            source,
            post,
            activity,
            year,
            recipient,
            outcome,
            period: None,
            target_group: None,
            months,
        })
    }
}
