//! Who asks.

use async_graphql::{Context, Enum, Object};
use programgrant_core::access;

use super::Snapshot;
use super::scheme::OrganisationNode;

/// The caller.
pub struct Viewer;

/// Who asks, and in which role.
#[Object(name = "Viewer")]
impl Viewer {
    /// Null for the public.
    #[graphql(name = "organisation")]
    async fn organisation(&self, context: &Context<'_>) -> Option<OrganisationNode> {
        let snapshot = Snapshot::of(context);
        snapshot
            .caller
            .acting
            .map(|number| snapshot.reference.organisation(number).into())
    }

    /// Whom the caller acts through; null where it acts by itself.
    #[graphql(name = "actingThrough")]
    async fn acting_through(&self, context: &Context<'_>) -> Option<OrganisationNode> {
        let snapshot = Snapshot::of(context);
        snapshot
            .caller
            .through
            .map(|number| snapshot.reference.organisation(number).into())
    }

    #[graphql(name = "role")]
    async fn role(&self, context: &Context<'_>) -> Role {
        Snapshot::of(context).caller.role.into()
    }
}

/// What a caller may see follows from its role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(name = "Role", remote = "access::Role")]
pub enum Role {
    #[graphql(name = "PUBLIC")]
    Public,
    #[graphql(name = "MUNICIPALITY")]
    Municipality,
    #[graphql(name = "COUNTY_GOVERNOR")]
    CountyGovernor,
    #[graphql(name = "DIRECTORATE")]
    Directorate,
    #[graphql(name = "PROGRAMME_OFFICE")]
    ProgrammeOffice,
    #[graphql(name = "EVALUATOR")]
    Evaluator,
    #[graphql(name = "OPERATOR")]
    Operator,
}
