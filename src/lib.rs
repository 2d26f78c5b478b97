//! programgrant: a GraphQL federation gateway over the grant systems of Norway's directorates.
//!
//! Data flow one way: `sources` → `register` → `view` → `programme` → `api` → `http`. ARCHITECTURE.md is the map.
#![allow(
    missing_docs,
    reason = "fields and variants whose name says all; types and functions carry the documentation"
)]

pub mod api;
pub mod app;
pub mod clock;
pub mod commands;
pub mod config;
pub mod copies;
pub mod database;
#[cfg(feature = "demo")]
pub mod demo;
pub mod document;
pub mod events;
pub mod exclusions;
pub mod gateway;
pub mod guard;
pub mod http;
pub mod identity;
pub mod ledger;
pub mod output;
pub mod readiness;
pub mod reconciler;
pub mod register;
pub mod snapshot;
pub mod sources;
#[cfg(test)]
#[path = "../core/src/systems.rs"]
mod systems;
pub mod telemetry;
pub mod timekeeper;
pub mod webhooks;

#[cfg(test)]
#[path = "../tests/support/postgres.rs"]
mod postgres;
