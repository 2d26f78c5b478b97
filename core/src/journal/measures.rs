//! Tiltak: what a municipality does with its pot. What it is changed to stands beside what it was.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use programgrant_schema::{Ore, OrganisationNumber};
use serde::{Deserialize, Serialize};
use strum::{EnumIter, IntoStaticStr};

use super::items::{At, Judged, said};
use super::record::{Acts, JournalId, JournalKind, JournalRecord};
use super::refusal::JournalRefusal;

/// Which part of the public sector, or who beside it, takes part in a measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, IntoStaticStr, EnumIter)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Sector {
    /// Kindergarten and school.
    Education,
    Health,
    /// Barnevern.
    ChildWelfare,
    /// Nav and the municipality's social services.
    LabourAndWelfare,
    /// Integration of newly arrived refugees and immigrants.
    Integration,
    CultureAndLeisure,
    Justice,
    Voluntary,
}

impl Sector {
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// What a measure is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeasureTerms {
    pub title: String,
    /// What changes in the way of working.
    pub change: String,
    pub target_group: String,
    /// Services of the municipality that take part, by its own names.
    pub services: Vec<String>,
    pub sectors: BTreeSet<Sector>,
    pub from: Date,
    /// Its last day.
    pub until: Date,
    /// What of the pot is meant for it, in all its years.
    pub from_pot: Ore,
}

/// What a measure was before it was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlierTerms {
    pub terms: MeasureTerms,
    pub changed_at: Timestamp,
    pub reason: String,
}

/// One measure of a municipality that takes part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    pub id: JournalId,
    pub programme: String,
    pub municipality: OrganisationNumber,
    pub terms: MeasureTerms,
    /// Oldest first.
    pub earlier: Vec<EarlierTerms>,
    pub acts: Acts,
}

/// First and last day of a participation; what is skipped in requests, since the reference data say it.
pub type Period = (Date, Date);

/// What can be commanded of measures.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MeasureRequest {
    Register {
        programme: String,
        municipality: OrganisationNumber,
        terms: MeasureTerms,
        #[serde(skip)]
        standing: Option<Period>,
    },
    Change {
        measure: JournalId,
        terms: MeasureTerms,
        reason: String,
        #[serde(skip)]
        standing: Option<Period>,
    },
}

impl MeasureRequest {
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Register { .. } => None,
            Self::Change { reason, .. } => Some(reason),
        }
    }
}

pub(super) fn judge(at: &At<'_>, what: &MeasureRequest) -> Judged {
    match what {
        MeasureRequest::Register {
            programme,
            municipality,
            terms,
            standing,
        } => Ok(vec![JournalRecord::Measure(Box::new(Measure {
            id: JournalId::of(JournalKind::Tiltak, &at.act.by, at.key),
            programme: programme.clone(),
            municipality: *municipality,
            terms: checked(terms, *standing)?,
            earlier: Vec::new(),
            acts: Acts::begun(at.act.clone()),
        }))]),
        MeasureRequest::Change {
            measure,
            terms,
            reason,
            standing,
        } => {
            let mut changed = at
                .journal
                .measure(measure)
                .ok_or(JournalRefusal::UnknownRecord)?
                .clone();
            let earlier = EarlierTerms {
                terms: std::mem::replace(&mut changed.terms, checked(terms, *standing)?),
                changed_at: at.act.at,
                reason: said(reason, "reason")?,
            };
            changed.earlier.push(earlier);
            changed.acts = changed.acts.and(&at.act);
            Ok(vec![JournalRecord::Measure(Box::new(changed))])
        }
    }
}

/// A measure lies within its municipality's participation.
fn checked(terms: &MeasureTerms, standing: Option<Period>) -> Result<MeasureTerms, JournalRefusal> {
    let (first, last) = standing.ok_or(JournalRefusal::TakesNoPart)?;
    let (from, until) = (terms.from, terms.until);
    if until < from || from < first || last < until {
        return Err(JournalRefusal::OutsideProgramme { from, until });
    }
    if terms.from_pot.is_negative() {
        return Err(JournalRefusal::NegativeAmount {
            argument: "input.fromPot",
        });
    }
    if terms.sectors.is_empty() {
        return Err(JournalRefusal::TextMissing {
            argument: "input.sectors",
        });
    }
    let services = terms.services.iter().map(|service| said(service, "input.services"));
    Ok(MeasureTerms {
        title: said(&terms.title, "input.title")?,
        change: said(&terms.change, "input.change")?,
        target_group: said(&terms.target_group, "input.targetGroup")?,
        services: services.collect::<Result<_, _>>()?,
        ..terms.clone()
    })
}
