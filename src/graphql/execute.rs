//! One request, from its document to an answer that holds what the schema promises: nulls only where they may stand, a code on
//! every error, and no error longer than a person reads.

use std::collections::HashSet;
use std::sync::LazyLock;

use async_graphql::parser::types::{ExecutableDocument, OperationType};
use async_graphql::{Error, Pos, Request, Response, ServerError};
use programgrant_core::access::Caller;

use super::access::MostFields;
use super::access_log::OperationLog;
use super::executor::{self, Prepared};
use super::repairs::null_propagation::{self, FieldTypes};
use super::{ApiError, Schema, Snapshot, schema};
use crate::telemetry;

/// The code of an error of the GraphQL language itself.
const INVALID_DOCUMENT: &str = "INVALID_DOCUMENT";
const TOO_MANY_ERRORS: &str = "TOO_MANY_ERRORS";
/// The most characters of an error's message: a client's own text comes back in it.
const LONGEST_MESSAGE: usize = 300;
/// The most errors of one answer; one more says how many are left out.
const MOST_ERRORS: usize = 100;

static FIELD_TYPES: LazyLock<FieldTypes> = LazyLock::new(|| FieldTypes::of(&schema().sdl()));

/// An error of the whole request, which stands at no place of its document.
fn of_no_place(error: ApiError) -> ServerError {
    let mut error = Error::from(error).into_server_error(Pos::default());
    error.locations.clear();
    error
}

/// Executes a request against one snapshot, of the instant that it is asked for, and enters it in the access log.
pub async fn execute(schema: &Schema, mut request: Request, snapshot: Snapshot) -> Response {
    // What cannot be read is refused when it is executed.
    let (entry, caller) = (
        OperationLog::of(request.parsed_query().ok()).owned(),
        snapshot.caller.clone(),
    );
    let response = match snapshot.for_request(&request).await {
        Ok(snapshot) => answer(schema, request, snapshot).await,
        Err(error) => complete(Response::from_errors(vec![of_no_place(error)]), None),
    };
    enter(entry, &caller, &response.errors);
    response
}

/// The answer as JSON where all that is asked for lives in memory, entered in the access log. Nothing where it is left to `execute`.
pub async fn write(prepared: &Prepared, most: MostFields, snapshot: &Snapshot) -> Option<Vec<u8>> {
    let text = executor::answer(prepared, most, snapshot).await?;
    let document = prepared.planned.template().document();
    enter(OperationLog::of(Some(document)), &snapshot.caller, &[]);
    Some(text)
}

/// Enters an answer that is known already, and whole, as one that was executed.
pub fn enter_kept(kind: OperationType, name: Option<&str>, caller: &Caller) {
    enter(OperationLog::known(kind, name), caller, &[]);
}

fn enter(entry: OperationLog<'_>, caller: &Caller, errors: &[ServerError]) {
    telemetry::note(entry.kind(), entry.name(), !errors.is_empty());
    entry.write(caller, errors);
}

/// In one pass where all that is asked for lives in memory.
async fn answer(schema: &Schema, mut request: Request, snapshot: Snapshot) -> Response {
    let most = MostFields::of(&request);
    if let Ok(document) = request.parsed_query()
        && let Some(text) = executor::write(document, most, &snapshot).await
    {
        return executor::response(text);
    }
    resolve(schema, request, snapshot).await
}

/// Field by field, each a future of the execution library.
pub async fn resolve(schema: &Schema, mut request: Request, snapshot: Snapshot) -> Response {
    let document = request.parsed_query().ok().cloned();
    complete(schema.execute(request.data(snapshot)).await, document.as_ref())
}

/// Brings an answer into the form that the schema promises.
pub fn complete(mut response: Response, document: Option<&ExecutableDocument>) -> Response {
    if let Some(document) = document {
        FIELD_TYPES.propagate(&mut response, document);
        null_propagation::arrange(&mut response.data, document);
    }
    if response.errors.is_empty() {
        return response;
    }
    let mut told = HashSet::new();
    response.errors.retain(|error| told.insert(identity(error)));
    let left_out = response.errors.len().saturating_sub(MOST_ERRORS);
    response.errors.truncate(MOST_ERRORS);
    response.errors.iter_mut().for_each(finish);
    if left_out > 0 {
        response.errors.push(too_many(left_out));
    }
    response
}

/// What makes an error another: a field fails once; without a field, it is what is said of which place.
fn identity(error: &ServerError) -> String {
    if error.path.is_empty() {
        return format!("{:?} {}", error.locations, error.message);
    }
    let code = error.extensions.as_ref().and_then(|extensions| extensions.get("code"));
    format!("{:?} {code:?}", error.path)
}

fn too_many(left_out: usize) -> ServerError {
    let mut error = ServerError::new(format!("{left_out} more errors are left out."), None);
    error.extensions.get_or_insert_default().set("code", TOO_MANY_ERRORS);
    error
}

fn finish(error: &mut ServerError) {
    let extensions = error.extensions.get_or_insert_default();
    if extensions.get("code").is_none() {
        extensions.set("code", INVALID_DOCUMENT);
    }
    error.message = shortened(std::mem::take(&mut error.message));
}

/// As much of a message as a person reads.
pub fn shortened(message: String) -> String {
    if message.chars().count() <= LONGEST_MESSAGE {
        return message;
    }
    message.chars().take(LONGEST_MESSAGE).chain(['…']).collect()
}
