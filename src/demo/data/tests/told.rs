//! What the demonstration tells, gathered for the tests beside.

use std::collections::BTreeMap;

use programgrant_core::reference::Reference;
use programgrant_schema::{
    Accounts, AwardStatement, BudgetPost, Content, Correction, MunicipalityId, Ore, OrganisationNumber, Payment,
    Programme, Reading, Record, ReportedRecipient, SourceId,
};

use super::super::{SUB_UNITS, bodies, records};
use super::reference;
use crate::demo::decided::DecidedAllocations;

/// All that was told, and what it was made from.
pub struct Told {
    pub reference: Reference,
    pub allocations: DecidedAllocations,
    pub records: BTreeMap<SourceId, Vec<Record>>,
}

impl Told {
    pub fn new() -> Self {
        let reference = reference();
        let allocations = DecidedAllocations::work_out(&reference).expect("worked out");
        let records = records(&reference, &allocations);
        Self {
            reference,
            allocations,
            records,
        }
    }

    pub fn contents(&self) -> impl Iterator<Item = (SourceId, &Content)> {
        self.records
            .iter()
            .flat_map(|(source, records)| records.iter().map(|record| (*source, &record.content)))
    }

    pub fn awards(&self) -> impl Iterator<Item = (SourceId, &AwardStatement)> {
        self.contents().filter_map(|(source, content)| {
            if let Content::Award(award) = content {
                Some((source, award))
            } else {
                None
            }
        })
    }

    pub fn payments(&self) -> impl Iterator<Item = &Payment> {
        self.contents().filter_map(|(_, content)| {
            if let Content::Payment(payment) = content {
                Some(payment)
            } else {
                None
            }
        })
    }

    pub fn corrections(&self) -> Vec<&Correction> {
        self.contents()
            .filter_map(|(_, content)| {
                if let Content::Correction(correction) = content {
                    Some(correction)
                } else {
                    None
                }
            })
            .collect()
    }

    pub fn booked(&self, year: i16) -> BTreeMap<BudgetPost, Ore> {
        let mut sums: BTreeMap<BudgetPost, Ore> = BTreeMap::new();
        for (_, content) in self.contents() {
            if let Content::Accounts(Accounts::Year { year: of, lines, .. }) = content
                && *of == year
            {
                for line in lines {
                    let sum = sums.entry(line.post).or_default();
                    *sum = sum.checked_add(line.amount).expect("in range");
                }
            }
        }
        sums
    }

    pub fn programme(&self) -> &Programme {
        self.reference.programmes.iter().next().expect("the pilot")
    }

    pub fn scheme_of(&self, award: &AwardStatement) -> Option<&str> {
        let scheme = self
            .reference
            .programmes
            .classify(award.year, award.post, award.activity.as_deref())?;
        Some(scheme.id.as_str())
    }

    /// As the gateway resolves it: a known organisation number decides, an unknown one yields, two that disagree do not.
    pub fn resolve(&self, recipient: &ReportedRecipient, year: i16) -> Option<MunicipalityId> {
        let stated = recipient.organisation_number.as_deref();
        let parent = SUB_UNITS
            .iter()
            .find(|(unit, _)| Some(*unit) == stated)
            .map(|(_, parent)| *parent);
        let number: Option<OrganisationNumber> = parent
            .or(stated)
            .map(|number| number.parse().expect("passes its check"));
        let by_organisation = number.and_then(|number| self.reference.register.by_organisation(number));
        let by_number = recipient.number.as_deref().and_then(|number| {
            match self
                .reference
                .register
                .read_in_year(number.parse().expect("four digits"), year)
            {
                Reading::Municipality(id) => Some(id),
                _ => None,
            }
        });
        match (by_organisation, by_number) {
            (Some(a), Some(b)) if a != b => None,
            (a, b) => a.or(b),
        }
    }

    pub fn id(&self, number: &str) -> Option<MunicipalityId> {
        bodies::by_number(&self.reference.register, number)
    }
}

pub fn sum(amounts: impl IntoIterator<Item = Ore>) -> Ore {
    Ore::checked_sum(amounts).expect("in range")
}

pub fn granted(award: &AwardStatement) -> Ore {
    award.granted.stated().expect("stated")
}
