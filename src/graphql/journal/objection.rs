//! Objections, and what was answered.

use async_graphql::{Context, Enum, ID, Object};
use programgrant_core::journal::{Objection, ObjectionAbout, ObjectionOutcome as Outcome};

use super::super::Snapshot;
use super::super::municipality::MunicipalityNode;
use super::super::scalars::DateTime;
use super::super::scheme::OrganisationNode;
use super::reading;

/// What is objected to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum ObjectionKind {
    /// A figure that a source reports.
    Award,
    /// Its part of an allocation.
    Allocation,
    /// The guard's verdict on a claim.
    FundingClaim,
}

/// What came of an objection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "Outcome")]
pub enum ObjectionOutcome {
    Upheld,
    PartlyUpheld,
    Rejected,
}

/// Innsigelse.
pub struct ObjectionNode(Objection);

impl ObjectionNode {
    /// Nothing where the caller's reach ends before it.
    pub fn new(snapshot: &Snapshot, objection: &Objection) -> Option<Self> {
        reading::sees_objection(snapshot, objection).then(|| Self(objection.clone()))
    }

    /// What a command that the caller was let give has made of it.
    pub const fn commanded(objection: Objection) -> Self {
        Self(objection)
    }
}

/// A municipality objects to a figure, an allocation or a verdict; whoever answers for it answers with a reason. Both stay.
#[Object(name = "Objection")]
impl ObjectionNode {
    async fn id(&self) -> ID {
        ID::from(self.0.id.as_str())
    }

    async fn municipality(&self, context: &Context<'_>) -> Option<MunicipalityNode> {
        reading::municipality(context, self.0.municipality)
    }

    async fn kind(&self) -> ObjectionKind {
        match self.0.about {
            ObjectionAbout::Award(_) => ObjectionKind::Award,
            ObjectionAbout::Allocation(_) => ObjectionKind::Allocation,
            ObjectionAbout::Claim(_) => ObjectionKind::FundingClaim,
        }
    }

    /// The id of what is objected to.
    async fn subject(&self) -> ID {
        match &self.0.about {
            ObjectionAbout::Award(id) | ObjectionAbout::Claim(id) => ID::from(id),
            ObjectionAbout::Allocation(id) => ID::from(id.as_str()),
        }
    }

    async fn reason(&self) -> &str {
        &self.0.reason
    }

    /// Who answers for what is objected to.
    async fn addressee(&self, context: &Context<'_>) -> OrganisationNode {
        Snapshot::of(context)
            .view
            .reference
            .organisation(self.0.addressee)
            .into()
    }

    async fn made_at(&self) -> DateTime {
        DateTime(self.0.acts.first.at)
    }

    /// Null while there is no answer.
    async fn outcome(&self) -> Option<ObjectionOutcome> {
        Some(self.0.answer.as_ref()?.outcome.into())
    }

    /// The answer's reason.
    async fn answer(&self) -> Option<&str> {
        Some(self.0.answer.as_ref()?.reason.as_str())
    }

    async fn answered_by(&self, context: &Context<'_>) -> Option<OrganisationNode> {
        let by = self.0.answer.as_ref()?.by.organisation;
        Some(Snapshot::of(context).view.reference.organisation(by).into())
    }

    async fn answered_at(&self) -> Option<DateTime> {
        Some(DateTime(self.0.answer.as_ref()?.at))
    }
}
