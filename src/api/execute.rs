//! One request, from its document to an answer that holds what the schema promises: nulls only where they may stand, a code on
//! every error, and no error longer than a person reads.

use std::sync::LazyLock;

use async_graphql::{Request, Response, ServerError, Value};

use super::nulls::FieldTypes;
use super::{Schema, Snapshot, schema};

/// The code of an error of the GraphQL language itself.
const INVALID_DOCUMENT: &str = "INVALID_DOCUMENT";
/// Codes of what the asker cannot mend by asking differently.
const OWN_FAULTS: &[&str] = &["LEDGER_UNREACHABLE", "SUBSCRIPTION_LAGGED", "INTERNAL"];
/// The same request may be answered later.
const UNAVAILABLE: &str = "UNAVAILABLE";
/// The asker must ask something else. Clients and fuzzers know this word, and take an unclassified error for the server's.
const BAD_REQUEST: &str = "BAD_REQUEST";
/// The most characters of an error's message: a client's own text comes back in it.
const LONGEST_MESSAGE: usize = 300;

static FIELD_TYPES: LazyLock<FieldTypes> = LazyLock::new(|| FieldTypes::of(&schema().sdl()));

/// Executes a request against one snapshot.
pub async fn execute(schema: &Schema, request: Request, snapshot: Snapshot) -> Response {
    let (text, operation) = (request.query.clone(), request.operation_name.clone());
    let response = schema.execute(request.data(snapshot)).await;
    complete(response, &text, operation.as_deref())
}

/// Brings an answer into the form that the schema promises.
pub fn complete(mut response: Response, text: &str, operation: Option<&str>) -> Response {
    if response.errors.is_empty() {
        return response;
    }
    if let Ok(document) = async_graphql::parser::parse_query(text) {
        FIELD_TYPES.propagate(&mut response, &document, operation);
    }
    response.errors.iter_mut().for_each(finish);
    response
}

fn finish(error: &mut ServerError) {
    let extensions = error.extensions.get_or_insert_default();
    if extensions.get("code").is_none() {
        extensions.set("code", INVALID_DOCUMENT);
    }
    let is_own_fault = matches!(extensions.get("code"), Some(Value::String(code)) if OWN_FAULTS.contains(&code.as_str()));
    extensions.set("classification", if is_own_fault { UNAVAILABLE } else { BAD_REQUEST });
    if error.message.chars().count() > LONGEST_MESSAGE {
        error.message = error.message.chars().take(LONGEST_MESSAGE).chain(['…']).collect();
    }
}
