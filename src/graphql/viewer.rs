//! Who asks.

use async_graphql::Enum;
use programgrant_core::access;
use programgrant_macros::{Written, object};

use super::Snapshot;
use super::scheme::OrganisationNode;

/// The caller.
pub struct Viewer;

/// Who asks, and in which role.
#[object]
impl Viewer {
    /// Null for the public.
    fn organisation(&self, snapshot: &Snapshot) -> Option<OrganisationNode> {
        snapshot
            .caller
            .acting
            .map(|number| snapshot.view.reference.organisation(number).into())
    }

    /// Whom the caller acts through; null where it acts by itself.
    fn acting_through(&self, snapshot: &Snapshot) -> Option<OrganisationNode> {
        snapshot
            .caller
            .through
            .map(|number| snapshot.view.reference.organisation(number).into())
    }

    fn role(&self, snapshot: &Snapshot) -> Role {
        snapshot.caller.role.into()
    }
}

/// What a caller may see follows from its role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Written)]
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
