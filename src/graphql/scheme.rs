//! Grant schemes and the bodies behind them.

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use programgrant_schema::{Determination as Determined, GrantScheme, Organisation, Programme, SchemeId};

use super::Snapshot;
use super::award::BudgetPostNode;

/// A scheme that a programme file describes.
#[derive(Debug, Clone)]
pub struct SchemeNode(SchemeId);

impl SchemeNode {
    pub fn new(scheme: &GrantScheme) -> Self {
        Self(scheme.id.clone())
    }

    pub fn find(snapshot: &Snapshot, id: &SchemeId) -> Option<Self> {
        snapshot.view.reference.programmes.scheme(id).map(Self::new)
    }

    /// A programme's schemes, in its order.
    pub fn of_programme(snapshot: &Snapshot, programme: &Programme) -> Vec<Self> {
        let schemes = programme
            .schemes
            .iter()
            .filter_map(|part| snapshot.view.reference.programmes.scheme(&part.scheme));
        schemes.map(Self::new).collect()
    }

    fn get<'a>(&self, context: &Context<'a>) -> &'a GrantScheme {
        Snapshot::of(context)
            .view
            .reference
            .programmes
            .scheme(&self.0)
            .expect("a node is made of a scheme that is loaded")
    }
}

/// A grant scheme (tilskuddsordning).
#[Object(name = "GrantScheme")]
impl SchemeNode {
    async fn id(&self) -> ID {
        ID::from(self.0.as_str())
    }

    /// Bokmål.
    async fn name(&self, context: &Context<'_>) -> String {
        self.get(context).name.clone()
    }

    async fn ministry(&self, context: &Context<'_>) -> String {
        self.get(context).ministry.clone()
    }

    async fn directorate(&self, context: &Context<'_>) -> OrganisationNode {
        Snapshot::of(context)
            .view
            .reference
            .organisation(self.get(context).directorate)
            .into()
    }

    /// Budget chapter and post that year; null where the scheme did not exist.
    async fn budget_post(&self, context: &Context<'_>, year: i32) -> Option<BudgetPostNode> {
        let year = i16::try_from(year).ok()?;
        self.get(context).post_in(year).map(BudgetPostNode::from)
    }

    async fn determination(&self, context: &Context<'_>) -> Determination {
        self.get(context).determination.into()
    }
}

/// How the amount of a grant is determined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "Determined")]
pub enum Determination {
    /// By a rule, without application.
    Rule,
    /// By invitation.
    Invitation,
    /// By the case officer's discretion.
    Discretionary,
}

/// A body with an organisation number.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(name = "Organisation")]
pub struct OrganisationNode {
    organisation_number: String,
    /// Where the name is not known, the number.
    name: String,
}

impl From<Organisation> for OrganisationNode {
    fn from(organisation: Organisation) -> Self {
        Self {
            organisation_number: organisation.number.to_string(),
            name: organisation.name,
        }
    }
}
