//! JSON as callers send it, read strictly: nothing stands twice in an object, and a whole number stays one. What fractions may mean
//! is for each type to say. The readers of values are our own because serde's take the last of two members with one name.

use std::fmt;

use async_graphql::indexmap::IndexMap;
use async_graphql::{Name, Value};
use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;

/// The most characters that are repeated of a name.
const LONGEST_KEY: usize = 40;

/// The members of a request, each as it was sent; what is left out is null.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Members {
    #[serde(deserialize_with = "exact")]
    pub query: Value,
    #[serde(deserialize_with = "exact")]
    pub document_id: Value,
    #[serde(deserialize_with = "exact")]
    pub operation_name: Value,
    #[serde(deserialize_with = "exact")]
    pub variables: Value,
    pub extensions: serde_json::Value,
}

fn exact<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
    deserializer.deserialize_any(Reader)
}

/// Reads one request; the text says where it breaks.
pub fn members(text: &[u8]) -> Result<Members, String> {
    serde_json::from_slice(text).map_err(|error| place(&error))
}

/// Reads one value.
pub fn value(text: &str) -> Result<Value, String> {
    serde_json::from_str::<Exact>(text)
        .map(|exact| exact.0)
        .map_err(|error| place(&error))
}

/// Reads one object whose members are whatever they are, each standing there once.
pub fn object(text: &str) -> Option<serde_json::Map<String, serde_json::Value>> {
    serde_json::from_str::<Once>(text).ok().map(|once| once.0)
}

fn place(error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    match error.classify() {
        Category::Data => {
            let text = error.to_string();
            // Of a member of ours serde says it in its own words, of any other we do, below.
            let member = text
                .strip_prefix("duplicate field `")
                .and_then(|rest| rest.split_once('`'));
            match member {
                Some((member, _)) => format!("{member:?} stands twice"),
                None if text.starts_with('"') => text,
                None => "it is no object".to_owned(),
            }
        }
        Category::Eof => format!("it ends too early, at line {line} column {column}"),
        Category::Syntax | Category::Io => format!("it cannot be read from line {line} column {column} on"),
    }
}

/// A value whose whole numbers of 64 bits are exact.
struct Exact(Value);

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        exact(deserializer).map(Self)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Boolean(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Exact(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = IndexMap::new();
        while let Some(key) = members.next_key::<String>()? {
            let Exact(value) = members.next_value()?;
            if object.insert(Name::new(&key), value).is_some() {
                return Err(twice(&key));
            }
        }
        Ok(Value::Object(object))
    }
}

/// An object in which nothing stands twice.
struct Once(serde_json::Map<String, serde_json::Value>);

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(OnceReader).map(Self)
    }
}

struct OnceReader;

impl<'de> Visitor<'de> for OnceReader {
    type Value = serde_json::Map<String, serde_json::Value>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut object = serde_json::Map::new();
        while let Some((key, value)) = members.next_entry::<String, serde_json::Value>()? {
            if object.contains_key(&key) {
                return Err(twice(&key));
            }
            object.insert(key, value);
        }
        Ok(object)
    }
}

/// Of two with one name another reader on the way could have taken the other.
fn twice<E: Error>(key: &str) -> E {
    let key: String = key.chars().take(LONGEST_KEY).collect();
    E::custom(format!("{key:?} stands twice"))
}
