//! A look at JSON: where the list is, which members its items have, and what they hold.

use serde_json::{Map, Value};

use super::{Form, Look, refused};
use crate::Refusal;
use crate::proposal::facts::Column;
use crate::sheet::Cell;

/// Items nest so deep at most: `/mottaker/organisasjon/nummer`.
const MAX_DEPTH: usize = 4;
/// The document is held whole, which takes many times its size.
const MAX_BYTES: usize = 64 * 1024 * 1024;
/// More members than this are no table.
const MAX_COLUMNS: usize = 500;

pub fn look(bytes: &[u8]) -> Result<Look, Refusal> {
    if bytes.len() > MAX_BYTES {
        return Err(refused(
            "JSON of more than 64 MiB is too large to propose from; take a part of it",
        ));
    }
    let mut documents = serde_json::Deserializer::from_slice(bytes).into_iter::<Value>();
    let first = match documents.next() {
        Some(Ok(first)) => first,
        Some(Err(error)) => return Err(refused(&format!("it is no JSON: {error}"))),
        None => return Err(refused("it is empty")),
    };
    let mut table = Table::default();
    let form = match (first, documents.next()) {
        (Value::Object(item), Some(second)) => {
            table.see(&item);
            for value in std::iter::once(second).chain(documents) {
                match value {
                    Ok(Value::Object(item)) => table.see(&item),
                    Ok(_) => return Err(refused("one of its lines is no object")),
                    Err(error) => return Err(refused(&format!("it is no NDJSON: {error}"))),
                }
            }
            Form::Ndjson
        }
        (_, Some(_)) => {
            return Err(refused(
                "more than one JSON document stands in it, and they are no objects",
            ));
        }
        (document, None) => {
            let (records, items) =
                list(&document, "", 0).ok_or_else(|| refused("no list of objects is found in it"))?;
            items
                .iter()
                .filter_map(Value::as_object)
                .for_each(|item| table.see(item));
            Form::Json { records }
        }
    };
    Ok(Look {
        form,
        columns: table.columns,
        rows: table.rows,
    })
}

/// The longest list of objects and the pointer to it.
fn list<'v>(value: &'v Value, pointer: &str, depth: usize) -> Option<(String, &'v [Value])> {
    match value {
        Value::Array(items) if items.iter().any(Value::is_object) => Some((pointer.to_owned(), items)),
        Value::Object(members) if depth < MAX_DEPTH => members
            .iter()
            .filter_map(|(name, member)| list(member, &format!("{pointer}/{}", escaped(name)), depth + 1))
            .max_by_key(|(_, items)| items.len()),
        _ => None,
    }
}

#[derive(Default)]
struct Table {
    columns: Vec<Column>,
    rows: u64,
}

impl Table {
    fn see(&mut self, item: &Map<String, Value>) {
        self.rows += 1;
        self.see_members(item, "", 0);
    }

    fn see_members(&mut self, members: &Map<String, Value>, pointer: &str, depth: usize) {
        for (name, member) in members {
            let within = format!("{pointer}/{}", escaped(name));
            let cell = match member {
                Value::Object(members) if depth < MAX_DEPTH => {
                    self.see_members(members, &within, depth + 1);
                    continue;
                }
                Value::Object(_) | Value::Array(_) => continue,
                Value::Null => Cell::Blank,
                Value::Bool(value) => Cell::Boolean(*value),
                Value::Number(number) => Cell::Number(number.to_string()),
                Value::String(text) => Cell::Text(text.clone()),
            };
            // A member of the item itself is named plainly, unless its name would be taken for a pointer.
            let column = if depth == 0 && !name.starts_with('/') {
                name
            } else {
                &within
            };
            if let Some(column) = self.column(column, name) {
                column.see(&cell);
            }
        }
    }

    fn column(&mut self, name: &str, heading: &str) -> Option<&mut Column> {
        let known = self.columns.iter().position(|column| column.name == name);
        let index = known.or_else(|| {
            let has_room = self.columns.len() < MAX_COLUMNS;
            has_room.then(|| self.columns.push(Column::new(name, heading)))?;
            self.columns.len().checked_sub(1)
        })?;
        self.columns.get_mut(index)
    }
}

/// RFC 6901.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
