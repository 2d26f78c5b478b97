//! Support: agreements with universities and competence environments, support that is asked for and given, gatherings.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use programgrant_schema::OrganisationNumber;
use serde::{Deserialize, Serialize};

use super::items::{At, Judged, said};
use super::measures::Period;
use super::record::{Acts, JournalId, JournalKind, JournalRecord};
use super::refusal::JournalRefusal;
use crate::calendar::norwegian_date;
use crate::principal::Principal;

/// Samarbeidsavtale: between a municipality that takes part and a university or competence environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    pub id: JournalId,
    pub terms: AgreementTerms,
    pub acts: Acts,
}

/// What an agreement is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementTerms {
    pub programme: String,
    pub municipality: OrganisationNumber,
    /// The other party.
    pub with: OrganisationNumber,
    /// What is agreed on.
    pub about: String,
    pub from: Date,
    /// Its last day.
    pub until: Date,
}

/// Veiledning: support that a municipality asks a competence environment for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupportRequest {
    pub id: JournalId,
    pub programme: String,
    pub municipality: OrganisationNumber,
    /// Who is asked.
    pub environment: OrganisationNumber,
    pub text: String,
    /// What was given, oldest first.
    pub given: Vec<SupportGiven>,
    pub acts: Acts,
}

/// Support that was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupportGiven {
    pub by: Principal,
    pub at: Timestamp,
    /// The day of it.
    pub on: Date,
    pub text: String,
    /// Hours of the competence environment.
    pub hours: u32,
}

/// Samling: municipalities that take part meet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gathering {
    pub id: JournalId,
    pub programme: String,
    /// The county governor of the region that it is for; every region where left out.
    pub region: Option<OrganisationNumber>,
    pub title: String,
    pub place: String,
    pub on: Date,
    /// Municipalities that came; `None` until it is recorded.
    pub attended: Option<BTreeSet<OrganisationNumber>>,
    pub acts: Acts,
}

/// Whom a municipality asks for support, and for what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SupportQuestion {
    pub programme: String,
    pub municipality: OrganisationNumber,
    pub environment: OrganisationNumber,
    pub text: String,
    #[serde(skip)]
    pub standing: Option<Period>,
    /// Whether it is a competence environment of that programme and region today.
    #[serde(skip)]
    pub gives_support: bool,
}

/// What can be commanded of support.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SupportCommand {
    Agree {
        terms: AgreementTerms,
        #[serde(skip)]
        standing: Option<Period>,
    },
    Ask(SupportQuestion),
    Give {
        request: JournalId,
        on: Date,
        text: String,
        hours: u32,
    },
    Gather {
        programme: String,
        region: Option<OrganisationNumber>,
        title: String,
        place: String,
        on: Date,
    },
    Attend {
        gathering: JournalId,
        municipalities: BTreeSet<OrganisationNumber>,
        /// Those of them that take part in the programme.
        #[serde(skip)]
        taking_part: BTreeSet<OrganisationNumber>,
    },
}

pub(super) fn judge(at: &At<'_>, what: &SupportCommand) -> Judged {
    let record = match what {
        SupportCommand::Agree { terms, standing } => agreed(at, terms, *standing)?,
        SupportCommand::Ask(question) => asked(at, question)?,
        SupportCommand::Give {
            request,
            on,
            text,
            hours,
        } => given(at, request, *on, text, *hours)?,
        SupportCommand::Gather {
            programme,
            region,
            title,
            place,
            on,
        } => JournalRecord::Gathering(Box::new(Gathering {
            id: JournalId::of(JournalKind::Samling, &at.act.by, at.key),
            programme: programme.clone(),
            region: *region,
            title: said(title, "title")?,
            place: said(place, "place")?,
            on: *on,
            attended: None,
            acts: Acts::begun(at.act.clone()),
        })),
        SupportCommand::Attend {
            gathering,
            municipalities,
            taking_part,
        } => attended(at, gathering, municipalities, taking_part)?,
    };
    Ok(vec![record])
}

fn agreed(at: &At<'_>, terms: &AgreementTerms, standing: Option<Period>) -> Result<JournalRecord, JournalRefusal> {
    standing.ok_or(JournalRefusal::TakesNoPart)?;
    let (from, until) = (terms.from, terms.until);
    if until < from {
        return Err(JournalRefusal::OutsideProgramme { from, until });
    }
    Ok(JournalRecord::Agreement(Box::new(Agreement {
        id: JournalId::of(JournalKind::Avtale, &at.act.by, at.key),
        terms: AgreementTerms {
            about: said(&terms.about, "about")?,
            ..terms.clone()
        },
        acts: Acts::begun(at.act.clone()),
    })))
}

fn asked(at: &At<'_>, question: &SupportQuestion) -> Result<JournalRecord, JournalRefusal> {
    question.standing.ok_or(JournalRefusal::TakesNoPart)?;
    if !question.gives_support {
        let body = question.environment;
        return Err(JournalRefusal::GivesNoSupport { body });
    }
    Ok(JournalRecord::SupportRequest(Box::new(SupportRequest {
        id: JournalId::of(JournalKind::Veiledning, &at.act.by, at.key),
        programme: question.programme.clone(),
        municipality: question.municipality,
        environment: question.environment,
        text: said(&question.text, "text")?,
        given: Vec::new(),
        acts: Acts::begun(at.act.clone()),
    })))
}

/// What lies ahead was not given yet.
fn given(at: &At<'_>, id: &JournalId, on: Date, text: &str, hours: u32) -> Result<JournalRecord, JournalRefusal> {
    let mut request = at
        .journal
        .support_request(id)
        .ok_or(JournalRefusal::UnknownRecord)?
        .clone();
    let text = said(text, "text")?;
    if on > norwegian_date(at.act.at) {
        return Err(JournalRefusal::LiesAhead { on });
    }
    request.given.push(SupportGiven {
        by: at.act.by.clone(),
        at: at.act.at,
        on,
        text,
        hours,
    });
    request.acts = request.acts.and(&at.act);
    Ok(JournalRecord::SupportRequest(Box::new(request)))
}

fn attended(
    at: &At<'_>,
    id: &JournalId,
    municipalities: &BTreeSet<OrganisationNumber>,
    taking_part: &BTreeSet<OrganisationNumber>,
) -> Result<JournalRecord, JournalRefusal> {
    let mut gathering = at.journal.gathering(id).ok_or(JournalRefusal::UnknownRecord)?.clone();
    if gathering.on > norwegian_date(at.act.at) {
        return Err(JournalRefusal::LiesAhead { on: gathering.on });
    }
    if gathering.attended.is_some() {
        return Err(JournalRefusal::AlreadyAnswered);
    }
    if !municipalities.is_subset(taking_part) {
        return Err(JournalRefusal::TakesNoPart);
    }
    gathering.attended = Some(municipalities.clone());
    gathering.acts = gathering.acts.and(&at.act);
    Ok(JournalRecord::Gathering(Box::new(gathering)))
}
