//! Grant schemes and the bodies behind them.

use async_graphql::{Enum, ID, SimpleObject};
use programgrant_macros::{Written, object};
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

    fn get<'a>(&self, snapshot: &'a Snapshot) -> &'a GrantScheme {
        snapshot
            .view
            .reference
            .programmes
            .scheme(&self.0)
            .expect("a node is made of a scheme that is loaded")
    }
}

/// A grant scheme (tilskuddsordning).
#[object(name = "GrantScheme")]
impl SchemeNode {
    fn id(&self) -> ID {
        ID::from(self.0.as_str())
    }

    /// Bokmål.
    fn name(&self, snapshot: &Snapshot) -> String {
        self.get(snapshot).name.clone()
    }

    fn ministry(&self, snapshot: &Snapshot) -> String {
        self.get(snapshot).ministry.clone()
    }

    fn directorate(&self, snapshot: &Snapshot) -> OrganisationNode {
        snapshot
            .view
            .reference
            .organisation(self.get(snapshot).directorate)
            .into()
    }

    /// Budget chapter and post that year; null where the scheme did not exist.
    fn budget_post(&self, snapshot: &Snapshot, year: i32) -> Option<BudgetPostNode> {
        let year = i16::try_from(year).ok()?;
        self.get(snapshot).post_in(year).map(BudgetPostNode::from)
    }

    fn determination(&self, snapshot: &Snapshot) -> Determination {
        self.get(snapshot).determination.into()
    }
}

/// How the amount of a grant is determined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Written)]
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
#[derive(Debug, Clone, SimpleObject, Written)]
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
