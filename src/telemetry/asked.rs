//! What a request asked for and what came of it, noted where it is known and read where it is counted.

use std::cell::RefCell;

use async_graphql::Response;
use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, OperationType};

/// The most characters of an operation's name that are told on.
const LONGEST_NAME: usize = 64;

tokio::task_local! {
    static ASKED: RefCell<Asked>;
}

/// One request, as far as it was executed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// `query`, `mutation` or `subscription`; `None` where nothing was executed.
    pub kind: Option<&'static str>,
    /// What the client calls it.
    pub name: Option<String>,
    pub has_errors: bool,
}

impl Asked {
    /// What `answering` notes, beside what it comes to.
    pub async fn of<T>(answering: impl Future<Output = T>) -> (T, Self) {
        ASKED
            .scope(RefCell::default(), async {
                let answer = answering.await;
                (answer, ASKED.with(RefCell::take))
            })
            .await
    }
}

/// Notes an operation that was executed.
pub fn note(document: Option<&ExecutableDocument>, name: Option<&str>, response: &Response) {
    let kind = document.and_then(|document| kind(document, name));
    let name = name.filter(|_| kind.is_some()).map(|name| name.chars().take(LONGEST_NAME).collect());
    let asked = Asked { kind, name, has_errors: !response.errors.is_empty() };
    // Nobody counts what the program itself asks.
    let _ = ASKED.try_with(|noted| noted.replace(asked));
}

fn kind(document: &ExecutableDocument, name: Option<&str>) -> Option<&'static str> {
    let operation = match (&document.operations, name) {
        (DocumentOperations::Single(operation), _) => operation,
        (DocumentOperations::Multiple(operations), Some(name)) => operations.get(name)?,
        (DocumentOperations::Multiple(_), None) => return None,
    };
    Some(match operation.node.ty {
        OperationType::Query => "query",
        OperationType::Mutation => "mutation",
        OperationType::Subscription => "subscription",
    })
}
