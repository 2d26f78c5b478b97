//! What every adapter promises. An adapter translates one back-office system and does nothing else: it has no retry, cache,
//! clock, environment or storage of its own; those wrap it from outside. [`Source`] reads the system, [`Exclusions`] writes to it,
//! [`Adapter`] describes it to the gateway, and [`suite`] holds every adapter to the promises.
#![allow(
    missing_docs,
    reason = "fields and variants whose name says all; types and methods carry the documentation"
)]

mod adapter;
mod batch;
mod error;
mod exclusions;
mod http;
pub mod json;
pub mod simulation;
pub mod suite;
pub mod sync;

use async_trait::async_trait;

pub use adapter::{Adapter, Connection, Host, Now, Settings, SettingsError, SettingsType, Simulation};
pub use batch::{Batch, Position, Receipt, Years};
pub use error::{RetryAfter, SourceError};
pub use exclusions::{ExclusionOutcome, Exclusions, HeldExclusion, SyncOutcome, SyncReport, check, intent};
pub use http::{Address, Auth, FixedToken, HTTP_SECRETS, Http, HttpAccess, Reply, Secret, Tls, TokenFile, TokenSource};

/// A back-office system, read.
#[async_trait]
pub trait Source: Send + Sync {
    /// The next batch after `position`; from the beginning where there is none.
    ///
    /// * Resumes where the batch that carried `position` stopped; nothing new is an empty batch, not an error.
    /// * A record that cannot be read is set aside with place and reason, and the rest comes. Half a reply is an error,
    ///   never a short batch.
    /// * May be repeated: the same position gives the same records again, or newer versions of them.
    ///
    /// `years` are the grant years to ask for, where the system must be asked by year.
    async fn pull(&self, position: Option<&Position>, years: Years) -> Result<Batch, SourceError>;

    /// Tells the system that the batch of that receipt is stored. Forgets only what the receipt names, and may be repeated.
    ///
    /// Called after the batch has been committed, never before.
    async fn acknowledge(&self, receipt: &Receipt) -> Result<(), SourceError>;
}
