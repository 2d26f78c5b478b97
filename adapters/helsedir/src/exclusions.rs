//! Keeps Helsedirektoratet's exclusions. They cannot be listed: repeating a registration tells the id of the one that stands,
//! so what is wanted is registered each time, and what is to go is registered once more and lifted by its id.

use async_trait::async_trait;
use jiff::Timestamp;
use programgrant_contract::sync::{Backend, groups, sync_each};
use programgrant_contract::{Exclusions, SourceError, SyncReport};
use programgrant_schema::Exclusion;

use crate::source::place;
use crate::wire::Sperre;
use crate::{Helsedir, sperre, wire};

#[async_trait]
impl Exclusions for Helsedir {
    async fn sync(
        &self,
        wanted: &[Exclusion],
        written: &[Exclusion],
        _at: Timestamp,
    ) -> Result<SyncReport, SourceError> {
        let subject = |exclusion: &Exclusion| {
            (
                exclusion.participant.organisation_number,
                exclusion.post,
                exclusion.activity.clone(),
            )
        };
        let outcomes = sync_each(&mut Desk(self), &groups(wanted, written, subject)).await;
        Ok(SyncReport {
            outcomes,
            foreign: None,
        })
    }
}

struct Desk<'a>(&'a Helsedir);

impl Desk<'_> {
    /// Makes it stand, and tells its id whether it stood before or not.
    async fn register(&self, sperre: &Sperre) -> Result<String, SourceError> {
        let answer = self.0.call(wire::REGISTER, &wire::register(sperre)).await?;
        wire::exclusion_id(&answer).ok_or_else(|| SourceError::malformed(place(wire::REGISTER), "SperreId is missing"))
    }
}

#[async_trait]
impl Backend for Desk<'_> {
    type Payload = Sperre;

    fn encode(&self, exclusion: &Exclusion) -> Result<Sperre, SourceError> {
        sperre::say(exclusion)
    }

    async fn set(&mut self, sperre: &Sperre) -> Result<(), SourceError> {
        self.register(sperre).await.map(|_| ())
    }

    /// An id cannot be asked for without registering: what was lifted before stands for a moment, and is lifted again.
    async fn lift(&mut self, sperre: &Sperre) -> Result<(), SourceError> {
        let id = self.register(sperre).await?;
        self.0.call(wire::LIFT, &wire::lift(&id)).await.map(|_| ())
    }
}
