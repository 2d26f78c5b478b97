//! Who asks.

use async_graphql::{Context, Enum, Object};
use programgrant_core::access;

use super::Snapshot;
use super::scheme::OrganisationNode;

/// The caller.
pub struct Viewer;

/// Who asks, and in which role.
#[Object]
impl Viewer {
    /// Null for the public.
    async fn organisation(&self, context: &Context<'_>) -> Option<OrganisationNode> {
        let snapshot = Snapshot::of(context);
        snapshot
            .caller
            .acting
            .map(|number| snapshot.view.reference.organisation(number).into())
    }

    /// Whom the caller acts through; null where it acts by itself.
    async fn acting_through(&self, context: &Context<'_>) -> Option<OrganisationNode> {
        let snapshot = Snapshot::of(context);
        snapshot
            .caller
            .through
            .map(|number| snapshot.view.reference.organisation(number).into())
    }

    async fn role(&self, context: &Context<'_>) -> Role {
        Snapshot::of(context).caller.role.into()
    }
}

/// What a caller may see follows from its role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "access::Role")]
pub enum Role {
    Public,
    Municipality,
    CountyGovernor,
    Directorate,
    ProgrammeOffice,
    Evaluator,
    Operator,
}
