//! *Tiltak*: what municipalities do with their pots, and the support that they ask for.

mod screen;

pub use screen::{send, show};
