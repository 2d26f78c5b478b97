//! Why a document is not executed: a stable code, and a sentence that says the limit and what was found.

use async_graphql::Pos;

/// What is wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentFlaw {
    #[error("The document has {found} {unit}; at most {most} are read.")]
    TooLarge {
        unit: &'static str,
        found: usize,
        most: usize,
    },
    #[error("The document is nested {found} deep in {what}; at most {most}.")]
    TooDeep {
        what: &'static str,
        found: usize,
        most: usize,
    },
    #[error("The document has {found} {what}; at most {most}.")]
    TooMany {
        code: &'static str,
        what: &'static str,
        found: u64,
        most: u64,
    },
    #[error("The answer could hold about {found} fields; at most {most}. Ask for less at a time.")]
    TooCostly { found: u64, most: u64 },
    #[error("The variables hold {found} values; at most {most}.")]
    VariablesTooLarge { found: usize, most: usize },
    #[error("The variables are nested {found} deep; at most {most}.")]
    VariablesTooDeep { found: usize, most: usize },
    #[error("The arguments, variables put in, hold about {found} values; at most {most}.")]
    ArgumentsTooLarge { found: u64, most: u64 },
    #[error("Syntax error at {}:{}: {expected}.", at.line, at.column)]
    Syntax { at: Pos, expected: &'static str },
    #[error("{message}.")]
    Invalid { message: String, at: Option<Pos> },
    #[error("{0}")]
    Operation(&'static str),
    #[error("A request carries one command: {found} root fields of a mutation were found. Send them one by one.")]
    SeveralMutations { found: usize },
    #[error(
        "An operation is answered as of one instant: give the same `asOf` to every field that takes one, or to none."
    )]
    SeveralInstants { at: Pos },
    #[error("{field} is not in the history: it is told as it is now, in a request without `asOf`.")]
    NotInHistory { field: String, at: Pos },
}

/// Every code of a flaw.
pub const CODES: &[&str] = &[
    "DOCUMENT_TOO_LARGE",
    "DOCUMENT_TOO_DEEP",
    "TOO_MANY_DIRECTIVES",
    "TOO_MANY_DEFINITIONS",
    "TOO_MANY_VARIABLES",
    "TOO_MANY_ARGUMENTS",
    "TOO_MANY_FIELDS",
    "TOO_MANY_ALIASES",
    "TOO_MANY_ROOT_FIELDS",
    "TOO_COSTLY",
    "VARIABLES_TOO_LARGE",
    "VARIABLES_TOO_DEEP",
    "ARGUMENTS_TOO_LARGE",
    "UNKNOWN_OPERATION",
    "ONE_MUTATION_PER_REQUEST",
    "CONFLICTING_ARGUMENTS",
    "NOT_IN_HISTORY",
];

impl DocumentFlaw {
    pub const UNKNOWN_OPERATION: Self =
        Self::Operation("The document has no operation of the name in `operationName`.");

    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "DOCUMENT_TOO_LARGE",
            Self::TooDeep { .. } => "DOCUMENT_TOO_DEEP",
            Self::TooMany { code, .. } => code,
            Self::TooCostly { .. } => "TOO_COSTLY",
            Self::VariablesTooLarge { .. } => "VARIABLES_TOO_LARGE",
            Self::VariablesTooDeep { .. } => "VARIABLES_TOO_DEEP",
            Self::ArgumentsTooLarge { .. } => "ARGUMENTS_TOO_LARGE",
            Self::Syntax { .. } | Self::Invalid { .. } => "INVALID_DOCUMENT",
            Self::Operation(_) => "UNKNOWN_OPERATION",
            Self::SeveralMutations { .. } => "ONE_MUTATION_PER_REQUEST",
            Self::SeveralInstants { .. } => "CONFLICTING_ARGUMENTS",
            Self::NotInHistory { .. } => "NOT_IN_HISTORY",
        }
    }

    /// Where in the document, as far as one place can be named.
    pub const fn place(&self) -> Option<Pos> {
        match self {
            Self::Syntax { at, .. } | Self::SeveralInstants { at } | Self::NotInHistory { at, .. } => Some(*at),
            Self::Invalid { at, .. } => *at,
            _ => None,
        }
    }
}
