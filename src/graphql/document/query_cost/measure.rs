//! The measuring itself: one pass over every fragment and operation, fragments in the order in which they build on each other.

use std::cell::Cell;

use apollo_compiler::ast::{Argument, Directive, Field, FragmentDefinition, OperationDefinition, Selection, Value};
use apollo_compiler::collections::HashMap;
use apollo_compiler::{Name, Node};

use super::{Size, too_many_arguments};
use crate::config::DocumentLimits;
use crate::graphql::document::operation::{kind, root};
use crate::graphql::document::schema_costs::FieldCost;
use crate::graphql::document::variables::{Says, ValueSize, VariableSizes, variables};
use crate::graphql::document::{Document, DocumentFlaw, SchemaCosts};

/// The most that one `limit` may ask for.
const LONGEST_LIST: u64 = 1000;

pub struct Measure<'a> {
    document: &'a Document,
    costs: &'a SchemaCosts,
    variables: VariableSizes<'a>,
    limits: &'a DocumentLimits,
    sizes: HashMap<&'a Name, Size>,
    /// Whether a variable says how long a list is.
    follows_numbers: Cell<bool>,
}

impl<'a> Measure<'a> {
    pub fn new(
        document: &'a Document,
        costs: &'a SchemaCosts,
        variables: VariableSizes<'a>,
        limits: &'a DocumentLimits,
    ) -> Self {
        Self {
            document,
            costs,
            variables,
            limits,
            sizes: HashMap::default(),
            follows_numbers: Cell::new(false),
        }
    }

    /// The sizes that it was measured with, where nothing but them says what it comes to.
    pub fn into_sizes(self) -> Option<VariableSizes<'a>> {
        (!self.follows_numbers.get()).then_some(self.variables)
    }

    /// Measures every fragment, those first that others are built on. Chains of fragments may be long: no recursion.
    pub fn all_fragments(&mut self) -> Result<(), DocumentFlaw> {
        let fragments = self.document.fragments_by_name();
        let spreads: HashMap<&Name, Vec<&Name>> = fragments
            .iter()
            .map(|(name, fragment)| (*name, spreads(&fragment.selection_set)))
            .collect();
        for name in fragments.keys() {
            // From the fragment inwards: where we are, and how many of its spreads are done.
            let mut path = vec![(*name, 0_usize)];
            while let Some((current, done)) = path.pop() {
                if self.sizes.contains_key(current) {
                    continue;
                }
                let Some(next) = spreads[current].get(done).copied() else {
                    self.fragment(fragments[current])?;
                    continue;
                };
                path.push((current, done + 1));
                if path.iter().any(|(open, _)| *open == next) {
                    return Err(DocumentFlaw::Invalid {
                        message: format!("Fragment {next} spreads itself"),
                        at: self.document.place(next.location()),
                    });
                }
                // What is not defined is left to the judge.
                if spreads.contains_key(next) {
                    path.push((next, 0));
                }
            }
        }
        Ok(())
    }

    fn fragment(&mut self, fragment: &'a FragmentDefinition) -> Result<(), DocumentFlaw> {
        let size = self.set(&fragment.type_condition, &fragment.selection_set)?;
        let size = size.merge(self.directives(&fragment.directives)?);
        self.sizes.insert(&fragment.name, size);
        Ok(())
    }

    /// All fragments, each once.
    pub fn fragments_together(&self) -> Size {
        self.sizes.values().fold(Size::default(), |sum, size| sum.merge(*size))
    }

    pub fn operation(&self, operation: &OperationDefinition) -> Result<Size, DocumentFlaw> {
        let size = self.set(root(kind(operation.operation_type)), &operation.selection_set)?;
        let mut size = size.merge(self.directives(&operation.directives)?);
        for variable in &operation.variables {
            size.directives = size.directives.saturating_add(variable.directives.len() as u64);
        }
        Ok(size)
    }

    /// Recurses as deep as brackets are nested, which the scan has bounded.
    fn set(&self, parent: &str, set: &[Selection]) -> Result<Size, DocumentFlaw> {
        let mut size = Size::default();
        for item in set {
            let directives = self.directives(directives(item))?;
            size = size.merge(directives).merge(self.selection(parent, item)?);
        }
        size.merging = size.merging.saturating_add(size.level);
        size.nesting += usize::from(!set.is_empty());
        Ok(size)
    }

    fn selection(&self, parent: &str, selection: &Selection) -> Result<Size, DocumentFlaw> {
        let (mut size, merging) = match selection {
            Selection::Field(field) => return self.field(parent, field),
            Selection::InlineFragment(fragment) => {
                let on = fragment.type_condition.as_deref().unwrap_or(parent);
                let size = self.set(on, &fragment.selection_set)?;
                (size, size.merging)
            }
            // What stands within a fragment is compared once, where the fragment is defined.
            Selection::FragmentSpread(spread) => {
                (self.sizes.get(&spread.fragment_name).copied().unwrap_or_default(), 0)
            }
        };
        size.merging = merging;
        size.selections = size.selections.saturating_add(1);
        size.level = size.level.saturating_add(1);
        Ok(size)
    }

    fn field(&self, parent: &str, field: &Field) -> Result<Size, DocumentFlaw> {
        let known = self.costs.field(parent, &field.name);
        let introspection = SchemaCosts::introspection(&field.name);
        let of = introspection
            .or(known.map(|known| known.of.as_str()))
            .unwrap_or_default();
        let within = self.set(of, &field.selection_set)?;
        too_many_arguments(field.arguments.len(), self.limits)?;
        let times = self.times(known, &field.arguments);
        let takes = known.map_or(1, |known| known.takes);
        let mut size = Size {
            selections: within.selections.saturating_add(1),
            aliases: within.aliases.saturating_add(u64::from(field.alias.is_some())),
            values: within.values.saturating_add(self.size(&field.arguments)),
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
    fn times(&self, known: Option<&FieldCost>, arguments: &[Node<Argument>]) -> Times {
        let limit = known.and_then(|known| known.limit);
        let (mut asked, mut longest) = (limit.and_then(|limit| limit.default), 1);
        for argument in arguments {
            let is_limit = argument.name == "limit" && limit.is_some();
            let says = match &*argument.value {
                Value::Variable(name) => {
                    self.follows_numbers.set(self.follows_numbers.get() || is_limit);
                    self.variables.says(name)
                }
                literal => Says::of_literal(literal),
            };
            match says {
                Says::Number(number) if is_limit => asked = Some(number),
                Says::Items(items) => longest = longest.max(items),
                _ => {}
            }
        }
        let expected = longest.max(known.map_or(1, |known| known.expected));
        Times {
            answered: asked.map_or(expected, |asked| asked.min(LONGEST_LIST)).max(1),
            computed: longest,
        }
    }

    fn directives(&self, directives: &[Node<Directive>]) -> Result<Size, DocumentFlaw> {
        let mut size = Size {
            directives: directives.len() as u64,
            ..Size::default()
        };
        for directive in directives {
            too_many_arguments(directive.arguments.len(), self.limits)?;
            size.values = size.values.saturating_add(self.size(&directive.arguments));
        }
        Ok(size)
    }

    fn size(&self, arguments: &[Node<Argument>]) -> u64 {
        let of_one = |argument: &Node<Argument>| {
            let variables = variables(&argument.value)
                .into_iter()
                .map(|name| self.variables.size(name));
            variables.fold(ValueSize::of_literal(&argument.value).values, u64::saturating_add)
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

fn directives(selection: &Selection) -> &[Node<Directive>] {
    match selection {
        Selection::Field(field) => &field.directives,
        Selection::FragmentSpread(spread) => &spread.directives,
        Selection::InlineFragment(fragment) => &fragment.directives,
    }
}

/// The fragments that are spread anywhere below.
fn spreads(selected: &[Selection]) -> Vec<&Name> {
    let (mut open, mut found) = (vec![selected], Vec::new());
    while let Some(set) = open.pop() {
        for item in set {
            match item {
                Selection::Field(field) => open.push(&field.selection_set),
                Selection::InlineFragment(fragment) => open.push(&fragment.selection_set),
                Selection::FragmentSpread(spread) => found.push(&spread.fragment_name),
            }
        }
    }
    found
}
