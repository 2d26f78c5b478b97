//! Whom awards are compared by, when two of them may be the same.

use programgrant_schema::{MunicipalityId, ReportedRecipient};

use super::row::Row;

/// The recipient, as far as it can be told.
#[derive(Debug, PartialEq, Eq, Hash)]
pub enum Counterpart<'a> {
    Known(MunicipalityId),
    /// To the letter: the two numbers, and the name.
    Reported(Option<&'a str>, Option<&'a str>, Option<&'a str>),
}

impl<'a> Counterpart<'a> {
    /// `None` where nothing is said of the recipient: then nobody can say that two are the same.
    pub fn of(row: &'a Row) -> Option<Self> {
        let ReportedRecipient {
            organisation_number,
            number,
            name,
        } = &*row.reported;
        match row.recipient {
            Some(municipality) => Some(Self::Known(municipality)),
            None if organisation_number.is_none() && number.is_none() => None,
            None => Some(Self::Reported(
                organisation_number.as_deref(),
                number.as_deref(),
                name.as_deref(),
            )),
        }
    }

    /// Two bodies write one name in two ways; between them the numbers decide.
    pub fn without_name(self) -> Self {
        match self {
            Self::Reported(organisation_number, number, _) => Self::Reported(organisation_number, number, None),
            known @ Self::Known(_) => known,
        }
    }
}
