//! What the rules say of an award that is there already: the guard's own judgement, asked as if it were applied for now.

use programgrant_schema::{GrantScheme, Ore, Programme};

use crate::evidence::is_pot;
use crate::ledger::rules::{
    Application, Knowledge, Month, Outcome, Question, Reason, ReasonCode, Recipient, Subject, judge,
};
use crate::reference::Reference;
use crate::view::Award;

/// What stands against an award.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub programme: Option<String>,
    /// Whether it is from before the participation and reaches into it.
    pub began_before: bool,
    pub reasons: Vec<Reason>,
}

/// What a programme says against the award, by the rules alone: what else was asked for or awarded does not count here.
pub fn standing(award: Award<'_>, reference: &Reference) -> Option<Standing> {
    let mut reasons: Vec<Reason> = Vec::new();
    let applications = applications(award, reference);
    for application in &applications {
        let found = against(application, reference);
        let part = found.first().and_then(|_| part_of(award, application, reference));
        for reason in found.into_iter().chain(part) {
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
    }
    if reasons.is_empty() {
        return None;
    }
    reasons.sort_by_key(|reason| reason.code != ReasonCode::InProgramme);
    let programmes = programmes(&applications, reference);
    Some(Standing {
        programme: programmes.first().map(|(programme, _)| programme.id.clone()),
        began_before: !programmes.is_empty() && programmes.iter().all(|(_, began_before)| *began_before),
        reasons,
    })
}

/// Whether money was promised under the award itself: a share of a pot and the pot are none.
pub fn is_awarded(award: Award<'_>, reference: &Reference) -> bool {
    award.status().is_granted() && !is_pot(award, reference)
}

/// The award as an application for all that it may cover; `None` where recipient or scheme cannot be told.
pub fn whole(award: Award<'_>) -> Option<Application> {
    let subject = Subject::Scheme(award.scheme().cloned()?);
    Some(application(award, Recipient::Municipality(award.recipient()?), subject))
}

/// The applications that the award would answer: for its scheme, or what its post may be; and for each scheme that had no post
/// of its own yet, so that it may be a part of this grant.
fn applications(award: Award<'_>, reference: &Reference) -> Vec<Application> {
    let Some(municipality) = award.recipient() else {
        return Vec::new();
    };
    let own = award
        .scheme()
        .cloned()
        .map_or_else(|| Subject::Unresolved(award.post().to_string()), Subject::Scheme);
    let is_a_part = |scheme: &&GrantScheme| {
        award.scheme().is_some() && scheme.ever_on(award.post()) && scheme.post_in(award.year()).is_none()
    };
    let parts = reference
        .programmes
        .schemes()
        .iter()
        .filter(is_a_part)
        .map(|scheme| Subject::Scheme(scheme.id.clone()));
    std::iter::once(own)
        .chain(parts)
        .map(|subject| application(award, Recipient::Municipality(municipality), subject))
        .collect()
}

fn application(award: Award<'_>, recipient: Recipient, subject: Subject) -> Application {
    let (use_from, use_until) = match (award.use_from(), award.use_until()) {
        // A period that runs backwards covers all that it names, and the grant year.
        (Some(from), Some(until)) if until < from => (
            Some(until.min(jiff::civil::Date::constant(award.year(), 1, 1))),
            Some(from.max(jiff::civil::Date::constant(award.year(), 12, 31))),
        ),
        stated => stated,
    };
    Application {
        recipient,
        subject,
        activity: None,
        target_group: award.target_group(),
        year: award.year(),
        amount: award.granted().stated().unwrap_or(Ore::ZERO),
        use_from,
        use_until,
        case_reference: award.provenance().record.clone(),
        is_looked_up: false,
    }
}

/// What the participation rules say against it.
fn against(application: &Application, reference: &Reference) -> Vec<Reason> {
    let verdict = judge(&Question {
        application,
        reference,
        taken: &[],
        awards: &[],
        knowledge: &Knowledge::whole(),
    });
    if verdict.outcome == Outcome::Clear {
        return Vec::new();
    }
    let is_of_a_programme = |code| {
        matches!(
            code,
            ReasonCode::InProgramme | ReasonCode::ScopeUnclear | ReasonCode::PeriodOverlaps
        )
    };
    verdict
        .reasons
        .into_iter()
        .filter(|reason| is_of_a_programme(reason.code))
        .collect()
}

/// Says that a scheme may be a part of the award and not the whole.
fn part_of(award: Award<'_>, application: &Application, reference: &Reference) -> Option<Reason> {
    let Subject::Scheme(part) = &application.subject else {
        return None;
    };
    let scheme = |id| reference.programmes.scheme(id);
    let (whole, part) = (scheme(award.scheme().as_ref()?)?, scheme(part)?);
    let message = format!(
        "Tildelingen er gitt under «{}», og det går ikke fram hvor mye av den som gjelder «{}».",
        whole.name, part.name
    );
    (whole.id != part.id).then_some(Reason {
        code: ReasonCode::ScopeUnclear,
        rule: None,
        message,
    })
}

/// The programmes that have the recipient and one of the schemes, those first that the award began in.
fn programmes<'a>(applications: &[Application], reference: &'a Reference) -> Vec<(&'a Programme, bool)> {
    let mut found: Vec<(&Programme, bool)> = Vec::new();
    for programme in reference
        .programmes
        .iter()
        .filter(|programme| !programme.has_unknown_rules())
    {
        for application in applications {
            let Recipient::Municipality(municipality) = application.recipient else {
                continue;
            };
            let Some(participation) = programme.participation(municipality) else {
                continue;
            };
            let has_scheme = application
                .subject
                .may_mean(reference)
                .iter()
                .any(|scheme| programme.scheme(&scheme.id).is_some());
            let (months, from) = (application.months(), Month::of(participation.from));
            let is_touched = *months.start() <= Month::of(participation.use_until) && *months.end() >= from;
            let votes = programme.budget_years_of(participation);
            if has_scheme
                && (is_touched || votes.contains(&application.year))
                && found.iter().all(|(other, _)| other.id != programme.id)
            {
                found.push((programme, application.year < *votes.start() && *months.start() < from));
            }
        }
    }
    found.sort_by_key(|(_, began_before)| *began_before);
    found
}
