//! A year of a plan's file made ready: who receives, and what was counted in each of them, carried over to the municipality that it is.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use num_traits::ToPrimitive;
use programgrant_schema::{IndicatorId, MunicipalityId, MunicipalityRegister, Observation, OrganisationNumber};

use super::file::{AllocationFile, AllocationYear};
use super::plan::{AllocationPlan, IndicatorValues, Receiver};
use crate::indicators::{Carrier, IndicatorDescription, Indicators};

/// Whose share a deduction for each inhabitant is worked out by.
pub const INHABITANTS: &str = "inhabitants";

/// Why a year cannot be made ready.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrepareError {
    #[error("no plan has the year {0}")]
    NoYear(i16),
    #[error("nothing describes the indicator {0}")]
    NotDescribed(IndicatorId),
}

/// The plan of one year for these receivers, whose municipalities are those of `register`.
pub fn prepare(
    file: &AllocationFile,
    year: i16,
    receivers: &[(OrganisationNumber, MunicipalityId)],
    indicators: &Indicators,
    register: &MunicipalityRegister,
) -> Result<AllocationPlan, PrepareError> {
    let stated = file.years.get(&year).ok_or(PrepareError::NoYear(year))?;
    let mut carriers: HashMap<Date, Carrier<'_>> = HashMap::new();
    let mut values: Observed = BTreeMap::new();
    for (indicator, counted_in) in counted(stated, year, indicators) {
        let described = indicators.described.get(&indicator);
        let Some((described, _)) = described else {
            return Err(PrepareError::NotDescribed(indicator));
        };
        let Some(day) = described.day_in(counted_in) else {
            continue;
        };
        let carrier = carriers
            .entry(day)
            .or_insert_with(|| Carrier::new(&indicators.table, register, day));
        values.insert(indicator, observe(carrier, described, receivers));
    }
    let inhabitants = values.iter().find(|(indicator, _)| indicator.as_str() == INHABITANTS);
    let inhabitants = inhabitants.map(|(_, observed)| observed.clone()).unwrap_or_default();
    let receiver = |(organisation, _): &(OrganisationNumber, MunicipalityId)| Receiver {
        organisation: *organisation,
        inhabitants: inhabitants
            .get(organisation)
            .and_then(|observed| observed.value()?.to_u64()),
    };
    Ok(AllocationPlan {
        year,
        frame: stated.frame,
        unit: file.unit,
        receivers: receivers.iter().map(receiver).collect(),
        methods: stated.methods.clone(),
        indicators: IndicatorValues(values),
        floor: stated.floor.clone(),
    })
}

type Observed = BTreeMap<IndicatorId, BTreeMap<OrganisationNumber, Observation>>;

/// The indicators of a year with the years that they are taken from, and inhabitants, of whom a floor may need the number.
fn counted(stated: &AllocationYear, year: i16, indicators: &Indicators) -> BTreeMap<IndicatorId, i16> {
    let mut counted = stated.counted.clone();
    let inhabitants = indicators
        .described
        .keys()
        .find(|indicator| indicator.as_str() == INHABITANTS);
    if let Some(inhabitants) = inhabitants {
        counted.entry(inhabitants.clone()).or_insert(year - 1);
    }
    counted
}

fn observe(
    carrier: &Carrier<'_>,
    described: &IndicatorDescription,
    receivers: &[(OrganisationNumber, MunicipalityId)],
) -> BTreeMap<OrganisationNumber, Observation> {
    let observed = receivers
        .iter()
        .map(|(organisation, municipality)| (*organisation, carrier.observe(described, *municipality)));
    observed.collect()
}
