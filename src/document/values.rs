//! How much values weigh. A variable is copied wherever it is used, so its size counts as often as its name stands.

use std::collections::HashMap;

use async_graphql::parser::types::OperationDefinition;
use async_graphql::{Name, Value, Variables};

use super::{Flaw, Limits};

/// A text of so many bytes counts as one more value.
const BYTES_OF_A_VALUE: usize = 64;

/// How much of a value there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bulk {
    pub values: u64,
    /// Lists and objects within each other.
    pub depth: usize,
}

impl Bulk {
    /// Of a value that the JSON parser has let through: nested 128 deep at most.
    pub fn of(value: &Value) -> Self {
        let within = |parts: &mut dyn Iterator<Item = Self>| {
            let own = Self { values: 1, depth: 0 };
            let sum = parts.fold(own, |sum, part| Self { values: sum.values + part.values, depth: sum.depth.max(part.depth) });
            Self { depth: sum.depth + 1, ..sum }
        };
        match value {
            Value::List(items) => within(&mut items.iter().map(Self::of)),
            Value::Object(fields) => within(&mut fields.iter().map(|(name, value)| {
                let value = Self::of(value);
                Self { values: value.values + text(name.as_str()), ..value }
            })),
            Value::String(string) => Self { values: 1 + text(string), depth: 0 },
            _ => Self { values: 1, depth: 0 },
        }
    }
}

fn text(text: &str) -> u64 {
    (text.len() / BYTES_OF_A_VALUE) as u64
}

/// What the variables of one request hold, measured once.
#[derive(Debug, Default)]
pub struct Given<'a> {
    values: HashMap<&'a Name, (Bulk, Option<&'a Value>)>,
}

impl<'a> Given<'a> {
    /// The variables sent, and the defaults of those that were not.
    pub fn measure(sent: &'a Variables, operation: &'a OperationDefinition, limits: &Limits) -> Result<Self, Flaw> {
        let mut values = HashMap::new();
        let mut total = 0;
        for (name, value) in sent.iter() {
            let bulk = Bulk::of(value);
            total += bulk.values;
            if bulk.depth > limits.variable_depth {
                return Err(Flaw::VariablesTooDeep { found: bulk.depth, most: limits.variable_depth });
            }
            values.insert(name, (bulk, Some(value)));
        }
        let most = limits.variable_values;
        if total > most as u64 {
            return Err(Flaw::VariablesTooLarge { found: usize::try_from(total).unwrap_or(usize::MAX), most });
        }
        for definition in &operation.variable_definitions {
            let default = definition.node.default_value.as_ref().map(|value| &value.node);
            let bulk = default.map_or(Bulk { values: 1, depth: 0 }, Bulk::of);
            values.entry(&definition.node.name.node).or_insert((bulk, default));
        }
        Ok(Self { values })
    }

    pub fn bulk(&self, name: &Name) -> u64 {
        self.values.get(name).map_or(1, |(bulk, _)| bulk.values)
    }

    pub fn value(&self, name: &Name) -> Option<&'a Value> {
        self.values.get(name).and_then(|(_, value)| *value)
    }
}
