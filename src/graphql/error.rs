//! What a client is told when it asks for what cannot be answered. Stable codes, listed in `schema/errors.md`.
//!
//! The type has no `Display` on purpose: async-graphql would show any displayable error's text to the client, so a foreign
//! error must not convert into an answer by a mere `?`.

use async_graphql::{ErrorExtensionValues, Value};
use programgrant_core::ledger::rules::InputError;
use strum::{IntoStaticStr, VariantNames};

use crate::store::history::HistoryError;
use crate::store::ledger::StoreError;

/// A request that cannot be answered as it stands.
#[derive(Debug, Clone, PartialEq, Eq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum ApiError {
    /// A municipality number that ended in a split; the parts as (id, number, name).
    AmbiguousMunicipality {
        number: String,
        parts: Vec<(String, String, String)>,
    },
    InvalidMunicipalityNumber(String),
    InvalidOrganisationNumber {
        text: String,
        reason: String,
    },
    /// What a federated graph's gateway asks by is no key.
    InvalidRepresentation(&'static str),
    MissingArgument(&'static str),
    ConflictingArguments(&'static str),
    InvalidLimit(i32),
    InvalidContinuationToken,
    InvalidYear(i32),
    UnknownProgramme(String),
    UnknownScheme(String),
    UnknownMunicipality(String),
    /// A request to the guard that is none.
    #[strum(serialize = "INVALID_ARGUMENT")]
    Input(InputError),
    /// The same in a list, counted from 0.
    #[strum(serialize = "INVALID_ARGUMENT")]
    InputOfList {
        place: usize,
        error: InputError,
    },
    TooMany {
        what: &'static str,
        most: usize,
    },
    /// More fields were resolved than one request may have.
    TooCostly {
        most: u64,
    },
    /// No answer can be given as of that instant: it lies ahead of now, or before the history begins.
    InvalidAsOf {
        begins: Option<jiff::Timestamp>,
    },
    /// The history cannot be read now.
    HistoryUnreachable,
    /// An allocation that cannot be worked out, and why.
    #[strum(serialize = "INVALID_ARGUMENT")]
    Allocation(String),
    /// The ledger cannot be read now.
    LedgerUnreachable,
    /// The caller's role does not reach this far.
    Forbidden,
    /// The same for a caller without a token.
    Unauthenticated,
}

/// Every code that an answer can carry: those of a resolver, and those of what is executed as a whole.
pub const CODES: [&[&str]; 2] = [
    ApiError::VARIANTS,
    &["SUBSCRIPTION_LAGGED", "INVALID_DOCUMENT", "TOO_MANY_ERRORS"],
];

impl ApiError {
    pub fn code(&self) -> &'static str {
        match self {
            Self::Input(error) | Self::InputOfList { error, .. } => error.code(),
            other => other.into(),
        }
    }

    /// The argument at fault, from the outermost name inwards.
    fn argument(&self) -> Option<Vec<String>> {
        let (list, error) = match self {
            Self::Input(error) => (None, error),
            Self::InputOfList { place, error } => (Some(*place), error),
            _ => return None,
        };
        let within = list
            .into_iter()
            .flat_map(|place| ["inputs".to_owned(), place.to_string()]);
        Some(
            within
                .chain(error.path().iter().map(|name| (*name).to_owned()))
                .collect(),
        )
    }

    fn message(&self) -> String {
        match self {
            Self::AmbiguousMunicipality { number, parts } => {
                let parts: Vec<String> = parts
                    .iter()
                    .map(|(_, number, name)| format!("{name} ({number})"))
                    .collect();
                format!(
                    "Municipality number {number} ended in a split and can mean {}. Ask by one of their numbers, or say in `on` which day is meant.",
                    parts.join(" or ")
                )
            }
            Self::InvalidMunicipalityNumber(text) => {
                format!("{text:?} is no municipality number: four digits, leading zeros included.")
            }
            Self::InvalidOrganisationNumber { text, reason } => {
                format!("{text:?} is no organisation number: {reason}.")
            }
            Self::InvalidRepresentation(why) => format!("This is no representation: {why}."),
            Self::MissingArgument(what) => format!("Say which: {what}."),
            Self::ConflictingArguments(what) => format!("{what}."),
            Self::InvalidLimit(limit) => format!("limit is {limit}; it must be from 1 to 1000."),
            Self::InvalidContinuationToken => {
                "The continuation token is none that this list has handed out.".to_owned()
            }
            Self::InvalidYear(year) => format!("{year} is no year that grants are given for."),
            Self::UnknownProgramme(id) => format!("There is no programme {id:?}."),
            Self::UnknownScheme(id) => format!("There is no scheme {id:?}."),
            Self::UnknownMunicipality(text) => format!("There is no municipality {text:?}."),
            Self::Input(error) => error.to_string(),
            Self::InputOfList { place, error } => format!("inputs[{place}]: {error}"),
            Self::TooMany { what, most } => format!("{what}: at most {most}."),
            Self::TooCostly { most } => format!("The answer holds more than {most} fields. Ask for less at a time."),
            Self::InvalidAsOf { begins: Some(begins) } => {
                format!("asOf: an instant from {begins}, when the history begins, until now.")
            }
            Self::InvalidAsOf { begins: None } => "asOf: an instant from when the history begins until now.".to_owned(),
            Self::Allocation(reason) => reason.clone(),
            Self::HistoryUnreachable => "The history cannot be read now. Ask again.".to_owned(),
            Self::LedgerUnreachable => "The ledger cannot be reached. Ask again.".to_owned(),
            Self::Forbidden => "The caller's role does not allow this.".to_owned(),
            Self::Unauthenticated => "This is not for everybody: bring a token.".to_owned(),
        }
    }
}

impl From<InputError> for ApiError {
    fn from(error: InputError) -> Self {
        Self::Input(error)
    }
}

/// The inner text goes to the log.
impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, cause = ?std::error::Error::source(&error), "the ledger could not be read");
        Self::LedgerUnreachable
    }
}

/// The inner text goes to the log.
impl From<HistoryError> for ApiError {
    fn from(error: HistoryError) -> Self {
        if let HistoryError::Before { begins } = error {
            return Self::InvalidAsOf { begins };
        }
        tracing::error!(%error, cause = ?std::error::Error::source(&error), "the history could not be read");
        Self::HistoryUnreachable
    }
}

impl From<ApiError> for async_graphql::Error {
    fn from(error: ApiError) -> Self {
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", error.code());
        if let ApiError::AmbiguousMunicipality { parts, .. } = &error {
            let part = |(id, number, name): &(String, String, String)| {
                let fields = [("id", id), ("number", number), ("name", name)];
                Value::Object(
                    fields
                        .into_iter()
                        .map(|(key, value)| (async_graphql::Name::new(key), Value::from(value.as_str())))
                        .collect(),
                )
            };
            extensions.set("municipalities", Value::List(parts.iter().map(part).collect()));
        }
        if let Some(argument) = error.argument() {
            extensions.set("argument", Value::List(argument.into_iter().map(Value::from).collect()));
        }
        Self {
            message: error.message(),
            source: None,
            extensions: Some(extensions),
        }
    }
}
