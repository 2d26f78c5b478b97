//! Null where a null may stand, and nowhere else: a field that failed takes the nearest nullable place above it along (GraphQL §
//! 6.4.4). The execution library leaves such fields out instead, which no typed client could read, and takes objects for null. At the
//! end everything is put in the order of the document.

use std::collections::HashMap;

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{
    BaseType, ExecutableDocument, Field, FragmentDefinition, InlineFragment, Selection, SelectionSet, ServiceDocument,
    Type, TypeKind, TypeSystemDefinition,
};
use async_graphql::{Name, PathSegment, Positioned, Response, Value};

use crate::graphql::document::{EMPTY, operation};

/// The type of every field, by type and field name.
pub struct FieldTypes(HashMap<(String, String), Type>);

impl FieldTypes {
    /// # Panics
    ///
    /// If the text is no SDL; it is our own.
    pub fn of(sdl: &str) -> Self {
        let document: ServiceDocument = async_graphql::parser::parse_schema(sdl).expect("the exported SDL parses");
        // Of the language's own fields, the one that can fail; no SDL lists it.
        let mut fields = HashMap::from([(
            ("Query".to_owned(), "__type".to_owned()),
            Type::new("__Type").expect("a type"),
        )]);
        for definition in document.definitions {
            let TypeSystemDefinition::Type(definition) = definition else {
                continue;
            };
            let TypeKind::Object(object) = definition.node.kind else {
                continue;
            };
            for field in object.fields {
                let key = (definition.node.name.node.to_string(), field.node.name.node.to_string());
                fields.insert(key, field.node.ty.node);
            }
        }
        Self(fields)
    }

    /// Puts nulls where the errors of the response call for them.
    ///
    /// The library takes an object all of whose fields failed for null. So the way to every error is opened first; where a null
    /// stands above by right, it is put back afterwards.
    pub fn propagate(&self, response: &mut Response, document: &ExecutableDocument) {
        let Some((_, operation)) = operation::only(document) else {
            return;
        };
        let walk = Walk {
            types: self,
            fragments: &document.fragments,
        };
        let depth = |path: &[PathSegment]| {
            walk.nullable_depth(operation::root(operation.ty), &operation.selection_set.node, path)
        };
        let paths: Vec<&[PathSegment]> = response
            .errors
            .iter()
            .map(|error| error.path.as_slice())
            .filter(|path| !path.is_empty())
            .collect();
        let nulls: Vec<Option<&[PathSegment]>> = paths
            .into_iter()
            .map(|path| depth(path).map(|depth| &path[..depth]))
            .collect();
        nulls.iter().flatten().for_each(|path| open(&mut response.data, path));
        for null in nulls {
            match null {
                Some(path) => set_null(&mut response.data, path),
                None => response.data = Value::Null,
            }
        }
    }
}

struct Walk<'a> {
    types: &'a FieldTypes,
    fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
}

/// A selection, and the type that it selects from.
type Place<'a> = (&'a str, &'a SelectionSet);

impl<'a> Walk<'a> {
    /// How many segments of the path lead to the deepest place that may be null; `None` where only the whole may.
    fn nullable_depth(&self, root: &'a str, selected: &'a SelectionSet, path: &[PathSegment]) -> Option<usize> {
        let mut places = vec![(root, selected)];
        let mut current: Option<&'a Type> = None;
        let mut deepest = None;
        for (index, segment) in path.iter().enumerate() {
            let (next, may_be_null) = match segment {
                PathSegment::Field(key) => {
                    let found = self.find(&places, key);
                    places = found
                        .iter()
                        .map(|(wrapped, below)| (named(wrapped).as_str(), *below))
                        .collect();
                    // Several where a union's members all have such a field.
                    (found.first()?.0, found.iter().all(|(wrapped, _)| wrapped.nullable))
                }
                PathSegment::Index(_) => match current.map(|list| &list.base) {
                    Some(BaseType::List(item)) => (&**item, item.nullable),
                    _ => return deepest,
                },
            };
            if may_be_null {
                deepest = Some(index + 1);
            }
            current = Some(next);
        }
        deepest
    }

    /// Every field that answers to a key, wherever in the document it stands: its type, and what is selected below it.
    fn find(&self, places: &[Place<'a>], key: &str) -> Vec<(&'a Type, &'a SelectionSet)> {
        let mut found = Vec::new();
        let mut open = places.to_vec();
        while let Some((parent, set)) = open.pop() {
            for item in &set.items {
                match &item.node {
                    Selection::Field(field) if field.node.response_key().node == key => {
                        let wrapped = self.types.0.get(&(parent.to_owned(), field.node.name.node.to_string()));
                        found.extend(wrapped.map(|wrapped| (wrapped, &field.node.selection_set.node)));
                    }
                    Selection::Field(_) => {}
                    Selection::InlineFragment(fragment) => {
                        let condition = fragment.node.type_condition.as_ref();
                        open.push((
                            condition.map_or(parent, |on| on.node.on.node.as_str()),
                            &fragment.node.selection_set.node,
                        ));
                    }
                    // Validation has refused circles.
                    Selection::FragmentSpread(spread) => {
                        let fragment = self
                            .fragments
                            .get(&spread.node.fragment_name.node)
                            .map(|fragment| &fragment.node);
                        open.extend(fragment.map(|fragment| {
                            (
                                fragment.type_condition.node.on.node.as_str(),
                                &fragment.selection_set.node,
                            )
                        }));
                    }
                }
            }
        }
        found
    }
}

fn named(wrapped: &Type) -> &Name {
    match &wrapped.base {
        BaseType::Named(name) => name,
        BaseType::List(item) => named(item),
    }
}

/// Makes an object of every null on the way.
fn open(data: &mut Value, path: &[PathSegment]) {
    let mut place = data;
    for segment in path {
        if matches!((&*place, segment), (Value::Null, PathSegment::Field(_))) {
            *place = Value::Object(IndexMap::default());
        }
        place = match below(place, segment) {
            Some(place) => place,
            None => return,
        };
    }
}

fn set_null(data: &mut Value, path: &[PathSegment]) {
    if let Some(place) = path.iter().try_fold(data, below) {
        *place = Value::Null;
    }
}

/// One step down; nowhere, where a place above is null already.
fn below<'v>(place: &'v mut Value, segment: &PathSegment) -> Option<&'v mut Value> {
    match (segment, place) {
        // The library leaves a field out that failed.
        (PathSegment::Field(key), Value::Object(fields)) => Some(fields.entry(Name::new(key)).or_insert(Value::Null)),
        (PathSegment::Index(index), Value::List(items)) => items.get_mut(*index),
        _ => None,
    }
}

/// Puts fields in the order of the plan, whichever came first or failed (GraphQL § 7.2.1), and takes the key out that it has added.
pub fn arrange(data: &mut Value, document: &ExecutableDocument) {
    for (_, operation) in document.operations.iter() {
        arrange_below(data, &operation.node.selection_set.node);
    }
}

fn arrange_below(data: &mut Value, set: &SelectionSet) {
    match data {
        Value::List(items) => items.iter_mut().for_each(|item| arrange_below(item, set)),
        Value::Object(fields) => arrange_fields(fields, set),
        _ => {}
    }
}

fn arrange_fields(fields: &mut IndexMap<Name, Value>, set: &SelectionSet) {
    let object = fields.shift_remove(EMPTY);
    let mut place = 0;
    for field in selected(set, object.as_ref()) {
        if let Some(found) = fields.get_index_of(&field.response_key().node) {
            fields.move_index(found, place);
            arrange_below(&mut fields[place], &field.selection_set.node);
            place += 1;
        }
    }
}

/// What a plan selects of an object; where several types are possible, it has asked which it is.
fn selected<'a>(set: &'a SelectionSet, object: Option<&Value>) -> Vec<&'a Field> {
    let mut fields = Vec::with_capacity(set.items.len());
    for item in &set.items {
        match &item.node {
            Selection::Field(field) => fields.push(&field.node),
            Selection::InlineFragment(fragment) if is_on(&fragment.node, object) => {
                fields.extend(selected(&fragment.node.selection_set.node, None));
            }
            _ => {}
        }
    }
    fields
}

fn is_on(fragment: &InlineFragment, object: Option<&Value>) -> bool {
    let on = fragment.type_condition.as_ref().map(|on| on.node.on.node.as_str());
    matches!(object, Some(Value::String(name)) if on == Some(name.as_str()))
}

#[cfg(test)]
mod tests {
    use async_graphql::{Value, value};

    use super::{EMPTY, arrange};

    #[test]
    fn fields_stand_in_the_order_of_the_document_whichever_came_first() {
        let document =
            async_graphql::parser::parse_query("{ c a { z: x y } e { ... on X { x y } ... on Y { y x } } b }")
                .expect("reads");
        let mut data = value!({ "a": [{ "y": 1, "z": 2 }, null], "b": 3, "e": [{ "x": 4, "y": 5 }, { "x": 6, "y": 7 }], "c": null });
        let Value::Object(fields) = &mut data else {
            panic!("no object")
        };
        let Some(Value::List(several)) = fields.get_mut("e") else {
            panic!("no list")
        };
        for (object, name) in several.iter_mut().zip(["X", "Y"]) {
            let Value::Object(fields) = object else {
                panic!("no object")
            };
            fields.insert(async_graphql::Name::new(EMPTY), Value::from(name));
        }
        arrange(&mut data, &document);
        assert_eq!(
            data.to_string(),
            "{c: null, a: [{z: 2, y: 1}, null], e: [{x: 4, y: 5}, {y: 7, x: 6}], b: 3}"
        );
    }
}
