//! Promise: the simulator's interface is the documented one, type by type and field by field.

use std::collections::BTreeMap;

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{FieldDefinition, InputValueDefinition, TypeKind, TypeSystemDefinition};
use async_graphql::{Name, Positioned};
use programgrant_bufdir::simulator::BufdirSimulator;

/// Every type by its name, in one canonical writing.
fn types(sdl: &str) -> BTreeMap<String, String> {
    let document = parse_schema(sdl).expect("a schema");
    let written = |definition| match definition {
        TypeSystemDefinition::Type(definition) => {
            Some((definition.node.name.to_string(), write(&definition.node.kind)))
        }
        TypeSystemDefinition::Schema(_) | TypeSystemDefinition::Directive(_) => None,
    };
    document.definitions.into_iter().filter_map(written).collect()
}

fn write(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Scalar => "scalar".to_owned(),
        TypeKind::Object(object) => format!("type {} {}", names(&object.implements), fields(&object.fields)),
        TypeKind::Interface(interface) => format!(
            "interface {} {}",
            names(&interface.implements),
            fields(&interface.fields)
        ),
        TypeKind::Union(union) => format!("union {}", names(&union.members)),
        TypeKind::Enum(values) => values
            .values
            .iter()
            .map(|value| value.node.value.to_string())
            .collect::<Vec<_>>()
            .join(" "),
        TypeKind::InputObject(input) => inputs(&input.fields),
    }
}

fn names(names: &[Positioned<Name>]) -> String {
    names.iter().map(ToString::to_string).collect::<Vec<_>>().join(" & ")
}

fn fields(fields: &[Positioned<FieldDefinition>]) -> String {
    let field = |field: &FieldDefinition| format!("{}({}): {}", field.name, inputs(&field.arguments), field.ty);
    fields
        .iter()
        .map(|definition| field(&definition.node))
        .collect::<Vec<_>>()
        .join("; ")
}

fn inputs(inputs: &[Positioned<InputValueDefinition>]) -> String {
    let input = |input: &InputValueDefinition| {
        let default = input
            .default_value
            .as_ref()
            .map(|value| format!(" = {value}"))
            .unwrap_or_default();
        format!("{}: {}{default}", input.name, input.ty)
    };
    inputs
        .iter()
        .map(|definition| input(&definition.node))
        .collect::<Vec<_>>()
        .join("; ")
}

#[test]
fn the_simulator_serves_the_documented_types() {
    let documented = types(include_str!("../fixtures/schema.graphql"));
    assert_eq!(documented.len(), 16, "the page has sixteen types");
    let mut served = types(&BufdirSimulator::sdl());
    for scalar in ["Date", "DateTime"] {
        assert_eq!(
            served.remove(scalar).as_deref(),
            Some("scalar"),
            "the page uses {scalar} without defining it"
        );
    }
    assert_eq!(served, documented);
}
