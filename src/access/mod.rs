//! Who asks, and in which role: what a caller may see follows from that, never from how it came in.

mod caller;
mod register;

pub use caller::{Caller, Role};
pub use register::Register;
