//! How a command to the journal is put together: who gives it, in which function, and what the reference data say of it.

use async_graphql::ID;
use jiff::civil::Date;
use programgrant_core::access::Role;
use programgrant_core::journal::{
    Announcement, BodyFunction, Journal, JournalCommand, JournalId, JournalRecord, JournalRefusal, JournalRequest,
    ObjectionAbout, ParticipationApplication, RegionStanding, SelectionTerms,
};
use programgrant_core::ledger::ClaimId;
use programgrant_core::reference::Reference;
use programgrant_schema::{OrganisationNumber, Participation, Programme, SchemeId, SignUp};

use super::super::access::check_in;
use super::super::award::AwardNode;
use super::super::{ApiError, Snapshot};
use super::objection::ObjectionKind;
use super::reading;
use crate::guard::JournalError;

pub type Done = Result<JournalRecord, JournalError>;

/// What is not there, or not for the caller.
pub fn unknown() -> JournalError {
    JournalError::Refused(JournalRefusal::UnknownRecord)
}

pub async fn command(snapshot: &Snapshot, key: &ID, what: JournalRequest) -> Result<Done, ApiError> {
    command_in(snapshot, key, None, what).await
}

/// A command of a body that acts in a function.
pub async fn command_in(
    snapshot: &Snapshot,
    key: &ID,
    function: Option<BodyFunction>,
    what: JournalRequest,
) -> Result<Done, ApiError> {
    let command = JournalCommand {
        by: snapshot.principal()?,
        function,
        key: key.to_string(),
        what,
    };
    Ok(snapshot.guard.carry_out(command).await)
}

/// An application that the caller sees, and the region that it is for.
pub fn seen_application<'a>(
    snapshot: &Snapshot,
    journal: &'a Journal,
    id: &JournalId,
) -> Option<(&'a ParticipationApplication, OrganisationNumber)> {
    let application = journal.application(id)?;
    let region = journal.announcement(&application.announcement)?.region;
    reading::sees_application(snapshot, journal, application).then_some((application, region))
}

/// The programme of something in the journal, where it is there, with the right to give that command in it.
pub fn check_command(snapshot: &Snapshot, programme: Option<&str>, command: &str) -> Result<(), ApiError> {
    check_in(snapshot, programme, "Mutation", command)
}

/// Whether the caller chooses for a region of the programme: its county governor, or the programme's office.
pub fn may_choose(snapshot: &Snapshot, programme: &str, region: OrganisationNumber) -> bool {
    snapshot.reach().is_office_of(programme) || snapshot.acting() == Some(region)
}

pub fn organisation_of(snapshot: &Snapshot, text: &str) -> Result<OrganisationNumber, ApiError> {
    let id = snapshot.municipality(text)?;
    let known = snapshot.view.reference.register.get(id);
    let number = known.and_then(|known| known.organisation_number);
    number.ok_or_else(|| ApiError::UnknownMunicipality(text.to_owned()))
}

/// First and last day of a participation as it stands in the picture.
pub fn standing_of(snapshot: &Snapshot, programme: &str, municipality: OrganisationNumber) -> Option<(Date, Date)> {
    period(&snapshot.view.reference, programme, municipality)
}

/// The same as the programme's file has it.
pub fn filed(snapshot: &Snapshot, programme: &str, municipality: OrganisationNumber) -> Option<(Date, Date)> {
    period(snapshot.dependencies.views.filed(), programme, municipality)
}

fn period(reference: &Reference, programme: &str, municipality: OrganisationNumber) -> Option<(Date, Date)> {
    let id = reference.by_organisation(municipality)?;
    let mut participations = reference.programmes.get(programme)?.participations.iter();
    let own = participations.find(|participation| participation.municipality == id)?;
    Some((own.from, own.use_until))
}

/// Who takes part in a region as the picture has it, in the year that is signed up for.
pub fn region_standing(snapshot: &Snapshot, programme: &Programme, announcement: &Announcement) -> RegionStanding {
    let register = &snapshot.view.reference.register;
    let region = announcement.region;
    let is_in_time = |participation: &&Participation| {
        let years = participation.from.year()..=participation.use_until.year();
        announcement.year.is_none_or(|year| years.contains(&year))
    };
    let number = |participation: &Participation| register.get(participation.municipality)?.organisation_number;
    let in_time = programme.participations.iter().filter(is_in_time);
    let numbers = in_time.filter_map(number);
    RegionStanding {
        most: programme.most_per_region,
        taking_part: numbers
            .filter(|number| reading::region_of(snapshot, *number) == Some(region))
            .collect(),
    }
}

/// How municipalities apply to the programme.
pub fn selection_terms(programme: &Programme) -> SelectionTerms {
    SelectionTerms {
        years: match programme.sign_up {
            SignUp::Once => None,
            SignUp::Yearly => programme.budget_years(),
        },
        ranked_by_applicants: programme.ranked_by_applicants,
    }
}

/// What a municipality objects to, where it sees it and somebody is known to answer for it.
pub async fn objected(
    snapshot: &Snapshot,
    programme: &Programme,
    kind: ObjectionKind,
    subject: &ID,
) -> Result<Option<(ObjectionAbout, OrganisationNumber)>, ApiError> {
    let directorate = |scheme: &SchemeId| {
        let scheme = snapshot.view.reference.programmes.scheme(scheme);
        scheme.map_or(programme.payer, |scheme| Some(scheme.directorate))
    };
    Ok(match kind {
        ObjectionKind::Allocation => {
            let journal = reading::journal(snapshot).await?;
            let version = journal.allocation(&JournalId::new(subject.to_string()));
            let seen = version.filter(|version| reading::sees_allocation(snapshot, &journal, version));
            seen.and_then(|version| Some((ObjectionAbout::Allocation(version.id.clone()), programme.payer?)))
        }
        ObjectionKind::Award => AwardNode::find(snapshot, subject).and_then(|award| {
            let scheme = award.award().scheme();
            let addressee = scheme.map_or(programme.payer, directorate);
            Some((ObjectionAbout::Award(subject.to_string()), addressee?))
        }),
        ObjectionKind::FundingClaim => {
            let id = ClaimId::new(subject.to_string());
            let kept = snapshot
                .guard
                .claim_if(&id, |claim| snapshot.reach().sees_claim(claim))
                .await?;
            kept.map(|kept| {
                (
                    ObjectionAbout::Claim(id.to_string()),
                    kept.claim.requested_by.organisation,
                )
            })
        }
    })
}

/// The municipality in whose name a command is given: the caller, or the one that the programme's office acts for.
pub fn own_municipality(
    snapshot: &Snapshot,
    programme: Option<&str>,
    named: Option<String>,
) -> Result<OrganisationNumber, ApiError> {
    let reach = snapshot.reach();
    let is_office = reach.is_whole() || programme.is_some_and(|programme| reach.is_office_of(programme));
    let acting = snapshot.acting().filter(|_| snapshot.caller.role == Role::Municipality);
    let named = named.map(|text| organisation_of(snapshot, &text)).transpose()?;
    match (acting, named) {
        (Some(acting), None) => Ok(acting),
        (Some(acting), Some(named)) if acting == named => Ok(acting),
        (_, Some(named)) if is_office => Ok(named),
        (None, None) if is_office => Err(ApiError::MissingArgument("municipality")),
        _ => Err(snapshot.denied()),
    }
}
