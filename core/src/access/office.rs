//! What belongs to a programme, and so to its office: what is under its schemes and of its participants, in the time of their participation. Pure.

use std::ops::RangeInclusive;

use jiff::civil::Date;
use programgrant_schema::{BudgetPost, MunicipalityId, Programme, SchemeId};

use crate::ledger::rules::{Application, Recipient, Subject};
use crate::ledger::{Case, CaseKind};
use crate::reference::Reference;
use crate::view::Award;

/// One programme, and the registers that its schemes and participants are read by.
#[derive(Clone, Copy)]
pub struct Belonging<'a> {
    pub programme: &'a Programme,
    pub reference: &'a Reference,
}

impl Belonging<'_> {
    /// Whether the municipality takes part, whenever.
    pub fn has(self, municipality: MunicipalityId) -> bool {
        let current = self.reference.register.current(municipality);
        current.is_some_and(|current| self.programme.has_participant(current))
    }

    pub fn has_award(self, award: Award<'_>) -> bool {
        let is_its = award.scheme().map_or_else(
            || self.is_on_its_posts(award.post()),
            |scheme| self.programme.scheme(scheme).is_some(),
        );
        is_its
            && self.meets(
                award.recipient(),
                touched(award.year(), award.use_from(), award.use_until()),
            )
    }

    /// Whether the application is for one of its schemes.
    pub fn has_application(self, application: &Application) -> bool {
        let is_its = match &application.subject {
            Subject::Scheme(scheme) => self.programme.scheme(scheme).is_some(),
            Subject::Unresolved(_) => {
                let meant = application.subject.may_mean(self.reference);
                !meant.is_empty() && meant.iter().all(|scheme| self.programme.scheme(&scheme.id).is_some())
            }
        };
        is_its && self.has_recipient(application)
    }

    /// Whether the recipient takes part while the application's money is used, or may.
    pub fn has_recipient(self, application: &Application) -> bool {
        let recipient = match application.recipient {
            Recipient::Municipality(municipality) => Some(municipality),
            Recipient::Unresolved(_) => None,
        };
        let years = touched(application.year, application.use_from, application.use_until);
        self.meets(recipient, years)
    }

    pub fn has_case(self, case: &Case) -> bool {
        let finding = &case.finding;
        let was_found_in_it = finding.programme.as_deref() == Some(self.programme.id.as_str());
        if finding.kind == CaseKind::OverlappingPeriod {
            // It is about years before the participation.
            return was_found_in_it && finding.municipality.is_none_or(|municipality| self.has(municipality));
        }
        let has_scheme = |scheme: &SchemeId| self.programme.scheme(scheme).is_some();
        let is_its = was_found_in_it || finding.scheme.as_ref().is_some_and(has_scheme);
        is_its && self.meets(finding.municipality, finding.year..=finding.year)
    }

    /// Whether that is a participant in one of those years; of somebody who cannot be told, whether the programme runs in one of them.
    fn meets(self, municipality: Option<MunicipalityId>, years: RangeInclusive<i16>) -> bool {
        let overlaps = |from: Date, until: Date| from.year() <= *years.end() && *years.start() <= until.year();
        let Some(municipality) = municipality else {
            let days = self.programme.from.zip(self.programme.use_until);
            return days.is_some_and(|(from, until)| overlaps(from, until));
        };
        let current = self.reference.register.current(municipality);
        let participation = current.and_then(|current| self.programme.participation(current));
        participation.is_some_and(|own| overlaps(own.from, own.use_until))
    }

    /// Whether the pot, or a scheme of the programme, ever lay there.
    fn is_on_its_posts(self, post: BudgetPost) -> bool {
        let parts = self.programme.schemes.iter();
        let mut schemes = parts.filter_map(|part| self.reference.programmes.scheme(&part.scheme));
        self.programme.pot == Some(post) || schemes.any(|scheme| scheme.ever_on(post))
    }
}

/// The grant year, and the years in which the money is stated to be used.
fn touched(year: i16, from: Option<Date>, until: Option<Date>) -> RangeInclusive<i16> {
    let used = [from, until].into_iter().flatten().map(Date::year);
    let (first, last) = used.fold((year, year), |(first, last), used| (first.min(used), last.max(used)));
    first..=last
}
