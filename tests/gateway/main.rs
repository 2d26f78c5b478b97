//! What the gateway promises, asked from outside: over HTTP, against simulated systems that speak their real protocols.

mod access;
mod check;
mod commands;
mod completeness;
mod contract;
mod copies;
mod crash;
mod demonstration;
#[path = "../support/disk.rs"]
mod disk;
mod exclusions;
mod faults;
mod golden;
mod guard;
mod guard_crash;
#[path = "../support/hostile.rs"]
mod hostile;
mod intake;
mod ledger;
mod municipalities;
mod nav;
mod operations;
mod others;
#[path = "../support/postgres.rs"]
mod postgres;
mod printing;
mod programmes;
mod protocol;
mod protocol_http;
mod readings;
mod reconciliation;
mod records;
mod registers;
mod replicas;
mod sources;
mod store_faults;
mod storm;
mod subscriptions;
mod tidy;
mod tokens;
mod webhooks;
mod websocket;
mod world;
