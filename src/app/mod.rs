//! The gateway put together: the wiring, whether it is ready, and what stands in its metrics.

mod gateway;
pub mod metrics;
mod readiness;
mod reference_files;
mod registers;
mod terms;

pub use gateway::{Gateway, StartError};
pub use readiness::Readiness;
pub use reference_files::reference;
