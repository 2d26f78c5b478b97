//! programgrant: a GraphQL federation gateway over the grant systems of Norway's directorates.
//!
//! The floors, from the ground: [`output`], [`clock`] · [`config`], [`telemetry`], [`identity`] · [`adapters`] · [`store`] · [`guard`],
//! [`workers`] · [`app`] · [`login`], [`calendars`], [`graphql`] · [`http`] · [`assets`], [`export`], [`applicants`] · [`pages`] · [`commands`], [`demo`]. What decides is `programgrant-core`. ARCHITECTURE.md is the map.
#![allow(
    missing_docs,
    reason = "fields and variants whose name says all; types and functions carry the documentation"
)]

pub mod adapters;
pub mod allocations;
pub mod app;
pub mod applicants;
pub mod assets;
pub mod calendars;
pub mod clock;
pub mod commands;
pub mod config;
#[cfg(feature = "demo")]
pub mod demo;
pub mod export;
pub mod graphql;
pub mod guard;
pub mod http;
pub mod identity;
pub mod login;
pub mod output;
pub mod pages;
pub mod store;
#[cfg(test)]
#[path = "../tests/support/systems.rs"]
mod systems;
pub mod telemetry;
pub mod workers;

#[cfg(test)]
#[path = "../tests/support/postgres.rs"]
mod postgres;
