//! The measuring itself: one pass over every fragment and operation, fragments in the order in which they build on each other.

use std::collections::HashMap;
use std::convert::Infallible;

use async_graphql::parser::types::{Directive, ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet};
use async_graphql::{Name, Pos, Positioned, Value};

use super::{Size, circular, root, too_many_arguments};
use crate::document::outline::Known;
use crate::document::values::{Bulk, Given};
use crate::document::{Flaw, Limits, Outline};

/// The most that one `limit` may ask for.
const LONGEST_LIST: u64 = 1000;

pub struct Measure<'a> {
    document: &'a ExecutableDocument,
    outline: &'a Outline,
    given: Given<'a>,
    limits: &'a Limits,
    fragments: HashMap<&'a Name, Size>,
}

impl<'a> Measure<'a> {
    pub fn new(document: &'a ExecutableDocument, outline: &'a Outline, given: Given<'a>, limits: &'a Limits) -> Self {
        Self { document, outline, given, limits, fragments: HashMap::new() }
    }

    /// Measures every fragment, those first that others are built on. Chains of fragments may be long: no recursion.
    pub fn all_fragments(&mut self) -> Result<(), Flaw> {
        let spreads: HashMap<&Name, Vec<(&Name, Pos)>> =
            self.document.fragments.iter().map(|(name, fragment)| (name, spreads(&fragment.node.selection_set.node))).collect();
        for name in self.document.fragments.keys() {
            // From the fragment inwards: where we are, and how many of its spreads are done.
            let mut path = vec![(name, 0_usize)];
            while let Some((current, done)) = path.pop() {
                if self.fragments.contains_key(current) {
                    continue;
                }
                let Some((next, at)) = spreads[current].get(done) else {
                    self.fragment(current)?;
                    continue;
                };
                path.push((current, done + 1));
                if path.iter().any(|(open, _)| open == next) {
                    return Err(circular(next, *at));
                }
                // What is not defined is left to the validation.
                if spreads.contains_key(next) {
                    path.push((next, 0));
                }
            }
        }
        Ok(())
    }

    fn fragment(&mut self, name: &'a Name) -> Result<(), Flaw> {
        let fragment = &self.document.fragments[name].node;
        let size = self.set(&fragment.type_condition.node.on.node, &fragment.selection_set.node)?;
        self.fragments.insert(name, size.beside(self.directives(&fragment.directives)?));
        Ok(())
    }

    /// All fragments, each once.
    pub fn fragments_together(&self) -> Size {
        self.fragments.values().fold(Size::default(), |sum, size| sum.beside(*size))
    }

    pub fn operation(&self, operation: &'a OperationDefinition) -> Result<Size, Flaw> {
        let mut size = self.set(root(operation.ty), &operation.selection_set.node)?.beside(self.directives(&operation.directives)?);
        for variable in &operation.variable_definitions {
            size.directives = size.directives.saturating_add(variable.node.directives.len() as u64);
        }
        Ok(size)
    }

    /// Recurses as deep as brackets are nested, which the scan has bounded.
    fn set(&self, parent: &str, set: &SelectionSet) -> Result<Size, Flaw> {
        let mut size = Size::default();
        for item in &set.items {
            let directives = self.directives(item.node.directives())?;
            size = size.beside(directives).beside(self.selection(parent, &item.node)?);
        }
        size.merging = size.merging.saturating_add(size.level);
        size.nesting += usize::from(!set.items.is_empty());
        Ok(size)
    }

    fn selection(&self, parent: &str, selection: &Selection) -> Result<Size, Flaw> {
        let (mut size, merging) = match selection {
            Selection::Field(field) => return self.field(parent, &field.node),
            Selection::InlineFragment(fragment) => {
                let on = fragment.node.type_condition.as_ref().map_or(parent, |condition| condition.node.on.node.as_str());
                let size = self.set(on, &fragment.node.selection_set.node)?;
                (size, size.merging)
            }
            // The library compares what stands within a fragment once, where the fragment is defined.
            Selection::FragmentSpread(spread) => (self.fragments.get(&spread.node.fragment_name.node).copied().unwrap_or_default(), 0),
        };
        size.merging = merging;
        size.selections = size.selections.saturating_add(1);
        size.level = size.level.saturating_add(1);
        Ok(size)
    }

    fn field(&self, parent: &str, field: &Field) -> Result<Size, Flaw> {
        let name = field.name.node.as_str();
        let known = self.outline.field(parent, name);
        let introspection = Outline::introspection(name);
        let of = introspection.or(known.map(|known| known.of.as_str())).unwrap_or_default();
        let within = self.set(of, &field.selection_set.node)?;
        too_many_arguments(field.arguments.len(), self.limits)?;
        let arguments: Vec<Argument> =
            field.arguments.iter().map(|(name, value)| Argument::read(&name.node, |put| value.node.clone().into_const_with(put))).collect();
        let times = self.times(known, &arguments);
        let takes = known.map_or(1, |known| known.takes);
        let mut size = Size {
            selections: within.selections.saturating_add(1),
            aliases: within.aliases.saturating_add(u64::from(field.alias.is_some())),
            values: within.values.saturating_add(self.bulk(&arguments)),
            cost: within.cost.saturating_mul(times.answered),
            introspection_cost: within.introspection_cost.saturating_mul(times.answered),
            level: 1,
            ..within
        };
        if parent.starts_with("__") {
            size.introspection_cost = size.introspection_cost.saturating_add(1);
            size.introspection_depth += 1;
        } else {
            size.cost = size.cost.saturating_add(takes.saturating_mul(times.computed));
            size.depth += 1;
        }
        Ok(size)
    }

    /// How often what stands within a field is answered: as often as its `limit` or a list among its arguments says, or as
    /// its list is expected to be long.
    fn times(&self, known: Option<&Known>, arguments: &[Argument]) -> Times {
        let limit = known.and_then(|known| known.limit);
        let (mut asked, mut longest) = (limit, 1);
        for argument in arguments {
            match argument.whole(&self.given) {
                Some(Value::Number(number)) if argument.name == "limit" && limit.is_some() => asked = Some(number.as_u64().unwrap_or(0)),
                Some(Value::List(items)) => longest = longest.max(items.len() as u64),
                _ => {}
            }
        }
        let expected = longest.max(known.map_or(1, |known| known.expected));
        Times { answered: asked.map_or(expected, |asked| asked.min(LONGEST_LIST)).max(1), computed: longest }
    }

    fn directives(&self, directives: &[Positioned<Directive>]) -> Result<Size, Flaw> {
        let mut size = Size { directives: directives.len() as u64, ..Size::default() };
        for directive in directives.iter().map(|directive| &directive.node) {
            too_many_arguments(directive.arguments.len(), self.limits)?;
            let arguments = directive.arguments.iter();
            let read = arguments.map(|(name, value)| Argument::read(&name.node, |put| value.node.clone().into_const_with(put)));
            size.values = size.values.saturating_add(self.bulk(&read.collect::<Vec<_>>()));
        }
        Ok(size)
    }

    fn bulk(&self, arguments: &[Argument]) -> u64 {
        let of_one = |argument: &Argument| {
            let variables = argument.variables.iter().map(|name| self.given.bulk(name));
            variables.fold(Bulk::of(&argument.value).values, u64::saturating_add)
        };
        arguments.iter().map(of_one).fold(0, u64::saturating_add)
    }
}

/// How often something is done.
struct Times {
    /// What stands within a field.
    answered: u64,
    /// The field itself: for every item of the longest list that it is given.
    computed: u64,
}

/// One argument, its variables set apart: putting them in would copy them.
struct Argument<'a> {
    name: &'a str,
    /// With null in every variable's place.
    value: Value,
    variables: Vec<Name>,
}

type Put<'p> = dyn FnMut(Name) -> Result<Value, Infallible> + 'p;

impl<'a> Argument<'a> {
    fn read(name: &'a Name, fill: impl FnOnce(&mut Put<'_>) -> Result<Value, Infallible>) -> Self {
        let mut variables = Vec::new();
        let Ok(value) = fill(&mut |name| {
            variables.push(name);
            Ok(Value::Null)
        });
        Self { name, value, variables }
    }

    /// Its value, also where that is a variable as a whole.
    fn whole<'v>(&'v self, given: &'v Given<'_>) -> Option<&'v Value> {
        match (&self.value, self.variables.as_slice()) {
            (Value::Null, [only]) => given.value(only),
            (value, _) => Some(value),
        }
    }
}

/// The fragments that are spread anywhere below.
fn spreads(selected: &SelectionSet) -> Vec<(&Name, Pos)> {
    let (mut open, mut found) = (vec![selected], Vec::new());
    while let Some(set) = open.pop() {
        for item in &set.items {
            match &item.node {
                Selection::Field(field) => open.push(&field.node.selection_set.node),
                Selection::InlineFragment(fragment) => open.push(&fragment.node.selection_set.node),
                Selection::FragmentSpread(spread) => found.push((&spread.node.fragment_name.node, spread.pos)),
            }
        }
    }
    found
}
