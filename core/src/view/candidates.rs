//! Whose an award may be, where that is not known: every municipality that one of its numbers means or has meant.

use std::collections::BTreeSet;

use programgrant_schema::{MunicipalityId, MunicipalityNumber, OrganisationNumber, Reading};

use super::row::Row;
use crate::reference::Reference;

/// The municipalities that may be the recipient, and are not known to be.
pub fn recipients(row: &Row, reference: &Reference) -> BTreeSet<MunicipalityId> {
    match row.recipient {
        // Since a split, what the undivided municipality got may be any part's.
        Some(recipient) => reference
            .register
            .get(recipient)
            .into_iter()
            .flat_map(|municipality| municipality.parts.iter().copied())
            .collect(),
        None => by_organisation(row, reference)
            .into_iter()
            .chain(by_number(row, reference))
            .collect(),
    }
}

fn by_organisation(row: &Row, reference: &Reference) -> Option<MunicipalityId> {
    let number: OrganisationNumber = digits(row.reported.organisation_number.as_deref()?).parse().ok()?;
    reference.by_organisation(number)
}

fn by_number(row: &Row, reference: &Reference) -> Vec<MunicipalityId> {
    let number: Option<MunicipalityNumber> = row
        .reported
        .number
        .as_deref()
        .and_then(|text| digits(text).parse().ok());
    let Some(number) = number else { return Vec::new() };
    let meant = |reading| match reading {
        Reading::Municipality(municipality) => vec![municipality],
        Reading::Ambiguous(parts) => parts,
        Reading::Unknown => Vec::new(),
    };
    let (then, now) = (
        reference.register.read_in_year(number, row.year),
        reference.register.read(number),
    );
    meant(then).into_iter().chain(meant(now)).collect()
}

/// A number as people write it, without what stands between the digits; a leading zero that a spreadsheet ate comes back.
fn digits(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if digits.len() == 3 {
        format!("0{digits}")
    } else {
        digits
    }
}
