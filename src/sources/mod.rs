//! Hearing the back-office systems: each on its own schedule, with its deadline, retry, circuit breaker and size limit wrapped
//! around its adapter. One slow or broken source delays nobody.

mod breaker;
mod intake;
mod registry;
mod rounds;
mod secrets;
mod storable;

pub use breaker::Breaker;
pub use intake::{Intake, RoundError};
pub use registry::{Simulated, Simulators, connect_exclusions, simulate};
pub use rounds::Rounds;

pub(crate) use intake::wished;
pub(crate) use registry::connect;
