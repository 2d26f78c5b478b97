//! Why an allocation is another than the one before: each receiver's difference, split by cause. The causes add up to the difference.

use std::collections::BTreeSet;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Zero;
use programgrant_schema::{Ore, OrganisationNumber};

use super::allocate::allocate;
use super::error::AllocationError;
use super::plan::AllocationPlan;
use super::result::Allocation;

/// What a difference comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::Display, strum::EnumIter)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Cause {
    /// What is counted, and who receives.
    Input,
    /// The frame and the methods.
    Rule,
    Floor,
    Rounding,
}

/// One receiver's amount before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub receiver: OrganisationNumber,
    /// `None` where not known; 0 for who received nothing by that plan.
    pub before: Option<Ore>,
    pub after: Option<Ore>,
    /// In øre, exact, together after less before; `None` where a step between the two cannot be worked out.
    pub causes: Option<[(Cause, BigRational); 4]>,
}

/// What each receiver of either plan gets more or less by the second. Inputs are replaced first, then the rule, then the floor.
pub fn changes(before: &AllocationPlan, after: &AllocationPlan) -> Result<Vec<Change>, AllocationError> {
    let (first, last) = (allocate(before)?, allocate(after)?);
    let unfloored = |plan: &AllocationPlan| {
        let plan = AllocationPlan {
            floor: None,
            ..plan.clone()
        };
        allocate(&plan).ok()
    };
    let new_inputs = AllocationPlan {
        receivers: after.receivers.clone(),
        indicators: after.indicators.clone(),
        ..before.clone()
    };
    let steps = [unfloored(before), unfloored(&new_inputs), unfloored(after)];
    let receivers: BTreeSet<OrganisationNumber> = first.receivers.iter().chain(&last.receivers).copied().collect();
    let change = |receiver: &OrganisationNumber| Change {
        receiver: *receiver,
        before: amount(&first, *receiver),
        after: amount(&last, *receiver),
        causes: causes(&first, &last, &steps, *receiver),
    };
    Ok(receivers.iter().map(change).collect())
}

fn causes(
    first: &Allocation,
    last: &Allocation,
    steps: &[Option<Allocation>; 3],
    receiver: OrganisationNumber,
) -> Option<[(Cause, BigRational); 4]> {
    let [before, inputs, after] = steps;
    let before = exact(before.as_ref()?, receiver)?;
    let inputs = exact(inputs.as_ref()?, receiver)?;
    let after = exact(after.as_ref()?, receiver)?;
    let floored_before = exact(first, receiver)?;
    let floored_after = exact(last, receiver)?;
    let rounding = |amount: Option<Ore>, exact: &BigRational| Some(whole(amount?) - exact);
    let rounded_before = rounding(amount(first, receiver), &floored_before)?;
    let rounded_after = rounding(amount(last, receiver), &floored_after)?;
    Some([
        (Cause::Input, &inputs - &before),
        (Cause::Rule, &after - &inputs),
        (Cause::Floor, (floored_after - after) - (floored_before - before)),
        (Cause::Rounding, rounded_after - rounded_before),
    ])
}

/// Exact and after the floor; 0 for who receives nothing by the plan.
fn exact(allocation: &Allocation, receiver: OrganisationNumber) -> Option<BigRational> {
    match allocation.place(receiver) {
        Some(place) => allocation.totals[place].floored.as_ref().map(BigRational::reduced),
        None => Some(BigRational::zero()),
    }
}

fn amount(allocation: &Allocation, receiver: OrganisationNumber) -> Option<Ore> {
    match allocation.place(receiver) {
        Some(place) => allocation.totals[place].amount,
        None => Some(Ore::ZERO),
    }
}

fn whole(amount: Ore) -> BigRational {
    BigRational::from_integer(BigInt::from(amount.get()))
}
