//! *Deltakelse*: what is announced, and under one announcement who applies, is assessed, is chosen and takes part.

mod announcement;
mod commands;
mod list;

pub use announcement::{command, show};
pub use list::{command as announce, show as list};

/// Where an announcement's page is.
pub fn address(id: &str) -> String {
    format!("/deltakelse/{}", super::super::forms::segment(id))
}
