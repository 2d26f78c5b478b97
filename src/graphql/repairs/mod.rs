//! What mends the execution library, async-graphql: each file names what. The rest of the API stands on the library as it is.

pub mod entities;
pub mod null_propagation;
