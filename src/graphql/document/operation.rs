//! Which operation of a document a request means. The rule is applied once, when the request is admitted: what is executed
//! afterwards is a document of that operation alone, and whoever needs to know it asks for the only one.

use apollo_compiler::ast::{self, OperationDefinition};
use async_graphql::Name;
use async_graphql::parser::types::{self, OperationType};

use super::{Document, DocumentFlaw};

/// The operation that a request means: the one of that name, or without a name the only one.
pub fn meant<'a>(document: &'a Document, name: Option<&str>) -> Result<&'a OperationDefinition, DocumentFlaw> {
    let mut meant = document
        .operations()
        .filter(|operation| name.is_none() || operation.name.as_deref() == name);
    match (meant.next(), meant.next()) {
        (Some(only), None) => Ok(only),
        (_, Some(_)) => Err(DocumentFlaw::Operation(
            "The document has several operations; say in `operationName` which is meant.",
        )),
        (None, None) => Err(DocumentFlaw::UNKNOWN_OPERATION),
    }
}

/// The only operation of a document as it is executed, and its name; nothing where it has several.
pub fn only(document: &types::ExecutableDocument) -> Option<(Option<&str>, &types::OperationDefinition)> {
    let mut operations = document.operations.iter();
    let (name, operation) = operations.next().filter(|_| document.operations.iter().count() == 1)?;
    Some((name.map(Name::as_str), &operation.node))
}

pub const fn kind(operation: ast::OperationType) -> OperationType {
    match operation {
        ast::OperationType::Query => OperationType::Query,
        ast::OperationType::Mutation => OperationType::Mutation,
        ast::OperationType::Subscription => OperationType::Subscription,
    }
}

/// The type that an operation starts from.
pub const fn root(kind: OperationType) -> &'static str {
    match kind {
        OperationType::Query => "Query",
        OperationType::Mutation => "Mutation",
        OperationType::Subscription => "Subscription",
    }
}

/// The keyword of an operation, as it is logged and counted.
pub const fn keyword(kind: OperationType) -> &'static str {
    match kind {
        OperationType::Query => "query",
        OperationType::Mutation => "mutation",
        OperationType::Subscription => "subscription",
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    #[test]
    fn a_name_says_which_operation_is_meant_and_without_one_there_is_but_one() {
        let meant = |text: &str, name| {
            let document = Document::parse(text).expect("reads");
            meant(&document, name).map(|operation| operation.name.as_ref().map(ToString::to_string))
        };
        let several = "query A { a } query B { a }";
        assert_eq!(meant("{ a }", None), Ok(None));
        assert_eq!(meant("query A { a }", None), Ok(Some("A".to_owned())));
        assert_eq!(meant(several, Some("B")), Ok(Some("B".to_owned())));
        for (text, name) in [
            (several, None),
            (several, Some("C")),
            ("{ a }", Some("A")),
            ("query A { a }", Some("B")),
        ] {
            assert_eq!(
                meant(text, name).map_err(|flaw| flaw.code()),
                Err("UNKNOWN_OPERATION"),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_executed_holds_one_operation() {
        let only = |text: &str| {
            let document = parse_query(text).expect("reads");
            only(&document).map(|(name, operation)| (name.map(str::to_owned), keyword(operation.ty)))
        };
        assert_eq!(only("{ a }"), Some((None, "query")));
        assert_eq!(only("mutation M { a }"), Some((Some("M".to_owned()), "mutation")));
        assert_eq!(only("query Q { a } subscription S { b }"), None);
    }
}
