//! What an operation selects, found in the tables of fields once, before anything is written.

use async_graphql::InputType;
use async_graphql::parser::types::{Field, Selection, SelectionSet};

use super::{ObjectType, Stop};
use crate::graphql::document::{EMPTY, failing};

/// The place of `__typename`, which stands in no table.
pub const TYPE_NAME: usize = usize::MAX;

/// Whether a field of a type may be asked for.
pub type Sees<'a> = dyn Fn(&str, &str) -> bool + 'a;

/// A field, and what is selected below it.
#[derive(Debug)]
pub struct Selected<'d> {
    /// None of the root, which is no field.
    field: Option<&'d Field>,
    /// Its place in the table of the type that it is a field of.
    pub place: usize,
    pub below: Vec<Self>,
}

impl<'d> Selected<'d> {
    /// The whole operation; nothing where any of it is not in memory, or not the caller's to see.
    pub fn root(set: &'d SelectionSet, table: &ObjectType, sees: &Sees<'_>) -> Option<Self> {
        Some(Self {
            field: None,
            place: 0,
            below: below(set, table, sees)?,
        })
    }

    fn of(field: &'d Field, table: &ObjectType, sees: &Sees<'_>) -> Option<Self> {
        let name = field.name.node.as_str();
        if name == "__typename" {
            return Some(Self {
                field: Some(field),
                place: TYPE_NAME,
                below: Vec::new(),
            });
        }
        let place = table.place_of(name)?;
        let known = &table.fields[place];
        if known.waits || failing(field).is_some() || !sees(table.name, name) {
            return None;
        }
        let below = match (known.of)() {
            Some(table) => below(&field.selection_set.node, table, sees)?,
            None => Vec::new(),
        };
        Some(Self {
            field: Some(field),
            place,
            below,
        })
    }

    /// The key that the field answers under.
    pub fn key(&self) -> &'d str {
        self.field.map_or("", |field| field.response_key().node.as_str())
    }

    /// An argument's value, as the execution library would read it.
    pub fn argument<T: InputType>(&self, name: &str) -> Result<T, Stop> {
        let value = match self.field.and_then(|field| field.get_argument(name)) {
            Some(stated) => Some(stated.node.clone().into_const().ok_or(Stop::Failed)?),
            None => None,
        };
        T::parse(value).map_err(|_| Stop::Failed)
    }

    /// The same, with what stands for it where it is not stated.
    pub fn argument_or<T: InputType>(&self, name: &str, default: impl FnOnce() -> T) -> Result<T, Stop> {
        match self.field.and_then(|field| field.get_argument(name)) {
            Some(_) => self.argument(name),
            None => Ok(default()),
        }
    }
}

/// A planned set holds fields alone where one type is possible; of several, the execution library tells them apart.
fn below<'d>(set: &'d SelectionSet, table: &ObjectType, sees: &Sees<'_>) -> Option<Vec<Selected<'d>>> {
    let fields = set.items.iter().map(|item| match &item.node {
        Selection::Field(field) => Some(&field.node),
        Selection::InlineFragment(_) | Selection::FragmentSpread(_) => None,
    });
    let is_asked = |field: Option<&Field>| field.is_none_or(|field| field.response_key().node != EMPTY);
    fields
        .filter(|field| is_asked(*field))
        .map(|field| Selected::of(field?, table, sees))
        .collect()
}
