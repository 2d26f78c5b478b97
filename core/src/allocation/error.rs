//! Why a plan cannot be carried out. Each says where, and how much is lacking where something is.

use programgrant_schema::{IndicatorId, Ore, OrganisationNumber, SchemeId};

use super::plan::AllocationUnit;

/// Why nothing is allocated by a plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AllocationError {
    #[error("the frame {frame} is no multiple of one {unit}")]
    FrameNotInUnits { frame: Ore, unit: AllocationUnit },
    #[error("the frame {0} is below 0")]
    FrameBelowZero(Ore),
    #[error("scheme {scheme}: {each} for each one is no multiple of one {unit}")]
    RateNotInUnits {
        scheme: SchemeId,
        each: Ore,
        unit: AllocationUnit,
    },
    #[error("scheme {0}: weights are above 0, and together 1")]
    WeightsNotOne(SchemeId),
    #[error("the parts that distribution keys have of the rest are not below 0, and together 1")]
    PartsNotOne,
    #[error("scheme {0} stands there twice")]
    SchemeTwice(SchemeId),
    #[error("receiver {0} stands there twice")]
    ReceiverTwice(OrganisationNumber),
    #[error("nobody is to receive anything")]
    NobodyReceives,
    #[error("scheme {scheme}: indicator {indicator} of {receiver} is below 0")]
    BelowZero {
        scheme: SchemeId,
        indicator: IndicatorId,
        receiver: OrganisationNumber,
    },
    #[error("scheme {scheme}: indicator {indicator} is 0 for everybody, so that it shares nothing")]
    NothingCounted { scheme: SchemeId, indicator: IndicatorId },
    #[error("scheme {scheme}: a count of {receiver} is no whole number from 0 that an amount can be made of")]
    NoCount {
        scheme: SchemeId,
        receiver: OrganisationNumber,
    },
    #[error("rules and invitations come to {lack} more than the frame")]
    FrameLacks { lack: Ore },
    #[error("no scheme has a distribution key, and {left} of the frame is left")]
    FrameLeft { left: Ore },
    #[error("the floors come to {lack} more than the frame")]
    FloorLacks { lack: Ore },
    #[error("whoever is above the floor has no inhabitants, so that nobody pays for it")]
    NobodyPays,
    #[error("an amount is beyond what amounts can be")]
    OutOfRange,
}
