//! What an allocation was worked out from, and what it came to, as it is kept: enough to work it out again and to explain it, whatever files and
//! registers say later.

use std::collections::BTreeMap;

use jiff::civil::Date;
use programgrant_schema::{IndicatorId, MissingFigure, Observation, Ore, OrganisationNumber, SchemeId};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::allocate::allocate;
use super::error::AllocationError;
use super::file::{AllocationFile, AllocationFileError};
use super::plan::{AllocationPlan, IndicatorValues, Receiver};
use super::result::Allocation;
use crate::indicators::Indicators;

/// A plan's text, who receives, what was counted, and the amounts that came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AllocationBasis {
    pub year: i16,
    /// The plan's file, to the letter.
    pub plan: String,
    pub receivers: Vec<KeptReceiver>,
    pub indicators: Vec<KeptIndicator>,
    /// By scheme in the plan's order, then by receiver; without a scheme, what the floor of the sum gives or takes.
    pub amounts: Vec<KeptAmount>,
}

/// Who receives, and its inhabitants where they are known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptReceiver {
    pub organisation: OrganisationNumber,
    pub inhabitants: Option<u64>,
}

/// One indicator: where it comes from, and what it says of each receiver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptIndicator {
    pub id: IndicatorId,
    pub name_nb: String,
    pub unit: String,
    pub source: String,
    pub licence: String,
    /// When the source was read.
    pub read_on: Date,
    /// The day that it was counted on.
    pub counted_on: Option<Date>,
    pub made_up: bool,
    /// A number as it is written, or the name of the reason why there is none.
    pub values: BTreeMap<OrganisationNumber, String>,
    /// Figures that were stated in place of the source's, and by what.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrected: Vec<CorrectedFigure>,
}

/// A figure that holds in place of the one that the source has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectedFigure {
    pub organisation: OrganisationNumber,
    /// What the source has.
    pub before: String,
    /// Where the new figure comes from.
    pub source: String,
}

/// One amount; `None` where it is not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptAmount {
    pub scheme: Option<SchemeId>,
    pub organisation: OrganisationNumber,
    pub amount: Option<Ore>,
}

/// Why what is kept cannot be worked out again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BasisError {
    #[error(transparent)]
    Plan(#[from] AllocationFileError),
    #[error("the plan has no year {0}")]
    NoYear(i16),
    #[error("the figure {0:?} cannot be read")]
    Figure(String),
    #[error(transparent)]
    Allocation(#[from] AllocationError),
    /// The program works it out otherwise now; what was decided stands.
    #[error("it would come to other amounts today")]
    ComesOtherwise,
}

impl AllocationBasis {
    /// What is kept of a plan that was worked out.
    pub fn of(text: &str, plan: &AllocationPlan, indicators: &Indicators) -> Result<Self, BasisError> {
        let allocation = allocate(plan)?;
        let file = AllocationFile::parse("plan", text)?;
        let stated = file.years.get(&plan.year).ok_or(BasisError::NoYear(plan.year))?;
        let kept = |(id, values): (&IndicatorId, &BTreeMap<OrganisationNumber, Observation>)| {
            let described = indicators.described.get(id);
            let counted_in = stated.counted.get(id).copied().unwrap_or(plan.year - 1);
            KeptIndicator {
                id: id.clone(),
                name_nb: described.map_or_else(|| id.to_string(), |(described, _)| described.name_nb.clone()),
                unit: described.map_or_else(String::new, |(described, _)| described.unit.clone()),
                source: described.map_or_else(String::new, |(_, file)| file.source.clone()),
                licence: described.map_or_else(String::new, |(_, file)| file.licence.clone()),
                read_on: described.map_or(Date::ZERO, |(_, file)| file.read_on),
                counted_on: described.and_then(|(described, _)| described.day_in(counted_in)),
                made_up: described.is_some_and(|(described, _)| described.made_up),
                values: values
                    .iter()
                    .map(|(receiver, observed)| (*receiver, written(*observed)))
                    .collect(),
                corrected: Vec::new(),
            }
        };
        let receiver = |receiver: &Receiver| KeptReceiver {
            organisation: receiver.organisation,
            inhabitants: receiver.inhabitants,
        };
        Ok(Self {
            year: plan.year,
            plan: text.to_owned(),
            receivers: plan.receivers.iter().map(receiver).collect(),
            indicators: plan.indicators.0.iter().map(kept).collect(),
            amounts: amounts(plan, &allocation),
        })
    }

    pub fn file(&self) -> Result<AllocationFile, BasisError> {
        Ok(AllocationFile::parse("plan", &self.plan)?)
    }

    /// The plan as it was worked out.
    pub fn plan(&self) -> Result<AllocationPlan, BasisError> {
        let file = self.file()?;
        let stated = file.years.get(&self.year).ok_or(BasisError::NoYear(self.year))?;
        let receiver = |kept: &KeptReceiver| Receiver {
            organisation: kept.organisation,
            inhabitants: kept.inhabitants,
        };
        let observed = |kept: &KeptIndicator| {
            let values = kept.values.iter();
            let values = values.map(|(receiver, text)| Ok((*receiver, observation(text)?)));
            Ok((kept.id.clone(), values.collect::<Result<_, BasisError>>()?))
        };
        Ok(AllocationPlan {
            year: self.year,
            frame: stated.frame,
            unit: file.unit,
            receivers: self.receivers.iter().map(receiver).collect(),
            methods: stated.methods.clone(),
            indicators: IndicatorValues(
                self.indicators
                    .iter()
                    .map(observed)
                    .collect::<Result<_, BasisError>>()?,
            ),
            floor: stated.floor.clone(),
        })
    }

    /// Worked out again; refused where that would come to other amounts than those that are kept.
    pub fn worked_out(&self) -> Result<(AllocationPlan, Allocation), BasisError> {
        let plan = self.plan()?;
        let allocation = allocate(&plan)?;
        if amounts(&plan, &allocation) == self.amounts {
            Ok((plan, allocation))
        } else {
            Err(BasisError::ComesOtherwise)
        }
    }

    /// What one receiver has of one scheme, or of the floor of the sum.
    pub fn amount(&self, receiver: OrganisationNumber, scheme: Option<&SchemeId>) -> Option<Ore> {
        let of = |kept: &&KeptAmount| kept.organisation == receiver && kept.scheme.as_ref() == scheme;
        self.amounts.iter().find(of)?.amount
    }

    /// What one receiver has in all; `None` where a part is not known.
    pub fn total_of(&self, receiver: OrganisationNumber) -> Option<Ore> {
        let own = self.amounts.iter().filter(|kept| kept.organisation == receiver);
        Ore::checked_sum(own.map(|kept| kept.amount).collect::<Option<Vec<_>>>()?)
    }

    /// What all have together; `None` where a part is not known.
    pub fn total(&self) -> Option<Ore> {
        let amounts = self.amounts.iter().map(|kept| kept.amount);
        Ore::checked_sum(amounts.collect::<Option<Vec<_>>>()?)
    }

    /// The schemes, in the plan's order.
    pub fn schemes(&self) -> Vec<&SchemeId> {
        let mut schemes: Vec<&SchemeId> = Vec::new();
        for scheme in self.amounts.iter().filter_map(|kept| kept.scheme.as_ref()) {
            if schemes.last() != Some(&scheme) {
                schemes.push(scheme);
            }
        }
        schemes
    }
}

fn amounts(plan: &AllocationPlan, allocation: &Allocation) -> Vec<KeptAmount> {
    let of_schemes = allocation.schemes.iter().flat_map(|scheme| {
        let parts = allocation.receivers.iter().zip(&scheme.parts);
        parts.map(|(receiver, part)| KeptAmount {
            scheme: Some(scheme.scheme.clone()),
            organisation: *receiver,
            amount: part.amount,
        })
    });
    let mut amounts: Vec<KeptAmount> = of_schemes.collect();
    if plan.floor.is_some() {
        let of_the_sum = allocation.receivers.iter().enumerate();
        amounts.extend(of_the_sum.map(|(place, receiver)| KeptAmount {
            scheme: None,
            organisation: *receiver,
            amount: allocation.of_the_sum(place),
        }));
    }
    amounts
}

/// An observation as it is kept.
pub fn written(observed: Observation) -> String {
    match observed {
        Observation::Value(value) => value.to_string(),
        Observation::Missing(why) => why.to_string(),
    }
}

/// A kept observation; a sign as Statistics Norway uses it, too.
pub fn observation(text: &str) -> Result<Observation, BasisError> {
    let text = text.trim();
    if let Ok(value) = text.parse::<Decimal>() {
        return Ok(Observation::Value(value));
    }
    let missing = text
        .parse::<MissingFigure>()
        .ok()
        .or_else(|| MissingFigure::of_sign(text));
    missing
        .map(Observation::Missing)
        .ok_or_else(|| BasisError::Figure(text.to_owned()))
}
