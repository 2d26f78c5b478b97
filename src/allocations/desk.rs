//! Where an allocation is worked out: nothing here is stored, and no source is asked.

use std::fs;
use std::path::Path;

use jiff::civil::{Date, date};
use num_rational::BigRational;
use num_traits::ToPrimitive;
use programgrant_core::allocation::{
    self, Allocation, AllocationBasis, AllocationError, AllocationFile, AllocationFileError, AllocationPlan,
    AllocationYear, BasisError, CorrectedFigure, KeptIndicator, Method, PrepareError,
};
use programgrant_core::indicators::{Carrier, IndicatorDescription, IndicatorFile, Indicators, IndicatorsError};
use programgrant_core::reference::Reference;
use programgrant_schema::{
    ALLOCATION_EXAMPLE, IndicatorId, MunicipalityId, Observation, Ore, OrganisationNumber, Programme, ReferenceError,
    SchemeId,
};

/// Why an allocation cannot be worked out.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    #[error("{path}: {error}")]
    File { path: String, error: std::io::Error },
    #[error(transparent)]
    Plan(#[from] AllocationFileError),
    #[error(transparent)]
    Indicators(#[from] IndicatorsError),
    #[error(transparent)]
    Prepare(#[from] PrepareError),
    #[error(transparent)]
    Allocation(#[from] AllocationError),
    #[error(transparent)]
    Basis(#[from] BasisError),
    #[error(transparent)]
    Reference(#[from] ReferenceError),
    #[error("the plan is of programme {0}")]
    OtherProgramme(String),
    #[error("municipality {0} has no organisation number")]
    NoNumber(MunicipalityId),
    #[error("no scheme {scheme} of the plan has a key with the indicator {indicator}")]
    NoWeight { scheme: SchemeId, indicator: IndicatorId },
    #[error("the plan counts no indicator {0}")]
    NoIndicator(IndicatorId),
    #[error("municipality {0} receives nothing by the plan")]
    NoReceiver(OrganisationNumber),
}

/// The plan and the indicators that an allocation is worked out from where nothing else is said.
#[derive(Debug)]
pub struct AllocationDesk {
    /// The plan's text.
    plan: String,
    place: String,
    pub indicators: Indicators,
}

/// An indicator of one municipality, by the day on which it was counted.
#[derive(Debug)]
pub struct IndicatorObservations<'a> {
    pub described: &'a IndicatorDescription,
    pub file: &'a IndicatorFile,
    pub figures: Vec<(Date, Observation)>,
}

/// What is asked for: a year of a programme, by a plan.
#[derive(Debug, Clone, Copy)]
pub struct AllocationRequest<'a> {
    pub programme: &'a Programme,
    pub reference: &'a Reference,
    pub year: i16,
    /// The desk's own where left out.
    pub plan: Option<&'a str>,
    pub corrections: &'a [FigureCorrection],
    pub changes: &'a PlanChanges,
}

/// A figure that is to hold in place of the one that the source has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureCorrection {
    pub indicator: IndicatorId,
    pub municipality: OrganisationNumber,
    /// A number, or a sign for why there is none.
    pub value: String,
    /// Where it comes from.
    pub source: String,
}

impl FigureCorrection {
    /// Those that an allocation was worked out with.
    pub fn held(basis: &AllocationBasis) -> Vec<Self> {
        let of_indicator = |kept: &KeptIndicator| {
            let corrected = kept.corrected.iter();
            let held = corrected.filter_map(|corrected| {
                Some(Self {
                    indicator: kept.id.clone(),
                    municipality: corrected.organisation,
                    value: kept.values.get(&corrected.organisation)?.clone(),
                    source: corrected.source.clone(),
                })
            });
            held.collect::<Vec<_>>()
        };
        basis.indicators.iter().flat_map(of_indicator).collect()
    }

    /// What is stated, and of what was held what is not stated anew.
    pub fn over(held: Vec<Self>, stated: Vec<Self>) -> Vec<Self> {
        let is_left = |held: &Self| {
            let mut stated = stated.iter();
            !stated.any(|one| one.indicator == held.indicator && one.municipality == held.municipality)
        };
        let left: Vec<Self> = held.into_iter().filter(is_left).collect();
        left.into_iter().chain(stated).collect()
    }
}

/// What if: changes to a plan that nobody has decided.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlanChanges {
    pub frame: Option<Ore>,
    /// Weights of keys; those that are not named stay.
    pub weights: Vec<(SchemeId, IndicatorId, BigRational)>,
    /// Who receives besides those who take part.
    pub with: Vec<MunicipalityId>,
    /// Who does not.
    pub without: Vec<MunicipalityId>,
}

/// One year, worked out.
#[derive(Debug)]
pub struct WorkedOut {
    pub file: AllocationFile,
    pub plan: AllocationPlan,
    pub allocation: Allocation,
    pub basis: AllocationBasis,
}

impl WorkedOut {
    /// Worked out again from what is kept; refused where that would come to other amounts.
    pub fn again(basis: AllocationBasis) -> Result<Self, BasisError> {
        let (plan, allocation) = basis.worked_out()?;
        Ok(Self {
            file: basis.file()?,
            plan,
            allocation,
            basis,
        })
    }
}

impl AllocationDesk {
    /// Reads the plan and the description of indicators, whose files lie beside it; what is built in where a path is left out.
    pub fn open(plan: Option<&Path>, indicators: Option<&Path>) -> Result<Self, DeskError> {
        let (place, text) = match plan {
            Some(path) => (path.display().to_string(), read_text(path)?),
            None => (ALLOCATION_EXAMPLE.0.to_owned(), ALLOCATION_EXAMPLE.1.to_owned()),
        };
        AllocationFile::parse(&place, &text)?;
        let indicators = match indicators {
            Some(path) => read_indicators(path)?,
            None => Indicators::built_in()?,
        };
        Ok(Self {
            plan: text,
            place,
            indicators,
        })
    }

    /// The plan's text where nothing else is said.
    pub fn plan(&self) -> &str {
        &self.plan
    }

    /// The plan where nothing else is said.
    pub fn file(&self) -> Result<AllocationFile, DeskError> {
        Ok(AllocationFile::parse(&self.place, &self.plan)?)
    }

    /// How many live in a municipality, as these indicators have it last; `None` where they do not say it.
    pub fn inhabitants(&self, municipality: MunicipalityId, reference: &Reference) -> Option<u32> {
        let (described, _) = self.indicators.described.get(&allocation::INHABITANTS.parse().ok()?)?;
        let years = self.indicators.table.years(&described.id);
        let days = years.rev().filter_map(|year| described.day_in(year));
        let mut last = days.filter_map(|day| {
            let carrier = Carrier::new(&self.indicators.table, &reference.register, day);
            carrier.observe(described, municipality).value()?.to_u32()
        });
        last.next()
    }

    /// What the indicators at hand say of a municipality, over all their years.
    pub fn series<'a>(&'a self, municipality: MunicipalityId, reference: &Reference) -> Vec<IndicatorObservations<'a>> {
        let described = self.indicators.described.values();
        let series = described.map(|(described, file)| {
            let years = self.indicators.table.years(&described.id);
            let days = years.filter_map(|year| described.day_in(year));
            let figures = days.map(|day| {
                let carrier = Carrier::new(&self.indicators.table, &reference.register, day);
                (day, carrier.observe(described, municipality))
            });
            IndicatorObservations {
                described,
                file,
                figures: figures.collect(),
            }
        });
        series.collect()
    }

    /// Works a year out. Municipalities are those of that year.
    pub fn work_out(&self, asked: AllocationRequest<'_>) -> Result<WorkedOut, DeskError> {
        let (place, text) = match asked.plan {
            Some(text) => ("plan", text),
            None => (self.place.as_str(), self.plan.as_str()),
        };
        let mut file = AllocationFile::parse(place, text)?;
        if file.programme != asked.programme.id {
            return Err(DeskError::OtherProgramme(file.programme));
        }
        if let Some(year) = file.years.get_mut(&asked.year) {
            change(year, asked.changes)?;
        }
        let reference = asked
            .reference
            .on(date(asked.year, 1, 1), &asked.reference.registered)?;
        let receivers = receivers(&asked, &reference)?;
        let mut plan = allocation::prepare(&file, asked.year, &receivers, &self.indicators, &reference.register)?;
        let corrected = correct(&mut plan, asked.corrections)?;
        let allocation = allocation::allocate(&plan)?;
        let mut basis = AllocationBasis::of(text, &plan, &self.indicators)?;
        for (indicator, figure) in corrected {
            let kept = basis.indicators.iter_mut().find(|kept| kept.id == indicator);
            kept.ok_or(DeskError::NoIndicator(indicator))?.corrected.push(figure);
        }
        Ok(WorkedOut {
            file,
            plan,
            allocation,
            basis,
        })
    }
}

/// Changes a year of a plan as it is asked what if.
fn change(year: &mut AllocationYear, changes: &PlanChanges) -> Result<(), DeskError> {
    year.frame = changes.frame.unwrap_or(year.frame);
    for (scheme, indicator, weight) in &changes.weights {
        let method = year.methods.iter_mut().find(|method| method.scheme == *scheme);
        let weights = method.and_then(|method| match &mut method.method {
            Method::Key(key) => Some(&mut key.weights),
            Method::Rule(_) | Method::Invitation(_) => None,
        });
        let found = weights.and_then(|weights| weights.iter_mut().find(|(named, _)| named == indicator));
        let (_, found) = found.ok_or_else(|| DeskError::NoWeight {
            scheme: scheme.clone(),
            indicator: indicator.clone(),
        })?;
        found.clone_from(weight);
    }
    Ok(())
}

/// Who takes part in some of the year, with those and without those that are asked for.
fn receivers(
    asked: &AllocationRequest<'_>,
    reference: &Reference,
) -> Result<Vec<(OrganisationNumber, MunicipalityId)>, DeskError> {
    let takes_part = asked
        .programme
        .participations
        .iter()
        .filter(|part| part.from.year() <= asked.year && part.use_until.year() >= asked.year);
    let current = |id: MunicipalityId| reference.register.current(id).unwrap_or(id);
    let without: Vec<MunicipalityId> = asked.changes.without.iter().map(|id| current(*id)).collect();
    let with = asked.changes.with.iter().copied();
    let mut receivers: Vec<(OrganisationNumber, MunicipalityId)> = Vec::new();
    for municipality in takes_part.map(|part| part.municipality).chain(with).map(current) {
        let known = reference.register.get(municipality);
        let number = known.and_then(|known| known.organisation_number);
        let number = number.ok_or(DeskError::NoNumber(municipality))?;
        let is_there = receivers.iter().any(|(other, _)| *other == number);
        if !is_there && !without.contains(&municipality) {
            receivers.push((number, municipality));
        }
    }
    Ok(receivers)
}

/// Puts figures in the place of those that sources have.
fn correct(
    plan: &mut AllocationPlan,
    corrections: &[FigureCorrection],
) -> Result<Vec<(IndicatorId, CorrectedFigure)>, DeskError> {
    let mut corrected = Vec::with_capacity(corrections.len());
    for correction in corrections {
        let indicator = &correction.indicator;
        let values = plan.indicators.0.get_mut(indicator);
        let values = values.ok_or_else(|| DeskError::NoIndicator(indicator.clone()))?;
        let organisation = correction.municipality;
        let value = values
            .get_mut(&organisation)
            .ok_or(DeskError::NoReceiver(organisation))?;
        let before = std::mem::replace(value, allocation::observation(&correction.value)?);
        corrected.push((
            indicator.clone(),
            CorrectedFigure {
                organisation,
                before: allocation::written(before),
                source: correction.source.clone(),
            },
        ));
    }
    Ok(corrected)
}

/// The description and, beside it, the files that it names.
fn read_indicators(path: &Path) -> Result<Indicators, DeskError> {
    let place = path.display().to_string();
    let mut indicators = Indicators::default();
    for file in Indicators::describe(&place, &read_text(path)?)? {
        let beside = path.with_file_name(&file.path);
        let bytes = fs::read(&beside).map_err(|error| failed(&beside, error))?;
        indicators.read(&file, &bytes)?;
    }
    Ok(indicators)
}

fn read_text(path: &Path) -> Result<String, DeskError> {
    fs::read_to_string(path).map_err(|error| failed(path, error))
}

fn failed(path: &Path, error: std::io::Error) -> DeskError {
    DeskError::File {
        path: path.display().to_string(),
        error,
    }
}
