//! Authorisation at the field: the table is asked before any resolver runs, whatever path led to the field.

use std::sync::Arc;

use async_graphql::context::{QueryPathNode, QueryPathSegment};
use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextResolve, ResolveInfo};
use async_graphql::{Context, Error, PathSegment, ServerError, ServerResult, Value};

use super::{ApiError, Snapshot};
use crate::access::{Sight, fields};

/// Asks the table before every field.
pub struct FieldAccess;

impl ExtensionFactory for FieldAccess {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_trait::async_trait]
impl Extension for FieldAccess {
    async fn resolve(&self, context: &ExtensionContext<'_>, info: ResolveInfo<'_>, next: NextResolve<'_>) -> ServerResult<Option<Value>> {
        if is_of_the_language(&info) {
            return next.run(context, info).await;
        }
        let snapshot = context.data_opt::<Snapshot>();
        match snapshot.map(|snapshot| check(snapshot, info.parent_type, info.name)).unwrap_or(Err(ApiError::Forbidden)) {
            Ok(()) => next.run(context, info).await,
            Err(error) => Err(located(error, &info)),
        }
    }
}

/// Introspection, and the items of a list, whose field was asked about already.
fn is_of_the_language(info: &ResolveInfo<'_>) -> bool {
    info.is_for_introspection || info.name.starts_with("__") || matches!(info.path_node.segment, QueryPathSegment::Index(_))
}

fn check(snapshot: &Snapshot, parent: &str, field: &str) -> Result<(), ApiError> {
    match fields::sight(parent, field, snapshot.caller.role) {
        Sight::Yes | Sight::Own => Ok(()),
        Sight::No => Err(snapshot.denied()),
    }
}

/// The same for a field of a subscription's root, where the library asks nobody before it opens the stream.
pub fn check_subscription(context: &Context<'_>) -> Result<(), ApiError> {
    check(Snapshot::of(context), "Subscription", context.item.node.name.node.as_str())
}

fn located(error: ApiError, info: &ResolveInfo<'_>) -> ServerError {
    let position = info.field.alias.as_ref().map_or(info.field.name.pos, |alias| alias.pos);
    ServerError { path: path(info.path_node), ..Error::from(error).into_server_error(position) }
}

fn path(node: &QueryPathNode<'_>) -> Vec<PathSegment> {
    let segment = |node: &QueryPathNode<'_>| match node.segment {
        QueryPathSegment::Index(index) => PathSegment::Index(index),
        QueryPathSegment::Name(name) => PathSegment::Field(name.to_owned()),
    };
    let mut path: Vec<PathSegment> = std::iter::once(node).chain(node.parents()).map(segment).collect();
    path.reverse();
    path
}
