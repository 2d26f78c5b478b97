//! What of the journal a caller sees. What it does not see is as if it were not there.

use std::sync::Arc;

use async_graphql::Context;
use programgrant_core::access::Role;
use programgrant_core::journal::{
    AllocationState, AllocationVersion, Announcement, BodyFunction, Journal, JournalId, Objection, ObjectionAbout,
    ParticipationApplication, Ranking,
};
use programgrant_schema::{MunicipalityId, Observation, OrganisationNumber};

use super::super::access::check_in;
use super::super::municipality::MunicipalityNode;
use super::super::{ApiError, Snapshot};
use super::allocation::AllocationNode;
use super::objection::ObjectionNode;
use super::selection::{AnnouncementNode, ApplicationNode};

/// The versions of a programme's allocations, by year and number.
pub async fn allocations(
    snapshot: &Snapshot,
    programme: &str,
    year: Option<i32>,
) -> Result<Vec<AllocationNode>, ApiError> {
    let programme = snapshot.programme(programme)?;
    let journal = snapshot.guard.journal().await?;
    let mut versions: Vec<&AllocationVersion> = journal
        .allocations()
        .filter(|version| version.programme == programme.id)
        .filter(|version| year.is_none_or(|year| i32::from(version.year) == year))
        .collect();
    versions.sort_by_key(|version| (version.year, version.number));
    let versions = versions.into_iter();
    Ok(versions
        .filter_map(|version| AllocationNode::new(snapshot, &journal, version))
        .collect())
}

pub async fn allocation(snapshot: &Snapshot, id: &str) -> Result<Option<AllocationNode>, ApiError> {
    let journal = snapshot.guard.journal().await?;
    let version = journal.allocation(&JournalId::new(id));
    Ok(version.and_then(|version| AllocationNode::new(snapshot, &journal, version)))
}

/// A programme's announcements, newest first. They are for everybody.
pub async fn announcements(snapshot: &Snapshot, programme: &str) -> Result<Vec<AnnouncementNode>, ApiError> {
    let programme = snapshot.programme(programme)?;
    let journal = snapshot.guard.journal().await?;
    let mut found: Vec<&Announcement> = journal
        .announcements()
        .filter(|announcement| announcement.programme == programme.id)
        .collect();
    found.sort_by_key(|announcement| std::cmp::Reverse(announcement.acts.first.at));
    let node = |announcement: &Announcement| AnnouncementNode::new(&journal, announcement.clone());
    Ok(found.into_iter().map(node).collect())
}

/// Applications for participation that the caller sees, oldest first.
pub async fn participation_applications(
    snapshot: &Snapshot,
    programme: &str,
    announcement: Option<&str>,
) -> Result<Vec<ApplicationNode>, ApiError> {
    check_in(snapshot, Some(programme), "Query", "participationApplications")?;
    let programme = snapshot.programme(programme)?;
    let journal = snapshot.guard.journal().await?;
    let is_wanted = |application: &&ParticipationApplication| {
        application.programme == programme.id
            && announcement.is_none_or(|announcement| application.announcement.as_str() == announcement)
    };
    let mut found: Vec<&ParticipationApplication> = journal.applications().filter(is_wanted).collect();
    found.sort_by_key(|application| application.acts.first.at);
    let found = found.into_iter();
    Ok(found
        .filter_map(|application| ApplicationNode::new(snapshot, &journal, application))
        .collect())
}

/// Objections that the caller sees, newest first.
pub async fn objections(snapshot: &Snapshot, programme: &str) -> Result<Vec<ObjectionNode>, ApiError> {
    let programme = snapshot.programme(programme)?;
    let journal = snapshot.guard.journal().await?;
    let mut found: Vec<&Objection> = journal
        .objections()
        .filter(|objection| objection.programme == programme.id)
        .collect();
    found.sort_by_key(|objection| std::cmp::Reverse(objection.acts.first.at));
    let found = found.into_iter();
    Ok(found
        .filter_map(|objection| ObjectionNode::new(snapshot, objection))
        .collect())
}

/// Those about one allocation, award or claim, oldest first.
pub fn objections_to(snapshot: &Snapshot, journal: &Journal, subject: &str) -> Vec<ObjectionNode> {
    let is_about = |objection: &&Objection| match &objection.about {
        ObjectionAbout::Allocation(id) => id.as_str() == subject,
        ObjectionAbout::Award(id) | ObjectionAbout::Claim(id) => id == subject,
    };
    let mut found: Vec<&Objection> = journal.objections().filter(is_about).collect();
    found.sort_by_key(|objection| objection.acts.first.at);
    let found = found.into_iter();
    found
        .filter_map(|objection| ObjectionNode::new(snapshot, objection))
        .collect()
}

/// The same of what the journal does not hold itself, such as each award of a list: the store is asked once for all of them.
pub async fn objected_to(snapshot: &Snapshot, subject: &str) -> Result<Vec<ObjectionNode>, ApiError> {
    let journal = snapshot.journal.get_or_try_init(|| journal(snapshot)).await?;
    Ok(objections_to(snapshot, journal, subject))
}

/// The version that a version's changes are told against: the one that it corrects, the one of the same year that was put up before it, or what was
/// decided for the year before.
pub fn before<'a>(journal: &'a Journal, version: &AllocationVersion) -> Option<&'a AllocationVersion> {
    if let Some(corrected) = &version.corrects {
        return journal.allocation(corrected);
    }
    let of_programme = || {
        journal
            .allocations()
            .filter(|other| other.programme == version.programme)
    };
    let earlier = of_programme().filter(|other| other.year == version.year && other.number < version.number);
    let earlier = earlier.max_by_key(|other| other.number);
    earlier.or_else(|| {
        of_programme().find(|other| other.year == version.year - 1 && other.state == AllocationState::Decided)
    })
}

/// Whether the caller sees a version: its maker all, everybody what was decided, and those concerned what is proposed.
pub fn sees_allocation(snapshot: &Snapshot, journal: &Journal, version: &AllocationVersion) -> bool {
    match version.state {
        _ if snapshot.reach().is_office_of(&version.programme) => true,
        AllocationState::Decided | AllocationState::Corrected => true,
        _ => version.was_proposed() && is_concerned(snapshot, journal, version),
    }
}

/// Whether an allocation gives the caller money, goes by a scheme of its, or concerns its county.
pub fn is_concerned(snapshot: &Snapshot, journal: &Journal, version: &AllocationVersion) -> bool {
    let Some(basis) = journal.basis(&version.basis).map(|kept| &kept.basis) else {
        return false;
    };
    let (reach, reference) = (snapshot.reach(), &snapshot.view.reference);
    match reach.role_in(&version.programme) {
        Role::ProgrammeOffice => true,
        Role::Directorate => basis.schemes().into_iter().any(|scheme| reach.owns(scheme)),
        Role::Municipality | Role::CountyGovernor => {
            let mut receivers = basis.receivers.iter();
            receivers.any(|kept| {
                let municipality = reference.by_organisation(kept.organisation);
                municipality.is_some_and(|municipality| reach.knows(municipality))
            })
        }
        Role::Public | Role::Evaluator | Role::Operator => false,
    }
}

/// Whether the caller sees an application: its own municipality's, its region's, all for the programme's office and for whoever assesses.
pub fn sees_application(snapshot: &Snapshot, journal: &Journal, application: &ParticipationApplication) -> bool {
    let region = journal
        .announcement(&application.announcement)
        .map(|announcement| announcement.region);
    let is_own = snapshot.acting() == Some(application.municipality);
    let weighs = region.is_some_and(|region| weighs(snapshot, &application.programme, region));
    is_own || weighs || snapshot.reach().is_office_of(&application.programme) || ranks(snapshot, journal, application)
}

/// Whether the caller is to rank the application: it has applied beside it, and nobody can apply any more.
pub fn ranks(snapshot: &Snapshot, journal: &Journal, application: &ParticipationApplication) -> bool {
    let Some(announcement) = journal.announcement(&application.announcement) else {
        return false;
    };
    let own = snapshot.acting().filter(|acting| *acting != application.municipality);
    announcement.ranked_by_applicants
        && snapshot.today() > announcement.deadline
        && own.is_some_and(|own| journal.applicant(&announcement.id, own).is_some())
}

/// Whether the caller sees a ranking: its own, and whoever assesses or chooses every one.
pub fn sees_ranking(snapshot: &Snapshot, announcement: &Announcement, ranking: &Ranking) -> bool {
    snapshot.acting() == Some(ranking.municipality) || weighs(snapshot, &announcement.programme, announcement.region)
}

/// Whether the caller assesses or chooses in that region.
pub fn weighs(snapshot: &Snapshot, programme: &str, region: OrganisationNumber) -> bool {
    snapshot.reach().is_office_of(programme)
        || snapshot.acting() == Some(region)
        || snapshot.has_function(BodyFunction::ResourceGroup, programme, region)
}

/// Whether the caller sees an objection: whoever made it, whoever answers for it, the programme's office, the county's governor.
pub fn sees_objection(snapshot: &Snapshot, objection: &Objection) -> bool {
    let acting = snapshot.acting();
    let governs = snapshot.caller.role == Role::CountyGovernor && knows(snapshot, objection.municipality);
    snapshot.reach().is_office_of(&objection.programme)
        || acting == Some(objection.municipality)
        || acting == Some(objection.addressee)
        || governs
}

fn knows(snapshot: &Snapshot, municipality: OrganisationNumber) -> bool {
    let municipality = snapshot.view.reference.by_organisation(municipality);
    municipality.is_some_and(|municipality| snapshot.reach().knows(municipality))
}

/// The county governor in whose region the municipality lies.
pub fn region_of(snapshot: &Snapshot, municipality: OrganisationNumber) -> Option<OrganisationNumber> {
    let reference = &snapshot.view.reference;
    let known = reference.register.get(reference.by_organisation(municipality)?)?;
    reference.organisations.county_governor(known.last_number())
}

/// The municipality of that number as it is now; `None` where no register knows it any more.
pub fn municipality(context: &Context<'_>, number: OrganisationNumber) -> Option<MunicipalityNode> {
    let id = Snapshot::of(context).view.reference.by_organisation(number)?;
    MunicipalityNode::current(id, context)
}

/// The journal, for nodes that keep it.
pub async fn journal(snapshot: &Snapshot) -> Result<Arc<Journal>, ApiError> {
    Ok(snapshot.guard.journal().await?)
}

/// Whether the caller sees how a municipality uses its pot: itself, its county's governor, the programme's office, whoever evaluates, and
/// directorates whose schemes the one report stands in for.
pub fn sees_use(snapshot: &Snapshot, programme: &str, municipality: OrganisationNumber) -> bool {
    let reach = snapshot.reach();
    if reach.is_office_of(programme) || snapshot.acting() == Some(municipality) || evaluates(snapshot, programme) {
        return true;
    }
    match reach.role_in(programme) {
        Role::CountyGovernor => knows(snapshot, municipality),
        Role::Directorate => {
            let programme = snapshot.view.reference.programmes.get(programme);
            programme.is_some_and(|programme| programme.schemes.iter().any(|part| reach.owns(&part.scheme)))
        }
        _ => false,
    }
}

/// Whether the caller evaluates a programme, by its role or in its function.
pub fn evaluates(snapshot: &Snapshot, programme: &str) -> bool {
    snapshot.caller.role == Role::Evaluator || snapshot.does(BodyFunction::Evaluator, programme)
}

/// The municipality that was named, by its organisation number.
pub fn named(snapshot: &Snapshot, municipality: Option<String>) -> Result<Option<OrganisationNumber>, ApiError> {
    let number = municipality.map(|text| super::command::organisation_of(snapshot, &text));
    number.transpose()
}

pub fn organisation_number(snapshot: &Snapshot, municipality: MunicipalityId) -> Option<OrganisationNumber> {
    snapshot.view.reference.register.get(municipality)?.organisation_number
}

/// The code of why there is no figure.
pub fn missing(observed: Observation) -> Option<String> {
    match observed {
        Observation::Value(_) => None,
        Observation::Missing(why) => Some(why.to_string()),
    }
}
