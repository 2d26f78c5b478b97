//! Who asks.

use async_graphql::{Enum, ID, SimpleObject};
use programgrant_core::access;
use programgrant_core::journal::BodyFunction as Function;
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

    /// What it does in programmes beside its role, today.
    fn functions(&self, snapshot: &Snapshot) -> Vec<HeldFunction> {
        let acting = snapshot.acting();
        let held = acting
            .into_iter()
            .flat_map(|acting| snapshot.functions.of(acting, snapshot.today()));
        held.map(|holding| HeldFunction {
            function: holding.function.into(),
            programme: holding.programme.as_str().into(),
            region: holding
                .region
                .map(|region| snapshot.view.reference.organisation(region).into()),
        })
        .collect()
    }
}

/// What a body does in a programme.
#[derive(SimpleObject, Written)]
pub struct HeldFunction {
    function: BodyFunction,
    /// The programme's id.
    programme: ID,
    /// The county governor of the region that it is for; null for every region.
    region: Option<OrganisationNode>,
}

/// What a body does in a programme, beside its role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Written)]
#[graphql(remote = "Function")]
pub enum BodyFunction {
    /// Assesses applications, and advises the county governor.
    ResourceGroup,
    ProjectGroup,
    /// Gives support to municipalities.
    CompetenceEnvironment,
    Evaluator,
    /// The municipalities' own organisation.
    Ks,
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
