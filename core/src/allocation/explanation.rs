//! How one receiver's parts came about, step by step with its own numbers. The steps that carry an amount add up to what it receives.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Zero;
use programgrant_schema::{Observation, Ore, OrganisationNumber, SchemeId};

use super::error::AllocationError;
use super::keys::{self, KeyReading};
use super::plan::{AllocationPlan, Method, Rate};
use super::rates::{RateReading, Reached, ThresholdReading};
use super::result::{AllocatedPart, Allocation};

/// One receiver's parts, each with its steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    pub receiver: OrganisationNumber,
    /// In the plan's order.
    pub schemes: Vec<SchemeExplanation>,
    /// What the floor of the sum gives or takes, and what rounding does, where a floor compares the sum.
    pub of_the_sum: Vec<ExplanationStep>,
    pub total: AllocatedPart,
}

/// How a receiver's part of one scheme came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemeExplanation {
    pub scheme: SchemeId,
    pub method: Method,
    pub steps: Vec<ExplanationStep>,
    pub part: AllocatedPart,
}

/// A step, in øre and exact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExplanationStep {
    /// A threshold that is reached, missed, or cannot be told.
    Threshold(ThresholdReading),
    /// So much for each: `each` · `count` = `amount`; 0 where a threshold is missed.
    Rate {
        each: Ore,
        count: Observation,
        reached: Reached,
        amount: Option<Ore>,
    },
    /// The receiver's share by the key.
    Share {
        reading: KeyReading,
        share: Option<BigRational>,
    },
    /// `whole` · share = `amount`.
    OfWhole {
        whole: Option<Ore>,
        amount: Option<BigRational>,
    },
    /// What the floor gives, or takes where it is below 0.
    Floor(BigRational),
    /// What rounding to the unit gives, or takes.
    Rounding(BigRational),
}

impl ExplanationStep {
    /// What it adds to the part; `None` where not known. What only prepares an amount adds nothing.
    pub fn adds(&self) -> Option<BigRational> {
        match self {
            Self::Threshold(_) | Self::Share { .. } => Some(BigRational::zero()),
            Self::Rate { amount, .. } => amount.map(|amount| BigRational::from_integer(BigInt::from(amount.get()))),
            Self::OfWhole { amount, .. } => amount.clone(),
            Self::Floor(given) | Self::Rounding(given) => Some(given.clone()),
        }
    }
}

/// Explains what `plan` gave `receiver` in `allocation`; `None` where it receives nothing by the plan.
pub fn explain(
    plan: &AllocationPlan,
    allocation: &Allocation,
    receiver: OrganisationNumber,
) -> Result<Option<Explanation>, AllocationError> {
    let Some(place) = allocation.place(receiver) else {
        return Ok(None);
    };
    let schemes = plan.methods.iter().zip(&allocation.schemes).map(|(method, scheme)| {
        let part = scheme.parts[place].clone();
        let mut steps = match (&method.method, &scheme.rates) {
            (Method::Key(key), _) => {
                let reading = keys::read(&scheme.scheme, key, &plan.indicators, &allocation.receivers, receiver)?;
                of_key(reading, scheme.frame, &part)
            }
            (Method::Rule(rate) | Method::Invitation(rate), Some(rates)) => of_rate(rate, &rates[place]),
            (Method::Rule(_) | Method::Invitation(_), None) => Vec::new(),
        };
        steps.extend(of_floor_and_rounding(&part));
        Ok(SchemeExplanation {
            scheme: scheme.scheme.clone(),
            method: method.method.clone(),
            steps,
            part,
        })
    });
    let total = allocation.totals[place].clone();
    Ok(Some(Explanation {
        receiver,
        schemes: schemes.collect::<Result<_, AllocationError>>()?,
        of_the_sum: of_the_sum(allocation, place),
        total,
    }))
}

fn of_rate(rate: &Rate, reading: &RateReading) -> Vec<ExplanationStep> {
    let thresholds = reading.thresholds.iter().cloned().map(ExplanationStep::Threshold);
    let rate = ExplanationStep::Rate {
        each: rate.each,
        count: reading.counted,
        reached: reading.reached,
        amount: reading.amount,
    };
    thresholds.chain([rate]).collect()
}

fn of_key(reading: KeyReading, whole: Option<Ore>, part: &AllocatedPart) -> Vec<ExplanationStep> {
    let share = reading.share();
    let amount = part.calculated.as_ref().map(BigRational::reduced);
    vec![
        ExplanationStep::Share { reading, share },
        ExplanationStep::OfWhole { whole, amount },
    ]
}

fn of_floor_and_rounding(part: &AllocatedPart) -> impl Iterator<Item = ExplanationStep> {
    let floor = part.floor().map(ExplanationStep::Floor);
    let rounding = part.rounding().map(ExplanationStep::Rounding);
    floor.into_iter().chain(rounding).filter(is_something)
}

/// What the floor of the sum did, and what rounding the sum did beside rounding each part.
fn of_the_sum(allocation: &Allocation, place: usize) -> Vec<ExplanationStep> {
    let total = &allocation.totals[place];
    let of_parts = allocation.schemes.iter().map(|scheme| scheme.parts[place].rounding());
    let of_parts: Option<BigRational> = of_parts.sum();
    let rounding = total.rounding().zip(of_parts).map(|(all, of_parts)| all - of_parts);
    let steps = total
        .floor()
        .map(ExplanationStep::Floor)
        .into_iter()
        .chain(rounding.map(ExplanationStep::Rounding));
    steps.filter(is_something).collect()
}

fn is_something(step: &ExplanationStep) -> bool {
    step.adds().is_some_and(|given| !given.is_zero())
}
