//! How values stand in a document, as far as the judge's library does not say: a field of an input object once (GraphQL § 5.6.3), a
//! variable where its type allows it, within lists and objects too (§ 5.8.3, 5.8.5), a scalar of our own as it wants to be written.

use apollo_compiler::ast::{self, Argument, Directive, InputValueDefinition, Type, VariableDefinition};
use apollo_compiler::collections::{HashMap, HashSet, IndexMap};
use apollo_compiler::executable::{Selection, SelectionSet};
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{ExecutableDocument, Name, Node};

use super::coerce::{Coercion, Known};
use super::{Document, DocumentFlaw};

/// A variable in its place.
struct Usage<'a> {
    variable: &'a Name,
    /// What the place wants; nothing within a scalar of our own.
    wanted: Option<&'a Type>,
    /// Whether the place has a default.
    has_default: bool,
}

/// What stands within one operation or fragment.
#[derive(Default)]
struct Within<'a> {
    usages: Vec<Usage<'a>>,
    spreads: Vec<&'a Name>,
}

/// Every value of a document, and what is wrong with any.
pub struct Usages<'a> {
    document: &'a Document,
    executable: &'a ExecutableDocument,
    coercion: Coercion<'a>,
}

impl<'a> Usages<'a> {
    pub const fn of(document: &'a Document, executable: &'a ExecutableDocument, coercion: Coercion<'a>) -> Self {
        Self {
            document,
            executable,
            coercion,
        }
    }

    pub fn check(&self) -> Result<(), DocumentFlaw> {
        let mut fragments = HashMap::default();
        for (name, fragment) in &self.executable.fragments {
            let mut within = Within::default();
            self.directives(&fragment.directives, &mut within)?;
            self.set(&fragment.selection_set, &mut within)?;
            fragments.insert(name, within);
        }
        for operation in self.executable.operations.iter() {
            let mut within = Within::default();
            self.directives(&operation.directives, &mut within)?;
            self.set(&operation.selection_set, &mut within)?;
            let declared = self.declared(&operation.variables)?;
            self.variables(&declared, &within, &fragments)?;
        }
        Ok(())
    }

    /// The variables of an operation, their defaults looked at.
    fn declared(
        &self,
        variables: &'a [Node<VariableDefinition>],
    ) -> Result<IndexMap<&'a Name, &'a VariableDefinition>, DocumentFlaw> {
        for variable in variables {
            if let Some(default) = &variable.default_value {
                self.value(&variable.ty, false, default, &mut Within::default())?;
            }
        }
        Ok(variables.iter().map(|variable| (&variable.name, &**variable)).collect())
    }

    /// Every variable that an operation reaches, through whatever fragments.
    fn variables(
        &self,
        declared: &IndexMap<&Name, &VariableDefinition>,
        within: &Within<'a>,
        fragments: &HashMap<&'a Name, Within<'a>>,
    ) -> Result<(), DocumentFlaw> {
        let (mut open, mut seen) = (vec![within], HashSet::default());
        while let Some(within) = open.pop() {
            within.usages.iter().try_for_each(|usage| self.usage(declared, usage))?;
            open.extend(
                within
                    .spreads
                    .iter()
                    .filter(|name| seen.insert(**name))
                    .filter_map(|name| fragments.get(*name)),
            );
        }
        Ok(())
    }

    fn usage(&self, declared: &IndexMap<&Name, &VariableDefinition>, usage: &Usage<'_>) -> Result<(), DocumentFlaw> {
        let name = usage.variable;
        let invalid = |message| {
            Err(DocumentFlaw::Invalid {
                message,
                at: self.document.place(name.location()),
            })
        };
        let Some(definition) = declared.get(name) else {
            return invalid(format!("The variable \"${name}\" is not declared"));
        };
        match usage.wanted {
            Some(wanted) if !is_allowed(definition, wanted, usage.has_default) => invalid(format!(
                "The variable \"${name}\" of type \"{}\" cannot stand where \"{wanted}\" is wanted",
                definition.ty
            )),
            _ => Ok(()),
        }
    }

    fn set(&self, set: &'a SelectionSet, within: &mut Within<'a>) -> Result<(), DocumentFlaw> {
        for selection in &set.selections {
            self.directives(selection.directives(), within)?;
            match selection {
                Selection::Field(field) => {
                    self.arguments(&field.arguments, &field.definition.arguments, within)?;
                    self.set(&field.selection_set, within)?;
                }
                Selection::InlineFragment(fragment) => self.set(&fragment.selection_set, within)?,
                Selection::FragmentSpread(spread) => within.spreads.push(&spread.fragment_name),
            }
        }
        Ok(())
    }

    fn directives(&self, directives: &'a [Node<Directive>], within: &mut Within<'a>) -> Result<(), DocumentFlaw> {
        for directive in directives {
            if let Some(definition) = self.coercion.schema.directive_definitions.get(&directive.name) {
                self.arguments(&directive.arguments, &definition.arguments, within)?;
            }
        }
        Ok(())
    }

    fn arguments(
        &self,
        arguments: &'a [Node<Argument>],
        definitions: &'a [Node<InputValueDefinition>],
        within: &mut Within<'a>,
    ) -> Result<(), DocumentFlaw> {
        for argument in arguments {
            if let Some(definition) = definitions.iter().find(|definition| definition.name == argument.name) {
                self.value(
                    &definition.ty,
                    definition.default_value.is_some(),
                    &argument.value,
                    within,
                )?;
            }
        }
        Ok(())
    }

    fn value(
        &self,
        wanted: &'a Type,
        has_default: bool,
        value: &'a Node<ast::Value>,
        within: &mut Within<'a>,
    ) -> Result<(), DocumentFlaw> {
        match (&**value, wanted) {
            (ast::Value::Variable(variable), _) => {
                within.usages.push(Usage {
                    variable,
                    wanted: Some(wanted),
                    has_default,
                });
                Ok(())
            }
            (ast::Value::List(items), Type::List(item) | Type::NonNullList(item)) => items
                .iter()
                .try_for_each(|value| self.value(item, false, value, within)),
            (ast::Value::Null, _) => Ok(()),
            (_, Type::List(item) | Type::NonNullList(item)) => self.value(item, false, value, within),
            (_, Type::Named(name) | Type::NonNullNamed(name)) => self.one(name, value, within),
        }
    }

    fn one(&self, name: &'a Name, value: &'a Node<ast::Value>, within: &mut Within<'a>) -> Result<(), DocumentFlaw> {
        match (self.coercion.schema.types.get(name), &**value) {
            (Some(ExtendedType::InputObject(input)), ast::Value::Object(fields)) => {
                self.once(fields)?;
                for (name, value) in fields {
                    if let Some(field) = input.fields.get(name) {
                        self.value(&field.ty, field.default_value.is_some(), value, within)?;
                    }
                }
                Ok(())
            }
            (Some(ExtendedType::Scalar(scalar)), _) if !scalar.is_built_in() => {
                self.untyped(value, within)?;
                // Variables within a list or an object make neither of them another value.
                self.own(name, value)
            }
            _ => Ok(()),
        }
    }

    fn own(&self, name: &Name, value: &Node<ast::Value>) -> Result<(), DocumentFlaw> {
        let read = self
            .coercion
            .literal(&Type::Named(name.clone()), value, &Known::default());
        read.map(|_| ()).map_err(|misfit| {
            let message = format!("The value is not of its type \"{name}\"{misfit}");
            DocumentFlaw::Invalid {
                message,
                at: self.document.place(value.location()),
            }
        })
    }

    fn untyped(&self, value: &'a Node<ast::Value>, within: &mut Within<'a>) -> Result<(), DocumentFlaw> {
        match &**value {
            ast::Value::Variable(variable) => within.usages.push(Usage {
                variable,
                wanted: None,
                has_default: false,
            }),
            ast::Value::List(items) => items.iter().try_for_each(|value| self.untyped(value, within))?,
            ast::Value::Object(fields) => {
                self.once(fields)?;
                fields.iter().try_for_each(|(_, value)| self.untyped(value, within))?;
            }
            _ => {}
        }
        Ok(())
    }

    fn once(&self, fields: &[(Name, Node<ast::Value>)]) -> Result<(), DocumentFlaw> {
        let mut seen = HashSet::default();
        fields
            .iter()
            .find(|(name, _)| !seen.insert(name))
            .map_or(Ok(()), |(name, value)| {
                let message = format!("The input field \"{name}\" stands twice");
                Err(DocumentFlaw::Invalid {
                    message,
                    at: self.document.place(name.location().or_else(|| value.location())),
                })
            })
    }
}

/// § 5.8.5: a default of the variable's own, or of the place, may stand in for a value that is not sent; null does not.
fn is_allowed(variable: &VariableDefinition, wanted: &Type, has_default: bool) -> bool {
    if !wanted.is_non_null() || variable.ty.is_non_null() {
        return variable.ty.is_assignable_to(wanted);
    }
    let stands_in = has_default
        || variable
            .default_value
            .as_ref()
            .is_some_and(|default| !matches!(&**default, ast::Value::Null));
    stands_in && variable.ty.is_assignable_to(&wanted.clone().nullable())
}
