//! What an operation is called and what became of it, as the access log has it.

use async_graphql::parser::types::ExecutableDocument;
use async_graphql::{ServerError, Value};
use programgrant_core::access::Caller;

use crate::graphql::document::operation;
use crate::telemetry::access_log;

/// One operation, before its outcome is known.
pub struct OperationLog {
    name: Option<String>,
    kind: &'static str,
}

impl OperationLog {
    /// The operation that is executed; what cannot be told is left to the execution to refuse.
    pub fn of(document: Option<&ExecutableDocument>) -> Self {
        let (name, kind) = document
            .and_then(operation::only)
            .map_or((None, ""), |(name, operation)| (name, operation::keyword(operation.ty)));
        Self {
            name: name.map(str::to_owned),
            kind,
        }
    }

    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Nothing where it cannot be told.
    pub fn kind(&self) -> Option<&'static str> {
        Some(self.kind).filter(|kind| !kind.is_empty())
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
        access_log::log(&access_log::Entry {
            caller: Some(caller),
            operation: self.name.as_deref(),
            kind: self.kind,
            codes: &codes,
            ..access_log::Entry::default()
        });
    }
}
