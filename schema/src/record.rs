//! What the systems say, in one language, record by record and before anything is joined or judged.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::award::{AwardStatus, Disbursement, ReportedRecipient, TargetGroup};
use crate::figure::Figure;
use crate::ore::Ore;
use crate::scheme::BudgetPost;

/// A record's id within its system.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RecordId(String);

impl RecordId {
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One version of one record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    pub id: RecordId,
    /// What the system calls it, for people: a case or voucher number. Several records may share it.
    pub reference: String,
    /// Orders what is said of one id: the greater replaces the lesser, of equals the one that came last. `None` where the
    /// system gives no order: then the one that came last. Where a heading is read whole (a batch with a scope), it orders what
    /// one reading says; what the next one says holds whatever its revision.
    pub revision: Option<i64>,
    /// When the system says that it changed.
    pub changed_at: Option<Timestamp>,
    /// The system's name for the very item that brought it, where it has one: an item that was stored already is a repeat.
    pub item: Option<String>,
    pub content: Content,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    Award(AwardStatement),
    Payment(Payment),
    Correction(Correction),
    Accounts(Accounts),
}

/// What is said of an award. Most systems say it in one record; where several carry the same `award`, they are its stages,
/// in the order of their revisions: the latest decides, and a figure that it does not state stands as stated before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwardStatement {
    /// The award's key within the system.
    pub award: String,
    pub post: BudgetPost,
    /// The system's word for the part of the post, where it has one.
    pub activity: Option<String>,
    /// The grant year (tilskuddsår).
    pub year: i16,
    pub recipient: ReportedRecipient,
    pub status: AwardStatus,
    pub applied: Figure,
    /// The amount granted; for a share of the pot, the share.
    pub granted: Figure,
    pub paid: Figure,
    pub decided_on: Option<Date>,
    pub use_from: Option<Date>,
    pub use_until: Option<Date>,
    /// Rapportfrist: the last day for the recipient's report on how it was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report_due: Option<Date>,
    pub target_group: Option<TargetGroup>,
    pub payer: Option<Payer>,
    pub disbursements: Vec<Disbursement>,
}

/// Who pays, to the letter as reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payer {
    pub organisation_number: String,
}

/// A payment that names its award. Until that award is known it stands as a paid award of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// [`AwardStatement::award`].
    pub award: String,
    pub post: BudgetPost,
    pub year: i16,
    pub recipient: ReportedRecipient,
    pub target_group: Option<TargetGroup>,
    pub disbursement: Disbursement,
}

/// A signed correction of what is paid to a recipient for a year, which names no award. It belongs to the recipient's only
/// granted award of that post, year and (where both state one) target group; where there is not exactly one, it is an award
/// of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    pub post: BudgetPost,
    pub year: i16,
    pub recipient: ReportedRecipient,
    pub target_group: Option<TargetGroup>,
    pub disbursement: Disbursement,
}

/// One file of the state accounts, whole: a new version replaces the old one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Accounts {
    /// What was booked in a year, by post and body, and what of it reached municipalities.
    Year {
        year: i16,
        lines: Vec<AccountsLine>,
        /// Artskonto 870, for every post that has any, in the order of the posts. `None` where the file does not tell accounts apart.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        municipal: Option<Vec<MunicipalGrants>>,
    },
    /// What parliament granted, by year and post.
    Appropriations { lines: Vec<Appropriation> },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountsLine {
    pub post: BudgetPost,
    /// The body that booked it, to the letter as reported.
    pub body: String,
    pub amount: Ore,
}

/// Tilskudd til kommuner (artskonto 870): what reached municipalities on one post, whoever pays it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MunicipalGrants {
    pub post: BudgetPost,
    /// Not delivered where a row of it cannot be read.
    pub amount: Figure,
    /// The post's name, where the file has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The ministry (fagdepartement) that answers for it, where the file says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ministry: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appropriation {
    pub year: i16,
    pub post: BudgetPost,
    /// Saldert budsjett: the vote.
    pub voted: Ore,
    /// The sum of all revisions; what was carried over belongs to neither.
    pub revisions: Ore,
}
