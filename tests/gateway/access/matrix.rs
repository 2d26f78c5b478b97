//! Promise: every field of the schema stands in the reviewed table, for every role, and nothing stands there that is no field.

use std::collections::BTreeSet;
use std::fmt::Write;

use async_graphql::parser::types::{TypeKind, TypeSystemDefinition};
use programgrant_core::access::{Role, fields};
use programgrant_core::journal::BodyFunction;

use crate::world::repository;

/// Every field of every object of the public schema.
pub fn schema_fields() -> BTreeSet<(String, String)> {
    let document = async_graphql::parser::parse_schema(programgrant::graphql::sdl()).expect("our own SDL parses");
    let mut all = BTreeSet::new();
    for definition in document.definitions {
        let TypeSystemDefinition::Type(definition) = definition else {
            continue;
        };
        let TypeKind::Object(object) = definition.node.kind else {
            continue;
        };
        for field in object.fields {
            all.insert((definition.node.name.node.to_string(), field.node.name.node.to_string()));
        }
    }
    all
}

/// What other graphs' gateways ask for; the public SDL leaves it out.
const FEDERATION: [(&str, &str); 3] = [("Query", "_entities"), ("Query", "_service"), ("_Service", "sdl")];

fn matrix() -> String {
    let mut text = String::from(
        "# Who may see what\n\nEvery field for every role, generated from `core/src/access/fields.rs` and compared by a test. **yes**: of every object that the role\n\
         comes to see. **own**: of what lies within the caller's reach (`docs/decisions/access.md`); what lies beyond is not found or, where it\n\
         is no secret that it exists, `FORBIDDEN`. **–**: `FORBIDDEN`, or `UNAUTHENTICATED` without a token. `__schema`, `__type` and\n\
         `__typename` are for everybody.\n\n| Field |",
    );
    let cells = |cell: &dyn Fn(Role) -> &'static str| Role::ALL.map(|role| format!(" {} |", cell(role))).concat();
    text += &cells(&Role::as_str);
    text += "\n| --- |";
    text += &cells(&|_| "---");
    text.push('\n');
    for (parent, field) in fields::all() {
        write!(text, "| `{parent}.{field}` |").expect("a string");
        text += &cells(&|role| fields::sight(parent, field, role).as_str());
        text.push('\n');
    }
    text += "\n## By function\n\nWhat a function (`[[auth.functions]]`) lets a body see and do beside its role, of the programme and the region that it is held for.\n\n\
             | Field | Function |\n| --- | --- |\n";
    for (function, parent, field) in fields::by_function() {
        writeln!(text, "| `{parent}.{field}` | {function} |").expect("a string");
    }
    text
}

#[test]
fn what_a_function_opens_is_a_field_that_some_role_has_and_the_function_is_one() {
    for (function, parent, field) in fields::by_function() {
        assert!(
            serde_json::from_value::<BodyFunction>(function.into()).is_ok(),
            "{function}"
        );
        assert!(fields::all().contains(&(parent, field)), "{parent}.{field}");
    }
}

#[test]
fn the_table_has_every_field_and_no_other() {
    let listed: BTreeSet<_> = fields::all()
        .into_iter()
        .map(|(parent, field)| (parent.to_owned(), field.to_owned()))
        .collect();
    let mut expected = schema_fields();
    expected.extend(FEDERATION.map(|(parent, field)| (parent.to_owned(), field.to_owned())));
    assert_eq!(
        listed.symmetric_difference(&expected).collect::<Vec<_>>(),
        Vec::<&(String, String)>::new()
    );
}

#[test]
fn the_matrix_is_the_reviewed_one() {
    let fresh = matrix();
    let place = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("access.md");
    std::fs::write(&place, &fresh).expect("written");
    let reviewed = std::fs::read_to_string(repository().join("schema/access.md")).unwrap_or_default();
    assert!(
        fresh == reviewed,
        "look at the difference, and put {} in the place of schema/access.md",
        place.display()
    );
}
