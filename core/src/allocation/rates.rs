//! Schemes of rules and invitations: whether a receiver reaches each threshold, how far from it it is, and what it is given.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::ToPrimitive;
use programgrant_schema::{Observation, Ore, OrganisationNumber};
use rust_decimal::Decimal;

use super::plan::{IndicatorValues, Rate, Threshold};

/// Whether all thresholds are reached. A count that is not known leaves it open, unless another threshold is missed for certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::Display)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Reached {
    Yes,
    No,
    Unknown,
}

/// One threshold as a receiver stands to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThresholdReading {
    pub threshold: Threshold,
    pub reached: Reached,
    /// The number, or the share of 1; `None` where not known, or where there is nothing to be a share of.
    pub value: Option<BigRational>,
    /// Value less threshold: below 0 is what it lacks.
    pub distance: Option<BigRational>,
    /// How many fewer, all else as it is, would bring it below; or how many more would bring it up, as a number below 0.
    pub margin: Option<i64>,
}

/// What a rate comes to for one receiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateReading {
    pub counted: Observation,
    pub thresholds: Vec<ThresholdReading>,
    pub reached: Reached,
    /// `None` where not known.
    pub amount: Option<Ore>,
    /// What it comes to, or would, where every threshold is reached.
    pub at_stake: Option<Ore>,
}

/// Why a rate cannot be worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateError {
    Negative,
    OutOfRange,
}

/// Reads a rate for one receiver.
pub fn read(rate: &Rate, values: &IndicatorValues, receiver: OrganisationNumber) -> Result<RateReading, RateError> {
    let counted = values.get(&rate.counted, receiver);
    let thresholds: Vec<ThresholdReading> = rate
        .thresholds
        .iter()
        .map(|threshold| stand(threshold, values, receiver))
        .collect::<Result<_, _>>()?;
    let reached = all(thresholds.iter().map(|threshold| threshold.reached));
    let at_stake = counted.value().map(|count| times(rate.each, count)).transpose()?;
    let amount = match reached {
        Reached::No => Some(Ore::ZERO),
        Reached::Yes => at_stake,
        Reached::Unknown => None,
    };
    Ok(RateReading {
        counted,
        thresholds,
        reached,
        amount,
        at_stake,
    })
}

fn all(reached: impl Iterator<Item = Reached>) -> Reached {
    reached.fold(Reached::Yes, |all, one| match (all, one) {
        (Reached::No, _) | (_, Reached::No) => Reached::No,
        (Reached::Unknown, _) | (_, Reached::Unknown) => Reached::Unknown,
        (Reached::Yes, Reached::Yes) => Reached::Yes,
    })
}

fn times(each: Ore, count: Decimal) -> Result<Ore, RateError> {
    let count = whole(count)?;
    count
        .checked_mul(each.get())
        .and_then(Ore::new)
        .ok_or(RateError::OutOfRange)
}

/// A number of people: whole, and not below 0.
fn whole(count: Decimal) -> Result<i64, RateError> {
    match count.is_sign_negative() && !count.is_zero() {
        true => Err(RateError::Negative),
        false if count.fract().is_zero() => count.trunc().to_i64().ok_or(RateError::OutOfRange),
        false => Err(RateError::OutOfRange),
    }
}

fn stand(
    threshold: &Threshold,
    values: &IndicatorValues,
    receiver: OrganisationNumber,
) -> Result<ThresholdReading, RateError> {
    let counted = values.get(&threshold.counted, receiver).value();
    let among = match &threshold.among {
        None => Some(Decimal::ONE),
        Some(among) => values.get(among, receiver).value(),
    };
    let (value, margin) = match (counted, among) {
        // A share of nobody is none, so it is not reached.
        (Some(_), Some(among)) if among.is_zero() => (Some(BigRational::from(BigInt::ZERO)), None),
        (Some(counted), Some(among)) => (
            Some(rational(counted) / rational(among)),
            margin(&rational(counted), &rational(among), &threshold.at_least),
        ),
        _ => (None, None),
    };
    if [counted, among]
        .into_iter()
        .flatten()
        .any(|count| count.is_sign_negative() && !count.is_zero())
    {
        return Err(RateError::Negative);
    }
    let distance = value.as_ref().map(|value| value - &threshold.at_least);
    let reached = match &value {
        None => Reached::Unknown,
        Some(value) if *value >= threshold.at_least => Reached::Yes,
        Some(_) => Reached::No,
    };
    Ok(ThresholdReading {
        threshold: threshold.clone(),
        reached,
        value,
        distance,
        margin,
    })
}

/// The least whole number that reaches it is ⌈threshold · among⌉; those above it can go.
fn margin(counted: &BigRational, among: &BigRational, at_least: &BigRational) -> Option<i64> {
    let least = (at_least * among).ceil().to_integer();
    let spare = counted.floor().to_integer() - &least;
    let is_reached = spare >= BigInt::ZERO;
    // One more than what is spare brings it below.
    (if is_reached { spare + 1 } else { spare }).to_i64()
}

/// The decimal, exactly.
pub fn rational(value: Decimal) -> BigRational {
    BigRational::new(value.mantissa().into(), BigInt::from(10).pow(value.scale()))
}
