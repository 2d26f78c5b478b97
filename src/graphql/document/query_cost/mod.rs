//! What a document grows to when its fragments are written out, without writing them out: each fragment is measured once, and
//! every spread of it adds the measure. Sums saturate; circles are found on the way.

mod measure;

use apollo_compiler::ast::Selection;
use async_graphql::Variables;
use async_graphql::parser::types::OperationType;
use measure::Measure;

use super::operation::{kind, meant};
use super::variables::{KnownSizes, VariableSizes};
use super::{Document, DocumentFlaw, SchemaCosts};
use crate::config::DocumentLimits;

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
pub struct QueryCost {
    /// What the operation is called in the document.
    pub name: Option<String>,
    pub kind: OperationType,
    pub size: Size,
    /// The fields that the operation starts with.
    pub roots: Vec<String>,
}

/// What a document came to, and with variables of which sizes: with others of the same it comes to the same.
#[derive(Debug)]
pub struct Measured {
    pub cost: QueryCost,
    /// Nothing where a variable says how long a list is.
    sizes: Option<KnownSizes>,
}

impl Measured {
    /// What the same document comes to by the same name and limits with these variables, where that is known.
    pub fn again(
        &self,
        document: &Document,
        name: Option<&str>,
        variables: &Variables,
        limits: &DocumentLimits,
    ) -> Result<Option<QueryCost>, DocumentFlaw> {
        let meant = meant(document, name)?;
        let Some(known) = self
            .sizes
            .as_ref()
            .filter(|_| meant.name.as_deref() == self.cost.name.as_deref())
        else {
            return Ok(None);
        };
        let sizes = VariableSizes::measure(variables, meant, limits)?;
        Ok(sizes.are_as_large_as(known).then(|| self.cost.clone()))
    }

    /// Measures the document, and refuses what is over a limit.
    pub fn of(
        document: &Document,
        name: Option<&str>,
        variables: &Variables,
        costs: &SchemaCosts,
        limits: &DocumentLimits,
    ) -> Result<Self, DocumentFlaw> {
        check_definitions(document, limits)?;
        let meant = meant(document, name)?;
        let variables = VariableSizes::measure(variables, meant, limits)?;
        let mut measure = Measure::new(document, costs, variables, limits);
        measure.all_fragments()?;
        let (mut whole, mut size) = (Size::default(), Size::default());
        for operation in document.operations() {
            let measured = measure.operation(operation)?;
            whole = whole.merge(measured);
            if std::ptr::eq(&raw const **operation, meant) {
                size = measured;
            }
        }
        check_whole(&whole, measure.fragments_together(), limits)?;
        check_cost(&size, limits)?;
        let (kind, roots) = (kind(meant.operation_type), root_fields(document, &meant.selection_set));
        check_roots(kind, &roots, limits)?;
        let name = meant.name.as_ref().map(ToString::to_string);
        Ok(Self {
            cost: QueryCost {
                name,
                kind,
                size,
                roots,
            },
            sizes: measure.into_sizes().map(VariableSizes::known),
        })
    }
}

fn at_most(code: &'static str, what: &'static str, found: u64, most: usize) -> Result<(), DocumentFlaw> {
    if found <= most as u64 {
        Ok(())
    } else {
        Err(DocumentFlaw::TooMany {
            code,
            what,
            found,
            most: most as u64,
        })
    }
}

fn check_definitions(document: &Document, limits: &DocumentLimits) -> Result<(), DocumentFlaw> {
    at_most(
        "TOO_MANY_DEFINITIONS",
        "operations",
        document.operations().count() as u64,
        limits.operations,
    )?;
    at_most(
        "TOO_MANY_DEFINITIONS",
        "fragments",
        document.fragments().count() as u64,
        limits.fragments,
    )?;
    let variables = document
        .operations()
        .map(|operation| operation.variables.len() as u64)
        .sum();
    at_most("TOO_MANY_VARIABLES", "variables", variables, limits.variables)
}

/// What the judge will walk through, all operations and fragments taken together.
fn check_whole(whole: &Size, fragments: Size, limits: &DocumentLimits) -> Result<(), DocumentFlaw> {
    at_most(
        "TOO_MANY_FIELDS",
        "fields and fragments, written out",
        whole.selections,
        limits.selections,
    )?;
    let merging = whole.merging.saturating_add(fragments.merging);
    at_most(
        "TOO_MANY_FIELDS",
        "fields that stand beside each other, written out",
        merging,
        limits.selections * 4,
    )?;
    at_most(
        "TOO_MANY_DIRECTIVES",
        "directives, written out",
        whole.directives,
        limits.directives,
    )?;
    let values = whole.values.saturating_add(fragments.values);
    if values > limits.argument_values {
        return Err(DocumentFlaw::ArgumentsTooLarge {
            found: values,
            most: limits.argument_values,
        });
    }
    let depth = |what, found, most| {
        if found <= most {
            Ok(())
        } else {
            Err(DocumentFlaw::TooDeep { what, found, most })
        }
    };
    depth(
        "fields and fragments",
        whole.nesting.max(fragments.nesting),
        limits.sets,
    )?;
    depth("fields", whole.depth.max(fragments.depth), limits.depth)?;
    depth(
        "fields of the schema",
        whole.introspection_depth.max(fragments.introspection_depth),
        limits.introspection_depth,
    )
}

fn check_cost(size: &Size, limits: &DocumentLimits) -> Result<(), DocumentFlaw> {
    at_most("TOO_MANY_ALIASES", "aliases, written out", size.aliases, limits.aliases)?;
    let found = size.cost.max(size.introspection_cost);
    if found <= limits.cost {
        Ok(())
    } else {
        Err(DocumentFlaw::TooCostly {
            found,
            most: limits.cost,
        })
    }
}

fn check_roots(kind: OperationType, roots: &[String], limits: &DocumentLimits) -> Result<(), DocumentFlaw> {
    at_most(
        "TOO_MANY_ROOT_FIELDS",
        "fields to start with",
        roots.len() as u64,
        limits.root_fields,
    )?;
    if kind == OperationType::Mutation && roots.len() > 1 {
        return Err(DocumentFlaw::SeveralMutations { found: roots.len() });
    }
    Ok(())
}

/// The fields of the first level. Its measure is known to be small.
fn root_fields(document: &Document, selected: &[Selection]) -> Vec<String> {
    let fragments = document.fragments_by_name();
    let (mut open, mut found) = (vec![selected], Vec::new());
    while let Some(set) = open.pop() {
        for item in set {
            match item {
                Selection::Field(field) => found.push(field.name.to_string()),
                Selection::InlineFragment(fragment) => open.push(&fragment.selection_set),
                Selection::FragmentSpread(spread) => {
                    open.extend(
                        fragments
                            .get(&spread.fragment_name)
                            .map(|fragment| fragment.selection_set.as_slice()),
                    );
                }
            }
        }
    }
    found
}

impl Size {
    /// Both, one after the other on the same level.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
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

fn too_many_arguments(found: usize, limits: &DocumentLimits) -> Result<(), DocumentFlaw> {
    at_most(
        "TOO_MANY_ARGUMENTS",
        "arguments of one field",
        found as u64,
        limits.arguments,
    )
}

#[cfg(test)]
mod tests;
