//! Answers from what lives in memory: one pass over the operation as it is planned, which writes its JSON where it goes. What waits for
//! anything, what a caller may not see and whatever fails is left to async-graphql, which then answers the whole request.
//!
//! Reads what `document` has planned: fields of one key are one, fragments are in their places, arguments are values.

mod output;
mod pass;
mod selection;
mod types;

use std::sync::Arc;

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::ExecutableDocument;
use async_graphql::{Name, Response, Value};
use programgrant_core::access::Role;

use super::access::{A_STRETCH, MostFields};
use super::document::{Planned, Template};
use super::{Query, Snapshot};

pub use output::WriteJson;
pub use pass::{Pass, Stop, Written};
pub use selection::{Selected, Selection};
pub use types::{FieldType, Object, ObjectType};

/// The one key by which the execution library, like `serde_json`, knows an object that is JSON already. It does not export the name.
const RAW_VALUE: &str = "$serde_json::private::RawValue";

/// An operation, ready to be executed either way.
#[derive(Debug, Clone)]
pub struct Prepared {
    pub planned: Planned,
    /// Nothing where the execution library answers it, whoever asks.
    selection: Option<Arc<Selection>>,
}

impl Prepared {
    /// With what its template selects, if that is in memory.
    pub const fn new(planned: Planned, selection: Option<Arc<Selection>>) -> Self {
        Self { planned, selection }
    }

    /// Whether everything that is asked for lives in memory, whoever asks.
    pub fn is_in_memory(&self) -> bool {
        self.selection.is_some() && !self.planned.fails()
    }

    fn selection_for(&self, role: Role) -> Option<&Selection> {
        let selection = self.selection.as_deref().filter(|_| self.is_in_memory())?;
        selection.is_seen_by(role).then_some(selection)
    }
}

/// What a template selects of what lives in memory.
pub fn select(template: &Template) -> Option<Selection> {
    Selection::of(template.document(), &template.slots().collect::<Vec<_>>())
}

/// The whole answer as JSON; nothing where it is async-graphql's to answer. Others are let on after each thousand fields.
pub async fn answer(prepared: &Prepared, most: MostFields, snapshot: &Snapshot) -> Option<Vec<u8>> {
    let selection = prepared.selection_for(snapshot.caller.role)?;
    let mut pass = Pass::new(snapshot, prepared.planned.filled(), most, A_STRETCH);
    pass.open_answer();
    let mut pass = run(selection, pass).await?;
    pass.close_answer();
    Some(pass.into_text())
}

/// The data of the answer alone, of a document that holds one planned operation.
pub async fn write(document: &ExecutableDocument, most: MostFields, snapshot: &Snapshot) -> Option<Vec<u8>> {
    let selection = Selection::of(document, &[]).filter(|selection| selection.is_seen_by(snapshot.caller.role))?;
    let pass = Pass::new(snapshot, None, most, A_STRETCH);
    Some(run(&selection, pass).await?.into_text())
}

/// The data of the answer alone, where others are let on after so many fields.
pub async fn write_in_stretches(
    prepared: &Prepared,
    most: MostFields,
    snapshot: &Snapshot,
    stretch: u64,
) -> Option<Vec<u8>> {
    let selection = prepared.selection_for(snapshot.caller.role)?;
    let pass = Pass::new(snapshot, prepared.planned.filled(), most, stretch);
    Some(run(selection, pass).await?.into_text())
}

async fn run<'p>(selection: &Selection, mut pass: Pass<'p>) -> Option<Pass<'p>> {
    loop {
        match pass.object(&Query, &selection.root) {
            Ok(()) => return Some(pass),
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
