//! What an operation selects, found in the tables of fields once for all who ask for it, before anything is written.

use async_graphql::parser::types::{ExecutableDocument, Field, OperationType, Selection as Item, SelectionSet};
use async_graphql::{Name, Value};
use programgrant_core::access::{FieldPermission, Role, fields};

use super::{Object, ObjectType};
use crate::graphql::Query;
use crate::graphql::document::{EMPTY, failing, operation};

/// The place of `__typename`, which stands in no table.
pub const TYPE_NAME: usize = usize::MAX;

/// A whole operation.
#[derive(Debug)]
pub struct Selection {
    pub root: Selected,
    /// The roles that may ask for all of it, in the order of [`Role::ALL`].
    seen_by: [bool; Role::ALL.len()],
}

/// A field, and what is selected below it.
#[derive(Debug, Default)]
pub struct Selected {
    /// The key that the field answers under; none of the root, which is no field.
    key: Option<Name>,
    /// Its place in the table of the type that it is a field of.
    pub place: usize,
    /// What stands in the document, or stood there when it was planned.
    pub(super) arguments: Vec<(Name, Value)>,
    /// Where what stands there is known with the variables: its place among those fields.
    pub(super) slot: Option<usize>,
    pub below: Vec<Self>,
}

impl Selection {
    /// Nothing where any of it is not in memory. The slots are fields of the document that other variables fill otherwise.
    pub fn of(document: &ExecutableDocument, slots: &[&Field]) -> Option<Self> {
        let (_, operation) = operation::only(document).filter(|(_, operation)| operation.ty == OperationType::Query)?;
        let mut finding = Finding {
            slots,
            seen_by: [true; Role::ALL.len()],
        };
        let root = Selected {
            below: finding.below(&operation.selection_set.node, Query::table())?,
            ..Selected::default()
        };
        Some(Self {
            root,
            seen_by: finding.seen_by,
        })
    }

    /// Whether the role may ask for all of it.
    pub const fn is_seen_by(&self, role: Role) -> bool {
        self.seen_by[role as usize]
    }
}

impl Selected {
    pub fn key(&self) -> &str {
        self.key.as_ref().map_or("", Name::as_str)
    }
}

/// The finding of fields in the tables.
struct Finding<'d> {
    slots: &'d [&'d Field],
    seen_by: [bool; Role::ALL.len()],
}

impl Finding<'_> {
    /// A planned set holds fields alone where one type is possible; of several, the execution library tells them apart.
    fn below(&mut self, set: &SelectionSet, table: &ObjectType) -> Option<Vec<Selected>> {
        let fields = set.items.iter().map(|item| match &item.node {
            Item::Field(field) => Some(&field.node),
            Item::InlineFragment(_) | Item::FragmentSpread(_) => None,
        });
        let is_asked = |field: Option<&Field>| field.is_none_or(|field| field.response_key().node != EMPTY);
        fields
            .filter(|field| is_asked(*field))
            .map(|field| self.field(field?, table))
            .collect()
    }

    fn field(&mut self, field: &Field, table: &ObjectType) -> Option<Selected> {
        let key = Some(field.response_key().node.clone());
        if field.name.node == "__typename" {
            return Some(Selected {
                key,
                place: TYPE_NAME,
                ..Selected::default()
            });
        }
        let place = table.place_of(&field.name.node)?;
        let slot = self.slots.iter().position(|slot| std::ptr::eq(*slot, field));
        // Whether a slot fails is known with the variables.
        let known = table.fields.get(place).filter(|known| !known.waits)?;
        if slot.is_none() && failing(field).is_some() {
            return None;
        }
        for (seen, permission) in self
            .seen_by
            .iter_mut()
            .zip(fields::sight_of_all(table.name, known.name))
        {
            *seen &= permission != FieldPermission::No;
        }
        let arguments = field.arguments.iter();
        let arguments = arguments.map(|(name, value)| Some((name.node.clone(), value.node.clone().into_const()?)));
        Some(Selected {
            key,
            place,
            arguments: arguments.collect::<Option<_>>()?,
            slot,
            below: match (known.of)() {
                Some(table) => self.below(&field.selection_set.node, table)?,
                None => Vec::new(),
            },
        })
    }
}
