//! What a plan comes to: what each receives of each scheme and in all, before and after the floor, exact and rounded.

use num_rational::BigRational;
use num_traits::{Signed, Zero};
use programgrant_schema::{Ore, OrganisationNumber, SchemeId};

use super::plan::AllocationUnit;
use super::rates::RateReading;

/// What each receives of each scheme and in all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allocation {
    pub year: i16,
    pub unit: AllocationUnit,
    pub frame: Ore,
    /// What was added to the frame, where more money pays for the floor. Parts add up to frame and this.
    pub added: Ore,
    /// By organisation number, from the lowest.
    pub receivers: Vec<OrganisationNumber>,
    /// In the plan's order.
    pub schemes: Vec<SchemeAllocation>,
    /// In the order of `receivers`.
    pub totals: Vec<AllocatedPart>,
    /// What each inhabitant pays for the floor of the sum, in øre, where that is how it is paid.
    pub per_inhabitant: Option<BigRational>,
    /// What is left of each part above the floor of the sum, where these are cut in proportion.
    pub kept: Option<BigRational>,
}

/// One scheme's part of the frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemeAllocation {
    pub scheme: SchemeId,
    /// What its key shares out, before the floor; `None` where not known, and where it has no key.
    pub frame: Option<Ore>,
    /// What all receive of it together; `None` where not known.
    pub whole: Option<Ore>,
    /// In the order of the receivers.
    pub parts: Vec<AllocatedPart>,
    /// How each stands to the rate, where it is a scheme of rules or invitations.
    pub rates: Option<Vec<RateReading>>,
}

/// What one receives, and how it came to it. All in øre; `None` where something that it rests on is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllocatedPart {
    /// Exact, before the floor.
    pub calculated: Option<BigRational>,
    /// Exact, after the floor.
    pub floored: Option<BigRational>,
    /// Whether it was lifted to the floor, or kept from falling below it.
    pub is_held: bool,
    /// Rounded to the unit.
    pub amount: Option<Ore>,
}

impl AllocatedPart {
    /// What the floor gave, or took where it is below 0.
    pub fn floor(&self) -> Option<BigRational> {
        Some(self.floored.as_ref()? - self.calculated.as_ref()?)
    }

    /// What rounding gave, or took.
    pub fn rounding(&self) -> Option<BigRational> {
        Some(BigRational::from_integer(self.amount?.get().into()) - self.floored.as_ref()?)
    }
}

impl Allocation {
    /// What all receive together; `None` where one part is not known.
    pub fn total(&self) -> Option<Ore> {
        let amounts: Option<Vec<Ore>> = self.totals.iter().map(|part| part.amount).collect();
        Ore::checked_sum(amounts?)
    }

    /// What the floor costs, exactly and in øre: what is given to those who are lifted, scheme by scheme or of the sum.
    pub fn floor_cost(&self) -> Option<BigRational> {
        let parts = self.schemes.iter().flat_map(|scheme| &scheme.parts).chain(&self.totals);
        parts
            .map(AllocatedPart::floor)
            .try_fold(BigRational::zero(), |cost, given| {
                let given = given?;
                Some(if given.is_positive() { cost + given } else { cost })
            })
    }

    /// What the floor of the sum gives one receiver beside its parts, or takes; `None` where not known.
    pub fn of_the_sum(&self, place: usize) -> Option<Ore> {
        let parts: Option<Vec<Ore>> = self.schemes.iter().map(|scheme| scheme.parts[place].amount).collect();
        self.totals[place].amount?.checked_sub(Ore::checked_sum(parts?)?)
    }

    pub fn place(&self, receiver: OrganisationNumber) -> Option<usize> {
        self.receivers.binary_search(&receiver).ok()
    }
}
