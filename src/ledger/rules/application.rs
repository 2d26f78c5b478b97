//! What is asked, resolved as far as the registers go: for whom, under what, when.

use std::fmt;

use jiff::civil::Date;
use programgrant_schema::{MunicipalityId, Ore, SchemeId, TargetGroup};
use serde::{Deserialize, Serialize};

/// A request for leave to award, after its numbers were read and its recipient and scheme looked up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    pub recipient: Recipient,
    pub subject: Subject,
    /// The project within a discretionary scheme, in one form for comparison; `None` covers every activity.
    pub activity: Option<String>,
    /// `None` covers every target group, as [`TargetGroup::All`] does.
    pub target_group: Option<TargetGroup>,
    /// The grant year (tilskuddsår).
    pub year: i16,
    pub amount: Ore,
    /// The period of use as stated; a side that is `None` is the grant year's.
    pub use_from: Option<Date>,
    pub use_until: Option<Date>,
    /// The directorate's own case number.
    pub case_reference: String,
}

impl Application {
    /// The months that the money is for.
    pub fn months(&self) -> std::ops::RangeInclusive<Month> {
        let from = self.use_from.unwrap_or(Date::constant(self.year, 1, 1));
        let until = self.use_until.unwrap_or(Date::constant(self.year, 12, 31));
        Month::of(from)..=Month::of(until)
    }

    /// The elementary target groups that it covers.
    pub fn targets(&self) -> &'static [TargetGroup] {
        match self.target_group {
            Some(TargetGroup::ChildrenAndYoung) => &[TargetGroup::ChildrenAndYoung],
            Some(TargetGroup::Adults) => &[TargetGroup::Adults],
            Some(TargetGroup::Other) => &[TargetGroup::Other],
            Some(TargetGroup::All) | None => &[TargetGroup::ChildrenAndYoung, TargetGroup::Adults, TargetGroup::Other],
        }
    }

    /// Whether both want a slot.
    pub fn overlaps(&self, other: &Self) -> bool {
        let (a, b) = (self.months(), other.months());
        self.recipient == other.recipient
            && self.subject == other.subject
            && a.start() <= b.end()
            && b.start() <= a.end()
            && self.targets().iter().any(|target| other.targets().contains(target))
            && (self.activity.is_none() || other.activity.is_none() || self.activity == other.activity)
    }
}

/// Whom the money is for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recipient {
    Municipality(MunicipalityId),
    /// Nobody that the registers know: what was stated, in one form for comparison.
    Unresolved(String),
}

/// What the money is granted under.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    Scheme(SchemeId),
    /// No scheme that is known, or one of several: what was stated, in one form for comparison.
    Unresolved(String),
}

/// A calendar month, counted from the year 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Month(i32);

impl Month {
    pub fn of(day: Date) -> Self {
        Self(i32::from(day.year()) * 12 + i32::from(day.month()) - 1)
    }

    pub const fn number(self) -> i32 {
        self.0
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Municipality(id) => write!(f, "{id}"),
            Self::Unresolved(stated) => write!(f, "unresolved:{stated}"),
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scheme(id) => write!(f, "{id}"),
            Self::Unresolved(stated) => write!(f, "unresolved:{stated}"),
        }
    }
}
