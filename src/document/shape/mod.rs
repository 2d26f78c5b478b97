//! What a document grows to when its fragments are written out, without writing them out: each fragment is measured once, and
//! every spread of it adds the measure. Sums saturate; circles are found on the way.

mod measure;

use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, OperationDefinition, OperationType, Selection, SelectionSet};
use async_graphql::{Name, Pos, Variables};

use super::given;
use super::outline::{innermost, root};
use super::values::Given;
use super::{Flaw, Limits, Outline};
use measure::Measure;

/// The measure of selected fields, fragments written out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Size {
    /// Fields, spreads and inline fragments.
    pub selections: u64,
    pub aliases: u64,
    pub directives: u64,
    /// Values of all arguments, variables put in.
    pub values: u64,
    /// Fields within fields, introspection counted apart.
    pub depth: usize,
    pub introspection_depth: usize,
    /// Fields that the answer may hold.
    pub cost: u64,
    /// The same of the schema.
    pub introspection_cost: u64,
    /// Selection sets within selection sets, of fields and fragments alike.
    pub nesting: usize,
    /// Selections of this level alone.
    pub level: u64,
    /// Selections of every level, each counted once for every selection set that it merges into: what comparing them takes.
    pub merging: u64,
}

/// What one request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    pub kind: OperationType,
    pub size: Size,
    /// The fields that the operation starts with.
    pub roots: Vec<String>,
}

impl Shape {
    /// Measures the document, and refuses what is over a limit.
    pub fn of(document: &ExecutableDocument, name: Option<&str>, variables: &Variables, outline: &Outline, limits: &Limits) -> Result<Self, Flaw> {
        check_definitions(document, outline, limits)?;
        let meant = meant(document, name)?;
        let given = Given::measure(variables, meant, limits)?;
        let mut measure = Measure::new(document, outline, given, limits);
        measure.all_fragments()?;
        let mut whole = Size::default();
        for (_, operation) in document.operations.iter() {
            whole = whole.beside(measure.operation(&operation.node)?);
        }
        check_whole(&whole, measure.fragments_together(), limits)?;
        let size = measure.operation(meant)?;
        check_cost(&size, limits)?;
        let roots = root_fields(document, &meant.selection_set.node);
        check_roots(meant, &roots, limits)?;
        given::check(meant, variables)?;
        Ok(Self { kind: meant.ty, size, roots })
    }
}

/// The operation that a request means.
pub fn meant<'a>(document: &'a ExecutableDocument, name: Option<&str>) -> Result<&'a OperationDefinition, Flaw> {
    match (&document.operations, name) {
        (DocumentOperations::Single(only), None) => Ok(&only.node),
        (DocumentOperations::Multiple(several), Some(name)) if several.contains_key(name) => Ok(&several[name].node),
        (DocumentOperations::Multiple(several), None) if several.len() == 1 => Ok(&several.values().next().expect("one").node),
        (_, None) => Err(Flaw::Operation("The document has several operations; say in `operationName` which is meant.")),
        (_, Some(_)) => Err(Flaw::Operation("The document has no operation of the name in `operationName`.")),
    }
}

fn at_most(code: &'static str, what: &'static str, found: u64, most: usize) -> Result<(), Flaw> {
    if found <= most as u64 { Ok(()) } else { Err(Flaw::TooMany { code, what, found, most: most as u64 }) }
}

fn check_definitions(document: &ExecutableDocument, outline: &Outline, limits: &Limits) -> Result<(), Flaw> {
    at_most("TOO_MANY_DEFINITIONS", "operations", document.operations.iter().count() as u64, limits.operations)?;
    at_most("TOO_MANY_DEFINITIONS", "fragments", document.fragments.len() as u64, limits.fragments)?;
    let variables = || document.operations.iter().flat_map(|(_, operation)| &operation.node.variable_definitions);
    at_most("TOO_MANY_VARIABLES", "variables", variables().count() as u64, limits.variables)?;
    // The library's own validation fails over a default value of a list of what it does not know.
    let unknown = variables().find(|variable| !outline.has_type(innermost(&variable.node.var_type.node)));
    unknown.map_or(Ok(()), |variable| {
        let message = format!("Unknown type \"{}\"", innermost(&variable.node.var_type.node));
        Err(Flaw::Invalid { message, at: Some(variable.pos) })
    })
}

/// What the library's validation will walk through, all operations and fragments taken together.
fn check_whole(whole: &Size, fragments: Size, limits: &Limits) -> Result<(), Flaw> {
    at_most("TOO_MANY_FIELDS", "fields and fragments, written out", whole.selections, limits.selections)?;
    let merging = whole.merging.saturating_add(fragments.merging);
    at_most("TOO_MANY_FIELDS", "fields that stand beside each other, written out", merging, limits.selections * 4)?;
    at_most("TOO_MANY_DIRECTIVES", "directives, written out", whole.directives, limits.directives)?;
    let values = whole.values.saturating_add(fragments.values);
    if values > limits.argument_values {
        return Err(Flaw::ArgumentsTooLarge { found: values, most: limits.argument_values });
    }
    let depth = |what, found, most| if found <= most { Ok(()) } else { Err(Flaw::TooDeep { what, found, most }) };
    depth("fields and fragments", whole.nesting.max(fragments.nesting), limits.sets)?;
    depth("fields", whole.depth.max(fragments.depth), limits.depth)?;
    depth("fields of the schema", whole.introspection_depth.max(fragments.introspection_depth), limits.introspection_depth)
}

fn check_cost(size: &Size, limits: &Limits) -> Result<(), Flaw> {
    at_most("TOO_MANY_ALIASES", "aliases, written out", size.aliases, limits.aliases)?;
    let found = size.cost.max(size.introspection_cost);
    if found <= limits.cost { Ok(()) } else { Err(Flaw::TooCostly { found, most: limits.cost }) }
}

fn check_roots(operation: &OperationDefinition, roots: &[String], limits: &Limits) -> Result<(), Flaw> {
    at_most("TOO_MANY_ROOT_FIELDS", "fields to start with", roots.len() as u64, limits.root_fields)?;
    match operation.ty {
        OperationType::Mutation if roots.len() > 1 => Err(Flaw::SeveralMutations { found: roots.len() }),
        OperationType::Subscription if roots.len() != 1 => {
            let message = format!("A subscription follows one field; {} were found", roots.len());
            Err(Flaw::Invalid { message, at: Some(operation.selection_set.pos) })
        }
        _ => Ok(()),
    }
}

/// The fields of the first level. Its measure is known to be small.
fn root_fields(document: &ExecutableDocument, selected: &SelectionSet) -> Vec<String> {
    let (mut open, mut found) = (vec![selected], Vec::new());
    while let Some(set) = open.pop() {
        for item in &set.items {
            match &item.node {
                Selection::Field(field) => found.push(field.node.name.node.to_string()),
                Selection::InlineFragment(fragment) => open.push(&fragment.node.selection_set.node),
                Selection::FragmentSpread(spread) => {
                    open.extend(document.fragments.get(&spread.node.fragment_name.node).map(|fragment| &fragment.node.selection_set.node));
                }
            }
        }
    }
    found
}

impl Size {
    /// Both, one after the other on the same level.
    #[must_use]
    pub fn beside(self, other: Self) -> Self {
        Self {
            selections: self.selections.saturating_add(other.selections),
            aliases: self.aliases.saturating_add(other.aliases),
            directives: self.directives.saturating_add(other.directives),
            values: self.values.saturating_add(other.values),
            depth: self.depth.max(other.depth),
            introspection_depth: self.introspection_depth.max(other.introspection_depth),
            cost: self.cost.saturating_add(other.cost),
            introspection_cost: self.introspection_cost.saturating_add(other.introspection_cost),
            nesting: self.nesting.max(other.nesting),
            level: self.level.saturating_add(other.level),
            merging: self.merging.saturating_add(other.merging),
        }
    }
}

fn circular(name: &Name, at: Pos) -> Flaw {
    Flaw::Invalid { message: format!("Fragment {name} spreads itself"), at: Some(at) }
}

fn too_many_arguments(found: usize, limits: &Limits) -> Result<(), Flaw> {
    at_most("TOO_MANY_ARGUMENTS", "arguments of one field", found as u64, limits.arguments)
}
