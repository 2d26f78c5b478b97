//! What is asked, resolved as far as the registers go: for whom, under what, when; and what collides with what.

use std::fmt;
use std::ops::RangeInclusive;

use jiff::civil::Date;
use programgrant_schema::{MunicipalityId, Ore, SchemeId, TargetGroup};
use serde::{Deserialize, Serialize};

use crate::reference::Reference;

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
    /// Whether it is by Enhetsregisteret alone that the recipient is known.
    #[serde(default, skip_serializing_if = "is_not")]
    pub is_looked_up: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's form")]
const fn is_not(flag: &bool) -> bool {
    !*flag
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

    /// January of that year.
    pub fn first_of(year: i16) -> Self {
        Self(i32::from(year) * 12)
    }

    /// December of that year.
    pub fn last_of(year: i16) -> Self {
        Self(i32::from(year) * 12 + 11)
    }

    pub const fn number(self) -> i32 {
        self.0
    }

    /// Months are made of dates, whose years fit; one that was stored otherwise is as far away as can be.
    pub fn year(self) -> i16 {
        i16::try_from(self.0.div_euclid(12)).unwrap_or(i16::MAX)
    }
}

impl Application {
    /// The months that the money may be used in.
    pub fn months(&self) -> RangeInclusive<Month> {
        months(self.year, self.use_from, self.use_until)
    }

    /// The grant year and every year that the period of use touches.
    pub fn years(&self) -> impl Iterator<Item = i16> + use<> {
        let (first, last) = self.months().into_inner();
        let (year, touched) = (self.year, first.year()..=last.year());
        touched.clone().chain((!touched.contains(&year)).then_some(year))
    }

    /// The target groups that the money may reach.
    pub const fn targets(&self) -> &'static [TargetGroup] {
        targets(self.target_group)
    }

    /// The same for whoever the recipient is now: the municipality that it went up in.
    #[must_use]
    pub fn followed(&self, reference: &Reference) -> Self {
        let recipient = match &self.recipient {
            Recipient::Municipality(id) => Recipient::Municipality(reference.register.current(*id).unwrap_or(*id)),
            unresolved @ Recipient::Unresolved(_) => unresolved.clone(),
        };
        Self {
            recipient,
            ..self.clone()
        }
    }

    /// Whether both cannot be granted: they share a slot.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.recipient == other.recipient && self.subject == other.subject && self.coverage().meets(&other.coverage())
    }

    /// What it covers of its recipient and subject.
    pub fn coverage(&self) -> Coverage<'_> {
        Coverage {
            months: self.months(),
            targets: self.targets(),
            activity: self.activity.as_deref(),
        }
    }
}

/// What a claim or an award covers of its recipient and scheme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage<'a> {
    pub months: RangeInclusive<Month>,
    pub targets: &'static [TargetGroup],
    /// `None` covers every activity.
    pub activity: Option<&'a str>,
}

impl Coverage<'_> {
    pub fn meets(&self, other: &Coverage<'_>) -> bool {
        let same_activity = match (self.activity, other.activity) {
            (Some(a), Some(b)) => a == b,
            _ => true,
        };
        same_activity
            && meet(&self.months, &other.months)
            && self.targets.iter().any(|target| other.targets.contains(target))
    }
}

/// Whether two spans of months share one.
pub fn meet(a: &RangeInclusive<Month>, b: &RangeInclusive<Month>) -> bool {
    a.start() <= b.end() && b.start() <= a.end()
}

/// The months of a period of use; a side that is not stated is the grant year's, or the nearest year's that makes a period.
pub fn months(year: i16, from: Option<Date>, until: Option<Date>) -> RangeInclusive<Month> {
    match (from, until) {
        (Some(from), Some(until)) => Month::of(from)..=Month::of(until),
        (Some(from), None) => Month::of(from)..=Month::last_of(from.year().max(year)),
        (None, Some(until)) => Month::first_of(until.year().min(year))..=Month::of(until),
        (None, None) => Month::first_of(year)..=Month::last_of(year),
    }
}

/// The elementary target groups that a statement covers.
pub const fn targets(stated: Option<TargetGroup>) -> &'static [TargetGroup] {
    match stated {
        Some(TargetGroup::ChildrenAndYoung) => &[TargetGroup::ChildrenAndYoung],
        Some(TargetGroup::Adults) => &[TargetGroup::Adults],
        Some(TargetGroup::Other) => &[TargetGroup::Other],
        Some(TargetGroup::All) | None => &[TargetGroup::ChildrenAndYoung, TargetGroup::Adults, TargetGroup::Other],
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
