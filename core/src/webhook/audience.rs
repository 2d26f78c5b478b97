//! Who may be told what: an organisation hears of what it would see if it asked, and of nothing else. Pure.

use programgrant_schema::OrganisationNumber;

use super::event::{Event, EventData};
use crate::access::{Caller, Register, RowScope};
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
        let caller = Caller {
            acting: Some(acting),
            role: self.access.role_of(acting),
            office: self.access.office_of(acting),
            ..Caller::public()
        };
        let reach = RowScope::of(&caller, self.reference);
        match &event.what {
            // How fresh the sources are, everybody may know.
            EventData::Source { .. } => true,
            // It concerns the municipality whose report it is, and the programme's office.
            EventData::Report(reminder) => {
                self.access.acting_for(reminder.municipality) == acting || reach.is_office_of(&reminder.programme)
            }
            EventData::Case(entry) => reach.sees_case(&entry.case),
            // Of those who see the claim, it concerns the one who asked.
            EventData::Expiring(claim) => {
                let asked = self.access.acting_for(claim.requested_by.organisation) == acting;
                reach.sees_claim(claim) && (asked || reach.may_settle_for_others(claim))
            }
        }
    }
}
