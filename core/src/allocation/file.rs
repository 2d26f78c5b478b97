//! A plan as its file states it: the frame, a method for each scheme, the floor. Receivers and counts come from elsewhere.

use std::collections::BTreeMap;

use num_rational::BigRational;
use programgrant_schema::{Figure, IndicatorId, Ore, OrganisationNumber, SchemeId};
use serde::Deserialize;

use super::exact::fraction;
use super::floor::FloorPayer;
use super::plan::{
    AllocationUnit, DistributionKey, Floor, FloorAmounts, FloorScope, Method, Rate, SchemeMethod, Threshold,
};

/// What one file says of one or more years.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllocationFile {
    pub programme: String,
    /// What a reader must know, such as that keys or counts are made up.
    pub notice: Option<String>,
    pub unit: AllocationUnit,
    pub years: BTreeMap<i16, AllocationYear>,
}

/// One year of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllocationYear {
    pub frame: Ore,
    pub methods: Vec<SchemeMethod>,
    /// Of which year each indicator is taken.
    pub counted: BTreeMap<IndicatorId, i16>,
    pub floor: Option<Floor>,
}

/// Why a plan's file is refused; names the entry and the reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {reason}")]
pub struct AllocationFileError {
    pub place: String,
    pub reason: String,
}

impl AllocationFile {
    /// Reads a plan's file; `place` is its name.
    pub fn parse(place: &str, text: &str) -> Result<Self, AllocationFileError> {
        let raw: Root = toml::from_str(text).map_err(|error| {
            let line = error
                .span()
                .map_or(1, |span| 1 + text[..span.start].matches('\n').count());
            refused(format!("{place}, line {line}"), error.message())
        })?;
        let methods: Vec<SchemeMethod> = raw
            .scheme
            .iter()
            .map(|scheme| {
                scheme
                    .method()
                    .map_err(|reason| refused(format!("{place}, scheme {}", scheme.id), reason))
            })
            .collect::<Result<_, _>>()?;
        let year = |year: &RawYear| {
            let read = year
                .read(&methods, &raw)
                .map_err(|reason| refused(format!("{place}, year {}", year.year), reason));
            Ok((year.year, read?))
        };
        let years: Vec<(i16, AllocationYear)> = raw.year.iter().map(year).collect::<Result<_, _>>()?;
        let count = years.len();
        let years: BTreeMap<i16, AllocationYear> = years.into_iter().collect();
        if years.len() != count {
            return Err(refused(place.to_owned(), "a year stands there twice"));
        }
        Ok(Self {
            programme: raw.programme,
            notice: raw.notice,
            unit: unit(&raw.unit).map_err(|reason| refused(place.to_owned(), reason))?,
            years,
        })
    }
}

fn refused(place: impl Into<String>, reason: impl Into<String>) -> AllocationFileError {
    AllocationFileError {
        place: place.into(),
        reason: reason.into(),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Root {
    programme: String,
    notice: Option<String>,
    unit: String,
    year: Vec<RawYear>,
    scheme: Vec<RawScheme>,
    floor: Option<RawFloor>,
    /// How many years before the allocation's each indicator is taken from; 1 where left out.
    #[serde(default)]
    years_before: BTreeMap<IndicatorId, i16>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawYear {
    year: i16,
    frame_kroner: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawScheme {
    id: String,
    method: String,
    each_kroner: Option<i64>,
    counted: Option<IndicatorId>,
    #[serde(default)]
    threshold: Vec<RawThreshold>,
    part: Option<String>,
    weights: Option<BTreeMap<IndicatorId, String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawThreshold {
    counted: IndicatorId,
    among: Option<IndicatorId>,
    at_least: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFloor {
    compares: String,
    payer: String,
    /// How many years before the allocation's the amounts are of.
    years_before: i16,
    leaves_out: String,
    #[serde(default)]
    amount: Vec<RawFloorAmount>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFloorAmount {
    year: i16,
    organisation_number: OrganisationNumber,
    /// Left out where the amount is of all schemes together.
    scheme: Option<String>,
    /// Left out where the scheme gave nothing, and could have given nothing.
    kroner: Option<i64>,
}

impl RawScheme {
    fn method(&self) -> Result<SchemeMethod, String> {
        let method = match self.method.as_str() {
            "rule" => Method::Rule(self.rate()?),
            "invitation" => Method::Invitation(self.rate()?),
            "key" => Method::Key(self.key()?),
            other => return Err(format!("method: {other:?} is none of rule, invitation and key")),
        };
        Ok(SchemeMethod {
            scheme: SchemeId::new(self.id.clone()),
            method,
        })
    }

    fn rate(&self) -> Result<Rate, String> {
        if self.part.is_some() || self.weights.is_some() {
            return Err("a rate has no part and no weights".to_owned());
        }
        let each = self.each_kroner.ok_or("each_kroner is missing")?;
        Ok(Rate {
            each: Ore::from_kroner(each).ok_or("each_kroner is out of range")?,
            counted: self.counted.clone().ok_or("counted is missing")?,
            thresholds: self
                .threshold
                .iter()
                .map(RawThreshold::read)
                .collect::<Result<_, _>>()?,
        })
    }

    fn key(&self) -> Result<DistributionKey, String> {
        if self.each_kroner.is_some() || self.counted.is_some() || !self.threshold.is_empty() {
            return Err("a distribution key has no rate and no thresholds".to_owned());
        }
        let weights = self.weights.as_ref().ok_or("weights are missing")?;
        let weight = |(indicator, weight): (&IndicatorId, &String)| Ok((indicator.clone(), exact(weight)?));
        Ok(DistributionKey {
            part: exact(self.part.as_deref().ok_or("part is missing")?)?,
            weights: weights.iter().map(weight).collect::<Result<_, String>>()?,
        })
    }
}

impl RawThreshold {
    fn read(&self) -> Result<Threshold, String> {
        Ok(Threshold {
            counted: self.counted.clone(),
            among: self.among.clone(),
            at_least: exact(&self.at_least)?,
        })
    }
}

impl RawYear {
    fn read(&self, methods: &[SchemeMethod], root: &Root) -> Result<AllocationYear, String> {
        let named = methods.iter().flat_map(|method| named(&method.method));
        let before = |indicator: &IndicatorId| root.years_before.get(indicator).copied().unwrap_or(1);
        let counted = named.map(|indicator| (indicator.clone(), self.year - before(indicator)));
        Ok(AllocationYear {
            frame: Ore::from_kroner(self.frame_kroner).ok_or("frame_kroner is out of range")?,
            methods: methods.to_vec(),
            counted: counted.collect(),
            floor: root.floor.as_ref().map(|floor| floor.read(self.year)).transpose()?,
        })
    }
}

impl RawFloor {
    fn read(&self, year: i16) -> Result<Floor, String> {
        let of_year = year - self.years_before;
        let mut amounts = BTreeMap::new();
        for stated in self.amount.iter().filter(|stated| stated.year == of_year) {
            let figure = match stated.kroner {
                None => Figure::NotApplicable,
                Some(kroner) => Figure::Stated(Ore::from_kroner(kroner).ok_or("floor: an amount is out of range")?),
            };
            let place = (stated.organisation_number, stated.scheme.clone().map(SchemeId::new));
            if amounts.insert(place, figure).is_some() {
                return Err(format!(
                    "floor: an amount of {} stands there twice",
                    stated.organisation_number
                ));
            }
        }
        Ok(Floor {
            compares: self
                .compares
                .parse::<FloorScope>()
                .map_err(|_| choice("compares", &self.compares))?,
            payer: self
                .payer
                .parse::<FloorPayer>()
                .map_err(|_| choice("payer", &self.payer))?,
            year: of_year,
            leaves_out: self.leaves_out.clone(),
            amounts: FloorAmounts(amounts),
        })
    }
}

/// The indicators that a method goes by.
pub fn named(method: &Method) -> Vec<&IndicatorId> {
    match method {
        Method::Key(key) => key.weights.iter().map(|(indicator, _)| indicator).collect(),
        Method::Rule(rate) | Method::Invitation(rate) => {
            let thresholds = rate.thresholds.iter();
            let in_thresholds = thresholds.flat_map(|threshold| [Some(&threshold.counted), threshold.among.as_ref()]);
            [Some(&rate.counted)]
                .into_iter()
                .chain(in_thresholds)
                .flatten()
                .collect()
        }
    }
}

fn exact(text: &str) -> Result<BigRational, String> {
    fraction(text).ok_or_else(|| format!("{text:?} is no decimal and no fraction, such as 0.25 or 1/3"))
}

fn unit(text: &str) -> Result<AllocationUnit, String> {
    text.parse().map_err(|_| choice("unit", text))
}

fn choice(key: &str, text: &str) -> String {
    format!("{key}: {text:?} is none of its choices (docs/allocation.md)")
}
