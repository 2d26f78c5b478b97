//! *Fordeling*: the versions of the programme's allocations, who receives what by one of them, how one amount came about, and what if.

mod explanation;
mod held;
mod list;
mod table;
mod version;
mod what_if;

pub use explanation::show as explain;
pub use list::{draft, show as list};
pub use version::{command, show};
pub use what_if::show as what_if;

/// Where an allocation's page is.
pub fn address(id: &str) -> String {
    format!("/fordeling/{}", super::super::forms::segment(id))
}
