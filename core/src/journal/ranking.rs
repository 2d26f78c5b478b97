//! Applicants rank each other's applications, where the programme has them do so. It is advice, as an assessment is: the choice stays with whoever
//! chooses.

use std::collections::BTreeSet;

use jiff::Timestamp;
use programgrant_schema::OrganisationNumber;
use serde::{Deserialize, Serialize};

use super::command::JournalRequest;
use super::items::{At, Journal, Judged, said};
use super::record::{Acts, JournalId, JournalKind, JournalRecord};
use super::refusal::JournalRefusal;
use super::selection::{Announcement, ApplicationState, ParticipationApplication};
use crate::calendar::norwegian_date;

/// How one applicant ranks the others' applications. It may be told anew until the choice is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ranking {
    pub id: JournalId,
    pub programme: String,
    pub announcement: JournalId,
    /// Who ranks.
    pub municipality: OrganisationNumber,
    /// Every other application that stood, the best first.
    pub order: Vec<JournalId>,
    pub reason: String,
    pub changed_at: Timestamp,
    pub acts: Acts,
}

impl Journal {
    /// The places that the other applicants gave an application, in ascending order. Applications that were withdrawn since hold no place, and
    /// whoever withdrew has given none.
    pub fn placings(&self, application: &ParticipationApplication) -> Vec<usize> {
        let stands = |id: &JournalId| {
            self.application(id)
                .is_some_and(|other| other.state != ApplicationState::Withdrawn)
        };
        let counts = |ranking: &&Ranking| {
            ranking.announcement == application.announcement && self.standing_of(ranking).is_some()
        };
        let place = |ranking: &Ranking| {
            let mut order = ranking.order.iter().filter(|id| stands(id));
            order.position(|id| *id == application.id).map(|before| before + 1)
        };
        let mut placings: Vec<usize> = self.rankings().filter(counts).filter_map(place).collect();
        placings.sort_unstable();
        placings
    }

    /// The application of whoever ranked, while it stands.
    fn standing_of(&self, ranking: &Ranking) -> Option<&ParticipationApplication> {
        self.applicant(&ranking.announcement, ranking.municipality)
    }

    /// The application that a municipality has under an announcement and has not withdrawn.
    pub fn applicant(
        &self,
        announcement: &JournalId,
        municipality: OrganisationNumber,
    ) -> Option<&ParticipationApplication> {
        self.applications().find(|application| {
            application.announcement == *announcement
                && application.municipality == municipality
                && application.state != ApplicationState::Withdrawn
        })
    }
}

pub(super) fn judge(at: &At<'_>, what: &JournalRequest) -> Judged {
    let JournalRequest::Rank {
        announcement,
        municipality,
        order,
        reason,
    } = what
    else {
        return Err(JournalRefusal::UnknownRecord);
    };
    let reason = said(reason, "reason")?;
    let announcement = at
        .journal
        .announcement(announcement)
        .ok_or(JournalRefusal::UnknownRecord)?;
    expect_ranked_now(at, announcement)?;
    if at.journal.applicant(&announcement.id, *municipality).is_none() {
        return Err(JournalRefusal::NotApplied);
    }
    expect_each_once(at, announcement, *municipality, order)?;
    let id = JournalId::about(
        JournalKind::Rangering,
        &[announcement.id.as_str(), &municipality.to_string()],
    );
    let before = at.journal.ranking(&id);
    Ok(vec![JournalRecord::Ranking(Box::new(Ranking {
        id,
        programme: announcement.programme.clone(),
        announcement: announcement.id.clone(),
        municipality: *municipality,
        order: order.clone(),
        reason,
        changed_at: at.act.at,
        acts: before.map_or_else(
            || Acts::begun(at.act.clone()),
            |before| before.acts.clone().and(&at.act),
        ),
    }))])
}

/// Those who applied rank after the deadline, when nobody can apply any more, and before the choice.
fn expect_ranked_now(at: &At<'_>, announcement: &Announcement) -> Result<(), JournalRefusal> {
    if !announcement.ranked_by_applicants {
        return Err(JournalRefusal::NotRanked);
    }
    let deadline = announcement.deadline;
    if norwegian_date(at.act.at) <= deadline {
        return Err(JournalRefusal::DeadlineNotPassed { deadline });
    }
    let mut selections = at.journal.selections();
    match selections.find(|selection| selection.announcement == announcement.id) {
        Some(selection) => Err(JournalRefusal::AlreadySelected {
            selection: selection.id.clone(),
        }),
        None => Ok(()),
    }
}

/// The order has every other application that stands, each once. A ranking that left some out would say of them what nobody meant.
fn expect_each_once(
    at: &At<'_>,
    announcement: &Announcement,
    municipality: OrganisationNumber,
    order: &[JournalId],
) -> Result<(), JournalRefusal> {
    let of_others = at.journal.applications().filter(|application| {
        application.announcement == announcement.id
            && application.municipality != municipality
            && application.state == ApplicationState::Submitted
    });
    let mut missing: BTreeSet<&JournalId> = of_others.map(|application| &application.id).collect();
    if let Some(wrong) = order.iter().find(|id| !missing.remove(id)) {
        let application = wrong.clone();
        return Err(JournalRefusal::RankingIncomplete { application });
    }
    match missing.first() {
        Some(missing) => Err(JournalRefusal::RankingIncomplete {
            application: (*missing).clone(),
        }),
        None if order.is_empty() => Err(JournalRefusal::TextMissing { argument: "order" }),
        None => Ok(()),
    }
}
