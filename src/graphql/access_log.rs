//! What an operation is called and what became of it, as the access log has it.

use std::borrow::Cow;

use async_graphql::parser::types::{ExecutableDocument, OperationType};
use async_graphql::{ServerError, Value};
use programgrant_core::access::Caller;

use crate::graphql::document::operation;
use crate::telemetry::access_log;

/// One operation, before its outcome is known.
pub struct OperationLog<'a> {
    name: Option<Cow<'a, str>>,
    kind: &'static str,
}

impl<'a> OperationLog<'a> {
    /// The operation that is executed; what cannot be told is left to the execution to refuse.
    pub fn of(document: Option<&'a ExecutableDocument>) -> Self {
        let known = document.and_then(operation::only);
        known.map_or(Self { name: None, kind: "" }, |(name, operation)| {
            Self::known(operation.ty, name)
        })
    }

    /// One of which both are known.
    pub fn known(kind: OperationType, name: Option<&'a str>) -> Self {
        Self {
            name: name.map(Cow::Borrowed),
            kind: operation::keyword(kind),
        }
    }

    /// The same where the document does not last.
    pub fn owned(self) -> OperationLog<'static> {
        OperationLog {
            name: self.name.map(|name| Cow::Owned(name.into_owned())),
            kind: self.kind,
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
    pub fn write<'e>(self, caller: &Caller, errors: impl IntoIterator<Item = &'e ServerError>) {
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
