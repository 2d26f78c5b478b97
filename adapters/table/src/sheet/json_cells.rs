//! One item of JSON as cells: a column is a member, or what lies at a pointer within the item.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{Cell, ReadLimits, SheetError};
use crate::mapping::{Columns, fold, split_pointer};

/// The most names of members that are remembered to be of no column.
const REMEMBERED: usize = 1_000;

/// What is to be found in each item.
pub struct Picker {
    /// By a member's name in the form of comparison.
    members: HashMap<String, usize>,
    /// By the first name on a pointer's way: the column, and the rest of the way.
    pointers: HashMap<String, Vec<(usize, Vec<String>)>>,
    /// Names as they came, and the column that each is.
    seen_names: HashMap<String, Option<usize>>,
    /// Whether any item had the column.
    seen: Vec<bool>,
    limits: ReadLimits,
}

impl Picker {
    pub fn new(columns: &Columns, limits: ReadLimits) -> Self {
        let (mut members, mut pointers) = (HashMap::new(), HashMap::<_, Vec<_>>::new());
        for (column, name) in columns.names().iter().enumerate() {
            match split_pointer(name).filter(|names| !names.is_empty()) {
                Some(mut names) => {
                    let rest = names.split_off(1);
                    pointers.entry(names.remove(0)).or_default().push((column, rest));
                }
                None => drop(members.insert(fold(name), column)),
            }
        }
        Self {
            members,
            pointers,
            seen_names: HashMap::new(),
            seen: vec![false; columns.names().len()],
            limits,
        }
    }

    /// The item's cells in the order of the columns; `None` where it is no object.
    pub fn pick(&mut self, item: &RawValue) -> Result<Option<Vec<Cell>>, SheetError> {
        if !item.get().trim_start().starts_with('{') {
            return Ok(None);
        }
        let mut values = vec![None; self.seen.len()];
        let visitor = Members {
            picker: self,
            values: &mut values,
        };
        let twice = serde_json::Deserializer::from_str(item.get())
            .deserialize_map(visitor)
            .map_err(|error| super::json_items::refusal(&error))?;
        if let Some(name) = twice {
            return Err(SheetError::refused(format!(
                "has the member {name:?} twice in one item"
            )));
        }
        for (seen, value) in self.seen.iter_mut().zip(&values) {
            *seen |= value.is_some();
        }
        let cells = values.into_iter().map(|value| self.cell(value));
        cells.collect::<Result<_, _>>().map(Some)
    }

    /// Which columns any item had.
    pub fn into_seen(self) -> Vec<bool> {
        self.seen
    }

    fn column(&mut self, name: &str) -> Option<usize> {
        if let Some(known) = self.seen_names.get(name) {
            return *known;
        }
        let column = self.members.get(&fold(name)).copied();
        if self.seen_names.len() < REMEMBERED {
            self.seen_names.insert(name.to_owned(), column);
        }
        column
    }

    fn cell(&self, value: Option<&RawValue>) -> Result<Cell, SheetError> {
        let Some(json) = value.map(RawValue::get) else {
            return Ok(Cell::Blank);
        };
        Ok(match json.as_bytes().first() {
            Some(b'"') => {
                let text: String =
                    serde_json::from_str(json).map_err(|_| SheetError::refused("holds text that is none"))?;
                if text.len() > self.limits.cell && text.chars().nth(self.limits.cell).is_some() {
                    let reason = format!("a cell has more than {} characters", self.limits.cell);
                    return Err(SheetError::refused(reason));
                }
                Cell::Text(text)
            }
            Some(b'-' | b'0'..=b'9') if json.len() <= self.limits.cell => Cell::Number(json.to_owned()),
            Some(b't' | b'f') => Cell::Boolean(json == "true"),
            Some(b'n') | None => Cell::Blank,
            Some(_) => Cell::Structure(json.chars().take(100).collect()),
        })
    }
}

/// The members of an item; gives the name of a wanted one that stands there twice.
struct Members<'p, 'v, 'de> {
    picker: &'p mut Picker,
    values: &'v mut Vec<Option<&'de RawValue>>,
}

impl<'de> Visitor<'de> for Members<'_, '_, 'de> {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut twice = None;
        while let Some(Name(name)) = map.next_key::<Name<'de>>()? {
            let column = self.picker.column(&name);
            let pointers = self.picker.pointers.get(name.as_ref());
            if column.is_none() && pointers.is_none() {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let value: &'de RawValue = map.next_value()?;
            let mut put = |column: usize, value| {
                if self.values[column].replace(value).is_some() {
                    twice = Some(name.to_string());
                }
            };
            if let Some(column) = column {
                put(column, value);
            }
            for (column, rest) in pointers.into_iter().flatten() {
                if let Some(value) = descend(value, rest).map_err(A::Error::custom)? {
                    put(*column, value);
                }
            }
        }
        Ok(twice)
    }
}

/// A member's name, borrowed where it can be.
#[derive(PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(transparent)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

/// What lies at the end of the way; `None` where it leads nowhere.
fn descend<'a>(value: &'a RawValue, way: &[String]) -> serde_json::Result<Option<&'a RawValue>> {
    let Some((name, rest)) = way.split_first() else {
        return Ok(Some(value));
    };
    let found = match value.get().as_bytes().first() {
        Some(b'{') => {
            let members: HashMap<Name<'a>, &'a RawValue> = serde_json::from_str(value.get())?;
            members.get(&Name(Cow::Borrowed(name))).copied()
        }
        Some(b'[') => {
            let elements: Vec<&'a RawValue> = serde_json::from_str(value.get())?;
            name.parse().ok().and_then(|index: usize| elements.get(index).copied())
        }
        _ => None,
    };
    found.map_or(Ok(None), |found| descend(found, rest))
}
