//! What the gateway promises, asked from outside: over HTTP, against simulated systems that speak their real protocols.

mod access;
mod check;
mod commands;
mod completeness;
mod contract;
mod copies;
mod crash;
mod demonstration;
mod exclusions;
mod faults;
mod guard;
mod guard_crash;
mod intake;
mod ledger;
mod municipalities;
mod nav;
mod others;
#[path = "../support/postgres.rs"]
mod postgres;
mod programmes;
mod protocol;
mod reconciliation;
mod records;
mod replicas;
mod subscriptions;
mod tidy;
mod tokens;
mod webhooks;
mod websocket;
mod world;
