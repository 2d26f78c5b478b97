//! Which yearly reports are due from whom, and which of them stand.

use jiff::civil::Date;
use programgrant_schema::{MunicipalityRegister, OrganisationNumber, Programme};

use super::items::Journal;
use super::reports::YearlyReport;

/// A year that a municipality reports on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueReport<'a> {
    pub municipality: OrganisationNumber,
    pub year: i16,
    /// The last day.
    pub due: Date,
    /// The one that stands: submitted and not sent back, or approved.
    pub report: Option<&'a YearlyReport>,
}

impl DueReport<'_> {
    /// Whether the day has passed without a report that stands.
    pub fn is_late(&self, today: Date) -> bool {
        self.report.is_none() && self.due < today
    }
}

impl Journal {
    /// Each year in which a municipality may use its pot, by day. Empty where the programme's file states no deadline.
    pub fn due_reports(&self, programme: &Programme, register: &MunicipalityRegister) -> Vec<DueReport<'_>> {
        let Some(deadline) = &programme.report_deadline else {
            return Vec::new();
        };
        let mut all = Vec::new();
        for own in &programme.participations {
            let known = register.get(own.municipality);
            let Some(municipality) = known.and_then(|known| known.organisation_number) else {
                continue;
            };
            for year in own.from.year()..=own.use_until.year() {
                let report = self.standing_report(&programme.id, municipality, year);
                all.extend(deadline.in_year(year + 1).map(|due| DueReport {
                    municipality,
                    year,
                    due,
                    report,
                }));
            }
        }
        all.sort_by_key(|due| (due.due, due.municipality));
        all
    }

    fn standing_report(&self, programme: &str, municipality: OrganisationNumber, year: i16) -> Option<&YearlyReport> {
        let mut all = self.reports();
        all.find(|report| {
            let known = &report.reported;
            report.state.stands()
                && known.programme == programme
                && known.municipality == municipality
                && known.year == year
        })
    }
}
