//! An operation as it will be executed, once its variables are known (GraphQL § 6.3): what is skipped is gone, fields of one response
//! key are one field, fragments are put where they apply, and every argument is a value. The execution library then has no choice
//! left to make: left to itself it asks fields of one key one by one, and takes an object without any for null.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use apollo_compiler::ast::{self, Type};
use apollo_compiler::collections::HashSet;
use apollo_compiler::executable::{Directive, Field, Operation, Selection, SelectionSet};
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{ExecutableDocument, Name, Node};
use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types;
use async_graphql::{Name as Key, Pos, Positioned, Value};

use super::coerce::{Coercion, Known};
use super::instant::ARGUMENT;
use super::operation::{kind, only};
use super::{Document, DocumentFlaw};

/// The key under which an object says of which type it is: one without other fields, so that it is an object, and one of several types
/// that it may be, so that its fields can be told. No document can name it.
pub const EMPTY: &str = "{}";

/// One operation and what it needs.
pub struct Plan<'a> {
    pub document: &'a Document,
    pub executable: &'a ExecutableDocument,
    pub coercion: Coercion<'a>,
    pub known: Known,
    pub notes: Notes,
}

/// What is noted while an operation is planned, so that it need not be planned anew for other variables.
#[derive(Default)]
pub struct Notes {
    slots: RefCell<Vec<Slot>>,
    /// Where the planning stands: places in selections, from the root.
    path: RefCell<Vec<usize>>,
    /// Whether what is asked for depends on variables, and not the arguments alone.
    varies: Cell<bool>,
}

/// A field whose arguments are known with the variables.
#[derive(Debug)]
struct Slot {
    path: Vec<usize>,
    object: Name,
    field: Node<Field>,
}

/// An operation as it was planned for some variables, and the fields that are others for others.
#[derive(Debug)]
pub struct Template {
    document: types::ExecutableDocument,
    slots: Vec<Slot>,
    /// Whether other variables ask for something else, and not with other arguments alone.
    pub varies: bool,
    /// Whether as of when it is answered is known with the variables.
    varies_in_time: bool,
    /// Whether a field fails before it is asked because of the variables.
    fails: bool,
}

/// What a field is given once the variables are known.
#[derive(Debug, Clone, Default)]
pub struct Filling {
    arguments: Arguments,
    /// The one that says why the field fails.
    directives: Vec<Positioned<types::Directive>>,
}

/// An operation as it is executed: its template, and what its slots hold instead with other variables.
#[derive(Debug, Clone)]
pub struct Planned {
    template: Arc<Template>,
    filled: Option<Arc<[Filling]>>,
}

impl Template {
    fn new(document: types::ExecutableDocument, notes: Notes) -> Self {
        let (slots, varies) = (notes.slots.into_inner(), notes.varies.get());
        let tells_time = |slot: &Slot| slot.field.arguments.iter().any(|argument| argument.name == ARGUMENT);
        let template = Self {
            varies,
            varies_in_time: slots.iter().any(tells_time),
            fails: false,
            document,
            slots,
        };
        let fails = template.slots().any(|field| failing(field).is_some());
        Self { fails, ..template }
    }

    pub const fn document(&self) -> &types::ExecutableDocument {
        &self.document
    }

    /// The fields that other variables fill otherwise.
    pub fn slots(&self) -> impl Iterator<Item = &types::Field> {
        let set = only(&self.document).map(|(_, operation)| &operation.selection_set.node);
        self.slots.iter().filter_map(move |slot| at(set?, &slot.path))
    }
}

impl Filling {
    pub fn argument(&self, name: &str) -> Option<&Value> {
        let found = self.arguments.iter().find(|(known, _)| known.node == name)?;
        Some(&found.1.node)
    }

    fn give(self, field: &mut types::Field) {
        let arguments = self.arguments.into_iter();
        field.arguments = arguments
            .map(|(name, value)| (name, value.map(Value::into_value)))
            .collect();
        field.directives = self.directives;
    }
}

impl Planned {
    pub fn anew(template: Arc<Template>) -> Self {
        Self { template, filled: None }
    }

    pub const fn template(&self) -> &Arc<Template> {
        &self.template
    }

    /// What the slots hold, in their order, where that is not what the template has.
    pub fn filled(&self) -> Option<&[Filling]> {
        self.filled.as_deref()
    }

    /// Whether a field fails before it is asked because of the variables.
    pub fn fails(&self) -> bool {
        match &self.filled {
            Some(filled) => filled.iter().any(|filling| !filling.directives.is_empty()),
            None => self.template.fails,
        }
    }

    /// Whether as of when it is answered may be another instant than its template says: a field that fails says nothing of it.
    pub fn may_vary_in_time(&self) -> bool {
        self.filled.is_some() && (self.template.varies_in_time || self.template.fails || self.fails())
    }

    /// A document that holds this operation and nothing else.
    pub fn into_document(self) -> types::ExecutableDocument {
        let Some(filled) = self.filled else {
            return Arc::try_unwrap(self.template).map_or_else(|kept| kept.document.clone(), |own| own.document);
        };
        let mut document = self.template.document.clone();
        let set = match &mut document.operations {
            types::DocumentOperations::Single(operation) => Some(operation),
            types::DocumentOperations::Multiple(operations) => operations.values_mut().next(),
        };
        if let Some(operation) = set {
            for (slot, filling) in self.template.slots.iter().zip(filled.iter()) {
                if let Some(field) = at_mut(&mut operation.node.selection_set.node, &slot.path) {
                    filling.clone().give(field);
                }
            }
        }
        document
    }
}

/// The field that a path leads to.
fn at<'a>(set: &'a types::SelectionSet, path: &[usize]) -> Option<&'a types::Field> {
    let (first, rest) = path.split_first()?;
    match &set.items.get(*first)?.node {
        types::Selection::Field(field) if rest.is_empty() => Some(&field.node),
        types::Selection::Field(field) => at(&field.node.selection_set.node, rest),
        types::Selection::InlineFragment(fragment) => at(&fragment.node.selection_set.node, rest),
        types::Selection::FragmentSpread(_) => None,
    }
}

/// The same, to be changed.
fn at_mut<'a>(set: &'a mut types::SelectionSet, path: &[usize]) -> Option<&'a mut types::Field> {
    let (first, rest) = path.split_first()?;
    match &mut set.items.get_mut(*first)?.node {
        types::Selection::Field(field) => {
            if rest.is_empty() {
                Some(&mut field.node)
            } else {
                at_mut(&mut field.node.selection_set.node, rest)
            }
        }
        types::Selection::InlineFragment(fragment) => at_mut(&mut fragment.node.selection_set.node, rest),
        types::Selection::FragmentSpread(_) => None,
    }
}

/// Fields by the key that they answer under, in the order in which the keys come up.
type Collected<'a> = IndexMap<&'a Name, Vec<&'a Node<Field>>>;

/// Arguments by name, each a value of its type.
type Arguments = Vec<(Positioned<Key>, Positioned<Value>)>;

impl<'a> Plan<'a> {
    /// The operation of a template with these variables.
    pub fn fill(&self, template: &Arc<Template>) -> Result<Planned, DocumentFlaw> {
        let filling = |slot: &Slot| {
            let at = self.document.place(slot.field.location()).unwrap_or_default();
            self.filling(&slot.object, &slot.field, at)
        };
        let filled = template.slots.iter().map(filling).collect::<Result<_, _>>()?;
        Ok(Planned {
            template: Arc::clone(template),
            filled: Some(filled),
        })
    }

    pub fn operation(self, operation: &'a Node<Operation>) -> Result<Template, DocumentFlaw> {
        let at = self.document.place(operation.location()).unwrap_or_default();
        let items = self.set(&operation.selection_set.ty, &[&operation.selection_set], at)?;
        let selection_set = Positioned::new(types::SelectionSet { items }, at);
        let planned = types::OperationDefinition {
            ty: kind(operation.operation_type),
            variable_definitions: Vec::new(),
            directives: Vec::new(),
            selection_set,
        };
        let planned = Positioned::new(planned, at);
        let operations = match &operation.name {
            Some(name) => types::DocumentOperations::Multiple([(Key::new(name), planned)].into()),
            None => types::DocumentOperations::Single(planned),
        };
        let document = types::ExecutableDocument {
            operations,
            fragments: std::collections::HashMap::default(),
        };
        Ok(Template::new(document, self.notes))
    }

    /// What is selected of a type: for an abstract one, of each that it may be.
    fn set(
        &self,
        parent: &Name,
        sets: &[&'a SelectionSet],
        at: Pos,
    ) -> Result<Vec<Positioned<types::Selection>>, DocumentFlaw> {
        let schema = self.coercion.schema;
        if schema.types.get(parent).is_none_or(ExtendedType::is_leaf) {
            return Ok(Vec::new());
        }
        if schema.get_object(parent).is_some() {
            return self.fields(parent, sets, at, false);
        }
        let possible = schema
            .types
            .iter()
            .filter(|(name, found)| found.is_object() && schema.is_subtype(parent, name));
        possible
            .enumerate()
            .map(|(place, (name, _))| {
                let items = self.below(place, || self.fields(name, sets, at, true))?;
                Ok(Positioned::new(fragment(name, items, at), at))
            })
            .collect()
    }

    fn fields(
        &self,
        object: &Name,
        sets: &[&'a SelectionSet],
        at: Pos,
        is_one_of_several: bool,
    ) -> Result<Vec<Positioned<types::Selection>>, DocumentFlaw> {
        let (mut collected, mut visited) = (Collected::new(), HashSet::default());
        sets.iter()
            .try_for_each(|set| self.collect(object, set, &mut collected, &mut visited))?;
        let mut items: Vec<_> = collected
            .into_values()
            .enumerate()
            .map(|(place, fields)| self.below(place, || self.field(object, &fields)))
            .collect::<Result<_, _>>()?;
        if items.is_empty() || is_one_of_several {
            items.push(Positioned::new(
                types::Selection::Field(Positioned::new(placeholder(at), at)),
                at,
            ));
        }
        Ok(items)
    }

    /// Plans what stands at a place of a selection.
    fn below<T>(&self, place: usize, plan: impl FnOnce() -> T) -> T {
        self.notes.path.borrow_mut().push(place);
        let planned = plan();
        self.notes.path.borrow_mut().pop();
        planned
    }

    /// § 6.3.2.
    fn collect(
        &self,
        object: &Name,
        set: &'a SelectionSet,
        collected: &mut Collected<'a>,
        visited: &mut HashSet<&'a Name>,
    ) -> Result<(), DocumentFlaw> {
        for selection in &set.selections {
            if !self.is_included(selection.directives())? {
                continue;
            }
            match selection {
                Selection::Field(field) => collected
                    .entry(field.alias.as_ref().unwrap_or(&field.name))
                    .or_default()
                    .push(field),
                Selection::InlineFragment(fragment) => {
                    if fragment
                        .type_condition
                        .as_ref()
                        .is_none_or(|on| self.applies(on, object))
                    {
                        self.collect(object, &fragment.selection_set, collected, visited)?;
                    }
                }
                Selection::FragmentSpread(spread) => {
                    let fragment = self.executable.fragments.get(&spread.fragment_name);
                    if let Some(fragment) = fragment.filter(|_| visited.insert(&spread.fragment_name))
                        && self.applies(&fragment.selection_set.ty, object)
                    {
                        self.collect(object, &fragment.selection_set, collected, visited)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn applies(&self, condition: &Name, object: &Name) -> bool {
        condition == object || self.coercion.schema.is_subtype(condition, object)
    }

    fn is_included(&self, directives: &[Node<Directive>]) -> Result<bool, DocumentFlaw> {
        for directive in directives
            .iter()
            .filter(|directive| matches!(directive.name.as_str(), "skip" | "include"))
        {
            let condition = directive.arguments.iter().find(|argument| argument.name == "if");
            if condition.is_some_and(|condition| is_variable(&condition.value)) {
                self.notes.varies.set(true);
            }
            let wanted = Type::NonNullNamed(Name::new_static("Boolean").expect("a name"));
            let value = condition
                .map(|condition| self.argument(&wanted, condition))
                .transpose()?
                .flatten();
            if value != Some(Value::Boolean(directive.name == "include")) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// All fields of one key as one; their arguments are the same, as the judge has seen.
    fn field(&self, object: &Name, fields: &[&'a Node<Field>]) -> Result<Positioned<types::Selection>, DocumentFlaw> {
        let first = fields[0];
        let at = self.document.place(first.location()).unwrap_or_default();
        let sets: Vec<&SelectionSet> = fields.iter().map(|field| &field.selection_set).collect();
        let items = self.set(first.definition.ty.inner_named_type(), &sets, at)?;
        if first.arguments.iter().any(|argument| is_variable(&argument.value)) {
            self.notes.slots.borrow_mut().push(Slot {
                path: self.notes.path.borrow().clone(),
                object: object.clone(),
                field: first.clone(),
            });
        }
        let mut field = types::Field {
            alias: first.alias.as_ref().map(|alias| Positioned::new(Key::new(alias), at)),
            name: Positioned::new(Key::new(&first.name), at),
            arguments: Vec::new(),
            directives: Vec::new(),
            selection_set: Positioned::new(types::SelectionSet { items }, at),
        };
        self.filling(object, first, at)?.give(&mut field);
        Ok(Positioned::new(types::Selection::Field(Positioned::new(field, at)), at))
    }

    /// What a field that stands there is given. Where its arguments come out wrong with the variables sent, the field fails alone when its
    /// turn comes (§ 6.4.1); a subscription's is all that there is.
    fn filling(&self, object: &Name, field: &Node<Field>, at: Pos) -> Result<Filling, DocumentFlaw> {
        match self.arguments(object, field) {
            Ok(arguments) => Ok(Filling {
                arguments,
                directives: Vec::new(),
            }),
            Err(flaw) if Some(object) == self.coercion.schema.root_operation(ast::OperationType::Subscription) => {
                Err(flaw)
            }
            Err(flaw) => Ok(Filling {
                arguments: Arguments::new(),
                directives: vec![Positioned::new(fails(&flaw), at)],
            }),
        }
    }

    /// § 6.4.1: an argument whose variable is absent is absent itself, and the schema's default takes its place.
    fn arguments(&self, object: &Name, field: &Field) -> Result<Arguments, DocumentFlaw> {
        let mut arguments = Vec::new();
        for argument in &field.arguments {
            let Some(definition) = field.definition.argument_by_name(&argument.name) else {
                continue;
            };
            let at = self.document.place(argument.location()).unwrap_or_default();
            match self.argument(&definition.ty, argument)? {
                Some(value) => arguments.push((
                    Positioned::new(Key::new(&argument.name), at),
                    Positioned::new(value, at),
                )),
                None if definition.is_required() => {
                    let message = format!(
                        "The argument \"{}\" of \"{object}.{}\" is missing: its variable was not sent",
                        argument.name, field.name
                    );
                    return Err(DocumentFlaw::Invalid { message, at: Some(at) });
                }
                None => {}
            }
        }
        Ok(arguments)
    }

    fn argument(&self, wanted: &Type, argument: &Node<ast::Argument>) -> Result<Option<Value>, DocumentFlaw> {
        self.coercion
            .literal(wanted, &argument.value, &self.known)
            .map_err(|misfit| {
                let message = format!(
                    "The argument \"{}\" is not of its type \"{wanted}\"{misfit}",
                    argument.name
                );
                DocumentFlaw::Invalid {
                    message,
                    at: self.document.place(argument.location()),
                }
            })
    }
}

/// Whether a value is known with the variables.
fn is_variable(value: &ast::Value) -> bool {
    match value {
        ast::Value::Variable(_) => true,
        ast::Value::List(values) => values.iter().any(|value| is_variable(value)),
        ast::Value::Object(members) => members.iter().any(|(_, value)| is_variable(value)),
        _ => false,
    }
}

fn fragment(on: &Name, items: Vec<Positioned<types::Selection>>, at: Pos) -> types::Selection {
    let fragment = types::InlineFragment {
        type_condition: Some(Positioned::new(
            types::TypeCondition {
                on: Positioned::new(Key::new(on), at),
            },
            at,
        )),
        directives: Vec::new(),
        selection_set: Positioned::new(types::SelectionSet { items }, at),
    };
    types::Selection::InlineFragment(Positioned::new(fragment, at))
}

fn placeholder(at: Pos) -> types::Field {
    types::Field {
        alias: Some(Positioned::new(Key::new(EMPTY), at)),
        name: Positioned::new(Key::new("__typename"), at),
        arguments: Vec::new(),
        directives: Vec::new(),
        selection_set: Positioned::default(),
    }
}

/// A directive that no document can write: its name is what is wrong.
fn fails(flaw: &DocumentFlaw) -> types::Directive {
    types::Directive {
        name: Positioned::new(Key::new(flaw.to_string()), flaw.place().unwrap_or_default()),
        arguments: Vec::new(),
    }
}

/// Why a planned field fails before it is asked, and where in the document.
pub fn failing(field: &types::Field) -> Option<(&str, Pos)> {
    field
        .directives
        .first()
        .map(|directive| (directive.node.name.node.as_str(), directive.node.name.pos))
}
