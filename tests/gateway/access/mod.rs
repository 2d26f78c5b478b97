//! Promise: only those who may, see. Every field for every role, as the reviewed table has it and as the gateway behaves; rows
//! of others are as if they were not there; a command that is not allowed writes nothing; who asked is written down.

pub mod asking;
mod log;
mod matrix;
mod rows;
pub mod second_programme;
mod sight;
pub mod using;
mod ways;

pub use asking::of_role;
