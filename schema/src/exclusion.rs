//! Sperre: what a system is to hold so that a participant is not funded twice.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::award::TargetGroup;
use crate::organisation::OrganisationNumber;
use crate::scheme::{BudgetPost, Prevention};

/// Sperre: a dated statement that keeps a participant out of one scheme. It is all that its fields say; with other dates it is
/// another statement.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Exclusion {
    pub participant: Participant,
    /// The post that the scheme lies on. Where it moves within the period, one post stands for all: Bufdir goes by activity.
    pub post: BudgetPost,
    /// The system's word for the part of the post that is the scheme; `None` where the scheme has the post to itself.
    pub activity: Option<String>,
    /// The first day.
    pub from: Date,
    /// The last day on which the programme's money may be used.
    pub until: Date,
    /// The programme's id.
    pub programme: String,
    /// Hjemmel: the rule, in bokmål.
    pub legal_basis: String,
    pub prevention: Prevention,
    /// Whom the ban is about, where it is not about the whole scheme.
    pub target_group: Option<TargetGroup>,
}

/// Who is kept out, as the systems want to be told.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Participant {
    pub organisation_number: OrganisationNumber,
    /// The municipality number, leading zeros included.
    pub number: String,
    pub name: String,
}

impl Exclusion {
    /// Why no system can be told of it: a period that ends before it begins, a programme or a legal basis that is blank.
    pub fn flaw(&self) -> Option<&'static str> {
        if self.until < self.from {
            Some("the exclusion ends before it begins")
        } else if self.programme.trim().is_empty() || self.legal_basis.trim().is_empty() {
            Some("the exclusion names no programme or no legal basis")
        } else {
            None
        }
    }
}
