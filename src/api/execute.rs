//! One request, from its document to an answer that holds what the schema promises: nulls only where they may stand, a code on
//! every error, and no error longer than a person reads.

use std::sync::LazyLock;

use async_graphql::parser::types::ExecutableDocument;
use async_graphql::{Request, Response, ServerError};

use super::nulls::FieldTypes;
use super::{Schema, Snapshot, sdl};
use crate::telemetry;

/// The code of an error of the GraphQL language itself.
const INVALID_DOCUMENT: &str = "INVALID_DOCUMENT";
/// The most characters of an error's message: a client's own text comes back in it.
const LONGEST_MESSAGE: usize = 300;

static FIELD_TYPES: LazyLock<FieldTypes> = LazyLock::new(|| FieldTypes::of(&sdl()));

/// Executes a request against one snapshot.
pub async fn execute(schema: &Schema, mut request: Request, snapshot: Snapshot) -> Response {
    // Read once; what cannot be read is refused when it is executed.
    let (document, operation) = (request.parsed_query().ok().cloned(), request.operation_name.clone());
    let response = schema.execute(request.data(snapshot)).await;
    let response = complete(response, document.as_ref(), operation.as_deref());
    telemetry::note(document.as_ref(), operation.as_deref(), &response);
    response
}

/// Brings an answer into the form that the schema promises.
pub fn complete(mut response: Response, document: Option<&ExecutableDocument>, operation: Option<&str>) -> Response {
    if response.errors.is_empty() {
        return response;
    }
    if let Some(document) = document {
        FIELD_TYPES.propagate(&mut response, document, operation);
    }
    response.errors.iter_mut().for_each(finish);
    response
}

fn finish(error: &mut ServerError) {
    let extensions = error.extensions.get_or_insert_default();
    if extensions.get("code").is_none() {
        extensions.set("code", INVALID_DOCUMENT);
    }
    if error.message.chars().count() > LONGEST_MESSAGE {
        error.message = error.message.chars().take(LONGEST_MESSAGE).chain(['…']).collect();
    }
}
