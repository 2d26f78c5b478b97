//! A list of applicants as an office has it: a spreadsheet's export, read line by line into what the guard is asked. Who asks, and what is
//! answered, is left to the command and the page that take such lists.

mod cell;
mod flaw;
mod table;

pub use cell::scheme;
pub use flaw::RowFlaw;
pub use table::{Defaults, InputTable, Line, MissingColumn, TableError};
