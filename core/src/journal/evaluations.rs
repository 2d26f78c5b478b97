//! Nullpunktsanalyse and evaluation: what there was before, and what whoever evaluates finds.

use jiff::Timestamp;
use jiff::civil::Date;
use programgrant_schema::OrganisationNumber;
use serde::{Deserialize, Serialize};

use super::items::{At, Judged, said};
use super::measures::Period;
use super::record::{Acts, JournalId, JournalKind, JournalRecord};
use super::refusal::JournalRefusal;
use super::reports::{AdministrativeHours, GoalAchievement};
use crate::calendar::norwegian_date;

/// Nullpunktsanalyse: how a municipality worked, and what it took, before it took part. What is said anew stands beside what was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZeroPoint {
    pub id: JournalId,
    pub programme: String,
    pub municipality: OrganisationNumber,
    pub finding: ZeroPointFinding,
    /// Oldest first.
    pub earlier: Vec<ZeroPointFinding>,
    pub acts: Acts,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZeroPointFinding {
    /// The day that it tells of.
    pub on: Date,
    pub text: String,
    /// A year's hours on applications and reports, scheme by scheme as it was.
    pub hours: AdministrativeHours,
    pub said_at: Timestamp,
}

/// What is evaluated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvaluationSubject {
    Measure(JournalId),
    /// The whole programme, against one of its goals.
    Goal(String),
}

/// One evaluation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evaluation {
    pub id: JournalId,
    pub programme: String,
    pub subject: EvaluationSubject,
    /// The municipality whose measure it is.
    pub municipality: Option<OrganisationNumber>,
    pub achievement: GoalAchievement,
    pub text: String,
    pub acts: Acts,
}

/// What can be commanded of evaluation.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EvaluationRequest {
    ZeroPoint {
        programme: String,
        municipality: OrganisationNumber,
        on: Date,
        text: String,
        hours: AdministrativeHours,
        #[serde(skip)]
        standing: Option<Period>,
    },
    Evaluate {
        programme: String,
        subject: EvaluationSubject,
        achievement: GoalAchievement,
        text: String,
        /// Whether the programme's file states that goal, where it is one.
        #[serde(skip)]
        is_stated: bool,
    },
}

pub(super) fn judge(at: &At<'_>, what: &EvaluationRequest) -> Judged {
    match what {
        EvaluationRequest::ZeroPoint {
            programme,
            municipality,
            on,
            text,
            hours,
            standing,
        } => {
            standing.ok_or(JournalRefusal::TakesNoPart)?;
            if *on > norwegian_date(at.act.at) {
                return Err(JournalRefusal::LiesAhead { on: *on });
            }
            let finding = ZeroPointFinding {
                on: *on,
                text: said(text, "text")?,
                hours: *hours,
                said_at: at.act.at,
            };
            Ok(vec![zero_point(at, programme, *municipality, finding)])
        }
        EvaluationRequest::Evaluate {
            programme,
            subject,
            achievement,
            text,
            is_stated,
        } => {
            let municipality = match subject {
                EvaluationSubject::Measure(id) => {
                    let measure = at.journal.measure(id).ok_or(JournalRefusal::UnknownRecord)?;
                    Some(measure.municipality)
                }
                EvaluationSubject::Goal(_) if *is_stated => None,
                EvaluationSubject::Goal(_) => return Err(JournalRefusal::UnknownRecord),
            };
            Ok(vec![JournalRecord::Evaluation(Box::new(Evaluation {
                id: JournalId::of(JournalKind::Evaluering, &at.act.by, at.key),
                programme: programme.clone(),
                subject: subject.clone(),
                municipality,
                achievement: *achievement,
                text: said(text, "text")?,
                acts: Acts::begun(at.act.clone()),
            }))])
        }
    }
}

/// A municipality has one in a programme.
fn zero_point(
    at: &At<'_>,
    programme: &str,
    municipality: OrganisationNumber,
    finding: ZeroPointFinding,
) -> JournalRecord {
    let id = JournalId::about(JournalKind::Nullpunkt, &[programme, &municipality.to_string()]);
    let record = match at.journal.zero_point(&id).cloned() {
        None => ZeroPoint {
            id,
            programme: programme.to_owned(),
            municipality,
            finding,
            earlier: Vec::new(),
            acts: Acts::begun(at.act.clone()),
        },
        Some(mut before) => {
            before.earlier.push(std::mem::replace(&mut before.finding, finding));
            before.acts = before.acts.and(&at.act);
            before
        }
    };
    JournalRecord::ZeroPoint(Box::new(record))
}
