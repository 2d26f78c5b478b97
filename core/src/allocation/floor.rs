//! Nobody worse off: what a floor adds, and who pays for it. Exact, and in units.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive, Zero};

use super::exact::Parts;

/// Who pays for a floor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::Display, strum::EnumString, strum::EnumIter)]
#[strum(serialize_all = "kebab-case")]
pub enum FloorPayer {
    /// Everybody, those helped too, pays the same kroner for each inhabitant, as in the block grant's guarantee (INGAR). The deduction
    /// counts in the test: nobody ends below the floor by paying.
    EqualPerInhabitant,
    /// Those above the floor are cut in proportion to what they have, nobody to below the floor.
    Proportional,
    /// Nobody: the frame is raised by what is lacking.
    MoreMoney,
}

/// Parts after the floor, and what it took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Floored {
    pub parts: Parts,
    /// What was lifted to the floor, by the place in `parts`.
    pub helped: Vec<bool>,
    /// Units that were added to the whole; 0 unless more money pays.
    pub added: i64,
    /// What each inhabitant pays, in units, where that is how it is paid.
    pub per_inhabitant: Option<BigRational>,
    /// What is left of each part above the floor, where these are cut in proportion.
    pub kept: Option<BigRational>,
}

/// Why the floor cannot hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FloorLack {
    /// The floors are that many units more than there is.
    Units(i64),
    /// Whoever is above the floor has no inhabitants, so nobody pays.
    NobodyPays,
    OutOfRange,
}

/// Lifts each part that is below its floor, and lets `payer` pay. `parts` add up to `whole`; `floors` are units.
pub fn lift(
    parts: &Parts,
    whole: i64,
    floors: &[i64],
    inhabitants: &[u64],
    payer: FloorPayer,
) -> Result<Floored, FloorLack> {
    let below: Vec<bool> = parts
        .numerators
        .iter()
        .zip(floors)
        .map(|(part, floor)| *part < &parts.denominator * floor)
        .collect();
    if !below.contains(&true) {
        return Ok(untouched(parts, below));
    }
    if payer == FloorPayer::MoreMoney {
        return raise(parts, floors, below);
    }
    let needed: i128 = floors.iter().map(|floor| i128::from(*floor)).sum();
    if let Some(lack) = Some(needed - i128::from(whole)).filter(|lack| *lack > 0) {
        return Err(lack.to_i64().map_or(FloorLack::OutOfRange, FloorLack::Units));
    }
    match payer {
        FloorPayer::Proportional => Ok(cut(parts, whole, floors, below)),
        _ => deduct(parts, whole, floors, inhabitants, below),
    }
}

fn untouched(parts: &Parts, helped: Vec<bool>) -> Floored {
    Floored {
        parts: parts.clone(),
        helped,
        added: 0,
        per_inhabitant: None,
        kept: None,
    }
}

/// What is published without a floor is lifted, so that the money added is whole units and nobody else changes.
fn raise(parts: &Parts, floors: &[i64], below: Vec<bool>) -> Result<Floored, FloorLack> {
    let units = parts.apportion().ok_or(FloorLack::OutOfRange)?;
    let lifted: Vec<i64> = units.iter().zip(floors).map(|(unit, floor)| *unit.max(floor)).collect();
    let added: i128 = lifted
        .iter()
        .zip(&units)
        .map(|(after, before)| i128::from(after - before))
        .sum();
    Ok(Floored {
        parts: Parts::whole(lifted),
        added: added.to_i64().ok_or(FloorLack::OutOfRange)?,
        ..untouched(parts, below)
    })
}

/// Cuts those above in proportion. Whoever would fall below is held at the floor, and the others are cut again: at most as many rounds as parts.
fn cut(parts: &Parts, whole: i64, floors: &[i64], mut held: Vec<bool>) -> Floored {
    loop {
        let left = BigInt::from(whole) - sum_where(floors.iter().map(|floor| BigInt::from(*floor)), &held, true);
        let above = sum_where(parts.numerators.iter().cloned(), &held, false);
        // Its fraction is left / (above / denominator); compared without dividing.
        let falls = |place: usize| &left * &parts.numerators[place] < &above * floors[place];
        if hold_more(&mut held, falls) {
            continue;
        }
        let after = (0..floors.len()).map(|place| {
            if held[place] {
                &above * floors[place]
            } else {
                &left * &parts.numerators[place]
            }
        });
        // Where all are held there is nothing above, and the floors are the whole.
        let nothing_above = above.is_zero();
        let parts_after = if nothing_above {
            Parts::whole(floors.iter().copied())
        } else {
            Parts {
                numerators: after.collect(),
                denominator: above.clone(),
            }
        };
        let kept = (!nothing_above).then(|| BigRational::new(&left * &parts.denominator, above.clone()));
        return Floored {
            parts: parts_after,
            helped: held,
            added: 0,
            per_inhabitant: None,
            kept,
        };
    }
}

/// Deducts the same for each inhabitant. Those held at the floor pay too and are given it back, so that what counts is what the others pay.
fn deduct(
    parts: &Parts,
    whole: i64,
    floors: &[i64],
    inhabitants: &[u64],
    mut held: Vec<bool>,
) -> Result<Floored, FloorLack> {
    loop {
        let people = sum_where(inhabitants.iter().map(|count| BigInt::from(*count)), &held, false);
        let held_units = sum_where(floors.iter().map(|floor| BigInt::from(*floor)), &held, true);
        let cost = sum_where(parts.numerators.iter().cloned(), &held, false)
            + &parts.denominator * (held_units - BigInt::from(whole));
        if people.is_zero() {
            return if cost.is_positive() {
                Err(FloorLack::NobodyPays)
            } else {
                Ok(at_the_floors(floors, held))
            };
        }
        let after = |place: usize| &parts.numerators[place] * &people - &cost * inhabitants[place];
        let denominator = &parts.denominator * &people;
        if hold_more(&mut held, |place| after(place) < &denominator * floors[place]) {
            continue;
        }
        let numerators = (0..floors.len()).map(|place| {
            if held[place] {
                &denominator * floors[place]
            } else {
                after(place)
            }
        });
        return Ok(Floored {
            parts: Parts {
                numerators: numerators.collect(),
                denominator: denominator.clone(),
            },
            helped: held,
            added: 0,
            per_inhabitant: Some(BigRational::new(cost, denominator)),
            kept: None,
        });
    }
}

fn at_the_floors(floors: &[i64], held: Vec<bool>) -> Floored {
    Floored {
        parts: Parts::whole(floors.iter().copied()),
        helped: held,
        added: 0,
        per_inhabitant: None,
        kept: None,
    }
}

fn sum_where(values: impl Iterator<Item = BigInt>, held: &[bool], is: bool) -> BigInt {
    values
        .zip(held)
        .filter(|(_, held)| **held == is)
        .map(|(value, _)| value)
        .sum()
}

/// Holds whoever falls, all of a round at once, so that the order in which they stand does not matter.
fn hold_more(held: &mut [bool], falls: impl Fn(usize) -> bool) -> bool {
    let fallen: Vec<usize> = (0..held.len()).filter(|place| !held[*place] && falls(*place)).collect();
    for place in &fallen {
        held[*place] = true;
    }
    !fallen.is_empty()
}
