//! What is kept, and where: the database, the register of what was heard, its history, the ledger, exclusions, the webhooks' outbox,
//! ended sessions, calendar addresses, and whole copies of all but these two.

pub mod backup;
pub mod calendars;
pub mod database;
mod dependencies;
pub mod exclusions;
pub mod history;
pub mod ledger;
pub mod outbox;
pub mod register;
mod roles;
pub mod sessions;
pub mod snapshot;

pub use dependencies::Dependencies;
pub use roles::Roles;
