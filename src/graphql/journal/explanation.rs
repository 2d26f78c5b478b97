//! How one municipality's amount came about, always in the same five parts: what was counted, the rule, the calculation with its own numbers, the
//! table for everybody (which is the allocation's), and what changed since the version before.

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use num_rational::BigRational;
use num_traits::ToPrimitive;
use programgrant_core::allocation::{Cause, Change, KeptIndicator, Reached as Standing, ThresholdReading};
use programgrant_schema::OrganisationNumber;

use super::super::Snapshot;
use super::super::municipality::MunicipalityNode;
use super::super::scalars::{Date, Ore};
use super::allocation::AllocationFigures;
use super::reading;

/// How one municipality's amount came about.
#[derive(SimpleObject)]
pub struct AllocationExplanation {
    /// 1: what was counted.
    inputs: Vec<AllocationInput>,
    /// 2: the rule of each scheme, in Bokmål.
    rules: Vec<ExplanationLine>,
    /// 3: the calculation with this municipality's numbers, in Bokmål.
    steps: Vec<ExplanationLine>,
    /// The same in words, in Bokmål.
    paragraph: String,
    /// How far it is from each threshold.
    thresholds: Vec<ThresholdDistance>,
    /// 5: what changed since the version before; null where there is none. Part 4 is the table.
    change: Option<AllocationChange>,
}

/// A figure that an amount rests on.
#[derive(SimpleObject)]
pub struct AllocationInput {
    indicator: ID,
    /// Bokmål.
    name: String,
    /// The exact number; null where there is none.
    value: Option<String>,
    /// Why there is none; null where there is one. Missing is not 0.
    missing: Option<String>,
    counted_on: Option<Date>,
    /// Who counted; of a corrected figure, where that comes from.
    source: String,
    licence: String,
    /// When the source was read.
    read_on: Date,
    made_up: bool,
    /// What the source has, where the figure was corrected.
    corrected: Option<String>,
}

/// A line of an explanation.
#[derive(SimpleObject)]
pub struct ExplanationLine {
    /// The scheme's id; null for the floor of the sum.
    scheme: Option<ID>,
    text: String,
}

/// Whether a threshold is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "Standing")]
pub enum ThresholdReached {
    Yes,
    No,
    /// A count is missing.
    Unknown,
}

/// How a municipality stands to a threshold.
#[derive(SimpleObject)]
pub struct ThresholdDistance {
    scheme: ID,
    counted: ID,
    /// What it is a share of; null for the number itself.
    among: Option<ID>,
    /// A number, or a share of 1, as an exact fraction.
    at_least: String,
    /// The same for the municipality; null where not known.
    value: Option<String>,
    reached: ThresholdReached,
    /// How many fewer, all else as it is, would bring it below; or how many more would bring it up, as a number below 0. A revised count would
    /// have to differ by that much.
    margin: Option<i32>,
    /// What a revised count that reaches it would give, where no other threshold is missed; null where not known.
    at_stake: Option<Ore>,
}

/// What one municipality receives before and after.
pub struct AllocationChange(Change);

/// A municipality's amount before and after, and what the difference comes from.
#[Object]
impl AllocationChange {
    async fn organisation_number(&self) -> String {
        self.0.receiver.to_string()
    }

    /// Null where no register knows it any more.
    async fn municipality(&self, context: &Context<'_>) -> Option<MunicipalityNode> {
        reading::municipality(context, self.0.receiver)
    }

    /// Null where not known; 0 for who received nothing.
    async fn before(&self) -> Option<Ore> {
        self.0.before.map(Ore)
    }

    async fn after(&self) -> Option<Ore> {
        self.0.after.map(Ore)
    }

    /// What each cause has changed, in øre, together after less before; null where it cannot be told.
    async fn causes(&self) -> Option<Vec<ChangeCause>> {
        let causes = self.0.causes.as_ref()?;
        Some(causes.iter().map(ChangeCause::of).collect())
    }
}

/// What a difference comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "Cause")]
pub enum AllocationCause {
    /// What is counted, and who receives.
    Input,
    /// The frame and the methods.
    Rule,
    Floor,
    Rounding,
}

/// One cause's part of a difference.
#[derive(SimpleObject)]
pub struct ChangeCause {
    cause: AllocationCause,
    /// In øre, an exact fraction.
    ore: String,
    /// The same to the nearest øre.
    nearest: Option<Ore>,
}

impl AllocationExplanation {
    pub fn of(snapshot: &Snapshot, table: &AllocationFigures, receiver: OrganisationNumber) -> Option<Self> {
        let told = snapshot.told(table.worked_out()?);
        let explained = told.explained(receiver);
        let explained = explained
            .inspect_err(|error| tracing::error!(%error, "an amount cannot be explained"))
            .ok()??;
        let line = |(scheme, text): (Option<ID>, String)| ExplanationLine { scheme, text };
        let rules = explained.rules.into_iter();
        let rules = rules.map(|(scheme, text)| line((Some(scheme.as_str().into()), text)));
        let steps = explained.steps.into_iter();
        let steps = steps.map(|(scheme, text)| line((scheme.map(|scheme| scheme.as_str().into()), text)));
        let change = table.changes().iter().find(|change| change.receiver == receiver);
        Some(Self {
            inputs: table
                .basis
                .indicators
                .iter()
                .map(|kept| input(kept, receiver))
                .collect(),
            rules: rules.collect(),
            steps: steps.collect(),
            paragraph: explained.paragraph,
            thresholds: thresholds(table, receiver),
            change: change.map(AllocationChange::from),
        })
    }
}

fn input(kept: &KeptIndicator, receiver: OrganisationNumber) -> AllocationInput {
    let written = kept.values.get(&receiver).cloned();
    let is_number = |text: &String| text.starts_with(|first: char| first.is_ascii_digit() || first == '-');
    let corrected = kept
        .corrected
        .iter()
        .find(|corrected| corrected.organisation == receiver);
    AllocationInput {
        indicator: kept.id.to_string().into(),
        name: kept.name_nb.clone(),
        value: written.clone().filter(is_number),
        missing: match written {
            None => Some("ABSENT".to_owned()),
            Some(text) => Some(text).filter(|text| !is_number(text)),
        },
        counted_on: kept.counted_on.map(Date),
        source: corrected.map_or_else(|| kept.source.clone(), |corrected| corrected.source.clone()),
        licence: kept.licence.clone(),
        read_on: Date(kept.read_on),
        made_up: kept.made_up,
        corrected: corrected.map(|corrected| corrected.before.clone()),
    }
}

fn thresholds(table: &AllocationFigures, receiver: OrganisationNumber) -> Vec<ThresholdDistance> {
    let Some(allocation) = table.worked_out().map(|worked_out| &worked_out.allocation) else {
        return Vec::new();
    };
    let Some(place) = allocation.place(receiver) else {
        return Vec::new();
    };
    let mut distances = Vec::new();
    for scheme in &allocation.schemes {
        let reading = scheme.rates.as_ref().map(|rates| &rates[place]);
        for (reading, threshold) in reading
            .into_iter()
            .flat_map(|reading| reading.thresholds.iter().map(move |one| (reading, one)))
        {
            distances.push(ThresholdDistance {
                at_stake: reading.at_stake.map(Ore),
                ..distance(scheme.scheme.as_str(), threshold)
            });
        }
    }
    distances
}

fn distance(scheme: &str, reading: &ThresholdReading) -> ThresholdDistance {
    let threshold = &reading.threshold;
    ThresholdDistance {
        scheme: scheme.into(),
        counted: threshold.counted.to_string().into(),
        among: threshold.among.as_ref().map(|among| among.to_string().into()),
        at_least: threshold.at_least.to_string(),
        value: reading.value.as_ref().map(ToString::to_string),
        reached: reading.reached.into(),
        margin: reading.margin.and_then(|margin| margin.try_into().ok()),
        at_stake: None,
    }
}

impl From<&Change> for AllocationChange {
    fn from(change: &Change) -> Self {
        Self(change.clone())
    }
}

impl ChangeCause {
    fn of((cause, ore): &(Cause, BigRational)) -> Self {
        let nearest = ore.round().to_integer().to_i64();
        Self {
            cause: (*cause).into(),
            ore: ore.to_string(),
            nearest: nearest.and_then(programgrant_schema::Ore::new).map(Ore),
        }
    }
}
