//! Participations by decision: begun, ended, annulled. The programme's file is the beginning; what is decided here holds instead of it.

use jiff::Timestamp;
use jiff::civil::Date;
use programgrant_schema::{OrganisationNumber, days_of_year};
use serde::{Deserialize, Serialize};

use super::command::JournalRequest;
use super::items::{At, Judged, said};
use super::record::{Acts, JournalId, JournalKind, JournalRecord};
use super::refusal::JournalRefusal;
use super::selection::{ApplicationState, ParticipationApplication, expect_open_to};
use crate::principal::Principal;

/// What was decided of a participation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParticipationChange {
    /// It takes part from a day to a last day of use.
    Begun,
    /// Its last day of use is another than was planned.
    Ended,
    /// It takes no part, and never did.
    Annulled,
}

/// One municipality's participation in one programme, as decided last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecidedParticipation {
    pub id: JournalId,
    pub programme: String,
    pub municipality: OrganisationNumber,
    pub change: ParticipationChange,
    pub from: Date,
    /// The last day on which the municipality may use the pot.
    pub use_until: Date,
    /// What the programme's file said of it when it was first decided otherwise: from and last day of use; `None` where it said nothing.
    pub filed: Option<(Date, Date)>,
    pub reason: String,
    pub reference: String,
    pub decided_by: Principal,
    pub decided_at: Timestamp,
    pub acts: Acts,
}

impl DecidedParticipation {
    /// First and last day; `None` where it was annulled.
    pub fn days(&self) -> Option<(Date, Date)> {
        (self.change != ParticipationChange::Annulled).then_some((self.from, self.use_until))
    }
}

pub(super) fn judge(at: &At<'_>, what: &JournalRequest) -> Judged {
    match what {
        JournalRequest::Begin { .. } => begin(at, what),
        JournalRequest::End { .. } => end(at, what),
        _ => Err(JournalRefusal::UnknownRecord),
    }
}

/// A participation's one record.
fn record(programme: &str, municipality: OrganisationNumber) -> JournalId {
    JournalId::about(JournalKind::Deltakelse, &[programme, &municipality.to_string()])
}

fn begin(at: &At<'_>, what: &JournalRequest) -> Judged {
    let JournalRequest::Begin {
        application,
        from,
        use_until,
        reason,
        reference,
        within,
        standing,
        filed,
    } = what
    else {
        return Err(JournalRefusal::UnknownRecord);
    };
    let (reason, reference) = (said(reason, "reason")?, said(reference, "reference")?);
    let application = chosen(at, application)?;
    let announcement = at.journal.announcement(&application.announcement);
    let year = announcement.and_then(|announcement| announcement.year);
    let id = record(&application.programme, application.municipality);
    let before = at.journal.participation(&id);
    let stands = before.map_or(*standing, DecidedParticipation::days);
    if year.is_none() && before.is_some_and(|before| before.change == ParticipationChange::Ended) {
        // One participation has one period: a second would make nothing of the first.
        return Err(JournalRefusal::AlreadyDecided);
    }
    expect_open_to(stands, year)?;
    let (first, last) = year.map_or(*within, |year| {
        let days = days_of_year(year);
        (within.0.max(days.0), within.1.min(days.1))
    });
    let (from, until) = (*from, use_until.unwrap_or(last));
    if from < first || until > last || until < from {
        return Err(JournalRefusal::OutsideProgramme { from, until });
    }
    Ok(written(
        at,
        before,
        DecidedParticipation {
            id,
            programme: application.programme.clone(),
            municipality: application.municipality,
            change: ParticipationChange::Begun,
            from: since(stands, from, first)?,
            use_until: until,
            filed: before.map_or(*filed, |before| before.filed),
            reason,
            reference,
            decided_by: at.act.by.clone(),
            decided_at: at.act.at,
            acts: Acts::begun(at.act.clone()),
        },
    ))
}

/// An application that was chosen, and whose council has decided.
fn chosen<'a>(at: &At<'a>, id: &JournalId) -> Result<&'a ParticipationApplication, JournalRefusal> {
    let application = at.journal.application(id).ok_or(JournalRefusal::UnknownRecord)?;
    match application.state {
        ApplicationState::Chosen => Ok(application),
        ApplicationState::ConditionallyChosen => Err(JournalRefusal::PoliticalDecisionMissing),
        ApplicationState::Withdrawn => Err(JournalRefusal::Withdrawn {
            application: application.id.clone(),
        }),
        state => Err(JournalRefusal::ApplicationState { state }),
    }
}

/// The first day of the whole participation: one that goes on began when it began, and goes on from the year's first day.
fn since(stands: Option<(Date, Date)>, from: Date, first: Date) -> Result<Date, JournalRefusal> {
    match stands {
        None => Ok(from),
        Some((began, _)) if from == first => Ok(began),
        Some((_, until)) => Err(JournalRefusal::ParticipationInterrupted { until }),
    }
}

fn end(at: &At<'_>, what: &JournalRequest) -> Judged {
    let JournalRequest::End {
        programme,
        municipality,
        last_day,
        reason,
        reference,
        standing,
        filed,
    } = what
    else {
        return Err(JournalRefusal::UnknownRecord);
    };
    let (reason, reference) = (said(reason, "reason")?, said(reference, "reference")?);
    let id = record(programme, *municipality);
    let before = at.journal.participation(&id);
    if before.is_some_and(|before| before.change == ParticipationChange::Annulled) {
        return Err(JournalRefusal::AlreadyDecided);
    }
    let stands = before.map(|before| (before.from, before.use_until)).or(*standing);
    let (from, until) = stands.ok_or(JournalRefusal::TakesNoPart)?;
    let (change, last) = match last_day {
        Some(last) => (ParticipationChange::Ended, *last),
        None => (ParticipationChange::Annulled, until),
    };
    if last < from || last > until {
        return Err(JournalRefusal::OutsideProgramme { from, until: last });
    }
    let is_repeated =
        before.is_some_and(|before| before.change == ParticipationChange::Ended && before.use_until == last);
    if is_repeated && change == ParticipationChange::Ended {
        return Err(JournalRefusal::AlreadyDecided);
    }
    Ok(written(
        at,
        before,
        DecidedParticipation {
            id,
            programme: programme.clone(),
            municipality: *municipality,
            change,
            from,
            use_until: last,
            filed: before.map_or(*filed, |before| before.filed),
            reason,
            reference,
            decided_by: at.act.by.clone(),
            decided_at: at.act.at,
            acts: Acts::begun(at.act.clone()),
        },
    ))
}

/// The decision, behind those before it.
fn written(at: &At<'_>, before: Option<&DecidedParticipation>, decided: DecidedParticipation) -> Vec<JournalRecord> {
    let acts = before.map_or_else(|| decided.acts.clone(), |before| before.acts.clone().and(&at.act));
    vec![JournalRecord::Participation(Box::new(DecidedParticipation {
        acts,
        ..decided
    }))]
}
