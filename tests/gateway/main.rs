//! What the gateway promises, asked from outside: over HTTP, against simulated systems that speak their real protocols.

mod commands;
mod completeness;
mod contract;
mod crash;
mod demonstration;
mod faults;
mod intake;
mod ledger;
mod municipalities;
mod nav;
mod programmes;
mod protocol;
mod reconciliation;
mod records;
mod tidy;
mod world;
