//! This graph as one of several (Apollo Federation 2): its SDL with the keys by which other subgraphs know our types, and the
//! things themselves, found by those keys.
//!
//! The execution library has `_entities` of its own, which gives up all representations for one that is bad, and errors
//! no place in the list. These are ordinary fields instead, so that what holds for every other field holds for them too.

use std::sync::LazyLock;

use async_graphql::indexmap::IndexMap;
use async_graphql::{Any, Name, SimpleObject, Union, Value};
use programgrant_macros::Written;
use programgrant_schema::{MunicipalityId, SchemeId};

use crate::graphql::award::AwardNode;
use crate::graphql::municipality::MunicipalityNode;
use crate::graphql::programme::ProgrammeNode;
use crate::graphql::query::parse_organisation_number;
use crate::graphql::scheme::SchemeNode;
use crate::graphql::{ApiError, Snapshot, schema};

/// The most representations in one request.
const MOST_REPRESENTATIONS: usize = 1000;

/// The keys of every type that has any.
const KEYS: [(&str, &[&str]); 4] = [
    ("Award", &["id"]),
    ("GrantScheme", &["id"]),
    ("Municipality", &["id", "organisationNumber"]),
    ("Programme", &["id"]),
];

/// 2.5 is the first that every router in use reads and that knows subscriptions; nothing later is needed.
const LINK: &str = "extend schema @link(url: \"https://specs.apollo.dev/federation/v2.5\", import: [\"@key\"])\n";

/// What the library's federation export ends with, instead of the roots.
const LIBRARY_LINK: &str = "extend schema @link(";
const ROOTS: &str = "schema {\n\tquery: Query\n\tmutation: Mutation\n\tsubscription: Subscription\n}\n";

static SUBGRAPH: LazyLock<String> = LazyLock::new(|| with_keys(&types()));

/// The public SDL.
pub fn sdl() -> String {
    types() + ROOTS
}

/// The SDL of this graph as a subgraph.
pub fn subgraph_sdl() -> &'static str {
    &SUBGRAPH
}

/// Every definition except those that exist for federation's sake.
fn types() -> String {
    let options = async_graphql::SDLExportOptions::new()
        .sorted_fields()
        .sorted_arguments()
        .sorted_enum_items()
        .federation();
    let exported = schema().sdl_with_options(options);
    let (types, _) = exported
        .split_once(LIBRARY_LINK)
        .expect("the library links the federation's specification at the end");
    types.to_owned()
}

fn with_keys(types: &str) -> String {
    let keyed = KEYS
        .iter()
        .flat_map(|(name, keys)| keys.iter().rev().map(move |key| (name, key)));
    // Each stands before those that are there already.
    let keyed = keyed.fold(types.to_owned(), |sdl, (name, key)| {
        sdl.replacen(
            &format!("\ntype {name} "),
            &format!("\ntype {name} @key(fields: \"{key}\") "),
            1,
        )
    });
    format!("{LINK}\n{keyed}")
}

/// This graph as a subgraph.
#[derive(SimpleObject, Written)]
#[graphql(name = "_Service")]
pub struct ServiceNode {
    sdl: &'static str,
}

impl ServiceNode {
    pub fn this() -> Self {
        Self { sdl: subgraph_sdl() }
    }
}

/// What another subgraph can know by a key.
#[derive(Union)]
#[graphql(name = "_Entity")]
#[allow(clippy::large_enum_variant, reason = "at most a thousand, on their way out")]
pub enum Entity<'a> {
    Award(AwardNode<'a>),
    GrantScheme(SchemeNode),
    Municipality(MunicipalityNode),
    Programme(ProgrammeNode),
}

/// One for each representation, in their order: nothing where the caller can see none of that key, an error where the
/// representation says no key or two that disagree.
pub fn find_all<'a>(
    snapshot: &'a Snapshot,
    representations: &[Any],
) -> Result<Vec<Option<Result<Entity<'a>, ApiError>>>, ApiError> {
    if representations.len() > MOST_REPRESENTATIONS {
        return Err(ApiError::TooMany {
            what: "representations",
            most: MOST_REPRESENTATIONS,
        });
    }
    Ok(representations
        .iter()
        .map(|Any(representation)| find(snapshot, representation).transpose())
        .collect())
}

fn find<'a>(snapshot: &'a Snapshot, representation: &Value) -> Result<Option<Entity<'a>>, ApiError> {
    let Value::Object(fields) = representation else {
        return Err(ApiError::InvalidRepresentation("it is no object"));
    };
    let id = || text(fields, "id")?.ok_or(ApiError::MissingArgument("id"));
    match text(fields, "__typename")?.as_deref() {
        Some("Award") => Ok(AwardNode::find(snapshot, &id()?).map(Entity::Award)),
        Some("GrantScheme") => Ok(SchemeNode::find(snapshot, &SchemeId::new(id()?)).map(Entity::GrantScheme)),
        Some("Municipality") => Ok(municipality(snapshot, fields)?
            .map(MunicipalityNode)
            .map(Entity::Municipality)),
        Some("Programme") => Ok(ProgrammeNode::find(snapshot, &id()?).map(Entity::Programme)),
        _ => Err(ApiError::InvalidRepresentation(
            "its __typename names no type that has a key",
        )),
    }
}

/// By the key that is stated; by both, where both are.
///
/// A sub-unit's number is nobody's key: whoever asks with it would get a municipality of another number.
fn municipality(snapshot: &Snapshot, fields: &IndexMap<Name, Value>) -> Result<Option<MunicipalityId>, ApiError> {
    let register = &snapshot.view.reference.register;
    let by_id = text(fields, "id")?.map(|id| id.parse().ok().filter(|id| register.get(*id).is_some()));
    let number = text(fields, "organisationNumber")?
        .map(|text| parse_organisation_number(&text))
        .transpose()?;
    let has = |id: &MunicipalityId| {
        register
            .get(*id)
            .is_some_and(|municipality| municipality.organisation_number == number)
    };
    let by_number = number.map(|number| register.by_organisation(number).filter(has));
    match (by_id, by_number) {
        (Some(id), Some(number)) if id != number => Err(ApiError::ConflictingArguments(
            "id and organisationNumber mean different municipalities",
        )),
        (Some(found), _) | (None, Some(found)) => Ok(found),
        (None, None) => Err(ApiError::MissingArgument("id or organisationNumber")),
    }
}

/// A key's value; a whole number is as good an `ID` as a text.
fn text(fields: &IndexMap<Name, Value>, name: &str) -> Result<Option<String>, ApiError> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(Value::Number(number)) if number.is_i64() => Ok(Some(number.to_string())),
        Some(_) => Err(ApiError::InvalidRepresentation(
            "a key is neither a text nor a whole number",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_stands_in_the_subgraphs_sdl_and_none_in_the_public_one() {
        for (name, keys) in KEYS {
            let line = subgraph_sdl()
                .lines()
                .find(|line| line.starts_with(&format!("type {name} ")))
                .expect("a type of that name");
            assert!(
                keys.iter()
                    .all(|key| line.contains(&format!("@key(fields: \"{key}\")"))),
                "{line}"
            );
        }
        for internal in ["@key", "@link", "_Any", "_Entity", "_Service", "_entities", "_service"] {
            assert!(!sdl().contains(internal), "{internal}");
        }
        assert_eq!(subgraph_sdl().matches("@link").count(), 1);
    }
}
