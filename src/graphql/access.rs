//! At every field, before its resolver runs and whatever path led to it: the table says whether the caller may see it, and a
//! count whether the answer has grown beyond what one request may have.

use std::any::TypeId;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_graphql::context::{QueryPathNode, QueryPathSegment};
use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextResolve, ResolveInfo};
use async_graphql::{Context, Error, PathSegment, Request, ServerError, ServerResult, Value};
use programgrant_core::access::{FieldPermission, Role, fields};

use super::{ApiError, Snapshot};
use crate::graphql::document;

/// How many fields and items of lists one answer may have, where a request does not say it.
const MOST_FIELDS: MostFields = MostFields(100_000);
/// After so many, others are let on, and the deadline is looked at: resolvers of what is in memory never wait.
pub const A_STRETCH: u64 = 1_000;

/// How many fields and items of lists the answer to a request may have, whatever it was judged to take.
#[derive(Debug, Clone, Copy)]
pub struct MostFields(pub u64);

impl MostFields {
    /// As the request says it.
    pub fn of(request: &Request) -> Self {
        let stated = request.data.get(&TypeId::of::<Self>());
        stated
            .and_then(|stated| stated.downcast_ref())
            .copied()
            .unwrap_or(MOST_FIELDS)
    }
}

/// Asks the table before every field.
pub struct FieldAccess;

/// What one answer has come to.
#[derive(Default)]
struct Answering {
    resolved: AtomicU64,
}

impl ExtensionFactory for FieldAccess {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Answering::default())
    }
}

#[async_trait::async_trait]
impl Extension for Answering {
    async fn resolve(
        &self,
        context: &ExtensionContext<'_>,
        info: ResolveInfo<'_>,
        next: NextResolve<'_>,
    ) -> ServerResult<Option<Value>> {
        if let Err(error) = self.count(context).await {
            return Err(located(error, &info));
        }
        if let Some((why, at)) = document::failing(info.field) {
            return Err(ServerError {
                path: path(info.path_node),
                ..ServerError::new(why, Some(at))
            });
        }
        if is_of_the_language(&info) {
            return next.run(context, info).await;
        }
        let snapshot = context.data_opt::<Snapshot>();
        match snapshot.map_or(Err(ApiError::Forbidden), |snapshot| {
            check(snapshot, info.parent_type, info.name)
        }) {
            Ok(()) => next.run(context, info).await,
            Err(error) => Err(located(error, &info)),
        }
    }
}

impl Answering {
    async fn count(&self, context: &ExtensionContext<'_>) -> Result<(), ApiError> {
        let resolved = self.resolved.fetch_add(1, Ordering::Relaxed) + 1;
        if resolved.is_multiple_of(A_STRETCH) {
            tokio::task::yield_now().await;
        }
        let MostFields(most) = context.data_opt().copied().unwrap_or(MOST_FIELDS);
        if resolved > most {
            Err(ApiError::TooCostly { most })
        } else {
            Ok(())
        }
    }
}

/// Introspection, and the items of a list, whose field was asked about already.
fn is_of_the_language(info: &ResolveInfo<'_>) -> bool {
    info.is_for_introspection
        || info.name.starts_with("__")
        || matches!(info.path_node.segment, QueryPathSegment::Index(_))
}

fn check(snapshot: &Snapshot, parent: &str, field: &str) -> Result<(), ApiError> {
    check_as(snapshot, snapshot.caller.role, parent, field)
}

fn check_as(snapshot: &Snapshot, role: Role, parent: &str, field: &str) -> Result<(), ApiError> {
    match fields::sight(parent, field, role) {
        FieldPermission::Yes | FieldPermission::Own => Ok(()),
        FieldPermission::No if is_let(snapshot, parent, field) => Ok(()),
        FieldPermission::No => Err(snapshot.denied()),
    }
}

/// The same for a field of what belongs to a programme: whoever is the office of another programme alone is told what it would be told without that
/// office. `None` stands for what cannot be found.
pub fn check_in(snapshot: &Snapshot, programme: Option<&str>, parent: &str, field: &str) -> Result<(), ApiError> {
    let reach = snapshot.reach();
    if !reach.is_office_of_some() || programme.is_some_and(|programme| reach.is_office_of(programme)) {
        return Ok(());
    }
    check_as(snapshot, reach.role_elsewhere(), parent, field)
}

/// Whether a function of the acting body lets it see what its role does not.
fn is_let(snapshot: &Snapshot, parent: &str, field: &str) -> bool {
    let Some(acting) = snapshot.acting() else {
        return false;
    };
    let mut own = snapshot.functions.of(acting, snapshot.today());
    own.any(|holding| fields::is_let(parent, field, holding.function))
}

/// The same for a field of a subscription's root, where the library asks nobody before it opens the stream.
pub fn check_subscription(context: &Context<'_>) -> Result<(), ApiError> {
    check(
        Snapshot::of(context),
        "Subscription",
        context.item.node.name.node.as_str(),
    )
}

fn located(error: ApiError, info: &ResolveInfo<'_>) -> ServerError {
    let position = info.field.alias.as_ref().map_or(info.field.name.pos, |alias| alias.pos);
    ServerError {
        path: path(info.path_node),
        ..Error::from(error).into_server_error(position)
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graphql::schema;

    #[tokio::test]
    async fn an_answer_that_grows_beyond_all_estimates_ends() {
        let answer = |most| async move {
            let request =
                async_graphql::Request::new("{ __schema { types { name fields { name } } } }").data(MostFields(most));
            schema().execute(request).await
        };
        assert_eq!(answer(100_000).await.errors, []);
        let errors = answer(500).await.errors;
        let code = errors[0]
            .extensions
            .as_ref()
            .and_then(|extensions| extensions.get("code"))
            .cloned();
        assert_eq!(code, Some(Value::from("TOO_COSTLY")));
        // What stands beside it is not worked on any more.
        assert!(errors.len() < 10, "{}", errors.len());
    }
}
