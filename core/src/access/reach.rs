//! Which rows lie within a caller's reach. Pure: the caller, the reference registers and the row decide.

use jiff::civil::date;
use programgrant_schema::{
    AwardStatus, Municipality, MunicipalityId, MunicipalityNumber, OrganisationNumber, SchemeId, SourceId,
};

use super::office::Belonging;
use super::{Caller, Office, Role};
use crate::ledger::rules::{Application, Recipient, Subject};
use crate::ledger::{Case, Claim, ClaimState};
use crate::reference::Reference;
use crate::view::Award;

/// States of a claim that a recipient is told of: money is, was, or is to be paid.
pub const DECIDED_CLAIMS: [ClaimState; 3] = [ClaimState::Confirmed, ClaimState::Paid, ClaimState::Reversed];

/// How far one caller sees.
#[derive(Debug, Clone, Copy)]
pub struct RowScope<'a> {
    role: Role,
    office: &'a Office,
    /// The acting body; of a sub-unit, its organisation.
    body: Option<OrganisationNumber>,
    reference: &'a Reference,
}

impl<'a> RowScope<'a> {
    pub fn of(caller: &'a Caller, reference: &'a Reference) -> Self {
        Self {
            role: caller.role,
            office: &caller.office,
            body: caller.acting.map(|number| reference.organisation_of(number)),
            reference,
        }
    }

    /// Whether nothing at all is hidden.
    pub fn is_whole(self) -> bool {
        self.role == Role::ProgrammeOffice && matches!(self.office, Office::All | Office::Everybody)
    }

    /// The role in which the caller meets what belongs to that programme.
    pub fn role_in(self, programme: &str) -> Role {
        self.role_where(|own| own.programme.id == programme)
    }

    /// Whether the caller is the office of that programme.
    pub fn is_office_of(self, programme: &str) -> bool {
        self.role_in(programme) == Role::ProgrammeOffice
    }

    /// Whether the caller is the office of some programmes and not of others.
    pub fn is_office_of_some(self) -> bool {
        self.role == Role::ProgrammeOffice && !self.is_whole()
    }

    /// The role in which the caller meets what is no programme's.
    pub fn role_elsewhere(self) -> Role {
        match (self.role, self.office) {
            (Role::ProgrammeOffice, Office::Of { otherwise, .. }) => *otherwise,
            (Role::ProgrammeOffice, Office::Nowhere) => Role::Public,
            (role, _) => role,
        }
    }

    /// The role in which the caller meets something: an office what belongs to its programme, and anything else as it would without it.
    fn role_where(self, belongs: impl Fn(Belonging<'a>) -> bool) -> Role {
        let (Role::ProgrammeOffice, Office::Of { programmes, .. }) = (self.role, self.office) else {
            return self.role_elsewhere();
        };
        let reference = self.reference;
        let own = programmes.iter().filter_map(|id| reference.programmes.get(id));
        let mut own = own.map(|programme| Belonging { programme, reference });
        if own.any(belongs) {
            Role::ProgrammeOffice
        } else {
            self.role_elsewhere()
        }
    }

    fn is_directorate(self) -> bool {
        self.role_elsewhere() == Role::Directorate
    }

    /// The one municipality that the caller sees anything of; `None` where it is not bound to one.
    pub fn only_municipality(self) -> Option<MunicipalityId> {
        let body = self.body.filter(|_| self.role == Role::Municipality)?;
        self.reference.register.by_organisation(body)
    }

    /// Whether the caller may see anything of the municipality, in whatever year.
    pub fn knows(self, municipality: MunicipalityId) -> bool {
        match self.role_where(|own| own.has(municipality)) {
            Role::ProgrammeOffice | Role::Directorate | Role::Evaluator => true,
            Role::Municipality => self.only_municipality() == Some(municipality),
            Role::CountyGovernor => {
                let numbers = self
                    .reference
                    .register
                    .get(municipality)
                    .into_iter()
                    .flat_map(Municipality::numbers);
                numbers.into_iter().any(|period| self.governs_number(period.number))
            }
            Role::Public | Role::Operator => false,
        }
    }

    /// Whether the caller sees the municipality's grant from that programme in that year.
    pub fn sees_grant_of(self, programme: &str, municipality: MunicipalityId, year: i16) -> bool {
        match self.role_in(programme) {
            Role::CountyGovernor => self.governs(municipality, year),
            Role::ProgrammeOffice | Role::Directorate | Role::Evaluator => true,
            Role::Municipality => self.knows(municipality),
            Role::Public | Role::Operator => false,
        }
    }

    /// Whether the caller sees what the scheme contributes to a pot of that programme that it sees.
    pub fn sees_share_of(self, programme: &str, scheme: &SchemeId) -> bool {
        self.is_office_of(programme) || !self.is_directorate() || self.owns(scheme)
    }

    pub fn sees_award(self, award: Award<'_>) -> bool {
        match self.role_where(|own| own.has_award(award)) {
            Role::ProgrammeOffice => true,
            Role::Evaluator => award.status().is_granted() || award.status() == AwardStatus::InProgramme,
            // A share of the pot takes no slot: the guard of another directorate has no need of it.
            Role::Directorate => award.status().is_granted() || self.owns_award(award),
            Role::Municipality => award.recipient().is_some() && award.recipient() == self.only_municipality(),
            Role::CountyGovernor => award
                .recipient()
                .is_some_and(|recipient| self.governs_award(recipient, award)),
            Role::Public | Role::Operator => false,
        }
    }

    pub fn sees_claim(self, claim: &Claim) -> bool {
        let application = &claim.application;
        match self.role_where(|own| own.has_application(application)) {
            Role::ProgrammeOffice => true,
            Role::Municipality => {
                let is_own = self
                    .only_municipality()
                    .is_some_and(|own| self.recipient(application) == Some(own));
                is_own && DECIDED_CLAIMS.contains(&claim.state)
            }
            Role::CountyGovernor => self.governs_recipient(application),
            // The second of two bodies reads the exception that it is to approve.
            Role::Directorate => self.asked(claim) || self.owns_subject(application) || claim.exception.is_some(),
            Role::Public | Role::Evaluator | Role::Operator => false,
        }
    }

    pub fn sees_case(self, case: &Case) -> bool {
        let finding = &case.finding;
        let municipality = finding.municipality.and_then(|id| self.reference.register.current(id));
        match self.role_where(|own| own.has_case(case)) {
            Role::ProgrammeOffice => true,
            Role::Municipality => municipality.is_some() && municipality == self.only_municipality(),
            Role::CountyGovernor => municipality.is_some_and(|municipality| self.governs(municipality, finding.year)),
            Role::Directorate => finding.scheme.as_ref().is_some_and(|scheme| self.owns(scheme)),
            Role::Public | Role::Evaluator | Role::Operator => false,
        }
    }

    /// Whether the caller sees what is wrong with a system, not merely that something is. A system is its directorate's, whichever programmes its
    /// schemes are part of.
    pub fn sees_inside(self, source: SourceId) -> bool {
        match self.role_elsewhere() {
            Role::ProgrammeOffice | Role::Operator => true,
            Role::Directorate => self.owns_system_of(source),
            Role::Public | Role::Municipality | Role::CountyGovernor | Role::Evaluator => false,
        }
    }

    /// Whether the caller may ask what the guard would answer.
    pub fn may_check(self, application: &Application) -> bool {
        match self.role_where(|own| own.has_application(application)) {
            Role::ProgrammeOffice | Role::Directorate => true,
            Role::CountyGovernor => self.governs_recipient(application),
            Role::Public | Role::Municipality | Role::Evaluator | Role::Operator => false,
        }
    }

    /// Whether the caller may ask for leave. Whom for and for which year is nobody's own: the scheme decides.
    pub fn may_request(self, application: &Application) -> bool {
        match self.role_where(|own| own.has_application(application)) {
            Role::ProgrammeOffice => true,
            Role::Directorate => self.means_own(&application.subject),
            _ => false,
        }
    }

    /// Whether the caller may decide a claim that it sees.
    pub fn may_decide(self, claim: &Claim) -> bool {
        self.commands_as_office(claim) || (self.is_directorate() && self.owns_subject(&claim.application))
    }

    fn commands_as_office(self, claim: &Claim) -> bool {
        self.role_where(|own| own.has_application(&claim.application)) == Role::ProgrammeOffice
    }

    /// Whether the caller may confirm and release what another body has asked for. In open mode only a payer may: who else asks there is to be told
    /// what it would be told elsewhere.
    pub fn may_settle_for_others(self, claim: &Claim) -> bool {
        let mut programmes = self.reference.programmes.iter();
        match self.office {
            Office::Everybody => self.body.is_some() && programmes.any(|programme| programme.payer == self.body),
            _ => self.commands_as_office(claim),
        }
    }

    /// Whether the caller may propose or approve an exception: a directorate for any claim that was refused or is in quarantine,
    /// since it takes bodies that did not ask.
    pub fn may_overrule(self, claim: &Claim) -> bool {
        let stands_against = matches!(claim.state, ClaimState::Denied | ClaimState::Quarantined);
        self.sees_claim(claim) || (self.is_directorate() && stands_against)
    }

    fn asked(self, claim: &Claim) -> bool {
        self.body == Some(self.reference.organisation_of(claim.requested_by.organisation))
    }

    /// Whether the scheme is the calling directorate's.
    pub fn owns(self, scheme: &SchemeId) -> bool {
        let scheme = self.reference.programmes.scheme(scheme);
        self.is_directorate() && scheme.is_some_and(|scheme| Some(scheme.directorate) == self.body)
    }

    fn owns_subject(self, application: &Application) -> bool {
        matches!(&application.subject, Subject::Scheme(scheme) if self.owns(scheme))
    }

    /// Whether all that the subject can mean is the caller's own. What can be another's would hold the other's slots until somebody
    /// decides it; what can be nobody's holds nothing of anybody's, and a case officer tells what was meant.
    fn means_own(self, subject: &Subject) -> bool {
        let meant = subject.may_mean(self.reference);
        let is_nobodys = matches!(subject, Subject::Unresolved(_)) && meant.is_empty();
        (is_nobodys || !meant.is_empty()) && meant.into_iter().all(|scheme| self.owns(&scheme.id))
    }

    fn owns_award(self, award: Award<'_>) -> bool {
        match &award.scheme() {
            Some(scheme) => self.owns(scheme),
            None => self.owns_system_of(award.source()),
        }
    }

    /// Whether every scheme of the system is the caller's, so that whatever it says is.
    fn owns_system_of(self, source: SourceId) -> bool {
        let mut schemes = self
            .reference
            .programmes
            .schemes()
            .iter()
            .filter(|scheme| scheme.sources.contains(&source))
            .peekable();
        schemes.peek().is_some() && schemes.all(|scheme| self.owns(&scheme.id))
    }

    fn governs_recipient(self, application: &Application) -> bool {
        self.recipient(application)
            .is_some_and(|municipality| self.governs(municipality, application.year))
    }

    /// The recipient, or the municipality that it has gone up in.
    fn recipient(self, application: &Application) -> Option<MunicipalityId> {
        match application.recipient {
            Recipient::Municipality(municipality) => self.reference.register.current(municipality),
            Recipient::Unresolved(_) => None,
        }
    }

    fn governs_number(self, number: MunicipalityNumber) -> bool {
        self.role == Role::CountyGovernor
            && self.body.is_some()
            && self.reference.organisations.county_governor(number) == self.body
    }

    /// Whether the municipality lay in the caller's county that year. Before it was formed, all that went up in it must have.
    fn governs(self, municipality: MunicipalityId, year: i16) -> bool {
        let numbers = self
            .reference
            .register
            .get(municipality)
            .map(|municipality| numbers_in(municipality, year))
            .unwrap_or_default();
        !numbers.is_empty() && numbers.into_iter().all(|number| self.governs_number(number))
    }

    /// The same for an award, whose own record may tell which of several predecessors it was for.
    fn governs_award(self, recipient: MunicipalityId, award: Award<'_>) -> bool {
        let numbers = self
            .reference
            .register
            .get(recipient)
            .map(|municipality| numbers_in(municipality, award.year()))
            .unwrap_or_default();
        let reported = award.reported().number.as_deref().and_then(|text| text.parse().ok());
        match reported.filter(|number| numbers.contains(number)) {
            Some(number) => self.governs_number(number),
            None => self.governs(recipient, award.year()),
        }
    }
}

/// The municipality's number in the middle of that year; its predecessors' before it was formed; its last after it ended.
fn numbers_in(municipality: &Municipality, year: i16) -> Vec<MunicipalityNumber> {
    let summer = date(year, 7, 1);
    if let Some(own) = municipality.number_on(summer) {
        return vec![own];
    }
    let merged: Vec<_> = municipality
        .merged
        .iter()
        .filter(|period| period.contains(summer))
        .map(|period| period.number)
        .collect();
    if merged.is_empty() {
        vec![municipality.last_number()]
    } else {
        merged
    }
}

#[cfg(test)]
mod tests;
