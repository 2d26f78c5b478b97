//! Hearing the back-office systems: each on its own schedule, with its deadline, retry, circuit breaker and size limit wrapped
//! around its adapter. One slow or broken source delays nobody.

mod breaker;
mod intake;
pub mod registry;
mod rounds;
#[cfg(feature = "simulators")]
mod simulators;
mod storable;

pub use breaker::Breaker;
pub use intake::{Intake, RoundError};
pub use rounds::Rounds;
#[cfg(feature = "simulators")]
pub use simulators::{Simulated, Simulators, simulate};

pub(crate) use intake::wished;
