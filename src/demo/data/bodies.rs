//! Municipalities as a system knew them in a year: the number and the name of then, the organisation number of now.

use jiff::civil::date;
use programgrant_schema::{
    MunicipalityId, MunicipalityNumber, MunicipalityRegister, OrganisationNumber, Reading, ReportedRecipient,
};

/// One municipality of that year.
#[derive(Debug, Clone)]
pub struct Body {
    /// What became of it.
    pub municipality: MunicipalityId,
    pub number: MunicipalityNumber,
    pub name: String,
    /// `None` for one that merged into another later: the register knows no number of theirs.
    pub organisation_number: Option<OrganisationNumber>,
    /// Whether it bears the name that the municipality has today.
    pub bears_the_name: bool,
    /// What lots are drawn by: the same from year to year, whatever the number.
    pub lot: String,
}

impl Body {
    pub fn reported(&self) -> ReportedRecipient {
        ReportedRecipient {
            organisation_number: self.organisation_number.map(|number| number.to_string()),
            number: Some(self.number.to_string()),
            name: Some(self.name.clone()),
        }
    }
}

/// All municipalities of that year, those included that merged or were split later.
pub fn in_year(register: &MunicipalityRegister, year: i16) -> Vec<Body> {
    let summer = date(year, 7, 1);
    let mut bodies = Vec::new();
    for municipality in register.iter() {
        for period in municipality.numbers().filter(|period| period.contains(summer)) {
            let is_itself = municipality.own.iter().any(|own| own.number == period.number);
            bodies.push(Body {
                municipality: municipality.id,
                number: period.number,
                name: period.name.clone(),
                organisation_number: municipality.organisation_number.filter(|_| is_itself),
                bears_the_name: period.name == municipality.name(),
                lot: if is_itself {
                    municipality.id.to_string()
                } else {
                    period.number.to_string()
                },
            });
        }
    }
    bodies
}

/// The municipality as it was in that year; `None` before it was formed.
pub fn of(register: &MunicipalityRegister, municipality: MunicipalityId, year: i16) -> Option<Body> {
    let number = register.get(municipality)?.number_on(date(year, 7, 1))?;
    in_year(register, year).into_iter().find(|body| body.number == number)
}

/// The municipality that bears the number today or bore it last.
pub fn by_number(register: &MunicipalityRegister, number: &str) -> Option<MunicipalityId> {
    match register.read(number.parse().ok()?) {
        Reading::Municipality(id) => Some(id),
        Reading::Ambiguous(_) | Reading::Unknown => None,
    }
}
