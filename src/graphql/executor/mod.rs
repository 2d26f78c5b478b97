//! Answers from what lives in memory: one pass over the operation as it is planned, which writes its JSON where it goes. What waits for
//! anything, what a caller may not see and whatever fails is left to async-graphql, which then answers the whole request.
//!
//! Reads what `document` has planned: fields of one key are one, fragments are in their places, arguments are values.

mod output;
mod pass;
mod selection;
mod types;

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{ExecutableDocument, OperationType};
use async_graphql::{Name, Response, Value};
use programgrant_core::access::{FieldPermission, fields};

use super::access::{A_STRETCH, MostFields};
use super::document::operation;
use super::{Query, Snapshot};

pub use output::WriteJson;
pub use pass::{Pass, Stop, Written};
pub use selection::Selected;
pub use types::{FieldType, Object, ObjectType};

/// The one key by which the execution library, like `serde_json`, knows an object that is JSON already. It does not export the name.
const RAW_VALUE: &str = "$serde_json::private::RawValue";

/// Whether everything that the document asks for lives in memory, whoever asks.
pub fn is_in_memory(document: &ExecutableDocument) -> bool {
    select(document, &|_, _| true).is_some()
}

/// The whole answer as JSON; nothing where it is async-graphql's to answer. Others are let on after each thousand fields.
pub async fn answer(document: &ExecutableDocument, most: MostFields, snapshot: &Snapshot) -> Option<Vec<u8>> {
    let mut pass = Pass::new(snapshot, most, A_STRETCH);
    pass.open_answer();
    let mut text = run(document, pass).await?;
    text.push(b'}');
    Some(text)
}

/// The data of the answer alone.
pub async fn write(document: &ExecutableDocument, most: MostFields, snapshot: &Snapshot) -> Option<Vec<u8>> {
    write_in_stretches(document, most, snapshot, A_STRETCH).await
}

/// The same, where others are let on after so many fields.
pub async fn write_in_stretches(
    document: &ExecutableDocument,
    most: MostFields,
    snapshot: &Snapshot,
    stretch: u64,
) -> Option<Vec<u8>> {
    run(document, Pass::new(snapshot, most, stretch)).await
}

async fn run(document: &ExecutableDocument, mut pass: Pass<'_>) -> Option<Vec<u8>> {
    let role = pass.snapshot.caller.role;
    let root = select(document, &|parent, field| {
        fields::sight(parent, field, role) != FieldPermission::No
    })?;
    loop {
        match pass.object(&Query, &root) {
            Ok(()) => return Some(pass.into_text()),
            Err(Stop::Turn) => tokio::task::yield_now().await,
            Err(Stop::Failed) => return None,
        }
        pass.begin_stretch();
    }
}

/// An answer of what was written, in the execution library's form: its data is one raw value.
///
/// # Panics
///
/// Never on what the executor has written: it is JSON.
pub fn response(text: Vec<u8>) -> Response {
    let text = String::from_utf8(text).expect("what is written is UTF-8");
    let raw = IndexMap::from([(Name::new(RAW_VALUE), Value::String(text))]);
    Response::new(Value::Object(raw))
}

/// The JSON of such an answer.
pub fn text(data: &Value) -> Option<&str> {
    match data {
        Value::Object(fields) if fields.len() == 1 => match fields.get(RAW_VALUE) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

fn select<'d>(document: &'d ExecutableDocument, sees: &selection::Sees<'_>) -> Option<Selected<'d>> {
    let (_, operation) = operation::only(document).filter(|(_, operation)| operation.ty == OperationType::Query)?;
    Selected::root(&operation.selection_set.node, Query::table(), sees)
}
