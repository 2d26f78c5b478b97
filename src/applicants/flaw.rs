//! What is wrong with a line, in the words of the office that made the list.

use programgrant_core::ledger::rules::InputError;

/// Why a line cannot be answered, in bokmål, and the code that says the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFlaw {
    /// The column at fault, as the header calls it; `None` where it is the line.
    pub column: Option<String>,
    pub code: &'static str,
    pub reason: String,
}

impl RowFlaw {
    /// What the rules refuse as input, in bokmål, with the column that the API's field goes by.
    pub fn of(error: &InputError) -> Self {
        let (column, reason) = match error {
            InputError::OrganisationNumber(_) => (
                Some("orgnr"),
                "organisasjonsnummeret er ikke ni sifre med riktig kontrollsiffer".to_owned(),
            ),
            InputError::MunicipalityNumber(_) => {
                (Some("kommunenummer"), "kommunenummeret er ikke fire sifre".to_owned())
            }
            InputError::NoRecipient => (
                None,
                "verken organisasjonsnummer eller kommunenummer er oppgitt".to_owned(),
            ),
            InputError::NoScheme => (None, "verken ordning eller kapittel og post er oppgitt".to_owned()),
            InputError::HalfAPost => (Some("post"), "kapittel og post hører sammen".to_owned()),
            InputError::Post => (
                Some("post"),
                "et kapittel er fra 1 til 9999 og en post fra 1 til 99".to_owned(),
            ),
            InputError::NoCaseReference => (Some("saksnummer"), "saksnummeret er tomt".to_owned()),
            InputError::Year(year) => (Some("år"), format!("{year} er ikke et år det gis tilskudd for")),
            InputError::Amount => (Some("beløp"), "beløpet er ikke over null".to_owned()),
            InputError::PeriodBackwards => (Some("til"), "bruksperioden slutter før den begynner".to_owned()),
            InputError::PeriodTooLong => (
                Some("til"),
                "bruksperioden er lengre enn ti år eller ligger utenfor årene det gis tilskudd for".to_owned(),
            ),
            InputError::TooLong(path) => (path.last().copied(), "teksten er lengre enn 200 tegn".to_owned()),
        };
        Self {
            column: column.map(str::to_owned),
            code: error.code(),
            reason,
        }
    }
}
