//! Grant schemes and the dated posts of the state budget that they are paid from.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::organisation::OrganisationNumber;
use crate::source::SourceId;

/// Kapittel og post: chapter and post of the state budget, such as 231.63.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct BudgetPost {
    pub chapter: u16,
    pub post: u16,
}

/// Why a text is not a budget post.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a chapter (one to four digits) and a post (two digits)")]
pub struct BudgetPostError(String);

impl BudgetPost {
    pub const fn new(chapter: u16, post: u16) -> Self {
        Self { chapter, post }
    }

    /// Reads chapter and post as systems write them, leading zeros or not: `0765` and `60`.
    pub fn parse(chapter: &str, post: &str) -> Result<Self, BudgetPostError> {
        let digits = |text: &str, most: usize| -> Option<u16> {
            let plausible = !text.is_empty() && text.len() <= most && text.bytes().all(|byte| byte.is_ascii_digit());
            plausible.then(|| text.parse().ok()).flatten()
        };
        match (digits(chapter, 4), digits(post, 2)) {
            (Some(chapter), Some(post)) if chapter > 0 && post > 0 => Ok(Self { chapter, post }),
            _ => Err(BudgetPostError(format!("{chapter}.{post}"))),
        }
    }
}

/// `231.63`, as [`BudgetPost::from_str`] reads it.
impl fmt::Display for BudgetPost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.chapter, self.post)
    }
}

impl FromStr for BudgetPost {
    type Err = BudgetPostError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (chapter, post) = text.split_once('.').ok_or_else(|| BudgetPostError(text.to_owned()))?;
        Self::parse(chapter, post)
    }
}

/// A scheme's own key, such as `231.63` or `846-los`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SchemeId(String);

impl SchemeId {
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SchemeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The years in which a scheme lay on a post of the budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(from = "(i16, i16, u16, u16)")]
pub struct BudgetYears {
    pub from: i16,
    /// The last year; `None` while still in force.
    pub to: Option<i16>,
    pub post: BudgetPost,
}

impl BudgetYears {
    pub fn contains(&self, year: i16) -> bool {
        self.from <= year && self.to.is_none_or(|to| year <= to)
    }

    pub fn overlaps(&self, other: &Self) -> bool {
        let end = |years: &Self| years.to.unwrap_or(i16::MAX);
        self.from <= end(other) && other.from <= end(self)
    }
}

/// `[from_year, to_year, chapter, post]` of a programme file; `to_year` 0 = still in force.
impl From<(i16, i16, u16, u16)> for BudgetYears {
    fn from((from, to, chapter, post): (i16, i16, u16, u16)) -> Self {
        Self {
            from,
            to: (to != 0).then_some(to),
            post: BudgetPost { chapter, post },
        }
    }
}

/// How the amount of a grant is determined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Determination {
    /// By a rule, without application (regelstyrt).
    Rule,
    /// By invitation.
    Invitation,
    /// By the case officer's discretion (skjønnsmessig).
    Discretionary,
}

/// What a system does with a participant that is kept out of a scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, strum::Display, strum::IntoStaticStr)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Prevention {
    LeaveOutOfCalculation,
    DoNotInvite,
    RefuseApplication,
    BlockActivity,
}

/// Tilskuddsordning: a grant scheme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantScheme {
    pub id: SchemeId,
    /// Bokmål.
    pub name: String,
    pub ministry: String,
    pub directorate: OrganisationNumber,
    /// Who reports the scheme's grants and is told whom to keep out: at least one, each once. Shares of a pot come from these alone.
    pub sources: Vec<SourceId>,
    /// The systems' word for the part of the post that is this scheme; `None` where the scheme has the post to itself.
    pub activity: Option<String>,
    pub budget: Vec<BudgetYears>,
    pub determination: Determination,
}

impl GrantScheme {
    /// The post that the scheme lay on that year; `None` where it did not exist.
    pub fn post_in(&self, year: i16) -> Option<BudgetPost> {
        self.budget
            .iter()
            .find(|years| years.contains(year))
            .map(|years| years.post)
    }

    /// Whether two descriptions mean the same scheme, whatever they call it: the same records belong to it.
    pub fn is_same_scheme(&self, other: &Self) -> bool {
        self.sources == other.sources && self.has_the_same_records(other)
    }

    /// Whether a source's own description agrees, whoever reports the scheme's grants and whatever it is called.
    pub fn agrees_with(&self, stated: &Self) -> bool {
        self.determination == stated.determination && self.has_the_same_records(stated)
    }

    fn has_the_same_records(&self, other: &Self) -> bool {
        self.id == other.id
            && self.directorate == other.directorate
            && self.activity == other.activity
            && self.budget == other.budget
    }

    /// Whether the scheme has ever lain on the post.
    pub fn ever_on(&self, post: BudgetPost) -> bool {
        self.budget.iter().any(|years| years.post == post)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posts_are_read_with_and_without_leading_zeros() {
        assert_eq!(BudgetPost::parse("0765", "60"), Ok(BudgetPost::new(765, 60)));
        assert_eq!(
            "231.63".parse::<BudgetPost>().map(|post| post.to_string()),
            Ok("231.63".to_owned())
        );
        for (chapter, post) in [
            ("", "63"),
            ("231", ""),
            ("02310", "63"),
            ("231", "063"),
            ("x", "63"),
            ("-1", "63"),
            ("0", "63"),
            ("231", "00"),
        ] {
            assert!(BudgetPost::parse(chapter, post).is_err(), "{chapter}.{post}");
        }
    }
}
