//! How much values weigh. A variable is copied wherever it is used, so its size counts as often as its name stands.

use apollo_compiler::ast;
use apollo_compiler::collections::HashMap;
use async_graphql::{Value, Variables};

use super::DocumentFlaw;
use crate::config::DocumentLimits;

/// A text of so many bytes counts as one more value.
const BYTES_OF_A_VALUE: usize = 64;

/// How much of a value there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ValueSize {
    pub values: u64,
    /// Lists and objects within each other.
    pub depth: usize,
}

impl ValueSize {
    const ONE: Self = Self { values: 1, depth: 0 };

    /// Of a value that the JSON parser has let through: nested 128 deep at most.
    pub fn of(value: &Value) -> Self {
        match value {
            Value::List(items) => Self::within(items.iter().map(Self::of)),
            Value::Object(fields) => Self::within(fields.iter().map(|(name, value)| Self::of(value).and(text(name)))),
            Value::String(string) => Self::ONE.and(text(string)),
            _ => Self::ONE,
        }
    }

    /// Of a value as it is written in a document, variables counted as one.
    pub fn of_literal(value: &ast::Value) -> Self {
        match value {
            ast::Value::List(items) => Self::within(items.iter().map(|item| Self::of_literal(item))),
            ast::Value::Object(fields) => Self::within(
                fields
                    .iter()
                    .map(|(name, value)| Self::of_literal(value).and(text(name))),
            ),
            ast::Value::String(string) => Self::ONE.and(text(string)),
            _ => Self::ONE,
        }
    }

    fn within(parts: impl Iterator<Item = Self>) -> Self {
        let sum = parts.fold(Self::ONE, |sum, part| Self {
            values: sum.values + part.values,
            depth: sum.depth.max(part.depth),
        });
        Self {
            depth: sum.depth + 1,
            ..sum
        }
    }

    const fn and(self, values: u64) -> Self {
        Self {
            values: self.values + values,
            ..self
        }
    }
}

fn text(text: &str) -> u64 {
    (text.len() / BYTES_OF_A_VALUE) as u64
}

/// What a value says of how often something is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    Number(u64),
    Items(u64),
    Nothing,
}

impl Says {
    fn of(value: &Value) -> Self {
        match value {
            Value::Number(number) => Self::Number(whole(&number.to_string())),
            Value::List(items) => Self::Items(items.len() as u64),
            _ => Self::Nothing,
        }
    }

    const fn items(self) -> Option<u64> {
        match self {
            Self::Items(items) => Some(items),
            Self::Number(_) | Self::Nothing => None,
        }
    }

    pub fn of_literal(value: &ast::Value) -> Self {
        match value {
            ast::Value::Int(number) => Self::Number(whole(number.as_str())),
            ast::Value::List(items) => Self::Items(items.len() as u64),
            _ => Self::Nothing,
        }
    }
}

/// Nothing negative is a length, and what is no whole number is refused later.
fn whole(text: &str) -> u64 {
    text.strip_suffix(".0").unwrap_or(text).parse().unwrap_or(0)
}

/// What the variables of one request hold, measured once.
#[derive(Debug, Default)]
pub struct VariableSizes<'a> {
    values: HashMap<&'a str, (ValueSize, Says)>,
}

impl<'a> VariableSizes<'a> {
    /// The variables sent, and the defaults of those that were not.
    pub fn measure(
        sent: &'a Variables,
        operation: &'a ast::OperationDefinition,
        limits: &DocumentLimits,
    ) -> Result<Self, DocumentFlaw> {
        let mut values = HashMap::default();
        let mut total = 0;
        for (name, value) in sent.iter() {
            let size = ValueSize::of(value);
            total += size.values;
            if size.depth > limits.variable_depth {
                return Err(DocumentFlaw::VariablesTooDeep {
                    found: size.depth,
                    most: limits.variable_depth,
                });
            }
            values.insert(name.as_str(), (size, Says::of(value)));
        }
        let most = limits.variable_values;
        if total > most as u64 {
            return Err(DocumentFlaw::VariablesTooLarge {
                found: usize::try_from(total).unwrap_or(usize::MAX),
                most,
            });
        }
        for definition in &operation.variables {
            let default = definition.default_value.as_deref();
            let measured = default.map_or((ValueSize::ONE, Says::Nothing), |value| {
                (ValueSize::of_literal(value), Says::of_literal(value))
            });
            values.entry(definition.name.as_str()).or_insert(measured);
        }
        Ok(Self { values })
    }

    /// Whether both have the same variables, each of the same size; numbers may be others.
    pub fn are_as_large_as(&self, known: &KnownSizes) -> bool {
        let is_known = |name: &&str, (size, says): &(ValueSize, Says)| {
            let found = known.0.get(*name);
            found.is_some_and(|(known, items)| known == size && *items == says.items())
        };
        self.values.len() == known.0.len() && self.values.iter().all(|(name, value)| is_known(name, value))
    }

    /// To be compared with others later.
    pub fn known(self) -> KnownSizes {
        let values = self.values.into_iter();
        KnownSizes(
            values
                .map(|(name, (size, says))| (name.into(), (size, says.items())))
                .collect(),
        )
    }

    pub fn size(&self, name: &str) -> u64 {
        self.values.get(name).map_or(1, |(size, _)| size.values)
    }

    pub fn says(&self, name: &str) -> Says {
        self.values.get(name).map_or(Says::Nothing, |(_, says)| *says)
    }
}

/// The sizes of variables that were measured before, and how many items each list has.
#[derive(Debug)]
pub struct KnownSizes(HashMap<Box<str>, (ValueSize, Option<u64>)>);

/// The variables within a literal.
pub fn variables(value: &ast::Value) -> Vec<&str> {
    let (mut open, mut found) = (vec![value], Vec::new());
    while let Some(value) = open.pop() {
        match value {
            ast::Value::Variable(name) => found.push(name.as_str()),
            ast::Value::List(items) => open.extend(items.iter().map(|item| &**item)),
            ast::Value::Object(fields) => open.extend(fields.iter().map(|(_, value)| &**value)),
            _ => {}
        }
    }
    found
}
