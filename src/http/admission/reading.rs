//! What was read of documents, kept: a document is parsed and found valid once, and the same question with the same variables is put
//! together and measured once. The limits in force are those of the admission that keeps it, and end with it.

use std::sync::{Arc, OnceLock};

use ahash::RandomState;
use async_graphql::Variables;
use axum::body::Bytes;
use jiff::Timestamp;
use moka::sync::Cache;
use sha2::{Digest, Sha256};

use super::{COSTS, JUDGE, SMALL};
use crate::config::DocumentLimits;
use crate::graphql::document::{self, DocumentFlaw, Judged, Measured, QueryCost};
use crate::graphql::executor::{self, Prepared, Selection};
use crate::graphql::may_be_kept;

/// What a byte of a document comes to once it is read, and what a field comes to once it is put together: measured, rounded up.
const READ_BYTE: usize = 64;
const FIELD: usize = 1024;
/// What stands around either.
const ENTRY: usize = 1024;

/// Which question it is: document, operation and variables, whichever way the variables' members are ordered.
pub type Question = [u8; 32];

/// A question, read and measured.
#[derive(Debug)]
pub struct Reading {
    pub question: Question,
    /// The document as it was sent.
    pub text: Arc<str>,
    variables: Variables,
    pub cost: QueryCost,
    /// As of when it is answered, where the document says so.
    pub instant: Option<Timestamp>,
    /// Whether the answer follows from the picture, its time and the caller alone.
    pub may_be_kept: bool,
    /// How it is executed, where that is done each time, or takes long to find out: whoever is handed an answer that is kept needs none.
    prepared: Option<Prepared>,
}

/// A request as it was sent, to the letter.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Sent {
    /// What stands behind the `?` of an address, by who takes an event stream or by who does not.
    Address {
        query: Box<str>,
        stream: bool,
    },
    Body(Bytes),
}

/// A request that was read before: sent again to the letter, it is not read again.
#[derive(Debug)]
pub struct KnownRequest {
    /// Whether the configuration names its document.
    pub is_trusted: bool,
    pub reading: Arc<Reading>,
}

/// A document that was found valid, and what its template selects of what lives in memory.
#[derive(Debug)]
struct KnownDocument {
    judged: Judged,
    /// With the variables with which it first came.
    measured: Measured,
    selection: OnceLock<Option<Arc<Selection>>>,
}

impl KnownDocument {
    /// The one operation that is meant, with these variables.
    fn prepare(&self, operation: Option<&str>, variables: &Variables) -> Result<Prepared, DocumentFlaw> {
        let planned = JUDGE.plan(&self.judged, operation, variables)?;
        let select = || executor::select(planned.template()).map(Arc::new);
        let selection = if self.judged.is_template(planned.template()) {
            self.selection.get_or_init(select).clone()
        } else {
            select()
        };
        Ok(Prepared::new(planned, selection))
    }
}

/// Which document it is, to the letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Sum([u8; 32]);

impl Sum {
    fn of(text: &str) -> Self {
        Self(Sha256::digest(text).into())
    }
}

/// What one admission has read.
#[derive(Debug)]
pub struct Readings {
    limits: DocumentLimits,
    requests: Cache<Sent, Arc<KnownRequest>, RandomState>,
    documents: Cache<Sum, Arc<KnownDocument>, RandomState>,
    questions: Cache<Question, Arc<Reading>, RandomState>,
}

impl Readings {
    /// Within these limits, of so many bytes at most; half of them documents, a quarter requests.
    pub fn new(limits: &DocumentLimits, most: u64) -> Self {
        Self {
            limits: limits.clone(),
            requests: Cache::builder()
                .max_capacity(most / 4)
                .weigher(|sent: &Sent, known: &Arc<KnownRequest>| weight(sent.bytes() + known.reading.text.len(), 1))
                .build_with_hasher(RandomState::new()),
            documents: Cache::builder()
                .max_capacity(most / 2)
                .weigher(|_, known: &Arc<KnownDocument>| weight(known.judged.bytes(), READ_BYTE))
                .build_with_hasher(RandomState::new()),
            questions: Cache::builder()
                .max_capacity(most / 4)
                .weigher(|_, reading: &Arc<Reading>| reading.weight())
                .build_with_hasher(RandomState::new()),
        }
    }

    /// What was read of the same request before.
    pub fn known_request(&self, sent: &Sent) -> Option<Arc<KnownRequest>> {
        self.requests.get(sent)
    }

    pub fn keep_request(&self, sent: Sent, known: KnownRequest) {
        self.requests.insert(sent, Arc::new(known));
    }

    /// What was read of the same question before.
    pub fn known(&self, question: &Question) -> Option<Arc<Reading>> {
        self.questions.get(question)
    }

    /// Reads a question, and plans it. Variables are coerced, checked and counted for each set of them.
    pub fn read(
        &self,
        question: Question,
        text: &Arc<str>,
        operation: Option<&str>,
        variables: Variables,
    ) -> Result<(Arc<Reading>, Prepared), DocumentFlaw> {
        let (known, cost) = self.document(text, operation, &variables)?;
        let prepared = known.prepare(cost.name.as_deref(), &variables)?;
        let instant = document::instant(&prepared.planned, &COSTS)?;
        let may_be_kept = instant.is_none() && may_be_kept(prepared.planned.template().document());
        let is_short = text.len() <= SMALL;
        let reading = Arc::new(Reading {
            question,
            text: Arc::clone(text),
            variables,
            cost,
            instant,
            may_be_kept,
            prepared: (!may_be_kept || !is_short).then(|| prepared.clone()),
        });
        self.questions.insert(question, Arc::clone(&reading));
        Ok((reading, prepared))
    }

    /// How the question is executed.
    ///
    /// # Panics
    ///
    /// Never: what was read once was planned.
    pub fn prepared(&self, reading: &Reading) -> Prepared {
        reading.prepared.clone().unwrap_or_else(|| {
            let operation = reading.cost.name.as_deref();
            let known = self.document(&reading.text, operation, &reading.variables);
            let prepared = known.and_then(|(known, _)| known.prepare(operation, &reading.variables));
            prepared.expect("it was planned before")
        })
    }

    /// The document, read and found valid unless it was before, and what it comes to.
    fn document(
        &self,
        text: &str,
        operation: Option<&str>,
        variables: &Variables,
    ) -> Result<(Arc<KnownDocument>, QueryCost), DocumentFlaw> {
        let measure = |document| Measured::of(document, operation, variables, &COSTS, &self.limits);
        let sum = Sum::of(text);
        if let Some(known) = self.documents.get(&sum) {
            let document = known.judged.document();
            let again = known.measured.again(document, operation, variables, &self.limits)?;
            let cost = again.map_or_else(|| measure(document).map(|measured| measured.cost), Ok)?;
            return Ok((known, cost));
        }
        // Measured before it is judged: that takes longer.
        let document = document::read(text, &self.limits)?;
        let measured = measure(&document)?;
        let cost = measured.cost.clone();
        let known = Arc::new(KnownDocument {
            judged: JUDGE.judge(document)?,
            measured,
            selection: OnceLock::new(),
        });
        self.documents.insert(sum, Arc::clone(&known));
        Ok((known, cost))
    }
}

impl Sent {
    fn bytes(&self) -> usize {
        match self {
            Self::Address { query, .. } => query.len(),
            Self::Body(body) => body.len(),
        }
    }
}

impl Reading {
    fn weight(&self) -> u32 {
        let size = &self.cost.size;
        let parts = if self.prepared.is_some() {
            size.selections.saturating_add(size.values)
        } else {
            size.values
        };
        let parts = usize::try_from(parts).unwrap_or(usize::MAX);
        weight(parts, FIELD).saturating_add(weight(self.text.len(), 1))
    }
}

fn weight(count: usize, of: usize) -> u32 {
    u32::try_from(count.saturating_mul(of).saturating_add(ENTRY)).unwrap_or(u32::MAX)
}

/// Tells questions apart. Each part is preceded by its length, so that no two run into each other.
pub fn question(text: &str, operation: Option<&str>, variables: &Variables) -> Question {
    let mut sum = Sha256::new();
    let mut part = |bytes: &[u8]| {
        sum.update((bytes.len() as u64).to_le_bytes());
        sum.update(bytes);
    };
    part(text.as_bytes());
    // No operation has the empty name.
    part(operation.unwrap_or_default().as_bytes());
    if !variables.is_empty() {
        part(canonical::text(variables).as_bytes());
    }
    sum.finalize().into()
}

/// Values as a text that is the same whichever way an object's members are ordered.
mod canonical {
    use std::fmt::Write;

    use async_graphql::{Name, Value, Variables};

    pub fn text(variables: &Variables) -> String {
        let mut text = String::new();
        members(variables.iter(), &mut text);
        text
    }

    fn write(value: &Value, text: &mut String) {
        match value {
            Value::List(items) => {
                text.push('[');
                for item in items {
                    write(item, text);
                    text.push(',');
                }
                text.push(']');
            }
            Value::Object(object) => members(object.iter(), text),
            // Texts in quotation marks, with what could end them escaped.
            Value::String(string) => drop(write!(text, "{string:?}")),
            Value::Enum(name) => drop(write!(text, "'{name}")),
            Value::Binary(bytes) => drop(write!(text, "b{bytes:?}")),
            Value::Number(number) => drop(write!(text, "{number}")),
            Value::Boolean(is) => drop(write!(text, "{is}")),
            Value::Null => text.push_str("null"),
        }
    }

    fn members<'a>(members: impl Iterator<Item = (&'a Name, &'a Value)>, text: &mut String) {
        let mut members: Vec<_> = members.collect();
        members.sort_unstable_by_key(|(name, _)| *name);
        text.push('{');
        for (name, value) in members {
            let _ = write!(text, "{:?}:", name.as_str());
            write(value, text);
            text.push(',');
        }
        text.push('}');
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::Variables;
    use serde_json::{Value, json};

    use super::question;

    fn asked(text: &str, operation: Option<&str>, variables: Value) -> super::Question {
        question(text, operation, &Variables::from_json(variables))
    }

    #[test]
    fn a_question_is_the_same_however_its_variables_are_ordered() {
        let one = serde_json::from_str(r#"{ "a": { "x": 1, "y": [2] }, "b": null }"#).expect("JSON");
        let other = serde_json::from_str(r#"{ "b": null, "a": { "y": [2], "x": 1 } }"#).expect("JSON");
        assert_eq!(asked("{ a }", None, one), asked("{ a }", None, other));
    }

    #[test]
    fn whatever_is_another_question_is_told_apart() {
        let mut all = vec![
            asked("{ a }", None, json!({})),
            asked("{ a } ", None, json!({})),
            asked("{ a }", Some("A"), json!({})),
            asked("{ a }A", None, json!({})),
        ];
        let values = [
            json!(null),
            json!("null"),
            json!(1),
            json!("1"),
            json!(true),
            json!("true"),
            json!([]),
            json!([1]),
            json!([[1]]),
            json!([1, 2]),
            json!("1,2"),
            json!({}),
            json!({ "a": 1 }),
            json!({ "a": "1,\"b\":2" }),
            json!({ "a": 1, "b": 2 }),
            json!(12),
        ];
        all.extend(values.map(|value| asked("{ a }", None, json!({ "v": value }))));
        let distinct: std::collections::HashSet<_> = all.iter().collect();
        assert_eq!(distinct.len(), all.len());
    }
}
