//! What is to be allocated: a frame, a method for each scheme with its parameters, who receives, what is counted, and the floor. All of it data.

use std::collections::BTreeMap;

use num_rational::BigRational;
use programgrant_schema::{Figure, IndicatorId, Observation, Ore, OrganisationNumber, SchemeId};

use super::floor::FloorPayer;

/// What a frame is cut into. No part is smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, strum::Display, strum::EnumString, strum::EnumIter)]
#[strum(serialize_all = "kebab-case")]
pub enum AllocationUnit {
    Ore,
    #[default]
    Krone,
    Thousand,
}

impl AllocationUnit {
    /// How many øre it has.
    pub const fn ore(self) -> i64 {
        match self {
            Self::Ore => 1,
            Self::Krone => 100,
            Self::Thousand => 100_000,
        }
    }
}

/// One programme year's frame and how it is shared.
#[derive(Debug, Clone)]
pub struct AllocationPlan {
    pub year: i16,
    pub frame: Ore,
    pub unit: AllocationUnit,
    /// In any order: what is allocated does not follow from it.
    pub receivers: Vec<Receiver>,
    pub methods: Vec<SchemeMethod>,
    pub indicators: IndicatorValues,
    pub floor: Option<Floor>,
}

/// Who receives a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receiver {
    pub organisation: OrganisationNumber,
    /// Who shares in a deduction for each inhabitant; `None` where not known.
    pub inhabitants: Option<u64>,
}

/// What is counted, by indicator and receiver. What is not in it is absent, not 0.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IndicatorValues(pub BTreeMap<IndicatorId, BTreeMap<OrganisationNumber, Observation>>);

impl IndicatorValues {
    pub fn get(&self, indicator: &IndicatorId, receiver: OrganisationNumber) -> Observation {
        let absent = Observation::Missing(programgrant_schema::MissingFigure::Absent);
        let observed = self.0.get(indicator).and_then(|values| values.get(&receiver));
        observed.copied().unwrap_or(absent)
    }
}

/// How one scheme's part of the frame is worked out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemeMethod {
    pub scheme: SchemeId,
    pub method: Method,
}

/// Regel, invitasjon or fordelingsnøkkel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Method {
    /// So much for each one who is counted, where every threshold is reached. Comes first, and is exact.
    Rule(Rate),
    /// The same, for those who would have been invited.
    Invitation(Rate),
    /// A part of what rules and invitations leave, shared by weighted indicators.
    Key(DistributionKey),
}

impl Method {
    /// The rate, where that is how it is done.
    pub const fn rate(&self) -> Option<&Rate> {
        match self {
            Self::Rule(rate) | Self::Invitation(rate) => Some(rate),
            Self::Key(_) => None,
        }
    }

    pub const fn key(&self) -> Option<&DistributionKey> {
        match self {
            Self::Rule(_) | Self::Invitation(_) => None,
            Self::Key(key) => Some(key),
        }
    }
}

/// Sats: an amount for each one, and what must be reached to be given it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rate {
    pub each: Ore,
    pub counted: IndicatorId,
    pub thresholds: Vec<Threshold>,
}

/// At least so many, or at least such a share of another count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Threshold {
    pub counted: IndicatorId,
    /// What it is a share of; `None` for the number itself.
    pub among: Option<IndicatorId>,
    /// A number, or a share of 1: one tenth is 1/10.
    pub at_least: BigRational,
}

/// Fordelingsnøkkel: a receiver's share is Σᵢ wᵢ · xᵢₘ / Σₙ xᵢₙ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DistributionKey {
    /// Which part of the rest this scheme has; all keys together have 1.
    pub part: BigRational,
    /// Together 1.
    pub weights: Vec<(IndicatorId, BigRational)>,
}

/// Gulv: nobody worse off than so much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Floor {
    pub compares: FloorScope,
    /// Of which year the amounts are.
    pub year: i16,
    /// What the amounts leave out, in words for people.
    pub leaves_out: String,
    pub payer: FloorPayer,
    pub amounts: FloorAmounts,
}

/// What a floor compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::Display, strum::EnumString)]
#[strum(serialize_all = "kebab-case")]
pub enum FloorScope {
    SchemeByScheme,
    Sum,
}

/// What each had, or could have got, by receiver and scheme; or of all schemes together, where no scheme is named. What is not stated there is
/// not known; where nothing was given, say so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FloorAmounts(pub BTreeMap<(OrganisationNumber, Option<SchemeId>), Figure>);

impl FloorAmounts {
    pub fn get(&self, receiver: OrganisationNumber, scheme: &SchemeId) -> Figure {
        let stated = self.0.get(&(receiver, Some(scheme.clone())));
        stated.copied().unwrap_or(Figure::NotDelivered)
    }

    /// Of these schemes together.
    pub fn sum<'a>(&self, receiver: OrganisationNumber, schemes: impl Iterator<Item = &'a SchemeId>) -> Figure {
        match self.0.get(&(receiver, None)) {
            Some(stated) => *stated,
            None => Figure::sum(schemes.map(|scheme| self.get(receiver, scheme))),
        }
    }
}
