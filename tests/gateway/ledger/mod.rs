//! Promise: on SQLite and on PostgreSQL alike the ledger reserves, decides, confirms, releases and lets run out; a slot has one
//! holder in each lane; every transition is in the chain.

pub mod books;
mod clock;
mod evidence;
mod exceptions;
mod machine;
mod promises;
mod repeats;
mod soundness;
