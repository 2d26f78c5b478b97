//! Values brought to the types of the schema (GraphQL § 3, "Input Coercion"): those that a request sends, and those that its document
//! holds. What comes out needs no further reading: enums are enums, an `ID` is a text, one value for a list is a list of one.

use apollo_compiler::ast::{self, Type, VariableDefinition};
use apollo_compiler::collections::HashMap;
use apollo_compiler::schema::{ExtendedType, InputObjectType};
use apollo_compiler::{Node, Schema};
use async_graphql::indexmap::IndexMap;
use async_graphql::{Name, Number, Value, Variables};

use super::{Document, DocumentFlaw};

/// What a scalar of our own says to a value: why it is none of its values.
pub type Scalars = fn(scalar: &str, value: &Value) -> Result<(), String>;

/// Why a value is not of its type, and where within it.
#[derive(Debug, Default)]
pub struct Misfit {
    path: String,
    why: String,
}

impl Misfit {
    fn because(why: impl Into<String>) -> Self {
        Self {
            path: String::new(),
            why: why.into(),
        }
    }

    fn under(self, segment: impl std::fmt::Display) -> Self {
        Self {
            path: format!("{segment}{}", self.path),
            ..self
        }
    }
}

/// Follows `… is not of its type "Int"`.
impl std::fmt::Display for Misfit {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.path.is_empty() {
            write!(formatter, " at \"{}\"", self.path)?;
        }
        if self.why.is_empty() {
            Ok(())
        } else {
            write!(formatter, ": {}", self.why)
        }
    }
}

/// Variables as the operation knows them: those that were sent, and the defaults of the others. What has neither is absent.
pub type Known = HashMap<String, Value>;

/// Brings values to the types of a schema.
#[derive(Debug, Clone, Copy)]
pub struct Coercion<'a> {
    pub schema: &'a Schema,
    pub scalars: Scalars,
}

impl Coercion<'_> {
    /// The variables of an operation (§ 6.1.2); those that it does not declare are not looked at.
    pub fn variables(
        &self,
        document: &Document,
        declared: &[Node<VariableDefinition>],
        sent: &Variables,
    ) -> Result<Known, DocumentFlaw> {
        let mut known = Known::default();
        for definition in declared {
            let (name, wanted) = (definition.name.as_str(), &*definition.ty);
            let invalid = |message| DocumentFlaw::Invalid {
                message,
                at: document.place(definition.location()),
            };
            let misfit = |misfit: Misfit| {
                invalid(format!(
                    "The variable \"${name}\" is not of its type \"{wanted}\"{misfit}"
                ))
            };
            let value = match (sent.get(name), &definition.default_value) {
                (Some(value), _) => Some(self.sent(wanted, value).map_err(misfit)?),
                (None, Some(default)) => self.literal(wanted, default, &Known::default()).map_err(misfit)?,
                (None, None) if wanted.is_non_null() => {
                    return Err(invalid(format!(
                        "The variable \"${name}\" is of type \"{wanted}\" and was not sent"
                    )));
                }
                (None, None) => None,
            };
            known.extend(value.map(|value| (name.to_owned(), value)));
        }
        Ok(known)
    }

    /// A value from JSON.
    pub fn sent(&self, wanted: &Type, value: &Value) -> Result<Value, Misfit> {
        match (wanted, value) {
            (_, Value::Null) if wanted.is_non_null() => Err(Misfit::because("null")),
            (_, Value::Null) => Ok(Value::Null),
            (Type::List(item) | Type::NonNullList(item), Value::List(values)) => {
                let each = values.iter().enumerate();
                each.map(|(index, value)| {
                    self.sent(item, value)
                        .map_err(|misfit| misfit.under(format_args!("[{index}]")))
                })
                .collect()
            }
            (Type::List(item) | Type::NonNullList(item), one) => Ok(Value::List(vec![self.sent(item, one)?])),
            (Type::Named(name) | Type::NonNullNamed(name), value) => self.sent_one(name, value),
        }
    }

    fn sent_one(&self, name: &str, value: &Value) -> Result<Value, Misfit> {
        match self.schema.types.get(name) {
            Some(ExtendedType::Scalar(scalar)) if scalar.is_built_in() => {
                built_in(name, value).ok_or_else(Misfit::default)
            }
            Some(ExtendedType::Enum(known)) => match value {
                Value::String(text) if known.values.contains_key(text.as_str()) => Ok(Value::Enum(Name::new(text))),
                _ => Err(Misfit::because("none of its values")),
            },
            Some(ExtendedType::InputObject(input)) => match value {
                Value::Object(fields) => {
                    Self::object(input, fields, |wanted, value| self.sent(wanted, value).map(Some))
                }
                _ => Err(Misfit::because("no object")),
            },
            _ => self.own(name, value.clone()),
        }
    }

    /// A value from a document; nothing where it is a variable that is absent.
    pub fn literal(&self, wanted: &Type, value: &ast::Value, known: &Known) -> Result<Option<Value>, Misfit> {
        if let ast::Value::Variable(name) = value {
            return match known.get(name.as_str()) {
                Some(Value::Null) if wanted.is_non_null() => Err(Misfit::because(format!("${name} is null"))),
                value => Ok(value.cloned()),
            };
        }
        match (wanted, value) {
            (_, ast::Value::Null) if wanted.is_non_null() => Err(Misfit::because("null")),
            (_, ast::Value::Null) => Ok(Value::Null),
            (Type::List(item) | Type::NonNullList(item), ast::Value::List(values)) => {
                self.literals(item, values, known)
            }
            (Type::List(item) | Type::NonNullList(item), one) => self
                .literal(item, one, known)
                .map(|one| Value::List(vec![one.unwrap_or_default()])),
            (Type::Named(name) | Type::NonNullNamed(name), value) => self.literal_one(name, value, known),
        }
        .map(Some)
    }

    /// An absent variable among the items of a list is null (§ 3.12).
    fn literals(&self, item: &Type, values: &[Node<ast::Value>], known: &Known) -> Result<Value, Misfit> {
        let each = values.iter().enumerate().map(|(index, value)| {
            let value = self.literal(item, value, known).and_then(|value| match value {
                None if item.is_non_null() => Err(Misfit::because("a variable was not sent")),
                value => Ok(value.unwrap_or_default()),
            });
            value.map_err(|misfit| misfit.under(format_args!("[{index}]")))
        });
        each.collect()
    }

    fn literal_one(&self, name: &str, value: &ast::Value, known: &Known) -> Result<Value, Misfit> {
        match self.schema.types.get(name) {
            Some(ExtendedType::Scalar(scalar)) if scalar.is_built_in() => {
                built_in_literal(name, value).ok_or_else(Misfit::default)
            }
            Some(ExtendedType::Enum(enumeration)) => match value {
                ast::Value::Enum(value) if enumeration.values.contains_key(value) => Ok(Value::Enum(Name::new(value))),
                _ => Err(Misfit::because("none of its values")),
            },
            Some(ExtendedType::InputObject(input)) => match value {
                ast::Value::Object(fields) => {
                    let fields = fields.iter().map(|(name, value)| (Name::new(name), value)).collect();
                    Self::object(input, &fields, |wanted, value| self.literal(wanted, value, known))
                }
                _ => Err(Misfit::because("no object")),
            },
            _ => self.own(name, untyped(value, known)),
        }
    }

    /// An input object: every field known, and every one there that must be. Absent ones are left to the type's own defaults.
    fn object<V>(
        input: &InputObjectType,
        fields: &IndexMap<Name, V>,
        read: impl Fn(&Type, &V) -> Result<Option<Value>, Misfit>,
    ) -> Result<Value, Misfit> {
        if let Some(unknown) = fields.keys().find(|name| !input.fields.contains_key(name.as_str())) {
            return Err(Misfit::because("no field of that name").under(format_args!(".{unknown}")));
        }
        let mut object = IndexMap::new();
        for (name, definition) in &input.fields {
            let under = |misfit: Misfit| misfit.under(format_args!(".{name}"));
            let value = fields
                .get(name.as_str())
                .map(|value| read(&definition.ty, value))
                .transpose()
                .map_err(under)?
                .flatten();
            if value.is_none() && definition.is_required() {
                return Err(under(Misfit::because("missing")));
            }
            object.extend(value.map(|value| (Name::new(name), value)));
        }
        Ok(Value::Object(object))
    }

    fn own(&self, scalar: &str, value: Value) -> Result<Value, Misfit> {
        (self.scalars)(scalar, &value).map(|()| value).map_err(Misfit::because)
    }
}

/// A built-in scalar's value from JSON, where an `Int` may be written with a fraction of zero (§ 3.5).
fn built_in(name: &str, value: &Value) -> Option<Value> {
    match (name, value) {
        ("Int", Value::Number(number)) => whole(number)
            .and_then(|number| i32::try_from(number).ok())
            .map(Value::from),
        ("Float", Value::Number(_)) | ("String" | "ID", Value::String(_)) | ("Boolean", Value::Boolean(_)) => {
            Some(value.clone())
        }
        // Not even `4.0` is one.
        ("ID", Value::Number(number)) if number.is_u64() || number.is_i64() => Some(Value::from(number.to_string())),
        _ => None,
    }
}

/// The whole number that is meant, as far as JSON's readers tell whole ones apart; read from its text, where a fraction of zero ends it.
fn whole(number: &Number) -> Option<i64> {
    const EXACT: u64 = 1 << 53;
    let meant = |text: String| {
        text.strip_suffix(".0")
            .and_then(|digits| digits.parse().ok())
            .filter(|meant: &i64| meant.unsigned_abs() <= EXACT)
    };
    number.as_i64().or_else(|| meant(number.to_string()))
}

/// The same from a document, where every kind of value is written in its own way.
fn built_in_literal(name: &str, value: &ast::Value) -> Option<Value> {
    match (name, value) {
        ("Int", ast::Value::Int(number)) => number.try_to_i32().ok().map(Value::from),
        ("Float", ast::Value::Int(_) | ast::Value::Float(_)) => Some(untyped(value, &Known::default())),
        ("String" | "ID", ast::Value::String(text)) => Some(Value::from(text.as_str())),
        ("ID", ast::Value::Int(number)) => Some(Value::from(number.as_str())),
        ("Boolean", ast::Value::Boolean(is_so)) => Some(Value::from(*is_so)),
        _ => None,
    }
}

/// A value that no type reads: as JSON would have it, an enum's name a text.
pub fn untyped(value: &ast::Value, known: &Known) -> Value {
    match value {
        ast::Value::Null => Value::Null,
        ast::Value::Enum(name) => Value::from(name.as_str()),
        ast::Value::Variable(name) => known.get(name.as_str()).cloned().unwrap_or_default(),
        ast::Value::String(text) => Value::from(text.as_str()),
        ast::Value::Boolean(is_so) => Value::from(*is_so),
        ast::Value::Int(number) => self::number(number.as_str()),
        ast::Value::Float(number) => self::number(number.as_str()),
        ast::Value::List(items) => Value::List(items.iter().map(|item| untyped(item, known)).collect()),
        ast::Value::Object(fields) => {
            let present =
                |value: &ast::Value| !matches!(value, ast::Value::Variable(name) if !known.contains_key(name.as_str()));
            let fields = fields.iter().filter(|(_, value)| present(value));
            Value::Object(
                fields
                    .map(|(name, value)| (Name::new(name), untyped(value, known)))
                    .collect(),
            )
        }
    }
}

/// Beyond what a number can hold it stays its text, which no scalar takes for a number.
fn number(text: &str) -> Value {
    text.parse::<Number>().map_or_else(|_| Value::from(text), Value::Number)
}
