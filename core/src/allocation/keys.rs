//! Distribution keys: shares by weighted indicators, exact.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};
use programgrant_schema::{IndicatorId, Observation, OrganisationNumber, SchemeId};
use rust_decimal::Decimal;

use super::error::AllocationError;
use super::exact::Parts;
use super::plan::{DistributionKey, IndicatorValues};

/// One indicator in one receiver's share: wᵢ · xᵢₘ / Σₙ xᵢₙ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyTerm {
    pub indicator: IndicatorId,
    pub weight: BigRational,
    pub counted: Observation,
    /// What all receivers have together; `None` where one of them is not known.
    pub sum: Option<BigRational>,
}

/// How one receiver stands to a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyReading {
    pub terms: Vec<KeyTerm>,
}

impl KeyReading {
    /// The receiver's share of 1; `None` where a count is not known.
    pub fn share(&self) -> Option<BigRational> {
        self.terms.iter().try_fold(BigRational::zero(), |share, term| {
            let counted = super::rates::rational(term.counted.value()?);
            Some(share + &term.weight * counted / term.sum.as_ref()?)
        })
    }
}

/// One indicator for all receivers, in whole numbers of a common decimal place.
struct Counted {
    values: Vec<BigInt>,
    sum: BigInt,
    /// 10 to the number of decimals.
    scale: BigInt,
}

/// Every receiver's share of `whole` units, in the order of `receivers`; `None` where a count is not known.
pub fn share(
    scheme: &SchemeId,
    key: &DistributionKey,
    values: &IndicatorValues,
    receivers: &[OrganisationNumber],
    whole: i64,
) -> Result<Option<Parts>, AllocationError> {
    check(scheme, key)?;
    let mut terms = Vec::with_capacity(key.weights.len());
    for (indicator, weight) in &key.weights {
        let Some(counted) = counted(scheme, indicator, values, receivers)? else {
            return Ok(None);
        };
        terms.push((weight, counted));
    }
    let below: Vec<BigInt> = terms
        .iter()
        .map(|(weight, counted)| weight.denom() * &counted.sum)
        .collect();
    let mut numerators = vec![BigInt::zero(); receivers.len()];
    for (place, (weight, counted)) in terms.iter().enumerate() {
        let others = below.iter().enumerate().filter(|(other, _)| *other != place);
        let factor: BigInt = others.fold(weight.numer() * whole, |product, (_, one)| product * one);
        for (numerator, value) in numerators.iter_mut().zip(&counted.values) {
            *numerator += &factor * value;
        }
    }
    Ok(Some(Parts {
        numerators,
        denominator: below.iter().product(),
    }))
}

/// Weights are above 0, and together 1.
fn check(scheme: &SchemeId, key: &DistributionKey) -> Result<(), AllocationError> {
    let sum: BigRational = key.weights.iter().map(|(_, weight)| weight.clone()).sum();
    let are_above_zero = key.weights.iter().all(|(_, weight)| weight.is_positive());
    if are_above_zero && sum.is_one() {
        Ok(())
    } else {
        Err(AllocationError::WeightsNotOne(scheme.clone()))
    }
}

fn counted(
    scheme: &SchemeId,
    indicator: &IndicatorId,
    values: &IndicatorValues,
    receivers: &[OrganisationNumber],
) -> Result<Option<Counted>, AllocationError> {
    let mut decimals: Vec<Decimal> = Vec::with_capacity(receivers.len());
    for receiver in receivers {
        let Some(value) = values.get(indicator, *receiver).value() else {
            return Ok(None);
        };
        if value.is_sign_negative() && !value.is_zero() {
            return Err(AllocationError::BelowZero {
                scheme: scheme.clone(),
                indicator: indicator.clone(),
                receiver: *receiver,
            });
        }
        decimals.push(value);
    }
    let places = decimals.iter().map(Decimal::scale).max().unwrap_or(0);
    let whole = |value: &Decimal| BigInt::from(value.mantissa()) * BigInt::from(10).pow(places - value.scale());
    let values: Vec<BigInt> = decimals.iter().map(whole).collect();
    let sum: BigInt = values.iter().sum();
    if sum.is_zero() {
        return Err(AllocationError::NothingCounted {
            scheme: scheme.clone(),
            indicator: indicator.clone(),
        });
    }
    Ok(Some(Counted {
        values,
        sum,
        scale: BigInt::from(10).pow(places),
    }))
}

/// How each receiver stands to the key, for an explanation.
pub fn read(
    scheme: &SchemeId,
    key: &DistributionKey,
    values: &IndicatorValues,
    receivers: &[OrganisationNumber],
    receiver: OrganisationNumber,
) -> Result<KeyReading, AllocationError> {
    let term = |(indicator, weight): &(IndicatorId, BigRational)| {
        let all = counted(scheme, indicator, values, receivers)?;
        Ok(KeyTerm {
            indicator: indicator.clone(),
            weight: weight.clone(),
            counted: values.get(indicator, receiver),
            sum: all.map(|all| BigRational::new(all.sum, all.scale)),
        })
    };
    Ok(KeyReading {
        terms: key.weights.iter().map(term).collect::<Result<_, _>>()?,
    })
}
