//! Who may be told what: an organisation hears of what its role lets it see, and of nothing else. Pure.

use jiff::civil::date;
use programgrant_schema::{MunicipalityId, OrganisationNumber};

use super::event::{Event, What};
use crate::access::{Register, Role};
use crate::ledger::Finding;
use crate::reference::Reference;

/// What decides who may know.
#[derive(Clone, Copy)]
pub struct Audience<'a> {
    pub access: &'a Register,
    pub reference: &'a Reference,
}

impl Audience<'_> {
    /// Whether that organisation may know of the event.
    pub fn may_know(self, organisation: OrganisationNumber, event: &Event) -> bool {
        let acting = self.access.acting_for(organisation);
        let role = self.access.role_of(organisation);
        match &event.what {
            // How fresh the sources are, everybody may know.
            What::Source { .. } => true,
            What::Expiring(claim) => role == Role::ProgrammeOffice || (role == Role::Directorate && claim.requested_by.organisation == acting),
            What::Case { entry, asked_by } => {
                self.may_know_case(acting, role, &entry.case.finding) || (role == Role::Directorate && *asked_by == Some(acting))
            }
        }
    }

    fn may_know_case(self, organisation: OrganisationNumber, role: Role, finding: &Finding) -> bool {
        match role {
            Role::ProgrammeOffice => true,
            Role::Directorate => {
                let scheme = finding.scheme.as_ref().and_then(|id| self.reference.programmes.scheme(id));
                scheme.is_some_and(|scheme| scheme.directorate == organisation)
            }
            Role::Municipality => finding.municipality.is_some_and(|id| self.reference.by_organisation(organisation) == Some(id)),
            Role::CountyGovernor => finding.municipality.is_some_and(|id| self.governor_of(id, finding.year) == Some(organisation)),
            // Cases are undecided rows; those who read decided figures do not see them.
            Role::Evaluator | Role::Operator | Role::Public => false,
        }
    }

    /// The governor of the county that the municipality lay in that year.
    fn governor_of(self, municipality: MunicipalityId, year: i16) -> Option<OrganisationNumber> {
        let municipality = self.reference.register.get(municipality)?;
        let number = municipality.number_on(date(year, 1, 1)).unwrap_or_else(|| municipality.last_number());
        self.reference.organisations.county_governor(number)
    }
}
