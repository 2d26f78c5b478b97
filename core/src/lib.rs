//! What decides, and nothing else: who may see what, what was heard and what it adds up to, whether an award may be made, and what
//! a person must look at. Pure functions of values; no I/O, no clock and nothing asynchronous, which this crate's manifest shows.
#![allow(
    missing_docs,
    reason = "fields and variants whose name says all; types and functions carry the documentation"
)]

pub mod access;
pub mod allocation;
pub mod calendar;
pub mod coverage;
pub mod evaluation;
pub mod evidence;
pub mod exclusions;
pub mod indicators;
pub mod journal;
pub mod ledger;
pub mod principal;
pub mod programme;
pub mod reconciliation;
pub mod reference;
#[cfg(test)]
#[path = "../../tests/support/systems.rs"]
mod systems;
pub mod text;
pub mod view;
pub mod webhook;
