//! Participations by decision: begun, ended, annulled. The programme's file is the beginning; what is decided here holds instead of it.

use jiff::Timestamp;
use jiff::civil::Date;
use programgrant_schema::OrganisationNumber;
use serde::{Deserialize, Serialize};

use super::command::JournalRequest;
use super::items::{At, Judged, said};
use super::record::{Acts, JournalId, JournalKind, JournalRecord};
use super::refusal::JournalRefusal;
use super::selection::ApplicationState;
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
        takes_part,
        filed,
    } = what
    else {
        return Err(JournalRefusal::UnknownRecord);
    };
    let (reason, reference) = (said(reason, "reason")?, said(reference, "reference")?);
    let application = at
        .journal
        .application(application)
        .ok_or(JournalRefusal::UnknownRecord)?;
    match application.state {
        ApplicationState::Chosen => {}
        ApplicationState::ConditionallyChosen => return Err(JournalRefusal::PoliticalDecisionMissing),
        ApplicationState::Withdrawn => {
            let application = application.id.clone();
            return Err(JournalRefusal::Withdrawn { application });
        }
        state => return Err(JournalRefusal::ApplicationState { state }),
    }
    let id = record(&application.programme, application.municipality);
    let before = at.journal.participation(&id);
    match before.map(|before| before.change) {
        Some(ParticipationChange::Begun) => return Err(JournalRefusal::AlreadyTakesPart),
        // One participation has one period: a second would make nothing of the first.
        Some(ParticipationChange::Ended) => return Err(JournalRefusal::AlreadyDecided),
        None if *takes_part => return Err(JournalRefusal::AlreadyTakesPart),
        None | Some(ParticipationChange::Annulled) => {}
    }
    let (from, until) = (*from, use_until.unwrap_or(within.1));
    if from < within.0 || until > within.1 || until < from {
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
            from,
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
