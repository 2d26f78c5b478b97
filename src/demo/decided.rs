//! The allocations that the demonstration's programme decides, worked out once from the example's plan and the indicators that come with the gateway:
//! its story decides them, and its systems report the shares that they come to.

use std::collections::BTreeMap;

use anyhow::Context;
use programgrant_core::allocation::AllocationBasis;
use programgrant_core::reference::Reference;
use programgrant_schema::{Ore, OrganisationNumber, SchemeId};

use crate::allocations::{AllocationDesk, AllocationRequest, DeskError, FigureCorrection, PlanChanges};

pub const PROGRAMME: &str = "0-24-pilot";
pub const BAMBLE: &str = "940244145";
/// The year whose allocation is decided again, with a figure corrected.
pub const CORRECTED: i16 = 2021;

/// What is decided, by programme year.
pub struct DecidedAllocations {
    first: BTreeMap<i16, AllocationBasis>,
    correction: AllocationBasis,
}

impl DecidedAllocations {
    pub fn work_out(reference: &Reference) -> anyhow::Result<Self> {
        let desk = AllocationDesk::open(None, None)?;
        let programme = reference.programmes.get(PROGRAMME).context("the pilot is not loaded")?;
        let work_out = |year, corrections: &[FigureCorrection]| {
            let asked = AllocationRequest {
                programme,
                reference,
                year,
                plan: None,
                corrections,
                changes: &PlanChanges::default(),
            };
            Ok::<_, DeskError>(desk.work_out(asked)?.basis)
        };
        let file = desk.file()?;
        let years = file.years.keys().map(|year| Ok((*year, work_out(*year, &[])?)));
        let correction = FigureCorrection {
            indicator: "age_0_24".parse()?,
            municipality: BAMBLE.parse()?,
            value: "4100".to_owned(),
            source: "Oppdiktet rettelse".to_owned(),
        };
        Ok(Self {
            first: years.collect::<Result<_, DeskError>>()?,
            correction: work_out(CORRECTED, &[correction])?,
        })
    }

    /// Each year as it is put up first, oldest first.
    pub fn first(&self) -> impl Iterator<Item = (i16, &AllocationBasis)> {
        self.first.iter().map(|(year, basis)| (*year, basis))
    }

    /// That of [`CORRECTED`] as it is decided again.
    pub fn correction(&self) -> &AllocationBasis {
        &self.correction
    }

    /// A municipality's part of a scheme as it is decided last; `None` for a year without an allocation, and where nothing is allocated.
    pub fn share(&self, year: i16, scheme: &SchemeId, organisation: OrganisationNumber) -> Option<Ore> {
        let in_force = Some(&self.correction).filter(|_| year == CORRECTED);
        let basis = in_force.or_else(|| self.first.get(&year))?;
        let is_it = |scheme_of: Option<&SchemeId>| scheme_of == Some(scheme);
        let mut amounts = basis.amounts.iter();
        amounts
            .find(|kept| kept.organisation == organisation && is_it(kept.scheme.as_ref()))?
            .amount
    }
}
