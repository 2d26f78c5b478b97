//! Allocation: a programme year's frame shared among those who take part. Rules and invitations come first and are exact, distribution keys
//! share what they leave, and a floor keeps everybody from being worse off. Exact fractions inside, rounded once; every part explains itself.
//!
//! Whoever is equal by what is counted is told apart by the organisation number: of equal remainders the lower number takes the unit.

mod allocate;
mod basis;
mod changes;
mod error;
mod exact;
mod explanation;
mod file;
mod floor;
mod keys;
mod plan;
mod prepare;
mod published;
mod rates;
mod result;
#[cfg(test)]
mod tests;

pub use allocate::allocate;
pub use basis::{
    AllocationBasis, BasisError, CorrectedFigure, KeptAmount, KeptIndicator, KeptReceiver, observation, written,
};
pub use changes::{Cause, Change, changes};
pub use error::AllocationError;
pub use exact::fraction;
pub use explanation::{Explanation, ExplanationStep, SchemeExplanation, explain};
pub use file::{AllocationFile, AllocationFileError, AllocationYear};
pub use floor::FloorPayer;
pub use keys::{KeyReading, KeyTerm};
pub use plan::{
    AllocationPlan, AllocationUnit, DistributionKey, Floor, FloorAmounts, FloorScope, IndicatorValues, Method, Rate,
    Receiver, SchemeMethod, Threshold,
};
pub use prepare::{INHABITANTS, PrepareError, prepare};
pub use published::{Difference, PublishedLine, compare};
pub use rates::{RateReading, Reached, ThresholdReading};
pub use result::{AllocatedPart, Allocation, SchemeAllocation};
