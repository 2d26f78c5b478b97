//! Who asks, in which role, and what that role may see: roles by body, fields by role, rows by reach. What a caller may see
//! follows from who it is, never from how it came in.

mod caller;
pub mod fields;
mod office;
mod reach;
mod register;

pub use caller::{Caller, Office, Role};
pub use fields::FieldPermission;
pub use reach::{DECIDED_CLAIMS, RowScope};
pub use register::{AuthOrganisation, Register, RoleError};
