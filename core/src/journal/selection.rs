//! Who takes part: announced by a county governor for its region, applied for by municipalities, assessed by the region's resource group,
//! chosen by the county governor.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use programgrant_schema::{OrganisationNumber, days_of_year};
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

use super::command::{JournalRequest, RegionStanding};
use super::items::{At, Judged, said};
use super::participations::ParticipationChange;
use super::record::{Acts, JournalId, JournalKind, JournalRecord};
use super::refusal::JournalRefusal;
use crate::calendar::norwegian_date;

/// Kunngjøring: a county governor asks the municipalities of its region to apply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announcement {
    pub id: JournalId,
    pub programme: String,
    /// The county governor, whose region it is.
    pub region: OrganisationNumber,
    /// The year that is signed up for; `None` where municipalities apply for as long as the programme lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<i16>,
    /// Whether those who apply rank each other's applications.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ranked_by_applicants: bool,
    pub text: String,
    /// The last day on which an application is in time.
    pub deadline: Date,
    pub acts: Acts,
}

/// The municipal council's decision to take part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoliticalDecision {
    pub reference: String,
    pub on: Date,
}

/// Where an application stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum ApplicationState {
    Submitted,
    Withdrawn,
    Chosen,
    /// Chosen, and the municipal council has not decided yet.
    ConditionallyChosen,
    NotChosen,
}

impl ApplicationState {
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    pub const fn is_chosen(self) -> bool {
        matches!(self, Self::Chosen | Self::ConditionallyChosen)
    }
}

/// Søknad om deltakelse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParticipationApplication {
    pub id: JournalId,
    pub programme: String,
    pub announcement: JournalId,
    pub municipality: OrganisationNumber,
    pub state: ApplicationState,
    /// Local challenges.
    pub challenges: String,
    /// How far its work has come.
    pub progress: String,
    /// Motivation and capacity.
    pub motivation: String,
    pub political_decision: Option<PoliticalDecision>,
    pub acts: Acts,
    pub changed_at: Timestamp,
}

/// What the resource group advises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Recommendation {
    Recommended,
    RecommendedWithDoubt,
    NotRecommended,
}

/// One body's assessment of an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    pub id: JournalId,
    pub programme: String,
    pub application: JournalId,
    pub recommendation: Recommendation,
    pub text: String,
    pub acts: Acts,
}

/// Valget: who of those that applied takes part. There is one for an announcement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selection {
    pub id: JournalId,
    pub programme: String,
    pub announcement: JournalId,
    pub chosen: Vec<JournalId>,
    pub reason: String,
    /// In the county governor's archive.
    pub reference: String,
    pub acts: Acts,
}

pub(super) fn judge(at: &At<'_>, what: &JournalRequest) -> Judged {
    match what {
        JournalRequest::Announce { .. } => announce(at, what),
        JournalRequest::Apply { .. } => apply(at, what),
        JournalRequest::AddPoliticalDecision { application, decision } => add_decision(at, application, decision),
        JournalRequest::WithdrawApplication { application, reason } => {
            said(reason, "reason")?;
            step(at, application, |application| match application.state {
                ApplicationState::Submitted | ApplicationState::Chosen | ApplicationState::ConditionallyChosen => {
                    Ok(ApplicationState::Withdrawn)
                }
                state => Err(JournalRefusal::ApplicationState { state }),
            })
        }
        JournalRequest::Assess {
            application,
            recommendation,
            text,
        } => assess(at, application, *recommendation, text),
        JournalRequest::Select {
            announcement,
            chosen,
            reason,
            reference,
            standing,
        } => select(at, announcement, chosen, (reason, reference), standing),
        _ => Err(JournalRefusal::UnknownRecord),
    }
}

fn announce(at: &At<'_>, what: &JournalRequest) -> Judged {
    let JournalRequest::Announce {
        programme,
        region,
        year,
        text,
        deadline,
        terms,
    } = what
    else {
        return Err(JournalRefusal::UnknownRecord);
    };
    let text = said(text, "text")?;
    let deadline = *deadline;
    if deadline < norwegian_date(at.act.at) {
        return Err(JournalRefusal::DeadlinePassed { deadline });
    }
    match (&terms.years, year) {
        (None, None) => {}
        (None, Some(_)) => return Err(JournalRefusal::NotByYear),
        (Some(_), None) => return Err(JournalRefusal::YearMissing),
        (Some(years), Some(year)) if years.contains(year) => {}
        (Some(_), Some(_)) => return Err(JournalRefusal::YearOutsideProgramme),
    }
    Ok(vec![JournalRecord::Announcement(Box::new(Announcement {
        id: JournalId::of(JournalKind::Kunngjoring, &at.act.by, at.key),
        programme: programme.clone(),
        region: *region,
        year: *year,
        ranked_by_applicants: terms.ranked_by_applicants,
        text,
        deadline,
        acts: Acts::begun(at.act.clone()),
    }))])
}

fn apply(at: &At<'_>, what: &JournalRequest) -> Judged {
    let JournalRequest::Apply {
        announcement: id,
        municipality,
        region,
        standing,
        challenges,
        progress,
        motivation,
        political_decision,
    } = what
    else {
        return Err(JournalRefusal::UnknownRecord);
    };
    let announcement = at.journal.announcement(id).ok_or(JournalRefusal::UnknownRecord)?;
    if *region != Some(announcement.region) {
        return Err(JournalRefusal::OutsideRegion);
    }
    let deadline = announcement.deadline;
    if norwegian_date(at.act.at) > deadline {
        return Err(JournalRefusal::DeadlinePassed { deadline });
    }
    if let Some(selection) = at.journal.selections().find(|selection| selection.announcement == *id) {
        let selection = selection.id.clone();
        return Err(JournalRefusal::AlreadySelected { selection });
    }
    expect_open_to(*standing, announcement.year)?;
    let before = at.journal.applications().find(|other| {
        other.announcement == *id && other.municipality == *municipality && other.state != ApplicationState::Withdrawn
    });
    if let Some(before) = before {
        let application = before.id.clone();
        return Err(JournalRefusal::AlreadyApplied { application });
    }
    let decision = political_decision
        .as_ref()
        .map(|decision| decided(at, decision))
        .transpose()?;
    Ok(vec![JournalRecord::Application(Box::new(ParticipationApplication {
        id: JournalId::of(JournalKind::Soknad, &at.act.by, at.key),
        programme: announcement.programme.clone(),
        announcement: id.clone(),
        municipality: *municipality,
        state: ApplicationState::Submitted,
        challenges: said(challenges, "challenges")?,
        progress: said(progress, "progress")?,
        motivation: said(motivation, "motivation")?,
        political_decision: decision,
        changed_at: at.act.at,
        acts: Acts::begun(at.act.clone()),
    }))])
}

/// Whoever takes part has no second participation; where it is signed up for year by year, the one that stands may go on without a break.
pub(super) fn expect_open_to(standing: Option<(Date, Date)>, year: Option<i16>) -> Result<(), JournalRefusal> {
    let Some((from, until)) = standing else { return Ok(()) };
    match year {
        Some(year) if goes_on(until, year) => Ok(()),
        Some(year) if !takes_part_in((from, until), year) => Err(JournalRefusal::ParticipationInterrupted { until }),
        _ => Err(JournalRefusal::AlreadyTakesPart),
    }
}

/// Whether that year follows without a break.
pub(super) fn goes_on(until: Date, year: i16) -> bool {
    until == days_of_year(year - 1).1
}

fn takes_part_in((from, until): (Date, Date), year: i16) -> bool {
    from.year() <= year && year <= until.year()
}

/// A political decision names itself, and was made.
fn decided(at: &At<'_>, decision: &PoliticalDecision) -> Result<PoliticalDecision, JournalRefusal> {
    let reference = said(&decision.reference, "politicalDecision.reference")?;
    if decision.on > norwegian_date(at.act.at) {
        return Err(JournalRefusal::PoliticalDecisionMissing);
    }
    Ok(PoliticalDecision {
        reference,
        on: decision.on,
    })
}

/// It may follow later, and makes a conditional choice whole.
fn add_decision(at: &At<'_>, id: &JournalId, decision: &PoliticalDecision) -> Judged {
    let decision = decided(at, decision)?;
    let application = known(at, id)?;
    let state = match application.state {
        ApplicationState::ConditionallyChosen => ApplicationState::Chosen,
        ApplicationState::Submitted => ApplicationState::Submitted,
        ApplicationState::Withdrawn => {
            return Err(JournalRefusal::Withdrawn {
                application: id.clone(),
            });
        }
        state => return Err(JournalRefusal::ApplicationState { state }),
    };
    if application.political_decision.is_some() {
        return Err(JournalRefusal::AlreadyDecided);
    }
    Ok(vec![JournalRecord::Application(Box::new(ParticipationApplication {
        state,
        political_decision: Some(decision),
        changed_at: at.act.at,
        acts: application.acts.clone().and(&at.act),
        ..application.clone()
    }))])
}

fn known<'a>(at: &At<'a>, id: &JournalId) -> Result<&'a ParticipationApplication, JournalRefusal> {
    at.journal.application(id).ok_or(JournalRefusal::UnknownRecord)
}

fn step(
    at: &At<'_>,
    id: &JournalId,
    next: impl FnOnce(&ParticipationApplication) -> Result<ApplicationState, JournalRefusal>,
) -> Judged {
    let application = known(at, id)?;
    let announcement = at.journal.announcement(&application.announcement);
    let year = announcement.and_then(|announcement| announcement.year);
    let participation = at.journal.participations().any(|participation| {
        let days = (participation.from, participation.use_until);
        participation.programme == application.programme
            && participation.municipality == application.municipality
            && year.is_none_or(|year| takes_part_in(days, year))
    });
    if participation {
        return Err(JournalRefusal::AlreadyTakesPart);
    }
    Ok(vec![JournalRecord::Application(Box::new(ParticipationApplication {
        state: next(application)?,
        changed_at: at.act.at,
        acts: application.acts.clone().and(&at.act),
        ..application.clone()
    }))])
}

fn assess(at: &At<'_>, id: &JournalId, recommendation: Recommendation, text: &str) -> Judged {
    let text = said(text, "text")?;
    let application = known(at, id)?;
    match application.state {
        ApplicationState::Submitted => {}
        ApplicationState::Withdrawn => {
            return Err(JournalRefusal::Withdrawn {
                application: id.clone(),
            });
        }
        state => return Err(JournalRefusal::ApplicationState { state }),
    }
    let mut before = at
        .journal
        .assessments()
        .filter(|assessment| assessment.application == *id);
    if before.any(|assessment| assessment.acts.first.by.organisation == at.act.by.organisation) {
        return Err(JournalRefusal::AlreadyAssessed);
    }
    Ok(vec![JournalRecord::Assessment(Box::new(Assessment {
        id: JournalId::of(JournalKind::Vurdering, &at.act.by, at.key),
        programme: application.programme.clone(),
        application: id.clone(),
        recommendation,
        text,
        acts: Acts::begun(at.act.clone()),
    }))])
}

fn select(
    at: &At<'_>,
    id: &JournalId,
    chosen: &[JournalId],
    (reason, reference): (&str, &str),
    standing: &RegionStanding,
) -> Judged {
    let (reason, reference) = (said(reason, "reason")?, said(reference, "reference")?);
    let announcement = at.journal.announcement(id).ok_or(JournalRefusal::UnknownRecord)?;
    if let Some(selection) = at.journal.selections().find(|selection| selection.announcement == *id) {
        let selection = selection.id.clone();
        return Err(JournalRefusal::AlreadySelected { selection });
    }
    let deadline = announcement.deadline;
    if norwegian_date(at.act.at) <= deadline {
        return Err(JournalRefusal::DeadlineNotPassed { deadline });
    }
    let named: BTreeSet<&JournalId> = chosen.iter().collect();
    for application in &named {
        expect_choosable(at, id, application)?;
    }
    expect_room(at, announcement, &named, standing)?;
    let selection = Selection {
        id: JournalId::of(JournalKind::Valg, &at.act.by, at.key),
        programme: announcement.programme.clone(),
        announcement: id.clone(),
        chosen: named.iter().copied().cloned().collect(),
        reason,
        reference,
        acts: Acts::begun(at.act.clone()),
    };
    let submitted = at
        .journal
        .applications()
        .filter(|application| application.announcement == *id && application.state == ApplicationState::Submitted);
    let told = submitted.map(|application| {
        let state = match (named.contains(&application.id), &application.political_decision) {
            (true, Some(_)) => ApplicationState::Chosen,
            (true, None) => ApplicationState::ConditionallyChosen,
            (false, _) => ApplicationState::NotChosen,
        };
        JournalRecord::Application(Box::new(ParticipationApplication {
            state,
            changed_at: at.act.at,
            ..application.clone()
        }))
    });
    Ok(std::iter::once(JournalRecord::Selection(Box::new(selection)))
        .chain(told)
        .collect())
}

/// It was applied for under this announcement, stands, and somebody else has assessed it.
fn expect_choosable(at: &At<'_>, announcement: &JournalId, id: &JournalId) -> Result<(), JournalRefusal> {
    let application = known(at, id)?;
    if application.announcement != *announcement {
        return Err(JournalRefusal::UnknownRecord);
    }
    match application.state {
        ApplicationState::Submitted => {}
        ApplicationState::Withdrawn => {
            return Err(JournalRefusal::Withdrawn {
                application: id.clone(),
            });
        }
        state => return Err(JournalRefusal::ApplicationState { state }),
    }
    let by_another = at.journal.assessments().any(|assessment| {
        assessment.application == *id && assessment.acts.first.by.organisation != at.act.by.organisation
    });
    if by_another {
        Ok(())
    } else {
        Err(JournalRefusal::NotAssessedByAnother {
            application: id.clone(),
        })
    }
}

/// A region has at most so many: those that take part by the programme's files and decisions, those that were chosen before, and these. Whoever
/// has left gives its place back.
fn expect_room(
    at: &At<'_>,
    announcement: &Announcement,
    named: &BTreeSet<&JournalId>,
    standing: &RegionStanding,
) -> Result<(), JournalRefusal> {
    let most = standing.most.ok_or(JournalRefusal::PlacesUnknown)?;
    let mut taking_part: BTreeSet<OrganisationNumber> = standing.taking_part.iter().copied().collect();
    let in_region = |application: &&ParticipationApplication| {
        let under = at.journal.announcement(&application.announcement);
        application.programme == announcement.programme
            && under.is_some_and(|under| under.region == announcement.region && under.year == announcement.year)
    };
    let chosen_before = at.journal.applications().filter(in_region);
    taking_part.extend(
        chosen_before
            .filter(|before| before.state.is_chosen())
            .map(|before| before.municipality),
    );
    for left in at
        .journal
        .participations()
        .filter(|left| left.programme == announcement.programme)
    {
        if left.change != ParticipationChange::Begun {
            taking_part.remove(&left.municipality);
        }
    }
    if taking_part.len() + named.len() > usize::from(most) {
        return Err(JournalRefusal::RegionFull {
            most,
            taking_part: taking_part.len(),
            chosen: named.len(),
        });
    }
    Ok(())
}
