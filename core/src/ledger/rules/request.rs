//! What a caller states, and how it becomes an application: read, checked, looked up. What is no number at all is refused here.

use std::ops::RangeInclusive;

use jiff::civil::Date;
use programgrant_schema::{
    MunicipalityNumber, MunicipalityNumberError, Ore, OrganisationNumber, OrganisationNumberError, ReportedRecipient,
    TargetGroup,
};
use serde::{Deserialize, Serialize};

use super::application::months;
use super::subject::{Stated, project, subject};
use super::{Application, Recipient};
use crate::reference::Reference;
use crate::text;

/// The most characters that a text may have.
const LONGEST_TEXT: usize = 200;
/// The most months that a period of use may touch.
const LONGEST_PERIOD: i32 = 120;
/// The years that grants are given for.
const YEARS: RangeInclusive<i16> = 1900..=2200;

/// A request for leave to award as the caller states it, to the letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FundingRequest {
    /// Scheme id; or chapter, post and, where the post holds more, the activity.
    pub scheme: Option<String>,
    pub chapter: Option<i32>,
    pub post: Option<i32>,
    pub activity: Option<String>,
    pub organisation_number: Option<String>,
    pub municipality_number: Option<String>,
    pub year: i32,
    pub amount: Ore,
    pub target_group: Option<TargetGroup>,
    pub use_from: Option<Date>,
    pub use_until: Option<Date>,
    pub case_reference: String,
}

/// Why a request is none. Texts are written for the caller.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    #[error("{0}")]
    OrganisationNumber(OrganisationNumberError),
    #[error("{0}")]
    MunicipalityNumber(MunicipalityNumberError),
    #[error("Neither an organisation number nor a municipality number is given.")]
    NoRecipient,
    #[error("Neither a scheme nor chapter and post are given.")]
    NoScheme,
    #[error("Chapter and post belong together.")]
    HalfAPost,
    #[error("A chapter is from 1 to 9999 and a post from 1 to 99.")]
    Post,
    #[error("The case reference is blank.")]
    NoCaseReference,
    #[error("{0} is no year that grants are given for.")]
    Year(i32),
    #[error("The amount is not above zero.")]
    Amount,
    #[error("The period of use ends before it begins.")]
    PeriodBackwards,
    #[error("The period of use is longer than ten years, or lies outside the years that grants are given for.")]
    PeriodTooLong,
    #[error("The text is longer than 200 characters.")]
    TooLong(&'static [&'static str]),
}

impl InputError {
    /// Every code that an input error can carry.
    pub const CODES: &[&str] = &[
        "INVALID_AMOUNT",
        "INVALID_ARGUMENT",
        "INVALID_MUNICIPALITY_NUMBER",
        "INVALID_ORGANISATION_NUMBER",
        "INVALID_PERIOD",
        "INVALID_YEAR",
        "MISSING_ARGUMENT",
    ];

    /// Stable, listed in `schema/errors.md`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::OrganisationNumber(_) => "INVALID_ORGANISATION_NUMBER",
            Self::MunicipalityNumber(_) => "INVALID_MUNICIPALITY_NUMBER",
            Self::NoRecipient | Self::NoScheme | Self::HalfAPost | Self::NoCaseReference => "MISSING_ARGUMENT",
            Self::Year(_) => "INVALID_YEAR",
            Self::Amount => "INVALID_AMOUNT",
            Self::PeriodBackwards | Self::PeriodTooLong => "INVALID_PERIOD",
            Self::Post | Self::TooLong(_) => "INVALID_ARGUMENT",
        }
    }

    /// The input's field that is at fault, from the outermost name inwards.
    pub const fn path(&self) -> &'static [&'static str] {
        match self {
            Self::OrganisationNumber(_) => &["recipient", "organisationNumber"],
            Self::MunicipalityNumber(_) => &["recipient", "municipalityNumber"],
            Self::NoRecipient => &["recipient"],
            Self::NoScheme => &["scheme"],
            Self::HalfAPost | Self::Post => &["post"],
            Self::NoCaseReference => &["caseReference"],
            Self::Year(_) => &["year"],
            Self::Amount => &["amount"],
            Self::PeriodBackwards | Self::PeriodTooLong => &["useUntil"],
            Self::TooLong(path) => path,
        }
    }
}

impl Application {
    /// Reads a request; who and what nobody knows is unresolved, what is no request at all an error.
    pub fn resolve(request: &FundingRequest, reference: &Reference) -> Result<Self, InputError> {
        request.check()?;
        let year = year(request.year)?;
        let case_reference = text::name(&request.case_reference).ok_or(InputError::NoCaseReference)?;
        let recipient = request.recipient(year, reference)?;
        let is_looked_up = request
            .organisation()
            .is_some_and(|number| reference.is_looked_up(number));
        let stated = Stated::read(request)?;
        let subject = subject(&stated, year, reference);
        Ok(Self {
            recipient,
            activity: project(&subject, stated.activity, reference),
            subject,
            target_group: request.target_group,
            year,
            amount: request.amount,
            use_from: request.use_from,
            use_until: request.use_until,
            case_reference,
            is_looked_up,
        })
    }
}

impl FundingRequest {
    /// What is wrong with it by itself, whatever the registers know.
    pub fn check(&self) -> Result<(), InputError> {
        self.check_lengths()?;
        self.check_period(year(self.year)?)?;
        if self.amount <= Ore::ZERO {
            return Err(InputError::Amount);
        }
        text::name(&self.case_reference).ok_or(InputError::NoCaseReference)?;
        if self.numbers()? == (None, None) {
            return Err(InputError::NoRecipient);
        }
        Stated::read(self).map(drop)
    }

    fn check_lengths(&self) -> Result<(), InputError> {
        let texts: [(Option<&str>, &'static [&'static str]); 5] = [
            (self.scheme.as_deref(), &["scheme"]),
            (self.activity.as_deref(), &["activity"]),
            (
                self.organisation_number.as_deref(),
                &["recipient", "organisationNumber"],
            ),
            (
                self.municipality_number.as_deref(),
                &["recipient", "municipalityNumber"],
            ),
            (Some(&self.case_reference), &["caseReference"]),
        ];
        let too_long = |text: &str| text.chars().nth(LONGEST_TEXT).is_some();
        let offender = texts.into_iter().find(|(text, _)| text.is_some_and(too_long));
        offender.map_or(Ok(()), |(_, path)| Err(InputError::TooLong(path)))
    }

    fn check_period(&self, year: i16) -> Result<(), InputError> {
        let (from, until) = (self.use_from, self.use_until);
        if from.zip(until).is_some_and(|(from, until)| until < from) {
            return Err(InputError::PeriodBackwards);
        }
        let (first, last) = months(year, from, until).into_inner();
        let is_plausible = YEARS.contains(&first.year()) && YEARS.contains(&last.year());
        if !is_plausible || last.number() - first.number() >= LONGEST_PERIOD {
            return Err(InputError::PeriodTooLong);
        }
        Ok(())
    }

    /// The organisation number, where one is stated that can be read.
    fn organisation(&self) -> Option<OrganisationNumber> {
        text::plain(self.organisation_number.as_deref()?).parse().ok()
    }

    /// Whom it is for, as far as that is stated.
    fn numbers(&self) -> Result<(Option<OrganisationNumber>, Option<MunicipalityNumber>), InputError> {
        let stated = |text: &Option<String>| text.as_deref().map(text::plain).filter(|text| !text.is_empty());
        let organisation = stated(&self.organisation_number)
            .map(|text| text.parse())
            .transpose()
            .map_err(InputError::OrganisationNumber)?;
        let municipality = stated(&self.municipality_number)
            .map(|text| text.parse())
            .transpose()
            .map_err(InputError::MunicipalityNumber)?;
        Ok((organisation, municipality))
    }

    fn recipient(&self, year: i16, reference: &Reference) -> Result<Recipient, InputError> {
        let (organisation, municipality) = self.numbers()?;
        let recipient = ReportedRecipient {
            organisation_number: organisation.map(|number| number.to_string()),
            number: municipality.map(|number| number.to_string()),
            name: None,
        };
        let numbers: Vec<&str> = [&recipient.organisation_number, &recipient.number]
            .into_iter()
            .filter_map(|number| number.as_deref())
            .collect();
        if numbers.is_empty() {
            return Err(InputError::NoRecipient);
        }
        let resolved = reference.resolve(&recipient, year).map(Recipient::Municipality);
        Ok(resolved.unwrap_or_else(|| Recipient::Unresolved(numbers.join("/"))))
    }
}

fn year(stated: i32) -> Result<i16, InputError> {
    i16::try_from(stated)
        .ok()
        .filter(|year| YEARS.contains(year))
        .ok_or(InputError::Year(stated))
}
