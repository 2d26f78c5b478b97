//! What the sources say now holds, and what they no longer say is told apart: reading after reading, for each way of delivery.

mod machine;
mod model;
mod said;
mod shelf;
