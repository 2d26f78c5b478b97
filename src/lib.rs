//! programgrant: a GraphQL federation gateway over the grant systems of Norway's directorates.
//!
//! Data flow one way: `sources` → `register` → `view` → `programme` → `api` → `http`. ARCHITECTURE.md is the map.
#![allow(
    missing_docs,
    reason = "fields and variants whose name says all; types and functions carry the documentation"
)]

pub mod access;
pub mod api;
pub mod clock;
pub mod commands;
pub mod config;
pub mod copies;
pub mod database;
pub mod demo;
pub mod dependencies;
pub mod document;
pub mod events;
pub mod exclusions;
pub mod gateway;
pub mod guard;
pub mod http;
pub mod identity;
pub mod ledger;
pub mod output;
pub mod programme;
pub mod readiness;
pub mod reference;
pub mod register;
pub mod sources;
pub mod telemetry;
mod text;
pub mod timekeeper;
pub mod view;
pub mod webhooks;

#[cfg(test)]
#[path = "../tests/support/postgres.rs"]
mod postgres;
