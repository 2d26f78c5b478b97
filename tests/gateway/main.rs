//! What the gateway promises, asked from outside: over HTTP, against simulated systems that speak their real protocols.

mod access;
mod allocation;
mod answers;
mod assets;
mod check;
mod commands;
mod completeness;
mod contract;
mod copies;
mod coverage;
mod crash;
mod demonstration;
#[path = "../support/disk.rs"]
mod disk;
#[path = "../support/door.rs"]
mod door;
mod exclusions;
mod executors;
mod exports;
mod faults;
mod going_out;
mod golden;
mod graphiql;
mod guard;
mod guard_crash;
mod history;
#[path = "../support/hostile.rs"]
mod hostile;
mod injection;
mod intake;
mod journal;
mod ledger;
mod lists;
mod login;
mod machines;
mod municipalities;
mod nav;
mod operations;
mod others;
mod page_commands;
mod page_deadlines;
mod page_figures;
mod page_files;
mod page_narrowed;
mod page_overview;
mod pages;
#[path = "../support/postgres.rs"]
mod postgres;
mod preview;
mod printing;
mod programmes;
mod protocol;
mod protocol_http;
mod readings;
mod reconciliation;
mod records;
mod refused_around;
mod refused_pages;
mod registers;
mod replayed;
mod replicas;
mod site;
mod sources;
mod store_faults;
mod storm;
mod subscriptions;
mod tables;
mod terminal;
mod tidy;
#[path = "../support/token_service.rs"]
mod token_service;
mod tokens;
mod webhooks;
mod websocket;
mod world;
