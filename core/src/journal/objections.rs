//! Innsigelser: a municipality objects to a figure, an allocation or a verdict, and whoever answers for it answers with a reason.

use jiff::Timestamp;
use programgrant_schema::OrganisationNumber;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

use super::command::JournalRequest;
use super::items::{At, Judged, said};
use super::record::{Acts, JournalId, JournalKind, JournalRecord};
use super::refusal::JournalRefusal;
use crate::principal::Principal;

/// What is objected to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectionAbout {
    /// A figure that a source reports, by the id of the award or application that it stands in.
    Award(String),
    /// Its part of a version of an allocation.
    Allocation(JournalId),
    /// The guard's verdict on a claim.
    Claim(String),
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum ObjectionOutcome {
    Upheld,
    PartlyUpheld,
    Rejected,
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectionAnswer {
    pub by: Principal,
    pub at: Timestamp,
    pub outcome: ObjectionOutcome,
    pub reason: String,
}

/// One objection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objection {
    pub id: JournalId,
    pub programme: String,
    pub municipality: OrganisationNumber,
    pub about: ObjectionAbout,
    pub reason: String,
    /// Who answers for what is objected to.
    pub addressee: OrganisationNumber,
    pub answer: Option<ObjectionAnswer>,
    pub acts: Acts,
}

pub(super) fn judge(at: &At<'_>, what: &JournalRequest) -> Judged {
    match what {
        JournalRequest::Object {
            programme,
            municipality,
            about,
            reason,
            addressee,
        } => object(at, programme, *municipality, about, reason, *addressee),
        JournalRequest::AnswerObjection {
            objection,
            outcome,
            reason,
        } => answer(at, objection, *outcome, reason),
        _ => Err(JournalRefusal::UnknownRecord),
    }
}

fn object(
    at: &At<'_>,
    programme: &str,
    municipality: OrganisationNumber,
    about: &ObjectionAbout,
    reason: &str,
    addressee: Option<OrganisationNumber>,
) -> Judged {
    let reason = said(reason, "reason")?;
    if let ObjectionAbout::Allocation(id) = about {
        let version = at.journal.allocation(id).ok_or(JournalRefusal::UnknownRecord)?;
        let basis = at.journal.basis(&version.basis).ok_or(JournalRefusal::UnknownRecord)?;
        if !version.was_proposed() {
            return Err(JournalRefusal::UnknownRecord);
        }
        if !basis
            .basis
            .receivers
            .iter()
            .any(|receiver| receiver.organisation == municipality)
        {
            return Err(JournalRefusal::NotConcerned { municipality });
        }
    }
    let addressee = addressee.ok_or(JournalRefusal::UnknownRecord)?;
    Ok(vec![JournalRecord::Objection(Box::new(Objection {
        id: JournalId::of(JournalKind::Innsigelse, &at.act.by, at.key),
        programme: programme.to_owned(),
        municipality,
        about: about.clone(),
        reason,
        addressee,
        answer: None,
        acts: Acts::begun(at.act.clone()),
    }))])
}

fn answer(at: &At<'_>, id: &JournalId, outcome: ObjectionOutcome, reason: &str) -> Judged {
    let reason = said(reason, "reason")?;
    let objection = at.journal.objection(id).ok_or(JournalRefusal::UnknownRecord)?.clone();
    if objection.answer.is_some() {
        return Err(JournalRefusal::AlreadyAnswered);
    }
    Ok(vec![JournalRecord::Objection(Box::new(Objection {
        answer: Some(ObjectionAnswer {
            by: at.act.by.clone(),
            at: at.act.at,
            outcome,
            reason,
        }),
        acts: objection.acts.and(&at.act),
        ..objection
    }))])
}
