//! A plan carried out: rates first, keys share the rest, the floor, and one rounding.

use std::collections::HashSet;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive};
use programgrant_schema::{Ore, OrganisationNumber, SchemeId};

use super::error::AllocationError;
use super::exact::Parts;
use super::floor::{self, FloorLack, FloorPayer, Floored};
use super::keys;
use super::plan::{AllocationPlan, Floor, FloorScope, SchemeMethod};
use super::rates::{self, RateReading};
use super::result::{AllocatedPart, Allocation, SchemeAllocation};

/// Shares the frame by the plan. What is not known makes unknown what rests on it; what cannot be is an error.
pub fn allocate(plan: &AllocationPlan) -> Result<Allocation, AllocationError> {
    Allocator::new(plan)?.run()
}

/// One scheme in work, in units.
struct Column {
    /// What a key shares out.
    frame: Option<i64>,
    calculated: Option<Parts>,
    floored: Option<Parts>,
    held: Vec<bool>,
    units: Option<Vec<i64>>,
    rates: Option<Vec<RateReading>>,
}

impl Column {
    fn unknown(receivers: usize) -> Self {
        Self {
            frame: None,
            calculated: None,
            floored: None,
            held: vec![false; receivers],
            units: None,
            rates: None,
        }
    }
}

/// The sum of all schemes for each, in units.
struct Totals {
    column: Column,
    added: i64,
    per_inhabitant: Option<BigRational>,
    kept: Option<BigRational>,
}

struct Allocator<'a> {
    plan: &'a AllocationPlan,
    receivers: Vec<OrganisationNumber>,
    /// `None` where somebody's number is not known.
    inhabitants: Option<Vec<u64>>,
    frame: i64,
}

impl<'a> Allocator<'a> {
    fn new(plan: &'a AllocationPlan) -> Result<Self, AllocationError> {
        check(plan)?;
        let mut sorted: Vec<_> = plan.receivers.iter().collect();
        sorted.sort_by_key(|receiver| receiver.organisation);
        Ok(Self {
            plan,
            receivers: sorted.iter().map(|receiver| receiver.organisation).collect(),
            inhabitants: sorted.iter().map(|receiver| receiver.inhabitants).collect(),
            frame: plan.frame.get() / plan.unit.ore(),
        })
    }

    fn run(&self) -> Result<Allocation, AllocationError> {
        let mut added = 0_i64;
        let mut columns: Vec<Option<Column>> = Vec::with_capacity(self.plan.methods.len());
        for method in &self.plan.methods {
            let column = method.method.rate().map(|_| self.rate_column(method, &mut added));
            columns.push(column.transpose()?);
        }
        let rest = self.rest(columns.iter().flatten(), added)?;
        let wholes = self.wholes(rest)?;
        for ((column, method), whole) in columns.iter_mut().zip(&self.plan.methods).zip(wholes) {
            if column.is_none() {
                *column = Some(self.key_column(method, whole, &mut added)?);
            }
        }
        let columns: Vec<Column> = columns.into_iter().flatten().collect();
        let totals = self.totals(&columns, rest)?;
        self.result(columns, totals, added)
    }

    fn floor(&self, scope: FloorScope) -> Option<&'a Floor> {
        self.plan.floor.as_ref().filter(|floor| floor.compares == scope)
    }

    fn rate_column(&self, method: &SchemeMethod, added: &mut i64) -> Result<Column, AllocationError> {
        let Some(rate) = method.method.rate() else {
            return Ok(Column::unknown(self.receivers.len()));
        };
        let no_count = |receiver| AllocationError::NoCount {
            scheme: method.scheme.clone(),
            receiver,
        };
        let read = |receiver: &OrganisationNumber| {
            rates::read(rate, &self.plan.indicators, *receiver).map_err(|_| no_count(*receiver))
        };
        let rates: Vec<RateReading> = self.receivers.iter().map(read).collect::<Result<_, _>>()?;
        let unit = self.plan.unit.ore();
        let units: Option<Vec<i64>> = rates.iter().map(|rate| Some(rate.amount?.get() / unit)).collect();
        let column = self.rate_floor(method, units, added)?;
        Ok(Column {
            rates: Some(rates),
            ..column
        })
    }

    /// A rule's amount is lifted to the floor; what that costs, the rest has less of, or the frame more.
    fn rate_floor(
        &self,
        method: &SchemeMethod,
        units: Option<Vec<i64>>,
        added: &mut i64,
    ) -> Result<Column, AllocationError> {
        let calculated = units.clone().map(Parts::whole);
        let unfloored = Column {
            calculated: calculated.clone(),
            floored: calculated.clone(),
            units: units.clone(),
            ..Column::unknown(self.receivers.len())
        };
        let Some(floor) = self.floor(FloorScope::SchemeByScheme) else {
            return Ok(unfloored);
        };
        let (Some(units), Some(floors)) = (units, self.floors(floor, Some(&method.scheme))) else {
            return Ok(Column {
                floored: None,
                units: None,
                ..unfloored
            });
        };
        let lifted: Vec<i64> = units
            .iter()
            .zip(&floors)
            .map(|(unit, floor)| *unit.max(floor))
            .collect();
        if floor.payer == FloorPayer::MoreMoney {
            let more = sum(&lifted)? - sum(&units)?;
            *added = added.checked_add(more).ok_or(AllocationError::OutOfRange)?;
        }
        Ok(Column {
            floored: Some(Parts::whole(lifted.iter().copied())),
            held: units.iter().zip(&floors).map(|(unit, floor)| unit < floor).collect(),
            units: Some(lifted),
            ..unfloored
        })
    }

    /// What rules and invitations leave of the frame; `None` where one of them is not known.
    fn rest<'c>(&self, columns: impl Iterator<Item = &'c Column>, added: i64) -> Result<Option<i64>, AllocationError> {
        let mut rest = self.frame.checked_add(added).ok_or(AllocationError::OutOfRange)?;
        for column in columns {
            let Some(units) = &column.units else {
                return Ok(None);
            };
            rest = rest.checked_sub(sum(units)?).ok_or(AllocationError::OutOfRange)?;
        }
        if rest < 0 {
            return Err(AllocationError::FrameLacks { lack: self.ore(-rest)? });
        }
        let has_keys = self.plan.methods.iter().any(|method| method.method.key().is_some());
        if rest > 0 && !has_keys {
            return Err(AllocationError::FrameLeft { left: self.ore(rest)? });
        }
        Ok(Some(rest))
    }

    /// Which whole units of the rest each scheme with a key has, in the plan's order.
    fn wholes(&self, rest: Option<i64>) -> Result<Vec<Option<i64>>, AllocationError> {
        let part = |method: &SchemeMethod| method.method.key().map(|key| key.part.clone());
        let parts: Vec<BigRational> = self.plan.methods.iter().filter_map(part).collect();
        let sum: BigRational = parts.iter().sum();
        let is_one = parts.is_empty() || sum == BigRational::from_integer(1.into());
        if !is_one || parts.iter().any(BigRational::is_negative) {
            return Err(AllocationError::PartsNotOne);
        }
        let Some(rest) = rest else {
            return Ok(vec![None; self.plan.methods.len()]);
        };
        let denominator: BigInt = parts.iter().map(BigRational::denom).product();
        let numerator = |part: &BigRational| part.numer() * &denominator / part.denom() * rest;
        let exact = Parts {
            numerators: parts.iter().map(numerator).collect(),
            denominator: denominator.clone(),
        };
        let mut wholes = exact.apportion().ok_or(AllocationError::OutOfRange)?.into_iter();
        let whole = |method: &SchemeMethod| method.method.key().and_then(|_| wholes.next());
        Ok(self.plan.methods.iter().map(whole).collect())
    }

    fn key_column(
        &self,
        method: &SchemeMethod,
        whole: Option<i64>,
        added: &mut i64,
    ) -> Result<Column, AllocationError> {
        let unknown = Column {
            frame: whole,
            ..Column::unknown(self.receivers.len())
        };
        let Some(key) = method.method.key() else {
            return Ok(unknown);
        };
        // A key that is wrong is refused, whether or not there is anything to share.
        let shared = keys::share(
            &method.scheme,
            key,
            &self.plan.indicators,
            &self.receivers,
            whole.unwrap_or(0),
        )?;
        let (Some(parts), Some(whole)) = (shared, whole) else {
            return Ok(unknown);
        };
        let floored = match self.floor(FloorScope::SchemeByScheme) {
            None => None,
            Some(floor) => {
                let Some(floored) = self.lift(floor, &parts, whole, self.floors(floor, Some(&method.scheme)))? else {
                    return Ok(Column {
                        calculated: Some(parts),
                        ..unknown
                    });
                };
                Some(floored)
            }
        };
        let (floored, held, more) = match floored {
            Some(floored) => (floored.parts, floored.helped, floored.added),
            None => (parts.clone(), unknown.held.clone(), 0),
        };
        *added = added.checked_add(more).ok_or(AllocationError::OutOfRange)?;
        Ok(Column {
            units: Some(floored.apportion().ok_or(AllocationError::OutOfRange)?),
            calculated: Some(parts),
            floored: Some(floored),
            held,
            ..unknown
        })
    }

    /// The floors in units, rounded up, so that who stands on one has all of it; `None` where one is not known.
    fn floors(&self, floor: &Floor, scheme: Option<&SchemeId>) -> Option<Vec<i64>> {
        let unit = self.plan.unit.ore();
        let had = |receiver| match scheme {
            Some(scheme) => floor.amounts.get(receiver, scheme),
            None => floor
                .amounts
                .sum(receiver, self.plan.methods.iter().map(|method| &method.scheme)),
        };
        let mut floors = Vec::with_capacity(self.receivers.len());
        for receiver in &self.receivers {
            let had = had(*receiver).known()?.get().max(0);
            floors.push(had.div_euclid(unit) + i64::from(had.rem_euclid(unit) != 0));
        }
        Some(floors)
    }

    fn lift(
        &self,
        floor: &Floor,
        parts: &Parts,
        whole: i64,
        floors: Option<Vec<i64>>,
    ) -> Result<Option<Floored>, AllocationError> {
        let inhabitants = match (floor.payer, &self.inhabitants) {
            (FloorPayer::EqualPerInhabitant, None) => return Ok(None),
            (FloorPayer::EqualPerInhabitant, Some(inhabitants)) => inhabitants.as_slice(),
            _ => &[],
        };
        let Some(floors) = floors else {
            return Ok(None);
        };
        match floor::lift(parts, whole, &floors, inhabitants, floor.payer) {
            Ok(floored) => Ok(Some(floored)),
            Err(FloorLack::Units(lack)) => Err(AllocationError::FloorLacks { lack: self.ore(lack)? }),
            Err(FloorLack::NobodyPays) => Err(AllocationError::NobodyPays),
            Err(FloorLack::OutOfRange) => Err(AllocationError::OutOfRange),
        }
    }

    fn totals(&self, columns: &[Column], rest: Option<i64>) -> Result<Totals, AllocationError> {
        let none = || Parts::whole(vec![0; self.receivers.len()]);
        let all = |columns: &[&Column]| {
            let mut columns = columns.iter();
            columns.try_fold(none(), |sum, column| Some(sum.plus(column.floored.as_ref()?)))
        };
        let exact = all(&columns.iter().collect::<Vec<_>>());
        let units: Option<Vec<Vec<i64>>> = columns.iter().map(|column| column.units.clone()).collect();
        let units = units.map(|units| rows(&units, self.receivers.len())).transpose()?;
        let summed = Column {
            calculated: exact.clone(),
            floored: exact.clone(),
            units,
            ..Column::unknown(self.receivers.len())
        };
        let unfloored = |column| Totals {
            column,
            added: 0,
            per_inhabitant: None,
            kept: None,
        };
        let Some(floor) = self.floor(FloorScope::Sum) else {
            return Ok(unfloored(summed));
        };
        let (ruled, keyed): (Vec<&Column>, Vec<&Column>) = columns.iter().partition(|column| column.rates.is_some());
        let keyed = all(&keyed);
        let ruled: Vec<Vec<i64>> = ruled.iter().filter_map(|column| column.units.clone()).collect();
        let ruled = rows(&ruled, self.receivers.len())?;
        let floors = self.floors(floor, None);
        let above_rules = floors.map(|floors| {
            floors
                .iter()
                .zip(&ruled)
                .map(|(floor, ruled)| (floor - ruled).max(0))
                .collect()
        });
        let (Some(keyed), Some(rest)) = (keyed, rest) else {
            return Ok(unfloored(Column {
                floored: None,
                units: None,
                ..summed
            }));
        };
        let Some(floored) = self.lift(floor, &keyed, rest, above_rules)? else {
            return Ok(unfloored(Column {
                floored: None,
                units: None,
                ..summed
            }));
        };
        if !floored.helped.contains(&true) {
            return Ok(unfloored(summed));
        }
        let units = floored.parts.apportion().ok_or(AllocationError::OutOfRange)?;
        Ok(Totals {
            column: Column {
                floored: Some(floored.parts.plus(&Parts::whole(ruled.iter().copied()))),
                held: floored.helped,
                units: Some(rows(&[units, ruled], self.receivers.len())?),
                ..summed
            },
            added: floored.added,
            per_inhabitant: floored.per_inhabitant,
            kept: floored.kept,
        })
    }

    fn result(&self, columns: Vec<Column>, totals: Totals, added: i64) -> Result<Allocation, AllocationError> {
        let added = added.checked_add(totals.added).ok_or(AllocationError::OutOfRange)?;
        let scheme = |(column, method): (Column, &SchemeMethod)| {
            let whole = column.units.as_deref().map(|units| self.ore(sum(units)?)).transpose()?;
            Ok(SchemeAllocation {
                scheme: method.scheme.clone(),
                frame: column.frame.map(|units| self.ore(units)).transpose()?,
                whole,
                parts: self.parts(&column)?,
                rates: column.rates,
            })
        };
        let schemes = columns.into_iter().zip(&self.plan.methods).map(scheme);
        Ok(Allocation {
            year: self.plan.year,
            unit: self.plan.unit,
            frame: self.plan.frame,
            added: self.ore(added)?,
            schemes: schemes.collect::<Result<_, AllocationError>>()?,
            totals: self.parts(&totals.column)?,
            per_inhabitant: totals.per_inhabitant.map(|units| units * self.unit()),
            kept: totals.kept,
            receivers: self.receivers.clone(),
        })
    }

    fn parts(&self, column: &Column) -> Result<Vec<AllocatedPart>, AllocationError> {
        let exact = |parts: &Option<Parts>, place| parts.as_ref().map(|parts| parts.get(place, self.plan.unit.ore()));
        let amount = |place: usize| column.units.as_ref().map(|units| self.ore(units[place]));
        let part = |place| {
            Ok(AllocatedPart {
                calculated: exact(&column.calculated, place),
                floored: exact(&column.floored, place),
                is_held: column.held[place],
                amount: amount(place).transpose()?,
            })
        };
        (0..self.receivers.len()).map(part).collect()
    }

    fn unit(&self) -> BigRational {
        BigRational::from_integer(self.plan.unit.ore().into())
    }

    fn ore(&self, units: i64) -> Result<Ore, AllocationError> {
        let ore = units.checked_mul(self.plan.unit.ore()).and_then(Ore::new);
        ore.ok_or(AllocationError::OutOfRange)
    }
}

/// What can be said of a plan before anything is counted.
fn check(plan: &AllocationPlan) -> Result<(), AllocationError> {
    let unit = plan.unit;
    if plan.frame.is_negative() {
        return Err(AllocationError::FrameBelowZero(plan.frame));
    }
    if plan.frame.get() % unit.ore() != 0 {
        return Err(AllocationError::FrameNotInUnits {
            frame: plan.frame,
            unit,
        });
    }
    if plan.receivers.is_empty() {
        return Err(AllocationError::NobodyReceives);
    }
    let mut seen = HashSet::new();
    if let Some(twice) = plan
        .receivers
        .iter()
        .find(|receiver| !seen.insert(receiver.organisation))
    {
        return Err(AllocationError::ReceiverTwice(twice.organisation));
    }
    let mut seen = HashSet::new();
    for SchemeMethod { scheme, method } in &plan.methods {
        if !seen.insert(scheme) {
            return Err(AllocationError::SchemeTwice(scheme.clone()));
        }
        if let Some(rate) = method.rate()
            && (rate.each.get() % unit.ore() != 0 || rate.each.is_negative())
        {
            return Err(AllocationError::RateNotInUnits {
                scheme: scheme.clone(),
                each: rate.each,
                unit,
            });
        }
    }
    Ok(())
}

fn sum(units: &[i64]) -> Result<i64, AllocationError> {
    let sum: i128 = units.iter().map(|unit| i128::from(*unit)).sum();
    sum.to_i64().ok_or(AllocationError::OutOfRange)
}

/// What stands beside each other, added up.
fn rows(columns: &[Vec<i64>], receivers: usize) -> Result<Vec<i64>, AllocationError> {
    let row = |place: usize| sum(&columns.iter().map(|column| column[place]).collect::<Vec<_>>());
    (0..receivers).map(row).collect()
}
