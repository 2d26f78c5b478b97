//! Programmes, their rules and their years.

use async_graphql::{Context, ID, Object, SimpleObject};
use programgrant_core::programme::ProgrammeYear;
use programgrant_schema::{Participation, Programme, Rule};

use super::Snapshot;
use super::award::FigureNode;
use super::grant::{PotNode, ProgrammeGrantNode};
use super::municipality::MunicipalityNode;
use super::scalars::{Date, Ore};
use super::scheme::SchemeNode;

/// A programme that is loaded.
#[derive(Debug, Clone)]
pub struct ProgrammeNode {
    pub id: String,
}

impl ProgrammeNode {
    pub fn new(programme: &Programme) -> Self {
        Self {
            id: programme.id.clone(),
        }
    }

    pub fn find(snapshot: &Snapshot, id: &str) -> Option<Self> {
        snapshot.view.reference.programmes.get(id).map(Self::new)
    }

    fn get<'a>(&self, context: &Context<'a>) -> &'a Programme {
        Snapshot::of(context)
            .view
            .reference
            .programmes
            .get(&self.id)
            .expect("a node is made of a programme that is loaded")
    }
}

/// A cross-sector programme: several schemes joined into one pot for each participating municipality.
#[Object(name = "Programme")]
impl ProgrammeNode {
    async fn id(&self) -> ID {
        ID::from(&self.id)
    }

    /// Bokmål.
    async fn name(&self, context: &Context<'_>) -> String {
        self.get(context).name.clone()
    }

    async fn from(&self, context: &Context<'_>) -> Date {
        Date(self.get(context).from)
    }

    /// The last day of the last budget year with a vote.
    async fn until(&self, context: &Context<'_>) -> Date {
        Date(self.get(context).until)
    }

    /// The last day on which the pot may be used.
    async fn use_until(&self, context: &Context<'_>) -> Date {
        Date(self.get(context).use_until)
    }

    async fn schemes(&self, context: &Context<'_>) -> Vec<SchemeNode> {
        SchemeNode::of_programme(Snapshot::of(context), self.get(context))
    }

    async fn rules(&self, context: &Context<'_>) -> Vec<RuleNode> {
        self.get(context).rules.iter().map(RuleNode::from).collect()
    }

    /// What a reader must know about the figures, such as that a demonstration's amounts per municipality are made up; null
    /// otherwise.
    async fn notice(&self, context: &Context<'_>) -> Option<String> {
        self.get(context).notice.clone()
    }

    async fn municipalities(&self, context: &Context<'_>) -> Vec<MunicipalityNode> {
        self.get(context).participants().map(MunicipalityNode).collect()
    }

    /// The pots of all municipalities, added up, against what the state accounts say was paid on the pot's own post. Null for
    /// a year that is none of the programme's budget years.
    async fn year(&self, context: &Context<'_>, year: i32) -> Option<ProgrammeYearNode> {
        let year = i16::try_from(year).ok()?;
        self.get(context)
            .budget_years()
            .contains(&year)
            .then(|| ProgrammeYearNode {
                programme: self.id.clone(),
                year,
            })
    }
}

/// A rule of the programme, in its own words.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(name = "Rule")]
pub struct RuleNode {
    id: ID,
    /// Bokmål.
    text: String,
    source: String,
}

impl From<&Rule> for RuleNode {
    fn from(rule: &Rule) -> Self {
        Self {
            id: ID::from(&rule.id),
            text: rule.text.clone(),
            source: rule.source.clone(),
        }
    }
}

/// One budget year of a programme.
pub struct ProgrammeYearNode {
    programme: String,
    year: i16,
}

impl ProgrammeYearNode {
    fn get<'a>(&self, context: &Context<'a>) -> ProgrammeYear<'a> {
        let snapshot = Snapshot::of(context);
        let programme = snapshot.view.reference.programmes.get(&self.programme);
        let year = programme.and_then(|programme| ProgrammeYear::find(snapshot.inputs(), programme, self.year));
        year.expect("a node is made of a year that was found")
    }
}

/// The pots of all municipalities, added up, against the state accounts. difference = pot.total − accounts; null if either is
/// unknown.
#[Object(name = "ProgrammeYear")]
impl ProgrammeYearNode {
    async fn year(&self) -> i32 {
        self.year.into()
    }

    async fn pot(&self, context: &Context<'_>) -> PotNode {
        PotNode(self.get(context).pot())
    }

    /// One for each participating municipality that the caller may see, in the programme's order.
    async fn grants(&self, context: &Context<'_>) -> Vec<ProgrammeGrantNode> {
        let snapshot = Snapshot::of(context);
        let programme = snapshot.view.reference.programmes.get(&self.programme);
        let takes_part = |programme: &Programme, participation: &Participation| {
            programme.budget_years_of(participation).contains(&self.year)
        };
        let participations = programme
            .into_iter()
            .flat_map(|programme| programme.participations.iter().filter(|one| takes_part(programme, one)));
        participations
            .filter_map(|one| ProgrammeGrantNode::new(snapshot, &self.programme, one.municipality, self.year))
            .collect()
    }

    /// Voted and revised on the pot's post; what was carried over is no part of it.
    async fn appropriation(&self, context: &Context<'_>) -> FigureNode {
        self.get(context).appropriation().into()
    }

    /// Paid on the pot's post, as the state accounts say.
    async fn accounts(&self, context: &Context<'_>) -> FigureNode {
        self.get(context).accounts().into()
    }

    /// pot.total − accounts; null if either is unknown.
    async fn difference(&self, context: &Context<'_>) -> Option<Ore> {
        self.get(context).difference().map(Ore)
    }
}
