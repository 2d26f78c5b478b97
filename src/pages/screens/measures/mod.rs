//! *Tiltak*: what municipalities do with their pots, with whom they have agreements, the support that they ask for, and where they meet.

mod commands;
mod screen;

pub use screen::{send, show};
