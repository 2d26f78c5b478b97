//! Programmes, their rules and their years.

use std::sync::OnceLock;

use async_graphql::{Enum, ID, SimpleObject};
use programgrant_core::programme::{Available, Pot, ProgrammeYear};
use programgrant_macros::{Written, object};
use programgrant_schema as domain;
use programgrant_schema::{Participation, Programme, Rule};

use super::Snapshot;
use super::award::FigureNode;
use super::grant::{PotNode, ProgrammeGrantNode};
use super::municipality::MunicipalityNode;
use super::scalars::{Date, Ore};
use super::scheme::SchemeNode;
use super::viewer::Role;

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

    fn get<'a>(&self, snapshot: &'a Snapshot) -> &'a Programme {
        snapshot
            .view
            .reference
            .programmes
            .get(&self.id)
            .expect("a node is made of a programme that is loaded")
    }
}

/// A cross-sector programme: several schemes joined into one pot for each participating municipality.
#[object(name = "Programme")]
impl ProgrammeNode {
    fn id(&self) -> ID {
        ID::from(&self.id)
    }

    /// Bokmål.
    fn name(&self, snapshot: &Snapshot) -> String {
        self.get(snapshot).name.clone()
    }

    /// Whether its rules are published. While they are not, what follows from them is null, and every check under its schemes is left to a case
    /// officer (`RULES_UNKNOWN`).
    fn rule_state(&self, snapshot: &Snapshot) -> RuleState {
        self.get(snapshot).rule_state.into()
    }

    /// Null where it is not published.
    fn from(&self, snapshot: &Snapshot) -> Option<Date> {
        self.get(snapshot).from.map(Date)
    }

    /// The last day of the last budget year with a vote; null where it is not published.
    fn until(&self, snapshot: &Snapshot) -> Option<Date> {
        self.get(snapshot).until.map(Date)
    }

    /// The last day on which the pot may be used; null where it is not published.
    fn use_until(&self, snapshot: &Snapshot) -> Option<Date> {
        self.get(snapshot).use_until.map(Date)
    }

    /// For how long a municipality that is chosen takes part.
    fn sign_up(&self, snapshot: &Snapshot) -> SignUp {
        self.get(snapshot).sign_up.into()
    }

    /// Whether those that apply rank each other's applications.
    fn ranked_by_applicants(&self, snapshot: &Snapshot) -> bool {
        self.get(snapshot).ranked_by_applicants
    }

    fn schemes(&self, snapshot: &Snapshot) -> Vec<SchemeNode> {
        SchemeNode::of_programme(snapshot, self.get(snapshot))
    }

    fn rules(&self, snapshot: &Snapshot) -> Vec<RuleNode> {
        self.get(snapshot).rules.iter().map(RuleNode::from).collect()
    }

    /// What a reader must know about the figures, such as that a demonstration's amounts per municipality are made up; null
    /// otherwise.
    fn notice(&self, snapshot: &Snapshot) -> Option<String> {
        self.get(snapshot).notice.clone()
    }

    /// Those that take part; null where that is not published.
    fn municipalities(&self, snapshot: &Snapshot) -> Option<Vec<MunicipalityNode>> {
        let programme = self.get(snapshot);
        programme
            .knows_participants()
            .then(|| programme.participants().map(MunicipalityNode).collect())
    }

    /// The role in which the caller meets what belongs to this programme: an office is one of its own programme alone.
    fn viewer_role(&self, snapshot: &Snapshot) -> Role {
        snapshot.reach().role_in(&self.id).into()
    }

    /// What there is to give in a year, whether or not it is known to be one of the programme's budget years.
    fn available(&self, snapshot: &Snapshot, year: i32) -> Option<AvailableNode> {
        let year = i16::try_from(year).ok()?;
        Some(Available::of(snapshot.inputs(), self.get(snapshot), year).into())
    }

    /// The pots of all municipalities, added up, against what the state accounts say was paid on the pot's own post. Null for
    /// a year that is none of the programme's budget years, or not known to be one.
    fn year(&self, snapshot: &Snapshot, year: i32) -> Option<ProgrammeYearNode> {
        let year = i16::try_from(year).ok()?;
        self.get(snapshot).has_budget_year(year).then(|| ProgrammeYearNode {
            programme: self.id.clone(),
            year,
            pot: OnceLock::new(),
        })
    }
}

/// Whether a programme's rules are published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Written)]
#[graphql(remote = "domain::RuleState")]
pub enum RuleState {
    Published,
    /// A person must find out.
    Unknown,
}

/// For how long a municipality that is chosen takes part in a programme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Written)]
#[graphql(remote = "domain::SignUp")]
pub enum SignUp {
    /// For as long as the programme lasts.
    Once,
    /// For one calendar year; for the next one it signs up anew.
    Yearly,
}

/// What a programme has to give in a year.
#[derive(Debug, Clone, SimpleObject, Written)]
#[graphql(name = "Available")]
pub struct AvailableNode {
    /// Voted on the pot's post.
    voted: FigureNode,
    /// What awards of earlier years hold of it.
    bound: FigureNode,
    /// voted − bound; not delivered while either is unknown.
    free: FigureNode,
}

impl From<Available> for AvailableNode {
    fn from(available: Available) -> Self {
        Self {
            voted: available.voted.into(),
            bound: available.bound.into(),
            free: available.free().into(),
        }
    }
}

/// A rule of the programme, in its own words.
#[derive(Debug, Clone, SimpleObject, Written)]
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
    /// Worked out once, for whichever fields are asked for.
    pot: OnceLock<Pot>,
}

impl ProgrammeYearNode {
    fn get<'a>(&self, snapshot: &'a Snapshot) -> ProgrammeYear<'a> {
        let programme = snapshot.view.reference.programmes.get(&self.programme);
        let year = programme.and_then(|programme| ProgrammeYear::find(snapshot.inputs(), programme, self.year));
        year.expect("a node is made of a year that was found")
    }

    fn whole_pot(&self, snapshot: &Snapshot) -> &Pot {
        self.pot.get_or_init(|| self.get(snapshot).pot())
    }
}

/// The pots of all municipalities, added up, against the state accounts. difference = pot.total − accounts; null if either is
/// unknown.
#[object(name = "ProgrammeYear")]
impl ProgrammeYearNode {
    fn year(&self) -> i32 {
        self.year.into()
    }

    fn pot(&self, snapshot: &Snapshot) -> PotNode {
        PotNode(self.whole_pot(snapshot).clone())
    }

    /// One for each participating municipality that the caller may see, in the programme's order.
    fn grants(&self, snapshot: &Snapshot) -> Vec<ProgrammeGrantNode> {
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
    fn appropriation(&self, snapshot: &Snapshot) -> FigureNode {
        self.get(snapshot).appropriation().into()
    }

    /// Paid on the pot's post, as the state accounts say.
    fn accounts(&self, snapshot: &Snapshot) -> FigureNode {
        self.get(snapshot).accounts().into()
    }

    /// pot.total − accounts; null if either is unknown.
    fn difference(&self, snapshot: &Snapshot) -> Option<Ore> {
        self.get(snapshot).difference(self.whole_pot(snapshot)).map(Ore)
    }
}
