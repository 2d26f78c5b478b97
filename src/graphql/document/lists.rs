//! Lists among the arguments of two fields of one key (GraphQL § 5.3.2). The judge's library compares two lists as far as the shorter one
//! goes, so `[a]` and `[a, b]` pass as the same, and what was asked for second would not be answered. Where a document has lists that could
//! be taken for each other so, the library is asked once more, about the same document with a text in the place of each of them.

use apollo_compiler::ast::{Argument, Definition, Document as Tree, Selection, Value};
use apollo_compiler::collections::HashMap;
use apollo_compiler::diagnostic::ToCliReport;
use apollo_compiler::validation::Valid;
use apollo_compiler::{Name, Node, Schema};

use super::{Document, DocumentFlaw};

/// What the library calls two fields of one key that differ in an argument.
const CONFLICT: &str = "ConflictingFieldArgument";

/// Refuses the first two fields of one key whose lists are not the same to their ends.
pub fn check(document: &Document, schema: &Valid<Schema>) -> Result<(), DocumentFlaw> {
    if !has_lists_under_one_key(&document.ast) {
        return Ok(());
    }
    let mut told = document.ast.clone();
    for set in told.definitions.iter_mut().filter_map(selections_mut) {
        write_lists_as_text(set);
    }
    let Err(failed) = told.to_executable_validate(schema) else {
        return Ok(());
    };
    // Whatever else is found is only that a text is no list.
    let mut errors = failed.errors.iter();
    match errors.find(|error| error.error.unstable_error_name() == Some(CONFLICT)) {
        None => Ok(()),
        Some(conflict) => Err(DocumentFlaw::Invalid {
            message: super::judge::sentence(&conflict.error.to_string()),
            at: document.place(conflict.error.location()),
        }),
    }
}

/// Whether two different lists stand in one argument of one key, anywhere: few documents have any such, and most of these are sound.
fn has_lists_under_one_key(tree: &Tree) -> bool {
    let mut open: Vec<&[Selection]> = tree.definitions.iter().filter_map(selections).collect();
    let mut seen: HashMap<(&Name, &Name), String> = HashMap::default();
    while let Some(set) = open.pop() {
        for selection in set {
            match selection {
                Selection::Field(field) => {
                    open.push(&field.selection_set);
                    for argument in field.arguments.iter().filter(|argument| has_list(&argument.value)) {
                        let (key, text) = ((field.response_name(), &argument.name), text(&argument.value));
                        if seen.insert(key, text.clone()).is_some_and(|other| other != text) {
                            return true;
                        }
                    }
                }
                Selection::InlineFragment(fragment) => open.push(&fragment.selection_set),
                Selection::FragmentSpread(_) => {}
            }
        }
    }
    false
}

fn selections(definition: &Definition) -> Option<&[Selection]> {
    match definition {
        Definition::OperationDefinition(operation) => Some(&operation.selection_set),
        Definition::FragmentDefinition(fragment) => Some(&fragment.selection_set),
        _ => None,
    }
}

fn selections_mut(definition: &mut Definition) -> Option<&mut Vec<Selection>> {
    match definition {
        Definition::OperationDefinition(operation) => Some(&mut operation.make_mut().selection_set),
        Definition::FragmentDefinition(fragment) => Some(&mut fragment.make_mut().selection_set),
        _ => None,
    }
}

/// The parser's limit of depth bounds how deep this goes.
fn write_lists_as_text(set: &mut [Selection]) {
    for selection in set {
        match selection {
            Selection::Field(field) => {
                let field = field.make_mut();
                field.arguments.iter_mut().for_each(write_as_text);
                write_lists_as_text(&mut field.selection_set);
            }
            Selection::InlineFragment(fragment) => write_lists_as_text(&mut fragment.make_mut().selection_set),
            Selection::FragmentSpread(_) => {}
        }
    }
}

fn write_as_text(argument: &mut Node<Argument>) {
    if has_list(&argument.value) {
        let text = text(&argument.value);
        argument.make_mut().value = Node::new(Value::String(text));
    }
}

fn has_list(value: &Value) -> bool {
    match value {
        Value::List(_) => true,
        Value::Object(fields) => fields.iter().any(|(_, value)| has_list(value)),
        _ => false,
    }
}

/// The same for values that are the same: the order of an object's fields says nothing.
fn text(value: &Value) -> String {
    match value {
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(|item| text(item)).collect();
            format!("[{}]", items.join(","))
        }
        Value::Object(fields) => {
            let mut fields: Vec<String> = fields
                .iter()
                .map(|(name, value)| format!("{name}:{}", text(value)))
                .collect();
            fields.sort();
            format!("{{{}}}", fields.join(","))
        }
        plain => plain.serialize().no_indent().to_string(),
    }
}
