//! What must be known of the schema to foretell an answer's size: which field is a list, and of what.

use apollo_compiler::collections::{HashMap, HashSet};
use async_graphql::parser::types::{BaseType, FieldDefinition, ServiceDocument, Type, TypeKind, TypeSystemDefinition};

use super::instant;

/// What a list is taken to hold where nothing says how much.
const A_FEW: u64 = 10;
/// The schema of the schema, which an exported one leaves out.
const INTROSPECTION: &str = "
type __Schema { types: [__Type] queryType: __Type mutationType: __Type subscriptionType: __Type directives: [__Directive] }
type __Type { fields: [__Field] interfaces: [__Type] possibleTypes: [__Type] enumValues: [__EnumValue] inputFields: [__InputValue] ofType: __Type }
type __Field { args: [__InputValue] type: __Type }
type __InputValue { type: __Type }
type __EnumValue { name: String }
type __Directive { args: [__InputValue] }";

/// Types that exist without being defined.
const BUILT_IN: [&str; 5] = ["Int", "Float", "String", "Boolean", "ID"];

/// A field as far as it matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldCost {
    /// The type of what it holds.
    pub of: String,
    /// How many it holds, where nothing in the request says it.
    pub expected: u64,
    /// Its argument `limit`, where it has one.
    pub limit: Option<LimitArgument>,
    /// Whether it can be asked for as of an instant.
    pub takes_instant: bool,
    /// How many plain fields' work it is; for every item where a list among its arguments says how many.
    pub takes: u64,
}

/// The argument that says how many are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitArgument {
    /// How many, where it is left out; with no default as many as there are.
    pub default: Option<u64>,
}

/// How much there is of each thing that a schema says of itself.
#[derive(Debug, Clone, Copy, Default)]
struct ListLengths {
    fields: u64,
    arguments: u64,
    input_fields: u64,
    enum_values: u64,
    /// Of unions.
    members: u64,
}

impl ListLengths {
    fn of(document: &ServiceDocument) -> Self {
        let mut lengths = Self::default();
        for definition in &document.definitions {
            let TypeSystemDefinition::Type(definition) = definition else {
                continue;
            };
            match &definition.node.kind {
                TypeKind::Object(object) => {
                    let arguments = object.fields.iter().map(|field| field.node.arguments.len());
                    lengths.fields += object.fields.len() as u64;
                    lengths.arguments += arguments.sum::<usize>() as u64;
                }
                TypeKind::InputObject(input) => lengths.input_fields += input.fields.len() as u64,
                TypeKind::Enum(values) => lengths.enum_values += values.values.len() as u64,
                TypeKind::Union(union) => lengths.members += union.members.len() as u64,
                TypeKind::Scalar | TypeKind::Interface(_) => {}
            }
        }
        lengths
    }

    /// How long a list is on average, rounded up, where so many things share so many.
    const fn for_each(all: u64, of: u64) -> u64 {
        let average = all.div_ceil(if of == 0 { 1 } else { of });
        if average == 0 { 1 } else { average }
    }
}

/// What the fields of the schema cost, by type and field name.
#[derive(Debug, Clone, Default)]
pub struct SchemaCosts {
    fields: HashMap<String, HashMap<String, FieldCost>>,
    types: HashSet<String>,
}

impl SchemaCosts {
    /// # Panics
    ///
    /// If the text is no SDL; it is our own.
    pub fn of(sdl: &str) -> Self {
        let mut costs = Self {
            types: BUILT_IN.into_iter().map(str::to_owned).collect(),
            ..Self::default()
        };
        let parse = |text| async_graphql::parser::parse_schema(text).expect("the exported SDL parses");
        let (own, of_schemas) = (parse(sdl), parse(INTROSPECTION));
        let lengths = ListLengths::of(&own);
        costs.add(own);
        costs.add(of_schemas);
        let all = costs.types.len() as u64;
        let of_the_schema = [
            ("__Schema", "types", all),
            ("__Type", "fields", ListLengths::for_each(lengths.fields, all)),
            (
                "__Type",
                "inputFields",
                ListLengths::for_each(lengths.input_fields, all),
            ),
            ("__Type", "enumValues", ListLengths::for_each(lengths.enum_values, all)),
            ("__Type", "interfaces", 1),
            ("__Type", "possibleTypes", ListLengths::for_each(lengths.members, all)),
            (
                "__Field",
                "args",
                ListLengths::for_each(lengths.arguments, lengths.fields),
            ),
            ("__Directive", "args", 2),
        ];
        for (parent, name, expected) in of_the_schema {
            let field = costs.fields.get_mut(parent).and_then(|fields| fields.get_mut(name));
            field.expect("written above").expected = expected;
        }
        costs
    }

    /// The same, with what is known of one field better than its type tells.
    ///
    /// # Panics
    ///
    /// If there is no such field: the schema and what is said of it are both our own.
    #[must_use]
    pub fn weighing(mut self, parent: &str, field: &str, expected: u64, takes: u64) -> Self {
        let known = self.fields.get_mut(parent).and_then(|fields| fields.get_mut(field));
        let known = known.unwrap_or_else(|| panic!("{parent}.{field} is weighed and is not in the schema"));
        (known.expected, known.takes) = (expected, takes);
        self
    }

    fn add(&mut self, document: ServiceDocument) {
        for definition in document.definitions {
            let TypeSystemDefinition::Type(definition) = definition else {
                continue;
            };
            let name = definition.node.name.node.to_string();
            self.types.insert(name.clone());
            let fields = match definition.node.kind {
                TypeKind::Object(object) => object.fields,
                TypeKind::Interface(interface) => interface.fields,
                _ => continue,
            };
            // The list of a page is as long as the field that led to the page was told.
            let is_page = fields.iter().any(|field| field.node.name.node == "continuationToken");
            let known = fields
                .iter()
                .map(|field| (field.node.name.node.to_string(), known(&field.node, is_page)));
            self.fields.entry(name).or_default().extend(known);
        }
    }

    pub fn field(&self, parent: &str, name: &str) -> Option<&FieldCost> {
        self.fields.get(parent)?.get(name)
    }

    /// Whether the field can be asked for as of an instant.
    pub fn takes_instant(&self, parent: &str, name: &str) -> bool {
        self.field(parent, name).is_some_and(|known| known.takes_instant)
    }

    /// The type whose field leads to the schema itself.
    pub fn introspection(name: &str) -> Option<&'static str> {
        match name {
            "__schema" => Some("__Schema"),
            "__type" => Some("__Type"),
            _ => None,
        }
    }
}

fn known(field: &FieldDefinition, of_a_page: bool) -> FieldCost {
    let is_list = matches!(field.ty.node.base, BaseType::List(_));
    let limit = field
        .arguments
        .iter()
        .find(|argument| argument.node.name.node == "limit");
    let limit = limit.map(|argument| LimitArgument {
        default: match argument.node.default_value.as_ref().map(|value| &value.node) {
            Some(async_graphql::Value::Number(number)) => number.as_u64(),
            _ => None,
        },
    });
    FieldCost {
        of: innermost(&field.ty.node).to_owned(),
        expected: if is_list && !of_a_page { A_FEW } else { 1 },
        limit,
        takes_instant: field
            .arguments
            .iter()
            .any(|argument| argument.node.name.node == instant::ARGUMENT),
        takes: 1,
    }
}

/// The name within all lists.
fn innermost(wrapped: &Type) -> &str {
    let mut current = wrapped;
    loop {
        match &current.base {
            BaseType::Named(name) => return name.as_str(),
            BaseType::List(item) => current = item,
        }
    }
}
