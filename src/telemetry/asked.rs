//! What a request asked for and what came of it, noted where it is known and read where it is counted.

use std::cell::RefCell;

use async_graphql::Response;
use async_graphql::parser::types::ExecutableDocument;

use crate::document::operation;

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
pub fn note(document: Option<&ExecutableDocument>, response: &Response) {
    let only = document.and_then(operation::only);
    let kind = only.map(|(_, operation)| operation::keyword(operation.ty));
    let name = only
        .and_then(|(name, _)| name)
        .map(|name| name.chars().take(LONGEST_NAME).collect());
    let asked = Asked {
        kind,
        name,
        has_errors: !response.errors.is_empty(),
    };
    // Nobody counts what the program itself asks.
    let _ = ASKED.try_with(|noted| noted.replace(asked));
}

/// Notes a document that was not let in, though the status of its answer does not say so.
pub fn note_refused() {
    let _ = ASKED.try_with(|noted| {
        noted.replace(Asked {
            has_errors: true,
            ..Asked::default()
        })
    });
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    async fn noted(document: &str) -> Asked {
        let document = parse_query(document).expect("a document");
        Asked::of(async { note(Some(&document), &Response::default()) }).await.1
    }

    #[tokio::test]
    async fn the_operation_that_is_executed_is_the_one_that_is_noted() {
        let said = |kind, name: Option<&str>| Asked {
            kind,
            name: name.map(str::to_owned),
            has_errors: false,
        };
        assert_eq!(noted("{ a }").await, said(Some("query"), None));
        assert_eq!(noted("mutation M { a }").await, said(Some("mutation"), Some("M")));
        assert_eq!(
            noted("subscription S { b }").await,
            said(Some("subscription"), Some("S"))
        );
        assert_eq!(noted("query Q { a } subscription S { b }").await, Asked::default());
        let long = "q".repeat(100);
        assert_eq!(
            noted(&format!("query {long} {{ a }}"))
                .await
                .name
                .map(|name| name.len()),
            Some(LONGEST_NAME)
        );
    }
}
