//! A type's table of fields, as `#[object]` and `#[derive(Written)]` make it from the lines that make the SDL.

use super::{Pass, Selected, Written};

/// An object whose fields are written where they stand.
pub trait Object {
    fn table() -> &'static ObjectType;

    /// Writes the value of the field that is selected by its place in the table.
    fn write_field(&self, selected: &Selected, pass: &mut Pass<'_>) -> Written;
}

/// A type of the schema.
#[derive(Debug)]
pub struct ObjectType {
    pub name: &'static str,
    pub fields: &'static [FieldType],
}

/// A field of a type.
#[derive(Debug)]
pub struct FieldType {
    pub name: &'static str,
    /// Whether it is the execution library's: it waits for something, or leads to what does.
    pub waits: bool,
    /// The type of what it holds, where that has fields itself.
    pub of: fn() -> Option<&'static ObjectType>,
}

impl FieldType {
    pub const fn in_memory(name: &'static str, of: fn() -> Option<&'static ObjectType>) -> Self {
        Self { name, waits: false, of }
    }

    pub const fn that_waits(name: &'static str) -> Self {
        Self {
            name,
            waits: true,
            of: || None,
        }
    }
}

impl ObjectType {
    pub fn place_of(&self, field: &str) -> Option<usize> {
        self.fields.iter().position(|known| known.name == field)
    }
}
