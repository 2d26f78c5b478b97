//! What an operation is called and what became of it, as the access log has it.

use async_graphql::parser::types::OperationType;
use async_graphql::{Name, Request, ServerError, Value};

use crate::access::{Caller, log};

/// One operation, before its outcome is known.
pub struct Entry {
    name: Option<String>,
    kind: &'static str,
}

impl Entry {
    /// The operation that is meant; what cannot be told is left to the execution to refuse.
    pub fn of(request: &mut Request) -> Self {
        let wanted = request.operation_name.clone();
        let Ok(document) = request.parsed_query() else {
            return Self { name: wanted, kind: "" };
        };
        let mut meant = document
            .operations
            .iter()
            .filter(|(name, _)| wanted.is_none() || name.map(Name::as_str) == wanted.as_deref());
        match meant.next() {
            Some((name, operation)) => Self {
                name: name.map(ToString::to_string),
                kind: kind(operation.node.ty),
            },
            None => Self { name: wanted, kind: "" },
        }
    }

    /// Writes it down with its outcome.
    pub fn write<'a>(self, caller: &Caller, errors: impl IntoIterator<Item = &'a ServerError>) {
        let code = |error: &ServerError| match error.extensions.as_ref()?.get("code")? {
            Value::String(code) => Some(code.clone()),
            _ => None,
        };
        let mut codes: Vec<String> = errors.into_iter().filter_map(code).collect();
        codes.sort_unstable();
        codes.dedup();
        log::log(&log::Entry {
            caller: Some(caller),
            operation: self.name.as_deref(),
            kind: self.kind,
            codes: &codes,
            ..log::Entry::default()
        });
    }
}

const fn kind(operation: OperationType) -> &'static str {
    match operation {
        OperationType::Query => "query",
        OperationType::Mutation => "mutation",
        OperationType::Subscription => "subscription",
    }
}
