//! What if: another frame, other weights, one more municipality. Worked out when it is asked, decided by nobody and kept nowhere.

use async_graphql::{Context, ID, InputObject, Object};
use programgrant_core::allocation::fraction;
use programgrant_core::journal::AllocationState;

use super::super::scalars::Ore;
use super::super::{ApiError, Snapshot};
use super::allocation::{AllocationFigures, AllocationTable};
use super::explanation::AllocationChange;
use super::mutation::FigureCorrectionInput;
use crate::allocations::{AllocationRequest, DeskError, FigureCorrection, PlanChanges};

/// What is changed of a plan. What is left out stays.
#[derive(Debug, Default, InputObject)]
pub struct WhatIfInput {
    /// In øre.
    frame: Option<Ore>,
    /// Weights of distribution keys; each scheme's must come to 1 together.
    weights: Option<Vec<WeightInput>>,
    /// Who receives besides those who take part: ids, municipality numbers or organisation numbers.
    with: Option<Vec<String>>,
    /// Who does not.
    without: Option<Vec<String>>,
    /// Figures that hold in place of those that the sources have, such as a revised count.
    figures: Option<Vec<FigureCorrectionInput>>,
}

/// One weight of a scheme's distribution key.
#[derive(Debug, InputObject)]
pub struct WeightInput {
    scheme: ID,
    indicator: ID,
    /// A decimal or a fraction, such as 0.25 or 1/3.
    weight: String,
}

/// How many changes one question may have.
const MOST_CHANGES: usize = 100;

/// An allocation that nobody has decided.
pub struct AllocationWhatIf {
    table: AllocationFigures,
    compared_with: Option<ID>,
}

/// An allocation that nobody has decided, beside the one that it changes.
#[Object]
impl AllocationWhatIf {
    /// Never: it is worked out for this answer alone.
    async fn decided(&self) -> bool {
        false
    }

    /// The version that changes are told against; null where it is the plan at hand, unchanged.
    async fn compared_with(&self) -> Option<&ID> {
        self.compared_with.as_ref()
    }

    async fn table(&self) -> AllocationTable {
        AllocationTable(self.table.clone())
    }

    /// Everybody's amount before and after; together they pay what the others get, where the frame stays.
    async fn changes(&self) -> Vec<AllocationChange> {
        self.table.changes().iter().map(AllocationChange::from).collect()
    }
}

/// Works it out. The plan is the one at hand; changes are told against what is decided for that year, or against the plan unchanged.
pub async fn what_if(
    context: &Context<'_>,
    programme: &str,
    year: i32,
    input: WhatIfInput,
) -> Result<AllocationWhatIf, ApiError> {
    let snapshot = Snapshot::of(context);
    let programme = snapshot.programme(programme)?;
    let year = i16::try_from(year).map_err(|_| ApiError::InvalidYear(year))?;
    let (changes, figures) = input.read(snapshot)?;
    let journal = snapshot.guard.journal().await?;
    let decided = journal.allocations().find(|version| {
        version.programme == programme.id && version.year == year && version.state == AllocationState::Decided
    });
    let kept = decided
        .and_then(|version| journal.basis(&version.basis))
        .map(|kept| kept.basis.clone());
    // What was corrected when it was decided stays so, for whoever still receives.
    let mut held = kept.as_ref().map(FigureCorrection::held).unwrap_or_default();
    held.retain(|held| {
        let municipality = snapshot.view.reference.by_organisation(held.municipality);
        !municipality.is_some_and(|municipality| changes.without.contains(&municipality))
    });
    let figures = FigureCorrection::over(held, figures);
    let work_out = |changes: &PlanChanges, figures: &[FigureCorrection]| {
        let asked = AllocationRequest {
            programme,
            reference: &snapshot.view.reference,
            year,
            plan: kept.as_ref().map(|kept| kept.plan.as_str()),
            corrections: figures,
            changes,
        };
        snapshot.desk.work_out(asked)
    };
    let worked_out = work_out(&changes, &figures)?;
    let before = match &kept {
        Some(kept) => kept.clone(),
        None => work_out(&PlanChanges::default(), &[])?.basis,
    };
    Ok(AllocationWhatIf {
        table: AllocationFigures::worked(worked_out, Some(before)),
        compared_with: decided.map(|decided| decided.id.as_str().into()),
    })
}

impl WhatIfInput {
    fn read(self, snapshot: &Snapshot) -> Result<(PlanChanges, Vec<FigureCorrection>), ApiError> {
        let municipalities = |texts: Option<Vec<String>>| {
            let texts = texts.unwrap_or_default();
            few("with and without", texts.len())?;
            texts
                .iter()
                .map(|text| snapshot.municipality(text))
                .collect::<Result<Vec<_>, _>>()
        };
        let weights = self.weights.unwrap_or_default();
        few("weights", weights.len())?;
        let weight = |input: WeightInput| {
            let refuse = |reason: String| ApiError::Allocation(reason);
            let indicator = input
                .indicator
                .parse()
                .map_err(|error| refuse(format!("weights: {error}")))?;
            let weight = fraction(&input.weight).ok_or_else(|| {
                refuse(format!(
                    "weights: {:?} is no decimal and no fraction, such as 0.25 or 1/3",
                    input.weight
                ))
            })?;
            Ok((
                programgrant_schema::SchemeId::new(input.scheme.to_string()),
                indicator,
                weight,
            ))
        };
        let figures = self.figures.unwrap_or_default();
        few("figures", figures.len())?;
        let figures = figures.into_iter().map(|figure| figure.read(snapshot));
        let figures = figures.collect::<Result<_, ApiError>>()?;
        let changes = PlanChanges {
            frame: self.frame.map(|frame| frame.0),
            weights: weights.into_iter().map(weight).collect::<Result<_, ApiError>>()?,
            with: municipalities(self.with)?,
            without: municipalities(self.without)?,
        };
        Ok((changes, figures))
    }
}

fn few(what: &'static str, count: usize) -> Result<(), ApiError> {
    if count > MOST_CHANGES {
        return Err(ApiError::TooMany {
            what,
            most: MOST_CHANGES,
        });
    }
    Ok(())
}

/// What is wrong with a plan is for whoever wrote it; of files that the gateway reads, the log alone is told.
impl From<DeskError> for ApiError {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::File { .. } | DeskError::Indicators(_) | DeskError::Reference(_) => {
                tracing::error!(%error, "an allocation could not be worked out");
                Self::Allocation("It cannot be worked out now.".to_owned())
            }
            told => Self::Allocation(told.to_string()),
        }
    }
}
